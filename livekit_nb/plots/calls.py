"""Tool calls on the timeline: spans with their names, or, where they are many, a row for each name.

Names stand beside their spans as long as there is room for them. In a crowd they would be cut to
nothing; then every tool has its row, and its name stands before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from matplotlib.axes import Axes

from livekit_nb.plots.figure import FONT_PT, TOOL, drawable, width_pt
from livekit_nb.plots.view import View
from livekit_nb.recording import ToolCall

__all__ = ["TOOLS", "ToolRows", "stacked", "tool_calls"]

TOOLS: Final = 0.34
"""Height of a row."""

_MOST_ROWS: Final = 5  # of a few calls
_TOOL_ROWS: Final = 3
_NAME_LENGTH: Final = 12
_MANY: Final = 8
_AROUND_NAME_PT: Final = 8.0


@dataclass(frozen=True, slots=True)
class ToolRows:
    """Where tool calls are drawn.

    Attributes
    ----------
    of : list of int
        Row of each call, from the top.
    names : list of str
        What stands before each row; empty when names stand beside the calls.
    places : list of str
        Where each call's own name stands: ``"behind"``, ``"within"`` or ``"before"`` it, or
        nowhere (``""``).
    """

    of: list[int]
    names: list[str]
    places: list[str] = field(default_factory=list)

    @property
    def height(self) -> float:
        """Height of all rows."""
        return TOOLS * max(len(self.names), max(self.of, default=-1) + 1)


def stacked(view: View) -> ToolRows:
    """Find a row for each tool call.

    Calls at the same time, or next to a name, lie below each other, in three rows at most, a few in
    five; if many names would have no room then, each tool has a row (the last one is of all that
    are left over).
    """
    rows, places = _beside(view)
    if len(view.tools) < _MANY or 4 * places.count("") < len(view.tools):
        return ToolRows(rows, [], places)
    often = [name for name, _ in Counter(call.name for call in view.tools).most_common()]
    names = often if len(often) <= _TOOL_ROWS else [*often[: _TOOL_ROWS - 1], "other tools"]
    rows = [min(often.index(call.name), len(names) - 1) for call in view.tools]
    return ToolRows(rows, [_cut(drawable(name), _NAME_LENGTH) for name in names])


def _beside(view: View) -> tuple[list[int], list[str]]:
    """Row of each call when names stand beside, and where its name stands."""
    ends: list[float] = []  # of what lies in each row, names included
    busy: list[float] = []  # and without them
    most = _MOST_ROWS if len(view.tools) < _MANY else _TOOL_ROWS
    rows: list[int] = []
    places: list[str] = []
    for call in view.tools:
        start, end = max(call.start, view.start_s), _drawn_end(call, view)
        width_s = (width_pt(_tool_name(call)) + _AROUND_NAME_PT) / view.points_per_s
        if end + width_s <= view.end_s:
            place, begins, over = "behind", start, end + width_s
        elif end - start >= width_s:
            place, begins, over = "within", start, end
        else:
            place, begins, over = "before", start - width_s, end
        row = _free(ends, begins, most) if begins >= view.start_s else None
        if row is None:
            place, over = "", end
            row = _free(ends, start, most)
        if row is None:  # in a crowd: over the name of the one that is over first
            row = min(range(len(ends)), key=lambda n: busy[n])
            places[len(rows) - 1 - rows[::-1].index(row)] = ""
        if row == len(ends):
            ends.append(-float("inf"))
            busy.append(-float("inf"))
        busy[row] = max(busy[row], end)
        ends[row] = max(ends[row], over)
        rows.append(row)
        places.append(place)
    return rows, places


def _free(ends: list[float], start: float, most: int) -> int | None:
    """Return the first row that is free from a time on, a new one if there may be one more."""
    free = (n for n, end in enumerate(ends) if end <= start)
    return next(free, len(ends) if len(ends) < most else None)


def _cut(name: str, length: int) -> str:
    return name if len(name) <= length else name[: length - 1] + "…"


def _tool_name(call: ToolCall) -> str:
    note = " (failed)" if call.error is not None else " (cancelled)" if call.cancelled else ""
    return drawable(call.name + note)


def _drawn_end(call: ToolCall, view: View) -> float:
    """Where a call's box ends: it is never too narrow to be seen."""
    end = view.recording.duration_s if call.end is None else call.end
    return max(end, call.start + 3.0 / view.points_per_s)


def tool_calls(axes: Axes, view: View, rows: ToolRows, top: float) -> None:
    """Tool calls as spans; hollow if they failed or were cancelled, pale while they run."""
    boxes: dict[tuple[int, bool, bool], list[tuple[float, float]]] = {}
    for number, (call, row) in enumerate(zip(view.tools, rows.of, strict=True)):
        width = _drawn_end(call, view) - call.start
        failed = call.error is not None or call.cancelled
        boxes.setdefault((row, failed, call.end is None), []).append((call.start, width))
        if rows.places:
            _name(axes, view, call, rows.places[number], top - (row + 0.5) * TOOLS)
    for (row, failed, running), spans in boxes.items():
        axes.broken_barh(
            spans,
            (top - (row + 1) * TOOLS + 0.06, TOOLS - 0.12),
            facecolor="none" if failed else TOOL,
            edgecolor=TOOL,
            linewidth=1.0,
            alpha=0.5 if running else 1.0,
        )


def _name(axes: Axes, view: View, call: ToolCall, place: str, y: float) -> None:
    """Write a call's name at its place."""
    if not place:
        return
    start, end = max(call.start, view.start_s), min(_drawn_end(call, view), view.end_s)
    hollow = call.error is not None or call.cancelled or call.end is None
    x, shift, align = {
        "behind": (end, 4, "left"),
        "within": ((start + end) / 2, 0, "center"),
        "before": (start, -4, "right"),
    }[place]
    axes.annotate(
        _tool_name(call),
        (x, y),
        (shift, 0),
        textcoords="offset points",
        fontsize=FONT_PT,
        color="white" if place == "within" and not hollow else TOOL,
        ha=align,
        va="center",
        parse_math=False,
    )
