"""The user's side of a conversation: from microphone messages to utterances.

Puts together the resampler, the activity detector and the endpointer, without I/O: audio goes in,
events come out. Positions are samples of the 16 kHz stream, as the client sent it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from livekit_nb.audio.pcm import (
    INPUT_RATE_HZ,
    Resampler,
    Samples,
    from_pcm16,
    rate_of_mime_type,
)
from livekit_nb.server.hearing.activity import CHUNK, ActivityDetector, Probability, Sensitivity
from livekit_nb.server.hearing.endpointing import Endpointer, Patience, Verdict

__all__ = ["Began", "Ended", "Heard", "Listener", "Unclear", "Unfinished"]

STALL_S = 2.0  #: no audio for so long amid speech counts as the end of the stream
MAX_MARKED = 8  #: marked utterances waiting for their words; beyond, the oldest counts as wordless


@dataclass(frozen=True)
class Began:
    """The user began to speak at this second of the stream."""

    offset_s: float


@dataclass(frozen=True)
class Unclear:
    """The speech so far should be recognised; answer with :meth:`Listener.recognised`."""

    key: int
    samples: Samples = field(repr=False)


@dataclass(frozen=True)
class Ended:
    """The user's turn is over.

    Attributes
    ----------
    text : str
        What was said; empty when there were no words.
    completeness : float
        How finished that reads, 0..1.
    offset_s : float
        Second of the stream at which the last voiced audio ended.
    duration_s : float
        Length of the utterance's audio.
    continued : bool
        Whether the user has begun to say more since (marked activities only).
    samples : ndarray of float32, shape (n,)
        The utterance's audio, 16 kHz.
    """

    text: str = field(repr=False)
    completeness: float
    offset_s: float
    duration_s: float
    continued: bool = False
    samples: Samples = field(repr=False, default_factory=lambda: np.zeros(0, np.float32))


@dataclass(frozen=True)
class Heard:
    """These are the words so far; the turn is not over.

    Attributes
    ----------
    text : str
    offset_s, until_s : float
        Seconds of the stream between which they were said.
    """

    text: str = field(repr=False)
    offset_s: float
    until_s: float


@dataclass(frozen=True)
class Unfinished:
    """The user pauses amid a sentence: more is waited for."""


Event = Began | Unclear | Ended | Heard | Unfinished


@dataclass
class _Marked:
    """An utterance that is over and whose words are being recognised.

    The client marked its end, or a long pause did (`apart`), after which there is no going on.
    """

    offset_s: float
    duration_s: float
    words: tuple[str, float] | None = field(default=None, repr=False)
    apart: bool = False
    samples: Samples = field(repr=False, default_factory=lambda: np.zeros(0, np.float32))


class Listener:
    """Finds the user's turns in the audio stream.

    Parameters
    ----------
    probability : callable
        See :func:`livekit_nb.server.hearing.activity.load_vad`.
    sensitivity : Sensitivity
    patience : Patience
    manual : bool
        Whether the client marks activities itself.
    """

    def __init__(
        self,
        probability: Probability,
        sensitivity: Sensitivity,
        patience: Patience,
        *,
        manual: bool = False,
    ) -> None:
        self._detector = ActivityDetector(probability, sensitivity)
        self._patience = patience
        self._manual = manual
        self._resampler = Resampler(INPUT_RATE_HZ, INPUT_RATE_HZ)
        self._endpointer = Endpointer(patience)
        self._keys: dict[int, int] = {}  # recognition under way → the pause it is about
        self._marked: dict[int, _Marked] = {}  # by recognition, in the order they were said
        self._next_key = 0
        self._last_audio_s = 0.0

    @property
    def position_s(self) -> float:
        """Seconds of the stream that were listened to so far."""
        return self._detector.position / INPUT_RATE_HZ

    @property
    def speaking(self) -> bool:
        """Whether the user is speaking, or has spoken and was not understood yet."""
        return self._detector.active or bool(self._marked)

    @property
    def voiced(self) -> bool:
        """Whether the user's voice was heard to the last: the utterance does not pause."""
        return self._detector.active and self._detector.pause_s == 0

    @property
    def loudness_db(self) -> float:
        """Level of the present (or last) utterance at its loudest, in dB of full scale."""
        return 10 * math.log10(max(self._detector.loudest, 1e-12))

    @property
    def wake_at(self) -> float | None:
        """When :meth:`tick` should be called if no audio comes."""
        waits = self._detector.active and not self._manual
        return self._last_audio_s + STALL_S if waits else None

    def audio(self, pcm: bytes, mime_type: str, now: float) -> list[Event]:
        """Take audio as it came.

        Raises
        ------
        AudioError
            If it is no 16-bit PCM of a sampling rate.
        """
        rate_hz = rate_of_mime_type(mime_type, INPUT_RATE_HZ)
        if rate_hz != self._resampler.from_hz:
            self._resampler = Resampler(rate_hz, INPUT_RATE_HZ)
        samples = self._resampler.process(from_pcm16(pcm))
        self._last_audio_s = now
        if self._manual and not self._detector.active:
            return []  # a turn holds only what was sent during an activity
        return self._listen(samples)

    def _listen(self, samples: Samples) -> list[Event]:
        events: list[Event] = []
        for start in range(0, len(samples), CHUNK):
            for onset in self._detector.feed(samples[start : start + CHUNK]):
                self._endpointer = Endpointer(self._patience)
                events.append(Began(onset.position / INPUT_RATE_HZ))
            if self._detector.active and not self._manual:
                events += self._judge()
        return events

    def _judge(self) -> list[Event]:
        verdict = self._endpointer.judge(self._detector.voiced_until, self._detector.pause_s)
        if verdict is Verdict.RECOGNISE:
            return [self._recognition()]
        if verdict is Verdict.END:
            return [self._end(self._endpointer.text, self._endpointer.completeness)]
        if verdict is Verdict.DROP:
            return [self._end("", 0.0)]
        if verdict is Verdict.APART:
            key = next(iter(self._keys))
            self._set_apart(key, self._detector.utterance(), apart=True)
            self._keys.clear()
            return []
        return [Unfinished()] if self._endpointer.holds_back(self._detector.pause_s) else []

    def _recognition(self) -> Unclear:
        self._next_key += 1
        if not self._manual:
            self._keys = {self._next_key: self._detector.voiced_until}
        return Unclear(self._next_key, self._detector.utterance())

    def _end(self, text: str, completeness: float) -> Ended:
        samples = self._detector.utterance()
        self._keys.clear()
        self._detector.end()
        end_s, duration_s = (n / INPUT_RATE_HZ for n in (self._detector.voiced_until, len(samples)))
        return Ended(text, completeness, end_s, duration_s, samples=samples)

    def wants(self, key: int) -> bool:
        """Whether a recognition is still about the present; may be asked from any thread."""
        # What is set apart is among the marked before it is no longer among the keys, and is
        # looked for in that order: whoever asks amid that must not be told that it is the past.
        pause = self._keys.get(key)
        if pause is not None and pause == self._detector.voiced_until:
            return True
        marked = self._marked.get(key)
        return marked is not None and marked.words is None

    def recognised(
        self, key: int, text: str, completeness: float, *, sign: bool = False
    ) -> list[Event]:
        """Take the result of a recognition; one about the past is ignored.

        A `sign` of somebody who listens, or no words at all, is waited for no longer than a
        sentence that is complete.
        """
        marked = self._marked.get(key)
        if marked is not None:
            marked.words = marked.words or (text, completeness)
            return self._understood()
        pause = self._keys.pop(key, None)
        if pause is None or not self._detector.active:
            return []
        self._endpointer.recognised(pause, text, completeness, sign=sign)
        events = self._judge()
        if text and self._detector.active:
            offset_s = self._detector.onset / INPUT_RATE_HZ
            events.insert(0, Heard(text, offset_s, pause / INPUT_RATE_HZ))
        return events

    def stream_ended(self) -> list[Event]:
        """Conclude what was heard: the client paused its microphone."""
        events = self._listen(self._resampler.process(np.zeros(0, np.float32), last=True))
        self._resampler = Resampler(self._resampler.from_hz, INPUT_RATE_HZ)
        if self._detector.active:
            self._endpointer.close()
            events += self._judge()
        return events

    def activity_started(self) -> list[Event]:
        """Begin an activity because the client says so."""
        if self._detector.active:
            return []
        self._detector.begin()
        return [Began(self._detector.position / INPUT_RATE_HZ)]

    def activity_ended(self) -> list[Event]:
        """End an activity because the client says so; its words follow.

        The next one may begin at once: what was said is set apart while it is recognised.
        """
        if not self._detector.active:
            return []
        request = self._recognition()
        silent = self._detector.voiced_until <= self._detector.onset
        marked = self._set_apart(request.key, request.samples)
        if silent:
            marked.words = "", 0.0  # nobody spoke: do not make the recogniser guess
        events: list[Event] = [] if silent else [request]
        return events + self._understood()

    def _set_apart(self, key: int, samples: Samples, *, apart: bool = False) -> _Marked:
        """End the present utterance before its words are known; the next may begin at once."""
        end_s, duration_s = (n / INPUT_RATE_HZ for n in (self._detector.voiced_until, len(samples)))
        marked = _Marked(end_s, duration_s, apart=apart, samples=samples)
        self._marked[key] = marked
        self._detector.end()
        if len(self._marked) > MAX_MARKED:
            oldest = next(iter(self._marked.values()))
            oldest.words = oldest.words or ("", 0.0)
        return marked

    def _understood(self) -> list[Event]:
        """Report marked utterances whose words are known, in the order they were said."""
        events: list[Event] = []
        while self._marked:
            key, first = next(iter(self._marked.items()))
            if first.words is None:
                break
            del self._marked[key]
            text, completeness = first.words
            went_on = self.speaking and not first.apart
            over = first.offset_s, first.duration_s
            ended = Ended(text, completeness, *over, continued=went_on, samples=first.samples)
            events.append(ended)
        return events

    def tick(self, now: float) -> list[Event]:
        """Conclude what was heard when the stream dried up amid speech."""
        if self.wake_at is not None and now >= self.wake_at:
            self._last_audio_s = now
            return self.stream_ended()
        return []
