"""What a chat endpoint streams, without I/O: bytes to events, events to words and calls.

The events are server-sent events (WHATWG HTML, section 9.2) whose data is a piece of a chat
completion in JSON, and ``[DONE]`` after the last. Tool calls come in fragments: name and id first,
the arguments' JSON text piece by piece, several calls side by side under an index.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

__all__ = [
    "DONE",
    "Collected",
    "Delta",
    "EventReader",
    "Fragment",
    "MalformedStreamError",
    "read_piece",
]

DONE = "[DONE]"
MAX_EVENT_BYTES = 1 << 20
MAX_CALLS = 16  #: that are made at a time; models in a loop make hundreds
MAX_ARGUMENT_CHARACTERS = 65_536


class MalformedStreamError(Exception):
    """The stream is none of a chat completion; the text says why, in words of ours alone."""


class EventReader:
    """Cuts a byte stream into the data of server-sent events."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._data: list[str] = []
        self._size = 0

    def feed(self, received: bytes) -> list[str]:
        """Take bytes and return the data of the events they complete.

        Raises
        ------
        MalformedStreamError
            If an event is longer than any piece of an answer.
        """
        events: list[str] = []
        self._rest += received
        if len(self._rest) > MAX_EVENT_BYTES + len(received):
            raise MalformedStreamError("an event without end")
        if b"\n" not in received:
            return events
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            line = line.removesuffix(b"\r")
            if not line and self._data:
                events.append("\n".join(self._data))
                self._data, self._size = [], 0
            name, _, value = line.partition(b":")
            if name != b"data":
                continue  # comments keep connections alive; other fields are not used
            self._size += len(value)
            if self._size > MAX_EVENT_BYTES:
                raise MalformedStreamError("an event without end")
            self._data.append(value.removeprefix(b" ").decode("utf-8", "replace"))
        return events


class _Function(msgspec.Struct):
    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class Fragment(msgspec.Struct):
    """A piece of a tool call."""

    index: int | None = None
    id: str | None = None
    function: _Function | None = None


class Delta(msgspec.Struct):
    """What a piece of an answer adds."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[Fragment] | None = None


class _Choice(msgspec.Struct):
    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: str | None = None


class _Piece(msgspec.Struct):
    choices: list[_Choice] | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(_Piece)


def read_piece(data: str | bytes) -> tuple[Delta, str | None]:
    """Read a piece of an answer, or a whole one, and why it ends if it does.

    Raises
    ------
    MalformedStreamError
        If it is none, or an error of the endpoint.
    """
    try:
        piece = _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise MalformedStreamError("something that is no piece of a chat completion") from None
    if piece.error is not None:
        raise MalformedStreamError("an error in the middle of its answer")
    if not piece.choices:
        return Delta(), None  # the count of tokens comes so
    choice = piece.choices[0]
    return choice.delta or choice.message or Delta(), choice.finish_reason


@dataclass
class CollectedCall:
    """A tool call as far as it has come."""

    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class Collected:
    """Puts tool calls together from their fragments."""

    calls: list[CollectedCall] = field(default_factory=list)
    _by_index: dict[int, CollectedCall] = field(default_factory=dict)

    def add(self, fragment: Fragment) -> None:
        """Take a fragment.

        Raises
        ------
        MalformedStreamError
            If there are more calls, or longer ones, than anybody wants made.
        """
        function = fragment.function or _Function()
        call = self._call(fragment, function.name or "")
        call.id = call.id or fragment.id or ""
        call.name = call.name or function.name or ""
        arguments = function.arguments
        if isinstance(arguments, dict):
            arguments = msgspec.json.encode(arguments).decode()
        call.arguments += arguments or ""
        if len(self.calls) > MAX_CALLS or len(call.arguments) > MAX_ARGUMENT_CHARACTERS:
            raise MalformedStreamError("calls without end")

    def _call(self, fragment: Fragment, name: str) -> CollectedCall:
        """Find the call a fragment belongs to; some endpoints give no index, or always 0."""
        known = self.calls[-1] if self.calls else None
        if fragment.index is not None:
            known = self._by_index.get(fragment.index)
        other = bool(known and name and fragment.id and known.id and fragment.id != known.id)
        if known is None or other or (fragment.index is None and name):
            known = CollectedCall()
            self.calls.append(known)
            if fragment.index is not None:
                self._by_index[fragment.index] = known
        return known
