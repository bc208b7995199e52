#!/usr/bin/env python3
"""Validates real output of each format against its published schema, and what pages need beyond it.

    report_formats_test.py BINARY

Exit code 77, a skip, where the schemas (../shared/schemas) or python3-jsonschema are missing.
"""
import gzip
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


def output(form, *arguments, more=""):
    command = [CEREBRO, "scan", "--format", form, "--model", MODEL, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=120, input=more.encode(),
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

    def test_what_a_code_scanning_page_accepts(self):
        """The limits and required properties that GitHub publishes, with more results than it keeps:
        docs.github.com, "SARIF support for code scanning", "SARIF results exceed limit" and
        "SARIF file is too large"."""
        copies = 5000 // 6 // len(EXAMPLES) + 20
        text = output("sarif", "--threshold", "0", "--from", "-",
                      more="\n".join(EXAMPLES * copies) + "\n")
        self.assertLess(len(gzip.compress(text)), 10_000_000)
        log = json.loads(text)
        self.assertLessEqual(len(log["runs"]), 20)
        run = log["runs"][0]
        self.assertEqual(len(run["results"]), 5000)
        packages = [one for one in run["results"] if one["ruleId"] == "cerebro.malicious"]
        self.assertEqual(len(packages), copies * len(EXAMPLES))  # none gave way to a reason
        notes = run["invocations"][0]["toolExecutionNotifications"]
        self.assertIn("left out", notes[-1]["message"]["text"])
        rules = run["tool"]["driver"]["rules"]
        self.assertLessEqual(len(rules), 25_000)
        for rule in rules:
            self.assertLessEqual(len(rule["name"]), 255)
            for field in ("shortDescription", "fullDescription"):
                self.assertTrue(0 < len(rule[field]["text"]) <= 1024, rule)
            self.assertTrue(rule["help"]["text"])
            self.assertLessEqual(len(rule["properties"]["tags"]), 10)
            self.assertIn(rule["properties"]["precision"], ("very-high", "high", "medium", "low"))
            self.assertTrue(0 < float(rule["properties"]["security-severity"]) <= 10)
            self.assertIn(rule["defaultConfiguration"]["level"], ("note", "warning", "error"))
        for result in run["results"]:
            self.assertTrue(result["message"]["text"])
            self.assertTrue(1 <= len(result["locations"]) <= 100)
            self.assertLessEqual(len(result.get("relatedLocations", [])), 100)
            self.assertTrue(result["partialFingerprints"]["primaryLocationLineHash"])
            places = [place["physicalLocation"] for place in result["locations"]]
            for flow in result.get("codeFlows", []):
                steps = flow["threadFlows"][0]["locations"]
                self.assertLessEqual(len(steps), 1000)
                places += [step["location"]["physicalLocation"] for step in steps]
            for place in places:
                uri = place["artifactLocation"]["uri"]
                self.assertFalse(uri.startswith("/") or "://" in uri or "\\" in uri, uri)
                region = place.get("region")
                if region is not None:
                    self.assertEqual(region["startLine"], region["endLine"])
                    self.assertLess(region["startColumn"], region["endColumn"])

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
