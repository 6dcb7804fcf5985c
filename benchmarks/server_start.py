"""Starting the embedded server: until it says that it is ready, and its memory then."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.table import Row

ROUNDS = 3


def run() -> list[Row]:
    """Measure whole processes, one after the other."""
    ready_s, memory_mb = [], []
    for _ in range(ROUNDS + 1):
        begun_s = time.perf_counter()
        command = [sys.executable, "-m", "livekit_nb.cli", "serve", "--until-stdin-closes"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            json.loads(process.stdout.readline())
            ready_s.append(time.perf_counter() - begun_s)
            memory_mb.append(resident_mb(process.pid))
            process.terminate()
    figure = f"{np.median(ready_s[1:]):.1f} s"  # the first start fills the disk's cache
    memory = f"{max(memory_mb):.0f} MB" if all(memory_mb) else "unknown on this system"
    return [Row("embedded server ready", figure), Row("its memory then", memory)]


def resident_mb(pid: int) -> float:
    """Return a process's resident memory, or 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
