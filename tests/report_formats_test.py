#!/usr/bin/env python3
"""Validates real output of each format against its published schema, and what pages need beyond it.

    report_formats_test.py BINARY

Exit code 77, a skip, where the schemas (../shared/schemas) or python3-jsonschema are missing.
"""
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CEREBRO = sys.argv.pop(1) if len(sys.argv) > 1 else "cerebro"
MODEL = ROOT / "tests" / "data" / "tiny_bert"
EXAMPLES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "examples").glob("*/*/"))
SCHEMAS = next((folder for folder in (ROOT.parent / "shared" / "schemas", Path("/work/shared/schemas"))
                if folder.is_dir()), None)
try:
    import jsonschema
except ImportError:
    jsonschema = None


def output(form, *arguments):
    command = [CEREBRO, "scan", "--format", form, "--model", MODEL, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=120,
                            env={**os.environ, "SOURCE_DATE_EPOCH": "1750000000"})
    if result.returncode not in (0, 1, 3):
        raise AssertionError(result.stderr.decode())
    return result.stdout


def identity(schema):
    return schema.get("$id", schema.get("id", ""))


def violations(document, name):
    schema = json.loads((SCHEMAS / name).read_text())
    store = {}
    for other in SCHEMAS.glob("*.json"):
        text = json.loads(other.read_text())
        store[identity(text)] = store[other.name] = text
        store["http://cyclonedx.org/schema/" + other.name] = text
    kind = jsonschema.validators.validator_for(schema)
    resolver = jsonschema.RefResolver(identity(schema), schema, store=store)
    return [f"{list(error.absolute_path)}: {error.message[:300]}"
            for error in kind(schema, resolver=resolver).iter_errors(document)]


class Sarif(unittest.TestCase):
    def log(self, *arguments):
        log = json.loads(output("sarif", *arguments))
        self.assertEqual(violations(log, "sarif-2.1.0.schema.json"), [])
        return log["runs"][0]

    def test_is_valid_and_complete(self):
        run = self.log("--threshold", "0", *EXAMPLES, "missing")
        rules = run["tool"]["driver"]["rules"]
        self.assertEqual(len({rule["id"] for rule in rules}), len(rules))
        packages = [result for result in run["results"] if result["ruleId"] == "cerebro.malicious"]
        self.assertEqual(len(packages), len(EXAMPLES))
        for result in run["results"]:
            self.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
            place = result["locations"][0]["physicalLocation"]
            self.assertTrue(place["artifactLocation"]["uri"].startswith("examples/"), place)
            self.assertEqual(place["artifactLocation"]["uriBaseId"], "SRCROOT")
            self.assertGreaterEqual(place["region"]["startLine"], 1)
            self.assertIn("primaryLocationLineHash", result["partialFingerprints"])
        for rule in rules:
            float(rule["properties"]["security-severity"])
            self.assertIn("security", rule["properties"]["tags"])
            self.assertNotEqual(rule["help"]["markdown"], "")
        notes = run["invocations"][0]["toolExecutionNotifications"]
        self.assertIn("E0120", [note["descriptor"]["id"] for note in notes])
        flows = [flow["threadFlows"][0]["locations"] for result in run["results"]
                 for flow in result.get("codeFlows", [])]
        self.assertGreater(max(map(len, flows)), 2)

    def test_clean_and_empty(self):
        self.assertEqual(self.log("LICENSE")["results"], [])

    def test_the_same_input_gives_the_same_bytes(self):
        arguments = ("sarif", "--threshold", "0", *EXAMPLES)
        self.assertEqual(output(*arguments), output(*arguments, "-j", "3"))


class Osv(unittest.TestCase):
    def test_a_report_for_each_malicious_package(self):
        reports = json.loads(output("osv", "--threshold", "0", *EXAMPLES, "missing"))
        self.assertEqual(len(reports), len(EXAMPLES))
        for report in reports:
            self.assertEqual(violations(report, "osv.schema.json"), [])
            self.assertTrue(report["id"].startswith("MAL-0000-"))
            self.assertEqual(report["modified"], "2025-06-15T15:06:40Z")  # SOURCE_DATE_EPOCH
            self.assertEqual(report["affected"][0]["versions"], ["1.0.0"])
            self.assertNotEqual(report["database_specific"]["cerebro"]["evidence"], [])
        one = json.loads(output("osv", "--threshold", "0", EXAMPLES[0]))
        self.assertEqual(violations(one, "osv.schema.json"), [])
        self.assertEqual(json.loads(output("osv", "LICENSE")), [])


class CycloneDx(unittest.TestCase):
    def test_is_valid_and_complete(self):
        bom = json.loads(output("cyclonedx", "--threshold", "0", *EXAMPLES, "missing", EXAMPLES[0]))
        self.assertEqual(violations(bom, "bom-1.6.schema.json"), [])
        self.assertEqual(len(bom["components"]), len(EXAMPLES) + 2)
        references = {component["bom-ref"] for component in bom["components"]}
        self.assertEqual(len(references), len(EXAMPLES) + 2)
        self.assertEqual(len(bom["vulnerabilities"]), len(EXAMPLES) + 1)
        for one in bom["vulnerabilities"]:
            self.assertIn(one["affects"][0]["ref"], references)
            self.assertEqual(one["cwes"], [506])


if __name__ == "__main__":
    if SCHEMAS is None or jsonschema is None:
        print("SKIPPED: ../shared/schemas or python3-jsonschema is missing; nothing was validated")
        sys.exit(77)
    unittest.main()
