"""The melody of speech: pitch and loudness of mono audio, numpy only.

Pitch is found by YIN (A. de Cheveigné and H. Kawahara, "YIN, a fundamental frequency estimator for
speech and music", Journal of the Acoustical Society of America 111(4), 2002, 1917-1930,
https://doi.org/10.1121/1.1458024), steps 1 to 5: the lag at which the sound differs least from
itself, relative to all shorter lags, refined by a parabola.

What YIN gets wrong is most often the octave. So it is asked twice, as is usual in phonetics: the
second time only in the speaker's register, 0.75 times the first quartile to 1.5 times the third one
of the first answer (C. De Looze and D. Hirst, "Detecting changes in key and range for the automatic
modelling and coding of intonation", Speech Prosody 2008; the factors as in D. Hirst, "The analysis
by synthesis of speech melody", Journal of Speech Sciences 1(1), 2011, 55-83).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.pcm import Samples, as_mono, check_rate, resample
from livekit_nb.audio.spectrum import FLOOR_DB, Decibels
from livekit_nb.errors import AudioError

__all__ = ["FMAX_HZ", "FMIN_HZ", "loudness", "pitch", "register"]

FMIN_HZ: Final = 60.0
"""The lowest pitch that is looked for: a deep male voice."""

FMAX_HZ: Final = 500.0
"""The highest: a child's voice, a cheer."""

Floats = npt.NDArray[np.float64]

_RATE_HZ: Final = 8_000  # enough for the pitch of voices; the parabola does the rest
_WINDOW_S: Final = 0.03
_THRESHOLD: Final = 0.15  # of YIN: a lag that differs less is taken, the shortest of them
_PERIODIC: Final = 0.25  # the most that the best lag may differ, if none is below the threshold
_QUIETEST_DBFS: Final = -60.0
_BELOW_LOUDEST_DB: Final = 35.0
_SHORTEST_RUN: Final = 3
_CHUNK: Final = 256
_TRIAL: Final = 1500  # frames that tell the register
_FEWEST: Final = 10


def pitch(
    samples: npt.ArrayLike,
    rate_hz: int,
    *,
    hop_s: float = 0.01,
    range_hz: tuple[float, float] | None = None,
) -> Floats:
    """Fundamental frequency of a voice.

    Parameters
    ----------
    samples : array_like, shape (n,)
        Mono audio of one speaker: float in [-1, 1] or integers.
    rate_hz : int
        Its sample rate.
    hop_s : float
        Seconds from one value to the next.
    range_hz : (float, float), optional
        The lowest and the highest pitch; by default the speaker's register (`register`), as far as
        there is enough speech to tell, within `FMIN_HZ` to `FMAX_HZ`.

    Returns
    -------
    numpy.ndarray, shape (frames,), float64
        Hertz; ``NaN`` where there is no voice: silence, noise, voiceless sounds. Value ``i`` is of
        ``(i + 0.5) * hop_s``.

    Raises
    ------
    AudioError
        If the audio, the rate, the hop or the range makes no sense.
    """
    sound = _sound(samples, rate_hz, hop_s)
    count = int(len(sound) / _RATE_HZ / hop_s + 1e-6)
    if range_hz is None:
        range_hz = _register(sound, hop_s, count) or (FMIN_HZ, FMAX_HZ)
    found = _yin(sound, hop_s, np.arange(count), _range(range_hz))
    levels = loudness(sound, _RATE_HZ, hop_s=hop_s)[:count]
    quiet = max(_QUIETEST_DBFS, float(levels.max(initial=FLOOR_DB)) - _BELOW_LOUDEST_DB)
    found[levels < quiet] = np.nan
    return _without_specks(found)


def register(samples: npt.ArrayLike, rate_hz: int) -> tuple[float, float] | None:
    """Find the range of a speaker's pitch, in hertz; ``None`` if there is too little speech."""
    sound = _sound(samples, rate_hz, 0.01)
    return _register(sound, 0.01, int(len(sound) / _RATE_HZ / 0.01 + 1e-6))


def loudness(samples: npt.ArrayLike, rate_hz: int, *, hop_s: float = 0.01) -> Decibels:
    """Level of the sound around each moment.

    Parameters
    ----------
    samples : array_like, shape (n,)
        Mono audio: float in [-1, 1] or integers.
    rate_hz : int
        Its sample rate.
    hop_s : float
        Seconds from one value to the next.

    Returns
    -------
    numpy.ndarray, shape (frames,), float32
        Root mean square in decibels of full scale (0 is a full-scale square wave), -120 and more.
        Value ``i`` is of the time from ``i * hop_s`` to ``(i + 1) * hop_s``.

    Raises
    ------
    AudioError
        If the audio, the rate or the hop makes no sense.
    """
    sound = as_mono(samples)
    _check_hop(hop_s)
    edges = (np.arange(int(len(sound) / check_rate(rate_hz) / hop_s + 1e-6) + 1) * hop_s) * rate_hz
    whole = np.rint(edges).astype(np.intp)
    sums = np.concatenate(([0.0], np.cumsum(np.square(sound, dtype=np.float64))))
    powers = np.diff(sums[np.minimum(whole, len(sound))]) / np.maximum(np.diff(whole), 1)
    levels: Decibels = (10.0 * np.log10(np.maximum(powers, 10 ** (FLOOR_DB / 10)))).astype(
        np.float32
    )
    return levels


def _sound(samples: npt.ArrayLike, rate_hz: int, hop_s: float) -> Samples:
    _check_hop(hop_s)
    return resample(as_mono(samples), check_rate(rate_hz), _RATE_HZ)


def _check_hop(hop_s: float) -> None:
    if not 0.001 <= hop_s <= 10.0:
        raise AudioError(f"A hop is 0.001 to 10 s, not {hop_s!r} s; 0.01 is usual.")


def _range(range_hz: tuple[float, float]) -> tuple[float, float]:
    low, high = range_hz
    if not 40.0 <= low < high <= 1000.0:
        raise AudioError(f"Voices are between 40 and 1000 Hz, not {low:g} to {high:g} Hz.")
    return float(low), float(high)


def _register(sound: Samples, hop_s: float, count: int) -> tuple[float, float] | None:
    frames = np.unique(np.linspace(0, max(count - 1, 0), min(count, _TRIAL)).astype(np.intp))
    found = _yin(sound, hop_s, frames, (FMIN_HZ, FMAX_HZ))
    voiced = found[np.isfinite(found)]
    if len(voiced) < _FEWEST:
        return None
    first, third = np.percentile(voiced, [25, 75])
    return max(FMIN_HZ, 0.75 * float(first)), min(FMAX_HZ, 1.5 * float(third))


def _yin(
    sound: Samples, hop_s: float, frames: npt.NDArray[np.intp], range_hz: tuple[float, float]
) -> Floats:
    """Pitch of some frames; ``NaN`` where the sound does not repeat itself."""
    shortest, longest = _RATE_HZ / range_hz[1], _RATE_HZ / range_hz[0]
    first, last = max(2, int(shortest)), int(np.ceil(longest))
    window = round(_WINDOW_S * _RATE_HZ)
    length = window + last + 1
    middles = np.rint((frames + 0.5) * hop_s * _RATE_HZ).astype(np.intp)
    padded = np.pad(sound, (length, length))
    found = np.full(len(frames), np.nan)
    for start in range(0, len(frames), _CHUNK):
        begins = middles[start : start + _CHUNK] - length // 2 + length
        pieces = padded[begins[:, None] + np.arange(length)].astype(np.float64)
        found[start : start + _CHUNK] = _best_lags(
            _differences(pieces, window, last + 1), first, last
        )
    return _RATE_HZ / found


def _differences(pieces: Floats, window: int, lags: int) -> Floats:
    """YIN's cumulative mean normalised difference of each piece, for lags 0 to `lags`."""
    points = 1 << (pieces.shape[1] - 1).bit_length()
    spectra = np.fft.rfft(pieces, points)
    starts = np.fft.rfft(pieces[:, :window], points)
    products = np.fft.irfft(spectra * starts.conj(), points)[:, : lags + 1]
    sums = np.pad(np.cumsum(np.square(pieces), axis=1), ((0, 0), (1, 0)))
    energies = sums[:, window : window + lags + 1] - sums[:, : lags + 1]
    differences = np.maximum(energies[:, :1] + energies - 2.0 * products, 0.0)
    cumulated = np.cumsum(differences[:, 1:], axis=1)
    normal: Floats = np.ones_like(differences)
    loud = cumulated > 1e-9
    steps = np.broadcast_to(np.arange(1, lags + 1), cumulated.shape)
    normal[:, 1:][loud] = differences[:, 1:][loud] * steps[loud] / cumulated[loud]
    return normal


def _best_lags(normal: Floats, first: int, last: int) -> Floats:
    """Lag in samples at which each piece repeats itself, ``NaN`` if it does not."""
    inside = normal[:, first : last + 1]
    dips = (inside <= normal[:, first - 1 : last]) & (inside <= normal[:, first + 1 : last + 2])
    low = dips & (inside < _THRESHOLD)
    lowest = np.where(dips, inside, np.inf).argmin(axis=1)
    chosen = np.where(low.any(axis=1), low.argmax(axis=1), lowest)
    rows = np.arange(len(normal))
    sure = dips[rows, chosen] & (inside[rows, chosen] < _PERIODIC)
    lags = chosen + first
    before, here, after = (normal[rows, lags + step] for step in (-1, 0, 1))
    bend = before - 2.0 * here + after
    shift = np.where(bend > 1e-12, 0.5 * (before - after) / np.maximum(bend, 1e-12), 0.0)
    refined: Floats = np.where(sure, lags + np.clip(shift, -1.0, 1.0), np.nan)
    return refined


def _without_specks(found: Floats) -> Floats:
    """Take out runs of voice that are shorter than any voiced sound: they are noise."""
    voiced = np.isfinite(found)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], voiced, [False])).astype(np.int8)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start < _SHORTEST_RUN:
            found[start:stop] = np.nan
    return found
