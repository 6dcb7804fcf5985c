"""Where someone speaks in a recording, found from the sound alone.

This is an *offline* detector for measuring, not the voice activity detector that decides in a
conversation: it may look at what comes later, and its job is to place the borders exactly. For
every 5 ms the power in four frequency bands is compared with a noise floor of that band, which
follows the quietest stretches around; one band above its floor is enough, so a soft final "s" is
found as well as a voice in white noise.

Accuracy, measured in ``tests/audio/test_activity.py`` on synthesised sentences: without noise both
borders lie within 20 ms of the first and last sound that is at most 40 dB below the loudest, final
consonants included, at any level from -40 to -10 dBFS. Noise hides sounds that are softer than
itself: at a signal-to-noise ratio of 20 dB (15 dB) ends come typically 30 ms (40 ms) early, and a
whole soft syllable early in the worst case.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from livekit_nb.errors import AudioError

__all__ = [
    "FRAME_S",
    "Powers",
    "Segment",
    "frame_powers",
    "noise_floor",
    "segments_in_powers",
    "speech_segments",
]

FRAME_S: Final = 0.005
"""Length of an analysis frame in seconds."""

Powers = npt.NDArray[np.float32]

_BANDS_HZ: Final = ((80.0, 600.0), (600.0, 2000.0), (2000.0, 4000.0), (4000.0, 8000.0))
_CHUNK: Final = 4096  # frames transformed at a time

# How much louder than the noise floor of its band a sound is; narrow bands flicker more.
_SOFT: Final = np.array([8.0, 6.3, 5.0, 4.0], dtype=np.float32)  # 9, 8, 7, 6 dB
_SURE: Final = 2.5 * _SOFT  # 4 dB more
# How much softer than the loudest moment within a second (all bands) it may be, and than 1.
_SOFT_BELOW_TOP: Final = np.float32(10**-4.2)
_SURE_BELOW_TOP: Final = np.float32(10**-3.0)
_SOFT_LEAST: Final = np.float32(1e-8)
_SURE_LEAST: Final = np.float32(2.5e-7)
_FLOOR_STRETCH: Final = 30  # frames that the floor is averaged over (150 ms)
_FLOOR_BLOCK: Final = 100  # frames per step of the running floor (0.5 s)
_FLOOR_REACH: Final = 10  # steps looked at on either side (5 s)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech, in seconds from the start of the audio."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


def speech_segments(
    audio: npt.ArrayLike,
    rate_hz: int,
    *,
    min_speech_s: float = 0.06,
    hangover_s: float = 0.2,
    floor_dbfs: float | None = None,
) -> list[Segment]:
    """Find the stretches of speech in mono audio.

    Parameters
    ----------
    audio : array_like of float, shape (samples,)
        Mono audio, -1…1.
    rate_hz : int
        Sample rate, at least 8000 Hz.
    min_speech_s : float
        Shorter sounds (clicks) are no speech.
    hangover_s : float
        Pauses shorter than this do not end a segment. They are never part of its end: a segment
        ends with its last sound.
    floor_dbfs : float, optional
        A known noise floor in dB below full scale. By default the floor is estimated and follows
        slow changes.

    Returns
    -------
    list of Segment
        In order, not overlapping, in seconds; borders are multiples of 5 ms.

    Raises
    ------
    AudioError
        If the audio is not one-dimensional, not finite, or the rate is too low.
    """
    samples = np.asarray(audio, dtype=np.float32)
    if samples.ndim != 1:
        raise AudioError(
            f"Speech segments need mono audio with one dimension, this has shape {samples.shape}. "
            "Mix it down first, e.g. audio.mean(axis=0)."
        )
    if rate_hz < 8000:
        raise AudioError(
            f"Speech segments need at least 8000 Hz, this has {rate_hz} Hz. Resample it first."
        )
    if not np.isfinite(samples).all():
        raise AudioError(
            "The audio holds NaN or infinite values, probably from a division by zero. "
            "Replace them first, e.g. with numpy.nan_to_num."
        )
    return segments_in_powers(
        frame_powers(samples, rate_hz),
        min_speech_s=min_speech_s,
        hangover_s=hangover_s,
        floor_dbfs=floor_dbfs,
    )


def frame_powers(samples: npt.NDArray[np.float32], rate_hz: int) -> Powers:
    """Power of each complete 5 ms frame in four frequency bands.

    Parameters
    ----------
    samples : numpy.ndarray, shape (samples,), float32
        Mono audio, -1…1. Silence is assumed before and after.
    rate_hz : int
        Sample rate.

    Returns
    -------
    numpy.ndarray, shape (frames, 4), float32
        Mean square; a full-scale square wave has 1. Frame ``i`` covers ``i * 5`` to
        ``(i + 1) * 5`` milliseconds and is weighted with a Hann window over its neighbours too; an
        incomplete frame at the end is left out.
    """
    size = round(FRAME_S * rate_hz)
    count = len(samples) // size
    powers = np.empty((count, len(_BANDS_HZ)), dtype=np.float32)
    padded = np.pad(samples[: count * size], size)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 3 * size)[::size] if count else ()
    window = np.hanning(3 * size).astype(np.float32)
    scale = 2.0 / (3 * size * np.square(window).sum())
    hertz = np.fft.rfftfreq(3 * size, 1.0 / rate_hz)
    for start in range(0, count, _CHUNK):
        spectra = np.fft.rfft(windows[start : start + _CHUNK] * window, axis=1)
        power = np.square(spectra.real) + np.square(spectra.imag)
        for band, (low_hz, high_hz) in enumerate(_BANDS_HZ):
            inside = (hertz >= low_hz) & (hertz < high_hz)
            powers[start : start + _CHUNK, band] = power[:, inside].sum(axis=1) * scale
    return powers


def segments_in_powers(
    powers: Powers,
    *,
    min_speech_s: float = 0.06,
    hangover_s: float = 0.2,
    floor_dbfs: float | None = None,
    background: Powers | None = None,
) -> list[Segment]:
    """Find the stretches of speech in the frame powers of `frame_powers`.

    Parameters and result are those of `speech_segments`; times count from the first frame. The
    noise floor is sought in `background`, by default in the powers themselves.
    """
    if not len(powers):
        return []
    smooth = _mean(powers, 2)
    floor: Powers | np.float32
    if floor_dbfs is None:
        floor = noise_floor(powers if background is None else background)
    else:
        floor = np.float32(10.0 ** (floor_dbfs / 10.0))
    top = _running_max(_mean(powers, 8).sum(axis=1), round(1.0 / FRAME_S))
    # A segment reaches as far as `soft` holds in any band, and somewhere must be `sure`.
    soft = np.maximum(floor * _SOFT, np.maximum(top * _SOFT_BELOW_TOP, _SOFT_LEAST)[:, None])
    sure = np.maximum(floor * _SURE, np.maximum(top * _SURE_BELOW_TOP, _SURE_LEAST)[:, None])
    joined = _close_gaps((smooth > soft).any(axis=1), round(hangover_s / FRAME_S))
    strong = np.concatenate(([0], np.cumsum((smooth > sure).any(axis=1))))
    return [
        Segment(start * FRAME_S, stop * FRAME_S)
        for start, stop in _runs(joined)
        if (strong[stop] - strong[start]) * FRAME_S >= min_speech_s
    ]


def noise_floor(powers: Powers) -> Powers:
    """Power of the quietest 150 ms within ±5 s of each frame, per band."""
    quiet = _mean(powers, min(_FLOOR_STRETCH, len(powers)))
    lows = _blocks(quiet, _FLOOR_BLOCK).min(axis=1)
    reach = np.pad(lows, ((_FLOOR_REACH, _FLOOR_REACH), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(reach, 2 * _FLOOR_REACH + 1, axis=0)
    return np.repeat(windows.min(axis=-1), _FLOOR_BLOCK, axis=0)[: len(powers)]


def _running_max(values: Powers, reach: int) -> Powers:
    """Largest value within ``reach`` frames before and after each, in steps of 50 ms."""
    step = 10
    tops = np.pad(_blocks(values, step).max(axis=1), reach // step, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(tops, 2 * (reach // step) + 1)
    return np.repeat(windows.max(axis=-1), step)[: len(values)]


def _mean(powers: Powers, frames: int) -> Powers:
    """Mean over ``frames`` frames around each."""
    half = frames // 2
    ahead, behind = powers[:1].repeat(half, axis=0), powers[-1:].repeat(frames - 1 - half, axis=0)
    sums = np.zeros((len(powers) + frames, powers.shape[1]))
    np.cumsum(np.concatenate((ahead, powers, behind)), axis=0, dtype=np.float64, out=sums[1:])
    mean: Powers = ((sums[frames:] - sums[:-frames]) / frames).astype(np.float32)
    return mean


def _blocks(values: Powers, size: int) -> Powers:
    """Cut the first axis into blocks, the last one filled up with its last value."""
    missing = -len(values) % size
    padded = np.pad(values, [(0, missing)] + [(0, 0)] * (values.ndim - 1), mode="edge")
    return padded.reshape(-1, size, *values.shape[1:])


def _close_gaps(heard: npt.NDArray[np.bool_], frames: int) -> npt.NDArray[np.bool_]:
    """Fill the pauses between sounds that are shorter than ``frames``."""
    closed = heard.copy()
    sounds = _runs(heard)
    for (_, stop), (start, _) in pairwise(sounds):
        if start - stop < frames:
            closed[stop:start] = True
    return closed


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and stop of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
