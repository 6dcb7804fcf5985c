"""Importing the package, against importing the official SDK: whole processes, in turn."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np

from benchmarks.table import Row

ROUNDS = 5


def seconds(code: str) -> float:
    """Time one Python process that runs `code`."""
    begun_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begun_s


def run() -> list[Row]:
    """Measure; the time of an empty process is taken off."""
    codes = ("pass", "import livekit_nb", "import livekit_nb as l; l.Studio", "import google.genai")
    for code in codes:
        seconds(code)
    times = [[seconds(code) for code in codes] for _ in range(ROUNDS)]
    empty, package, studio, sdk = np.median(times, axis=0)
    return [
        Row("import livekit_nb", f"{package - empty:.2f} s", f"google.genai {sdk - empty:.2f} s"),
        Row("import livekit_nb, and load the Studio", f"{studio - empty:.2f} s"),
    ]
