"""Who talks in the soak's conversations: asks, waits, and notices what becomes of it."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import Callable, Sequence
from random import Random

from benchmarks.soak_outcome import Asked, Outcome
from livekit_nb.audio.pcm import OUTPUT_RATE_HZ, from_pcm16
from livekit_nb.errors import SessionClosedError
from livekit_nb.lab.synthetic import spoken, words
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.session import Session

__all__ = ["Caller", "ForgetfulRecorder", "tools"]

PATIENCE_S = 130.0  #: how long a caller waits for an answer; survival itself tries for 120 s
NAMES = ("Ada", "Grace", "Alan", "Edith", "Barbara", "Niklaus", "Frances", "Edsger")

#: Events that tell a person that something said may not have been heard or answered.
TOLD = (
    "session.error",
    "session.closed",
    "uplink.lost",
    "agent.phantom_interruption",
    "agent.silent",
)


class Caller:
    """Somebody who talks in one conversation, and notices what becomes of it."""

    def __init__(self, seed: int, session: Session, outcome: Outcome) -> None:
        self._chance = Random(f"caller/{seed}")
        self._session = session
        self._outcome = outcome
        self._loop = asyncio.get_running_loop()
        self._stirred = asyncio.Event()
        self._name = self._chance.choice(NAMES)
        self._things = 0
        session._recorder.subscribe(lambda event: self._stirred.set())

    async def talk(self, utterances: int) -> None:
        """Say so many things, each after the last was answered."""
        await asyncio.sleep(0.5)  # nobody speaks in the very moment in which the microphone opens
        await self._ask(f"My name is {self._name}.", f"Nice to meet you, {self._name}.")
        for _ in range(utterances - 2):
            await asyncio.sleep(self._chance.uniform(0.1, 4.0))
            kind = self._chance.random()
            if kind < 0.3:
                self._things += 1
                thing = f"number {self._things}"
                text = f"Add {thing} to the shopping list."
                await self._ask(text, f"{thing} is on the list")
            elif kind < 0.45:
                await self._say("Tell me a story.")
                await asyncio.sleep(self._chance.uniform(0.5, 3.0))
                await self._ask(*self._sum())
            else:
                await self._ask(*self._sum())
        await asyncio.sleep(self._chance.uniform(0.1, 4.0))
        await self._ask("What is my name?", f"Your name is {self._name}.")

    def _sum(self) -> tuple[str, str]:
        first, second = self._chance.randint(100, 999), self._chance.randint(100, 999)
        return f"What is {first} plus {second}?", f"That is {first + second}."

    async def _say(self, text: str) -> None:
        await self._session._say(spoken(text))

    async def _ask(self, text: str, expected: str) -> None:
        begun_s = self._session._recorder.now_s
        asked = Asked(text, expected, begun_s)
        self._outcome.asked.append(asked)
        until = self._loop.time() + PATIENCE_S
        try:
            await self._say(text)
            while self._loop.time() < until:
                self._session._gate.check_open()
                if self._heard(asked):
                    asked.answered_s = self._session._recorder.now_s
                    return
                self._stirred.clear()
                try:
                    async with asyncio.timeout_at(min(until, self._loop.time() + 1.0)):
                        await self._stirred.wait()
                except TimeoutError:
                    continue
        except SessionClosedError:
            if self._heard(asked):
                asked.answered_s = self._session._recorder.now_s
                raise
            asked.told = "the conversation ended with an error"
            raise
        events = self._session.recording.events
        kinds = [event.kind for event in events if event.t >= begun_s and event.kind in TOLD]
        asked.told = ", ".join(dict.fromkeys(kinds))

    def _heard(self, asked: Asked) -> bool:
        """Whether the answer was heard: first by its captions, then in the sound itself."""
        recording = self._session.recording
        captions = "".join(
            str(event.data["text"])
            for event in recording.events
            if event.kind == "caption.agent" and event.t >= asked.at_s
        )
        if asked.expected.lower() not in captions.lower():
            return False
        recorder = self._session._recorder
        if isinstance(recorder, ForgetfulRecorder):
            heard = recorder.heard_since(asked.at_s)
        else:
            sound, rate_hz = recording.agent_audio(min(asked.at_s, recording.duration_s))
            heard = words(sound, rate_hz)
        return asked.expected.lower() in heard.lower()


def tools(outcome: Outcome, chance: Random) -> Sequence[Callable[..., object]]:
    """Return the tools that can be called, which count what they do."""

    async def add_item(item: str) -> dict[str, str]:
        """Add an item to the shopping list."""
        outcome.ran[item] += 1
        await asyncio.sleep(chance.choice((0.0, 0.3, 2.0)))
        return {"result": f"{item} is on the list"}

    return [add_item]


class ForgetfulRecorder(Recorder):
    """Keeps no sound but what was heard lately: so that nothing need grow in an hour."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock, limit_s=1.0)
        self._heard: collections.deque[tuple[float, bytes]] = collections.deque(maxlen=1000)

    def agent_played(self, pcm: bytes, start_s: float) -> None:
        """Keep it for a while."""
        super().agent_played(pcm, start_s)
        self._heard.append((start_s, pcm))

    def heard_since(self, at_s: float) -> str:
        """Return the words of it."""
        pcm = b"".join(sound for start_s, sound in self._heard if start_s >= at_s)
        return words(from_pcm16(pcm), OUTPUT_RATE_HZ)
