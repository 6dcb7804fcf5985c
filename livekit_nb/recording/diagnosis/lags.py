"""Whether one sound is in another, how much later and how loud: cross-correlation by phases.

The generalised cross-correlation with phase transform (Knapp and Carter 1976,
https://doi.org/10.1109/TASSP.1976.1162830) counts every frequency alike, however loud it is. Two
different voices then have nothing in common, whatever vowels they speak, while a copy adds up at
one lag in every frequency in which it is not buried. So it is found below noise and below somebody
who speaks at the same time, and the height of the peak can be judged against the other lags.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.pcm import resample
from livekit_nb.recording.diagnosis.evidence import Samples

__all__ = ["LATEST_S", "RATE_HZ", "Copy", "at_rate", "find_copy", "level_db"]

RATE_HZ: Final = 8000
"""Rate at which sounds are compared; voices have most of what they have below 4 kHz."""

EARLIEST_S, LATEST_S = -0.05, 0.5
"""Lags at which a copy may lie. Loudspeaker, room and microphone take 10 to 300 ms, Bluetooth
more; before its sound an echo is only by the clocks' error."""

_BAND_HZ: Final = (200.0, 3600.0)
_REGULAR: Final = 1e-3  # of the mean power: what is softer has no phase worth counting
_QUIET: Final = 1e-7  # power of a sound that is none: -70 dBFS
_FRAME_S: Final = 0.02
_GUARD_S: Final = 0.02
_LEAST_GAIN: Final = 1e-8
_BEFORE_S, _AFTER_S = 0.002, 0.03  # of the room's answer around its peak that counts as the echo

Spectra = npt.NDArray[np.complexfloating[Any, Any]]


@dataclass(frozen=True, slots=True)
class Copy:
    """The likeliest place of one sound in another.

    Attributes
    ----------
    lag_s : float
        How much later it is there.
    height : float
        Height of the correlation's peak, in standard deviations of what it is at other lags:
        those at which no copy can be, and those more than 30 ms from the peak.
    ratio : float
        The same, as a multiple of the highest peak at those lags: two voices that hold a tone
        have many peaks.
    """

    lag_s: float
    height: float
    ratio: float


def find_copy(sound: Samples, other: Samples) -> Copy | None:
    """Look for `sound` in `other`.

    Only what of the other lies within half a second of the sound is looked at; what is spoken
    elsewhere cannot be its copy.

    Parameters
    ----------
    sound, other : numpy.ndarray, shape (n,), float32
        Of the same time, 8 kHz, some seconds.

    Returns
    -------
    Copy or None
        ``None`` if one of them is silent.
    """
    if not _audible(sound):
        return None
    other = other * _near(sound)
    if not _audible(other):
        return None
    first, second = _spectra(sound, other)
    correlation = np.abs(np.fft.irfft(np.conj(_whitened(first)) * _whitened(second)))
    reach, guard = round(LATEST_S * RATE_HZ), round(-EARLIEST_S * RATE_HZ)
    inside = np.concatenate((correlation[-guard:], correlation[:reach]))
    outside = correlation[-reach : -guard - round(_GUARD_S * RATE_HZ)]
    place = int(np.argmax(inside))
    room = round(_AFTER_S * RATE_HZ)  # a copy's reflections are no other peaks
    rest = np.concatenate((inside[: max(0, place - room)], inside[place + room :]))
    spread = max(float(np.sqrt(np.mean(np.square(part)))) for part in (rest, outside))
    if spread <= 0.0:
        return None
    peak = float(inside[place])
    top = max(float(rest.max()), float(outside.max()))
    return Copy((place - guard) / RATE_HZ, peak / spread, peak / top)


def _near(sound: Samples) -> Samples:
    """Ones wherever a copy of what is audible of a sound may be, or lags as long before; zeros."""
    size = round(_FRAME_S * RATE_HZ)
    whole = len(sound) // size * size
    loud = np.square(sound[:whole]).reshape(-1, size).mean(axis=1) > _QUIET
    reach = round(LATEST_S / _FRAME_S)
    near = np.convolve(loud, np.ones(2 * reach + 1))[reach : reach + len(loud)] > 0
    ones: Samples = np.pad(np.repeat(near, size), (0, len(sound) - whole)).astype(np.float32)
    return ones


def level_db(pairs: list[tuple[Samples, Samples]], lag_s: float) -> float:
    """Estimate how loud the copies at a lag are, in decibels of the sounds they are of.

    The answer of the way between the two (loudspeaker, room, microphone) is estimated by least
    squares over all pairs, and what of it lies within 2 ms before and 30 ms after the lag is
    summed up, less what there is of noise. So reflections count, and what else is in the other
    sound does not.

    Parameters
    ----------
    pairs : list of tuple of numpy.ndarray
        Sounds as `find_copy` takes them.
    lag_s : float
    """
    power: npt.NDArray[np.float64] | float = 0.0
    cross: Spectra | float = 0.0
    for sound, other in pairs:
        first, second = _spectra(sound, other * _near(sound))
        power = power + np.square(np.abs(first))
        cross = cross + np.conj(first) * second
    powers = np.asarray(power)
    answer = np.fft.irfft(cross / (powers + _REGULAR * powers.mean()))
    weight = powers / powers.sum()
    taps = round((_BEFORE_S + _AFTER_S) * RATE_HZ)
    gain = _gain(answer, round((lag_s - _BEFORE_S) * RATE_HZ), taps, weight)
    # The same where no copy can be: what is left of everything else.
    quiet = range(-round(LATEST_S * RATE_HZ), round(EARLIEST_S * RATE_HZ) - 2 * taps, taps)
    floor = float(np.mean([_gain(answer, first, taps, weight) for first in quiet]))
    return 10.0 * float(np.log10(max(gain - floor, _LEAST_GAIN)))


def _gain(
    answer: npt.NDArray[np.float64], first: int, taps: int, weight: npt.NDArray[np.float64]
) -> float:
    """Share of a sound's power that some taps of an answer let through."""
    part = np.zeros_like(answer)
    part[:taps] = np.roll(answer, -first)[:taps]
    return float(np.sum(np.square(np.abs(np.fft.rfft(part))) * weight))


def at_rate(samples: Samples, rate_hz: int) -> Samples:
    """Bring a sound to the rate at which sounds are compared."""
    return resample(samples, rate_hz, RATE_HZ)


def _spectra(sound: Samples, other: Samples) -> tuple[Spectra, Spectra]:
    size = max(len(sound), len(other)) + round(1.2 * LATEST_S * RATE_HZ)
    size += -size % 1000  # quick to transform; lags further apart may wrap around
    hertz = np.fft.rfftfreq(size, 1.0 / RATE_HZ)
    inside = (hertz >= _BAND_HZ[0]) & (hertz <= _BAND_HZ[1])
    return np.fft.rfft(sound, size) * inside, np.fft.rfft(other, size) * inside


def _whitened(spectrum: Spectra) -> Spectra:
    size = np.abs(spectrum)
    floor = np.sqrt(_REGULAR * np.mean(np.square(size)))
    white: Spectra = spectrum / np.maximum(size, max(float(floor), np.finfo(float).tiny))
    return white


def _audible(samples: Samples) -> bool:
    return bool(len(samples)) and float(np.mean(np.square(samples))) > _QUIET
