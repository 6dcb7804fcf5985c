"""Rows of results, and how they are printed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, what came out, and what to compare it with."""

    what: str
    figure: str
    beside: str = ""


def show(rows: Sequence[Row]) -> str:
    """Return the rows of a Markdown table."""
    return "\n".join(f"| {row.what} | {row.figure} | {row.beside} |" for row in rows)


def percentiles(seconds: Sequence[float]) -> str:
    """Return ``p50 / p95`` in milliseconds."""
    if not len(seconds):
        return "none"
    p50, p95 = np.percentile(np.asarray(seconds) * 1000, [50, 95])
    return f"{p50:.1f} / {p95:.1f} ms"


def paired(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 15) -> list:
    """Time two functions in turn, A B A B …; returns two medians of seconds a call."""
    times: list[list[float]] = [[], []]
    calls = 200
    for _ in range(rounds):
        for which, function in enumerate((ours, theirs)):
            begun_s = time.perf_counter()
            for _ in range(calls):
                function()
            times[which].append((time.perf_counter() - begun_s) / calls)
    return [float(np.median(values)) for values in times]
