"""Audio tracks that grow: samples on one time axis, and their peaks for the live view.

A track is a sparse list of fixed blocks. Appending costs the same after an hour as at the start,
silence between two stretches of sound costs nothing, and readers on other threads see whole
blocks only.
"""

from __future__ import annotations

from array import array
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["PEAK_STEP_S", "Lane", "Samples", "Track"]

Samples = npt.NDArray[np.int16]

PEAK_STEP_S: Final = 0.02
"""Length of one peak bin in seconds."""

BLOCK_S: Final = 10
"""Length of one storage block in seconds."""


class Track:
    """Mono 16-bit samples on the recording's axis; sample 0 is at 0 s.

    Parameters
    ----------
    rate_hz : int
        Sample rate.
    limit_s : float
        Length of the axis that is kept. Samples beyond it are dropped and counted: what is
        already recorded is worth more than what comes after hours. At 16 kHz one hour of sound
        takes 115 MB, at 24 kHz 173 MB.

    Attributes
    ----------
    length : int
        Samples on the axis so far: one past the last sample written.
    dropped : int
        Samples that were not kept because they lie before 0 s or beyond the limit.
    """

    def __init__(self, rate_hz: int, limit_s: float) -> None:
        self.rate_hz = rate_hz
        self.length = 0
        self.dropped = 0
        self._limit = round(limit_s * rate_hz)
        self._block_size = BLOCK_S * rate_hz
        self._blocks: dict[int, Samples] = {}
        self._bin = round(PEAK_STEP_S * rate_hz)
        self._peaks = array("f")

    @property
    def end_s(self) -> float:
        """End of the last sample, in seconds."""
        return self.length / self.rate_hz

    def write(self, first: int, samples: Samples) -> None:
        """Put ``samples`` (int16) on the axis from sample ``first`` on, over what was there."""
        wanted = len(samples)
        samples = samples[max(0, -first) :]
        first = max(0, first)
        samples = samples[: max(0, self._limit - first)]
        self.dropped += wanted - len(samples)
        if not len(samples):
            return
        position = first
        rest = samples
        while len(rest):
            number, offset = divmod(position, self._block_size)
            block = self._blocks.get(number)
            if block is None:
                block = self._blocks[number] = np.zeros(self._block_size, dtype=np.int16)
            count = min(len(rest), self._block_size - offset)
            block[offset : offset + count] = rest[:count]
            position += count
            rest = rest[count:]
        self._raise_peaks(first, samples)
        self.length = max(self.length, first + len(samples))

    def read(self, first: int, stop: int) -> Samples:
        """Copy samples ``first`` (inclusive) to ``stop`` (exclusive); silence where none are."""
        out = np.zeros(max(0, stop - first), dtype=np.int16)
        if not len(out):
            return out
        for number in range(max(0, first) // self._block_size, (stop - 1) // self._block_size + 1):
            block = self._blocks.get(number)
            if block is None:
                continue
            start = number * self._block_size
            low, high = max(first, start), min(stop, start + self._block_size)
            out[low - first : high - first] = block[low - start : high - start]
        return out

    def peaks(self, since_bin: int = 0) -> list[float]:
        """Peaks of the complete 20 ms bins from ``since_bin`` on, 0…1 of full scale."""
        complete = self.length // self._bin
        return self._peaks[since_bin:complete].tolist() if since_bin < complete else []

    def _raise_peaks(self, first: int, samples: Samples) -> None:
        low, high = first // self._bin, (first + len(samples) - 1) // self._bin
        missing = high + 1 - len(self._peaks)
        if missing > 0:
            self._peaks.frombytes(bytes(4 * missing))
        edges = np.maximum(np.arange(low, high + 1) * self._bin - first, 0)
        tops = np.maximum.reduceat(np.abs(samples.astype(np.int32)), edges)
        for number, top in enumerate(tops.tolist(), start=low):
            peak = top / 32768.0
            if peak > self._peaks[number]:
                self._peaks[number] = peak


class Lane:
    """Places stretches of sound, each with its own time stamp, on a track without clicks.

    Time stamps jitter although the sound itself ran on without a break. A stretch whose stamp is
    within the tolerance of where the last one ended therefore continues it; a persistent
    deviation (two clocks drifting apart, a lost frame) is taken back slowly by stretching or
    squeezing each stretch by at most one sample in 320, which is not audible. A stamp further
    ahead is a real gap and leaves silence; a stamp further back continues, since nobody can say
    two things at once.

    Parameters
    ----------
    track : Track
        Where the samples go.
    tolerance_s : float
        Largest deviation that counts as jitter, in seconds.
    """

    _SMOOTHING: Final = 0.05
    _DRIFT_S: Final = 0.004
    _SLEW: Final = 320

    def __init__(self, track: Track, tolerance_s: float) -> None:
        self._track = track
        self._tolerance_s = tolerance_s
        self._deviation = 0.0
        self._next: int | None = None

    def place(self, samples: Samples, start_s: float) -> tuple[int, int]:
        """Write ``samples`` that began at ``start_s`` (seconds on the axis).

        Returns
        -------
        tuple of int
            First sample and one past the last sample on the track.
        """
        rate_hz = self._track.rate_hz
        target = round(start_s * rate_hz)
        if self._next is None or target - self._next > self._tolerance_s * rate_hz:
            first = target if self._next is None else max(target, self._next)
            self._deviation = 0.0
        else:
            first = self._next
            self._deviation += self._SMOOTHING * (target - first - self._deviation)
            samples = self._slewed(samples)
        self._track.write(first, samples)
        self._next = first + len(samples)
        return first, self._next

    def _slewed(self, samples: Samples) -> Samples:
        if abs(self._deviation) <= self._DRIFT_S * self._track.rate_hz or len(samples) < 2:
            return samples
        step = max(1, len(samples) // self._SLEW)
        change = step if self._deviation > 0 else -step
        self._deviation -= change
        count = len(samples) + change
        positions = np.linspace(0, len(samples) - 1, count)
        return np.rint(np.interp(positions, np.arange(len(samples)), samples)).astype(np.int16)
