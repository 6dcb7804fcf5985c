"""Answers that took too long, and where most of the time went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from livekit_nb.recording.diagnosis.evidence import Evidence
from livekit_nb.recording.diagnosis.finding import Finding
from livekit_nb.recording.turns.turn import ToolCall, Turn

__all__ = ["BUDGET_S", "slow_turns"]

BUDGET_S: Final = 2.0
"""An answer may take so long. People leave each other about 0.2 s (Stivers et al. 2009,
https://doi.org/10.1073/pnas.0903616106), a wait of 1 s is noticed as one (Miller 1968,
https://doi.org/10.1145/1476589.1476628, Nielsen 1993), and hosted speech models answer within 1.0
to 1.6 s in the median: beyond two seconds something is wrong, or worth an explanation."""


class _Share(NamedTuple):
    """A part of the wait: how it is called, how long it was, what helps."""

    name: str
    seconds: float
    remedy: str


_REMEDIES: Final = {
    "capture": "The page was late: close what keeps the computer busy, use a wired microphone, and "
    "see whether the Studio says that sound travels over comms.",
    "uplink": "The way to the service was congested: look for outages and lost sound at that time, "
    "and try a better network.",
    "model": "Lower `thinking`, shorten the instructions and the history, or take a faster model.",
    "endpointing": "The service waited to be sure that the user had finished: set `silence_s` "
    'lower, `end_sensitivity` higher, or try `activity="hybrid"`.',
    "tool": "Make the tool faster or let the talk go on: `@live.tool(blocking=False)`, a generator "
    "that yields progress, or instructions to say a word before it is called.",
    "outage": "The connection was gone or silent, and the question was put again over another.",
    "delivery": "The kernel was late to hand the sound on: look for code that keeps the "
    "interpreter from everything else for long.",
    "playout": "The page began late to play: see its output device (Bluetooth adds 0.1 to 0.3 s) "
    "and whether the tab was in the background.",
    "silence_padding": "The answer began with silence: that is the voice's own; another voice or "
    "model may begin sooner.",
}
_TOGETHER_S: Final = 0.05
_NAMES: Final = {
    "capture": "from the microphone to the kernel",
    "uplink": "from the kernel to the service",
    "model": "the model",
    "endpointing": "the service deciding that the user had finished",
    "outage": "a lost or silent connection",
    "delivery": "from the service to the page",
    "playout": "until the page played it",
    "silence_padding": "silence at the answer's beginning",
}


def slow_turns(evidence: Evidence, budget_s: float = BUDGET_S) -> Iterator[Finding]:
    """Find the turns whose answer came later than `budget_s` after the question.

    The clock of a typed question starts when it was sent. Nothing is said of answers that were
    never heard.
    """
    for turn in evidence.turns:
        waited_s = _waited(turn)
        if waited_s is None or waited_s <= budget_s:
            continue
        heard_s = turn.latency.first_audible
        assert heard_s is not None
        share = _largest(evidence, turn, waited_s)
        told = (
            f"Most of it, {share.seconds:.2f} s, was {share.name}."
            if share.seconds >= waited_s / 2
            else f"The largest part, {share.seconds:.2f} s, was {share.name}."
        )
        yield Finding(
            "slow_turn",
            heard_s - waited_s,
            heard_s,
            turn.index,
            f"The answer came {waited_s:.2f} s after the question; {budget_s:g} s are allowed. "
            + told,
            share.remedy,
            round(waited_s, 3),
        )


def _waited(turn: Turn) -> float | None:
    latency = turn.latency
    if latency.voice_to_voice is not None:
        return latency.voice_to_voice
    if latency.asked is None or latency.first_audible is None:
        return None
    since_s = max(latency.asked, latency.agent_silent or latency.asked)
    return latency.first_audible - since_s


def _largest(evidence: Evidence, turn: Turn, waited_s: float) -> _Share:
    """Find the largest part; the model's is divided into what is known of it."""
    latency = turn.latency
    heard_s = latency.first_audible or 0.0
    shares = [
        _Share(_NAMES[name], seconds, _REMEDIES[name])
        for name, seconds in latency.parts.items()
        if seconds is not None and name != "model"
    ]
    begun_s = heard_s - waited_s
    sent_s = begun_s if latency.sent is None else max(latency.sent, begun_s)
    first_s = heard_s if latency.first_byte is None else latency.first_byte
    model_s = max(0.0, first_s - sent_s)
    outage_s = _outage_s(evidence, sent_s, first_s)
    tools_s, slowest = _tools_s(turn, sent_s, first_s)
    told_s = latency.activity_end
    if told_s is not None and first_s - told_s < _TOGETHER_S:
        told_s = None  # it came with the answer, so it tells nothing of when that was decided
    ended_s = 0.0 if told_s is None else max(0.0, min(told_s, first_s) - sent_s - outage_s)
    shares.append(_Share(_NAMES["outage"], outage_s, _REMEDIES["outage"]))
    if slowest is not None:
        shares.append(_Share(f"the tool {slowest.name}", tools_s, _REMEDIES["tool"]))
    shares.append(_Share(_NAMES["endpointing"], ended_s, _REMEDIES["endpointing"]))
    rest_s = max(0.0, model_s - outage_s - tools_s - ended_s)
    shares.append(_Share(_NAMES["model"], rest_s, _REMEDIES["model"]))
    return max(shares, key=lambda share: share.seconds)


def _tools_s(turn: Turn, start_s: float, end_s: float) -> tuple[float, ToolCall | None]:
    """How long tools ran in a stretch of time, overlaps counted once, and the longest of them."""
    runs = [
        (max(call.start, start_s), min(call.end, end_s), call)
        for call in turn.tools
        if call.end is not None and call.start < end_s and call.end > start_s
    ]
    total_s, reached_s = 0.0, start_s
    for begun_s, ended_s, _ in sorted(runs, key=lambda run: run[0]):
        total_s += max(0.0, ended_s - max(begun_s, reached_s))
        reached_s = max(reached_s, ended_s)
    longest = max(runs, key=lambda run: run[1] - run[0], default=None)
    return total_s, longest[2] if longest else None


def _outage_s(evidence: Evidence, start_s: float, end_s: float) -> float:
    """How long the connection was gone, or nothing came over it, in a stretch of time."""
    total_s = 0.0
    for event in evidence.told_between(start_s, end_s, "session.resumed"):
        silent_s = event.data.get("silent_s") or 0.0
        gone_s = event.data.get("outage_s") or 0.0
        total_s += min(float(silent_s) + float(gone_s), event.t - start_s)
    return min(total_s, end_s - start_s)
