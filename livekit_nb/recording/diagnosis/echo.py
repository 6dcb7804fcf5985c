"""Echo: the agent's own voice in the microphone.

What was heard of the agent is looked for in what the microphone captured, two seconds at a time
(`livekit_nb.recording.diagnosis.lags`). Once is believed if the peak is high, whichever piece of
the voice is left out; otherwise two stretches must agree about the delay, which chance hardly ever
makes them do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from livekit_nb.recording.diagnosis.evidence import Evidence, Samples
from livekit_nb.recording.diagnosis.finding import Finding
from livekit_nb.recording.diagnosis.lags import (
    LATEST_S,
    RATE_HZ,
    Copy,
    at_rate,
    find_copy,
    level_db,
)

__all__ = ["Echo", "echoes", "find_echoes"]

STRETCH_S: Final = 4.0
"""Length of the stretches that are looked at."""

AUDIBLE_DB: Final = -40.0
"""Softer echoes do no harm: of a voice at -20 dBFS they are below -60 dBFS, which no detector of
speech reacts to. Echo cancellers leave less."""

_SURE: Final = (12.0, 2.2)
"""Height and ratio of a peak that is believed alone. Of 800 pairs of different voices none had
it, of 400 echoes at -20 dB below somebody who spoke as loud as the agent 97 % did."""
_PIECE_S: Final = 0.4
"""Two vowels at one pitch are alike for as long; an echo is there in the rest of the voice, too."""
_LIKELY: Final = (7.0, 1.5)
"""The same of one that needs another with the same delay: 3 % of different voices had it."""
_AGREE_S: Final = 0.003
_APART_S: Final = 60.0  # stretches with an echo so far apart are two echoes
_LEAST_S: Final = 0.1  # of the agent's voice in a stretch
_MOST: Final = 200  # stretches looked at; those of 13 minutes of the agent's voice are all
_SETTLED_S: Final = 10.0
_MEASURED: Final = 8  # stretches over which the level is averaged


@dataclass(frozen=True, slots=True)
class Echo:
    """An echo, from when to when, how much later than the agent's voice, and how loud.

    Attributes
    ----------
    start_s, end_s : float
    delay_s : float
    level_db : float
        Decibels of the agent's voice.
    share : float
        Share of the looked-at stretches of the agent's voice in which it was found.
    """

    start_s: float
    end_s: float
    delay_s: float
    level_db: float
    share: float


def echoes(evidence: Evidence) -> Iterator[Finding]:
    """Find echoes that are loud enough to disturb."""
    for echo in find_echoes(evidence):
        if echo.level_db < AUDIBLE_DB:
            continue
        yield Finding(
            "echo",
            echo.start_s,
            echo.end_s,
            evidence.turn_at(echo.start_s),
            f"The microphone hears the agent {1000 * echo.delay_s:.0f} ms later at "
            f"{echo.level_db:.0f} dB of its own level, in {100 * echo.share:.0f} % of the time it "
            "spoke meanwhile.",
            "Use headphones, or turn the loudspeaker down. Let the browser's echo cancellation "
            "be on (the Studio asks for it), and do not play the agent through another program.",
            round(echo.level_db, 1),
        )


def find_echoes(evidence: Evidence) -> list[Echo]:
    """Return the echoes of a recording, in order of time, however soft: none of it is speech."""
    found: list[Echo] | None = evidence.noted.get("echoes")
    if found is None:
        found = list(_search(evidence))
        evidence.noted["echoes"] = found
    return found


def _search(evidence: Evidence) -> Iterator[Echo]:
    starts = _chosen(_stretches(evidence))
    copies = [(start_s, _copy(evidence, start_s)) for start_s in starts]
    likely = [(t, copy) for t, copy in copies if copy is not None and _is(copy, _LIKELY)]
    kept = [
        (t, copy)
        for t, copy in likely
        if any(
            t != other_s
            and abs(t - other_s) <= _APART_S
            and abs(copy.lag_s - other.lag_s) <= _AGREE_S
            for other_s, other in likely
        )
        or (_is(copy, _SURE) and _throughout(*_pair(evidence, t), copy))
    ]
    for group in _grouped(kept):
        delay_s = float(np.median([copy.lag_s for _, copy in group]))
        first_s, last_s = group[0][0], group[-1][0]
        step = max(1, math.ceil(len(group) / _MEASURED))
        pairs = [_pair(evidence, t) for t, _ in group[::step]]
        loudness_db = level_db(pairs, delay_s)
        looked = sum(first_s <= t <= last_s for t in starts)
        end_s = min(last_s + STRETCH_S, evidence.duration_s)
        yield Echo(first_s, end_s, delay_s, loudness_db, len(group) / looked)


def _throughout(voice: Samples, heard: Samples, whole: Copy) -> bool:
    """Whether a copy is found at the same lag whichever piece of the voice is left out."""
    size = round(_PIECE_S * RATE_HZ)
    for first in range(0, len(voice), size // 2):
        if voice[first : first + size].any():
            rest = voice.copy()
            rest[first : first + size] = 0.0
            copy = find_copy(rest, heard)
            if copy is None or not _is(copy, _LIKELY) or abs(copy.lag_s - whole.lag_s) > _AGREE_S:
                return False
    return True


def _grouped(copies: list[tuple[float, Copy]]) -> list[list[tuple[float, Copy]]]:
    groups: list[list[tuple[float, Copy]]] = []
    for t, copy in copies:
        if groups and t - groups[-1][-1][0] <= _APART_S:
            groups[-1].append((t, copy))
        else:
            groups.append([(t, copy)])
    return groups


def _is(copy: Copy, least: tuple[float, float]) -> bool:
    return copy.height >= least[0] and copy.ratio >= least[1]


def _stretches(evidence: Evidence) -> list[float]:
    """Beginnings of the stretches to look at: wherever the agent speaks, side by side."""
    starts: list[float] = []
    free_s = 0.0
    for sound in evidence.voice:
        start_s = max(sound.start_s, free_s)
        while sound.end_s - start_s >= _LEAST_S:
            starts.append(start_s)
            start_s = free_s = start_s + STRETCH_S
    return starts


def _chosen(starts: list[float]) -> list[float]:
    """Every stretch of a short talk, every second, fourth … of a long one, evenly spread."""
    step = 1
    while len(starts) > step * _MOST:
        step *= 2
    return starts[::step]


def _copy(evidence: Evidence, start_s: float) -> Copy | None:
    key = ("copy", round(1000 * start_s))
    if key in evidence.memory:
        known: Copy | None = evidence.memory[key]
        return known
    copy = find_copy(*_pair(evidence, start_s))
    if start_s + STRETCH_S + LATEST_S + _SETTLED_S < evidence.duration_s:
        evidence.memory[key] = copy
    return copy


def _pair(evidence: Evidence, start_s: float) -> tuple[Samples, Samples]:
    """Return the agent's voice and the microphone in a stretch and around it."""
    begin_s, end_s = start_s - LATEST_S, start_s + STRETCH_S + LATEST_S
    sounds = (
        (evidence.heard(begin_s, end_s), evidence.heard_hz),
        (evidence.microphone(begin_s, end_s), evidence.microphone_hz),
    )
    voice, heard = (at_rate(sound, rate_hz) for sound, rate_hz in sounds)
    length = min(len(voice), len(heard))
    return voice[:length], heard[:length]
