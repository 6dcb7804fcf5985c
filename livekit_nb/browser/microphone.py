"""The page's microphone as an ``AudioSource``."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from livekit_nb.browser.page import LinkCounters
from livekit_nb.session.io import FrameHandler

__all__ = ["PREROLL_FRAMES", "PageMicrophone"]

PREROLL_FRAMES: Final = 500
"""Microphone frames (10 s) kept while the session is being opened; the oldest are dropped."""


class PageMicrophone:
    """Hands the page's frames on, each once and in order.

    Parameters
    ----------
    counters : LinkCounters
        Where frames are counted.
    on_lost : callable
        Told how many frames are missing in the page's numbering.
    """

    def __init__(self, counters: LinkCounters, on_lost: Callable[[int], None]) -> None:
        self._counters = counters
        self._on_lost = on_lost
        self._on_frame: FrameHandler | None = None
        self._preroll: deque[tuple[bytes, float, float]] = deque(maxlen=PREROLL_FRAMES)
        self._next: int | None = None
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._started_s = 0.0

    @property
    def next_frame(self) -> int | None:
        """Number of the first frame not yet received; ``None`` before the page has started."""
        return self._next

    async def arrived(self, number: int) -> None:
        """Wait until frame `number` has been received, or will not be: cancel-safe."""
        if self._next is None or self._next > number:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((number, waiter))
        await waiter

    # -- AudioSource ---------------------------------------------------------------------------

    def start(self, on_frame: FrameHandler) -> None:
        """Hand over frames, beginning with those that waited for the session to open."""
        self._on_frame = on_frame
        while self._preroll:
            on_frame(*self._preroll.popleft())

    def stop(self) -> None:
        """Hand over no more frames."""
        if self._on_frame is not None:
            self._on_frame = None
            self._preroll.clear()

    # -- what the page does --------------------------------------------------------------------

    def begin(self, now_s: float) -> None:
        """Note that the microphone was started: its frames are numbered from 0 again.

        They wait for whoever is to hear them; who heard the ones before hears no more.
        """
        self._on_frame = None
        self._next = 0
        self._tell_waiting(None)
        self._started_s = now_s
        self._preroll.clear()

    def forget(self) -> None:
        """Another page is there, which has not started."""
        self._next = None
        self._preroll.clear()
        self._tell_waiting(None)

    def take(self, seq: int, pcm: bytes, captured_s: float, arrived_s: float) -> None:
        """Take in frame number `seq`; times are the kernel's, of its first sample and of now."""
        # The clocks agree to a millisecond or so: no frame is of the future, none of before Start.
        captured_s = min(max(captured_s, self._started_s), arrived_s)
        if self._next is not None and seq < self._next:
            return  # sent again after a reconnect, though it had arrived
        self._counters.mic_frames += 1
        if self._next is not None and seq > self._next:
            self._counters.mic_lost += seq - self._next
            self._on_lost(seq - self._next)
        self._next = seq + 1
        if self._on_frame is not None:
            self._on_frame(pcm, captured_s, arrived_s)
        else:
            if len(self._preroll) == PREROLL_FRAMES:
                self._counters.mic_dropped += 1
            self._preroll.append((pcm, captured_s, arrived_s))
        if self._waiting:
            self._tell_waiting(seq)

    def _tell_waiting(self, newest: int | None) -> None:
        """Let those go on who wait for a frame up to `newest`; ``None`` for all."""
        waiting, self._waiting = self._waiting, []
        for number, waiter in waiting:
            if newest is None or number <= newest:
                if not waiter.done():
                    waiter.set_result(None)
            else:
                self._waiting.append((number, waiter))
