"""Audio tracks that grow: samples on one time axis, and their peaks for the live view.

A track is a sparse list of fixed blocks. Appending costs the same after an hour as at the start,
silence between two stretches of sound costs nothing, and readers on other threads see whole
blocks only. Blocks that lie on disk may leave memory; they are read back when somebody looks.
"""

from __future__ import annotations

from array import array
from functools import lru_cache
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["PEAK_STEP_S", "Lane", "Samples", "Track"]

Samples = npt.NDArray[np.int16]

PEAK_STEP_S: Final = 0.02
"""Length of one peak bin in seconds."""

BLOCK_S: Final = 10
"""Length of one storage block in seconds."""


class Stored(Protocol):
    """Sound that lies elsewhere."""

    def read(self, first: int, stop: int) -> Samples:
        """Copy samples ``first`` to ``stop``; silence where there are none."""
        ...


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
        self._peaks = array("f")  # of complete bins, as far as somebody wanted them
        self._passing: list[tuple[int, Samples]] = []
        self._holes: list[tuple[int, int]] = []
        self._stored: Stored | None = None
        self._stored_until = 0  # what lies before is read from there unless it is in memory

    @property
    def end_s(self) -> float:
        """End of the last sample, in seconds."""
        return self.length / self.rate_hz

    def write(self, first: int, samples: Samples, *, keep: bool = True) -> None:
        """Put ``samples`` (int16) on the axis from sample ``first`` on, over what was there.

        Those that are not to be kept leave silence; until `forget` is called `listen` has them.
        """
        wanted = len(samples)
        samples = samples[max(0, -first) :]
        first = max(0, first)
        samples = samples[: max(0, self._limit - first)]
        self.dropped += wanted - len(samples)
        if not len(samples):
            return
        if not keep:
            self._passing.append((first, samples.copy()))
        position = first
        rest = samples if keep else samples[:0]
        while len(rest):
            number, offset = divmod(position, self._block_size)
            block = self._blocks.get(number)
            if block is None:
                block = self._blocks[number] = np.zeros(self._block_size, dtype=np.int16)
            count = min(len(rest), self._block_size - offset)
            block[offset : offset + count] = rest[:count]
            position += count
            rest = rest[count:]
        del self._peaks[first // self._bin :]
        if first > self.length:
            self._holes.append((self.length, first))
        self.length = max(self.length, first + len(samples))
        if self.length - len(self._peaks) * self._bin > self._block_size:
            self._complete_peaks()  # while the sound is in memory

    def holes(self, first: int, stop: int) -> list[tuple[int, int]]:
        """List the stretches from ``first`` to ``stop`` in which nothing was written.

        Those before what was last given to `forget` are not known any more.
        """
        return [
            (max(first, begin), min(stop, end))
            for begin, end in self._holes
            if begin < stop and end > first
        ]

    def forget(self, until: int) -> None:
        """Let go of what is not kept, and of the holes, before sample ``until``."""
        while self._holes and self._holes[0][1] <= until:
            del self._holes[0]
        while self._passing and self._passing[0][0] + len(self._passing[0][1]) <= until:
            del self._passing[0]

    def listen(self, first: int, stop: int) -> Samples:
        """Copy samples as `read` does, with what passes by and is not kept."""
        out = self.read(first, stop)
        for begin, samples in self._passing:
            low, high = max(first, begin), min(stop, begin + len(samples))
            if high > low:
                out[low - first : high - first] = samples[low - begin : high - begin]
        return out

    def read(self, first: int, stop: int) -> Samples:
        """Copy samples ``first`` (inclusive) to ``stop`` (exclusive); silence where none are."""
        out = np.zeros(max(0, stop - first), dtype=np.int16)
        if not len(out):
            return out
        for number in range(max(0, first) // self._block_size, (stop - 1) // self._block_size + 1):
            block = self._blocks.get(number)
            start = number * self._block_size
            low, high = max(first, start), min(stop, start + self._block_size)
            if block is not None:
                out[low - first : high - first] = block[low - start : high - start]
            elif start < self._stored_until and self._stored is not None:
                out[low - first : high - first] = self._stored.read(low, high)
        return out

    @property
    def stored(self) -> Stored | None:
        """Where that lies which is not in memory."""
        return self._stored

    @property
    def stored_until(self) -> int:
        """Everything before this sample lies there."""
        return self._stored_until

    def silent(self, first: int, stop: int) -> bool:
        """Whether nothing was written from ``first`` to ``stop``; may say no of what is stored."""
        if first < self._stored_until and self._stored is not None:
            return False
        numbers = range(first // self._block_size, max(0, stop - 1) // self._block_size + 1)
        return not any(number in self._blocks for number in numbers)

    def limit(self, samples: int) -> None:
        """Set how long the axis is that is kept."""
        self._limit = samples

    def release(self, stored: Stored, until: int) -> None:
        """Let go of the whole blocks before sample ``until``: they can be read from elsewhere."""
        last = until // self._block_size
        self._stored = stored
        self._stored_until = max(self._stored_until, last * self._block_size)
        # Who looks without a lock sees that they are stored before they are gone.
        for number in [number for number in list(self._blocks) if number < last]:
            del self._blocks[number]

    def restore(
        self, length: int, dropped: int, stored: Stored | None, peaks: array[float] | None
    ) -> None:
        """Become a track that was recorded before.

        Parameters
        ----------
        length, dropped : int
            In samples.
        stored : Stored, optional
            Where its sound is; silence without.
        peaks : array of float, optional
            Made of the sound, when somebody wants them, if not given.
        """
        self.length, self.dropped = length, dropped
        self._stored, self._stored_until = stored, length + self._block_size
        self._blocks.clear()
        self._peaks = array("f") if peaks is None else peaks[: length // self._bin]

    def copy(self) -> Track:
        """Return the same sound as it is now; what comes later is in the original only."""
        other = Track(self.rate_hz, 0.0)
        other._limit = self._limit
        other.length, other.dropped = self.length, self.dropped
        other._stored, other._stored_until = self._stored, self._stored_until
        whole = self.length // self._block_size
        other._blocks = {
            number: block if number < whole else block.copy()
            for number, block in self._blocks.items()
        }
        other._peaks = array("f", self._peaks)
        return other

    def peaks(self, since_bin: int = 0) -> list[float]:
        """Peaks of the complete 20 ms bins from ``since_bin`` on, 0…1 of full scale."""
        complete = self.length // self._bin
        return self._complete_peaks()[since_bin:].tolist() if since_bin < complete else []

    def all_peaks(self) -> array[float]:
        """Return the peaks of all bins, that of the last incomplete one included."""
        peaks = array("f", self._complete_peaks())
        first = len(peaks) * self._bin
        if first < self.length:
            peaks.append(_tops(self.read(first, self.length), self.length - first)[0])
        return peaks

    def _complete_peaks(self) -> array[float]:
        """Return the peaks of the complete bins, having made those that are new."""
        stop = self.length // self._bin * self._bin
        for first in range(len(self._peaks) * self._bin, stop, self._block_size):
            samples = self.read(first, min(first + self._block_size, stop))
            self._peaks.extend(_tops(samples, self._bin))
        return self._peaks


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

    def place(self, samples: Samples, start_s: float, *, keep: bool = True) -> tuple[int, int]:
        """Write ``samples`` that began at ``start_s`` (seconds on the axis).

        What is not to be kept is placed likewise, and leaves silence (`Track.write`).

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
        self._track.write(first, samples, keep=keep)
        self._next = first + len(samples)
        return first, self._next

    def _slewed(self, samples: Samples) -> Samples:
        if abs(self._deviation) <= self._DRIFT_S * self._track.rate_hz or len(samples) < 2:
            return samples
        step = max(1, len(samples) // self._SLEW)
        change = step if self._deviation > 0 else -step
        self._deviation -= change
        count = len(samples) + change
        return np.rint(np.interp(*_grid(len(samples), count), samples)).astype(np.int16)


@lru_cache(maxsize=8)
def _grid(samples: int, count: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Where `count` samples lie that take the time of so many, and where those lie."""
    return np.linspace(0, samples - 1, count), np.arange(samples, dtype=np.float64)


def _tops(samples: Samples, size: int) -> array[float]:
    """Return the peak of every `size` samples, 0…1 of full scale."""
    amounts = np.abs(samples.reshape(-1, size).astype(np.int32))
    return array("f", (amounts.max(axis=1) / 32768.0).astype(np.float32).tobytes())
