"""Run benchmarks and print one table, row by row as they are measured.

``python -m benchmarks`` runs all, ``python -m benchmarks codec import`` some.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import os
import platform
import sys

from benchmarks.table import Row, show

NAMES = (
    "codec",
    "import_time",
    "tool_choice",
    "addressed",
    "thinking",
    "voices",
    "seeing",
    "server_start",
    "voice_to_voice",
    "media_path",
    "asking",
    "wire_log",
    "latency_truth",
    "outside_truth",
    "kernel_use",
    "kernel_path",
    "recording",
    "diagnosis",
    "plotting",
    "exporting",
    "soak",
    "load",
    "long_talk",
    "timeline",
    "fuzz",
)


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}. There are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores\n")
    print("| what | here | beside it, in the same run |\n|---|---|---|")
    for name in names or NAMES:
        measured = importlib.import_module(f"benchmarks.{name}").run()
        rows: list[Row] = asyncio.run(measured) if inspect.iscoroutine(measured) else measured
        print(show(rows), flush=True)  # as they come: some take minutes
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
