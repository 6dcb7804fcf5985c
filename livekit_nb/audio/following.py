"""Following a live microphone: whether someone speaks, and when they have stopped.

The offline detector of :mod:`livekit_nb.audio.activity` looks at the last five seconds (more for
silences of more than two) again and again, 25 times a second. Looking back is all it needs here:
the end of speech is told after a silence, and by then that silence is behind it. One look takes
about a millisecond.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from livekit_nb.audio.activity import FRAME_S, Powers, frame_powers, segments_in_powers
from livekit_nb.audio.pcm import INPUT_RATE_HZ, Samples, from_pcm16

__all__ = ["SILENCE_S", "SpeechFollower"]

SILENCE_S: Final = 0.5
"""Silence that ends an utterance: less than a server waits that must not cut anybody off, and what
the service's documentation recommends to clients that mark the end of speech themselves."""

_WINDOW_S: Final = 5.0
_MARGIN_S: Final = 3.0  # so much of what was heard before a long silence is still looked at
_STEP: Final = round(0.04 / FRAME_S)
_MIN_SPEECH_S: Final = 0.1
_SIZE: Final = round(FRAME_S * INPUT_RATE_HZ)


class SpeechFollower:
    """Takes microphone audio as it comes and tells when an utterance is over.

    Parameters
    ----------
    silence_s : float
        Silence after which it is, from 0.1 s on: shorter ones are within words.

    Attributes
    ----------
    speaking : bool
        Whether someone speaks, pauses shorter than `silence_s` included.
    """

    def __init__(self, silence_s: float = SILENCE_S) -> None:
        self._silence = round(silence_s / FRAME_S)
        self._window = round(max(_WINDOW_S, silence_s + _MARGIN_S) / FRAME_S)
        self.reset()

    def reset(self) -> None:
        """Forget what was heard: what comes next does not follow it."""
        self.speaking = False
        self._powers: Powers = np.empty((0, 4), dtype=np.float32)
        self._rest: Samples = np.zeros(0, dtype=np.float32)
        self._heard = 0  # frames so far
        self._told = 0  # frame up to which all speech has been told of
        self._due = _STEP

    def hear(self, pcm: bytes) -> bool:
        """Take in audio (s16le mono, 16 kHz); returns whether an utterance is over just now."""
        # A frame's power needs its neighbours, so the last two frames are looked at again.
        samples = np.concatenate((self._rest, from_pcm16(pcm)))
        powers = frame_powers(samples, INPUT_RATE_HZ)
        skip = 1 if self._heard else 0
        fresh = powers[skip:-1]
        if not len(fresh):
            self._rest = samples
            return False
        self._rest = samples[(skip + len(fresh) - 1) * _SIZE :]
        self._powers = np.concatenate((self._powers, fresh))[-self._window :]
        self._heard += len(fresh)
        if self._heard < self._due:
            return False
        self._due = self._heard + _STEP
        return self._look()

    def _look(self) -> bool:
        begun = self._heard - len(self._powers)
        found = segments_in_powers(
            self._powers, min_speech_s=_MIN_SPEECH_S, hangover_s=self._silence * FRAME_S
        )
        end = begun + round(found[-1].end_s / FRAME_S) if found else 0
        silent = self._heard - end >= self._silence
        if end > self._told + 1 and not silent:
            self.speaking = True
        elif self.speaking and silent:
            self.speaking = False
            self._told = self._heard
            return True
        return False
