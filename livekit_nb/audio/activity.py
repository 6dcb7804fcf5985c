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
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from livekit_nb.errors import AudioError

__all__ = [
    "FRAME_S",
    "SOFTEST",
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
_SURE_LEAST: Final = np.float32(2.5e-7)  # no power of a frame is more than the square of its peak
SOFTEST: Final = float(_SURE_LEAST) ** 0.5
"""Sound whose samples are all smaller, of -1…1, is never the beginning of speech."""

_FLOOR_STRETCH: Final = 30  # frames that the floor is averaged over (150 ms)
_FLOOR_BLOCK: Final = 100  # frames per step of the running floor (0.5 s)
_FLOOR_REACH: Final = 10  # steps looked at on either side (5 s)
_DROPOUT: Final = round(0.15 / FRAME_S)  # frames of digital silence that say nothing of the room
# What is as even as this for so long is a room's noise, and no voice; louder than this none is.
_STEADY: Final = round(1.0 / FRAME_S)  # frames
_STEADY_STEP: Final = 10  # frames
_EVEN: Final = 2.5  # loudest to softest 150 ms
_NOISE_MOST: Final = np.float32(10**-3.5)
_ROOM_REACH: Final = round(10.0 / FRAME_S)  # frames from digital silence to what tells of the room
_TOP_REACH: Final = round(1.0 / FRAME_S)  # frames around each that its loudest moment is sought in
_TOP_STEP: Final = 10  # frames
_KNOWN_FROM: Final = _TOP_REACH + _TOP_STEP  # behind a cut: frames whose loudest may lie before it


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
    powers = np.zeros((count, len(_BANDS_HZ)), dtype=np.float32)
    if not samples[: count * size].any():
        return powers  # nobody plays anything most of the time
    frames = np.zeros((count + 2, size), dtype=np.float32)
    frames[1:-1] = samples[: count * size].reshape(count, size)
    window, scale, bands = _analysis(size, rate_hz)
    for start in range(0, count, _CHUNK):
        some = frames[start : start + _CHUNK + 2]
        around = np.concatenate((some[:-2], some[1:-1], some[2:]), axis=1)
        spectra = np.fft.rfft(around * window, axis=1)
        power = np.square(spectra.real) + np.square(spectra.imag)
        for band, inside in enumerate(bands):
            powers[start : start + _CHUNK, band] = power[:, inside].sum(axis=1) * scale
    return powers


@lru_cache(maxsize=8)
def _analysis(size: int, rate_hz: int) -> tuple[npt.NDArray[np.float32], float, list[slice]]:
    """Return the window of three frames, the scale of its power, and the lines of each band."""
    window = np.hanning(3 * size).astype(np.float32)
    scale = 2.0 / (3 * size * np.square(window).sum())
    hertz = np.fft.rfftfreq(3 * size, 1.0 / rate_hz)
    bands = [slice(*np.searchsorted(hertz, borders_hz).tolist()) for borders_hz in _BANDS_HZ]
    return window, scale, bands


def segments_in_powers(
    powers: Powers,
    *,
    min_speech_s: float = 0.06,
    hangover_s: float = 0.2,
    floor_dbfs: float | None = None,
    background: Powers | None = None,
    first: int = 0,
) -> list[Segment]:
    """Find the stretches of speech in the frame powers of `frame_powers`.

    Parameters and result are those of `speech_segments`; times count from the first frame. The
    noise floor is sought in `background`, by default in the powers themselves. Who wants only what
    ends after frame `first` may get less of what ends before, and sooner.
    """
    least = _SURE_LEAST if min_speech_s > 0 else _SOFT_LEAST
    if not len(powers) or powers.max() <= least:
        return []
    if floor_dbfs is None:
        floor = noise_floor(powers if background is None else background)
    else:
        floor = np.full((len(powers), 1), 10.0 ** (floor_dbfs / 10.0), dtype=np.float32)
    hangover = round(hangover_s / FRAME_S)
    # Whole blocks of the running floor and maximum, and a pause in which nothing goes on.
    begin = max(0, (first - hangover - _TOP_REACH) // _FLOOR_BLOCK - 1) * _FLOOR_BLOCK
    soft, sure = _heard(powers[begin:], floor[begin:])
    if begin:
        soft[:_KNOWN_FROM] = False
        if soft[_KNOWN_FROM : _KNOWN_FROM + hangover].any():
            begin, (soft, sure) = 0, _heard(powers, floor)
    strong = np.concatenate(([0], np.cumsum(sure)))
    return [
        Segment((begin + start) * FRAME_S, (begin + stop) * FRAME_S)
        for start, stop in _joined(_runs(soft), hangover)
        if (strong[stop] - strong[start]) * FRAME_S >= min_speech_s
    ]


def _heard(powers: Powers, floor: Powers) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Say of each frame whether there is a sound in any band, and whether that is sure.

    A segment reaches as far as there is a sound, and somewhere it must be sure.
    """
    smooth = powers.copy()
    smooth[1:] += powers[:-1]
    smooth[1:] *= 0.5
    top = _running_max(_mean(powers.sum(axis=1, keepdims=True), 8)[:, 0], _TOP_REACH)
    soft = np.maximum(floor * _SOFT, np.maximum(top * _SOFT_BELOW_TOP, _SOFT_LEAST)[:, None])
    sure = np.maximum(floor * _SURE, np.maximum(top * _SURE_BELOW_TOP, _SURE_LEAST)[:, None])
    return (smooth > soft).any(axis=1), (smooth > sure).any(axis=1)


def noise_floor(powers: Powers) -> Powers:
    """Power of the quietest 150 ms within ±5 s of each frame, per band.

    Digital silence is none of the room's if it is shorter than 150 ms (devices begin with some, and
    a browser that is not served in time puts it where it lost sound), or if the room can be heard
    within 10 s of it (a headset was muted by its own switch): an even noise that lasts a second.
    """
    quiet = _mean(_bridged(powers), min(_FLOOR_STRETCH, len(powers)))
    lows = np.minimum.reduceat(quiet, np.arange(0, len(quiet), _FLOOR_BLOCK))
    windows = _around(lows, _FLOOR_REACH)
    return np.repeat(windows.min(axis=1), _FLOOR_BLOCK, axis=0)[: len(powers)]


def _bridged(powers: Powers) -> Powers:
    """Put the room's noise into digital silence that says nothing of the room."""
    void = np.asarray(~powers.any(axis=1))
    if not void.any():
        return powers
    bridged, rooms = powers.copy(), None
    for start, stop in _runs(void):
        if stop - start < _DROPOUT:
            before, after = powers[max(0, start - _FLOOR_STRETCH) : start], powers[stop:]
            beside = [side.mean(axis=0) for side in (before, after[:_FLOOR_STRETCH]) if len(side)]
            if beside:
                bridged[start:stop] = np.min(beside, axis=0)
            continue
        rooms = _steady(powers) if rooms is None else rooms
        far = np.maximum(start - (rooms + _STEADY), rooms - stop)
        if len(far) and far.min() <= _ROOM_REACH:
            room = rooms[far.argmin()]
            bridged[start:stop] = powers[room : room + _STEADY].mean(axis=0)
    return bridged


def _steady(powers: Powers) -> npt.NDArray[np.intp]:
    """Return where a second begins in which there is nothing but even noise."""
    levels = _mean(powers.sum(axis=1, keepdims=True), min(_FLOOR_STRETCH, len(powers)))[:, 0]
    steps = np.arange(0, len(levels), _STEADY_STEP)
    count = _STEADY // _STEADY_STEP
    if len(steps) <= count:
        return np.zeros(0, dtype=np.intp)
    view = np.lib.stride_tricks.sliding_window_view
    softest = view(np.minimum.reduceat(levels, steps)[:-1], count).min(axis=1)
    loudest = view(np.maximum.reduceat(levels, steps)[:-1], count).max(axis=1)
    even = (softest > 0.0) & (loudest <= _EVEN * softest) & (loudest <= _NOISE_MOST)
    return np.flatnonzero(even) * _STEADY_STEP


def _running_max(values: Powers, reach: int) -> Powers:
    """Largest value within ``reach`` frames before and after each, in steps of 50 ms."""
    tops = np.maximum.reduceat(values, np.arange(0, len(values), _TOP_STEP))
    windows = _around(tops, reach // _TOP_STEP)
    return np.repeat(windows.max(axis=1), _TOP_STEP)[: len(values)]


def _around(values: Powers, reach: int) -> Powers:
    """Return the values around each, the first and last one going on at the ends."""
    at = np.add.outer(np.arange(len(values)), np.arange(-reach, reach + 1))
    around: Powers = values[np.clip(at, 0, len(values) - 1)]
    return around


def _mean(powers: Powers, frames: int) -> Powers:
    """Mean over ``frames`` frames around each."""
    half = frames // 2
    ahead, behind = powers[:1].repeat(half, axis=0), powers[-1:].repeat(frames - 1 - half, axis=0)
    sums = np.zeros((len(powers) + frames, powers.shape[1]))
    np.cumsum(np.concatenate((ahead, powers, behind)), axis=0, dtype=np.float64, out=sums[1:])
    mean: Powers = ((sums[frames:] - sums[:-frames]) / frames).astype(np.float32)
    return mean


def _joined(sounds: list[tuple[int, int]], frames: int) -> list[tuple[int, int]]:
    """Make one of those between which there are fewer than so many frames."""
    joined: list[tuple[int, int]] = []
    for start, stop in sounds:
        if joined and start - joined[-1][1] < frames:
            start = joined.pop()[0]
        joined.append((start, stop))
    return joined


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and stop of each run of true values."""
    wide = np.zeros(len(mask) + 2, dtype=bool)
    wide[1:-1] = mask
    edges = np.flatnonzero(wide[1:] != wide[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
