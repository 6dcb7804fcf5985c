"""What happened to a conversation, on the timeline: typing, outages, faults, interruptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from livekit_nb.plots.figure import (
    AGENT,
    CUT,
    FAULT,
    FONT_PT,
    INK,
    USER,
    drawable,
    width_pt,
)
from livekit_nb.plots.view import View
from livekit_nb.recording import Turn

__all__ = [
    "LINE",
    "TYPED",
    "UNKEPT",
    "Place",
    "beside",
    "faults",
    "interruptions",
    "is_typed",
    "labelled",
    "named_faults",
    "names_height",
    "outages",
    "stops_height",
    "typed",
    "unkept",
    "unkept_mark",
    "unkept_spans",
    "write",
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
_BESIDE_PT: Final = 4.0
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


def unkept_mark() -> Patch:
    """Explain in a legend how stretches are drawn whose sound was not kept."""
    return Patch(facecolor="none", edgecolor=INK, label="sound not kept", **UNKEPT)


def unkept_spans(axes: Axes, view: View) -> None:
    """Dot, from top to bottom, the stretches whose sound was not kept; none if that is all."""
    if view.all_unkept:
        return  # that is said in words, which would be hard to read on dots
    for start, end in view.unkept:
        axes.axvspan(start, end, facecolor="none", edgecolor=INK, zorder=0.4, **UNKEPT)


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
        width_s = (width_pt(drawable(name)) + 2 * _BESIDE_PT) / view.points_per_s
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


def stops_height(view: View) -> float:
    """Height of the row in which the times to stop stand, none if there are none."""
    return LINE if labelled(view) and any(_stops(view)) else 0.0


def _stops(view: View) -> list[tuple[float, float | None]]:
    """When the agent was cut short, and how long it took to stop."""
    return [
        (turn.agent.end, turn.barge_in_stop_s)
        for turn in view.turns
        if turn.agent is not None
        and turn.agent.interrupted
        and turn.agent.end is not None
        and view.shows(turn.agent.end)
    ]


def interruptions(
    axes: Axes, view: View, top: float, high: float, low: float
) -> list[float | None]:
    """Draw a line where the user cut the agent short; returns the times it took to stop.

    ``None`` stands for those that stopped no voice, such as cutting into a pause. The line goes
    through the agent's lane, from `high` to `low`, and the times stand above it, up to `top`.
    """
    stops = _stops(view)
    ends = [end for end, _ in stops]
    if labelled(view):
        labels = ["interrupted" if stop is None else f"{stop:.2f} s" for _, stop in stops]
        write(axes, labels, beside(view, ends, labels), (top + high) / 2, CUT)
    if ends:
        width = 2.2 if view.points_per_s > _CLOSE else 1.2
        axes.vlines(ends, low, top, color=CUT, linewidth=width)
    return [stop for _, stop in stops]


class Place(NamedTuple):
    """Where a figure stands: so many points from a time, with that side of it there."""

    at_s: float
    shift_pt: float
    side: Literal["left", "right"]


def beside(
    view: View,
    ends: Sequence[float],
    labels: Sequence[str],
    *,
    starts: Sequence[float] | None = None,
) -> list[Place | None]:
    """Find room for bold figures beside marks, which lie in one row in the order of time.

    Parameters
    ----------
    view : View
    ends : sequence of float
        Where the marks end.
    labels : sequence of str
    starts : sequence of float, optional
        Where they begin; by default they have no length.

    Returns
    -------
    list of (Place or None)
        Behind a mark if there is room before the next, otherwise before it; ``None``: there is no
        room.
    """
    scale = view.points_per_s
    begins = ends if starts is None else starts
    taken = 0.0  # in points from the picture's left edge
    places: list[Place | None] = []
    for number, (begin, end, label) in enumerate(zip(begins, ends, labels, strict=True)):
        left, right = (begin - view.start_s) * scale, (end - view.start_s) * scale
        following = begins[number + 1] if number + 1 < len(begins) else view.end_s
        limit = (min(following, view.end_s) - view.start_s) * scale
        width = width_pt(label, bold=True) + _BESIDE_PT
        if right >= 0.0 and right + width <= limit:
            places.append(Place(end, _BESIDE_PT, "left"))
            taken = right + width + _BESIDE_PT
            continue
        fits = left - width >= taken and begin <= view.end_s
        places.append(Place(begin, -_BESIDE_PT, "right") if fits else None)
        taken = max(taken, right + _BESIDE_PT)
    return places


def write(
    axes: Axes, labels: Sequence[str], places: Sequence[Place | None], y: float, colour: str
) -> None:
    """Write bold figures where `beside` found room for them, at a height."""
    for label, place in zip(labels, places, strict=True):
        if place is not None:
            axes.annotate(
                label,
                (place.at_s, y),
                (place.shift_pt, 0),
                textcoords="offset points",
                fontsize=FONT_PT,
                color=colour,
                ha=place.side,
                va="center",
                fontweight="bold",
            )
