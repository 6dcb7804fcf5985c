"""Tools that held up the talk, and tools that failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from livekit_nb.recording.diagnosis.evidence import Evidence
from livekit_nb.recording.diagnosis.finding import Finding
from livekit_nb.recording.turns.turn import ToolCall

__all__ = ["TOOL_WAIT_S", "blocking_tools", "failed_tools"]

TOOL_WAIT_S: Final = 2.0
"""So long somebody may wait in silence for a tool: as long as for an answer, see
`livekit_nb.recording.diagnosis.latency.BUDGET_S`."""

_MADE_ANEW: Final = "not sent: it was made anew"


def blocking_tools(evidence: Evidence, wait_s: float = TOOL_WAIT_S) -> Iterator[Finding]:
    """Find calls for which the model waited while nobody spoke.

    What counts is the longest silence of both sides while the tool ran: an agent that says
    something first, and a user who talks on meanwhile, make it shorter.
    """
    blocking = {
        str(event.data.get("id", "")): event.data.get("blocking") is not False
        for event in evidence.told("tool.call")
    }
    for turn in evidence.turns:
        for call in turn.tools:
            if call.repeats is not None or not blocking.get(call.id, True):
                continue
            end_s = evidence.duration_s if call.end is None else call.end
            silent_s, since_s = _silence(evidence, call.start, end_s)
            if silent_s < wait_s:
                continue
            yield Finding(
                "blocking_tool",
                since_s,
                since_s + silent_s,
                turn.index,
                f"The model waited for {call.name}, and nobody spoke for {silent_s:.1f} s.",
                "Let the talk go on with `@live.tool(blocking=False)` where the model can, tell "
                "of progress from a generator (`yield`), or say in the instructions to announce "
                "the tool before it is called.",
                round(silent_s, 3),
            )


def failed_tools(evidence: Evidence) -> Iterator[Finding]:
    """Find calls that failed, or took too long to be told."""
    for turn in evidence.turns:
        for call in turn.tools:
            if call.error is None or call.error == _MADE_ANEW or call.repeats is not None:
                continue
            yield Finding(
                "failed_tool",
                call.start,
                evidence.duration_s if call.end is None else call.end,
                turn.index,
                f"{call.name} failed{_lasted(call)}; the model was told so.",
                "recording.tools holds the error. Give the function's parameters types and a "
                "docstring, raise live.ToolError with what the model should know, and set "
                "`timeout_s` if it needs longer.",
                call.duration,
            )


def _lasted(call: ToolCall) -> str:
    return "" if call.duration is None else f" after {call.duration:.1f} s"


def _silence(evidence: Evidence, start_s: float, end_s: float) -> tuple[float, float]:
    """Longest silence of both sides in a stretch of time, and since when."""
    sounds = sorted(
        evidence.voice_between(start_s, end_s) + evidence.speech_between(start_s, end_s),
        key=lambda sound: sound.start_s,
    )
    longest_s, since_s, free_s = 0.0, start_s, start_s
    for begin_s, stop_s in [*((s.start_s, s.end_s) for s in sounds), (end_s, end_s)]:
        if begin_s - free_s > longest_s:
            longest_s, since_s = begin_s - free_s, free_s
        free_s = max(free_s, stop_s)
    return longest_s, since_s
