"""The tool calls of a recording as a table."""

from __future__ import annotations

from livekit_nb.recording.tables.table import Column, Table
from livekit_nb.recording.turns.turn import ToolCall

__all__ = ["ToolCalls"]


def _outcome(call: ToolCall) -> str:
    """Say what became of it, in a word."""
    if call.repeats is not None:
        return "sent again"
    if call.cancelled:
        return "cancelled"
    if call.end is None:
        return "running"
    return "failed" if call.error else "done"


class ToolCalls(Table[ToolCall]):
    """The tool calls of a recording in order, as a table; see `Table`.

    Shown and exported it holds arguments and results; its ``repr`` does not.
    """

    noun = "tool call"
    layout = (
        Column("start_s", lambda call: call.start, "start", unit="s", decimals=2),
        Column("end_s", lambda call: call.end, "end", unit="s", decimals=2, shown=False),
        Column("name", lambda call: call.name, "tool"),
        Column("args", lambda call: call.args, "arguments"),
        Column("outcome", _outcome),
        Column("duration_s", lambda call: call.duration, "took", unit="s", decimals=3),
        Column(
            "response",
            lambda call: call.response,
            "result",
            show=lambda call: call.error if call.error else call.response,
        ),
        Column("error", lambda call: call.error, shown=False),
        Column("progress", lambda call: list(call.progress), shown=False),
        Column("id", lambda call: call.id, shown=False),
        Column("repeats", lambda call: call.repeats, shown=False),
    )
