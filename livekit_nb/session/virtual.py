"""A microphone and a loudspeaker without hardware, in real time: for scripts, sweeps and tests."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from livekit_nb.audio.pcm import FRAME_MS, INPUT_RATE_HZ, OUTPUT_RATE_HZ, frames
from livekit_nb.session.io import FrameHandler, PlaybackListener

__all__ = ["VirtualLoudspeaker", "VirtualMicrophone"]

_FRAME_S = FRAME_MS / 1000
_SILENCE = bytes(2 * INPUT_RATE_HZ * FRAME_MS // 1000)
_LATE_S = 1.0
_REPORT_S = 0.1


class VirtualMicrophone:
    """A microphone in a silent room, into which clips can be spoken.

    It hands over a frame every 20 ms from :meth:`start` to :meth:`stop`, as a real one does; a
    server needs the silence to know that someone has finished. Deadlines are absolute, so the
    pace does not drift; after a stall the missed frames follow at once, but a stall of more than
    a second (a laptop that slept) leaves a gap.

    Parameters
    ----------
    clock : callable, optional
        Returns kernel time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._queue: deque[tuple[bytes, asyncio.Future[None] | None]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._voice: Callable[[float], bytes | None] | None = None

    def start(self, on_frame: FrameHandler) -> None:
        """Begin to hand over frames on the running loop."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(on_frame))

    def stop(self) -> None:
        """Stop; who waits for a clip to end is released."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        for _, done in self._queue:
            if done is not None and not done.done():
                done.set_result(None)
        self._queue.clear()

    def say(self, pcm: bytes) -> asyncio.Future[None]:
        """Queue 16 kHz s16le speech behind what is still being said.

        Returns
        -------
        asyncio.Future
            Done when the last frame has been handed over.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        cut = list(frames(pcm))
        if not cut or self._task is None:
            done.set_result(None)
            return done
        self._queue.extend((frame, None) for frame in cut[:-1])
        self._queue.append((cut[-1], done))
        return done

    def hear(self, voice: Callable[[float], bytes | None]) -> None:
        """Listen to somebody while no clip is spoken.

        Parameters
        ----------
        voice : callable
            Takes a kernel time and returns the frame that is captured from it on; ``None`` when
            they have left.
        """
        self._voice = voice

    def _captured(self, begun_s: float) -> bytes:
        """Return a frame of what is to be heard while no clip is spoken."""
        frame = None if self._voice is None else self._voice(begun_s)
        if frame is None:
            self._voice = None
        return _SILENCE if frame is None else frame

    async def _run(self, on_frame: FrameHandler) -> None:
        begun_s = self._clock()
        while True:
            due_s = begun_s + _FRAME_S
            wait_s = due_s - self._clock()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            elif wait_s < -_LATE_S:
                begun_s = self._clock() - _FRAME_S
            else:
                await asyncio.sleep(0)
            queued = self._queue.popleft() if self._queue else None
            frame, done = queued or (self._captured(begun_s), None)
            on_frame(frame, begun_s, self._clock())
            if done is not None and not done.done():
                done.set_result(None)
            begun_s += _FRAME_S


class VirtualLoudspeaker:
    """A loudspeaker nobody hears, which takes as long to play as a real one.

    Parameters
    ----------
    clock : callable, optional
        Returns kernel time in seconds.

    Attributes
    ----------
    underruns : int
        How often it ran dry before the agent's turn was complete.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._listener: PlaybackListener | None = None
        self._queue = bytearray()
        self._run_start_s: float | None = None
        self._reported = 0  # samples of the run already reported as heard
        self._heard = 0  # samples of this turn
        self._complete = False
        self._timer: asyncio.TimerHandle | None = None
        self.underruns = 0

    def start(self, listener: PlaybackListener) -> None:
        """Begin to report to `listener`."""
        self._listener = listener

    def play(self, pcm: bytes) -> None:
        """Queue 24 kHz s16le audio; it starts at once when nothing else is playing."""
        if not pcm or self._listener is None:
            return
        self._queue += pcm
        self._complete = False
        if self._run_start_s is None:
            self._run_start_s = self._clock()
            self._reported = 0
            self._schedule()

    def clear(self) -> None:
        """Fall silent now; what was not heard is dropped."""
        self._report(self._clock())
        self._queue.clear()
        self._end_run(interrupted=True)

    def turn_complete(self) -> None:
        """Finish when the queue is empty."""
        self._complete = True
        if self._run_start_s is None:
            self._end_run(interrupted=False)

    def stop(self) -> None:
        """Fall silent and report nothing more."""
        if self._run_start_s is not None:
            self._report(self._clock())
        self._listener = None
        self._queue.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _schedule(self) -> None:
        left_s = len(self._queue) / 2 / OUTPUT_RATE_HZ
        delay_s = min(_REPORT_S, left_s)
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._tick)

    def _tick(self) -> None:
        self._report(self._clock())
        if self._queue:
            self._schedule()
            return
        self._run_start_s = None
        if self._complete:
            self._end_run(interrupted=False)
        else:
            self.underruns += 1

    def _report(self, now_s: float) -> None:
        """Tell the listener what has been heard up to `now_s`."""
        if self._run_start_s is None or self._listener is None:
            return
        due = round((now_s - self._run_start_s) * OUTPUT_RATE_HZ) - self._reported
        heard = bytes(self._queue[: 2 * max(0, due)])
        if not heard:
            return
        del self._queue[: len(heard)]
        self._listener.played(heard, self._run_start_s + self._reported / OUTPUT_RATE_HZ)
        self._reported += len(heard) // 2
        self._heard += len(heard) // 2

    def _end_run(self, *, interrupted: bool) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._run_start_s = None
        position_s, self._heard = self._heard / OUTPUT_RATE_HZ, 0
        if self._listener is not None:
            self._listener.finished(position_s, interrupted)
