"""How an utterance was said: loudness, pitch and pace, as far as sound and words tell.

Nothing here knows feelings. A :class:`Tone` is what can be measured; what follows from it is
decided by whoever asks (:mod:`livekit_nb.server.talk.bearing`).

Pace is counted in the syllables of the words, not in peaks of loudness: on ten recordings of people
and on a synthesiser at 90 to 300 words a minute, peaks (N. H. de Jong and T. Wempe, "Praat script
to detect syllable nuclei and measure speech rate automatically", Behavior Research Methods 41(2),
2009) stayed between 4 and 5 a second from 175 words a minute on, because fast vowels run together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.activity import speech_segments
from livekit_nb.audio.pcm import as_mono
from livekit_nb.audio.prosody import loudness, pitch

__all__ = ["Tone", "syllables_in", "tone_of", "voiced_share"]

_HOP_S: Final = 0.01
_PITCH_HOP_S: Final = 0.02
_MOST_FRAMES: Final = 500  # of which the pitch is looked for: ten seconds whole, more in parts
_STRONG_DB: Final = (
    25.0  # below the loudest moment: softer sounds do not tell whether there is voice
)
_LEAST_ROOM_S: Final = 0.1
_SILENCE_DBFS: Final = -80.0  # no room is quieter; digital silence is none

_DIGIT = r"\d"
_WORD = re.compile(rf"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|{_DIGIT}+")
_MUTE = re.compile(
    r"(?:(?<=[^aeiouyl])|(?<=[aeiouy]l))e$|(?<=[^aeioutd])ed$|"
    r"(?:(?<=[^aeioulcgsxzh])|(?<=[aeiouy]l))es$"
)
_VOWELS = re.compile(r"[aeiouy\u00e0-\u00ff]+")
_SPLIT = re.compile(r"(?<=[iu])(?=[ao](?!u))|(?<=e)(?=o)|(?<=y)(?=i)")  # radi-o, vide-o, play-ing
_DIGIT_SYLLABLES: Final = (2, 1, 1, 1, 1, 1, 1, 2, 1, 1)


@dataclass(frozen=True, slots=True)
class Tone:
    """How an utterance was said; ``None`` is unknown.

    Attributes
    ----------
    speech_s : float
        Seconds of speech, pauses not counted.
    level_dbfs : float
        Root mean square of the speech in decibels of full scale.
    above_room_db : float
        How far that is above the sound between and beside the speech; of a silent room, of
        -80 dBFS.
    voiced : float
        Share of the speech (of its stronger moments) that has a pitch, 0..1: people have been
        measured from 0.2 (a creaky voice) to 0.9, whispering is near 0.
    pitch_hz, low_hz, high_hz : float or None
        Median, 5th and 95th percentile of the pitch.
    syllables : int
        Of the words; 0 when they are not known.
    """

    speech_s: float
    level_dbfs: float
    above_room_db: float
    voiced: float
    pitch_hz: float | None = None
    low_hz: float | None = None
    high_hz: float | None = None
    syllables: int = 0

    @property
    def syllables_per_s(self) -> float | None:
        """Syllables for a second of speech, pauses not counted: the rate of articulation."""
        if not self.syllables or self.speech_s <= 0.0:
            return None
        return self.syllables / self.speech_s


def tone_of(samples: npt.ArrayLike, rate_hz: int, text: str = "") -> Tone | None:
    """Measure how an utterance was said.

    Parameters
    ----------
    samples : array_like, shape (n,)
        Mono audio of one speaker, at best with a little of the room before and after.
    rate_hz : int
        Its sample rate, at least 8000.
    text : str
        What was said, for the pace.

    Returns
    -------
    Tone or None
        ``None`` when no speech is found.

    Raises
    ------
    AudioError
        If the audio or the rate makes no sense.
    """
    sound = as_mono(samples)
    segments = speech_segments(sound, rate_hz)
    if not segments:
        return None
    levels = loudness(sound, rate_hz, hop_s=_HOP_S).astype(np.float64)
    times = (np.arange(len(levels)) + 0.5) * _HOP_S
    spoken = np.zeros(len(levels), bool)
    for segment in segments:
        spoken |= (times >= segment.start_s) & (times < segment.end_s)
    if not spoken.any():
        return None
    level = _mean_db(levels[spoken])
    beside = levels[~spoken]
    enough = len(beside) * _HOP_S >= _LEAST_ROOM_S
    room = float(np.median(beside)) if enough else float(np.percentile(levels, 5))
    hop_s = max(_PITCH_HOP_S, len(sound) / rate_hz / _MOST_FRAMES)
    hertz = pitch(sound, rate_hz, hop_s=hop_s)
    within = spoken[
        np.minimum(((np.arange(len(hertz)) + 0.5) * hop_s / _HOP_S).astype(int), len(spoken) - 1)
    ]
    known = hertz[np.isfinite(hertz) & within]
    low, middle, high = np.percentile(known, [5, 50, 95]) if len(known) else (None, None, None)
    return Tone(
        speech_s=sum(segment.duration_s for segment in segments),
        level_dbfs=level,
        above_room_db=level - max(room, _SILENCE_DBFS),
        voiced=voiced_share(
            hertz[within], loudness(sound, rate_hz, hop_s=hop_s)[: len(hertz)][within]
        ),
        pitch_hz=None if middle is None else float(middle),
        low_hz=None if low is None else float(low),
        high_hz=None if high is None else float(high),
        syllables=syllables_in(text),
    )


def voiced_share(hertz: npt.NDArray[np.floating], dbfs: npt.NDArray[np.floating]) -> float:
    """Return the share of strong moments that have a pitch, 0..1.

    Parameters
    ----------
    hertz, dbfs : numpy.ndarray, shape (frames,)
        Pitch (``NaN`` without) and level of the moments of some speech.
    """
    strong = dbfs > dbfs.max(initial=-np.inf) - _STRONG_DB
    return float(np.isfinite(hertz[strong]).mean()) if strong.any() else 0.0


def syllables_in(text: str) -> int:
    """Estimate the syllables of English words, by their groups of vowels; digits one by one.

    >>> syllables_in("What's the weather in Paris?")
    7
    >>> syllables_in("Wake me at 7.")
    5
    """
    return sum(_syllables(word) for word in _WORD.findall(text.lower()))


def _syllables(word: str) -> int:
    if word.isdigit():
        return sum(_DIGIT_SYLLABLES[int(digit)] for digit in word)
    bare = _MUTE.sub("", re.sub(r"['\u2019]", "", word))
    groups = _VOWELS.findall(bare)
    return max(1, sum(len(_SPLIT.split(group)) for group in groups))


def _mean_db(levels: npt.NDArray[np.float64]) -> float:
    return float(10.0 * np.log10(np.mean(10.0 ** (levels / 10.0))))
