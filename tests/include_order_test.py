#!/usr/bin/env python3
"""Checks what src/ includes.

A folder includes only itself and folders before it in CEREBRO_FOLDERS of CMakeLists.txt; a
third-party header stays in the folders that wrap it.
"""
import re
import sys
from pathlib import Path

# Header prefix -> the folders that wrap it. Test files may include what they check against.
WRAPPED = {
    "tree_sitter/": ["syntax"], "archive.h": ["archive"], "archive_entry.h": ["archive"],
    "zlib.h": ["archive", "syntax"], "bzlib.h": ["archive", "syntax"], "lzma.h": ["archive", "syntax"],
    "zstd.h": ["archive"], "re2/": ["behaviour", "syntax"], "openssl/": ["base", "syntax"], "curl/": ["registry"],
    "CLI/": ["cli"], "toml++/": ["package", "verdict"], "yaml-cpp/": ["lockfile"],
    "nlohmann/": ["classifier", "callgraph", "report", "registry", "cli"],
    "tl/expected.hpp": ["base"], "torch/": [],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def check(root):
    cmake = (root / "CMakeLists.txt").read_text()
    folders = re.search(r"set\(CEREBRO_FOLDERS ([^)]*)\)", cmake).group(1).split()
    errors = []
    for folder in sorted(path.name for path in (root / "src").iterdir() if path.is_dir()):
        if folder not in folders:
            errors.append(f"src/{folder} is not in CEREBRO_FOLDERS")
    for file in sorted((root / "src").rglob("*.[ch]*")):
        folder = file.relative_to(root / "src").parts[0]
        if folder not in folders:
            continue
        allowed = folders[:folders.index(folder) + 1]
        is_test = file.stem.endswith("_test")
        for quote, header in INCLUDE.findall(file.read_text(errors="replace")):
            where = f"{file.relative_to(root)}: {header}"
            first = header.split("/")[0]
            if quote == '"' and "/" in header and first not in allowed:
                errors.append(f"{where}: {folder} may include only {' '.join(allowed)}")
            for prefix, wrappers in WRAPPED.items():
                if header.startswith(prefix) and folder not in wrappers and not is_test:
                    errors.append(f"{where}: is wrapped by {' '.join(wrappers) or 'nothing in src/'}")
    return errors


def main():
    root = Path(sys.argv[1])
    errors = check(root)
    print("\n".join(errors) or "the includes follow the order of the folders")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
