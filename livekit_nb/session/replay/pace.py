"""Where a recording that is played back stands: its time, which runs as the world's, or waits."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

__all__ = ["Pace"]


class Pace:
    """The time of a recording.

    Parameters
    ----------
    clock : callable
        Returns seconds of the world.
    at_s : float
        Where the recording is now.

    Attributes
    ----------
    stop_s : float
        Where its time stops, until that is moved.
    """

    def __init__(self, clock: Callable[[], float], at_s: float) -> None:
        self.stop_s = inf
        self._clock = clock
        self._from_s = clock()
        self._at_s = at_s

    @property
    def now_s(self) -> float:
        """Where it is."""
        return self.at(self._clock())

    def at(self, world_s: float) -> float:
        """Return where it was, or will be, at a time of the world."""
        return min(self._at_s + max(0.0, world_s - self._from_s), max(self.stop_s, self._at_s))

    def due_s(self, at_s: float) -> float:
        """Return the time of the world at which it will be somewhere, if nothing stops it."""
        return self._from_s + at_s - self._at_s

    def go(self, at_s: float) -> None:
        """Let it go on from somewhere, now."""
        self._at_s, self._from_s = at_s, self._clock()

    def stop_at(self, at_s: float) -> None:
        """Have it stop there from now on, if it is not yet behind it; and not where it did."""
        now_s = self.now_s
        if now_s >= min(self.stop_s, at_s):
            self.go(now_s)
        self.stop_s = at_s
