"""Text to speech: the hibari voice, clause by clause, in several timbres.

``hibari`` (Apache-2.0) carries one voice. Its network predicts, for every 12.5 ms, the pitch and
the spectra of three sources; changing these before they become a waveform gives other speakers
(:mod:`livekit_nb.server.speaking.shaping`, :mod:`livekit_nb.server.speaking.voices`).

Speech comes clause by clause, so that the first audio needs the time of one short clause
(about 30 ms) and not of the whole reply. Levels are about -20 dBFS, pauses follow punctuation,
and every clause is faded in and out, so joins do not click.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ, Samples
from livekit_nb.server.packages import missing
from livekit_nb.server.speaking.clauses import clauses
from livekit_nb.server.speaking.shaping import Frames, shaped
from livekit_nb.server.speaking.voices import DEFAULT_VOICE, Timbre, timbre_of

__all__ = ["Clause", "Voice", "synthesise"]

TARGET_DBFS = -20.0
_PAUSES_S = {",": 0.13, ";": 0.2, ":": 0.2, "—": 0.18, ".": 0.3, "!": 0.3, "?": 0.3, "…": 0.35}


class Clause(NamedTuple):
    """A piece of speech.

    Attributes
    ----------
    pcm : ndarray of float32, shape (n,)
        Audio at 24 kHz within ±1, with the pause that follows.
    caption : str
        What is said in it; the captions of a text joined are that text.
    """

    pcm: Samples
    caption: str


def _readable(text: str) -> str:
    """Mend what the voice would not read: its own rules know numbers, money, times and units."""
    text = re.sub(r"[\u2212\u2013](?=\d)", "minus ", text)
    text = re.sub(r"(?<=\d)\s+(?=°|%)", "", text)
    return re.sub(r"[*_`#|<>\[\]{}\\]+", " ", text)  # also keeps marks from reaching the phonemes


class Voice:
    """The loaded voice; one instance serves all conversations, from any thread."""

    def __init__(self) -> None:
        try:
            import hibari
            from hibari import dsp
            from hibari.g2p import G2P
        except ImportError as error:
            raise missing("hibari-tts") from error
        # Reading the dictionaries takes as long as loading the network: half a second each.
        with ThreadPoolExecutor(1) as pool:
            reader = pool.submit(G2P)
            self._tts: Any = hibari.Hibari(threads=1)
            self._tts._g2p = reader.result()
        self._dsp: Any = dsp
        self._lock = threading.Lock()  # the reader of text keeps caches
        self._gains: dict[Timbre, float] = {}

    def warm_up(self) -> None:
        """Load the dictionary and run once; the first sentence would wait half a second else."""
        self.prepare(DEFAULT_VOICE)

    def prepare(self, voice: str) -> None:
        """Measure the level of `voice`, so that its first sentence does not wait for it."""
        self._gain(timbre_of(voice))

    def stream(
        self,
        text: str,
        *,
        voice: str = DEFAULT_VOICE,
        pace: float = 1.0,
        loudness_db: float = 0.0,
        whole: bool = False,
    ) -> Iterator[Clause]:
        """Speak `text` clause by clause.

        Parameters
        ----------
        text : str
            English. Numbers, units, money and times are read out.
        voice : str
            One of :data:`VOICES`; upper and lower case are the same.
        pace : float
            Speed, 0.5 (slow) to 2 (fast).
        loudness_db : float
            Level beside the usual one, in decibels.
        whole : bool
            Whether the text is one clause already.

        Yields
        ------
        Clause
            As soon as it is computed.
        """
        timbre = timbre_of(voice)
        gain = self._gain(timbre) * 10 ** (loudness_db / 20)
        for piece in [text] if whole else clauses(text):
            pcm = self._speak(piece, timbre, pace)
            if not len(pcm):
                continue
            pcm = pcm * np.float32(gain)
            _bend_peaks(pcm)
            mark = piece.rstrip('"”\u2019)] \n\t')[-1:]
            pause = np.zeros(int(_PAUSES_S.get(mark, 0.04) / pace * OUTPUT_RATE_HZ), np.float32)
            yield Clause(np.concatenate([pcm, pause]), piece)

    def _gain(self, timbre: Timbre) -> float:
        if timbre not in self._gains:
            pcm = self._speak("The quick brown fox jumps over the lazy dog.", timbre, 1.0)
            power = float(np.mean(np.square(pcm)))
            self._gains[timbre] = 10 ** (TARGET_DBFS / 20) / max(power**0.5, 1e-4)
        return self._gains[timbre]

    def _speak(self, text: str, timbre: Timbre, pace: float) -> Samples:
        with self._lock:
            phonemes = self._tts.phonemize(_readable(text))
        speed = np.array([min(max(pace * timbre.pace, 0.5), 2.0)], np.float32)
        parts = []
        for phrase in phonemes:
            ids = np.array([self._tts.ids(phrase)], np.int64)
            if ids.shape[1] < 3:
                continue
            outputs = self._tts.sess.run(None, {"ids": ids, "speed": speed})
            frames = shaped(Frames(*(output[0] for output in outputs)), timbre)
            # A fixed seed for the breath noise: the same text always sounds the same.
            rng = np.random.default_rng(0)
            parts.append(_trimmed(self._dsp.synth(*frames, rng)))
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _trimmed(pcm: Samples) -> Samples:
    """Cut the third of a second of silence off both ends, and fade in and out."""
    step = OUTPUT_RATE_HZ // 200
    peaks = np.abs(pcm[: len(pcm) // step * step]).reshape(-1, step).max(axis=1)
    loud = np.flatnonzero(peaks > 0.02 * peaks.max(initial=1e-3))
    if not len(loud):
        return np.zeros(0, np.float32)
    start = max(0, int(loud[0]) * step - OUTPUT_RATE_HZ // 100)
    end = min(len(pcm), (int(loud[-1]) + 1) * step + OUTPUT_RATE_HZ // 40)
    pcm = pcm[start:end].copy()
    fade = OUTPUT_RATE_HZ // 200
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    pcm[:fade] *= ramp
    pcm[-fade:] *= ramp[::-1]
    return pcm


def _bend_peaks(pcm: Samples) -> None:
    """Bend the rare peaks above 0.8 towards 0.99, in place, instead of cutting them."""
    loud = np.abs(pcm) > 0.8
    over = (np.abs(pcm[loud]) - 0.8) / 0.19
    pcm[loud] = np.sign(pcm[loud]) * (0.8 + 0.19 * np.tanh(over))


@cache
def _shared() -> Voice:
    return Voice()


def synthesise(text: str, *, voice: str = DEFAULT_VOICE, pace: float = 1.0) -> Samples:
    """Speak `text` and return it whole.

    Parameters
    ----------
    text, voice, pace
        See :meth:`Voice.stream`.

    Returns
    -------
    ndarray of float32, shape (n,)
        24 kHz, within ±1, about -20 dBFS; without the pause at the end.

    Raises
    ------
    MissingPackagesError
        If ``hibari-tts`` is not installed.
    SettingsError
        If there is no such voice.
    """
    timbre_of(voice)
    parts = [clause.pcm for clause in _shared().stream(text, voice=voice, pace=pace)]
    if not parts:
        return np.zeros(0, np.float32)
    pcm = np.concatenate(parts)
    heard = np.flatnonzero(pcm)
    return pcm[: int(heard[-1]) + 1] if len(heard) else pcm
