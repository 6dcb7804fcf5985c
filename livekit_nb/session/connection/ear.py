"""Hears, frame by frame, whether somebody certainly speaks: enough to know that an answer is due.

This is no voice activity detector that decides whose turn it is. It only has to be right when it
says so: a sound counts when it is well above the noise around it and voiced, which clicks, fans
and rustling are not. It costs some 10 µs a frame.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.pcm import FRAME_MS, INPUT_RATE_HZ

__all__ = ["Ear"]

_FRAME_S: Final = FRAME_MS / 1000
_QUIETEST_DB: Final = -75.0
# (least level, least distance to the noise): of what is certainly no noise, and of what may not be.
_LOUD_DB: Final = (-50.0, 12.0)
_AUDIBLE_DB: Final = (-62.0, 6.0)
_ROOM_DB: Final = -45.0  # a noise louder than this is not believed at once to be the room's
_FLOOR_RISE_DB: Final = 6.0 * _FRAME_S  # the noise floor may rise by 6 dB a second
_PITCH: Final = slice(INPUT_RATE_HZ // 400, INPUT_RATE_HZ // 60)  # lags of 60 to 400 Hz
_PERIODIC: Final = 0.5  # normalised autocorrelation of what is voiced
_VOICED_S: Final = 0.3  # an utterance holds at least so much voice
_PAUSE_S: Final = 0.8  # silence after which it is over


class Ear:
    """Follows a microphone of 16 kHz s16le mono, frame by frame.

    Attributes
    ----------
    loud : bool
        Whether the last frame stands out from the noise.
    audible : bool
        Whether there may be something in it, however soft.
    silent_s : float
        Seconds of microphone audio since one did; infinite before the first.
    """

    def __init__(self) -> None:
        self.loud = False
        self.audible = False
        self.silent_s = math.inf
        self._floor_db: float | None = None
        self._voiced_s = 0.0
        self._before = np.zeros(0, dtype=np.float32)

    @property
    def paused(self) -> bool:
        """Whether nobody speaks at the moment."""
        return self.silent_s >= _PAUSE_S

    def hear(self, pcm: bytes) -> bool:
        """Take in a frame; returns whether an utterance is over that certainly was speech."""
        samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
        if not len(samples):
            return False
        power = float(samples.dot(samples)) / len(samples) / 32768.0**2
        self._compare(10.0 * math.log10(power + 1e-12))
        if self.loud:
            self.silent_s = 0.0
            # Enough voice is enough: looking for more of it would be the dearest part.
            if self._voiced_s < _VOICED_S and _is_periodic(np.concatenate((self._before, samples))):
                self._voiced_s += len(samples) / INPUT_RATE_HZ
        else:
            self.silent_s += len(samples) / INPUT_RATE_HZ
        self._before = samples
        return self.paused and self._ended()

    def stop(self) -> bool:
        """Know that the microphone falls silent; returns as :meth:`hear`."""
        self.silent_s = math.inf
        return self._ended()

    def _ended(self) -> bool:
        spoken, self._voiced_s = self._voiced_s >= _VOICED_S, 0.0
        return spoken

    def _compare(self, level_db: float) -> None:
        """Compare a level with the noise floor, and let that follow."""
        before_db = min(level_db, _ROOM_DB) if self._floor_db is None else self._floor_db
        floor_db = max(_QUIETEST_DB, before_db)
        self.loud = level_db > max(_LOUD_DB[0], floor_db + _LOUD_DB[1])
        self.audible = level_db > max(_AUDIBLE_DB[0], floor_db + _AUDIBLE_DB[1])
        self._floor_db = max(_QUIETEST_DB, min(level_db, floor_db + _FLOOR_RISE_DB))


def _is_periodic(samples: npt.NDArray[np.float32]) -> bool:
    """Whether two frames in a row have a pitch of 60 to 400 Hz."""
    centred = samples - samples.mean()
    spectrum = np.fft.rfft(centred, 2 * len(centred))
    correlation = np.fft.irfft(np.square(spectrum.real) + np.square(spectrum.imag))
    lags = correlation[_PITCH]
    if not len(lags) or correlation[0] <= 0.0:
        return False
    # What is shifted overlaps less: make up for it.
    overlap = 1.0 - np.arange(_PITCH.start, _PITCH.start + len(lags)) / len(centred)
    return bool(np.max(lags / np.maximum(overlap, 0.25)) > _PERIODIC * correlation[0])
