"""Whole conversations in accelerated time, with the embedded server and its real models in memory.

Hearing, recognition, thinking and speaking are real; only what they take is settled beforehand, so
that a conversation goes the same way every time. Microphone and loudspeaker stand in a room, which
has noise, and an echo if it is wanted.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.pcm import from_pcm16, resample, to_pcm16
from livekit_nb.lab import fast_time
from livekit_nb.lab.in_memory import InMemoryServer
from livekit_nb.lab.synthetic import QuickModels, spoken
from livekit_nb.recording import Recorder, Recording, Turn
from livekit_nb.recording.diagnosis import Finding
from livekit_nb.server.hearing.activity import load_vad
from livekit_nb.server.hearing.recogniser import Transcript
from livekit_nb.server.speaking.synthesis import Clause
from livekit_nb.session.io import FrameHandler, PlaybackListener
from livekit_nb.session.session import Session
from livekit_nb.session.setup.settings import Settings
from livekit_nb.session.tools.offer import as_tools
from livekit_nb.session.virtual import VirtualLoudspeaker, VirtualMicrophone
from tests import speech

Sound = npt.NDArray[np.float32]
RATE_HZ = 16_000


class _Recogniser:
    """The recogniser, which knows again what it heard before: conversations begin alike."""

    def __init__(self) -> None:
        self._known: dict[bytes, Transcript] = {}

    def transcribe(self, samples: Sound, wanted: Callable[[], bool]) -> Transcript:
        sound = samples.tobytes()
        found = self._known.get(sound) or speech.recogniser().transcribe(samples, wanted)
        if wanted():
            self._known[sound] = found
        return found


class _Voice:
    """The voice, which keeps what it said before."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], list[Clause]] = {}
        self.prepare = speech.voice().prepare

    def stream(self, text: str, **how: Any) -> Iterator[Clause]:
        said = (text, *sorted(how.items()))
        if said not in self._known:
            self._known[said] = list(speech.voice().stream(text, **how))
        return iter(self._known[said])


_recogniser, _voice = functools.cache(_Recogniser), functools.cache(_Voice)


class RealModels(QuickModels):
    """The server's own ears and mouth, which take as long as quick ones."""

    def __init__(self) -> None:
        super().__init__()
        self.recogniser: Any = _recogniser()
        self.voice: Any = _voice()

    def detector(self) -> Callable[[Sound], float]:
        return load_vad()


class Jumpy(RealModels):
    """A server that takes whatever is loud for speech, as simple detectors do."""

    def detector(self) -> Callable[[Sound], float]:
        return lambda samples: float(np.sqrt(np.mean(np.square(samples))) > 0.02)


class Forgetful(RealModels):
    """A server whose recognition keeps only some of the words it hears."""

    def __init__(self, keeps: Callable[[str], str]) -> None:
        super().__init__()
        real = self.recogniser

        class Half:
            def transcribe(self, samples: Sound, wanted: Callable[[], bool]) -> Any:
                found = real.transcribe(samples, wanted)
                return replace(found, text=keeps(found.text))

        self.recogniser = Half()


class Room:
    """A microphone and a loudspeaker in one room.

    Parameters
    ----------
    noise_dbfs : float
        Level of its noise in the microphone.
    echo_db, delay_s : float
        How loud the loudspeaker is in the microphone, in dB of what it plays, and how much later.
        Without a level it is not: headphones.
    gain_db : float
        How far the microphone's level is turned up: what exceeds full scale is cut off.
    """

    def __init__(
        self,
        *,
        noise_dbfs: float = -65.0,
        echo_db: float | None = None,
        delay_s: float = 0.12,
        gain_db: float = 0.0,
        seed: int = 0,
    ) -> None:
        self._noise = 10 ** (noise_dbfs / 20)
        self._echo = None if echo_db is None else 10 ** (echo_db / 20)
        self._delay_s = delay_s
        self._gain = 10 ** (gain_db / 20)
        self._random = np.random.default_rng(seed)
        self._played: list[tuple[float, Sound]] = []  # kernel time of its first sample, 16 kHz
        self._added: list[tuple[float, Sound]] = []
        self.silent = False

    def furnish(self, clock: Callable[[], float]) -> tuple[VirtualMicrophone, VirtualLoudspeaker]:
        room = self

        class Microphone(VirtualMicrophone):
            def start(self, on_frame: FrameHandler) -> None:
                super().start(
                    lambda pcm, captured_s, arrived_s: on_frame(
                        room.hear(pcm, captured_s, loudspeaker), captured_s, arrived_s
                    )
                )

        class Loudspeaker(VirtualLoudspeaker):
            def start(self, listener: PlaybackListener) -> None:
                class Ear:
                    def played(self, pcm: bytes, start_s: float) -> None:
                        if room._echo is not None:
                            heard = resample(from_pcm16(pcm), 24_000, RATE_HZ)
                            room._played.append((start_s, heard))
                        listener.played(pcm, start_s)

                    def finished(self, position_s: float, interrupted: bool) -> None:
                        listener.finished(position_s, interrupted)

                super().start(Ear())

        self._clock = clock
        loudspeaker = Loudspeaker(clock)
        return Microphone(clock), loudspeaker

    def sound(self, samples: Sound) -> None:
        """Let something be heard in the room from now on: 16 kHz."""
        self._added.append((self._clock(), samples))

    def hear(self, pcm: bytes, captured_s: float, loudspeaker: VirtualLoudspeaker) -> bytes:
        if self.silent:
            return bytes(len(pcm))
        sound = from_pcm16(pcm).astype(np.float64)
        sound += self._noise * self._random.standard_normal(len(sound))
        loudspeaker._report(self._clock())
        if self._echo is not None:
            sound += self._echo * _at(self._played, captured_s - self._delay_s, len(sound))
        sound += _at(self._added, captured_s, len(sound))
        return to_pcm16(np.clip(self._gain * sound, -1.0, 1.0))


def _at(pieces: Sequence[tuple[float, Sound]], start_s: float, count: int) -> npt.NDArray[Any]:
    out = np.zeros(count)
    for begun_s, piece in reversed(pieces):
        first = round((begun_s - start_s) * RATE_HZ)
        if first + len(piece) <= -20 * RATE_HZ:
            break
        low, high = max(first, 0), min(first + len(piece), count)
        if high > low:
            out[low:high] += piece[low - first : high - first]
    return out


class Caller:
    """Somebody who talks to the agent, in a room."""

    def __init__(self, session: Session, room: Room) -> None:
        self.session = session
        self.room = room
        self._stirred = asyncio.Event()
        session._recorder.subscribe(lambda _: self._stirred.set())

    async def say(self, name: str, *, gain_db: float = 0.0) -> None:
        """Say a recording of `tests.speech`; returns when it is said."""
        await self.say_sound(speech.samples(name) * 10 ** (gain_db / 20))

    async def say_sound(self, samples: Sound) -> None:
        await self.session._say(to_pcm16(np.clip(samples, -1.0, 1.0)))

    async def say_text(self, text: str) -> None:
        """Say something that `QuickModels` understand."""
        await self.session._say(spoken(text))

    async def ask(self, name: str, **how: Any) -> Turn:
        """Say something and hear the answer to its end."""
        await self.say(name, **how)
        return await self.answer()

    async def answer(self) -> Turn:
        _, turn = await self.session._next_turn(120.0)
        return turn

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def until(self, kind: str, count: int = 1) -> None:
        """Wait for an event."""
        async with asyncio.timeout(300.0):
            while sum(e.kind == kind for e in self.session.recording.events) < count:
                self._stirred.clear()
                await self._stirred.wait()

    async def until_heard(self, seconds: float) -> None:
        """Wait until so much of the next answer was heard."""
        begun = sum(e.kind == "agent.first_audio" for e in self.session.recording.events)
        await self.until("agent.first_audio", begun + 1)
        await self.wait(seconds)


def mhm(seconds: float = 0.3) -> Sound:
    """A hum, as of a listener."""
    t = np.arange(round(RATE_HZ * seconds)) / RATE_HZ
    hum = sum(np.sin(2 * np.pi * 120 * k * t) / k**2 for k in range(1, 6))
    return np.asarray(0.04 * hum * np.hanning(len(t)), np.float32)


Script = Callable[[Caller], Awaitable[object]]


def hold(
    script: Script,
    *,
    room: Room | None = None,
    models: QuickModels | None = None,
    tools: Sequence[Any] = (),
    **settings: Any,
) -> Recording:
    """Hold a conversation and return its recording."""

    async def talk() -> Recording:
        loop = asyncio.get_running_loop()
        server = InMemoryServer(models or RealModels())
        recorder = Recorder(loop.time)
        # Quick models read words from amplitudes, which noise would change.
        quiet = models is not None and not isinstance(models, RealModels)
        place = room or Room(noise_dbfs=-85.0 if quiet else -65.0)
        microphone, loudspeaker = place.furnish(loop.time)
        session = Session(
            Settings(tools=tuple(as_tools(tools)), **settings),
            server.endpoint,
            source=microphone,
            sink=loudspeaker,
            recorder=recorder,
            open_transport=server.open,
            random=Random(0),
        )
        await session.open()
        await asyncio.sleep(0.5)
        await script(Caller(session, place))
        await asyncio.sleep(1.0)
        await session._close("stopped")
        await server.close()
        return session.recording

    return fast_time.run(talk())


def kinds(recording: Recording) -> list[str]:
    """What kinds of findings there are, in order."""
    return [found.kind for found in recording.findings]


def the(kind: str, recording: Recording) -> Finding:
    """The only finding of a kind; it says what it must say, and nothing that was said."""
    found = recording.findings.of(kind)
    assert len(found) == 1, f"{len(found)} findings of {kind} among {kinds(recording)}"
    one = found[0]
    assert one.message.endswith(".")
    assert one.remedy.endswith(".")
    assert 0.0 <= one.start_s <= one.end_s <= recording.duration_s
    return one
