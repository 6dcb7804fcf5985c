"""Who was audible when, in one trial: all that scores are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from livekit_nb.audio.activity import speech_segments
from livekit_nb.audio.pcm import Samples

__all__ = ["Span", "Timeline", "heard", "merged", "within"]

_FLOOR_DBFS = -75.0  # what an agent sends has no room noise; some agents send a faint hiss


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of somebody's voice, in seconds of the trial."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Timeline:
    """What was to be heard in a trial.

    Attributes
    ----------
    user : tuple of Span
        For each line of the caller that was said, its first and last sound. Pauses within a line
        do not cut it.
    agent : tuple of Span
        Stretches of the agent's voice as it was played, in order.
    end_s : float
        Until when was listened.
    words : tuple of (Span, int)
        For each utterance of the agent of less than a second, how many words are recognised in it.
    lost_s : float
        Sound of the caller that was never captured because the machine stalled.
    """

    user: tuple[Span, ...]
    agent: tuple[Span, ...]
    end_s: float
    words: tuple[tuple[Span, int], ...] = ()
    lost_s: float = 0.0


def heard(audio: Samples, rate_hz: int) -> tuple[Span, ...]:
    """Find the agent's voice in what was played.

    Parameters
    ----------
    audio : float32, shape (n,)
        From the trial's start, silence where nothing was played.
    rate_hz : int
    """
    found = speech_segments(audio, rate_hz, floor_dbfs=_FLOOR_DBFS, hangover_s=0.1)
    return tuple(Span(one.start_s, one.end_s) for one in found)


def merged(spans: Sequence[Span], gap_s: float) -> list[Span]:
    """Make one of those between which there are at most `gap_s` seconds."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start_s - joined[-1].end_s <= gap_s:
            before = joined.pop()
            span = Span(before.start_s, max(before.end_s, span.end_s))
        joined.append(span)
    return joined


def within(spans: Sequence[Span], start_s: float, end_s: float = np.inf) -> list[Span]:
    """Return what of the spans lies between two times."""
    cut = [Span(max(one.start_s, start_s), min(one.end_s, end_s)) for one in spans]
    return [one for one in cut if one.end_s > one.start_s]
