"""Tool calls on the timeline: spans with their names, in as many rows as they need."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes

from livekit_nb.plots.figure import CHARACTER_PT, FONT_PT, TOOL, drawable
from livekit_nb.plots.view import View
from livekit_nb.recording import ToolCall

__all__ = ["TOOLS", "stacked", "tool_calls"]

TOOLS: Final = 0.34
"""Height of a row."""

_TOOL_ROWS: Final = 3
_AROUND_NAME_PT: Final = 8.0


def stacked(view: View) -> list[int]:
    """Row of each tool call: calls at the same time, or next to a name, lie below each other.

    There are three rows at most; where they do not suffice, names give way.
    """
    ends: list[float] = []  # with the names
    busy: list[float] = []
    rows = []
    for call in view.tools:
        end = float("inf") if call.end is None else call.end
        free = (n for n, end_s in enumerate(ends) if end_s <= call.start)
        row = next(free, len(ends))
        if row >= _TOOL_ROWS:
            row = next((n for n, end_s in enumerate(busy) if end_s <= call.start), _TOOL_ROWS - 1)
        if row == len(ends):
            ends.append(-float("inf"))
            busy.append(-float("inf"))
        busy[row] = max(busy[row], end)
        width_s = (len(_tool_name(call)) * CHARACTER_PT + _AROUND_NAME_PT) / view.points_per_s
        ends[row] = max(ends[row], end, _drawn_end(call, view) + width_s)
        rows.append(row)
    return rows


def _tool_name(call: ToolCall) -> str:
    note = " (failed)" if call.error is not None else " (cancelled)" if call.cancelled else ""
    return drawable(call.name + note)


def _drawn_end(call: ToolCall, view: View) -> float:
    """Where a call's box ends: it is never too narrow to be seen."""
    end = view.recording.duration_s if call.end is None else call.end
    return max(end, call.start + 3.0 / view.points_per_s)


def tool_calls(axes: Axes, view: View, rows: list[int], top: float) -> None:
    """Tool calls as spans with their names."""
    for number, (call, row) in enumerate(zip(view.tools, rows, strict=True)):
        low = top - (row + 1) * TOOLS + 0.06
        width = _drawn_end(call, view) - call.start
        failed = call.error is not None or call.cancelled
        axes.broken_barh(
            [(call.start, width)],
            (low, TOOLS - 0.12),
            facecolor="none" if failed else TOOL,
            edgecolor=TOOL,
            linewidth=1.0,
            alpha=0.5 if call.end is None else 1.0,
        )
        following = [
            c.start
            for c, r in zip(view.tools[number + 1 :], rows[number + 1 :], strict=True)
            if r == row
        ]
        limit = min([*following, view.end_s])
        start = call.start + width
        room = int(((limit - start) * view.points_per_s - _AROUND_NAME_PT) / CHARACTER_PT)
        name = _tool_name(call)
        if len(name) > room:
            name = name[: room - 1] + "…" if room >= 5 else ""
        if name:
            axes.annotate(
                name,
                (start, low + (TOOLS - 0.12) / 2),
                (4, 0),
                textcoords="offset points",
                fontsize=FONT_PT,
                color=TOOL,
                va="center",
                parse_math=False,
            )
