"""What of an event is nobody's words, and stays when words are not kept.

Numbers and yes or no stay; of texts only those that are named here, which the package or the
service chose from a few: what they say says nothing of what was said. Of events that this package
does not know only the time and the kind stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from livekit_nb.recording.events import KINDS, Event
from livekit_nb.recording.turns.turn import ToolCall, Turn

__all__ = ["REMOVED", "call_without_words", "turn_without_words", "without_words"]

REMOVED: Final = "[removed]"
"""Stands for what a tool's error said: that there was one is no secret."""

_KEPT: Final[Mapping[str, frozenset[str]]] = {
    "session.connecting": frozenset({"endpoint", "model"}),
    "session.ready": frozenset({"model"}),
    "media.path": frozenset({"path"}),
    "activity.marked": frozenset({"edge"}),
    "agent.turn_complete": frozenset({"reason", "said"}),
    "tool.call": frozenset({"id", "name", "repeats"}),
    "tool.progress": frozenset({"id", "name", "scheduling"}),
    "tool.response": frozenset({"id", "name", "scheduling"}),
    "tool.cancelled": frozenset({"id"}),
    "tool.late": frozenset({"id", "name"}),
    "playback.ended": frozenset({"reason"}),
    "fault": frozenset({"kind"}),
}
_TOLD: Final = frozenset({"args", "response", "text", "message"})
"""What was said may be a number, too: a tool's result, a door's code."""

_COUNTS: Final = frozenset({"prompt", "response"})  # of a `usage` event: modality → tokens


def without_words(event: Event) -> Event:
    """Return an event as it is when words are not kept."""
    if event.kind not in KINDS:
        return Event(event.t, event.kind)
    kept = _KEPT.get(event.kind, frozenset())
    data: dict[str, Any] = {}
    for name, value in event.data.items():
        if value is None or isinstance(value, bool | int | float):
            if value is None or name not in _TOLD:
                data[name] = value
        elif isinstance(value, str):
            data[name] = value if name in kept else ""
        elif event.kind == "usage" and name in _COUNTS and isinstance(value, Mapping):
            data[name] = {k: n for k, n in value.items() if isinstance(n, int | float)}
        elif (event.kind, name) == ("message.lost", "kinds") and isinstance(value, list):
            data[name] = value
    if event.kind.startswith("tool.") and event.data.get("error"):
        data["error"] = REMOVED
    if event.kind == "mic.started":
        data = {name: value for name, value in data.items() if value != ""}
    return Event(event.t, event.kind, data)


def call_without_words(call: ToolCall) -> ToolCall:
    """Return a tool call without what was told to the tool and by it."""
    error = None if call.error is None else REMOVED
    return replace(call, args={}, response=None, error=error, progress=())


def turn_without_words(turn: Turn) -> Turn:
    """Return a turn without what was said in it."""
    return replace(
        turn,
        user=None if turn.user is None else replace(turn.user, text=""),
        agent=None if turn.agent is None else replace(turn.agent, text="", unheard=""),
        tools=tuple(map(call_without_words, turn.tools)),
    )
