#!/usr/bin/env python3
"""Runs the commands that the documents show and compares what they print.

    documents_test.py BINARY

In a code block, `$ cerebro ...` is a command and the lines up to the next one are its output: "..." stands
for what was cut, line breaks do not count, nor do digests and the digits of scores, which change with the model.
"""
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.M | re.S)
COMMAND = re.compile(r"^ *\$ cerebro (.*)\n((?: *[^ $\n].*\n|\n)*)", re.M)


def plain(text):
    text = re.sub(r"[+-]?\d+\.\d+\b|\b[0-9a-f]{12,64}\b", "#", text)
    return " ".join(text.split())


def shown_in_order(pieces, output):
    place = 0
    for piece in pieces:
        place = output.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return True


def main():
    has_model = (ROOT / "models" / "cerebro" / "config.json").exists()
    errors, count = [], 0
    for document in DOCUMENTS:
        for block in BLOCK.findall(document.read_text()):
            for command, expected in COMMAND.findall(block):
                arguments = shlex.split(command, comments=True)
                if arguments[0] in ("scan", "explain", "model") and not has_model:
                    continue
                result = subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True, cwd=ROOT, timeout=60)
                pieces = [plain(piece) for piece in expected.split("...")]
                count += 1
                if result.returncode not in (0, 1) or not shown_in_order(pieces, plain(result.stdout)):
                    errors.append(f"{document.name}: cerebro {command} now prints:\n{result.stdout}{result.stderr}")
    if count == 0:
        errors.append("no command was found in the documents")
    print("\n".join(errors) or f"{count} commands print what the documents say")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
