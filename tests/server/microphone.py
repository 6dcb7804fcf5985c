"""A microphone that is always on: real-time frames against absolute deadlines, silence between."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

FRAME_S = 0.02
FRAME_BYTES = 640


class Microphone:
    """Streams silence, and what it is told to say, in frames of 20 ms.

    Parameters
    ----------
    send : coroutine function
        Sends one frame of s16le 16 kHz.
    """

    def __init__(self, send: Callable[[bytes], Awaitable[object]]) -> None:
        self._send = send
        self._speech = b""
        self.silent_since = 0.0
        """Loop time at which the last frame of speech was sent."""

    def say(self, pcm: bytes) -> None:
        """Say something from the next frame on."""
        self._speech += pcm

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            frame, self._speech = self._speech[:FRAME_BYTES], self._speech[FRAME_BYTES:]
            await self._send(frame.ljust(FRAME_BYTES, b"\0"))
            if frame:
                self.silent_since = loop.time()
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def __aenter__(self) -> Microphone:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
