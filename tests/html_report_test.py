#!/usr/bin/env python3
"""Checks the HTML report: self-contained, hostile text stays text, and a real browser shows it.

    html_report_test.py BINARY [--keep FILE.png]

Exit code 77, a skip, where no headless Chromium is installed; what needs none is checked all the same.
"""
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CEREBRO = sys.argv.pop(1) if len(sys.argv) > 1 else "cerebro"
KEEP = sys.argv.pop(2) if sys.argv[1:2] == ["--keep"] else None
if KEEP:
    sys.argv.pop(1)
MODEL = ROOT / "tests" / "data" / "tiny_bert"
DROPPER = "examples/malicious/npm-obfuscated-dropper"
BROWSER = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)
VOID = {"meta", "br"}
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>\"'><style>"


def page(*arguments):
    command = [CEREBRO, "scan", "--format", "html", "--threshold", "0", *map(str, arguments)]
    if not KEEP:
        command += ["--model", str(MODEL)]
    return subprocess.run(command, capture_output=True, cwd=ROOT, timeout=120).stdout.decode()


class Reader(HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.text, self.errors = [], set(), [], "", []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.errors.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.text += data


class Html(unittest.TestCase):
    def hostile(self):
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        package = folder / "a<b>&\"'"
        package.mkdir()
        (package / "package.json").write_text(
            '{"name": "<script>alert(1)</script>", "version": "\\"><script>", '
            '"scripts": {"postinstall": "node x.js </pre><script>"}}')
        (package / "x.js").write_text(f"/**/ eval({HOSTILE!r} + require('child_process').exec('\u202e id'))\n")
        (package / "<img src=x>.js").write_text(f"fetch('https://host.example/' + `{HOSTILE}`)\n")
        return package

    def test_hostile_text_stays_text(self):
        text = page(self.hostile())
        reader = Reader(text)
        self.assertEqual((reader.errors, reader.open), ([], []))
        for tag in ("script", "img", "iframe", "link", "object", "svg", "form", "base"):
            self.assertNotIn(tag, reader.tags)
        self.assertIn("<script>alert(1)</script>", reader.text)
        self.assertNotIn("\u202e", text)
        self.assertFalse([name for name, _ in reader.attributes if name.startswith("on")])

    def test_nothing_comes_from_elsewhere(self):
        text = page(DROPPER, "examples/benign/npm-config-client", "missing")
        reader = Reader(text)
        self.assertEqual((reader.errors, reader.open), ([], []))
        self.assertIn("default-src 'none'", text)
        for name, value in reader.attributes:
            self.assertNotEqual(name, "src")
            if name == "href":
                self.assertRegex(value, r"^#p\d+$")
        self.assertNotRegex(text, r"@import|url\(")
        for expected in ("When it is installed", "globalThis", "Decoded", "The sequence that was judged", "E0120"):
            self.assertIn(expected, reader.text)

    @unittest.skipUnless(BROWSER, "no browser")
    def test_a_browser_shows_it(self):
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        for name, target, size in (("desk", DROPPER, "900,1250"), ("phone", self.hostile(), "500,900")):
            (folder / f"{name}.html").write_text(page(target))
            command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                       f"--user-data-dir={folder / 'profile'}", f"--window-size={size}"]
            address = (folder / f"{name}.html").as_uri()
            shot = folder / f"{name}.png"
            subprocess.run([*command, f"--screenshot={shot}", address], check=True, capture_output=True, timeout=100)
            self.assertEqual(shot.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
            self.assertGreater(shot.stat().st_size, 20_000)  # a blank page is smaller
            dom = subprocess.run([*command, "--dump-dom", address], check=True, capture_output=True, timeout=100)
            self.assertIn(b"<title>Cerebro report</title>", dom.stdout)
            self.assertNotIn(b"<script", dom.stdout)
            if KEEP and name == "desk":
                shutil.copy(shot, KEEP)


if __name__ == "__main__":
    program = unittest.main(exit=False)
    if not program.result.wasSuccessful():
        sys.exit(1)
    if BROWSER is None:
        print("SKIPPED: no headless Chromium; the page was not shown")
        sys.exit(77)
