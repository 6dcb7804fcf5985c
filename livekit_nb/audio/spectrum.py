"""How loud which pitch is when: spectrograms of mono audio, numpy only.

Levels are in decibels of full scale as everywhere here: 0 dB is a mean square of 1 (a full-scale
square wave), so a full-scale sine is at -3 dB. The power is spread over the bands without loss:
the powers of all bands of a frame add up to the power of the sound between the lowest and the
highest frequency, whatever the window, the rate and the number of bands.

The mel scale is O'Shaughnessy's, ``2595 log10(1 + f / 700)`` (Speech Communication: Human and
Machine, 1987), with triangular bands.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.pcm import Samples, as_mono, check_rate
from livekit_nb.errors import AudioError

__all__ = ["FLOOR_DB", "Decibels", "hz_of_mel", "mel_of_hz", "mel_spectrogram", "spectrogram"]

FLOOR_DB: Final = -120.0
"""Level of silence: nothing is reported below it."""

Decibels = npt.NDArray[np.float32]
_Floats = npt.NDArray[np.float64]

_CHUNK: Final = 512  # frames transformed at a time
_FLOOR: Final = np.float32(10.0 ** (FLOOR_DB / 10.0))
_MOST_BANDS: Final = 1024


def mel_of_hz(hertz: npt.ArrayLike) -> _Floats:
    """Frequencies in hertz on the mel scale."""
    return 2595.0 * np.log10(1.0 + np.asarray(hertz, dtype=np.float64) / 700.0)


def hz_of_mel(mel: npt.ArrayLike) -> _Floats:
    """Return mel values in hertz."""
    return 700.0 * (10.0 ** (np.asarray(mel, dtype=np.float64) / 2595.0) - 1.0)


def mel_spectrogram(
    samples: npt.ArrayLike,
    rate_hz: int,
    *,
    frame_s: float = 0.02,
    bands: int = 64,
    fmin_hz: float = 50.0,
    fmax_hz: float = 8000.0,
    frames: npt.ArrayLike | None = None,
) -> Decibels:
    """Level in each mel band of each frame.

    Parameters
    ----------
    samples : array_like, shape (n,)
        Mono audio: float in [-1, 1] or integers. Silence is assumed before and after.
    rate_hz : int
        Its sample rate.
    frame_s : float
        Seconds per frame. Each is seen through a Hann window that reaches half a frame into its
        neighbours.
    bands : int
        How many bands; band ``k`` is a triangle around ``k + 1`` of the ``bands + 2`` frequencies
        that lie evenly on the mel scale from `fmin_hz` to `fmax_hz`.
    fmin_hz, fmax_hz : float
        The lowest and the highest frequency; `fmax_hz` is at most half the rate (a higher one is
        taken as that).
    frames : array_like of int, optional
        Which frames are wanted, by default all: of hours of sound, some of each minute may do.

    Returns
    -------
    numpy.ndarray, shape (frames, bands), float32
        Decibels of full scale, `FLOOR_DB` and more. Frame ``i`` covers ``i * frame_s`` to
        ``(i + 1) * frame_s``; an incomplete frame at the end is left out.

    Raises
    ------
    AudioError
        If the audio, the rate, the frame or the bands make no sense, or a frame is not there.
    """
    sound, rate_hz, size = _checked(samples, rate_hz, frame_s)
    fmax_hz = min(fmax_hz, rate_hz / 2)
    if not 0.0 <= fmin_hz < fmax_hz or not 1 <= bands <= _MOST_BANDS:
        raise AudioError(
            f"{bands} bands from {fmin_hz:g} to {fmax_hz:g} Hz are none: there are 1 to "
            f"{_MOST_BANDS}, from 0 Hz or more up to a higher frequency (at most half the rate, "
            f"here {rate_hz / 2:g} Hz)."
        )
    weights = _triangles(rate_hz, _points(size), bands, float(fmin_hz), fmax_hz)
    wanted = _wanted(frames, len(sound) // size)
    levels = np.empty((len(wanted), bands), dtype=np.float32)
    for start, powers in _powers(sound, size, wanted):
        levels[start : start + len(powers)] = _decibels(powers @ weights)
    return levels


def spectrogram(
    samples: npt.ArrayLike,
    rate_hz: int,
    *,
    frame_s: float = 0.02,
    frames: npt.ArrayLike | None = None,
) -> Decibels:
    """Level at each frequency of each frame, evenly spaced from 0 Hz to half the rate.

    Parameters, errors and frames are those of `mel_spectrogram`.

    Returns
    -------
    numpy.ndarray, shape (frames, frequencies), float32
        Decibels of full scale, `FLOOR_DB` and more. Frequency ``k`` is
        ``k * rate_hz / (2 * (frequencies - 1))``.
    """
    sound, _, size = _checked(samples, rate_hz, frame_s)
    wanted = _wanted(frames, len(sound) // size)
    levels = np.empty((len(wanted), _points(size) // 2 + 1), dtype=np.float32)
    for start, powers in _powers(sound, size, wanted):
        levels[start : start + len(powers)] = _decibels(powers)
    return levels


def _checked(samples: npt.ArrayLike, rate_hz: int, frame_s: float) -> tuple[Samples, int, int]:
    rate_hz = check_rate(rate_hz)
    if not 0.001 <= frame_s <= 1.0:
        raise AudioError(f"A frame lasts from 0.001 to 1 s, not {frame_s!r} s; 0.02 is usual.")
    return as_mono(samples), rate_hz, round(frame_s * rate_hz)


def _points(size: int) -> int:
    """Length of the transform of a window of two frames: a power of two with some room."""
    return 1 << (3 * size - 1).bit_length()


def _wanted(frames: npt.ArrayLike | None, count: int) -> npt.NDArray[np.intp]:
    if frames is None:
        return np.arange(count)
    wanted = np.asarray(frames, dtype=np.intp)
    if wanted.ndim != 1 or (len(wanted) and not 0 <= wanted.min() <= wanted.max() < count):
        raise AudioError(f"The audio has {count} frames, numbered from 0; others are asked for.")
    return wanted


def _powers(
    sound: Samples, size: int, wanted: npt.NDArray[np.intp]
) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
    """Yield, for some frames at a time, the first one's place and their power per frequency."""
    points = _points(size)
    # Periodic and centred on the frame, so that a window of 2 frames has whole steps.
    window = np.hanning(2 * size + 1)[:-1].astype(np.float32)
    scale = np.full(points // 2 + 1, 2.0 / (points * np.square(window, dtype=np.float64).sum()))
    scale[[0, -1]] /= 2.0  # these two have no mirror image
    reach = size // 2
    for start in range(0, len(wanted), _CHUNK):
        here = wanted[start : start + _CHUNK]
        first, last = here.min() * size - reach, (here.max() + 1) * size + (size - reach)
        piece = sound[max(0, first) : min(last, len(sound))]
        piece = np.pad(piece, (max(0, -first), max(0, last - len(sound))))
        views = np.lib.stride_tricks.sliding_window_view(piece, 2 * size)[::size]
        spectra = np.fft.rfft(views[here - here.min()] * window, points, axis=1)
        powers = (np.square(spectra.real) + np.square(spectra.imag)) * scale
        yield start, powers.astype(np.float32)


@lru_cache(maxsize=16)
def _triangles(
    rate_hz: int, points: int, bands: int, fmin_hz: float, fmax_hz: float
) -> npt.NDArray[np.float32]:
    """Weight of each frequency in each band; the bands of a frequency add up to 1."""
    hertz = np.arange(points // 2 + 1) * (rate_hz / points)
    edges = hz_of_mel(np.linspace(mel_of_hz(fmin_hz), mel_of_hz(fmax_hz), bands + 2))
    rising = (hertz[:, None] - edges[:-2]) / np.diff(edges[:-1])
    falling = (edges[2:] - hertz[:, None]) / np.diff(edges[1:])
    weights = np.clip(np.minimum(rising, falling), 0.0, None).astype(np.float32)
    weights.setflags(write=False)
    return weights


def _decibels(powers: npt.NDArray[np.float32]) -> Decibels:
    levels = np.float32(10.0) * np.log10(np.maximum(powers, _FLOOR))
    return np.maximum(levels, np.float32(FLOOR_DB))
