"""The messages of a conversation, both ways: every one with time, size and kind, and its text.

A message costs 16 bytes, one that brought sound 20 more; texts (`Message.body`) are kept beside,
16 MB in all. What does not fit is dropped, the oldest first, and counted (`MessageLog.dropped`,
`MessageLog.bodies_dropped`): texts beyond that limit, messages beyond two million (eleven hours).

`kind` names what a message carries by its fields on the wire (see `livekit_nb.wire.kinds`):
``"realtimeInput.audio"``, ``"serverContent.outputTranscription"``, ``"toolCall, usageMetadata"``.
Sound, pictures sent by the camera, and messages that brought nothing but sound have no text. Of the
others it is as it was on the wire, except that ``"data":"<1920 bytes of audio>"`` stands for sound
(``of picture`` and ``of data`` for other base64), and ``<key>`` and ``<handle>`` for secrets.

A received message with sound knows where that is: ``samples = (first, count)`` are those that
`Recording.received_audio` gives, in the order of its placeholders. A message may have placeholders
and no samples: its sound came late, after an interruption, and was heard by nobody. Where the sound
was converted to 24 kHz, there are other samples than the placeholders' bytes say.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, Final, Literal, overload

import numpy as np
import numpy.typing as npt

from livekit_nb.errors import RecordingError
from livekit_nb.recording.asking import check_names
from livekit_nb.recording.tables.table import Column, Table

__all__ = ["NAMES", "Direction", "Message", "MessageLog", "Messages", "names_in"]

Direction = Literal["sent", "received"]

MAX_MESSAGES: Final = 2_000_000
MAX_BODIES_BYTES: Final = 16_000_000

_BODY_COST: Final = 150  # bytes that Python takes to keep a text, beside the text
_MOST_KINDS: Final = 1000
_OTHER: Final = "other"
_MOST: Final = 2**32 - 1
_AT_ONCE: Final = 2000  # messages made under one lock


_OF_CLIENT: Final = "setup clientContent realtimeInput toolResponse contextUpdate"
_OF_INPUT: Final = "audio video text activityStart activityEnd audioStreamEnd mediaChunks"
_OF_SERVER: Final = (
    "setupComplete serverContent toolCall toolCallCancellation goAway sessionResumptionUpdate "
    "voiceActivity voiceActivityDetectionSignal usageMetadata interactionStatus"
)
_OF_CONTENT: Final = (
    "audio picture text thought modelTurn generationComplete turnComplete interrupted "
    "turnCompleteReason waitingForInput interactionStatus inputTranscription outputTranscription "
    "interimInputTranscription groundingMetadata urlContextMetadata speechState"
)
NAMES: Final = frozenset(
    [*_OF_CLIENT.split(), *_OF_SERVER.split(), "unknown", "unreadable", _OTHER]
    + [f"realtimeInput.{name}" for name in _OF_INPUT.split()]
    + [f"serverContent.{name}" for name in _OF_CONTENT.split()]
)
"""What messages may carry, by the names that kinds are made of."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the Live API, as it went over a connection.

    Attributes
    ----------
    t : float
        When it was written or read, in recording seconds.
    direction : {"sent", "received"}
        Which way: to the model, or from it.
    kind : str
        What it carries, such as ``"toolCall"``.
    size : int
        Bytes on the wire.
    connection : int
        Number of the connection, from 1.
    number : int
        Which one it is, from 0.
    body : str or None
        Its text, without sound, pictures and secrets. Not part of ``repr``, as it may hold what was
        said. ``None`` when it has none, or it was not kept.
    samples : tuple of int or None
        First one and how many of the samples (24 kHz) it brought; see `Recording.received_audio`.
    """

    t: float
    direction: Direction
    kind: str
    size: int
    connection: int
    number: int
    body: str | None = field(default=None, repr=False)
    samples: tuple[int, int] | None = None

    def __str__(self) -> str:
        line = f"{self.number}  {self.t:.3f} s  {self.direction}  {self.kind}  {self.size:,} bytes"
        return line if self.body is None else f"{line}\n{self.body}"


@lru_cache(maxsize=1024)
def names_in(kind: str) -> frozenset[str]:
    """Return everything that a kind names, and what each is a part of.

    ``"serverContent.audio+turnComplete, usageMetadata"`` names ``serverContent``,
    ``serverContent.audio``, ``serverContent.turnComplete`` and ``usageMetadata``.
    """
    names = set()
    for one in kind.split(", "):
        whole, _, parts = one.partition(".")
        names.add(whole)
        names.update(f"{whole}.{part}" for part in parts.split("+") if part)
    return frozenset(names)


class Messages(Table[Message]):
    """The messages of a recording, in the order in which they were written and read."""

    noun: ClassVar[str] = "message"
    layout = (
        Column("number", lambda message: message.number, "", decimals=0),
        Column("t_s", lambda message: message.t, "time", unit="s", decimals=3),
        Column("direction", lambda message: message.direction),
        Column("kind", lambda message: message.kind),
        Column("bytes", lambda message: message.size, "size", unit="bytes", decimals=0),
        Column("connection", lambda message: message.connection, decimals=0),
        Column("body", lambda message: message.body, shown=False),
        Column("samples", lambda message: message.samples, shown=False),
    )

    def where(self, *, kind: str | None = None, direction: Direction | None = None) -> Messages:
        """Return those of a kind, or of a direction, or of both.

        Parameters
        ----------
        kind : str, optional
            What they carry, by themselves or among others: ``"serverContent"`` finds all of it,
            ``"serverContent.audio"`` its sound, ``"toolCall, usageMetadata"`` those that carry
            both.
        direction : {"sent", "received"}, optional
            Which way they went.

        Raises
        ------
        RecordingError
            If there is no such direction, or the kind looks like one of these messages' misspelt.
        """
        if direction not in (None, "sent", "received"):
            raise RecordingError(
                f'Messages have no direction {direction!r}: they were "sent" (to the model) or '
                '"received" (from it).'
            )
        if kind is not None:
            asked = names_in(kind) if isinstance(kind, str) else [kind]
            check_names(sorted(asked), _known(self), what="messages")
        wanted = frozenset() if kind is None else names_in(kind)
        return Messages(
            message
            for message in self
            if wanted <= names_in(message.kind) and direction in (None, message.direction)
        )


def _known(messages: Iterable[Message]) -> list[str]:
    """List all names for what these messages carry, and for what any may."""
    present = {name for kind in {one.kind for one in messages} for name in names_in(kind)}
    return sorted(present | NAMES)


class MessageLog:
    """Keeps messages while they come, and finds them again.

    Parameters
    ----------
    keeps_bodies : bool
        Whether texts are kept.
    max_messages, max_bodies_bytes : int
        How much is kept; the oldest are dropped beyond it.
    lock : threading.RLock, optional
        Held while something is written or read.

    Attributes
    ----------
    dropped, bodies_dropped : int
        Messages, and texts, that are no longer kept.
    """

    def __init__(
        self,
        *,
        keeps_bodies: bool = True,
        max_messages: int = MAX_MESSAGES,
        max_bodies_bytes: int = MAX_BODIES_BYTES,
        lock: Any = None,
    ) -> None:
        self.keeps_bodies = keeps_bodies
        self.dropped = 0
        self.bodies_dropped = 0
        self._most = max_messages
        self._most_bytes = max_bodies_bytes
        self._lock = lock if lock is not None else threading.RLock()
        self._t = array("d")
        self._size = array("I")
        self._kind = array("H")
        self._connection = array("H")
        self._kinds: list[tuple[Direction, str]] = []
        self._ids: dict[tuple[Direction, str], int] = {}
        self._counts: list[int] = []
        self._bodies: OrderedDict[int, bytes] = OrderedDict()  # whose first one is found at once
        self._bodies_bytes = 0
        self._received = -1  # number of the one that was received last
        # Of those that brought sound: their numbers, and where it is.
        self._sounding = array("Q")
        self._sample = array("Q")
        self._samples = array("I")

    def __len__(self) -> int:
        """How many there were, those that are no longer kept included."""
        return self.dropped + len(self._t)

    # In

    def add(
        self,
        t: float,
        direction: Direction,
        kind: str,
        size: int,
        body: str | None = None,
        *,
        connection: int = 0,
        samples: tuple[int, int] | None = None,
    ) -> int:
        """Keep a message; returns its number."""
        with self._lock:
            number = self.dropped + len(self._t)
            at = self._ids.get((direction, kind))
            if at is None:
                at = self._id(direction, kind)
            self._counts[at] += 1
            self._t.append(t)
            self._size.append(size if size < _MOST else _MOST)
            self._kind.append(at)
            self._connection.append(connection if connection < 65535 else 65535)
            if direction == "received":
                self._received = number
            if samples is not None:
                self._sound(number, *samples)
            if body is not None and self.keeps_bodies:
                self._keep(number, body)
            if len(self._t) > self._most:
                self._drop(max(1, self._most // 16))
            return number

    def brought(self, first: int, count: int) -> None:
        """Note that samples are of the message that was received last."""
        with self._lock:
            if self._received >= self.dropped:
                self._sound(self._received, first, count)

    def _id(self, direction: Direction, kind: str) -> int:
        if len(self._kinds) >= _MOST_KINDS:
            kind = _OTHER
            if (direction, kind) in self._ids:
                return self._ids[direction, kind]
        at = self._ids[direction, kind] = len(self._kinds)
        self._kinds.append((direction, kind))
        self._counts.append(0)
        return at

    def _sound(self, number: int, first: int, count: int) -> None:
        if self._sounding and self._sounding[-1] == number:
            self._samples[-1] += count
            return
        self._sounding.append(number)
        self._sample.append(first)
        self._samples.append(count)

    def _keep(self, number: int, body: str) -> None:
        data = body.encode("utf-8", "replace")
        self._bodies[number] = data
        self._bodies_bytes += len(data) + _BODY_COST
        while self._bodies_bytes > self._most_bytes and self._bodies:
            self._forget(next(iter(self._bodies)))

    def _forget(self, number: int) -> None:
        self._bodies_bytes -= len(self._bodies.pop(number)) + _BODY_COST
        self.bodies_dropped += 1

    def _drop(self, count: int) -> None:
        """Drop the oldest messages."""
        for at in self._kind[:count]:
            self._counts[at] -= 1
        self.dropped += count
        for column in (self._t, self._size, self._kind, self._connection):
            del column[:count]
        for number in [number for number in self._bodies if number < self.dropped]:
            self._forget(number)
        sounding = bisect_left(self._sounding, self.dropped)
        for column in (self._sounding, self._sample, self._samples):
            del column[:sounding]

    # Out

    def message(self, number: int, *, text: bool = True) -> Message:
        """Return a message, with its text or without.

        Raises
        ------
        RecordingError
            If there is none of this number, or it is no longer kept.
        """
        with self._lock:
            at = number - self.dropped
            if not 0 <= at < len(self._t):
                why = "is no longer kept" if 0 <= number < self.dropped else "has not been"
                raise RecordingError(
                    f"Message {number} {why}; there are {self.dropped} to {len(self) - 1}."
                )
            direction, kind = self._kinds[self._kind[at]]
            body = self._bodies.get(number) if text else None
            return Message(
                self._t[at],
                direction,
                kind,
                self._size[at],
                self._connection[at],
                number,
                None if body is None else body.decode(),
                self._samples_of(number),
            )

    def stretch(self, first: int, stop: int) -> list[Message]:
        """Return the messages from `first` to before `stop`, with their texts; as `message`."""
        with self._lock:
            if first < stop:
                self.message(first)
                self.message(stop - 1)
            part = slice(first - self.dropped, stop - self.dropped)
            columns = (self._t[part], self._kind[part], self._size[part], self._connection[part])
            bodies, kinds = self._bodies, self._kinds
            low, high = (bisect_left(self._sounding, number) for number in (first, stop))
            where = (self._sample[low:high], self._samples[low:high])
            samples = dict(zip(self._sounding[low:high], zip(*where, strict=True), strict=True))
            texts = {n: bodies[n].decode() for n in range(first, stop) if n in bodies}
        return [
            Message(t, *kinds[kind], size, connection, n, texts.get(n), samples.get(n))
            for n, (t, kind, size, connection) in enumerate(zip(*columns, strict=True), first)
        ]

    def some(self, numbers: Iterable[int]) -> list[tuple[Message, bool]]:
        """Return messages without their texts, and whether there are any.

        Those that are no longer kept are left out.
        """
        with self._lock:
            return [
                (self.message(number, text=False), number in self._bodies)
                for number in numbers
                if number >= self.dropped
            ]

    def _samples_of(self, number: int) -> tuple[int, int] | None:
        at = bisect_left(self._sounding, number)
        if at == len(self._sounding) or self._sounding[at] != number:
            return None
        return self._sample[at], self._samples[at]

    def table(self) -> Messages:
        """Return all that are kept, as they are now; each is made when it is looked at."""
        with self._lock:
            table = Messages()
            table._items = _Rows(self, range(self.dropped, len(self)))
            return table

    def kinds(self) -> dict[tuple[Direction, str], int]:
        """Count the messages of every direction and kind."""
        with self._lock:
            return dict(zip(self._kinds, self._counts, strict=True))

    def find(self, wanted: Callable[[Direction, str], bool]) -> npt.NDArray[np.int64]:
        """Return the numbers of all messages whose direction and kind are wanted, in order."""
        with self._lock:
            kinds = np.array(self._kind, dtype=np.uint16)
            chosen = np.array([wanted(*kind) for kind in self._kinds], dtype=bool)
            first = self.dropped
        return np.flatnonzero(chosen[kinds]) + first if len(kinds) else np.zeros(0, np.int64)


class _Rows(Sequence[Message]):
    """Messages that are made when they are looked at: there may be a million."""

    def __init__(self, log: MessageLog, numbers: range) -> None:
        self._log = log
        self._numbers = numbers

    @overload
    def __getitem__(self, index: int) -> Message: ...
    @overload
    def __getitem__(self, index: slice) -> _Rows: ...
    def __getitem__(self, index: int | slice) -> Message | _Rows:
        if isinstance(index, slice):
            return _Rows(self._log, self._numbers[index])
        return self._log.message(self._numbers[index])

    def __iter__(self) -> Iterator[Message]:
        numbers = self._numbers
        if numbers.step != 1:
            yield from map(self._log.message, numbers)
            return
        for first in range(numbers.start, numbers.stop, _AT_ONCE):
            yield from self._log.stretch(first, min(first + _AT_ONCE, numbers.stop))

    def __len__(self) -> int:
        return len(self._numbers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Iterable) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]
