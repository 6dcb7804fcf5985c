"""The pictures that the agent was shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Final

from livekit_nb.recording.events import Event
from livekit_nb.recording.tables.table import Column, Table

__all__ = ["FrameLog", "Frames", "VideoFrame"]

LIMIT_BYTES: Final = 128_000_000
"""Bytes of pictures that are kept in memory: half an hour to an hour at a picture a second."""

_MOST: Final = 10**9


def _nothing(number: int) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """A picture that was sent.

    Attributes
    ----------
    t : float
        When it was sent, in recording seconds.
    width, height : int
        In pixels.
    size : int
        Bytes of the file.
    number : int
        Which one, from 1.
    """

    t: float
    width: int
    height: int
    size: int
    number: int
    _file: Callable[[int], bytes | None] = field(default=_nothing, repr=False, compare=False)

    @property
    def jpeg(self) -> bytes | None:
        """The file as it was sent (from a camera a JPEG); ``None`` when it was not kept."""
        return self._file(self.number)


class Frames(Table[VideoFrame]):
    """The pictures of a recording, in the order in which they were sent."""

    noun: ClassVar[str] = "frame"
    layout = (
        Column("number", lambda frame: frame.number, "", decimals=0),
        Column("t_s", lambda frame: frame.t, "time", unit="s", decimals=3),
        Column("width_px", lambda frame: frame.width, "width", unit="px", decimals=0),
        Column("height_px", lambda frame: frame.height, "height", unit="px", decimals=0),
        Column("bytes", lambda frame: frame.size, "size", unit="bytes", decimals=0),
    )


class FrameLog:
    """Keeps pictures, as many as there is room for.

    What is already kept is worth more than what comes after: a picture that does not fit any more
    is not kept (its time and size are) and counted.

    Parameters
    ----------
    limit_bytes : int
        Room for the files.

    Attributes
    ----------
    frames : list of VideoFrame
        All that were sent, also those whose picture was not kept.
    dropped : int
        Pictures that were not kept because they did not fit.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self.frames: list[VideoFrame] = []
        self.dropped = 0
        self._limit_bytes = limit_bytes
        self._files: dict[int, bytes] = {}
        self._held_bytes = 0
        self._stored: Callable[[int], bytes | None] = _nothing

    @property
    def next_number(self) -> int:
        """Number of the frame that comes next."""
        return self.frames[-1].number + 1 if self.frames else 1

    def add(self, event: Event) -> None:
        """Take in a ``video.frame`` event.

        Events may be lost with a damaged journal: the numbers of those that are left stay.
        """
        number = self.next_number
        told = event.data.get("number")
        if isinstance(told, int) and number <= told < _MOST:
            number = told
        width, height, size = (
            _count(event.data.get(name)) for name in ("width", "height", "bytes")
        )
        self.frames.append(VideoFrame(event.t, width, height, size, number, self.file))

    def keep(self, number: int, file: bytes) -> None:
        """Keep the picture of a frame that was added."""
        if self._held_bytes + len(file) > self._limit_bytes:
            self.dropped += 1
            return
        self._held_bytes += len(file)
        self._files[number] = file

    def held(self, after: int) -> list[tuple[int, bytes]]:
        """Return the pictures in memory of the frames after a number, with their numbers."""
        return [(number, file) for number, file in list(self._files.items()) if number > after]

    @property
    def stored(self) -> Callable[[int], bytes | None]:
        """Gives the pictures that are not in memory."""
        return self._stored

    def release(self, number: int, stored: Callable[[int], bytes | None]) -> None:
        """Let go of a picture: it can be had from elsewhere."""
        self._stored = stored
        self._held_bytes -= len(self._files.pop(number, b""))

    def file(self, number: int) -> bytes | None:
        """Return the picture of a frame, ``None`` when it was not kept."""
        kept = self._files.get(number)
        return self._stored(number) if kept is None else kept


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
