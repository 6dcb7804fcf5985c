"""Makes another speaker of the recorded one, in the spectra before they become a waveform.

The network predicts, for every 12.5 ms, the pitch and the spectra of a voiced and of free-phase
sources in steps of 20 Hz. It only ever learned what the voiced spectrum is at the harmonics of the
pitch it predicts; between them it says anything. So that spectrum is read at these harmonics, and
the envelope between them is drawn, before it is stretched and sounded at another pitch. Read
anywhere else, a voice would be up to 6 dB louder in some bands, and rough.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livekit_nb.server.speaking.voices import Timbre

__all__ = ["Frames", "shaped"]

Array = npt.NDArray[np.float32]

BIN_HZ = 20.0
VOICED_HZ = 40.0  #: a lower pitch means that a frame is not voiced
LOWEST_HZ = 50.0
_TILT_FROM_HZ = 500.0
_BREATH_FROM_HZ = 2000.0  #: breath is heard above this; below it fades
_DB = float(np.log(10) / 20)  #: the spectra are natural logarithms of magnitudes


class Frames(NamedTuple):
    """What the network predicts; arrays of (601 bins, frames), and one pitch a frame.

    Attributes
    ----------
    voiced, turn : ndarray
        Magnitude (logarithm) and phase of what the pulses of the voice excite.
    noise : ndarray
        Magnitude of noise.
    free, phase : ndarray
        Magnitude and phase of what is neither.
    pitch_hz : ndarray
    """

    voiced: Array
    turn: Array
    noise: Array
    free: Array
    phase: Array
    pitch_hz: Array


def shaped(frames: Frames, timbre: Timbre) -> Frames:
    """Let another speaker say the same; the recorded one is left as it is."""
    if timbre.is_recorded:
        return frames
    voiced, turn, noise, free, phase, pitch_hz = frames
    heard = pitch_hz > VOICED_HZ
    factor = timbre.formants
    voiced, turn = _between_harmonics(np.stack([voiced, turn]), pitch_hz, factor)
    noise, free = _stretched(noise, factor), _stretched(free, factor)
    bins_hz = np.arange(len(voiced), dtype=np.float32)[:, None] * np.float32(BIN_HZ)
    if timbre.tilt_db:
        octaves = np.log2(np.maximum(bins_hz, _TILT_FROM_HZ) / _TILT_FROM_HZ)
        tilt = octaves * np.float32(timbre.tilt_db * _DB)
        voiced, noise, free = voiced + tilt, noise + tilt, free + tilt
    if timbre.breath:
        rise = np.minimum(bins_hz / _BREATH_FROM_HZ, 1.0)
        breath = voiced + np.log(np.float32(timbre.breath) * np.maximum(rise, 1e-3))
        noise = np.where(heard[None, :], np.maximum(noise, breath), noise)
    sounded_hz = pitch_hz
    if heard.any():
        middle_hz = float(np.median(pitch_hz[heard]))
        swung = middle_hz * (np.maximum(pitch_hz, 1.0) / middle_hz) ** timbre.span
        sounded_hz = np.where(heard, np.maximum(swung * timbre.pitch, LOWEST_HZ), pitch_hz)
    return Frames(voiced, turn, noise, free, phase, sounded_hz.astype(np.float32))


def _stretched(spectrum: Array, factor: float) -> Array:
    """Stretch the frequency axis of `spectrum` (bins, frames) by `factor`."""
    bins = np.arange(len(spectrum)) / factor
    low = np.minimum(bins.astype(int), len(spectrum) - 1)
    high = np.minimum(low + 1, len(spectrum) - 1)
    share = (bins - low).clip(0, 1).astype(np.float32)[:, None]
    stretched: Array = spectrum[low] * (1 - share) + spectrum[high] * share
    return stretched


def _between_harmonics(spectra: Array, pitch_hz: Array, factor: float) -> Array:
    """Stretch spectra (which, bins, frames) that are known at the harmonics of the pitch only."""
    bins, frames = spectra.shape[1:]
    heard = pitch_hz > VOICED_HZ
    steps = np.where(heard, pitch_hz, 200.0).astype(np.float32) / np.float32(BIN_HZ)
    harmonic = (np.arange(bins, dtype=np.float32) / np.float32(factor))[:, None] / steps
    below = np.maximum(np.floor(harmonic), np.float32(1.0))
    share = np.clip(harmonic - below, 0.0, 1.0)
    # A harmonic is four bins wide: the nearest one will do.
    low = np.minimum((below * steps + np.float32(0.5)).astype(np.intp), bins - 1)
    high = np.minimum(((below + 1) * steps + np.float32(0.5)).astype(np.intp), bins - 1)
    frame = np.arange(frames)
    low, high = low * frames + frame, high * frames + frame
    drawn = [
        np.where(heard, flat[low] * (1 - share) + flat[high] * share, _stretched(one, factor))
        for one, flat in zip(spectra, spectra.reshape(len(spectra), -1), strict=True)
    ]
    return np.stack(drawn).astype(np.float32, copy=False)
