"""How much of a sound is voiced: vowels have a pitch, slams, coughs, clicks and fans have none.

Enough to tell somebody's words from a noise; not who spoke, and not what.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from livekit_nb.recording.diagnosis.evidence import Samples

__all__ = ["voiced_s"]

_STEP_S: Final = 0.02
_FRAME_S: Final = 0.04
_HIGHEST_HZ, _LOWEST_HZ = 400.0, 70.0
_PERIODIC: Final = 0.6
"""Normalised autocorrelation of what has a pitch. White noise in frames of 40 ms stays below 0.3,
vowels at 10 dB above noise reach 0.8."""
_LOW_HZ, _LOW_SHARE = 1000.0, 0.2
"""A voice has at least a fifth of its power below 1 kHz; what rings or beeps higher has none."""
_BELOW_TOP: Final = 10.0**-2.5
"""Frames 25 dB softer than the loudest are not looked at: reverberation has a pitch, too."""
_LEAST: Final = 1e-7
_RUN: Final = 3
"""So many frames in a row must be voiced: a syllable, no chance."""


def voiced_s(samples: Samples, rate_hz: int) -> float:
    """Measure how many seconds of a sound have a pitch from 70 to 400 Hz.

    Parameters
    ----------
    samples : numpy.ndarray, shape (samples,), float32
        Mono audio, -1…1; some seconds, since all of it is transformed at once.
    rate_hz : int
        Sample rate; halved for speed if it is 16 kHz or more.
    """
    if rate_hz >= 16_000:
        samples = samples[: len(samples) // 2 * 2].reshape(-1, 2).mean(axis=1)
        rate_hz //= 2
    size, step = round(_FRAME_S * rate_hz), round(_STEP_S * rate_hz)
    if len(samples) < size:
        return 0.0
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::step]
    frames = frames - frames.mean(axis=1, keepdims=True)
    power = np.square(frames).mean(axis=1)
    loud = power > max(float(power.max()) * _BELOW_TOP, _LEAST)
    if not loud.any():
        return 0.0
    spectra = np.fft.rfft(frames[loud], 2 * size, axis=1)
    powers = np.square(np.abs(spectra))
    correlation = np.fft.irfft(powers, axis=1)
    first, last = round(rate_hz / _HIGHEST_HZ), round(rate_hz / _LOWEST_HZ)
    # What is shifted overlaps less: make up for it.
    overlap = 1.0 - np.arange(first, last) / size
    peaks = (correlation[:, first:last] / overlap).max(axis=1)
    voiced = np.zeros(len(frames), dtype=bool)
    low = powers[:, : round(_LOW_HZ / rate_hz * 2 * size)].sum(axis=1)
    deep = low > _LOW_SHARE * powers.sum(axis=1)
    voiced[loud] = deep & (peaks > _PERIODIC * np.maximum(correlation[:, 0], 1e-12))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], voiced.astype(np.int8), [0]))))
    runs = edges[1::2] - edges[::2]
    return float(runs[runs >= _RUN].sum()) * _STEP_S
