"""The recordings said otherwise: whispered, faster, in a noisier room, by another microphone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.pcm import resample

Sound = npt.NDArray[np.float32]

_WINDOW = 320  # 20 ms
_HOP = 80


def whispered(samples: Sound, *, softer_db: float = 12.0) -> Sound:
    """Say it without voice: the spectrum's shape, without harmonics, is given to noise."""
    window = np.hanning(_WINDOW).astype(np.float32)
    noise = np.random.default_rng(1).normal(0, 1, len(samples)).astype(np.float32)
    smooth = np.hanning(15) / np.hanning(15).sum()
    out = np.zeros(len(samples) + _WINDOW, np.float32)
    for start in range(0, len(samples) - _WINDOW, _HOP):
        part = slice(start, start + _WINDOW)
        shape = np.convolve(np.abs(np.fft.rfft(samples[part] * window)), smooth, "same")
        breath = np.fft.rfft(noise[part] * window)
        scaled = breath / np.maximum(np.convolve(np.abs(breath), smooth, "same"), 1e-9) * shape
        out[part] += np.fft.irfft(scaled).astype(np.float32) * window
    power = np.square(samples).mean() / np.square(out).mean()
    return (out[: len(samples)] * np.sqrt(power) * 10 ** (-softer_db / 20)).astype(np.float32)


def at_speed(samples: Sound, factor: float) -> Sound:
    """Say it faster, by playing it faster: the pitch goes with it."""
    return resample(samples, round(16_000 * factor), 16_000)


def louder(samples: Sound, gain_db: float) -> Sound:
    """Turn it up, or down."""
    return (samples * np.float32(10 ** (gain_db / 20))).astype(np.float32)


def in_room(samples: Sound, noise_dbfs: float, *, seed: int = 0) -> Sound:
    """Add the noise of a room, with half a second of it alone before and after."""
    quiet = np.zeros(8_000, np.float32)
    whole = np.concatenate([quiet, samples, quiet])
    noise = np.random.default_rng(seed).normal(0, 10 ** (noise_dbfs / 20), len(whole))
    return (whole + noise).astype(np.float32)
