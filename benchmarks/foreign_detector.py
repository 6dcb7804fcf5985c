"""A voice detector of others: Silero, a recurrent network trained on thousands of hours of speech.

It says every 32 ms how probable speech is. A border is where that passes one half, averaged over
four runs that begin 8 ms after each other, since within its frame it cannot say where.

It hears soft endings less well than an ear, and says so late or early by habit: what that habit is
with borders that are known exactly (recorded sentences in silence, the last and first sound that is
at most 40 dB softer than the loudest) is measured by `habit`, to be told beside its figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from livekit_nb.server.hearing.activity import load_vad
from tests import speech

RATE_HZ = 16_000
FRAME = 512
RUNS = 4
PAUSE_S = 0.3

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Habit:
    """Seconds by which its borders are later than the true ones, in the median."""

    onset_s: float
    offset_s: float


def utterances(sound: Sound, rate_hz: int) -> list[tuple[float, float]]:
    """Where somebody speaks, in seconds; pauses of less than 0.3 s do not count."""
    at_16k = sound if rate_hz == RATE_HZ else soxr.resample(sound, rate_hz, RATE_HZ)
    runs = [_run(at_16k, run * FRAME // RUNS) for run in range(RUNS)]
    if min(map(len, runs)) != max(map(len, runs)):
        # A run of its own hears more or less than the others: the one with the fewest is surest.
        fewest = min(runs, key=len)
        runs = [run for run in runs if len(run) == len(fewest)]
    return [
        (float(np.mean([start for start, _ in each])), float(np.mean([end for _, end in each])))
        for each in zip(*runs, strict=True)
    ]


def _run(sound: Sound, offset: int) -> list[tuple[float, float]]:
    probability = load_vad()
    found: list[tuple[float, float]] = []
    for at in range(offset, len(sound) - FRAME + 1, FRAME):
        if probability(sound[at : at + FRAME]) < 0.5:
            continue
        start_s, end_s = at / RATE_HZ, (at + FRAME) / RATE_HZ
        if found and start_s - found[-1][1] < PAUSE_S:
            found[-1] = (found[-1][0], end_s)
        else:
            found.append((start_s, end_s))
    return found


def habit() -> Habit:
    """Measure by how much it is late where it is known what is true."""
    onsets, offsets = [], []
    for name in speech.SENTENCES:
        silence = np.zeros(RATE_HZ, dtype=np.float32)
        sound = np.concatenate((silence, speech.samples(name), silence))
        start_s, end_s = known_borders(sound, RATE_HZ)
        found = utterances(sound, RATE_HZ)
        onsets.append(found[0][0] - start_s)
        offsets.append(found[-1][1] - end_s)
    return Habit(float(np.median(onsets)), float(np.median(offsets)))


def known_borders(sound: Sound, rate_hz: int) -> tuple[float, float]:
    """First and last 10 ms that are at most 40 dB softer than the loudest 20 ms."""
    squares = np.square(sound.astype(np.float64))
    short, long = (round(seconds * rate_hz) for seconds in (0.01, 0.02))
    levels = np.convolve(squares, np.ones(short) / short, "same")
    loudest = np.convolve(squares, np.ones(long) / long, "same").max()
    audible = np.flatnonzero(levels > loudest * 1e-4)
    return audible[0] / rate_hz, audible[-1] / rate_hz
