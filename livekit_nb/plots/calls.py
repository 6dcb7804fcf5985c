"""Tool calls on the timeline: spans with their names, or, where they are many, a row for each name.

Names stand beside their spans as long as there is room for them. In a crowd they would be cut to
nothing; then every tool has its row, and its name stands before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes

from livekit_nb.plots.figure import CHARACTER_PT, FONT_PT, TOOL, drawable
from livekit_nb.plots.view import View
from livekit_nb.recording import ToolCall

__all__ = ["TOOLS", "ToolRows", "stacked", "tool_calls"]

TOOLS: Final = 0.34
"""Height of a row."""

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
    """

    of: list[int]
    names: list[str]

    @property
    def height(self) -> float:
        """Height of all rows."""
        return TOOLS * max(len(self.names), max(self.of, default=-1) + 1)


def stacked(view: View) -> ToolRows:
    """Find a row for each tool call.

    Calls at the same time, or next to a name, lie below each other, in three rows at most; if many
    names would have no room then, each tool has a row (the last one is of all that are left over).
    """
    beside, unnamed = _beside(view)
    if len(view.tools) < _MANY or 4 * unnamed < len(view.tools):
        return ToolRows(beside, [])
    often = [name for name, _ in Counter(call.name for call in view.tools).most_common()]
    names = often if len(often) <= _TOOL_ROWS else [*often[: _TOOL_ROWS - 1], "other tools"]
    rows = [min(often.index(call.name), len(names) - 1) for call in view.tools]
    return ToolRows(rows, [_cut(drawable(name), _NAME_LENGTH) for name in names])


def _beside(view: View) -> tuple[list[int], int]:
    """Row of each call when names stand beside, and how many names have no room."""
    ends: list[float] = []  # with the names
    busy: list[float] = []
    rows = []
    unnamed = 0
    for call in view.tools:
        end = float("inf") if call.end is None else call.end
        free = (n for n, end_s in enumerate(ends) if end_s <= call.start)
        row = next(free, len(ends))
        if row >= _TOOL_ROWS:
            unnamed += 1
            row = next((n for n, end_s in enumerate(busy) if end_s <= call.start), _TOOL_ROWS - 1)
        if row == len(ends):
            ends.append(-float("inf"))
            busy.append(-float("inf"))
        busy[row] = max(busy[row], end)
        width_s = (len(_tool_name(call)) * CHARACTER_PT + _AROUND_NAME_PT) / view.points_per_s
        ends[row] = max(ends[row], end, _drawn_end(call, view) + width_s)
        rows.append(row)
    return rows, unnamed


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
    following: dict[int, float] = {}
    for call, row in reversed(list(zip(view.tools, rows.of, strict=True))):
        width = _drawn_end(call, view) - call.start
        failed = call.error is not None or call.cancelled
        boxes.setdefault((row, failed, call.end is None), []).append((call.start, width))
        if not rows.names:
            limit = min(following.get(row, view.end_s), view.end_s)
            _name(axes, view, call, limit, top - (row + 0.5) * TOOLS)
        following[row] = call.start
    for (row, failed, running), spans in boxes.items():
        axes.broken_barh(
            spans,
            (top - (row + 1) * TOOLS + 0.06, TOOLS - 0.12),
            facecolor="none" if failed else TOOL,
            edgecolor=TOOL,
            linewidth=1.0,
            alpha=0.5 if running else 1.0,
        )


def _name(axes: Axes, view: View, call: ToolCall, limit: float, y: float) -> None:
    """Write a call's name behind its span, as far as there is room up to `limit`."""
    end = _drawn_end(call, view)
    room = int(((limit - end) * view.points_per_s - _AROUND_NAME_PT) / CHARACTER_PT)
    name = _tool_name(call)
    if room < min(len(name), 5):
        return
    axes.annotate(
        _cut(name, room),
        (end, y),
        (4, 0),
        textcoords="offset points",
        fontsize=FONT_PT,
        color=TOOL,
        va="center",
        parse_math=False,
    )
