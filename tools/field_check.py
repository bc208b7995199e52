#!/usr/bin/env python3
"""False alarms on benign packages that no part of the corpus holds.

usage: field_check.py FOLDER [--cerebro build/release/bin/cerebro] [--model models/cerebro]

Fetches what train/data/field-npm.txt names (npm releases that packages of the corpus name in their package.json,
drawn at random) by `npm pack`, and the Python projects of Debian 12 that train/data/field-debian.txt names (drawn
at random among source packages that build a python3 module, below 1.5 MB) by `apt-get source`, which needs a
deb-src line. Nothing is installed or run. They are for measuring alone: no model learns from them.
"""
import argparse
import collections
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def names(file):
    return (ROOT / "train/data" / file).read_text().split()


def fetch_npm(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names("field-npm.txt"):
        at = name.rindex("@")
        if not list(folder.glob(f"{name[:at].lstrip('@').replace('/', '-')}-{name[at + 1:]}.tgz")):
            subprocess.run(["npm", "pack", "--silent", name], cwd=folder, stdout=subprocess.DEVNULL, check=False)


def fetch_debian(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names("field-debian.txt"):
        if not (folder / name).exists():
            subprocess.run(["apt-get", "source", "-qq", "--download-only", "--tar-only", name.split("_")[0]], cwd=folder,
                           stdout=subprocess.DEVNULL, check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cerebro", default=str(ROOT / "build/release/bin/cerebro"))
    parser.add_argument("--model", default=str(ROOT / "models/cerebro"))
    options = parser.parse_args()
    fetch_npm(options.folder / "npm")
    fetch_debian(options.folder / "deb")
    archives = sorted((options.folder / "npm").glob("*.tgz")) + sorted((options.folder / "deb").glob("*.orig.tar.*"))
    if not archives:
        sys.exit("nothing could be fetched")
    scan = subprocess.run([options.cerebro, "scan", "--no-cache", "--model", options.model, "--format", "jsonl",
                           "--from", "-"], input="\n".join(map(str, archives)), capture_output=True, text=True, check=False)
    counts = collections.defaultdict(collections.Counter)
    for line in scan.stdout.splitlines():
        report = json.loads(line)
        where = Path(report["target"]).parent.name
        counts[where][report["verdict"]] += 1
        if report["verdict"] in ("malicious", "suspicious"):
            print(f"{report['verdict']:<10} {report['score']:.3f}  {where}  {Path(report['target']).name}")
    for where, verdicts in counts.items():
        print(f"{where}: {sum(verdicts.values())} packages, " + ", ".join(f"{n} {v}" for v, n in verdicts.most_common()))


if __name__ == "__main__":
    main()
