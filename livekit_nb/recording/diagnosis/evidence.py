"""A recording as the checks look at it: one moment of it, and its sound piece by piece."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.activity import Segment
from livekit_nb.recording.events import Event
from livekit_nb.recording.turns.turn import Turn

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["Evidence", "Samples", "amount", "span_of"]

Samples = npt.NDArray[np.float32]


class Evidence:
    """What the checks have to go by.

    Turns, events and speech are those of the moment in which it is made, so that all checks speak
    of the same things while a conversation goes on. Sound is read when it is asked for, a few
    seconds at a time.

    Parameters
    ----------
    recording : Recording
    memory : dict, optional
        What was measured in earlier looks and does not change any more.

    Attributes
    ----------
    turns : tuple of Turn
    events : tuple of Event
    duration_s : float
    memory : dict
        May be written to, under keys that name what was measured.
    noted : dict
        Likewise, for what holds for this moment only and several checks ask for.
    """

    def __init__(self, recording: Recording, memory: dict[Any, Any] | None = None) -> None:
        self._recording = recording
        self.memory: dict[Any, Any] = {} if memory is None else memory
        self.noted: dict[str, Any] = {}
        self.duration_s = recording.duration_s
        self.turns: tuple[Turn, ...] = tuple(recording.turns)
        self.events: tuple[Event, ...] = tuple(recording.events)
        self._by_kind: dict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            self._by_kind[event.kind].append(event)

    def told(self, *kinds: str) -> list[Event]:
        """Events of some kinds, in order of time."""
        found = [event for kind in kinds for event in self._by_kind.get(kind, ())]
        return sorted(found, key=lambda event: event.t) if len(kinds) > 1 else found

    def told_between(self, start_s: float, end_s: float, *kinds: str) -> list[Event]:
        """Events of some kinds from `start_s` to `end_s`."""
        return [event for event in self.told(*kinds) if start_s <= event.t <= end_s]

    @cached_property
    def speech(self) -> list[Segment]:
        """The user's speech: stretches in which the microphone stood out from its noise."""
        return self._recording.speech("user")

    def kept(self, start_s: float, end_s: float) -> bool:
        """Whether sound and words of a stretch were kept: recording was not off meanwhile."""
        return not _between(self._unrecorded, start_s, end_s)

    @cached_property
    def _unrecorded(self) -> list[Segment]:
        return self._recording.unrecorded

    @cached_property
    def voice(self) -> list[Segment]:
        """Stretches in which the agent was heard."""
        return self._recording.speech("agent")

    def speech_between(self, start_s: float, end_s: float) -> list[Segment]:
        """Speech of the user that overlaps a stretch of time."""
        return _between(self.speech, start_s, end_s)

    def voice_between(self, start_s: float, end_s: float) -> list[Segment]:
        """List stretches of the agent's voice that overlap a stretch of time."""
        return _between(self.voice, start_s, end_s)

    microphone_hz = 16_000
    """Sample rate of `microphone`."""

    heard_hz = 24_000
    """Sample rate of `heard`."""

    def microphone(self, start_s: float, end_s: float) -> Samples:
        """Read the microphone's sound, 16 kHz; silence where none is."""
        return self._recording.user_audio(max(0.0, start_s), max(0.0, start_s, end_s))[0]

    def heard(self, start_s: float, end_s: float) -> Samples:
        """Read what was heard of the agent, 24 kHz; silence where nothing was."""
        return self._recording.agent_audio(max(0.0, start_s), max(0.0, start_s, end_s))[0]

    def sounding(self, start_s: float, end_s: float) -> list[float]:
        """List times from `start_s` to `end_s` at which the microphone gave more than zeros.

        In steps of 20 ms.
        """
        peaks = np.asarray(self._recording.peaks("user"), dtype=np.float32)
        step_s = self._recording.peak_step_s
        first, stop = int(start_s / step_s) + 1, int(end_s / step_s)
        times: list[float] = ((np.flatnonzero(peaks[first:stop]) + first) * step_s).tolist()
        return times

    @cached_property
    def keeps_sound(self) -> bool:
        """Whether sound was kept, or not taken out since."""
        return "audio" not in self._recording.without

    def turn_at(self, t: float) -> int | None:
        """Index of the turn that something at a time belongs to; ``None`` before the first."""
        number = bisect_right(self._starts, t) - 1
        return self._turn_numbers[number] if number >= 0 else None

    @cached_property
    def _starts(self) -> list[float]:
        return [start for start, _ in self._spans]

    @cached_property
    def _turn_numbers(self) -> list[int]:
        return [number for _, number in self._spans]

    @cached_property
    def _spans(self) -> list[tuple[float, int]]:
        spans = ((span_of(turn), turn.index) for turn in self.turns)
        return sorted((span[0], index) for span, index in spans if span is not None)


def span_of(turn: Turn) -> tuple[float, float] | None:
    """From when to when a turn went on; ``None`` if nothing of it has a time."""
    times = [
        turn.user.start if turn.user else None,
        turn.user.speech_end if turn.user else None,
        turn.agent.first_audible if turn.agent else None,
        turn.agent.end if turn.agent else None,
        turn.latency.asked,
        turn.latency.first_byte,
        *(call.start for call in turn.tools),
    ]
    known = [time for time in times if time is not None]
    return (min(known), max(known)) if known else None


def _between(segments: list[Segment], start_s: float, end_s: float) -> list[Segment]:
    first = bisect_right(segments, start_s, key=lambda segment: segment.end_s)
    stop = bisect_right(segments, end_s, key=lambda segment: segment.start_s)
    return segments[first:stop]


def amount(event: Event, name: str) -> float:
    """Return a number that an event tells; 0 if it tells none, or what is no amount."""
    told = event.data.get(name)
    return told if isinstance(told, int | float) and 0 <= told < inf else 0
