#!/usr/bin/env python3
"""Runs the commands that the documents show and compares what they print.

    documents_test.py BINARY

In a code block, `$ cerebro ...` is a command and the lines up to the next one are its output: "..." stands
for what was cut, line breaks do not count, nor do digests and the digits of scores, which change with the model.
After `$ cd project` commands run in a project whose lockfile and node_modules have packages of examples/, with a
registry on the loopback interface that serves them.
"""
import base64
import hashlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from registry_stub import Stub

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.M | re.S)
COMMAND = re.compile(r"^ *\$ cerebro (.*)\n((?: *[^ $\n].*\n|\n)*)", re.M)


def plain(text):
    text = re.sub(r"[+-]?\d+\.\d+\b|\b[0-9a-f]{12,64}\b", "#", text)
    return " ".join(text.split())


def shown_in_order(pieces, output):
    place = 0
    for piece in pieces:
        place = output.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return True


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def tgz(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def make_project(project, stub):
    """Three examples in a lockfile, in node_modules and at the registry, and a hijacked release of the first."""
    modules = {"benign/npm-template-engine": {}, "benign/npm-config-client": {}, "malicious/npm-install-stealer": {}}
    locked = {"": {"name": "project", "version": "1.0.0"}}
    for example in modules:
        files = modules[example] = files_of(ROOT / "examples" / example)
        manifest = json.loads(files["package.json"])
        archive = tgz(files)
        stub.npm(manifest["name"], manifest["version"], archive)
        digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
        locked["node_modules/" + manifest["name"]] = {"version": manifest["version"], "integrity": "sha512-" + digest}
        for name, content in files.items():
            path = project / "node_modules" / manifest["name"] / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    lockfile = {"name": "project", "version": "1.0.0", "lockfileVersion": 3, "packages": locked}
    (project / "package-lock.json").write_text(json.dumps(lockfile, indent=2))

    engine, stealer = modules["benign/npm-template-engine"], modules["malicious/npm-install-stealer"]
    manifest = json.loads(engine["package.json"])
    manifest.update(version="1.0.1", scripts=json.loads(stealer["package.json"])["scripts"])
    stub.npm(manifest["name"], "1.0.1", tgz({**engine, "package.json": json.dumps(manifest, indent=2).encode(),
                                             "setup.js": stealer["setup.js"]}))


def main():
    with tempfile.TemporaryDirectory() as project, Stub() as stub:
        make_project(Path(project), stub)
        return check(project, {**os.environ, "npm_config_registry": stub.url + "/npm", "XDG_CACHE_HOME": project})


def check(project, environment):
    has_model = (ROOT / "models" / "cerebro" / "config.json").exists()
    errors, count = [], 0
    for document in DOCUMENTS:
        for block in BLOCK.findall(document.read_text()):
            folder = project if block.lstrip().startswith("$ cd project") else ROOT
            for command, expected in COMMAND.findall(block):
                arguments = shlex.split(command, comments=True)
                if arguments[0] in ("scan", "diff", "explain", "model") and not has_model:
                    continue
                result = subprocess.run([str(Path(sys.argv[1]).resolve()), *arguments], capture_output=True, text=True,
                                        cwd=folder, env=environment, timeout=60)
                pieces = [plain(piece) for piece in expected.split("...")]
                count += 1
                if result.returncode not in (0, 1) or not shown_in_order(pieces, plain(result.stdout)):
                    errors.append(f"{document.name}: cerebro {command} now prints:\n{result.stdout}{result.stderr}")
    if count == 0:
        errors.append("no command was found in the documents")
    print("\n".join(errors) or f"{count} commands print what the documents say")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
