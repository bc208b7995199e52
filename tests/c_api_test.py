#!/usr/bin/env python3
"""Checks the C interface by its example: the same report as the command line, and its failures.

    c_api_test.py EXAMPLE BINARY
"""
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "tests" / "data" / "tiny_bert"
STEALER = ROOT / "examples" / "malicious" / "npm-install-stealer"


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)


def main():
    example, cerebro = sys.argv[1:]
    here = run(example, MODEL, "json", STEALER)
    there = run(cerebro, "scan", "--no-policy", "--format", "json", "--model", MODEL, STEALER)
    reports = [json.loads(one.stdout) for one in (here, there)]
    for report in reports:
        report.pop("stats")
    assert reports[0] == reports[1], "the C interface reports something else"
    assert here.returncode == there.returncode, (here.returncode, there.returncode)
    assert json.loads(run(example, MODEL, "json", "missing").stdout)["verdict"] == "incomplete"
    assert "no such format" in run(example, MODEL, "xml", STEALER).stdout
    failed = run(example, "missing", "json", STEALER)
    assert failed.returncode == 2 and "E0601" in failed.stderr, failed.stderr
    assert json.loads(run(example, MODEL, "sarif", STEALER).stdout)["version"] == "2.1.0"
    print("the C interface reports what the command line reports")


main()
