"""Archives that unpack to themselves, or to a package that holds them: a gzip, a zip and a tar.gz.

Deflate knows two orders: "the next n bytes stand here" (a stored block, L n) and "repeat n bytes" (a copy,
R n). A quine is a program of these that writes itself. What it has written always runs a little behind or
ahead of what stands in the file; '|' is between orders, [ ] around the bytes that an L writes:

    head | L [head L] | copy | L20 [copy L20] | R20 | L20 [R20 L20 R20 L20] | R20
         | L20 [R20 L0 L0 Ls] | R20 | L0 | L0 | Ls [last tail] | last | tail

writes

    head L   head L     copy L20   copy L20     R20 L20 R20 L20   R20 L20 R20 L20
      R20 L0 L0 Ls   R20 L0 L0 Ls    last tail   last tail

which are the same bytes: `copy` repeats "head L", `last` repeats "last tail", R20 repeats the last 20
bytes, L0 writes nothing and only takes its place. For that each L and R20 must take 5 bytes and `copy` 15.
The idea is Russ Cox's ("Zip Files All The Way Down", 2010), the program above is not his.

Head and tail are the container's: its header, its directory or its checksum. The checksum of the whole
stands in the whole. CRC-32 is linear over GF(2), so the fitting one is the solution of 32 equations.
"""
import functools
import struct
import zlib

LENGTHS = []  # of code 257 + i: the least length, and how many bits follow
for code in range(8):
    LENGTHS.append((3 + code, 0))
for code in range(8, 28):
    bits = code // 4 - 1
    LENGTHS.append((3 + ((4 + code % 4) << bits), bits))
LENGTHS.append((258, 0))
DISTANCES = [(1 + d, 0) for d in range(4)]
DISTANCES += [(1 + ((2 + d % 2) << (d // 2 - 1)), d // 2 - 1) for d in range(4, 30)]


class Bits:
    def __init__(self):
        self.bits = []

    def number(self, value, count):
        self.bits += [value >> i & 1 for i in range(count)]

    def huffman(self, value, count):
        self.number(int(f"{value:0{count}b}"[::-1], 2), count)

    def symbol(self, code):  # 256 and more, in the fixed code
        self.huffman(code - 256, 7) if code < 280 else self.huffman(0xC0 + code - 280, 8)

    def copy(self, length, distance):
        code = max(i for i, (least, _) in enumerate(LENGTHS) if least <= length)
        self.symbol(257 + code)
        self.number(length - LENGTHS[code][0], LENGTHS[code][1])
        code = max(i for i, (least, _) in enumerate(DISTANCES) if least <= distance)
        self.huffman(code, 5)
        self.number(distance - DISTANCES[code][0], DISTANCES[code][1])

    def data(self):
        bits = self.bits + [0] * (-len(self.bits) % 8)
        return bytes(sum(bit << i for i, bit in enumerate(bits[at:at + 8])) for at in range(0, len(bits), 8))


def write(count):
    """The order to write the next `count` bytes."""
    return struct.pack("<BHH", 0, count, count ^ 0xFFFF)


@functools.cache
def repeat(count, size, final=False):
    """The order to write the last `count` bytes again, in exactly `size` bytes; None if there is none."""
    for copies in range(-(-count // 258), count // 3 + 1):
        for first in range(3, 259):
            rest = count - first * (copies - 1)
            if not 3 <= rest <= 258:
                continue
            for empty in range(4):  # blocks without anything in them, which take 10 bits
                out = Bits()
                for _ in range(empty):
                    out.number(0b010, 3)
                    out.symbol(256)
                out.number(0b011 if final else 0b010, 3)
                for length in [first] * (copies - 1) + [rest]:
                    out.copy(length, count)
                out.symbol(256)
                if len(out.bits) == 8 * size or (final and len(out.data()) == size):
                    return out.data()
                if not final:  # a stored block with nothing in it ends where a byte ends
                    out.number(0b000, 3)
                    data = out.data() + b"\0\0\xff\xff"
                    if len(data) == size:
                        return data
        if copies > count // 258 + 16:
            return None
    return None


def repeat_in(sizes, count_of, final):
    return next(order for size in sizes if (order := repeat(count_of(size), size, final)))


def program(head, tail, final):
    """Everything between head and tail."""
    copy = repeat_in([5, 10, 15], lambda size: len(head) + 5, False)
    copy += write(0) * (3 - len(copy) // 5)
    last = repeat_in(range(3, 64), lambda size: len(tail) + size, final)
    l0, l20, r20, ls = write(0), write(20), repeat(20, 5), write(len(last + tail))
    return (write(len(head) + 5) + head + write(len(head) + 5) + copy + l20 + copy + l20 + r20 + l20 + r20 + l20 + r20 +
            l20 + r20 + l20 + r20 + l0 + l0 + ls + r20 + l0 + l0 + ls + last + tail + last)


def checksum(output):
    """The CRC-32 that output(CRC-32) has."""
    zero = zlib.crc32(output(0))
    rows = []  # of the 32 equations: bit i of "checksum of output(x), and x" is bit i of `zero`
    columns = [zlib.crc32(output(1 << i)) ^ zero ^ (1 << i) for i in range(32)]
    for i in range(32):
        rows.append(sum((column >> i & 1) << j for j, column in enumerate(columns)) | (zero >> i & 1) << 32)
    for j in range(32):
        pivot = next((i for i in range(j, 32) if rows[i] >> j & 1), None)
        if pivot is None:
            return None
        rows[j], rows[pivot] = rows[pivot], rows[j]
        for i in range(32):
            if i != j and rows[i] >> j & 1:
                rows[i] ^= rows[j]
    return sum((row >> 32) << j for j, row in enumerate(rows))


def solved(make):
    """make(crc, noise), with a checksum that fits; where there is none, another noise."""
    for noise in range(64):
        crc = checksum(lambda value: make(value, noise)[1])
        if crc is not None:
            return make(crc, noise)[0]
    raise ValueError("no checksum fits")


def gzip_quine():
    """gunzip gives the same bytes again."""
    def make(crc, noise):
        head = b"\x1f\x8b\x08\x08" + struct.pack("<IBB", noise, 0, 3) + b"q.gz\0"
        size = len(head) + len(program(head, bytes(8), True)) + 8
        tail = struct.pack("<II", crc, size)
        whole = head + program(head, tail, True) + tail
        return whole, whole
    return solved(make)


def zip_quine(name=b"q.zip"):
    """The only entry of the zip is the zip."""
    def make(crc, noise):
        def parts(packed, size):
            fields = struct.pack("<4H3I2H", 0, 8, noise, 0x21, crc, packed, size, len(name), 0)
            head = b"PK\x03\x04" + struct.pack("<H", 20) + fields + name
            row = b"PK\x01\x02" + struct.pack("<2H", 20, 20) + fields + struct.pack("<3H2I", 0, 0, 0, 0, 0) + name
            return head, row + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 1, 1, len(row), len(head) + packed, 0)
        head, tail = parts(0, 0)
        packed = len(program(head, tail, True))
        head, tail = parts(packed, len(head) + packed + len(tail))
        whole = head + program(head, tail, True) + tail
        return whole, whole
    return solved(make)


def tar_quine(members_before):
    """A tar.gz that holds members and then itself: members_before(size) gives them and the header of the
    last, which has `size` bytes, as a tar without an end."""
    def make(crc, noise):
        size = 0
        while True:
            pack = zlib.compressobj(9, wbits=-15)
            before = members_before(size)
            head = (b"\x1f\x8b\x08\0" + struct.pack("<IBB", noise, 0, 3) + pack.compress(before) +
                    pack.flush(zlib.Z_SYNC_FLUSH))
            pack = zlib.compressobj(9, wbits=-15)
            end = bytes(-size % 512 + 1024)
            tail = pack.compress(end) + pack.flush() + struct.pack("<II", crc, len(before) + size + len(end))
            whole = head + program(head, tail, False) + tail
            if len(whole) == size:
                return whole, before + whole + end
            size = len(whole)
    return solved(make)
