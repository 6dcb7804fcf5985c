"""What reaches the microphone: too loud, too quiet, too noisy, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from livekit_nb.audio.activity import Segment
from livekit_nb.recording.diagnosis.evidence import Evidence, Samples
from livekit_nb.recording.diagnosis.finding import Finding

__all__ = ["bad_levels", "dead_microphones"]

FULL_SCALE: Final = 0.97
"""Samples above -0.26 dBFS: an overdriven input stands there, also after resampling rounded its
flat tops off. Speech at any sane level has its peaks 12 to 18 dB above its mean, and none there."""

CLIPPED: Final = 0.001
"""Share of an utterance's samples at full scale that is heard as distortion."""

_CLIPPED_LEAST: Final = 16  # samples: 1 ms

QUIET_DBFS: Final = -45.0
"""Speech below this mean level is too quiet. Telephony aims at -26 dBov (ITU-T P.56 and P.800); 20
dB less is near the noise of laptops' microphones, and what services of speech do not react to."""

NOISY_DB: Final = 8.0
"""Speech less than this above the noise is recognised badly: the words that recognisers get wrong
grow several times from 20 dB to 10 dB, and steeply below."""

DEAD_S: Final = 8.0
"""No microphone that is on is silent to the last bit for so long; a muted or unplugged one is."""

_LONGEST_S: Final = 20.0  # of an utterance that is looked at
_LEAST_S: Final = 0.4
_FRAME: Final = 320  # samples: 20 ms
_BELOW_LOUDEST: Final = (
    10.0**-1.6
)  # frames 16 dB softer than the loudest are pauses (as P.56 has it)
_AROUND_S: Final = 1.5  # before and after an utterance the noise is measured
_TAIL_S: Final = 0.5  # so long after it the agent's voice may be in the room
_GAP: Final = 3  # good utterances that end a series of bad ones


_SWITCHES: Final = {
    "mic.started": ("on", True),
    "mic.stopped": ("on", False),
    "session.closed": ("on", False),
    "mic.muted": ("muted", True),
    "mic.unmuted": ("muted", False),
    "recording.paused": ("unkept", True),
    "recording.resumed": ("unkept", False),
}


class _Level(NamedTuple):
    """One utterance: when, its level (dBFS), share at full scale, distance to the noise (dB)."""

    sound: Segment
    dbfs: float
    clipped: float
    above_noise_db: float


def bad_levels(evidence: Evidence) -> Iterator[Finding]:
    """Find series of utterances that are clipped, too quiet, or hardly above the noise."""
    levels = [level for level in (_measured(evidence, s) for s in evidence.speech) if level]
    yield from _series(
        evidence,
        levels,
        "clipping",
        lambda level: level.clipped >= CLIPPED,
        lambda found: max(100.0 * level.clipped for level in found),
        "is cut off at full scale, in the worst {value:.1f} % of the samples",
        "Turn the input level down in the system's sound settings, move away from the microphone, "
        "or let the browser's gain control be on.",
    )
    yield from _series(
        evidence,
        levels,
        "too_quiet",
        lambda level: level.dbfs < QUIET_DBFS,
        lambda found: float(np.median([level.dbfs for level in found])),
        "is at {value:.0f} dBFS in the median; -30 to -15 is good",
        "Turn the input level up in the system's sound settings, speak nearer to the microphone, "
        "and see that the right one is chosen.",
    )
    yield from _series(
        evidence,
        levels,
        "noisy",
        lambda level: level.above_noise_db < NOISY_DB,
        lambda found: float(np.median([level.above_noise_db for level in found])),
        "is only {value:.0f} dB above the noise around it",
        "Speak nearer to the microphone, choose a quieter place or a headset, and let the "
        "browser's noise suppression be on.",
    )


def dead_microphones(evidence: Evidence) -> Iterator[Finding]:
    """Find stretches in which a page's microphone gave nothing but zeros, and was not muted."""
    for start_s, end_s in _listening(evidence):
        for silent_s, until_s in _zeros(evidence, start_s, end_s):
            yield Finding(
                "dead_microphone",
                silent_s,
                until_s,
                evidence.turn_at(silent_s),
                f"For {until_s - silent_s:.0f} s the microphone gave nothing, not even noise.",
                "It is muted in the system, at the headset or by another program, unplugged, or "
                "the page was asleep: see the system's sound settings, or choose another device.",
                round(until_s - silent_s, 3),
            )


def _measured(evidence: Evidence, sound: Segment) -> _Level | None:
    talking = evidence.voice_between(sound.start_s - _TAIL_S, sound.end_s)
    if sound.duration_s < _LEAST_S or talking:
        return None  # with the agent's voice in the room nobody knows whose level it is
    key = ("level", round(1000 * sound.start_s), round(1000 * sound.end_s))
    if key not in evidence.memory:
        evidence.memory[key] = _measure(evidence, sound)
    known: _Level | None = evidence.memory[key]
    return known


def _measure(evidence: Evidence, sound: Segment) -> _Level | None:
    end_s = min(sound.end_s, sound.start_s + _LONGEST_S)
    samples = evidence.microphone(sound.start_s, end_s)
    powers = _powers(samples)
    if not len(powers) or not powers.any():
        return None  # the sound was not kept
    active = float(powers[powers >= powers.max() * _BELOW_LOUDEST].mean())
    full = int(np.count_nonzero(np.abs(samples) >= FULL_SCALE))
    clipped = full / len(samples) if full >= _CLIPPED_LEAST else 0.0
    noise = _noise(evidence, sound)
    above_db = _decibels(max(active - noise, 1e-12)) - _decibels(noise)
    return _Level(sound, _decibels(active), clipped, above_db)


def _noise(evidence: Evidence, sound: Segment) -> float:
    """Power around an utterance in which nobody speaks: the quieter half of it."""
    before = evidence.microphone(sound.start_s - _AROUND_S, sound.start_s)
    after = evidence.microphone(sound.end_s, sound.end_s + _AROUND_S)
    powers = np.sort(np.concatenate((_powers(before), _powers(after))))
    return float(powers[: max(1, len(powers) // 2)].mean()) + 1e-10 if len(powers) else 1e-10


def _powers(samples: Samples) -> Samples:
    whole = len(samples) // _FRAME * _FRAME
    powers: Samples = np.square(samples[:whole]).reshape(-1, _FRAME).mean(axis=1)
    return powers


def _decibels(power: float) -> float:
    return 10.0 * float(np.log10(max(power, 1e-12)))


def _series(
    evidence: Evidence,
    levels: Sequence[_Level],
    kind: str,
    bad: Callable[[_Level], bool],
    value: Callable[[Sequence[_Level]], float],
    what: str,
    remedy: str,
) -> Iterator[Finding]:
    """Tell of bad utterances; those that follow each other closely are one finding."""
    group: list[_Level] = []
    good = 0
    for level in [*levels, None]:
        if level is not None and bad(level):
            group.append(level)
            good = 0
            continue
        good += 1
        if group and (level is None or good >= _GAP):
            size = value(group)
            count = "An utterance" if len(group) == 1 else f"{len(group)} utterances"
            told = what.format(value=size)
            if len(group) > 1:
                told = told.replace("is ", "are ", 1)
            yield Finding(
                kind,
                group[0].sound.start_s,
                group[-1].sound.end_s,
                evidence.turn_at(group[0].sound.start_s),
                f"{count} of the user {told}.",
                remedy,
                round(size, 3),
            )
            group = []


def _listening(evidence: Evidence) -> list[tuple[float, float]]:
    """When a page's microphone was on, not muted, and kept."""
    stretches: list[tuple[float, float]] = []
    since_s: float | None = None
    states = {"on": False, "muted": False, "unkept": False}
    for event in evidence.told(*_SWITCHES):
        state, value = _SWITCHES[event.kind]
        states[state] = value
        listening = states["on"] and not states["muted"] and not states["unkept"]
        if listening and since_s is None:
            since_s = event.t
        elif not listening and since_s is not None:
            stretches.append((since_s, event.t))
            since_s = None
    if since_s is not None:
        stretches.append((since_s, evidence.duration_s))
    return stretches


def _zeros(evidence: Evidence, start_s: float, end_s: float) -> Iterator[tuple[float, float]]:
    """Stretches of at least `DEAD_S` without any sample but 0."""
    if not evidence.keeps_sound:
        return
    borders = [start_s, *evidence.sounding(start_s, end_s), end_s]
    for before_s, after_s in pairwise(borders):
        if after_s - before_s >= DEAD_S:
            yield before_s, after_s
