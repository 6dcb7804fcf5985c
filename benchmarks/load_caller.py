"""Somebody who talks to the server through the wire, and notices how long it takes to answer.

As light as can be, because callers and the server share the machine: what a microphone sends is
encoded before anybody calls, and of what comes back only the first sound of an answer is decoded.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from livekit_nb.audio.activity import speech_segments
from livekit_nb.audio.pcm import INPUT_RATE_HZ, OUTPUT_RATE_HZ, Samples, frames, to_pcm16
from tests import speech

__all__ = [
    "FRAME_S",
    "PATIENCE_S",
    "SETUP",
    "SILENCE",
    "Answer",
    "Caller",
    "Clip",
    "call",
    "clips",
    "ready",
]

PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
SETUP = '{"setup":{"model":"models/gemini-3.1-flash-live-preview"}}'
FRAME_S = 0.02
PATIENCE_S = 10.0  #: an answer that has not begun by then counts as none
RMS = 0.05  #: of full scale, pauses included: -26 dBFS
AUDIBLE = 300  #: of 32767: about -41 dBFS, where the voice speaks at -20 dBFS

#: Complete sentences that are answered by a sentence or two. What sounds as if it went on is waited
#: for on the emptiest server, too, so it would tell nothing of the load.
QUESTIONS = (
    "weather_paris",
    "and_berlin",
    "timer_ten",
    "lights_blue",
    "colour",
    "weather_madrid",
    "convert",
)
_SOUND = re.compile(rb'"data":"([^"]+)"')


@dataclass(frozen=True)
class Clip:
    """What is said, ready to be sent.

    Attributes
    ----------
    name : str
    messages : tuple of str
        One a frame of 20 ms.
    last : int
        Number of the frame in which the speech ends.
    tail_s : float
        From the end of the speech to the end of that frame.
    """

    name: str
    messages: tuple[str, ...] = field(repr=False)
    last: int
    tail_s: float


@dataclass(frozen=True)
class Answer:
    """What became of a question.

    Attributes
    ----------
    at_s : float
        When the speech ended, on the loop's clock.
    voice_to_voice_s : float or None
        From the end of the speech to the first audible sample of the answer as it arrived; None if
        none came. It is negative if the answer began before the question was over.
    late_s : float
        How late the caller itself was to send the frame in which its speech ended.
    """

    at_s: float
    voice_to_voice_s: float | None
    late_s: float


def clips() -> list[Clip]:
    """Load everything that callers say."""
    found = []
    for name in QUESTIONS:
        sound = speech.samples(name)
        # All as loud: somebody far softer than before is taken for somebody in the background.
        level = sound * np.float32(RMS / np.sqrt(np.square(sound).mean()))
        found.append(ready(name, level, speech_segments(level, INPUT_RATE_HZ)[-1].end_s))
    return found


def ready(name: str, sound: Samples, ends_s: float) -> Clip:
    """Make ready to be sent what is said, float32 at 16 kHz, up to `ends_s`."""
    last = int(ends_s / FRAME_S)
    messages = tuple(_message(frame) for frame in frames(to_pcm16(sound)))
    return Clip(name, messages, min(last, len(messages) - 1), (last + 1) * FRAME_S - ends_s)


def _message(pcm: bytes) -> str:
    blob = {"data": base64.b64encode(pcm).decode(), "mimeType": "audio/pcm;rate=16000"}
    return json.dumps({"realtimeInput": {"audio": blob}})


SILENCE = _message(bytes(2 * round(FRAME_S * INPUT_RATE_HZ)))


async def call(url: str) -> ClientConnection:
    """Open a connection to the server at `url`, which has no path."""
    return await connect(
        url + PATH, compression=None, proxy=None, max_size=None, open_timeout=30, close_timeout=1
    )


class Caller:
    """One conversation, from its beginning until it is hung up.

    Parameters
    ----------
    dial : callable
        Coroutine function that opens a connection; see :func:`call`.
    sayings : sequence of Clip
    seed : int
        Of what is said when.

    Attributes
    ----------
    answers : list of Answer
        What became of the questions so far.
    closed : tuple of int and str, or None
        Code and reason with which the server ended it, if it did.
    """

    def __init__(
        self, dial: Callable[[], Awaitable[Any]], sayings: Sequence[Clip], seed: int
    ) -> None:
        self._dial = dial
        self._sayings = sayings
        self._chance = Random(seed)
        self._loop = asyncio.get_running_loop()
        self._first_s: float | None = None  # when the present answer became audible
        self._over = asyncio.Event()
        self.answers: list[Answer] = []
        self.closed: tuple[int, str] | None = None
        self.begun = False

    async def talk(self) -> None:
        """Ask one thing after the other until cancelled, or until the server ends it."""
        connection = await self._dial()
        try:
            await connection.send(SETUP)
            await connection.recv()
            self.begun = True
            reading = asyncio.create_task(self._read(connection))
            try:
                await self._speak(connection)
            finally:
                reading.cancel()
        except ConnectionClosed as end:
            frame = end.rcvd
            self.closed = (frame.code, frame.reason) if frame is not None else (1006, "")
        finally:
            await connection.close()

    async def _speak(self, connection: Any) -> None:
        due_s = self._loop.time()
        for message, clip in self._microphone():
            await asyncio.sleep(due_s - self._loop.time())
            await connection.send(message)
            sent_s = self._loop.time()
            if clip is not None:
                self._ends_s, self._late_s = sent_s - clip.tail_s, sent_s - due_s
            due_s += FRAME_S

    def _microphone(self) -> Iterator[tuple[str, Clip | None]]:
        """What the microphone picks up, and the clip whose speech ends in it."""
        yield from self._silence(self._chance.uniform(0.2, 2.5))
        while True:
            clip = self._chance.choice(self._sayings)
            self._first_s = None
            self._over.clear()
            for number, message in enumerate(clip.messages):
                yield message, clip if number == clip.last else None
            waits_until_s = self._loop.time() + PATIENCE_S
            while not self._over.is_set():
                if self._first_s is None and self._loop.time() > waits_until_s:
                    break
                yield SILENCE, None
            waited_s = None if self._first_s is None else self._first_s - self._ends_s
            self.answers.append(Answer(self._ends_s, waited_s, self._late_s))
            yield from self._silence(self._chance.uniform(0.5, 2.0))

    def _silence(self, seconds: float) -> Iterator[tuple[str, None]]:
        for _ in range(round(seconds / FRAME_S)):
            yield SILENCE, None

    async def _read(self, connection: Any) -> None:
        try:
            async for frame in connection:
                data = frame if isinstance(frame, bytes) else frame.encode()
                if b'"turnComplete"' in data or b'"interrupted"' in data:
                    self._over.set()
                elif self._first_s is None and (found := _SOUND.search(data)):
                    self._first_s = self._loop.time() + _quiet_s(base64.b64decode(found[1]))
        except ConnectionClosed:
            return  # whoever speaks notices, too


def _quiet_s(pcm: bytes) -> float:
    """How long a piece of an answer is silent at its beginning."""
    loud = np.flatnonzero(np.abs(np.frombuffer(pcm, "<i2").astype(int)) > AUDIBLE)
    return float(loud[0]) / OUTPUT_RATE_HZ if len(loud) else 0.0
