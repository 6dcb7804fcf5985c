"""Where a voice begins and ends: a second opinion, found by another principle.

`livekit_nb.audio.activity` compares the power of four frequency bands with thresholds over a
running noise floor. Who wants to know whether its figures are true must not ask it again. Here no
power is compared with anything; it is asked how likely a spectrum is if nobody speaks (Sohn, Kim &
Sung 1999, *IEEE Signal Processing Letters* 6:1-3):

1. The *background* is the spectrum of a quiet 0.3 s, and under it a white noise 50 dB below the
   loudest moment (-75 dB of full scale at least): so digital silence has a spectrum, too.
2. Every 2 ms a spectrum of 16 ms is taken. If it is background, each line's power over that of the
   background, g, is exponentially distributed with mean 1. The logarithm of how much likelier the
   line is with a voice of whatever strength fits best is g - log g - 1 (0 for g below 1). Its mean
   over all lines from 100 Hz to 8 kHz is 0.15 ± 0.06 for noise alone; from 0.5 on it is a voice. A
   few strong lines (a hum, a nasal) count as a weak hiss of the whole band does.
3. The *core* of what is said are all moments (20 ms) at most 16 dB softer than the loudest one. It
   reaches as far around as there is voice that is at most 42 dB softer (10 ms), pauses of up to
   0.2 s bridged.

So an utterance ends with its last sound that is at most 42 dB softer than its loudest, as far as
noise does not hide it, and begins with the first. That is the definition of
`livekit_nb.audio.activity`, too.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.activity import Segment

__all__ = ["utterances"]

Sound = npt.NDArray[np.float64]

_STEP_S: Final = 0.01
_CORE_DB: Final = 16.0
_SOFTEST_DB: Final = 42.0
_SILENT_DB: Final = 50.0
_SILENT_DBFS: Final = -75.0
_QUIET_S: Final = 0.3
_HOLE: Final = 60  # steps that a hole of 0.3 s is in the quietest stretch of
_SPECTRUM_S: Final = 0.016
_HOP_S: Final = 0.002
_BAND_HZ: Final = (100.0, 8000.0)
_VOICE: Final = 0.5
_SHORTEST: Final = 3  # hops
_REACH_S: Final = 0.5
_GAP_S: Final = 0.2
_PAUSE_S: Final = 0.3
_LEAST_S: Final = 0.04
_CHUNK: Final = 256  # spectra taken at a time, so that they stay in the processor's cache


def utterances(sound: npt.ArrayLike, rate_hz: int) -> list[Segment]:
    """Find what is said in a stretch of a conversation, such as one turn of one side.

    Parameters
    ----------
    sound : array_like of float, shape (samples,)
        Mono, -1…1, some seconds: how soft something is counts from the loudest moment in all of
        it.
    rate_hz : int
        Sample rate.

    Returns
    -------
    list of Segment
        Utterances in order, with pauses of more than 0.3 s between their cores, in seconds.
    """
    samples = np.asarray(sound, dtype=np.float64)
    powers = _powers(samples, rate_hz)
    if not len(powers):
        return []
    top = float(powers.max())
    silent = max(top * 10 ** (-_SILENT_DB / 10), 10 ** (_SILENT_DBFS / 10))
    if top <= 10 * silent:
        return []
    loud = np.flatnonzero(powers > top * 10 ** (-_CORE_DB / 10))
    groups = np.split(loud, np.flatnonzero(np.diff(loud) * _STEP_S > _PAUSE_S) + 1)
    per_hop = _STEP_S / _HOP_S
    cores = [
        (round((group[0] + 1) * per_hop), round((group[-1] + 1) * per_hop))
        for group in groups
        if len(group) * _STEP_S >= _LEAST_S
    ]
    background = _background(samples, rate_hz, powers, silent)
    voice = _levels(samples, rate_hz) > top * 10 ** (-_SOFTEST_DB / 10)
    asked = np.flatnonzero(voice & _at_borders(cores, len(voice)))
    voice[:] = False
    voice[asked] = _likelihood(samples, rate_hz, background, asked) > _VOICE
    found = []
    for number, (first, stop) in enumerate(cores):
        earliest = cores[number - 1][1] if number else 0
        latest = cores[number + 1][0] if number + 1 < len(cores) else len(voice)
        middle = (first + stop) // 2
        onset = middle - _reach(voice[earliest:middle][::-1], middle - first)
        offset = middle + _reach(voice[middle:latest], stop - middle)
        found.append(Segment(onset * _HOP_S, offset * _HOP_S))
    return found


def _powers(samples: Sound, rate_hz: int) -> Sound:
    """Mean square of 20 ms, every 10 ms."""
    size = round(_STEP_S * rate_hz)
    count = len(samples) // size
    blocks = np.square(samples[: count * size]).reshape(count, size).mean(axis=1)
    powers: Sound = (blocks[:-1] + blocks[1:]) / 2
    return powers


def _levels(samples: Sound, rate_hz: int) -> Sound:
    """Mean square of 10 ms around every 2 ms."""
    size, hop = round(_STEP_S * rate_hz), round(_HOP_S * rate_hz)
    sums = np.concatenate(([0.0], np.cumsum(np.square(np.pad(samples, size // 2)))))
    levels: Sound = (sums[size:] - sums[:-size])[::hop] / size
    return levels[: len(samples) // hop + 1]


def _at_borders(cores: list[tuple[int, int]], hops: int) -> npt.NDArray[np.bool_]:
    """Mark the hops of which `_reach` has to know whether there is voice: no others matter."""
    asked = np.zeros(hops, dtype=bool)
    reach = round(_REACH_S / _HOP_S)
    for first, stop in cores:
        asked[max(0, first - reach) : first + _SHORTEST] = True
        asked[max(0, stop - _SHORTEST) : stop + reach] = True
    return asked


def _windows(samples: Sound, rate_hz: int, hop: int) -> Sound:
    """Return a view of 16 ms around every `hop`-th sample."""
    size = round(_SPECTRUM_S * rate_hz)
    padded = np.pad(samples, (size // 2, size - size // 2))
    return np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]


def _spectra(windows: Sound) -> Sound:
    """Power spectra of windows; white noise has its variance."""
    window = np.hanning(windows.shape[1])
    lines = np.fft.rfft(windows * window, axis=1)
    power: Sound = np.square(lines.real) + np.square(lines.imag)
    power /= np.square(window).sum()
    return power


def _background(samples: Sound, rate_hz: int, powers: Sound, silent: float) -> Sound:
    """Spectrum of the background; a line next to a strong one is not trusted to be weak."""
    steps = min(round(_QUIET_S / _STEP_S), len(powers))
    sums = np.convolve(powers, np.ones(steps), "valid")
    # Not the very quietest: it may hold a hole, where the browser had no time for sound.
    begin = int(np.argsort(sums)[min(_HOLE, len(sums) // 6)])
    size = round(_STEP_S * rate_hz)
    quiet = samples[begin * size : begin * size + round(_QUIET_S * rate_hz)]
    lines = _spectra(_windows(quiet, rate_hz, round(_SPECTRUM_S * rate_hz / 4))).mean(axis=0)
    wide = np.pad(lines, 1, mode="edge")
    highest: Sound = np.maximum.reduce((wide[:-2], wide[1:-1], wide[2:]))
    return highest + silent


def _likelihood(
    samples: Sound, rate_hz: int, background: Sound, hops: npt.NDArray[np.intp]
) -> Sound:
    """Mean logarithm of the likelihood ratio, voice over none, at some steps of 2 ms."""
    hertz = np.fft.rfftfreq(round(_SPECTRUM_S * rate_hz), 1 / rate_hz)
    band = slice(*np.searchsorted(hertz, _BAND_HZ).tolist())
    windows = _windows(samples, rate_hz, round(_HOP_S * rate_hz))
    ratio = np.empty(len(hops))
    for first in range(0, len(hops), _CHUNK):
        some = slice(first, first + _CHUNK)
        gamma = _spectra(windows[hops[some]])[:, band] / background[band]
        np.maximum(gamma, 1.0, out=gamma)
        ratio[some] = (gamma - np.log(gamma) - 1.0).mean(axis=1)
    return ratio


def _reach(voice: npt.NDArray[np.bool_], core: int) -> int:
    """How far a voice goes on that fills the first `core` hops."""
    edges = np.diff(np.concatenate(([0], voice[: core + round(_REACH_S / _HOP_S)], [0])))
    end = core
    for first, stop in zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0), strict=True):
        if first - end > _GAP_S / _HOP_S:
            break
        if stop - first >= _SHORTEST:
            end = max(end, int(stop)) if stop > core else end
    return end
