"""What it takes to export an hour, form by form: seconds of a core, bytes, and memory.

The hour is that of `benchmarks.recording`, read from disk as it is written. Memory is what the
whole process held at most beyond what it held before.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import livekit_nb as live
from benchmarks.recording import HOUR_S, Talk
from benchmarks.table import Row
from livekit_nb.recording.export import FORMS

_UNIT = 1 if sys.platform == "darwin" else 1024


def run() -> list[Row]:
    """Export an hour in every form."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder, "hour.liverec")
        Talk().go_on(HOUR_S).save(saved)
        recording = live.load(saved)
        _ = recording.turns, recording.findings  # found once, whoever asks first
        before = _peak_bytes()
        for suffix, (what, _) in FORMS.items():
            path = Path(folder, f"hour{suffix}")
            begun_s = time.process_time()
            recording.export(path)
            took_s = time.process_time() - begun_s
            size = path.stat().st_size / 1e6
            more = (_peak_bytes() - before) / 1e6
            rows.append(
                Row(
                    f"exporting an hour as {suffix}",
                    f"{took_s:.1f} s of a core",
                    f"{what}: {size:.1f} MB; memory so far + {more:.0f} MB",
                )
            )
    return rows


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
