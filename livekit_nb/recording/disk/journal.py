"""The journal: what a recording has gained, a line for each kind of thing.

Everything in a recording either only grows (events, sound, marks of frames, messages) or is
replaced as a whole (the last few turns and replies). So the journal is made by looking at the
recording now and then, and nothing that records has to wait for it: what is in memory *is* the
queue.

``docs/liverec.md`` describes the lines; `livekit_nb.recording.disk.restoring` reads them.
"""

from __future__ import annotations

import copy
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from livekit_nb.recording.capture import plain_times
from livekit_nb.recording.disk.message_lines import messages_since
from livekit_nb.recording.events import Event
from livekit_nb.recording.turns.replies import Reply
from livekit_nb.recording.turns.turn import ToolCall

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["Cursor", "Gain", "gained_since", "lines_of", "lines_since"]

Line = dict[str, Any]
Gain: TypeAlias = Callable[[], Line]
"""What has been copied, and makes a line of it: nobody who records need wait for that."""

_OPEN_REPLIES: Final = 32  # so many of the last replies may still change
_BATCH: Final = 2000  # events in one line at most


@dataclass(slots=True)
class Cursor:
    """How much of a recording the journal has."""

    events: int = 0
    marks: int = 0
    sent: int = 0
    messages: int = 0
    bodies_lost: int = 0
    turns: int = 0
    payers: list[int | None] = field(default_factory=list)
    speech: dict[str, int] = field(default_factory=lambda: {"user": 0, "agent": 0})
    replies: dict[int, Line] = field(default_factory=dict)
    tools: dict[str, ToolCall] = field(default_factory=dict)

    def copy(self) -> Cursor:
        """Return one of its own, to be kept if what it stands for was written."""
        other = copy.copy(self)
        other.speech, other.replies = dict(self.speech), dict(self.replies)
        other.tools = dict(self.tools)
        return other


def lines_since(recording: Recording, cursor: Cursor) -> list[Line]:
    """Return what a recording has gained, and move the cursor there.

    The last line says how things stand; whoever reads a journal that was cut off takes the last
    such line that is there.
    """
    return lines_of(gained_since(recording, cursor))


def lines_of(gains: Iterable[Gain]) -> list[Line]:
    """Make the lines of what a recording has gained."""
    return [gain() for gain in gains]


def gained_since(recording: Recording, cursor: Cursor) -> list[Gain]:
    """Copy what a recording has gained, as `lines_since`, for `lines_of` to make lines of it."""
    with recording._lock:
        told = recording._told
        gains: list[Gain] = [
            partial(_events, told[first : first + _BATCH])
            for first in range(cursor.events, len(told), _BATCH)
        ]
        cursor.events = len(told)
        gains += _marks(recording, cursor)
        gains += _messages(recording, cursor)
        gains += _made(_speech(recording, cursor))
        turns, version = recording.turns_changed_since(cursor.turns)
        gains += [partial(_plain, "turn", turn) for turn in turns]
        cursor.turns = version
        gains += _tools(recording, cursor)
        gains += _made(_replies(recording, cursor))
        gains += _made(_payers(recording, cursor))
        gains += _made([{"state": _state(recording, cursor)}])
        return gains


def _made(lines: Iterable[Line]) -> list[Gain]:
    return [partial(dict, line) for line in lines]


def _plain(kind: str, what: object) -> Line:
    return {kind: msgspec.to_builtins(what)}


def _events(events: list[Event]) -> Line:
    return {"events": [[event.t, event.kind, event.data] for event in events]}


def reply_line(reply: Reply, turn: int | None) -> Line:
    """Return a reply as JSON-like values."""
    return {
        "number": reply.number,
        "opened_s": reply.opened_s,
        "first_audio_s": reply.first_audio_s,
        "received": reply.received,
        "handed": reply.handed,
        "played": reply.played,
        "handed_s": reply.handed_s,
        "heard": [list(span) for span in reply.heard],
        "ended_s": reply.ended_s,
        "interrupted_s": reply.interrupted_s,
        "captions": [list(fragment) for fragment in reply.captions.fragments],
        "silent": reply.silent,
        "reason": reply.reason,
        "turn": turn,
    }


def _marks(recording: Recording, cursor: Cursor) -> list[Gain]:
    marks, first, sent = recording._marks, cursor.marks, cursor.sent
    cursor.marks, cursor.sent = len(marks), marks.waiting
    gains: list[Gain] = []
    if cursor.marks > first:
        gains.append(partial(_captured, marks.columns(first)))
    if cursor.sent > sent:
        gains.append(partial(_sent, sent, marks.sent_times(sent)))
    return gains


def _captured(columns: dict[str, array[Any]]) -> Line:
    return {"marks": {name: plain_times(column) for name, column in columns.items()}}


def _sent(first: int, times: array[float]) -> Line:
    return {"sent": {"from": first, "sent_s": plain_times(times)}}


def _speech(recording: Recording, cursor: Cursor) -> list[Line]:
    lines: list[Line] = []
    finders = {"user": recording._user_speech, "agent": recording._agent_sound}
    for side, finder in finders.items():
        finder.advance()
        first = cursor.speech[side]
        if len(finder.settled) > first:
            spans = [[segment.start_s, segment.end_s] for segment in finder.settled[first:]]
            lines.append({"speech": {"side": side, "spans": spans}})
            cursor.speech[side] = len(finder.settled)
    return lines


def _tools(recording: Recording, cursor: Cursor) -> list[Gain]:
    gains: list[Gain] = []
    for key, call in recording._turn_log.tools.items():
        if cursor.tools.get(key) is not call:
            gains.append(partial(_plain, "tool", call))
            cursor.tools[key] = call
    return gains


def _replies(recording: Recording, cursor: Cursor) -> list[Line]:
    log = recording._replies.replies
    owners = recording._turn_log.owners
    lines: list[Line] = []
    first = min(len(cursor.replies), max(0, len(log) - _OPEN_REPLIES))
    for reply in log[first:]:
        line = reply_line(reply, owners.get(reply.number))
        if cursor.replies.get(reply.number) != line:
            lines.append({"reply": line})
            cursor.replies[reply.number] = line
    return lines


def _messages(recording: Recording, cursor: Cursor) -> list[Gain]:
    log = recording._messages
    if not cursor.messages:
        cursor.bodies_lost = log.bodies_dropped
    gains = messages_since(log, cursor.messages)
    cursor.messages = len(log)
    return gains


def _payers(recording: Recording, cursor: Cursor) -> list[Line]:
    """Which turn each report of tokens is of; it may become known, and change, later."""
    payers = recording._turn_log.payers
    changed = [
        [number, payer]
        for number, payer in enumerate(payers)
        if number >= len(cursor.payers) or cursor.payers[number] != payer
    ]
    cursor.payers = payers
    return [{"payers": changed}] if changed else []


def _state(recording: Recording, cursor: Cursor) -> Line:
    tracks = recording._tracks
    now_s = recording._now_s() if recording._now_s is not None else None
    finders = {"user": recording._user_speech, "agent": recording._agent_sound}
    return {
        "now_s": now_s,
        "turns": recording.turn_count,
        "unanswered": recording.unanswered,
        "samples": {side: track.length for side, track in tracks.items()},
        "dropped": {
            **{side: track.dropped for side, track in tracks.items()},
            "frames": recording._frames.dropped,
            "marks": recording._marks.dropped,
            "bodies": cursor.bodies_lost,
        },
        "speaking": {
            side: [[segment.start_s, segment.end_s] for segment in finder.unsettled()]
            for side, finder in finders.items()
        },
    }
