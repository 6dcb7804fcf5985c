"""Interruptions of the agent by nobody: noise, echo, or a slip of the service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from livekit_nb.audio.activity import FRAME_S, Segment
from livekit_nb.recording.diagnosis.echo import find_echoes
from livekit_nb.recording.diagnosis.evidence import Evidence, Samples
from livekit_nb.recording.diagnosis.finding import Finding
from livekit_nb.recording.diagnosis.voicing import voiced_s
from livekit_nb.recording.events import Event
from livekit_nb.recording.turns.turn import Turn

__all__ = ["false_barge_ins"]

BEFORE_S: Final = 2.0
"""What interrupted began at most so long before: a service decides within a second, and what it
decided arrives over the network."""

VOICED_S: Final = 0.25
"""Less voice than this is no word: a cough or a slam has none to speak of, "stop" has 0.3 s."""

_WORDS_S: Final = 6.0  # captions of what interrupted come until then
_NEAR_S: Final = 4.0
_LOUDER_DB: Final = 5.0
_PAUSE_S: Final = 1.0  # what is said after a longer one is something else
_ROOM_S: Final = 0.15  # what is told may be that much before it is heard
_ASIDES: Final = re.compile(r"(?:(?:m+[- ]?h+m+|u+h+[- ]?hu+h+|h+m+|m+|a+h+|u+h+)\W*)+")
"""Sounds by which a listener says "go on": a backchannel (Yngve 1970)."""

_SURE: Final = (
    'Interruptions can be made harder: `start_sensitivity="low"`, a longer '
    '`prefix_padding_s`, or push-to-talk (`activity="manual"`).'
)


class _Cause(NamedTuple):
    message: str
    remedy: str


_CAUSES: Final = {
    "noise": _Cause(
        "a noise in the microphone, and nobody spoke",
        "Move the microphone away from what made the noise. " + _SURE,
    ),
    "echo": _Cause(
        "the agent's own voice in the microphone",
        "Use headphones, or see that echo cancellation is on. " + _SURE,
    ),
    "phantom": _Cause(
        "nothing: the microphone was silent, the service said so all the same",
        "A slip of the service. livekit_nb puts the question again; there is nothing to be done "
        "at the microphone.",
    ),
    "backchannel": _Cause(
        "a sound by which listeners say “go on”, and no words",
        "A listener's “mhm” should not stop the agent. " + _SURE,
    ),
}


def false_barge_ins(evidence: Evidence) -> Iterator[Finding]:
    """Find interruptions that nobody meant, and say what they came from.

    An interruption is somebody's doing if words of the user were understood within seconds,
    something was typed or sent, the talk key was pressed, a tool's result was to interrupt, or the
    sound that came before it was voiced for at least `VOICED_S`.
    """
    for event in evidence.told("agent.interrupted", "agent.phantom_interruption"):
        turn = _cut_turn(evidence, event)
        sounds = _sounds(evidence, event.t, turn)
        cause = _cause(evidence, event, sounds)
        if cause is None:
            continue
        heard_s = _heard_s(turn, event.t)
        after = "" if heard_s is None else f" after {heard_s:.1f} s"
        what = (
            f"The agent was interrupted{after} by "
            if event.kind == "agent.interrupted"
            else "The service told of an interruption by "
        )
        yield Finding(
            "false_barge_in",
            sounds[0].start_s if sounds and cause != "phantom" else event.t,
            event.t,
            None if turn is None else turn.index,
            what + _CAUSES[cause].message + ".",
            _CAUSES[cause].remedy,
            None if heard_s is None else round(heard_s, 3),
        )


def _sounds(evidence: Evidence, t: float, turn: Turn | None) -> list[Segment]:
    """List what was in the microphone before an interruption.

    The question is none of that, unless it was still being put.
    """
    asked_s = turn.user.speech_end if turn is not None and turn.user is not None else None
    since_s = t - BEFORE_S
    if asked_s is not None and asked_s < t:
        since_s = max(since_s, asked_s + FRAME_S)
    return evidence.speech_between(since_s, t + _ROOM_S)


def _cause(evidence: Evidence, event: Event, sounds: list[Segment]) -> str | None:
    """Say what an interruption came from; ``None`` if somebody meant it."""
    if event.kind == "agent.phantom_interruption":
        return "phantom"
    if _meant(evidence, event.t):
        return None
    words = _words(evidence, sounds[0].start_s if sounds else event.t - _ROOM_S, event.t)
    if sounds and _is_echo(evidence, sounds[0].start_s, event.t):
        return "echo"
    if words:
        return "backchannel" if _ASIDES.fullmatch(words.lower().strip()) else None
    if not sounds:
        return "phantom"
    return None if _is_voice(evidence, sounds) else "noise"


def _meant(evidence: Evidence, t: float) -> bool:
    """Whether the user did something else than speak, or a tool was to interrupt."""
    done = evidence.told_between(t - BEFORE_S, t + _ROOM_S, "user.text", "content.sent")
    pushed = evidence.told_between(t - BEFORE_S, t + _ROOM_S, "activity.marked")
    told = evidence.told_between(t - BEFORE_S, t + _ROOM_S, "tool.response", "tool.progress")
    return (
        bool(done)
        or any(mark.data.get("edge") == "start" for mark in pushed)
        or any(answer.data.get("scheduling") == "INTERRUPT" for answer in told)
    )


def _words(evidence: Evidence, since_s: float, t: float) -> str:
    """Words of the user understood after a sound began.

    Until the agent speaks again, or the user says something else after a pause.
    """
    starts = (event.t for event in evidence.told("agent.first_audio") if event.t > t + _ROOM_S)
    end_s = t + _ROOM_S
    until_s = t + _WORDS_S
    for sound in evidence.speech_between(since_s, t + _WORDS_S):
        if sound.start_s - end_s > _PAUSE_S:
            until_s = sound.start_s + _ROOM_S
            break
        end_s = max(end_s, sound.end_s)
    until_s = min(next(starts, until_s), until_s)
    told = evidence.told_between(since_s + _ROOM_S, until_s, "caption.user")
    return " ".join(str(event.data.get("text", "")).strip() for event in told).strip()


def _is_echo(evidence: Evidence, start_s: float, t: float) -> bool:
    """Whether an echo is all that was in the microphone until an interruption.

    Then that is as loud as the echo makes it, and no louder.
    """
    for echo in find_echoes(evidence):
        if not echo.start_s - _NEAR_S <= t <= echo.end_s + _NEAR_S:
            continue
        voice = _power(evidence.heard(start_s - echo.delay_s, t - echo.delay_s))
        heard = _power(evidence.microphone(start_s, t))
        if voice and heard <= voice * 10.0 ** ((echo.level_db + _LOUDER_DB) / 10.0):
            return True
    return False


def _power(samples: Samples) -> float:
    return float(np.mean(np.square(samples))) if len(samples) else 0.0


def _is_voice(evidence: Evidence, sounds: list[Segment]) -> bool:
    rate_hz = evidence.microphone_hz
    whole = [evidence.microphone(sound.start_s, sound.end_s) for sound in sounds]
    if not any(np.any(part) for part in whole):
        return True  # the sound was not kept, so nobody can tell
    return sum(voiced_s(part, rate_hz) for part in whole) >= VOICED_S


def _cut_turn(evidence: Evidence, event: Event) -> Turn | None:
    """Find the turn whose answer was cut: the last one that was heard before."""
    if event.kind == "agent.phantom_interruption":
        index = evidence.turn_at(event.t)
        return None if index is None else evidence.turns[index]
    begun = [
        turn
        for turn in evidence.turns
        if turn.interrupted
        and turn.latency.first_byte is not None
        and turn.latency.first_byte <= event.t
    ]
    return begun[-1] if begun else None


def _heard_s(turn: Turn | None, t: float) -> float | None:
    """How much of the answer was heard before it was cut."""
    if turn is None or turn.agent is None or turn.agent.first_audible is None:
        return None
    return max(0.0, t - turn.agent.first_audible)
