"""Speech segments of a track that is still growing."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

import numpy as np

from livekit_nb.audio.activity import (
    FRAME_S,
    SOFTEST,
    Powers,
    Segment,
    frame_powers,
    noise_floor,
    segments_in_powers,
)
from livekit_nb.recording.tracks import Track

__all__ = ["SpeechFinder"]

_STEP: Final = round(1.0 / FRAME_S)  # frames between two settlements
_MARGIN: Final = round(0.5 / FRAME_S)  # frames at the end that may still change
_CONTEXT: Final = round(10.0 / FRAME_S)  # frames of history that the noise floor sees
_LONGEST: Final = round(60.0 / FRAME_S)  # frames kept for a segment that does not end


class SpeechFinder:
    """Finds the speech on a growing track at a cost that does not grow with it.

    Every second of audio, what lies more than half a second back is settled and never looked at
    again; only the rest is searched anew, and not if nobody spoke then and all that came since is
    too soft to be speech. The result depends on the audio alone, not on when it was asked for.

    Where nothing was captured (the microphone is muted, frames are lost) there is no speech. It
    says nothing of how silent the room is, either: the noise is taken to go on as it was before.

    Parameters
    ----------
    track : Track
        What to listen to.
    floor_dbfs : float, optional
        A known noise floor; by default it is estimated (`livekit_nb.audio.activity`).
    """

    def __init__(self, track: Track, floor_dbfs: float | None = None) -> None:
        self._track = track
        self._floor_dbfs = floor_dbfs
        self._size = round(FRAME_S * track.rate_hz)
        self._powers: Powers = frame_powers(np.zeros(0, dtype=np.float32), track.rate_hz)
        self._background = self._powers  # the same, with noise where nothing was captured
        self._base = 0  # number of the first frame in `_powers`
        self._settled: list[Segment] = []
        self._until = 0  # frames before this one are settled
        self._open: list[Segment] = []
        self._seen = -1
        self._boundary = 0  # where was settled last
        self._speaking = False  # whether something was left open there

    @property
    def settled(self) -> list[Segment]:
        """Speech that will not change any more, in recording seconds. Not to be changed."""
        return self._settled

    def since(self, start_s: float) -> list[Segment]:
        """Speech that began at `start_s` or later, what may still change included."""
        begin_s = start_s - 1e-6
        fresh = [segment for segment in self.unsettled() if segment.start_s >= begin_s]
        first = bisect_left(self._settled, begin_s, key=lambda segment: segment.start_s)
        return self._settled[first:] + fresh

    def between(self, begin_s: float, end_s: float) -> list[Segment]:
        """Speech from `begin_s` to `end_s`, cut off at both; what may still change included."""
        fresh = self.unsettled()
        low = bisect_left(self._settled, begin_s, key=lambda segment: segment.end_s)
        high = bisect_left(self._settled, end_s, key=lambda segment: segment.start_s)
        return [
            Segment(max(sound.start_s, begin_s), min(sound.end_s, end_s))
            for sound in self._settled[low:high] + fresh
            if sound.end_s > begin_s and sound.start_s < end_s
        ]

    def span(self, begin_s: float, end_s: float) -> tuple[float, float] | None:
        """First and last moment from `begin_s` to `end_s` with sound; ``None`` without any."""
        sounds = self.between(begin_s, end_s)
        return (sounds[0].start_s, sounds[-1].end_s) if sounds else None

    def advance(self) -> None:
        """Take in what is new and settle what can be; cheap, and nothing to do most of the time."""
        frames = self._track.length // self._size - 1
        done = self._base + len(self._powers)
        while (boundary := (done // _STEP + 1) * _STEP) <= frames:
            self._listen(done, boundary)
            self._settle(boundary)
            done = boundary

    @property
    def listened(self) -> int:
        """Samples before this one will not be looked at again."""
        return max(0, self._base + len(self._powers) - 1) * self._size

    def unsettled(self) -> list[Segment]:
        """Speech after the settled part; it may still change."""
        self.advance()
        frames = self._track.length // self._size - 1
        if frames != self._seen and not self._speaking and self._soft_since(self._boundary):
            self._open, self._seen = [], frames
        if frames != self._seen:
            done = self._base + len(self._powers)
            if done < frames:
                self._listen(done, frames)
            self._open = self._search()
            self._seen = frames
        return self._open

    def _soft_since(self, first: int) -> bool:
        """Whether all that was captured from a frame on is too soft to be speech."""
        samples = self._track.listen(first * self._size, self._track.length)
        softest = SOFTEST * 32768.0
        return not len(samples) or (samples.max() < softest and samples.min() > -softest)

    def _listen(self, first: int, stop: int) -> None:
        # A power looks at the frames before and after it too.
        samples = self._track.listen((first - 1) * self._size, (stop + 1) * self._size)
        powers = frame_powers(samples.astype(np.float32) / 32768.0, self._track.rate_hz)[1:-1]
        self._powers = np.concatenate((self._powers, powers))
        self._background = np.concatenate((self._background, powers))
        if self._floor_dbfs is None:
            self._fill_holes(first, stop)

    def _fill_holes(self, first: int, stop: int) -> None:
        """Put the noise that was heard before into what was not captured."""
        # A power looks at the frames before and after it too.
        for begin, end in self._track.holes((first - 1) * self._size, (stop + 1) * self._size):
            opening = begin // self._size - 1
            low = max(first, opening) - self._base
            high = min(stop, -(-end // self._size) + 1) - self._base
            if 0 < low < high:
                before = self._background[:low]
                known = before if opening < first else noise_floor(before)
                self._background[low:high] = known[-1]

    def _search(self) -> list[Segment]:
        """Speech after the settled part."""
        found = segments_in_powers(
            self._powers,
            floor_dbfs=self._floor_dbfs,
            background=self._background,
            first=self._until - self._base,
        )
        offset_s, until_s = self._base * FRAME_S, self._until * FRAME_S
        fresh = []
        for segment in found:
            start_s, end_s = segment.start_s + offset_s, segment.end_s + offset_s
            if end_s > until_s + FRAME_S / 2:
                if segment.start_s == 0.0 and self._base > self._until:
                    start_s = until_s
                fresh.append(Segment(round(max(start_s, until_s), 6), round(end_s, 6)))
        return fresh

    def _settle(self, boundary: int) -> None:
        until = boundary - _MARGIN
        self._boundary, self._speaking = boundary, False
        for segment in self._search():
            if round(segment.end_s / FRAME_S) <= boundary - _MARGIN:
                self._settled.append(segment)
            else:
                until = min(until, round(segment.start_s / FRAME_S))
                self._speaking = True
        self._until = max(self._until, until)
        context = _CONTEXT if self._floor_dbfs is None else _STEP
        keep = max(min(self._until, boundary - context), boundary - _LONGEST, self._base)
        self._powers = self._powers[keep - self._base :]
        self._background = self._background[keep - self._base :]
        self._base = keep
