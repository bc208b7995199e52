#!/usr/bin/env python3
"""Tries libcerebro.so as others would: installed, by the example in C, and from Python.

    shared_library_test.py BUILD
"""
import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "cerebro"
STEALER = ROOT / "examples" / "malicious" / "npm-install-stealer"


def run(*command, **options):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120,
                            **options)
    return result.stdout


def bind(path):
    """The whole binding: what a function takes and gives."""
    library = ctypes.CDLL(str(path))
    text, handle = ctypes.c_char_p, ctypes.c_void_p
    for name, gives, *takes in (("cerebro_api_version", ctypes.c_int), ("cerebro_version", text),
                                ("cerebro_model_load", handle, text, text, ctypes.c_size_t),
                                ("cerebro_model_free", None, handle),
                                ("cerebro_scan", handle, handle, text),
                                ("cerebro_report_free", None, handle),
                                ("cerebro_report_verdict", ctypes.c_int, handle),
                                ("cerebro_report_score", ctypes.c_double, handle),
                                ("cerebro_report_text", text, handle, text)):
        function = getattr(library, name)
        function.restype, function.argtypes = gives, takes
    return library


def main():
    build = Path(sys.argv[1]).resolve()
    missing = [tool for tool in ("cc", "pkg-config", "nm", "readelf") if shutil.which(tool) is None]
    if missing:
        print("not tried: there is no", ", ".join(missing))
        sys.exit(77)
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["cmake", "--install", build, "--prefix", place, "--component", "library"],
                       check=True, capture_output=True)
        (pkgconfig,) = Path(place).rglob("cerebro.pc")
        (library,) = Path(place).rglob("libcerebro.so")

        shown = [line.split()[-1] for line in run("nm", "-D", "--defined-only", library).splitlines()]
        declared = set(re.findall(r"\b(cerebro_\w+)\(", (ROOT / "include/cerebro.h").read_text()))
        names = {name.split("@")[0] for name in shown} - {"CEREBRO_1"}
        assert names == declared, names ^ declared
        assert "libcerebro.so.1" in run("readelf", "-d", library)

        environment = {**os.environ, "PKG_CONFIG_PATH": str(pkgconfig.parent),
                       "LD_LIBRARY_PATH": str(library.parent)}
        flags = run("pkg-config", "--cflags", "--libs", "cerebro", env=environment).split()
        example = Path(place) / "scan"
        subprocess.run(["cc", ROOT / "examples/c/scan.c", "-o", example, *flags], check=True)
        report = json.loads(run(example, MODEL, "json", STEALER, env=environment))
        assert report["verdict"] == "malicious", report["verdict"]

        cerebro = bind(library)
        reason = ctypes.create_string_buffer(200)
        assert cerebro.cerebro_model_load(b"missing", reason, len(reason)) is None
        assert b"E0601" in reason.value, reason.value
        model = cerebro.cerebro_model_load(os.fsencode(MODEL), reason, len(reason))
        scanned = cerebro.cerebro_scan(model, os.fsencode(STEALER))
        assert cerebro.cerebro_report_verdict(scanned) == 0
        assert abs(cerebro.cerebro_report_score(scanned) - report["score"]) < 1e-5
        there = json.loads(cerebro.cerebro_report_text(scanned, b"json"))
        assert there["behaviours"] == report["behaviours"]
        cerebro.cerebro_report_free(scanned)
        cerebro.cerebro_model_free(model)
        print(f"libcerebro.so {cerebro.cerebro_version().decode()} shows {len(names)} functions; "
              "C and Python get the report of the command line")


main()
