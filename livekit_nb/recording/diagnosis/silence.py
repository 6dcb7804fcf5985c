"""Questions that got no answer, an answer without sound, or a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from livekit_nb.recording.diagnosis.evidence import Evidence, amount
from livekit_nb.recording.diagnosis.finding import Finding
from livekit_nb.recording.diagnosis.voicing import voiced_s
from livekit_nb.recording.events import Event
from livekit_nb.recording.turns.turn import Turn

__all__ = ["silent_turns", "unanswered", "unheard_answers"]

PATIENCE_S: Final = 5.0
"""Who has got no answer after so long speaks again or gives up: twice the slowest answers of
hosted models, and more than any pause within a question."""

VOICED_S: Final = 0.3
"""So much voice is somebody speaking: about two syllables."""

_HEARD_S: Final = 3.0  # sound that arrived is played by then, or never
_EXPECTED: Final = ("NEED_MORE_INPUT",)
_NO_REASON: Final = (None, "", "TURN_COMPLETE_REASON_UNSPECIFIED")

_PUT_AGAIN: Final = (
    "The service sometimes ends a turn without a word, or falls silent. livekit_nb puts the "
    "question again by itself; if it goes on, try another model or `thinking` level, and look at "
    "recording.events around that time."
)
_REFUSED: Final = (
    "The service gave a reason: see `safety=`, the instructions and what was asked. Asking the "
    "same again gets the same. With proactive audio (gemini-3.8-live always has it) it may have "
    "been taken for something said to somebody else: then nothing is wrong, or address the agent."
)


def silent_turns(evidence: Evidence) -> Iterator[Finding]:
    """Find turns that the service ended without sound or words, and silences it was left for."""
    told = set[int | None]()
    for event in evidence.told("agent.turn_complete", "agent.silent", "session.resumed"):
        index = evidence.turn_at(event.t)
        if index is None or index in told or not _is_silence(evidence, event, index):
            continue
        turn = evidence.turns[index]
        reason = event.data.get("reason")
        refused = event.kind == "agent.turn_complete" and reason not in _NO_REASON
        start_s = _asked_s(turn)
        start_s = event.t if start_s is None else min(start_s, event.t)
        told.add(index)
        yield Finding(
            "refused_turn" if refused else "silent_turn",
            start_s,
            event.t,
            index,
            (f"The service refused to answer: {reason}." if refused else _what(event))
            + _afterwards(turn, event.t),
            _REFUSED if refused else _PUT_AGAIN,
            round(event.t - start_s, 3),
        )


def unanswered(evidence: Evidence) -> Iterator[Finding]:
    """Find what was said or typed, and nothing came of it, nor was it told why.

    A sound without words counts if it is voiced, so somebody spoke. What was said in the last
    seconds before the end is not waited for.
    """
    known = {found.turn for found in silent_turns(evidence)}
    starts = [turn.user.start for turn in evidence.turns if turn.user and turn.user.start]
    for turn in evidence.turns:
        asked_s = _asked_s(turn)
        if turn.agent or turn.tools or turn.reason or turn.index in known or asked_s is None:
            continue
        begun_s = turn.user.start if turn.user and turn.user.start is not None else asked_s
        next_s = min((start for start in starts if start > asked_s), default=None)
        over = evidence.told("session.closed")
        until_s = over[0].t if over and over[0].t > asked_s else evidence.duration_s
        waited_s = (until_s if next_s is None else min(next_s, until_s)) - asked_s
        if waited_s < PATIENCE_S or not _said_something(evidence, turn):
            continue
        words = bool(turn.user and turn.user.text.strip())
        yield Finding(
            "unanswered",
            begun_s,
            asked_s + waited_s,
            turn.index,
            f"Nothing came of it for {waited_s:.1f} s, "
            + ("though words were understood." if words else "and no words were understood."),
            "Say it again. If words were understood, look at recording.events for what the "
            "service did."
            if words
            else "Speak louder or nearer, look at the level in the timeline and whether the "
            "microphone was sent (recording.events: uplink.lost), and see `start_sensitivity`.",
            round(waited_s, 3),
        )


def unheard_answers(evidence: Evidence) -> Iterator[Finding]:
    """Find answers whose sound arrived, and of which nothing was played."""
    for turn in evidence.turns:
        first_s = turn.latency.first_byte
        agent = turn.agent
        if first_s is None or agent is None or agent.first_audible is not None:
            continue
        waited_s = evidence.duration_s - first_s
        if agent.interrupted or turn.latency.played is not None or waited_s < _HEARD_S:
            continue
        yield Finding(
            "unheard_answer",
            first_s,
            evidence.duration_s,
            turn.index,
            "The answer's sound arrived, and nothing of it was played.",
            "The page had no sound: click into it once (browsers play nothing before), see that "
            "the tab is not muted, and that its output device is there.",
            round(waited_s, 3),
        )


def _is_silence(evidence: Evidence, event: Event, index: int) -> bool:
    turn = evidence.turns[index]
    if event.kind == "session.resumed":
        return bool(event.data.get("silent_s")) and turn.user is not None
    if event.kind == "agent.silent":
        return True
    if event.data.get("said") != "nothing" or event.data.get("reason") in _EXPECTED:
        return False
    quiet = evidence.told_between(turn.latency.asked or 0.0, event.t, "tool.response")
    ids = {call.id for call in turn.tools}
    return not any(
        answer.data.get("id") in ids and answer.data.get("scheduling") == "SILENT"
        for answer in quiet
    )


def _what(event: Event) -> str:
    if event.kind == "session.resumed":
        silent_s = amount(event, "silent_s")
        return (
            f"The service said nothing for {silent_s:.0f} s; the question was put again over "
            "another connection."
        )
    if event.kind == "agent.silent":
        return "No answer came, though the question was put again; it was let be."
    return "The service ended its turn without sound or words."


def _afterwards(turn: Turn, told_s: float) -> str:
    heard_s = turn.agent.first_audible if turn.agent else None
    if heard_s is None or heard_s <= told_s:
        return ""
    return f" An answer came {heard_s - told_s:.1f} s later."


def _asked_s(turn: Turn) -> float | None:
    """When the user had finished."""
    if turn.user is None or turn.user.speaking:
        return None
    if turn.user.speech_end is not None:
        return turn.user.speech_end
    return turn.latency.asked if turn.latency.asked is not None else turn.user.start


def _said_something(evidence: Evidence, turn: Turn) -> bool:
    if turn.user is None:
        return False
    if turn.user.typed or turn.user.text.strip():
        return True
    start_s, end_s = turn.user.start, turn.user.speech_end
    if start_s is None or end_s is None:
        return False
    sounds = evidence.speech_between(start_s, end_s)
    return any(
        voiced_s(evidence.microphone(s.start_s, s.end_s), evidence.microphone_hz) >= VOICED_S
        for s in sounds
    )
