"""Waveforms as envelopes: the peak of the sound in each column of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from livekit_nb.recording import Recording

__all__ = ["FULL_SCALE", "Envelope", "envelope"]

FULL_SCALE: Final = 32767 / 32768
"""The highest peak there is: who reaches it was probably louder than that."""

_CHUNK_S: Final = 30.0
_SHORTEST_S: Final = 0.002
_BINS: Final = 4  # of the recording's peaks in a column, at least, to use them

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Peaks of the sound, 0…1 of full scale, in columns of equal width.

    Attributes
    ----------
    start_s : float
        Start of the first column, in recording seconds.
    step_s : float
        Width of a column.
    peaks : numpy.ndarray, shape (columns,)
        The last column may end before its time.
    """

    start_s: float
    step_s: float
    peaks: Floats

    @property
    def times(self) -> Floats:
        """Middle of each column, in recording seconds."""
        return self.start_s + (np.arange(len(self.peaks), dtype=np.float64) + 0.5) * self.step_s

    @property
    def clipped(self) -> Floats:
        """Middle of each column that reaches full scale."""
        return self.times[self.peaks >= FULL_SCALE]


def envelope(
    recording: Recording,
    side: Literal["user", "agent"],
    start_s: float,
    end_s: float,
    columns: int,
) -> Envelope:
    """Find the peak of one side's sound in each column of a stretch.

    Where columns are wide, the peaks that a recording keeps are enough, and no sound is read;
    elsewhere it is read half a minute at a time. Sound after the recording's end is none: columns
    that lie behind it wholly are left out.

    Parameters
    ----------
    recording : Recording
        Whose sound.
    side : {"user", "agent"}
        Which.
    start_s, end_s : float
        The stretch, in recording seconds.
    columns : int
        Into how many it is cut; fewer where they would be shorter than 2 ms.
    """
    step_s = max((end_s - start_s) / columns, _SHORTEST_S)
    end_s = min(end_s, recording.duration_s)
    if end_s <= start_s:
        return Envelope(start_s, step_s, np.zeros(0))
    count = int(np.ceil((end_s - start_s) / step_s - 1e-9))
    if step_s >= _BINS * recording.peak_step_s:
        peaks = _of_peaks(recording, side, start_s, step_s, count)
    else:
        peaks = _of_sound(recording, side, start_s, end_s, step_s, count)
    return Envelope(start_s, step_s, peaks)


def _of_peaks(
    recording: Recording, side: Literal["user", "agent"], start_s: float, step_s: float, count: int
) -> Floats:
    bin_s = recording.peak_step_s
    first = int(start_s / bin_s)
    edges = ((start_s + np.arange(count + 1) * step_s) / bin_s).astype(int) - first
    known = np.asarray(recording.peaks(side, first)[: edges[-1]], dtype=np.float64)
    padded = np.pad(known, (0, max(1, int(edges[-1]) - len(known))))
    return np.maximum.reduceat(padded, edges[:-1])


def _of_sound(
    recording: Recording,
    side: Literal["user", "agent"],
    start_s: float,
    end_s: float,
    step_s: float,
    count: int,
) -> Floats:
    listen = recording.user_audio if side == "user" else recording.agent_audio
    peaks: Floats = np.zeros(count)
    per_chunk = max(1, int(_CHUNK_S / step_s))
    for first in range(0, count, per_chunk):
        stop = min(count, first + per_chunk)
        sound, rate_hz = listen(start_s + first * step_s, min(end_s, start_s + stop * step_s))
        if len(sound):
            starts = (np.arange(stop - first) * step_s * rate_hz).astype(int)
            starts = np.minimum(starts, len(sound) - 1)
            peaks[first:stop] = np.maximum.reduceat(np.abs(sound), starts)
    return peaks
