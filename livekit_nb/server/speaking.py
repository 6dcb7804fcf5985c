"""Text to speech: the hibari voice, clause by clause, in several timbres.

``hibari`` (Apache-2.0) carries one voice. Its network predicts, for every 12.5 ms, the pitch and
the spectra of three sources; scaling the pitch and stretching the spectra before they become a
waveform gives other speakers. The thirty voice names of the Live API are mapped onto such
timbres: they differ audibly, but they are not Google's voices.

Speech comes clause by clause, so that the first audio needs the time of one short clause
(about 30 ms) and not of the whole reply. Levels are about -20 dBFS, pauses follow punctuation,
and every clause is faded in and out, so joins do not click.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ, Samples
from livekit_nb.errors import SettingsError
from livekit_nb.server.packages import missing

__all__ = ["DEFAULT_VOICE", "VOICES", "Clause", "Timbre", "Voice", "clauses", "synthesise"]

TARGET_DBFS = -20.0
LONG_FIRST_CLAUSE = 36  #: characters; a longer first sentence is begun with its first clause
LONGEST_CLAUSE = 220
_PAUSES_S = {",": 0.13, ";": 0.2, ":": 0.2, "—": 0.18, ".": 0.3, "!": 0.3, "?": 0.3, "…": 0.35}


@dataclass(frozen=True)
class Timbre:
    """How a speaker differs from the recorded one.

    Attributes
    ----------
    pitch : float
        Factor on the fundamental frequency (1 is about 200 Hz).
    formants : float
        Factor on the frequencies of the spectrum: below 1 a longer vocal tract.
    pace : float
        Factor on the speed.
    """

    pitch: float = 1.0
    formants: float = 1.0
    pace: float = 1.0


DEFAULT_VOICE = "Kore"

VOICES: dict[str, Timbre] = {
    "Kore": Timbre(),
    "Zephyr": Timbre(1.12, 1.03, 1.03),
    "Puck": Timbre(0.72, 0.92, 1.05),
    "Charon": Timbre(0.58, 0.88, 0.97),
    "Fenrir": Timbre(0.66, 0.9, 1.08),
    "Leda": Timbre(1.2, 1.06, 1.02),
    "Orus": Timbre(0.6, 0.9, 1.0),
    "Aoede": Timbre(1.06, 1.0, 1.04),
    "Callirrhoe": Timbre(0.97, 1.0, 0.96),
    "Autonoe": Timbre(1.1, 1.01, 1.0),
    "Enceladus": Timbre(0.62, 0.87, 0.94),
    "Iapetus": Timbre(0.68, 0.93, 1.0),
    "Umbriel": Timbre(0.64, 0.92, 0.95),
    "Algieba": Timbre(0.6, 0.92, 0.97),
    "Despina": Timbre(0.95, 0.98, 0.98),
    "Erinome": Timbre(1.03, 0.97, 1.0),
    "Algenib": Timbre(0.55, 0.86, 0.96),
    "Rasalgethi": Timbre(0.65, 0.88, 1.0),
    "Laomedeia": Timbre(1.15, 1.0, 1.06),
    "Achernar": Timbre(1.08, 1.05, 0.95),
    "Alnilam": Timbre(0.63, 0.9, 1.03),
    "Schedar": Timbre(0.67, 0.91, 0.98),
    "Gacrux": Timbre(0.85, 0.95, 0.95),
    "Pulcherrima": Timbre(0.92, 1.0, 1.05),
    "Achird": Timbre(0.7, 0.94, 1.03),
    "Zubenelgenubi": Timbre(0.66, 0.94, 0.97),
    "Vindemiatrix": Timbre(0.9, 0.97, 0.94),
    "Sadachbia": Timbre(0.74, 0.93, 1.08),
    "Sadaltager": Timbre(0.61, 0.89, 0.98),
    "Sulafat": Timbre(0.93, 1.02, 0.97),
}
"""Official voice names and the timbre that stands for each here."""


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


def clauses(text: str) -> list[str]:
    """Cut text into pieces to be spoken one after the other; joined they are `text`.

    Sentences are kept whole for the sake of their melody, but a long first one is begun with its
    first clause, and very long ones are cut at punctuation or, at worst, between words.
    """
    pieces: list[str] = []
    for sentence in _sentences(text):
        rest = sentence
        if not pieces and len(rest) > LONG_FIRST_CLAUSE:
            at = _cut(rest, re.compile(r"(?<=\w\w)[,;:—]\s+"), earliest=8, latest=len(rest) - 8)
            if at:
                pieces.append(rest[:at])
                rest = rest[at:]
        while len(rest) > LONGEST_CLAUSE:
            at = (
                _cut(rest, re.compile(r"[,;:—]\s+"), LONGEST_CLAUSE // 3, LONGEST_CLAUSE)
                or _cut(rest, re.compile(r"\s+"), LONGEST_CLAUSE // 2, LONGEST_CLAUSE)
                or LONGEST_CLAUSE
            )
            pieces.append(rest[:at])
            rest = rest[at:]
        pieces.append(rest)
    return pieces


def _sentences(text: str) -> Iterator[str]:
    """Cut after sentence ends, keeping white space; "Dr. Smith" and "3.5" are no ends."""
    start = 0
    for match in re.finditer(r"(?<=[.!?…])[\"”\u2019)\]]*\s+(?=[^\sa-z])|\n+", text):
        word = text[start : match.start()].rsplit(None, 1)[-1:]
        if word and re.fullmatch(r"(Dr|Mr|Mrs|Ms|St|Prof|No|[A-Z])\.", word[0]):
            continue
        if text[start : match.end()].strip():
            yield text[start : match.end()]
            start = match.end()
    if text[start:].strip():
        yield text[start:]


def _cut(text: str, pattern: re.Pattern[str], earliest: int, latest: int) -> int | None:
    """End of the first match between the two positions, or None."""
    for match in pattern.finditer(text):
        if earliest <= match.end() <= latest:
            return match.end()
    return None


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
        self, text: str, *, voice: str = DEFAULT_VOICE, pace: float = 1.0
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

        Yields
        ------
        Clause
            As soon as it is computed.
        """
        timbre = timbre_of(voice)
        gain = self._gain(timbre)
        for piece in clauses(text):
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
            lh, th, ln, lr, phi, f0 = (output[0] for output in outputs)
            if timbre.formants != 1.0:
                lh, th, ln, lr = (_stretched(array, timbre.formants) for array in (lh, th, ln, lr))
            f0 = np.where(f0 > 40.0, np.maximum(f0 * timbre.pitch, 50.0), f0)
            # A fixed seed for the breath noise: the same text always sounds the same.
            rng = np.random.default_rng(0)
            parts.append(_trimmed(self._dsp.synth(lh, th, ln, lr, phi, f0, rng)))
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def timbre_of(voice: str) -> Timbre:
    """Timbre of a voice name.

    Raises
    ------
    SettingsError
        If there is no such voice.
    """
    for name, timbre in VOICES.items():
        if name.lower() == voice.lower():
            return timbre
    raise SettingsError(f"There is no voice {voice[:40]!r}. Known are {', '.join(VOICES)}.")


def _stretched(spectrum: Samples, factor: float) -> Samples:
    """Stretch the frequency axis of `spectrum` (bins, frames) by `factor`."""
    bins = np.arange(len(spectrum)) / factor
    low = np.minimum(bins.astype(int), len(spectrum) - 1)
    high = np.minimum(low + 1, len(spectrum) - 1)
    share = (bins - low).clip(0, 1).astype(np.float32)[:, None]
    stretched: Samples = spectrum[low] * (1 - share) + spectrum[high] * share
    return stretched


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
