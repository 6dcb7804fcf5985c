"""When an answer is over: said by the model *and* heard to its end."""

from __future__ import annotations

import asyncio
import heapq

from livekit_nb.errors import SessionClosedError

__all__ = ["TurnGate"]


class TurnGate:
    """Counts answers that are complete, and lets people wait for the next one.

    The service sends faster than real time, so that it has said everything does not mean that it
    was heard. An answer counts once it is complete and played, or interrupted.
    """

    def __init__(self) -> None:
        self._done = 0
        self._taken = 0
        self._returned: list[int] = []  # a heap
        self._lost: set[int] = set()  # answers that broke off with their connection
        self._to_be_heard = 0
        self._playing = False
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

    def ended(self, *, interrupted: bool, lost: bool = False) -> None:
        """Note that an answer with sound is complete, or was interrupted.

        One that is `lost` broke off with its connection. It has a number like every other, but
        nobody who waits is given it: the question is going to be answered again.
        """
        if lost:
            self._lost.add(self._done + self._to_be_heard)
        if self._playing and not interrupted:
            self._to_be_heard += 1
        else:
            self._count(1)

    def heard(self) -> None:
        """Note that the loudspeaker has nothing left to play."""
        self._playing = False
        self._count(self._to_be_heard)
        self._to_be_heard = 0

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
        """Wait for the next answer and return its number, counted from 0; cancel-safe.

        Raises
        ------
        SessionClosedError
            If the conversation ends before. Answers complete by then are still handed out.
        """
        while not self._returned:
            while self._taken < self._done and self._taken in self._lost:
                self._lost.discard(self._taken)
                self._taken += 1
            if self._taken < self._done:
                break
            self.check_open()
            self._changed.clear()
            await self._changed.wait()
        if self._returned:
            return heapq.heappop(self._returned)
        self._taken += 1
        return self._taken - 1

    def put_back(self, number: int) -> None:
        """Take back an answer that never reached who waited for it; the next caller gets it."""
        heapq.heappush(self._returned, number)
        self._changed.set()

    def _count(self, turns: int) -> None:
        if turns:
            self._done += turns
            self._changed.set()
