"""Drawing a recording of an hour, from disk, PNG included; the same of a minute beside it.

The hour is the one of `benchmarks.recording`. Every picture is of a recording that was just loaded,
so that whatever of its sound a picture needs is read from disk and decoded within the time.
"""

from __future__ import annotations

import gc
import tempfile
import time
from pathlib import Path

import numpy as np

import livekit_nb as live
from benchmarks.recording import HOUR_S, Talk
from benchmarks.table import Row

ROUNDS = 3
PLOTS = (
    "timeline",
    "latency",
    "distribution",
    "floor_transfer",
    "spectrogram",
    "prosody",
    "usage",
    "compare",
)


def seconds(name: str, path: Path) -> float:
    """Time one picture of a recording that is loaded before."""
    recording = live.load(path)
    draw = getattr(live.plots, name)
    gc.collect()
    begun_s = time.perf_counter()
    draw(recording).png()
    return time.perf_counter() - begun_s


def run() -> list[Row]:
    """Measure each picture, in turn with that of a minute."""
    with tempfile.TemporaryDirectory() as folder:
        hour, minute = Path(folder, "hour.liverec"), Path(folder, "minute.liverec")
        Talk().go_on(HOUR_S).save(hour)
        Talk().go_on(60.0).save(minute)
        rows = []
        for name in PLOTS:
            seconds(name, minute)  # once before, so that nothing is imported in it
            times = [(seconds(name, hour), seconds(name, minute)) for _ in range(ROUNDS)]
            of_hour, of_minute = np.median(times, axis=0)
            rows.append(
                Row(
                    f"plots.{name} of an hour", f"{of_hour:.2f} s", f"of a minute {of_minute:.2f} s"
                )
            )
    return rows
