#!/usr/bin/env python3
"""Checks what other programs rely on: exit codes, formats, order, determinism, errors.

    cli_test.py BINARY
"""
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CEREBRO = sys.argv.pop(1) if len(sys.argv) > 1 else "cerebro"
# Not a real judge: four layers of noise that give every package some score.
MODEL = ROOT / "tests" / "data" / "tiny_bert"
STEALER = ROOT / "examples" / "malicious" / "npm-install-stealer"
TWIN = ROOT / "examples" / "benign" / "npm-config-client"
FIELDS = ["schema", "target", "ecosystem", "name", "version", "sha256", "verdict", "score", "model",
          "catalogue", "behaviours", "sequence", "notes", "stats"]


def run(*arguments, stdin="", **options):
    environment = {**os.environ, "CEREBRO_MODEL": str(MODEL)}
    return subprocess.run([CEREBRO, *map(str, arguments)], input=stdin.encode(), capture_output=True,
                          env=environment, timeout=120, **options)


def reports(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def scan(*arguments, **options):
    return reports(run("scan", "--format", "jsonl", *arguments, **options))


def without_times(report):
    report = {**report, "target": None, "stats": {**report["stats"], "ms": None}}
    return report


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, path, content=""):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def tarball(self, name, folder, mode="w:gz"):
        path = self.folder / name
        with tarfile.open(path, mode) as archive:
            archive.add(folder, "package")
        return path


class ExitCodes(Case):
    def code(self, expected, *arguments, **options):
        result = run(*arguments, **options)
        self.assertEqual(result.returncode, expected, (arguments, result.stdout, result.stderr))
        return result

    def test_follow_fail_on_and_threshold(self):
        malicious, clean = ["--threshold", "0"], ["--threshold", "1", "--fail-on", "malicious"]
        self.code(1, "scan", *malicious, STEALER)
        self.code(0, "scan", *clean, STEALER)
        self.code(0, "scan", *malicious, "--fail-on", "never", STEALER)
        self.code(1, "scan", *malicious, "--fail-on", "suspicious", STEALER)

    def test_found_outranks_unread(self):
        missing = self.folder / "missing"
        self.code(3, "scan", missing)
        self.code(3, "scan", "--threshold", "1", STEALER, missing)
        self.code(1, "scan", "--threshold", "0", STEALER, missing)

    def test_usage(self):
        for arguments in (["scan"], ["scan", "--format", "xml", STEALER], ["scan", "--threshold", "2", STEALER],
                          ["scan", "--fail-on", "clean", STEALER], ["scan", "-j", "0", STEALER], ["sacn"], [],
                          ["scan", "--from", self.folder / "missing"], ["dump", "nothing", STEALER],
                          ["scan", "--model", self.folder, STEALER], ["model", "--path", self.folder, "info"]):
            result = self.code(2, *arguments)
            self.assertEqual(result.stdout, b"", arguments)
            self.assertNotEqual(result.stderr, b"", arguments)

    def test_help_and_version(self):
        for arguments in (["--help"], ["scan", "--help"], ["--help-all"], ["--version"]):
            self.assertNotEqual(self.code(0, *arguments).stdout, b"", arguments)

    def test_full_disk_and_closed_pipe(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([CEREBRO, "behaviours"], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(result.returncode, 3)
        self.assertIn(b"E0703", result.stderr)
        reader, writer = os.pipe()
        os.close(reader)
        result = subprocess.run([CEREBRO, "behaviours"], stdout=writer, stderr=subprocess.PIPE)
        os.close(writer)
        self.assertEqual(result.returncode, 3)
        self.code(3, "scan", "-o", self.folder / "no" / "folder", STEALER)


class Formats(Case):
    def test_jsonl_has_the_fields_in_order(self):
        (report,) = scan(STEALER)
        self.assertEqual(list(report), FIELDS)
        self.assertEqual(report["schema"], "cerebro.scan/1")
        self.assertEqual((report["ecosystem"], report["name"], report["version"]),
                         ("npm", "example-install-stealer", "1.0.0"))
        behaviour = next(row for row in report["behaviours"] if row["id"] == "read.environment")
        self.assertEqual(list(behaviour), ["id", "feature", "phase", "file", "line", "column", "snippet",
                                           "detail", "weight", "path"])
        self.assertEqual((behaviour["phase"], behaviour["file"], behaviour["line"]), ("install", "setup.js", 7))
        self.assertEqual(behaviour["path"][0], "postinstall")

    def test_json_is_an_object_or_an_array(self):
        self.assertEqual(list(json.loads(run("scan", "--format", "json", STEALER).stdout)), FIELDS)
        self.assertEqual(len(json.loads(run("scan", "--format", "json", STEALER, TWIN).stdout)), 2)
        one = run("scan", "--format", "json", "--from", "-", stdin=f"{TWIN}\n")
        self.assertEqual(len(json.loads(one.stdout)), 1)
        self.assertEqual(json.loads(run("scan", "--format", "json", "--from", "-").stdout), [])

    def test_output_file(self):
        path = self.folder / "report.json"
        self.assertEqual(run("scan", "--format", "json", "-o", path, STEALER).stdout, b"")
        self.assertEqual(list(json.loads(path.read_text())), FIELDS)

    def test_human_has_no_colour_off_a_terminal(self):
        result = run("scan", STEALER, TWIN)
        self.assertNotIn(b"\x1b", result.stdout)
        self.assertIn(b"2 packages", result.stdout.splitlines()[-1])

    def test_hostile_bytes_stay_valid(self):
        name = b"b\xff\x1b[2J.js"
        (self.folder / "p").mkdir()
        with open(os.path.join(os.fsencode(self.folder), b"p", name), "wb") as file:
            file.write(b"eval('\x1b[31m\xff' + require('child_process').exec('\xe2\x80\xae id'))\n")
        result = run("scan", "--format", "jsonl", self.folder / "p")
        self.assertEqual(len(reports(result)), 1)
        result.stdout.decode()
        for command in (["scan", "--threshold", "0"], ["explain"]):
            self.assertNotIn(b"\x1b", run(*command, self.folder / "p").stdout)

    def test_sequence(self):
        result = run("sequence", "--format", "jsonl", STEALER)
        (line,) = reports(result)
        self.assertEqual(list(line)[:6], ["target", "sha256", "ecosystem", "name", "version", "entries"])
        text = run("sequence", STEALER).stdout.decode().rstrip("\n")
        self.assertEqual(text.split("\n"), line["entries"])
        self.assertTrue(text.startswith("start entry install, run at install"))
        roots = run("sequence", "--roots", STEALER).stdout
        self.assertIn(b"read sensitive information", roots)
        self.assertNotIn(b"run at install", roots)

    def test_every_step_has_a_dump(self):
        for step in ("archive", "package", "syntax", "behaviour", "callgraph", "sequence"):
            result = run("dump", step, STEALER)
            self.assertEqual(result.returncode, 0, step)
            self.assertNotEqual(result.stdout, b"", step)

    def test_callgraph(self):
        graph = json.loads(run("callgraph", STEALER).stdout)
        self.assertIn("setup.collect", graph["setup"])
        self.assertIn("os.hostname", graph["setup.collect"])
        edges = run("callgraph", "--format", "edges", STEALER).stdout.decode().splitlines()
        self.assertIn("setup.js:global:30 -> setup.js:collect:6", edges)

    def test_behaviours_and_model(self):
        table = json.loads(run("behaviours", "--format", "json").stdout)
        self.assertEqual(len({row["feature"] for row in table["behaviours"]}), 16)
        self.assertEqual(len(run("behaviours").stdout.splitlines()), len(table["behaviours"]))
        self.assertIn(b"parameters", run("model", "info").stdout)
        self.assertTrue(run("model", "verify").stdout.startswith(b"ok "))


class Batches(Case):
    def test_one_line_each_in_input_order_whatever_goes_wrong(self):
        good = self.tarball("good.tgz", STEALER)
        cut = self.write("cut.tgz", good.read_bytes()[:-200])
        empty = self.write("empty.tgz")
        nothing = self.folder / "nothing"
        nothing.mkdir()
        loose = self.write("loose/a.py", "import os\nos.system('id')\n").parent
        targets = [good, cut, empty, self.folder / "missing", nothing, loose, "npm:left-pad@1.3.0", good]
        result = run("scan", "--format", "jsonl", "--threshold", "1", "--from", "-", TWIN,
                     stdin="".join(f"{target}\n" for target in targets))
        self.assertEqual(result.returncode, 3)
        lines = reports(result)
        self.assertEqual([line["target"] for line in lines], [str(TWIN), *map(str, targets)])
        codes = [{note["code"] for note in line["notes"]} for line in lines]
        for index, code in ((2, "E0102"), (4, "E0120"), (5, "E0103"), (6, "E0201"), (7, "E0705")):
            self.assertIn(code, codes[index], lines[index])
        for index in (2, 3, 4, 5, 7):
            self.assertNotEqual(lines[index]["verdict"], "clean", lines[index])
        self.assertNotEqual(codes[3], set())

    def test_a_text_file_is_not_clean_but_a_package_of_data_is(self):
        (text,) = scan(self.write("notes.txt", "hello"))
        self.assertEqual(text["verdict"], "incomplete")
        data = self.write("data/package.json", '{"name": "data", "version": "1.0.0"}').parent
        (package,) = scan(data)
        self.assertEqual((package["verdict"], package["score"]), ("clean", 0.0))

    def test_the_same_input_gives_the_same_bytes(self):
        first = self.folder / "one" / "package"
        second = self.folder / "two" / "deeper" / "package"
        for copy in (first, second):
            shutil.copytree(STEALER, copy)
        archives = [self.tarball(f"{name}.tgz", STEALER) for name in ("a", "b")]
        archives[1].write_bytes(archives[0].read_bytes())
        for pair in ((first, second), archives):
            results = [scan("-j", jobs, target) for target in pair for jobs in (1, 2)]
            self.assertEqual(len({json.dumps(without_times(one)) for (one,) in results}), 1)
        # A directory has another digest than its archive; all else is the same.
        (archive,), (directory,) = scan(archives[0]), scan(first.parent)
        for report in (archive, directory):
            report["sha256"] = None
        self.assertEqual(without_times(archive), without_times(directory))
        many = [STEALER, TWIN] * 20
        self.assertEqual([without_times(one) for one in scan("-j", 1, *many)],
                         [without_times(one) for one in scan("-j", 4, *many)])

    def test_password(self):
        # Made by zip -P secret: Python's zipfile cannot encrypt.
        if shutil.which("zip") is None:
            self.skipTest("zip is not installed")
        path = self.folder / "sample.zip"
        subprocess.run(["zip", "-qrP", "secret", path, "."], cwd=STEALER, check=True)
        (locked,) = scan(path)
        self.assertIn("E0110", {note["code"] for note in locked["notes"]})
        (opened,) = scan("--archive-password", "secret", path)
        self.assertEqual(opened["notes"], [])
        self.assertEqual(opened["name"], "example-install-stealer")

    def test_deep_nesting_costs_one_target_at_most(self):
        package = self.write("deep/index.js", "(" * 200_000 + "1" + ")" * 200_000).parent
        self.write("deep/a.py", "x = " + "[" * 100_000 + "]" * 100_000)
        self.write("deep/b.js", "a" + "+a" * 300_000)
        self.write("deep/c.js", "if (a) " * 50_000 + "b()")
        lines = scan(package, TWIN)
        self.assertEqual(len(lines), 2)
        self.assertEqual(lines[1]["name"], "example-config-client")


if __name__ == "__main__":
    unittest.main()
