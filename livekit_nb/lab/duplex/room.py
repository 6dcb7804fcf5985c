"""The caller's room: its noise, what is said in it, and the agent's echo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np

from livekit_nb.audio.pcm import (
    FRAME_MS,
    INPUT_RATE_HZ,
    OUTPUT_RATE_HZ,
    Samples,
    from_pcm16,
    resample,
    to_pcm16,
)
from livekit_nb.session.io import PlaybackListener
from livekit_nb.session.virtual import VirtualLoudspeaker, VirtualMicrophone

__all__ = ["Room", "pink_noise"]

QUIET_DBFS = -70.0  #: noise of a room in which nothing is to be heard
AUDIBLE = 10 ** (-45 / 20)  #: RMS of 20 ms from which on the agent is taken to be audible
ECHO_DELAY_S = 0.15  #: of the echo; no less than the loudspeaker's reports may be late

_FRAME = INPUT_RATE_HZ * FRAME_MS // 1000


def pink_noise(seconds: float, seed: int) -> Samples:
    """Return noise whose power falls by 3 dB an octave, with RMS 1, float32 at 16 kHz."""
    count = round(seconds * INPUT_RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    noise = np.fft.irfft(spectrum, count)
    return np.asarray(noise / np.sqrt(np.mean(np.square(noise))), np.float32)


class Room:
    """A microphone and a loudspeaker, and what happens between them.

    Parameters
    ----------
    clock : callable
        Returns kernel time in seconds.
    noise : Samples, optional
        Played in the room all the time, over and over, 16 kHz; without, hardly anything is heard.
    echo_db : float, optional
        Level of the agent's voice in the microphone, against what is played; None for headphones.
    seed : int

    Attributes
    ----------
    microphone, loudspeaker : AudioSource, AudioSink
    audible_s : float or None
        Kernel time of the agent's first audible sound since :meth:`expect`.
    over_s : float or None
        Kernel time at which the agent's turn since :meth:`expect` was played to its end.
    lost_s : float
        Seconds which the microphone did not capture because the machine stalled.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        noise: Samples | None = None,
        echo_db: float | None = None,
        seed: int = 0,
    ) -> None:
        self._clock = clock
        self._random = np.random.default_rng(seed)
        self._noise = noise
        self._echo = 0.0 if echo_db is None else 10 ** (echo_db / 20)
        self._sounds: list[tuple[float, Samples]] = []
        self._played: list[tuple[float, Samples]] = []
        self._begun_s: float | None = None
        self._next_s: float | None = None
        self._stirred = asyncio.Event()
        self.microphone = VirtualMicrophone(clock)
        self.microphone.hear(self._frame)
        self.loudspeaker = _Loudspeaker(clock, self)
        self.audible_s: float | None = None
        self.over_s: float | None = None
        self.lost_s = 0.0

    # What is said -----------------------------------------------------------------------------

    def place(self, sound: Samples, at_s: float) -> None:
        """Let something be heard from kernel time `at_s` on, 16 kHz."""
        self._sounds.append((at_s, sound))

    def _frame(self, begun_s: float) -> bytes:
        if self._next_s is not None:
            self.lost_s += max(0.0, begun_s - self._next_s - 1e-3)
        self._next_s = begun_s + FRAME_MS / 1000
        if self._begun_s is None:
            self._begun_s = begun_s
        sound = 10 ** (QUIET_DBFS / 20) * self._random.standard_normal(_FRAME)
        if self._noise is not None:
            first = round((begun_s - self._begun_s) * INPUT_RATE_HZ)
            sound += self._noise.take(np.arange(first, first + _FRAME), mode="wrap")
        sound += _between(self._sounds, begun_s)
        if self._echo:
            sound += self._echo * _between(self._played, begun_s - ECHO_DELAY_S)
        return to_pcm16(np.clip(sound, -1.0, 1.0).astype(np.float32))

    # What is heard of the agent -----------------------------------------------------------------

    def expect(self) -> None:
        """Forget what the agent said; :attr:`audible_s` and :attr:`over_s` are about what comes."""
        self.audible_s = self.over_s = None

    async def until(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until the condition holds; returns whether it does."""
        deadline_s = self._clock() + timeout_s
        while not condition():
            left_s = deadline_s - self._clock()
            if left_s <= 0:
                return False
            self._stirred.clear()
            try:
                async with asyncio.timeout(min(left_s, 0.1)):
                    await self._stirred.wait()
            except TimeoutError:
                continue
        return True

    def heard(self, pcm: bytes, start_s: float) -> None:
        """Take what the loudspeaker played from `start_s` on (24 kHz s16le)."""
        samples = from_pcm16(pcm)
        if self._echo:
            self._played.append((start_s, resample(samples, OUTPUT_RATE_HZ, INPUT_RATE_HZ)))
        if self.audible_s is None:
            size = OUTPUT_RATE_HZ // 50
            for first in range(0, len(samples), size):
                if np.sqrt(np.mean(np.square(samples[first : first + size]))) > AUDIBLE:
                    self.audible_s = start_s + first / OUTPUT_RATE_HZ
                    break
        self._stirred.set()

    def finished(self) -> None:
        """Take note that the agent's turn was played to its end, or broken off."""
        if self.audible_s is not None:
            self.over_s = self._clock()
        self._stirred.set()


def _between(pieces: list[tuple[float, Samples]], start_s: float) -> Samples:
    """Return a frame of what was laid down from `start_s` on."""
    out = np.zeros(_FRAME, np.float32)
    for begun_s, piece in pieces:
        first = round((begun_s - start_s) * INPUT_RATE_HZ)
        low, high = max(first, 0), min(first + len(piece), _FRAME)
        if high > low:
            out[low:high] += piece[low - first : high - first]
    return out


class _Loudspeaker(VirtualLoudspeaker):
    """A loudspeaker that can be heard in a room."""

    def __init__(self, clock: Callable[[], float], room: Room) -> None:
        super().__init__(clock)
        self._room = room

    def start(self, listener: PlaybackListener) -> None:
        room = self._room

        class Ear:
            def played(self, pcm: bytes, start_s: float) -> None:
                room.heard(pcm, start_s)
                listener.played(pcm, start_s)

            def finished(self, position_s: float, interrupted: bool) -> None:
                room.finished()
                listener.finished(position_s, interrupted)

        super().start(Ear())
