#!/usr/bin/env python3
"""Checks policies and baselines through the command line: what counts, what is still shown, errors.

    policy_test.py BINARY
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CEREBRO = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "cerebro"
MODEL = ROOT / "tests" / "data" / "tiny_bert"
STEALER = ROOT / "examples" / "malicious" / "npm-install-stealer"
NAME = "example-install-stealer"


class Policies(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp()).resolve()
        self.addCleanup(shutil.rmtree, self.folder)

    def run_in(self, folder, *arguments):
        return subprocess.run([CEREBRO, *map(str, arguments)], capture_output=True, text=True, cwd=folder, timeout=60,
                              env={**os.environ, "CEREBRO_MODEL": str(MODEL)})

    def scan(self, expected, *arguments, target=STEALER, threshold=("--threshold", "0")):
        result = self.run_in(self.folder, "scan", "--format", "json", *threshold, *arguments, target)
        self.assertEqual(result.returncode, expected, result.stdout[-500:] + result.stderr)
        return json.loads(result.stdout) if result.stdout else None, result.stderr

    def policy(self, text, path=".cerebro.toml"):
        path = self.folder / path
        path.write_text(text)
        return path

    def test_allowed_is_shown_and_does_not_count(self):
        self.scan(1)
        self.policy(f"[[allow]]\nname = 'npm:{NAME}'\nversion = '1.0.*'\nreason = 'ticket 12'\n")
        report, _ = self.scan(0)
        self.assertEqual(report["verdict"], "malicious")
        self.assertEqual(report["suppressed"], {"by": "allow", "reason": "ticket 12"})
        self.scan(1, "--no-policy")
        inner = self.folder / "a" / "b"
        inner.mkdir(parents=True)
        self.assertEqual(self.run_in(inner, "scan", "--threshold", "0", STEALER).returncode, 0)

    def test_expired_rows_are_said(self):
        self.policy(f"[[allow]]\nname = '{NAME}'\nreason = 'until fixed'\nexpires = 2020-01-31\n")
        _, said = self.scan(1)
        self.assertIn(".cerebro.toml:1: expired on 2020-01-31 and does not apply (until fixed)", said)

    def test_thresholds_and_fail_on(self):
        self.policy("[scan]\nthreshold = 0\nfail-on = 'never'\n")
        report, _ = self.scan(0, threshold=())
        self.assertEqual(report["verdict"], "malicious")
        self.scan(1, "--fail-on", "malicious", threshold=())
        self.policy("[scan]\nthreshold = 1\nsuspicious = 1\n")
        self.assertEqual(self.scan(0, threshold=())[0]["verdict"], "clean")

    def test_forbidden_behaviour_fails_whatever_the_verdict(self):
        self.policy("[[forbid]]\nbehaviour = 'net.*'\nphase = 'install'\nreason = 'no network at install'\n")
        report, _ = self.scan(1, threshold=("--threshold", "1"))
        self.assertIn("no network at install", report["violations"][0]["message"])
        index = report["violations"][0]["behaviour"]
        self.assertTrue(report["behaviours"][index]["id"].startswith("net."))
        self.scan(0, "--fail-on", "never", threshold=("--threshold", "1"))
        sarif = self.run_in(self.folder, "scan", "--format", "sarif", "--threshold", "1", STEALER)
        rules = [result["ruleId"] for result in json.loads(sarif.stdout)["runs"][0]["results"]]
        self.assertIn("cerebro.forbidden-behaviour", rules)

    def test_suppressions_in_sarif(self):
        self.policy(f"[[allow]]\nname = '{NAME}'\nversion = '1.0.0'\nreason = 'ticket 12'\n")
        sarif = self.run_in(self.folder, "scan", "--format", "sarif", "--threshold", "0", STEALER)
        for result in json.loads(sarif.stdout)["runs"][0]["results"]:
            self.assertEqual(result["suppressions"][0]["justification"], "allow: ticket 12")

    def test_a_package_cannot_bring_its_own_policy(self):
        package = self.folder / "package"
        shutil.copytree(STEALER, package)
        (package / ".cerebro.toml").write_text("[[allow]]\nname = '*'\nreason = 'trust me'\n")
        result = self.run_in(package, "scan", "--threshold", "0", ".")
        self.assertEqual(result.returncode, 1)
        self.assertIn("is not used", result.stderr)
        self.assertEqual(self.run_in(package, "scan", "--threshold", "0", "--policy", ".cerebro.toml", ".").returncode, 0)

    def test_errors_have_lines_and_nothing_is_scanned(self):
        path = self.policy("[scan]\nthreshold = 0.5\n\n[[allow]]\nname = 'x'\n\n[[forbid]]\nbehaviour = 'net.htpp'\n")
        for arguments in (("scan", STEALER), ("policy", "check"), ("policy", "check", path)):
            result = self.run_in(self.folder, *arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn(".cerebro.toml:4: [[allow]]: the reason is missing", result.stderr)
            self.assertIn(".cerebro.toml:8: no behaviour is called `net.htpp`", result.stderr)
        for arguments in (("scan", "--policy", "missing", STEALER), ("scan", "--baseline", path, STEALER),
                          ("policy", "check", "missing"), ("policy",)):
            self.assertEqual(self.run_in(self.folder, *arguments).returncode, 2, arguments)
        path.write_text("[ignore]\npaths = ['tests/']\n")
        self.assertIn("ignored paths 1", self.run_in(self.folder, "policy", "check").stdout)

    def test_a_baseline_accepts_today_and_fails_on_what_is_new(self):
        package = self.folder / "package"
        shutil.copytree(STEALER, package)
        self.scan(1, "--write-baseline", "today", target=package)
        report, _ = self.scan(0, "--baseline", "today", target=package)
        self.assertEqual(report["suppressed"]["by"], "baseline")
        code = package / "setup.js"
        code.write_text("\n\n" + code.read_text())  # lines move, nothing else
        self.scan(0, "--baseline", "today", target=package)
        code.write_text(code.read_text() + "\nrequire('child_process').execSync('id');\n")
        report, _ = self.scan(1, "--baseline", "today", target=package)
        self.assertNotIn("suppressed", report)
        self.assertTrue([row for row in report["behaviours"] if "suppressed" not in row])
        self.scan(3, "--fail-on", "never", "--write-baseline", "no/such/folder")
        first = (self.folder / "today").read_text()
        self.scan(1, "--write-baseline", "again", target=STEALER)
        self.assertTrue(first.startswith("# cerebro baseline 1\n"))


class Streams(unittest.TestCase):
    def test_quiet_verbose_and_summary(self):
        def scan(*arguments):
            return subprocess.run([CEREBRO, "scan", "--model", MODEL, "--no-policy", *map(str, arguments)],
                                  capture_output=True, text=True).stdout
        twin = ROOT / "examples" / "benign" / "npm-config-client"
        quiet = scan("-q", "--threshold", "0", STEALER, ROOT / "missing").splitlines()
        self.assertEqual(len(quiet), 3)
        self.assertTrue(quiet[0].startswith("MALICIOUS") and quiet[1].startswith("INCOMPLETE"))
        self.assertLess(len(scan("--threshold", "0", STEALER)), len(scan("-v", "--threshold", "0", STEALER)))
        many = scan("--threshold", "0", STEALER, twin)
        self.assertIn("\nverdict     score  package", many)
        self.assertEqual(many.splitlines()[-1][:10], "2 packages")


if __name__ == "__main__":
    unittest.main()
