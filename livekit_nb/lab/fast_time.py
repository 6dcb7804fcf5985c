"""An event loop whose time is not the world's: it passes at once when nothing is to be done.

A conversation of an hour takes as long as computing it takes, a minute or so, and its timers go off
in the same order and at the same times as they would have. Everything must take the time from the
loop; threads are waited for, but they cost no time.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from livekit_nb.errors import LiveError

__all__ = ["FastLoop", "run"]

T = TypeVar("T")

_THREADS_S = 30.0


class FastLoop(asyncio.SelectorEventLoop):
    """An event loop on which waiting costs nothing; its time begins at 0."""

    def __init__(self) -> None:
        self._now_s = 0.0
        super().__init__(_Impatient(self))

    def time(self) -> float:
        """Seconds that have passed for those who run on it."""
        return self._now_s

    def pass_time(self, seconds: float) -> None:
        """Let time pass (for the loop itself)."""
        self._now_s += seconds


class _Impatient(selectors.DefaultSelector):
    """Never waits: it lets the loop's time pass instead."""

    def __init__(self, loop: FastLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready now; if nothing is, the time has passed for which to wait."""
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is not None:
            self._loop.pass_time(max(timeout, 0.0))
            return []
        ready = super().select(_THREADS_S)  # only a thread could wake anybody now
        if not ready:
            raise LiveError(
                "Everybody waits, and nobody has set a timer: this would never end. Look for a "
                "coroutine that waits for something outside of the loop."
            )
        return ready


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a fresh loop with a time of its own; as :func:`asyncio.run`."""
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        return runner.run(work)
