"""When an answer is over: said by the model *and* heard to its end."""

from __future__ import annotations

import asyncio
import heapq

from livekit_nb.errors import LiveError, SessionClosedError

__all__ = ["TurnGate"]


class TurnGate:
    """Keeps answers that are over, and lets people wait for the next one.

    The service sends faster than real time, so that it has said everything does not mean that it
    was heard. An answer is handed out once it is complete and played, or interrupted. Each has the
    number which the recording gave it, and they are handed out in that order.
    """

    def __init__(self) -> None:
        self._over: list[int] = []  # a heap
        self._to_be_heard: list[int] = []
        self._playing = False
        self._failures: list[LiveError] = []
        self._end: SessionClosedError | None = None
        self._changed = asyncio.Event()

    @property
    def end(self) -> SessionClosedError | None:
        """Why no more answers will come, or ``None`` while they may.

        A new object each time: one that is raised in several places would collect their tracebacks.
        """
        end = self._end
        return None if end is None else SessionClosedError(str(end), end.code, end.reason)

    @property
    def playing(self) -> bool:
        """Whether something that was handed to the loudspeaker may not have been heard yet."""
        return self._playing

    def handed(self) -> None:
        """Note that audio was handed to the loudspeaker."""
        self._playing = True

    def ended(self, number: int, *, interrupted: bool = False) -> None:
        """Note that an answer is complete, or was interrupted.

        Parameters
        ----------
        number : int
            Its number in the recording.
        interrupted : bool
            Then what was to be played is dropped, earlier answers included.
        """
        self._to_be_heard.append(number)
        if interrupted or not self._playing:
            self._hand_out()

    def heard(self) -> None:
        """Note that the loudspeaker has nothing left to play."""
        self._playing = False
        self._hand_out()

    def withdraw(self, number: int) -> None:
        """Take back an answer that turned out to be none, unless somebody has it already."""
        for kept in (self._over, self._to_be_heard):
            if number in kept:
                kept.remove(number)
        heapq.heapify(self._over)

    def fail(self, problem: LiveError) -> None:
        """Tell one who waits, or will, that an answer they may wait for is not going to come."""
        self._failures.append(problem)
        self._changed.set()

    def close(self, end: SessionClosedError) -> None:
        """Release everyone who waits."""
        if self._end is None:
            self._end = end
            self._changed.set()

    def check_open(self) -> None:
        """Raise :class:`SessionClosedError` if the conversation is over."""
        end = self.end
        if end is not None:
            raise end

    async def next(self) -> int:
        """Wait for the next answer and return its number; cancel-safe.

        Raises
        ------
        SessionClosedError
            If the conversation ends before. Answers complete by then are still handed out.
        LiveError
            As of :meth:`fail`; each once.
        """
        while not self._over:
            if self._failures:
                raise self._failures.pop(0)
            self.check_open()
            self._changed.clear()
            await self._changed.wait()
        return heapq.heappop(self._over)

    def put_back(self, number: int) -> None:
        """Take back an answer that never reached who waited for it; the next caller gets it."""
        heapq.heappush(self._over, number)
        self._changed.set()

    def _hand_out(self) -> None:
        for number in self._to_be_heard:
            heapq.heappush(self._over, number)
        if self._to_be_heard:
            self._to_be_heard.clear()
            self._changed.set()
