"""How each turn was said: pitch, loudness and pace of both sides, measured."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.activity import Segment
from livekit_nb.audio.prosody import FMAX_HZ, FMIN_HZ, loudness, pitch, register
from livekit_nb.audio.tone import syllables_in, voiced_share
from livekit_nb.plots.view import unkept_of
from livekit_nb.recording import Recording, Turn
from livekit_nb.recording.tables.table import Column, Table

__all__ = ["Delivery", "Prosody", "Stretch", "deliveries", "words_in"]

Side = Literal["user", "agent"]
Floats = npt.NDArray[np.floating]

_HOP_S: Final = 0.01
_MOST_FRAMES: Final = 12_000
_TRIAL_S: Final = 20.0
_SHORTEST_S: Final = 0.06
_LONGEST_S: Final = 30.0
_WITHOUT_SPACES: Final = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pitch and loudness of one stretch of speech.

    Attributes
    ----------
    times : numpy.ndarray, shape (frames,)
        Recording seconds.
    hertz : numpy.ndarray, shape (frames,)
        ``NaN`` where there is no voice.
    dbfs : numpy.ndarray, shape (frames,)
        Level in decibels of full scale.
    """

    times: Floats
    hertz: Floats
    dbfs: Floats


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one side said one turn; ``None`` is unknown.

    Attributes
    ----------
    turn : int
        Index of the turn.
    side : {"user", "agent"}
    start_s, end_s : float
        From the first to the last sound, in recording seconds.
    speech_s : float
        Seconds of speech in it, pauses not counted.
    pitch_hz, low_hz, high_hz : float or None
        Median, 5th and 95th percentile of the pitch.
    level_dbfs : float or None
        Root mean square of the speech, as far as its sound was kept.
    words : int or None
        As captions tell; ``None`` without captions, where some of it was not recorded, and in
        writing that does not part its words.
    syllables : int or None
        Of these words, estimated as for English.
    voiced : float or None
        Share of the speech that has a pitch, 0..1; near 0 in a whisper.
    stretches : tuple of Stretch
    """

    turn: int
    side: Side
    start_s: float
    end_s: float
    speech_s: float
    pitch_hz: float | None
    low_hz: float | None
    high_hz: float | None
    level_dbfs: float | None
    words: int | None
    syllables: int | None = None
    voiced: float | None = None
    stretches: tuple[Stretch, ...] = ()

    @property
    def range_semitones(self) -> float | None:
        """Semitones from `low_hz` to `high_hz`."""
        if self.low_hz is None or self.high_hz is None:
            return None
        return 12.0 * float(np.log2(self.high_hz / self.low_hz))

    @property
    def words_per_min(self) -> float | None:
        """Words for a minute of speech, pauses not counted: the rate of articulation."""
        if self.words is None or self.speech_s <= 0.0:
            return None
        return 60.0 * self.words / self.speech_s

    @property
    def syllables_per_s(self) -> float | None:
        """Syllables for a second of speech, which tells the pace of short turns better."""
        if self.syllables is None or self.speech_s <= 0.0:
            return None
        return self.syllables / self.speech_s


class Prosody(Table[Delivery]):
    """How each side said each turn; holds no words."""

    noun = "spoken part"
    layout = (
        Column("turn", lambda row: row.turn, decimals=0),
        Column("side", lambda row: row.side),
        Column("start_s", lambda row: row.start_s, "start", unit="s", decimals=2),
        Column("end_s", lambda row: row.end_s, "end", unit="s", decimals=2, shown=False),
        Column("speech_s", lambda row: row.speech_s, "speech", unit="s", decimals=2),
        Column("pitch_hz", lambda row: row.pitch_hz, "pitch", unit="Hz", decimals=0),
        Column("low_hz", lambda row: row.low_hz, "5 %", unit="Hz", decimals=0),
        Column("high_hz", lambda row: row.high_hz, "95 %", unit="Hz", decimals=0),
        Column(
            "range_semitones",
            lambda row: row.range_semitones,
            "range",
            unit="semitones",
            decimals=1,
        ),
        Column("level_dbfs", lambda row: row.level_dbfs, "level", unit="dBFS", decimals=1),
        Column("words", lambda row: row.words, "words", decimals=0),
        Column(
            "words_per_min", lambda row: row.words_per_min, "pace", unit="words/min", decimals=0
        ),
        Column(
            "syllables_per_s",
            lambda row: row.syllables_per_s,
            "pace",
            unit="syllables/s",
            decimals=1,
            shown=False,
        ),
        Column("voiced", lambda row: row.voiced, "voiced", decimals=2, shown=False),
    )


def deliveries(recording: Recording, turns: list[Turn]) -> Prosody:
    """Measure how each side said each of some turns.

    Every 10 ms of speech are looked at; of many minutes fewer, evenly, 12,000 moments a side.
    """
    rows: list[Delivery] = []
    for side in ("user", "agent"):
        spoken = _spoken(recording, side, turns)
        parts = [part for _, found in spoken for part in found]
        total_s = sum(part.duration_s for part in parts)
        hop_s = max(_HOP_S, total_s / _MOST_FRAMES)
        range_hz = _register(recording, side, parts)
        for turn, found in spoken:
            rows.append(_delivery(recording, side, turn, found, hop_s, range_hz))
    return Prosody(sorted(rows, key=lambda row: (row.turn, row.start_s)))


def words_in(text: str) -> int | None:
    """Count words; ``None`` without text, and for writing that puts no spaces between words."""
    words = [word for word in text.split() if any(c.isalnum() for c in word)]
    if not words or any(
        unicodedata.name(c, "").startswith(_WITHOUT_SPACES) for word in words for c in word
    ):
        return None
    return len(words)


def _extent(turn: Turn, side: Side) -> tuple[float, float, str] | None:
    if side == "user":
        user = turn.user
        if user is None or user.typed or user.start is None or user.speech_end is None:
            return None
        return user.start, user.speech_end, user.text
    agent = turn.agent
    if agent is None or agent.first_audible is None or agent.end is None:
        return None
    return agent.first_audible, agent.end, agent.text


def _spoken(
    recording: Recording, side: Side, turns: list[Turn]
) -> list[tuple[Turn, list[Segment]]]:
    """Find the speech of each turn that has some."""
    segments = recording.speech(side)
    spoken = []
    number = 0
    for turn in turns:
        extent = _extent(turn, side)
        if extent is None:
            continue
        start_s, end_s, _ = extent
        while number < len(segments) and segments[number].end_s <= start_s:
            number += 1
        found = []
        for segment in segments[number:]:
            if segment.start_s >= end_s:
                break
            part = Segment(max(segment.start_s, start_s), min(segment.end_s, end_s))
            if part.duration_s >= _SHORTEST_S:
                found.append(part)
        if found:
            spoken.append((turn, found))
    return spoken


def _sound(
    recording: Recording, side: Side, start_s: float, end_s: float
) -> tuple[npt.NDArray[np.float32], int]:
    listen = recording.user_audio if side == "user" else recording.agent_audio
    return listen(start_s, end_s)


def _register(recording: Recording, side: Side, parts: list[Segment]) -> tuple[float, float]:
    """Find the speaker's register from some of the speech, spread over all of it."""
    total_s = sum(part.duration_s for part in parts)
    every = max(1, int(np.ceil(total_s / _TRIAL_S)))
    pieces = []
    rate_hz = 16_000
    for part in parts[::every]:
        end_s = min(part.end_s, part.start_s + _LONGEST_S)
        piece, rate_hz = _sound(recording, side, part.start_s, end_s)
        pieces.append(piece)
    found = register(np.concatenate(pieces), rate_hz) if pieces else None
    return found or (FMIN_HZ, FMAX_HZ)


def _delivery(
    recording: Recording,
    side: Side,
    turn: Turn,
    parts: list[Segment],
    hop_s: float,
    range_hz: tuple[float, float],
) -> Delivery:
    stretches = []
    energy = samples = 0.0
    kept = _outside(parts, unkept_of(recording))
    for part in kept:
        for begin_s in np.arange(part.start_s, part.end_s, _LONGEST_S):
            end_s = min(part.end_s, float(begin_s) + _LONGEST_S)
            sound, rate_hz = _sound(recording, side, float(begin_s), end_s)
            energy += float(np.square(sound, dtype=np.float64).sum())
            samples += len(sound)
            hertz = pitch(sound, rate_hz, hop_s=hop_s, range_hz=range_hz)
            steps = np.arange(len(hertz), dtype=np.float64)
            times = float(begin_s) + (steps + 0.5) * hop_s
            levels = loudness(sound, rate_hz, hop_s=hop_s)[: len(hertz)]
            stretches.append(Stretch(times, hertz, levels.astype(np.float64)))
    known = np.concatenate([np.zeros(0), *(s.hertz[np.isfinite(s.hertz)] for s in stretches)])
    low, middle, high = np.percentile(known, [5, 50, 95]) if len(known) else (None, None, None)
    extent = _extent(turn, side)
    off = [(span.start_s, span.end_s) for span in recording.unrecorded]
    whole = _outside(parts, off) == parts  # otherwise words are missing, too
    text = "" if extent is None or not whole else extent[2]
    words = words_in(text)
    heard = np.concatenate([np.zeros(0), *(s.hertz for s in stretches)])
    levels = np.concatenate([np.zeros(0), *(s.dbfs for s in stretches)])
    return Delivery(
        turn=turn.index,
        side=side,
        start_s=parts[0].start_s,
        end_s=parts[-1].end_s,
        speech_s=sum(part.duration_s for part in parts),
        pitch_hz=_known(middle),
        low_hz=_known(low),
        high_hz=_known(high),
        level_dbfs=10.0 * float(np.log10(energy / samples)) if energy > 0.0 else None,
        words=words,
        syllables=None if words is None else syllables_in(text),
        voiced=voiced_share(heard, levels) if len(heard) else None,
        stretches=tuple(stretches),
    )


def _outside(parts: list[Segment], spans: list[tuple[float, float]]) -> list[Segment]:
    """Cut stretches of time out of others."""
    for start, end in spans:
        cut = []
        for part in parts:
            if part.end_s <= start or part.start_s >= end:
                cut.append(part)
                continue
            if part.start_s < start:
                cut.append(Segment(part.start_s, start))
            if part.end_s > end:
                cut.append(Segment(end, part.end_s))
        parts = cut
    return [part for part in parts if part.duration_s >= _SHORTEST_S]


def _known(value: float | None) -> float | None:
    return None if value is None else float(value)
