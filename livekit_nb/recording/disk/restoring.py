"""Recordings made of their journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from livekit_nb.audio.activity import Segment
from livekit_nb.recording.disk.message_lines import extend, extend_sounding
from livekit_nb.recording.events import Event
from livekit_nb.recording.recording import Recording
from livekit_nb.recording.tracks import Track
from livekit_nb.recording.turns.pacing import Fragment
from livekit_nb.recording.turns.replies import Reply
from livekit_nb.recording.turns.speech import SpeechFinder
from livekit_nb.recording.turns.turn import ToolCall, Turn

__all__ = ["KnownSpeech", "Restored", "restored"]

_WRONG: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
"""What lines that are none raise; `msgspec.ValidationError` is a ValueError."""


_LONGEST_S: Final = 86_400.0 * 30  # a month
_LONGEST: Final = 24_000 * 86_400 * 30  # samples


class KnownSpeech(SpeechFinder):
    """Speech that was found before; there is nothing left to find."""

    def know(self, settled: list[Segment], unsettled: list[Segment]) -> None:
        """Have found this."""
        self._settled[:] = settled
        self._open = unsettled

    def advance(self) -> None:
        """Do nothing."""

    def unsettled(self) -> list[Segment]:
        """Speech that might have changed when it was written down."""
        return self._open


@dataclass(slots=True)
class Restored:
    """What a journal says, before it is a recording."""

    events: list[Event] = field(default_factory=list)
    turns: dict[int, Turn] = field(default_factory=dict)
    tools: dict[str, ToolCall] = field(default_factory=dict)
    replies: dict[int, tuple[Reply, int | None]] = field(default_factory=dict)
    payers: dict[int, int | None] = field(default_factory=dict)
    speech: dict[str, list[Segment]] = field(default_factory=lambda: {"user": [], "agent": []})
    state: dict[str, Any] = field(default_factory=dict)
    sealed: set[tuple[str, int]] = field(default_factory=set)
    wrong: int = 0


def restored(
    lines: Iterable[Mapping[str, Any]],
    tracks: Callable[[Restored], Mapping[str, Track]],
    pictures: Callable[[int], bytes | None],
) -> Recording:
    """Make a recording of the lines of a journal.

    Parameters
    ----------
    lines : iterable of dict
        As `livekit_nb.recording.disk.journal.lines_since` gives them. What is no such line is
        left out and counted; kinds of lines that are not known are left out.
    tracks : callable
        Gives the sound of every side, once the lines are known.
    pictures : callable
        Gives the file of a frame.
    """
    recording = Recording(limit_s=0.0)
    known = Restored()
    for line in lines:
        try:
            _take(line, known, recording)
        except _WRONG:
            known.wrong += 1
    state = known.state
    recording._told = known.events
    recording._ordered = sorted(known.events, key=lambda event: event.t)
    sound = tracks(known)
    recording._user, recording._agent = sound["user"], sound["agent"]
    recording._received = sound["received"]
    dropped = _mapping(state.get("dropped"))
    _restore_frames(recording, pictures, _whole(dropped.get("frames")))
    recording._marks.dropped = _whole(dropped.get("marks"))
    recording._messages.bodies_dropped = _whole(dropped.get("bodies"))
    _restore_replies(recording, known)
    _restore_speech(recording, known)
    now_s = state.get("now_s")
    recording._now_s = None if now_s is None else lambda: float(now_s)
    _restore_turns(recording, known)
    return recording


def _take(line: Mapping[str, Any], known: Restored, recording: Recording) -> None:
    for kind, content in line.items():
        match kind:
            case "events":
                known.events += [Event(_time(t), str(k), dict(data)) for t, k, data in content]
            case "marks":
                recording._marks.extend(content)
            case "sent":
                recording._marks.set_sent(content["from"], content["sent_s"])
            case "messages":
                extend(recording._messages, content)
            case "sounding":
                extend_sounding(recording._messages, content)
            case "speech":
                known.speech[content["side"]] += _segments(content["spans"])
            case "turn":
                turn = msgspec.convert(content, Turn)
                known.turns[turn.index] = turn
            case "tool":
                call = msgspec.convert(content, ToolCall)
                known.tools[call.id] = call
            case "reply":
                known.replies[int(content["number"])] = _reply(content)
            case "payers":
                known.payers.update((int(n), turn) for n, turn in content)
            case "audio":
                known.sealed.add((str(content["side"]), int(content["minute"])))
            case "state":
                known.state = _checked_state(content)
            case _:
                pass  # of a later version


def _checked_state(content: Any) -> dict[str, Any]:
    state = dict(content)
    now_s = state.get("now_s")
    state["now_s"] = None if now_s is None else _time(now_s)
    state["turns"] = int(state["turns"])
    state["samples"] = {
        side: min(max(0, int(count)), _LONGEST) for side, count in state["samples"].items()
    }
    dropped = _mapping(state.get("dropped"))
    state["dropped"] = {name: max(0, int(count)) for name, count in dropped.items()}
    state["speaking"] = {side: _segments(spans) for side, spans in state["speaking"].items()}
    return state


def _segments(spans: Iterable[Any]) -> list[Segment]:
    return [Segment(_time(start_s), _time(end_s)) for start_s, end_s in spans]


def _time(told: Any) -> float:
    """Return a time that can be: what is none would break whatever looks at it."""
    seconds = float(told)
    if not abs(seconds) <= _LONGEST_S:
        raise ValueError("no time of a recording")
    return seconds


def _reply(content: Mapping[str, Any]) -> tuple[Reply, int | None]:
    reply = Reply(number=int(content["number"]), opened_s=float(content["opened_s"]))
    for name in ("first_audio_s", "handed_s", "ended_s", "interrupted_s"):
        value = content.get(name)
        setattr(reply, name, None if value is None else float(value))
    reply.received = int(content["received"])
    reply.handed = int(content["handed"])
    reply.played = int(content["played"])
    reply.heard = [(float(start_s), float(end_s)) for start_s, end_s in content["heard"]]
    reply.captions.fragments = [
        Fragment(str(text), int(start), int(stop)) for text, start, stop in content["captions"]
    ]
    reply.silent = bool(content["silent"])
    reply.reason = content.get("reason")
    return reply, content.get("turn")


def _restore_frames(
    recording: Recording, pictures: Callable[[int], bytes | None], dropped: int
) -> None:
    log = recording._frames
    log.dropped = dropped
    log._stored = pictures
    for event in recording._told:
        if event.kind == "video.frame":
            log.add(event)


def _restore_replies(recording: Recording, known: Restored) -> None:
    log = recording._replies
    for number in range(len(known.replies)):
        if number not in known.replies:
            break
        log.replies.append(known.replies[number][0])
    cut = [reply for reply in log.replies if reply.interrupted_s is not None]
    log.interrupted = sorted(cut, key=lambda reply: reply.interrupted_s or 0.0)


def _restore_speech(recording: Recording, known: Restored) -> None:
    speaking = _mapping(known.state.get("speaking"))
    finders = []
    for side, track in (("user", recording._user), ("agent", recording._agent)):
        finder = KnownSpeech(track)
        finder.know(known.speech[side], speaking.get(side, []))
        finders.append(finder)
    recording._user_speech, recording._agent_sound = finders


def _restore_turns(recording: Recording, known: Restored) -> None:
    turns = []
    for number in range(known.state.get("turns", len(known.turns))):
        if number not in known.turns:
            known.wrong += 1
            break
        turns.append(known.turns[number])
    recording._adopt_turns(
        turns,
        known.tools.values(),
        {number: turn for number, (_, turn) in known.replies.items() if turn is not None},
        {number: turn for number, turn in known.payers.items() if turn is not None},
        unanswered=bool(known.state.get("unanswered")),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0
