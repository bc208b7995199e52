#!/usr/bin/env python3
"""Tries the static program in a root that holds nothing but it, its model and what it reads.

    static_binary.py BINARY        as root; `make static` calls it
"""
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# /proc and /dev/null are what every system and container has.
ENTER = """set -e
mount -t proc proc "$1/proc"
exec chroot "$@"
"""
FILES = {"package/package.json": '{"name": "x", "version": "1.0.0", "main": "\u00fc.js"}',
         "package/\u00fc.js": "require('child_process').exec('id')"}


def make_archives(folder):
    with zipfile.ZipFile(folder / "names.zip", "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    with tarfile.open(folder / "names.tgz", "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, text in FILES.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))


def main():
    binary = Path(sys.argv[1]).resolve()
    head = subprocess.run(["readelf", "-dl", binary], capture_output=True, text=True, check=True).stdout
    assert "NEEDED" not in head and "INTERP" not in head, head
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for folder in ("bin", "proc", "dev", "t", "share/cerebro/models"):
            (root / folder).mkdir(parents=True)
        subprocess.run(["strip", "-o", root / "bin/cerebro", binary], check=True)
        shutil.copytree(ROOT / "models/cerebro", root / "share/cerebro/models/cerebro")
        shutil.copytree(ROOT / "examples", root / "t/examples")
        os.mknod(root / "dev/null", 0o20666, os.makedev(1, 3))
        make_archives(root / "t")

        def run(*arguments):
            return subprocess.run(["unshare", "--mount", "sh", "-c", ENTER, "sh", root, "/bin/cerebro",
                                   *arguments], capture_output=True, text=True, timeout=120, env={})

        doctor = run("doctor")
        assert doctor.returncode == 0, doctor.stdout + doctor.stderr
        for archive in ("names.zip", "names.tgz"):
            dump = run("dump", "archive", f"/t/{archive}")
            assert all(name in dump.stdout for name in FILES), dump.stdout + dump.stderr
        stealer = "t/examples/malicious/npm-install-stealer"
        found = run("scan", "--no-cache", "--format", "json", f"/{stealer}", "/t/names.zip")
        assert found.returncode == 1, found.stdout + found.stderr
        reports = json.loads(found.stdout)
        assert [report["verdict"] for report in reports] == ["malicious", "clean"], found.stdout
        fetched = run("scan", "--npm-registry", "http://127.0.0.1:9", "--retries", "0", "npm:x")
        assert fetched.returncode == 3 and "static program" in fetched.stdout, fetched.stdout
        size = (root / "bin/cerebro").stat().st_size
        print(f"one file of {size / 1e6:.1f} MB scans in an empty root, sandboxed")


main()
