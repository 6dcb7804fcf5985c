"""Recordings without what is nobody else's business."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from livekit_nb.recording.disk.journal import Cursor, gained_since, lines_of
from livekit_nb.recording.disk.restoring import Restored, restored
from livekit_nb.recording.events import Event
from livekit_nb.recording.recording import Recording
from livekit_nb.recording.tracks import Track
from livekit_nb.recording.turns.turn import ToolCall, Turn
from livekit_nb.recording.words import call_without_words, turn_without_words, without_words

__all__ = ["redacted"]

Line = Mapping[str, Any]


def redacted(recording: Recording, *, audio: bool, frames: bool, text: bool) -> Recording:
    """Return a copy; `Recording.redact` tells."""
    with recording._lock:
        gains = gained_since(recording, Cursor())
        sound = {side: track.copy() for side, track in recording._tracks.items()}
        pictures = dict(recording._frames.held(0))
        stored = recording._frames.stored
    lines = lines_of(gains)

    def tracks(known: Restored) -> Mapping[str, Track]:
        return {side: _silent(track) for side, track in sound.items()} if audio else sound

    def picture(number: int) -> bytes | None:
        return pictures.get(number) or stored(number)

    copy = restored(
        _without_words(lines) if text else lines,
        tracks,
        (lambda number: None) if frames else picture,
    )
    given = {"audio": audio, "frames": frames, "text": text}
    copy.without = recording.without | {name for name, removed in given.items() if removed}
    copy.started_at = recording.started_at
    copy._damage = dict(recording._damage)
    return copy


def _silent(track: Track) -> Track:
    silent = Track(track.rate_hz, 0.0)
    bins = array("f", bytes(4 * len(track.all_peaks())))
    silent.restore(track.length, track.dropped, None, bins)
    return silent


def _without_words(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        for kind, content in line.items():
            yield {kind: _TOLD[kind](content)}


def _events(content: Any) -> Any:
    told = (without_words(Event(t, kind, data)) for t, kind, data in content)
    return [[event.t, event.kind, event.data] for event in told]


def _as_it_is(content: Any) -> Any:
    return content


# A kind of line that is not here is a mistake that must not pass: it might hold words.
_TOLD = {
    "events": _events,
    "turn": lambda content: msgspec.to_builtins(turn_without_words(msgspec.convert(content, Turn))),
    "tool": lambda content: msgspec.to_builtins(
        call_without_words(msgspec.convert(content, ToolCall))
    ),
    "reply": lambda content: {
        **content,
        "captions": [["", start, stop] for _, start, stop in content["captions"]],
    },
    "messages": lambda content: {**content, "bodies": []},
    "marks": _as_it_is,
    "sent": _as_it_is,
    "sounding": _as_it_is,
    "speech": _as_it_is,
    "payers": _as_it_is,
    "state": _as_it_is,
}
