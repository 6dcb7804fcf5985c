"""What happened to a conversation, on the timeline: typing, outages, faults, interruptions."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from livekit_nb.plots.figure import AGENT, CHARACTER_PT, CUT, FAULT, FONT_PT, INK, USER, drawable
from livekit_nb.plots.view import View
from livekit_nb.recording import Turn

__all__ = [
    "LINE",
    "TYPED",
    "UNKEPT",
    "faults",
    "interruptions",
    "is_typed",
    "labelled",
    "named_faults",
    "names_height",
    "outages",
    "typed",
    "unkept",
]

LINE: Final = 0.22
"""Height of a line of text."""

TYPED: Final[dict[str, Any]] = {
    "color": USER,
    "linewidth": 1.6,
    "marker": "_",
    "markersize": 7.0,
    "markeredgewidth": 1.6,
}
"""How the mark of typed text is drawn."""

UNKEPT: Final[dict[str, Any]] = {"hatch": "..", "linewidth": 0.0, "alpha": 0.5}
"""How stretches are drawn whose sound was not kept."""

_FLAG_ROWS: Final = 3
_MARGIN_PT: Final = 4.0
_CLOSE: Final = 1.0  # points a second, from which on lines have room to be broad

_Floats = npt.NDArray[np.floating[Any]]


def is_typed(turn: Turn) -> bool:
    """Whether the turn was typed, not said."""
    return turn.user is not None and turn.user.typed


def typed(axes: Axes, view: View, high: float, low: float) -> None:
    """Mark where something was typed: that takes no time."""
    quarter = (high - low) / 4
    for turn in view.turns:
        start = turn.user.start if turn.user is not None and turn.user.typed else None
        if start is not None and view.shows(start):
            axes.plot([start, start], [low + quarter, high - quarter], **TYPED)


def outages(axes: Axes, view: View, high: float, low: float) -> None:
    """Hatch the stretches without a connection."""
    if not view.outages:
        return
    axes.broken_barh(
        [(start, max(end - start, 3.0 / view.points_per_s)) for start, end in view.outages],
        (low, high - low),
        facecolor="none",
        edgecolor=FAULT,
        hatch="////",
        linewidth=0.0,
        alpha=0.6,
    )


def unkept(axes: Axes, view: View, side: Literal["user", "agent"], high: float, low: float) -> None:
    """Dot the stretches whose sound was not kept, and draw a bar where somebody spoke in them."""
    axes.broken_barh(
        [(start, end - start) for start, end in view.unkept],
        (low, high - low),
        facecolor="none",
        edgecolor=INK,
        **UNKEPT,
    )
    bars = [
        (max(spoken.start_s, start), min(spoken.end_s, end) - max(spoken.start_s, start))
        for spoken in view.recording.speech(side)
        for start, end in view.unkept
        if spoken.end_s > start and spoken.start_s < end
    ]
    colour = USER if side == "user" else AGENT
    middle, half = (high + low) / 2, 0.12 * (high - low)
    axes.broken_barh(bars, (middle - half, 2 * half), facecolor=colour, linewidth=0)


def named_faults(view: View) -> list[tuple[float, int, str]]:
    """Time, row from the top and name of each fault; no name where there is no room for it."""
    ends = [-float("inf")] * _FLAG_ROWS
    named = []
    for t, name in view.faults:
        width_s = (len(name) + 1.5) * CHARACTER_PT / view.points_per_s
        # Its line goes down through the rows below, where no name may be in its way.
        row = next((n for n in range(_FLAG_ROWS) if max(ends[n:]) <= t), None)
        if row is None or t + width_s > view.end_s + _MARGIN_PT / view.points_per_s:
            named.append((t, 0, ""))
            continue
        ends[row] = t + width_s
        named.append((t, row, drawable(name)))
    return named


def names_height(named: list[tuple[float, int, str]]) -> float:
    """Height of the rows that the faults' names take."""
    return LINE * max((row + 1 for _, row, name in named if name), default=0)


def faults(axes: Axes, named: list[tuple[float, int, str]], edges: _Floats) -> None:
    """Mark the faults that were asked for by a dashed line through both voices, and its name."""
    for t, row, name in named:
        foot = float(edges[1]) + names_height(named) - (row + 1) * LINE if name else edges[1]
        for low, high in ((edges[2], foot + (LINE if name else 0.0)), (edges[4], edges[3])):
            axes.vlines(t, low, high, color=FAULT, linewidth=1.2, linestyles="dashed")
        axes.annotate(
            name,
            (t, foot + LINE / 2),
            (3, 0),
            textcoords="offset points",
            fontsize=FONT_PT,
            color=FAULT,
            va="center",
            parse_math=False,
        )


def labelled(view: View) -> bool:
    """Whether a second has so much room that interruptions tell their figure."""
    return view.points_per_s > 12.0


def interruptions(axes: Axes, view: View, high: float, low: float) -> list[float | None]:
    """Draw a line where the user cut the agent short; returns the times it took to stop.

    ``None`` stands for those that stopped no voice, such as cutting into a pause.
    """
    stops: list[float | None] = []
    ends = []
    for turn in view.turns:
        agent = turn.agent
        if agent is None or not agent.interrupted or agent.end is None:
            continue
        if not view.shows(agent.end):
            continue
        stops.append(turn.barge_in_stop_s)
        ends.append(agent.end)
        if not labelled(view):
            continue
        label = "interrupted" if stops[-1] is None else f"{stops[-1]:.2f} s"
        width_s = (len(label) + 1.5) * CHARACTER_PT / view.points_per_s
        fits = agent.end + width_s <= view.end_s
        axes.annotate(
            label,
            (agent.end, high),
            (3 if fits else -3, -2),
            textcoords="offset points",
            fontsize=FONT_PT,
            color=CUT,
            ha="left" if fits else "right",
            va="top",
            fontweight="bold",
        )
    if ends:
        width = 2.2 if view.points_per_s > _CLOSE else 1.2
        axes.vlines(ends, low, high, color=CUT, linewidth=width)
    return stops
