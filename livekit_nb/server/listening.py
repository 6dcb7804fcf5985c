"""The user's side of a conversation: from microphone messages to utterances.

Puts together the resampler, the activity detector and the endpointer, without I/O: audio goes in,
events come out. Positions are samples of the 16 kHz stream, as the client sent it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from livekit_nb.audio.pcm import (
    INPUT_RATE_HZ,
    Resampler,
    Samples,
    from_pcm16,
    rate_of_mime_type,
)
from livekit_nb.server.endpointing import Endpointer, Patience, Verdict
from livekit_nb.server.hearing import CHUNK, ActivityDetector, Probability, Sensitivity

__all__ = ["Began", "Ended", "Listener", "Unclear"]

STALL_S = 2.0  #: no audio for so long amid speech counts as the end of the stream


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
    """

    text: str = field(repr=False)
    completeness: float
    offset_s: float
    duration_s: float


Event = Began | Unclear | Ended


class Listener:
    """Finds the user's turns in the audio stream.

    Parameters
    ----------
    probability : callable
        See :func:`livekit_nb.server.hearing.load_vad`.
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
        self._next_key = 0
        self._last_audio_s = 0.0

    @property
    def speaking(self) -> bool:
        """Whether the user is speaking, as far as is known."""
        return self._detector.active

    @property
    def wake_at(self) -> float | None:
        """When :meth:`tick` should be called if no audio comes."""
        return self._last_audio_s + STALL_S if self.speaking and not self._manual else None

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
        if self._manual and not self.speaking:
            return []  # a turn holds only what was sent during an activity
        return self._listen(samples)

    def _listen(self, samples: Samples) -> list[Event]:
        events: list[Event] = []
        for start in range(0, len(samples), CHUNK):
            for onset in self._detector.feed(samples[start : start + CHUNK]):
                self._endpointer = Endpointer(self._patience)
                events.append(Began(onset.position / INPUT_RATE_HZ))
            if self.speaking and not self._manual:
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
        return []

    def _recognition(self) -> Unclear:
        self._next_key += 1
        self._keys = {self._next_key: self._detector.voiced_until}
        return Unclear(self._next_key, self._detector.utterance())

    def _end(self, text: str, completeness: float) -> Ended:
        duration_s = len(self._detector.utterance()) / INPUT_RATE_HZ
        self._keys.clear()
        self._detector.end()
        return Ended(text, completeness, self._detector.voiced_until / INPUT_RATE_HZ, duration_s)

    def wants(self, key: int) -> bool:
        """Whether a recognition is still about the present; may be asked from any thread."""
        pause = self._keys.get(key)
        return pause is not None and (self._manual or pause == self._detector.voiced_until)

    def recognised(self, key: int, text: str, completeness: float) -> list[Event]:
        """Take the result of a recognition; one about the past is ignored."""
        pause = self._keys.pop(key, None)
        if pause is None or not self.speaking:
            return []
        if self._manual:
            return [self._end(text, completeness)]
        self._endpointer.recognised(pause, text, completeness)
        return self._judge()

    def stream_ended(self) -> list[Event]:
        """Conclude what was heard: the client paused its microphone."""
        events = self._listen(self._resampler.process(np.zeros(0, np.float32), last=True))
        self._resampler = Resampler(self._resampler.from_hz, INPUT_RATE_HZ)
        if self.speaking:
            self._endpointer.close()
            events += self._judge()
        return events

    def activity_started(self) -> list[Event]:
        """Begin an activity because the client says so."""
        if self.speaking:
            return []
        self._detector.begin()
        return [Began(self._detector.position / INPUT_RATE_HZ)]

    def activity_ended(self) -> list[Event]:
        """End an activity because the client says so; its words follow."""
        if not self.speaking or self._keys:
            return []
        if self._detector.voiced_until <= self._detector.onset:
            return [self._end("", 0.0)]  # nobody spoke: do not make the recogniser guess
        return [self._recognition()]

    def tick(self, now: float) -> list[Event]:
        """Conclude what was heard when the stream dried up amid speech."""
        if self.wake_at is not None and now >= self.wake_at:
            self._last_audio_s = now
            return self.stream_ended()
        return []
