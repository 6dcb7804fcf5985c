"""The surroundings of a mind, played by a test: voice, tools and a clock that stands still."""

from __future__ import annotations

import asyncio
from datetime import datetime

from livekit_nb.server.chat.mind import ChatMind
from livekit_nb.server.talk.mind import Turn
from livekit_nb.server.thinking import ToolResult
from tests.patience import PATIENCE_S

__all__ = ["NOTE", "PARIS", "WEATHER", "Voice", "talk", "told"]

WEATHER = {
    "name": "weather.get",
    "description": "Current weather for a city.",
    "parameters": {
        "type": "OBJECT",
        "properties": {"city": {"type": "STRING", "description": "Name of the city"}},
        "required": ["city"],
    },
}
NOW = datetime(2026, 11, 22, 19, 8)
NOTE = "\n\n(It is Sunday, 22 November 2026, 19:08.)"
PARIS = ToolResult("weather.get", {"city": "Paris"}, {"sky": "sunny"})


class Voice:
    """Plays the surroundings of a mind: takes plans and says what was heard."""

    def __init__(self, mind):
        self.mind = mind
        self.plans = []
        self.ended = 0
        self.turn = None
        self._spoke = asyncio.Condition()

    def begin(self, picture=None):
        async def run(function, *arguments):
            return function(*arguments)

        async def tell(plan, *, last=True):
            async with self._spoke:
                self.plans.append(plan)
                self.ended += last
                self._spoke.notify_all()

        self.plans, self.ended = [], 0
        self.turn = Turn(run, tell, picture=picture)
        return self.turn

    async def ask(self, words, scene=None, picture=None):
        """Ask, and hear the whole answer."""
        await self.mind.answer(words, scene, self.begin(picture))
        assert self.ended == 1
        if not self.calls:
            self.mind.spoken(self.said, interrupted=False)
        return self.said

    async def results(self, *results):
        await self.mind.weigh(results, self.begin())
        assert self.ended == 1
        if not self.calls:
            self.mind.spoken(self.said, interrupted=False)
        return self.said

    async def until_said(self, count):
        async with asyncio.timeout(PATIENCE_S), self._spoke:
            await self._spoke.wait_for(lambda: len(self.plans) >= count)

    @property
    def said(self):
        return "".join(plan.say for plan in self.plans)

    @property
    def calls(self):
        return [(call.name, call.args) for plan in self.plans for call in plan.calls]


def talk(endpoint, instructions="", *declarations):
    mind = ChatMind(endpoint, clock=lambda: NOW)
    mind.instruct(instructions, declarations)
    return Voice(mind)


def told(server, number=-1):
    """What the model was told in a request, without the system's message."""
    return server.asked[number]["messages"][1:]
