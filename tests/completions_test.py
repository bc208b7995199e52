#!/usr/bin/env python3
"""Checks that the shells and man can read what is generated for them, and that nothing is missing.

    completions_test.py BINARY

Shells that are not installed are skipped, visibly.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CEREBRO = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "cerebro"
COMMANDS = ["scan", "explain", "sequence", "callgraph", "dump", "behaviours", "policy", "model", "completions", "man"]


def output(*arguments):
    result = subprocess.run([CEREBRO, *arguments], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout


def options():
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", output("scan", "--help")))


class Completions(unittest.TestCase):
    def file(self, text, suffix=""):
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        path = folder / f"cerebro{suffix}"
        path.write_text(text)
        return path

    def complete(self, text):
        script = self.file(output("completions", "bash"))
        words = text.split(" ")
        quoted = " ".join(f"'{word}'" for word in words)
        return subprocess.run(["bash", "-c", f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1};"
                               f" _cerebro; printf '%s\\n' \"${{COMPREPLY[@]}}\""],
                              capture_output=True, text=True, check=True).stdout.split()

    def test_bash(self):
        script = self.file(output("completions", "bash"))
        result = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(self.complete("cerebro sc"), ["scan"])
        self.assertEqual(self.complete("cerebro scan --format sa"), ["sarif"])
        self.assertEqual(self.complete("cerebro completions fi"), ["fish"])
        self.assertTrue(set(COMMANDS) <= set(self.complete("cerebro ")))
        self.assertTrue(options() <= set(self.complete("cerebro scan --")), options())

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh(self):
        script = self.file(output("completions", "zsh"))
        result = subprocess.run(["zsh", "-n", script], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        loaded = subprocess.run(["zsh", "-fc", f"autoload -U compinit; compinit -u -D; source {script};"
                                 " print $_comps[cerebro]"], capture_output=True, text=True)
        self.assertEqual((loaded.stdout, loaded.stderr), ("_cerebro\n", ""))

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_fish(self):
        script = self.file(output("completions", "fish"), ".fish")
        result = subprocess.run(["fish", "--no-execute", script], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        done = subprocess.run(["fish", "--no-config", "-c", f"source {script}; complete -C 'cerebro scan --format sa'"],
                              capture_output=True, text=True, env={**os.environ, "HOME": str(script.parent)})
        self.assertIn("sarif", done.stdout, done.stderr)

    def test_man(self):
        page = output("man")
        for word in (*COMMANDS, *options()):
            self.assertIn(word.replace("-", "\\-"), page)
        for line in page.splitlines():  # a control line is one of the requests that are meant
            if line.startswith((".", "'")):
                self.assertRegex(line, r"^\.(TH|SH|SS|TP|PP|B|BR|I|RI|nf|fi)\b")
        if not shutil.which("man"):
            self.skipTest("man is not installed")
        shown = subprocess.run(["man", "--warnings", "-l", self.file(page, ".1")], capture_output=True, text=True,
                               env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
        if shown.returncode != 0 or "minimized" in shown.stdout:
            self.skipTest("man cannot show pages here: " + shown.stderr[:200])
        self.assertEqual(shown.stderr, "")
        self.assertIn("--write-baseline", re.sub(".\b", "", shown.stdout))


if __name__ == "__main__":
    unittest.main()
