#!/usr/bin/env python3
"""Checks that the CI definitions parse, and that the options and formats they use exist.

    ci_files_test.py BINARY

Exit code 77, a skip, where python3-yaml is missing.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ["action.yml", ".pre-commit-hooks.yaml", "ci/gitlab.yml"]
try:
    import yaml
except ImportError:
    print("SKIPPED: python3-yaml is missing; the files were not parsed")
    sys.exit(77)


def main():
    errors = []
    parsed = {name: yaml.safe_load((ROOT / name).read_text()) for name in FILES}
    help_text = subprocess.run([sys.argv[1], "--help-all"], capture_output=True, text=True).stdout
    for name in FILES:
        text = (ROOT / name).read_text()
        for option in re.findall(r"(?<=[ (])--[a-z][a-z-]+", "\n".join(
                line for line in text.splitlines() if "cerebro" in line or "arguments" in line)):
            if option not in help_text and option not in ("--build", "--preset", "--target"):
                errors.append(f"{name}: cerebro has no {option}")
        for form in re.findall(r"--format ([a-z]+)", text):
            if form not in help_text:
                errors.append(f"{name}: cerebro has no format {form}")
    action = parsed["action.yml"]
    for step in action["runs"]["steps"]:
        if "${{" in step["run"]:
            errors.append("action.yml: an expression inside a script can be made to run anything")
        check = subprocess.run(["bash", "-n"], input=step["run"], text=True, capture_output=True)
        if check.returncode != 0:
            errors.append(f"action.yml: {check.stderr}")
    for hook in parsed[".pre-commit-hooks.yaml"]:
        re.compile(hook["files"])
        if missing := {"id", "name", "entry", "language"} - hook.keys():
            errors.append(f".pre-commit-hooks.yaml: {hook}: {missing}")
    if "script" not in parsed["ci/gitlab.yml"]["cerebro"]:
        errors.append("ci/gitlab.yml: no script")
    print("\n".join(errors) or "the CI definitions parse")
    return 1 if errors else 0


sys.exit(main())
