"""Recordings side by side: how fast, how interruptible, how much, at what cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from livekit_nb.plots.differences import (
    BARGE_IN,
    COST,
    VOICE_TO_VOICE,
    Measure,
    difference_table,
)
from livekit_nb.plots.distribution import waits_of
from livekit_nb.plots.figure import CUT, INK, TOOL, Picture, legend_above, plain_axes
from livekit_nb.plots.people import people, thresholds
from livekit_nb.plots.several import Named, longest_shown, named
from livekit_nb.plots.subject import Drawable
from livekit_nb.recording.display import counted

__all__ = ["compare"]

_WIDTH_IN: Final = 8.6
_ROW_IN: Final = 0.62
_WIDTHS: Final = (3.4, 1.7, 1.7, 1.5)
_TURNS: Final = (("answered", TOOL, ""), ("interrupted", CUT, ""), ("unanswered", INK, "////"))


def compare(
    *recordings: Drawable, names: Sequence[str] | None = None, paired: bool | None = None
) -> Picture:
    """Put recordings side by side, and say how they differ from the first.

    One row a recording. Dots are turns, diamonds medians with their 95 % bootstrap intervals (of
    five turns or more); then how many turns were answered, interrupted or neither, and what the
    tokens cost at Google's prices, whoever answered. The table has the same and more.

    Where the user said the same things in both (`livekit_nb.plots.differences.correspond`: the same
    clips, the same script), differences are taken turn by turn, which shows smaller ones.

    Parameters
    ----------
    *recordings : Recording, or what has one (Studio, session, Player)
        What to compare, up to twelve.
    names : sequence of str, optional
        What they are called.
    paired : bool, optional
        Whether differences are taken turn by turn; by default where turns correspond.

    Returns
    -------
    Picture
        With alternative text; ``.table`` is the table of differences, shown below the picture.

    Raises
    ------
    RecordingError
        If there is no recording, the names are not one for each, or turns are to be paired that do
        not correspond.

    Examples
    --------
    >>> picture = live.plots.compare(before, after, names=["before", "after"])
    >>> picture.table.to_csv("differences.csv")
    """
    shown = named(recordings, names)
    table = difference_table(shown, paired=paired)
    measures = {measure.name: measure for measure in table}
    figure = Picture(
        width_in=_WIDTH_IN,
        height_in=1.5 + _ROW_IN * len(shown),
        alt=_alt(shown, measures),
    )
    figure.table = table
    figure.table_below = True
    panels = figure.subplots(1, 4, sharey=True, width_ratios=_WIDTHS)
    for axes in panels:
        plain_axes(axes)
        axes.tick_params(axis="y", length=0)
    panels[0].set_ylim(len(shown) - 0.5, -0.5)
    panels[0].set_yticks(range(len(shown)), [one.label for one in shown])
    for label, one in zip(panels[0].get_yticklabels(), shown, strict=True):
        label.set_color(one.colour)
        label.set_fontweight("bold")
        label.set_parse_math(False)
    waits = [waits_of(one.recording) for one in shown]
    stops = [
        np.array([t.barge_in_stop_s for t in one.recording.turns if t.barge_in_stop_s is not None])
        for one in shown
    ]
    _dots(panels[0], shown, waits, measures.get(VOICE_TO_VOICE), least=1.2)
    thresholds(panels[0], label=False)
    reference = people(panels[0])
    reference.set_label("people (line: about 0.2 s)")
    panels[0].set_xlabel("voice-to-voice latency in seconds", fontsize=9)
    _dots(panels[1], shown, stops, measures.get(BARGE_IN), least=0.5)
    panels[1].set_xlabel("barge-in stop in seconds", fontsize=9)
    kinds = _turns(panels[2], shown)
    _costs(panels[3], shown, measures[COST])
    if len(shown) > 1:
        panels[0].set_title(_difference(shown, measures), loc="left", fontsize=9, color=INK)
    median = Line2D([], [], color=INK, marker="D", linewidth=2.0, label="median, 95 % interval")
    legend_above(figure, [median, reference, *kinds])
    return figure


def _dots(
    axes: Axes,
    shown: list[Named],
    groups: list[np.ndarray],
    measure: Measure | None,
    *,
    least: float,
) -> None:
    """Draw each turn as a dot, and medians with their intervals."""
    right = longest_shown(groups, least)
    axes.set_xlim(min(0.0, *(1.05 * float(g.min(initial=0.0)) for g in groups)), right)
    for row, (one, values) in enumerate(zip(shown, groups, strict=True)):
        if not len(values) or measure is None:
            axes.text(
                0.97,
                row,
                "none",
                transform=axes.get_yaxis_transform(),
                fontsize=8,
                color=INK,
                ha="right",
                va="center",
            )
            continue
        # Spread evenly and the same way every time, so that dots do not hide each other.
        spread = 0.16 * np.sin(2.4 * np.arange(len(values))) + 0.12
        axes.plot(
            values,
            row + spread,
            linestyle="none",
            marker="o",
            markersize=3.0,
            markeredgewidth=0,
            color=one.colour,
            alpha=0.8,
            label=f"turns {row}",
        )
        estimate = measure.values[row]
        y = row - 0.24
        if estimate.low is not None and estimate.high is not None:
            axes.plot([estimate.low, estimate.high], [y, y], color=one.colour, linewidth=2.0)
        if estimate.value is not None:
            axes.plot([estimate.value], [y], marker="D", markersize=6, color=one.colour)
            axes.annotate(
                f"{estimate.value:.2f} s",
                (max(estimate.value, estimate.high or 0.0), y),
                (6, 0),
                textcoords="offset points",
                fontsize=8,
                color=one.colour,
                fontweight="bold",
                va="center",
            )
        beyond = int((values > right).sum())
        if beyond:
            axes.text(
                0.995,
                row,
                f"+{beyond} →",
                transform=axes.get_yaxis_transform(),
                fontsize=8,
                color=INK,
                ha="right",
                va="center",
            )


def _turns(axes: Axes, shown: list[Named]) -> list[Artist]:
    """Draw how many turns were answered, interrupted and unanswered; returns legend handles."""
    left = np.zeros(len(shown))
    counts = {
        "interrupted": [sum(t.interrupted for t in one.recording.turns) for one in shown],
        "unanswered": [sum(t.agent is None for t in one.recording.turns) for one in shown],
    }
    totals = np.array([len(one.recording.turns) for one in shown])
    counts["answered"] = list(totals - counts["interrupted"] - np.array(counts["unanswered"]))
    handles: list[Artist] = []
    for name, colour, hatch in _TURNS:
        if not any(counts[name]):
            continue
        fill = "none" if hatch else colour
        look: dict[str, Any] = {"facecolor": fill, "edgecolor": colour, "hatch": hatch}
        look["linewidth"] = 0.0
        axes.barh(range(len(shown)), counts[name], left=left, height=0.36, label=name, **look)
        left = left + np.array(counts[name])
        handles.append(Patch(label=name, **look))
    for row, total in enumerate(totals):
        _figure(axes, total, row, str(total))
    axes.set_xlim(0.0, max(1.0, 1.35 * float(totals.max())))
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_xlabel("turns", fontsize=9)
    return handles


def _costs(axes: Axes, shown: list[Named], measure: Measure) -> None:
    """Draw what the tokens cost at list prices; unknown is said, never 0."""
    costs = [value.value for value in measure.values]
    largest = max([cost for cost in costs if cost is not None], default=0.0)
    for row, (one, cost) in enumerate(zip(shown, costs, strict=True)):
        if cost is None:
            _figure(axes, 0.0, row, "unknown")
            continue
        axes.barh(row, cost, height=0.36, color=one.colour)
        _figure(axes, cost, row, f"${cost:.4f}" if cost < 1.0 else f"${cost:.2f}")
    axes.set_xlim(0.0, 1.7 * largest or 1.0)
    axes.xaxis.set_major_locator(MaxNLocator(2))
    axes.set_xlabel("list price in USD", fontsize=9)


def _figure(axes: Axes, x: float, row: int, text: str) -> None:
    axes.annotate(
        text,
        (x, row),
        (4, 0),
        textcoords="offset points",
        fontsize=8,
        color=INK,
        va="center",
        parse_math=False,
    )


def _difference(shown: list[Named], measures: dict[str, Measure]) -> str:
    """Say how much slower the second recording is than the first; nothing if that is unknown."""
    measure = measures.get(VOICE_TO_VOICE)
    if measure is None or len(shown) != 2 or measure.differences[0].value is None:
        return ""
    value, low, high, _ = measure.differences[0]
    sure = "" if low is None or high is None else f" [{low:+.2f}, {high:+.2f}]"
    how = "turn by turn" if measure.paired[0] else "of medians"
    return f"Difference {how}: {value:+.2f} s{sure}"


def _alt(shown: list[Named], measures: dict[str, Measure]) -> str:
    parts = []
    for row, one in enumerate(shown):
        waited = measures[VOICE_TO_VOICE].values[row].value if VOICE_TO_VOICE in measures else None
        median = "no latency known" if waited is None else f"median latency {waited:.2f} seconds"
        turns = one.recording.turns
        cut = sum(turn.interrupted for turn in turns)
        parts.append(
            f"Recording {row + 1}: {counted(len(turns), 'turn')}, {cut} interrupted, {median}."
        )
    difference = _difference(shown, measures)
    return f"{counted(len(shown), 'recording')} compared. {' '.join(parts)}" + (
        f" {difference}." if difference else ""
    )
