"""Who waits and who talks in: the offsets at which the floor goes from the user to the agent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from livekit_nb.errors import RecordingError
from livekit_nb.plots.figure import (
    CUT,
    INK,
    LEGEND_ROW_IN,
    WAIT,
    Picture,
    legend_above,
    quiet_axes,
    say,
)
from livekit_nb.plots.people import WORDS, people
from livekit_nb.plots.several import longest_shown, named
from livekit_nb.plots.subject import Drawable
from livekit_nb.recording import Recording
from livekit_nb.recording.display import counted
from livekit_nb.recording.tables.table import Column, Table

__all__ = ["FloorTransfers", "floor_transfer"]

_WIDTH_IN: Final = 8.6
_LEFT_MS: Final = -400.0
_RIGHT_MS: Final = 1200.0


class FloorTransfers(NamedTuple):
    """What is written about one recording's floor transfers; ``None`` is unknown."""

    name: str
    n: int
    overlaps: int
    median_ms: float | None
    overlap_s: float


def floor_transfer(
    *recordings: Drawable, names: Sequence[str] | None = None, bin_ms: float = 100.0
) -> Picture:
    """Draw a histogram of floor transfer offsets: gaps, and overlaps as negative gaps.

    The offset of a turn is the time from the end of the user's speech to the agent's first audible
    sample (`Turn.floor_transfer_offset`). It is the measure by which turn-taking among people is
    described; grey is what those do, and :mod:`livekit_nb.plots.people` names the sources.

    Parameters
    ----------
    *recordings : Recording, or what has one (Studio, session, Player)
        What to draw, up to twelve.
    names : sequence of str, optional
        What they are called in the picture.
    bin_ms : float
        Width of a bin in milliseconds; one border is at 0.

    Returns
    -------
    Picture
        With alternative text; ``.table`` has the numbers of transfers and overlaps, the median
        offset, and for how long user and agent talked at once.

    Raises
    ------
    RecordingError
        If there is no recording, the names are not one for each, or the bins are too narrow.
    """
    if not isinstance(bin_ms, int | float | np.number) or not 5.0 <= float(bin_ms) <= 1000.0:
        raise RecordingError(f"Bins are 5 to 1000 ms wide, not {bin_ms!r} ms; 100 is usual.")
    shown = named(recordings, names)
    offsets = [_offsets_ms(one.recording) for one in shown]
    rows = [
        _summary(one.name, one.recording, found) for one, found in zip(shown, offsets, strict=True)
    ]
    figure = Picture(width_in=_WIDTH_IN, height_in=3.2 + LEGEND_ROW_IN * len(shown), alt=_alt(rows))
    figure.table = _table(rows)
    axes = figure.add_subplot()
    quiet_axes(axes, grid="y")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("floor transfer offset in milliseconds (negative: the agent talked in)")
    axes.set_ylabel("turns" if len(shown) == 1 else "share of turns in percent")
    edges, beyond = _edges(offsets, bin_ms)
    axes.set_xlim(edges[0], edges[-1])
    if not any(len(found) for found in offsets):
        axes.set_ylim(0.0, 1.0)
        axes.set_yticks([])
        say(axes, "the floor never went from the user to the agent")
        return figure
    reference = people(axes, per_s=1000.0)
    axes.axvline(0.0, color=INK, linewidth=0.8)
    handles: list[Artist] = []
    if len(shown) == 1:
        counts, _ = np.histogram(offsets[0], edges)
        colours = [CUT if edge < 0.0 else WAIT for edge in edges[:-1]]
        axes.bar(edges[:-1], counts, width=0.92 * np.diff(edges), align="edge", color=colours)
        handles.append(Patch(color=WAIT, label=f"gap ({rows[0].n - rows[0].overlaps})"))
        if rows[0].overlaps:
            handles.append(Patch(color=CUT, label=f"overlap ({rows[0].overlaps})"))
        median_ms = rows[0].median_ms
        if median_ms is not None and median_ms <= edges[-1]:
            axes.axvline(median_ms, color=INK, linestyle="--", linewidth=1.4)
            label = f"median {median_ms:.0f} ms, n = {rows[0].n}"
            handles.append(Line2D([], [], color=INK, linestyle="--", label=label))
    else:
        for one, found, row in zip(shown, offsets, rows, strict=True):
            counts, _ = np.histogram(found, edges)
            shares = 100.0 * counts / max(len(found), 1)
            axes.stairs(shares, edges, color=one.colour, linestyle=one.dash, linewidth=2.0)
            median = "" if row.median_ms is None else f", median {row.median_ms:.0f} ms"
            label = f"{one.label}: n = {row.n}{median}"
            handles.append(Line2D([], [], color=one.colour, linestyle=one.dash, label=label))
    if beyond:
        axes.text(
            0.995,
            0.94,
            f"{counted(beyond, 'turn')} longer →",
            transform=axes.transAxes,
            fontsize=8,
            color=INK,
            ha="right",
        )
    legend_above(figure, [*handles, reference], columns=4 if len(shown) == 1 else 2)
    return figure


def _offsets_ms(recording: Recording) -> npt.NDArray[np.float64]:
    offsets = (turn.floor_transfer_offset for turn in recording.turns)
    return np.array([1000.0 * offset for offset in offsets if offset is not None])


def _edges(
    offsets: list[npt.NDArray[np.float64]], bin_ms: float
) -> tuple[npt.NDArray[np.float64], int]:
    """Borders of the bins, whole multiples of their width, and how many offsets lie beyond them."""
    known = np.concatenate(offsets)
    first = math.floor(min(_LEFT_MS, float(known.min(initial=_LEFT_MS))) / bin_ms)
    last = math.floor(longest_shown(offsets, _RIGHT_MS) / bin_ms) + 1
    edges = bin_ms * np.arange(first, last + 1, dtype=np.float64)
    return edges, int((known > edges[-1]).sum())


def _summary(name: str, recording: Recording, offsets: npt.NDArray[np.float64]) -> FloorTransfers:
    return FloorTransfers(
        name,
        len(offsets),
        int((offsets < 0.0).sum()),
        float(np.median(offsets)) if len(offsets) else None,
        sum(turn.overlap_s or 0.0 for turn in recording.turns),
    )


def _table(rows: list[FloorTransfers]) -> Table[FloorTransfers]:
    return Table(
        rows,
        layout=[
            Column("name", lambda row: row.name, "recording"),
            Column("n", lambda row: row.n, "transfers", decimals=0),
            Column("overlaps", lambda row: row.overlaps, "overlaps", decimals=0),
            Column("median_ms", lambda row: row.median_ms, "median offset", unit="ms", decimals=0),
            Column("overlap_s", lambda row: row.overlap_s, "talked at once", unit="s", decimals=2),
        ],
    )


def _alt(rows: list[FloorTransfers]) -> str:
    parts = []
    for number, row in enumerate(rows, start=1):
        which = f"Recording {number}" if len(rows) > 1 else "This recording"
        if row.median_ms is None:
            parts.append(f"{which}: none.")
            continue
        parts.append(
            f"{which}: {counted(row.n, 'transfer')}, {row.overlaps} in overlap, median offset "
            f"{row.median_ms:.0f} milliseconds."
        )
    beside = f" Beside: {WORDS}." if any(row.n for row in rows) else ""
    return f"Floor transfer offsets from the user to the agent. {' '.join(parts)}{beside}"
