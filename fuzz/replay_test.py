#!/usr/bin/env python3
"""Runs every fuzz target on its seeds and on a fixed number of mutations of them.

    replay_test.py FUZZ_REPLAY [DIVISOR]     a build that is slower than others makes fewer
"""
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Mutations: half a second for each target on a core that is free, some seconds under sanitizers.
COUNTS = {"archive": 3000, "manifests": 5000, "lockfile": 20000, "javascript_parser": 20000, "javascript": 500, "typescript": 500,
          "python": 500, "shell": 500, "powershell": 500, "batch": 500, "decoders": 50000, "tokenizer": 50000,
          "safetensors": 100000, "model_config": 50000, "worker_result": 200000, "registry": 50000,
          "settings": 20000}

failed = 0
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, HERE / "seeds.py", folder], check=True, stderr=subprocess.DEVNULL)
    for target, count in COUNTS.items():
        count //= int(sys.argv[2]) if len(sys.argv) > 2 else 1
        failed |= subprocess.run([sys.argv[1], target, f"{folder}/{target}", str(count)]).returncode
    missing = {path.name for path in Path(folder).iterdir()} - set(COUNTS)
    if missing:
        sys.exit(f"not run: {missing}")
sys.exit(1 if failed else 0)
