#!/usr/bin/env python3
"""Writes the table of src/archive/name_folding.cc: what Unicode makes of each code point by
compatibility decomposition and case folding.

    gen_name_foldings.py OUTPUT
"""
import sys
import unicodedata


def folded(character):
    for _ in range(3):  # folding may give what decomposes again, and the other way round
        character = unicodedata.normalize("NFKD", character).casefold()
    return character


def main():
    rows = []
    for code in range(0x80, 0x20000):
        hangul = 0xAC00 <= code <= 0xD7A3  # 11,172 rows for syllables that nobody decomposes
        if 0xD800 <= code <= 0xDFFF or hangul or folded(chr(code)) == chr(code):
            continue
        text = "".join(f"\\x{byte:02X}" for byte in folded(chr(code)).encode())
        rows.append(f'    {{0x{code:04X}, "{text}"}},\n')
    with open(sys.argv[1], "w", encoding="ascii") as output:
        output.write("// Made by tools/gen_name_foldings.py.\n")
        output.writelines(rows)


main()
