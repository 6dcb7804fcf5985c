"""The way of the user's voice: which frame was captured, arrived and sent when."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

__all__ = ["FrameMarks", "FrameTimes", "plain_times"]


class FrameTimes(NamedTuple):
    """Times of one microphone frame, in recording seconds; ``None`` where unknown."""

    captured_s: float
    arrived_s: float | None
    sent_s: float | None


class FrameMarks:
    """Capture, arrival and sending time of every microphone frame.

    Costs 48 bytes a frame, 8.6 MB for an hour of 20 ms frames. Frames beyond ``limit`` are not
    marked (``dropped`` counts them); their latency parts are then unknown.
    """

    def __init__(self, limit: int) -> None:
        self.dropped = 0
        self._limit = limit
        self._first = array("q")  # first sample on the track's axis
        self._counted = array("q")  # samples captured before and with this frame
        self._captured_s = array("d")
        self._arrived_s = array("d")
        self._sent_s = array("d")
        self._captured = 0
        self._passed = 0  # captured samples that were sent or given up
        self._waiting = 0  # first frame that is not wholly passed

    def __len__(self) -> int:
        return len(self._first)

    def unlimited(self) -> None:
        """Mark frames for as long as a day."""
        self._limit = 50 * 86_400

    @property
    def waiting(self) -> int:
        """Frames before this one have been sent or given up: what is known of them is final."""
        return self._waiting

    def columns(self, first: int = 0) -> dict[str, array[Any]]:
        """Copy the frames from ``first`` on, in columns; unknown is NaN (`plain_times`)."""
        return {
            "first": self._first[first:],
            "counted": self._counted[first:],
            "captured_s": self._captured_s[first:],
            "arrived_s": self._arrived_s[first:],
        }

    def sent_times(self, first: int = 0) -> array[float]:
        """Copy when the frames from ``first`` to `waiting` were sent; NaN if never."""
        return self._sent_s[first : self._waiting]

    def extend(self, columns: dict[str, Sequence[Any]]) -> None:
        """Take in frames as `columns` gives them, in lists, with ``None`` for what is unknown."""
        first = array("q", columns["first"])
        counted = array("q", columns["counted"])
        captured_s = array("d", columns["captured_s"])
        arrived_s = _numbers(columns["arrived_s"])
        if not len(first) == len(counted) == len(captured_s) == len(arrived_s):
            raise ValueError("columns of different lengths")
        self._first.extend(first)
        self._counted.extend(counted)
        self._captured_s.extend(captured_s)
        self._arrived_s.extend(arrived_s)
        self._sent_s.extend(array("d", [_number(None)]) * len(first))

    def set_sent(self, first: int, times: Sequence[float | None]) -> None:
        """Take in the sending times of the frames from ``first`` on, ``None`` if never."""
        if first + len(times) > len(self):
            raise ValueError("more frames sent than captured")
        self._sent_s[first : first + len(times)] = _numbers(times)
        self._waiting = first + len(times)

    def captured(
        self, first: int, samples: int, captured_s: float, arrived_s: float | None
    ) -> None:
        """Note a frame of ``samples`` samples that lies on the track from ``first`` on."""
        self._captured += samples
        if len(self._first) >= self._limit:
            self.dropped += 1
            return
        self._first.append(first)
        self._counted.append(self._captured)
        self._captured_s.append(captured_s)
        self._arrived_s.append(float("nan") if arrived_s is None else arrived_s)
        self._sent_s.append(float("nan"))

    def passed(self, samples: int, sent_s: float | None) -> None:
        """Note that the next ``samples`` captured samples were sent, or given up (``None``)."""
        self._passed += samples
        waiting = self._waiting
        while waiting < len(self._counted) and self._counted[waiting] <= self._passed:
            if sent_s is not None:
                self._sent_s[waiting] = sent_s
            waiting += 1
        self._waiting = waiting

    def at(self, sample: int) -> FrameTimes | None:
        """Look up the frame that holds ``sample`` of the track; ``None`` if no frame does."""
        number = bisect_right(self._first, sample) - 1
        if number < 0:
            return None
        return FrameTimes(
            self._captured_s[number],
            _known(self._arrived_s[number]),
            _known(self._sent_s[number]),
        )


def plain_times(seconds: array[float]) -> list[float | None]:
    """Return times as a list, in which ``None`` is unknown."""
    return [None if second != second else second for second in seconds]


def _numbers(seconds: Sequence[float | None]) -> array[float]:
    try:
        return array("d", seconds)  # type: ignore[arg-type]
    except TypeError:
        return array("d", map(_number, seconds))


def _number(seconds: float | None) -> float:
    return float("nan") if seconds is None else seconds


def _known(seconds: float) -> float | None:
    return None if seconds != seconds else seconds
