#!/usr/bin/env python3
"""Scans examples/ with the shipped model and compares the verdicts with examples/expected.txt."""
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = 77


def main():
    cerebro, model = sys.argv[1], ROOT / "models" / "cerebro"
    if not (model / "config.json").exists():
        print(f"SKIPPED: there is no model in {model}")
        return SKIPPED
    expected = [line.split() for line in (ROOT / "examples" / "expected.txt").read_text().splitlines()]
    listed = {path for _, path in expected}
    present = {str(path.relative_to(ROOT / "examples")) for path in (ROOT / "examples").glob("*/*/")}
    errors = [f"not both in examples/ and expected.txt: {path}" for path in sorted(listed ^ present)]
    command = [cerebro, "scan", "--format", "jsonl", "--model", model, *(path for _, path in expected)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT / "examples")
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    if len(reports) != len(expected):
        errors.append(f"{len(reports)} reports for {len(expected)} targets\n{result.stderr}")
    for (verdict, path), report in zip(expected, reports):
        if report["verdict"] != verdict:
            errors.append(f"{path}: {report['verdict']} {report['score']}, expected {verdict}")
    long_way = subprocess.run([*command, "--exhaustive"], capture_output=True, text=True, cwd=ROOT / "examples")
    for report, exhaustive in zip(reports, map(json.loads, long_way.stdout.splitlines()), strict=True):
        del report["stats"]["ms"], exhaustive["stats"]["ms"]
        if report != exhaustive:
            errors.append(f"{report['target']}: another report with --exhaustive")
    print("\n".join(errors) or f"all {len(expected)} verdicts are right")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
