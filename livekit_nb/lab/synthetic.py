"""Quick, deterministic stand-ins for ears and mouth: speech in which the words can be read.

Recognition and synthesis take most of the embedded server's time, and are not what a simulation of
thousands of conversations is about. Here every character of a text is a tone of 40 ms whose
amplitude tells which one it is. A frame that is lost, repeated or out of order therefore changes
the words, which real recognition might pardon.

Everything else stays as it is: the server decides by the same rules when somebody begins and stops
speaking, thinks with the same thinker, and sends at the same pace.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import numpy as np

from livekit_nb.audio.pcm import INPUT_RATE_HZ, OUTPUT_RATE_HZ, Samples, to_pcm16
from livekit_nb.server.eyes.closer import Closer
from livekit_nb.server.speaking.synthesis import Clause

__all__ = ["QuickModels", "speech", "spoken", "words"]

P = ParamSpec("P")
T = TypeVar("T")

CHARACTER_S = 0.04
_STEP = 96  #: amplitude of a character above the one before it, of 32768
_FLOOR = 8_000
_PAUSE_S = 0.12
_BETWEEN_S = 0.2  # between two sentences

#: What computing takes, about as much as the real models take on a small machine.
RECOGNISING_S, THINKING_S, SPEAKING_S = 0.08, 0.02, 0.06


def speech(text: str, rate_hz: int = INPUT_RATE_HZ) -> Samples:
    """Return a text as sound, float32 within ±1.

    Parameters
    ----------
    text : str
        Latin-1; other characters become question marks.
    rate_hz : int
    """
    levels = np.frombuffer(text.encode("latin-1", "replace"), np.uint8).astype(np.float32)
    size = round(CHARACTER_S * rate_hz)
    tone = np.where(np.arange(size) // 8 % 2, -1.0, 1.0).astype(np.float32)
    amplitudes = (_FLOOR + _STEP * levels) / np.float32(32768.0)
    return np.asarray((amplitudes[:, None] * tone).ravel(), np.float32)


def spoken(text: str) -> bytes:
    """Return a text as microphone sound, s16le 16 kHz."""
    return to_pcm16(speech(text))


def words(samples: Samples, rate_hz: int = INPUT_RATE_HZ, space_s: float = math.inf) -> str:
    """Read the text from such sound.

    A character that was cut short counts if at least half of it is there.

    Parameters
    ----------
    samples : Samples
    rate_hz : int
    space_s : float
        Silence that is read as a space; shorter silence is left out.
    """
    size = CHARACTER_S * rate_hz
    volume = np.abs(samples)
    loud = np.flatnonzero(volume > 0.1)
    levels = np.rint((volume[loud] * 32768 - _FLOOR) / _STEP).astype(int)
    changes = np.flatnonzero((np.diff(loud) != 1) | (np.diff(levels) != 0)) + 1
    found: list[str] = []
    for tone in np.split(np.arange(len(loud)), changes) if len(loud) else ():
        first = int(tone[0])
        if first and loud[first] - loud[first - 1] > space_s * rate_hz:
            found.append(" ")
        found.append(chr(min(max(int(levels[first]), 0), 255)) * int(len(tone) / size + 0.5))
    return "".join(found)


class _Later(Executor):
    """Does work on the loop itself, after the time which it would take elsewhere."""

    def __init__(self, takes_s: float) -> None:
        self._takes_s = takes_s

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do it later."""
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(function(*args, **kwargs))
            except Exception as error:
                future.set_exception(error)

        asyncio.get_running_loop().call_later(self._takes_s, work)
        return future


@dataclass(frozen=True)
class _Transcript:
    text: str


class _Recogniser:
    def transcribe(self, samples: Samples, wanted: Callable[[], bool]) -> _Transcript:
        return _Transcript(words(samples, space_s=_BETWEEN_S) if wanted() else "")


class _Voice:
    def prepare(self, voice: str) -> None:
        pass

    def stream(self, text: str, **_: Any) -> Iterator[Clause]:
        pause = np.zeros(round(_PAUSE_S * OUTPUT_RATE_HZ), np.float32)
        for start in range(0, len(text), 40):
            piece = text[start : start + 40]
            yield Clause(np.concatenate([speech(piece, OUTPUT_RATE_HZ), pause]), piece)


class _Closer(Closer):
    """Looks at pictures for as long as it thinks."""

    @property
    def pool(self) -> Executor:
        """The thread that is none."""
        return _Later(THINKING_S)


class QuickModels:
    """What :class:`livekit_nb.server.models.Models` is, without models."""

    def __init__(self) -> None:
        self.recogniser = _Recogniser()
        self.voice = _Voice()
        self.ears = _Later(RECOGNISING_S)
        self.minds = _Later(THINKING_S)
        self.mouths = _Later(SPEAKING_S)
        self.eyes = _Later(THINKING_S)
        self.closer = _Closer()

    def detector(self) -> Callable[[Samples], float]:
        """Return an activity detector: what is loud is speech."""
        return lambda samples: float(np.abs(samples).mean() > 0.05)

    def tidy(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
