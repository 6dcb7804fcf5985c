"""How long answers took, all of them at once: the distribution of voice-to-voice latency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from livekit_nb.plots.figure import (
    FONT_PT,
    INK,
    LEGEND_ROW_IN,
    Picture,
    legend_above,
    quiet_axes,
    say,
)
from livekit_nb.plots.people import THRESHOLDS_S, WORDS, people, thresholds
from livekit_nb.plots.several import Named, longest_shown, named
from livekit_nb.plots.subject import Drawable
from livekit_nb.recording import Recording
from livekit_nb.recording.display import counted
from livekit_nb.recording.tables.table import Column, Table

__all__ = ["LatencySummary", "distribution", "waits_of"]

_WIDTH_IN: Final = 8.6
_RUG: Final = 0.055  # of the axes' height, for a recording
_LEAST_S: Final = 1.2


class LatencySummary(NamedTuple):
    """What is written about one recording's voice-to-voice latency; ``None`` is unknown."""

    name: str
    n: int
    median_s: float | None
    p95_s: float | None
    within: tuple[float | None, ...]
    """Shares of the turns that were answered within `THRESHOLDS_S`, 0…1."""


def distribution(*recordings: Drawable, names: Sequence[str] | None = None) -> Picture:
    """Draw how voice-to-voice latency is distributed, beside people's and what is asked for.

    For each recording the share of its answered turns whose answer came within a time (the
    empirical cumulative distribution), the median and the 95th percentile; below, each turn is a
    tick. Grey is what people do among themselves; :mod:`livekit_nb.plots.people` names the sources.
    Dotted are 300, 500, 700 ms and 1 s, which are quoted as goals for voice agents. The 95th
    percentile is the shortest time within which 95 % of the turns were answered; nothing is
    interpolated.

    Parameters
    ----------
    *recordings : Recording, or what has one (Studio, session, Player)
        What to draw, up to twelve.
    names : sequence of str, optional
        What they are called in the picture.

    Returns
    -------
    Picture
        With alternative text; ``.table`` has the number of turns, median, 95th percentile and the
        shares within the goals.

    Raises
    ------
    RecordingError
        If there is nothing to draw them from: no recording, or names that are not one for each.

    Examples
    --------
    >>> live.plots.distribution(before, after, names=["before", "after"])
    """
    shown = named(recordings, names)
    waits = [waits_of(one.recording) for one in shown]
    summaries = [_summary(one.name, wait) for one, wait in zip(shown, waits, strict=True)]
    figure = Picture(
        width_in=_WIDTH_IN, height_in=3.4 + LEGEND_ROW_IN * len(shown), alt=_alt(summaries)
    )
    figure.table = _table(summaries)
    axes = figure.add_subplot()
    quiet_axes(axes, grid="y")
    axes.set_xlabel("voice-to-voice latency in seconds")
    axes.set_ylabel("share of answered turns")
    floor = -_RUG * len(shown) - 0.02
    axes.set_ylim(floor, 1.04)
    axes.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    right = longest_shown(waits, _LEAST_S)
    soonest = min(float(wait.min(initial=0.0)) for wait in waits)
    axes.set_xlim(1.05 * soonest, right)
    if not any(len(wait) for wait in waits):
        axes.set_yticks([])
        say(axes, "no answered turns yet")
        return figure
    reference = people(axes)
    alone = summaries[0] if len(summaries) == 1 else None
    thresholds(axes, [] if alone is None or not alone.n else _shares(alone))
    for number, (one, wait) in enumerate(zip(shown, waits, strict=True)):
        _curve(axes, one, wait, right, rug=-0.02 - _RUG * (number + 0.5))
    if alone is not None:
        _marks(axes, alone, right)
    beyond = sum(int((wait > right).sum()) for wait in waits)
    if beyond:
        axes.text(
            1.0,
            0.06,
            f"{counted(beyond, 'turn')} longer →",
            transform=axes.transAxes,
            fontsize=8,
            color=INK,
            ha="right",
        )
    labels = [_facts(one, of) for one, of in zip(shown, summaries, strict=True)]
    if alone is not None and names is None:
        labels = [labels[0].partition(": ")[2]]
    handles: list[Artist] = [
        Line2D([], [], color=one.colour, linestyle=one.dash, linewidth=2.0, label=label)
        for one, label in zip(shown, labels, strict=True)
    ]
    legend_above(figure, [*handles, reference], columns=2)
    return figure


def waits_of(recording: Recording) -> npt.NDArray[np.float64]:
    """Voice-to-voice latency of each answered turn, in seconds, in the turns' order."""
    waits = (turn.latency.voice_to_voice for turn in recording.turns)
    return np.array([wait for wait in waits if wait is not None], dtype=np.float64)


def _summary(name: str, waits: npt.NDArray[np.float64]) -> LatencySummary:
    if not len(waits):
        return LatencySummary(name, 0, None, None, (None,) * len(THRESHOLDS_S))
    median_s = np.median(waits)
    p95_s = np.percentile(waits, 95, method="inverted_cdf")
    within = tuple(float((waits <= threshold).mean()) for threshold in THRESHOLDS_S)
    return LatencySummary(name, len(waits), float(median_s), float(p95_s), within)


def _curve(
    axes: Axes, one: Named, waits: npt.NDArray[np.float64], right: float, *, rug: float
) -> None:
    """Draw the empirical distribution as steps, and a tick for each turn."""
    if not len(waits):
        return
    known = np.sort(waits)
    times = np.concatenate(([min(axes.get_xlim()[0], known[0])], known, [max(right, known[-1])]))
    shares = np.concatenate(([0.0], np.arange(1, len(known) + 1) / len(known), [1.0]))
    axes.step(
        times,
        shares,
        where="post",
        color=one.colour,
        linestyle=one.dash,
        linewidth=2.0,
        label=one.label,
    )
    axes.vlines(waits, rug - 0.4 * _RUG, rug + 0.4 * _RUG, color=one.colour, linewidth=1.0)


def _marks(axes: Axes, summary: LatencySummary, right: float) -> None:
    """Mark median and 95th percentile on the curve, and write the shares at the goals."""
    colour = axes.lines[-1].get_color()
    for value, share, name in ((summary.median_s, 0.5, "median"), (summary.p95_s, 0.95, "p95")):
        if value is None or value > right:
            continue
        axes.plot([value], [share], marker="o", markersize=6, color=colour)
        fits = value < 0.8 * right
        axes.annotate(
            f"{name} {value:.2f} s",
            (value, share),
            (8, -4) if fits else (-6, 3),
            textcoords="offset points",
            ha="left" if fits else "right",
            fontsize=FONT_PT,
            color=colour,
            fontweight="bold",
            va="top" if fits else "bottom",
        )


def _shares(summary: LatencySummary) -> list[str]:
    """Write which share of the turns was answered within each of the goals."""
    return [f"{100 * (share or 0.0):.0f} %" for share in summary.within]


def _facts(one: Named, summary: LatencySummary) -> str:
    if summary.median_s is None or summary.p95_s is None:
        return f"{one.label}: no answered turns"
    return (
        f"{one.label}: n = {summary.n}, median {summary.median_s:.2f} s, p95 {summary.p95_s:.2f} s"
    )


def _table(summaries: list[LatencySummary]) -> Table[LatencySummary]:
    shares = [
        Column(f"within_{1000 * t:.0f}_ms", _share(n), f"within {t:g} s", decimals=2)
        for n, t in enumerate(THRESHOLDS_S)
    ]
    return Table(
        summaries,
        layout=[
            Column("name", lambda row: row.name, "recording"),
            Column("n", lambda row: row.n, "turns", decimals=0),
            Column("median_s", lambda row: row.median_s, "median", unit="s", decimals=3),
            Column("p95_s", lambda row: row.p95_s, "p95", unit="s", decimals=3),
            *shares,
        ],
    )


def _share(n: int) -> Callable[[LatencySummary], float | None]:
    return lambda row: row.within[n]


def _alt(summaries: list[LatencySummary]) -> str:
    parts = []
    for number, of in enumerate(summaries, start=1):
        which = f"Recording {number}" if len(summaries) > 1 else "This recording"
        if of.median_s is None or of.p95_s is None:
            parts.append(f"{which}: no answered turns.")
            continue
        parts.append(
            f"{which}: {counted(of.n, 'turn')}, median {of.median_s:.2f} seconds, 95th percentile "
            f"{of.p95_s:.2f} seconds, {100 * (of.within[1] or 0.0):.0f} percent of them within 0.5 "
            "seconds."
        )
    beside = f" Beside it: {WORDS}." if any(of.n for of in summaries) else ""
    return f"Distribution of voice-to-voice latency. {' '.join(parts)}{beside}"
