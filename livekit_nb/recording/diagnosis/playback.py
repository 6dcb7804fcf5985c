"""Gaps in the agent's voice: the loudspeaker ran dry while more was to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from livekit_nb.recording.diagnosis.evidence import Evidence, amount
from livekit_nb.recording.diagnosis.finding import Finding
from livekit_nb.recording.events import Event

__all__ = ["underruns"]

_GAP_S: Final = 5.0
"""Longest gap that is one; after that something else is the matter."""


def underruns(evidence: Evidence) -> Iterator[Finding]:
    """Find the turns in which playback ran dry.

    The page tells of every run of gapless playing, and of each that ended before the agent's turn
    did. A tool that was waited for just then is no failure of the network, and not counted.
    """
    by_turn: dict[int | None, list[Event]] = defaultdict(list)
    for event in evidence.told("playback.underrun"):
        index = evidence.turn_at(event.t)
        calls = () if index is None else evidence.turns[index].tools
        waited = any(
            call.start <= event.t and (call.end is None or call.end >= event.t) for call in calls
        )
        if not waited:
            by_turn[index].append(event)
    for index, events in by_turn.items():
        count = sum(int(amount(event, "count")) or 1 for event in events)
        gaps_s = [gap for event in events if (gap := _gap_s(evidence, event.t)) is not None]
        lasted = f", for {1000 * sum(gaps_s):.0f} ms in all" if gaps_s else ""
        times = "once" if count == 1 else f"{count} times"
        yield Finding(
            "underrun",
            events[0].t,
            events[-1].t + (_gap_s(evidence, events[-1].t) or 0.0),
            index,
            f"The agent's voice broke off {times}{lasted}: it was played faster than it arrived.",
            "The network or the kernel was late: try a better network, stop cells that compute "
            "hard, and see in the Studio whether sound travels over comms, which share the "
            "kernel's queue.",
            float(count),
        )


def _gap_s(evidence: Evidence, told_s: float) -> float | None:
    """How long the silence was, from the end of one run to the beginning of the next."""
    ends = evidence.told_between(told_s - _GAP_S, told_s + 0.5, "playback.ended")
    drained = [event for event in ends if event.data.get("reason") == "drained"]
    if not drained:
        return None
    ended_s = drained[-1].t
    starts = evidence.told_between(ended_s - 0.5, ended_s + _GAP_S, "playback.started")
    following = int(drained[-1].data.get("run") or 0) + 1
    began_s = [event.t for event in starts if event.data.get("run") == following]
    return max(0.0, began_s[0] - ended_s) if began_s else None
