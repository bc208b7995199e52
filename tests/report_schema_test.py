#!/usr/bin/env python3
"""Checks what the commands print against the schemas of docs/, and that these name every field.

    report_schema_test.py BINARY
"""
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCHEMA, DIFF, LOCKFILE = (json.loads((ROOT / "docs" / f"{name}-schema.json").read_text())
                          for name in ("report", "diff", "lockfile"))
MODEL = ROOT / "tests" / "data" / "tiny_bert"
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
KEYWORDS = {"$schema", "$defs", "$ref", "title", "description", "type", "const", "enum", "pattern", "minimum",
            "maximum", "minItems", "items", "required", "properties", "additionalProperties"}


def errors(value, schema, where="report", root=None):
    """The part of JSON Schema that the file uses; a keyword outside of it is an error, too."""
    root = root or schema
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    yield from (f"{where}: keyword {word} is not checked" for word in schema.keys() - KEYWORDS)
    if not isinstance(value, TYPES.get(schema.get("type"), object)):
        yield f"{where}: {value!r} is no {schema['type']}"
        return
    if value not in schema.get("enum", [schema.get("const", value)]):
        yield f"{where}: {value!r} is not allowed"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where}: {value!r} does not match {schema['pattern']}"
    if "minimum" in schema and value < schema["minimum"] or "maximum" in schema and value > schema["maximum"]:
        yield f"{where}: {value!r} is out of range"
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{where}: too few items"
        for index, item in enumerate(value):
            yield from errors(item, schema["items"], f"{where}[{index}]", root)
    if isinstance(value, dict):
        yield from (f"{where}: {name} is missing" for name in schema["required"] if name not in value)
        for name, member in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            if inner is None:
                yield f"{where}: {name} is not in the schema"
            else:
                yield from errors(member, inner, f"{where}.{name}", root)


def shown(*command):
    result = subprocess.run([sys.argv[1], *map(str, command)], capture_output=True, text=True, timeout=120)
    return json.loads(result.stdout)


def other_errors():
    """Of `diff` and `lockfile`."""
    good, bad = (ROOT / "examples" / name for name in ("benign/npm-build-info", "malicious/npm-install-stealer"))
    if not good.exists():
        good = sorted((ROOT / "examples" / "benign").iterdir())[0]
    for old, new in ((good, bad), (bad, good), (bad, bad), (good, "missing")):
        diff = shown("diff", "--format", "json", "--model", MODEL, old, new)
        yield from errors(diff, DIFF, "diff")
        if old != new and new != "missing" and not (diff["entries"] and diff["behaviours"]):
            yield "the diff shows no entry or no behaviour: nothing was checked"
    files = [file for file in sorted((ROOT / "tests" / "lockfiles").glob("*/*")) if file.is_file() and file.name != "expect"]
    for file in files:
        yield from errors(shown("lockfile", "--format", "json", file), LOCKFILE, file.parent.name)
    if len(files) < 10:
        yield "the lockfiles are gone"


def main():
    examples = sorted((ROOT / "examples").glob("*/*/"))
    targets = [*examples, "missing", "npm:left pad", ROOT / "LICENSE"]
    command = [sys.argv[1], "scan", "--format", "jsonl", "--threshold", "0.5", "--model", MODEL, *targets]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    found = [error for report in reports for error in errors(report, SCHEMA)]
    found += other_errors()
    if len(reports) != len(targets):
        found.append(f"{len(reports)} reports for {len(targets)} targets: {result.stderr}")
    if not any(report["notes"] for report in reports) or not any(report["behaviours"] for report in reports):
        found.append("the reports show no note or no behaviour: nothing was checked")
    broken = {**reports[0], "verdict": "fine", "surprise": 1, "score": 2, "stats": {}}
    if len(list(errors(broken, SCHEMA))) != 7:
        found.append("the checker misses errors")
    print("\n".join(found) or f"{len(reports)} reports fit the schema")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
