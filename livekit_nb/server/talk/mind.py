"""What one session knows: its thinker, and what was said, so that both can outlive the setup.

A ``contextUpdate`` and a resumed session may bring other instructions and tools. Then a new thinker
is taught what was said so far. When the context window slides, a new one is taught what is left.
"""

from __future__ import annotations

import asyncio
import copy
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, Self

from livekit_nb.server.eyes.glance import Scene
from livekit_nb.server.thinking import Plan, Thinker, Tool, ToolResult
from livekit_nb.server.thinking.thoughts import about_plan, about_results

__all__ = ["Mind", "Tell", "Turn"]

HISTORY = 24  #: what was said before that is forgotten when the instructions or tools change


class Tell(Protocol):
    """Takes what a mind wants to do."""

    async def __call__(self, plan: Plan, *, last: bool = True) -> None:
        """Take a plan; unless it is the `last`, more follows."""


@dataclass
class Turn:
    """One turn of the model, as a mind sees it.

    Attributes
    ----------
    run : callable
        Runs a function with its arguments on a thread for thinking.
    tell : Tell
        To be told what to do, its last plan once, unless the turn was stopped.
    stopped : asyncio.Event
        Set when nobody waits for it any more.
    picture : bytes or None
        The camera's newest picture, for minds that see.
    excused : bool
        Whether the user was told that it takes time.
    """

    run: Callable[..., Awaitable[Any]]
    tell: Tell
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    picture: bytes | None = field(default=None, repr=False)
    excused: bool = False


class Mind:
    """A thinker that can be given other instructions and tools.

    Its methods may take long, so they run on threads, but for :meth:`answer` and :meth:`weigh`,
    which the event loop awaits. Work for a connection that was closed may still go on, so a mind
    sees to it itself that it does one thing at a time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: tuple[str, tuple[Mapping[str, Any], ...]] = ("", ())
        self._thinker = Thinker(clock=datetime.now)
        self._said: deque[tuple[str, str]] = deque(maxlen=HISTORY)

    def instruct(self, instructions: str, declarations: Sequence[Mapping[str, Any]]) -> None:
        """Think with these from now on.

        Parameters
        ----------
        instructions : str
            The client's system instructions.
        declarations : sequence of mapping
            Function declarations as plain camelCase JSON.
        """
        told = instructions, tuple(declarations)
        with self._lock:
            if told == self._told:
                return
            self._told = told
            self._begin_anew()

    def _begin_anew(self) -> None:
        instructions, declarations = self._told
        tools = [Tool.from_declaration(item) for item in declarations]
        thinker = Thinker(instructions=instructions, tools=tools, clock=datetime.now)
        for role, text in self._said:
            thinker.remember(role, text)
        self._thinker = thinker

    def forget(self, kept: int) -> None:
        """Forget everything before the user's last `kept` turns."""
        with self._lock:
            starts = [at for at, (role, _) in enumerate(self._said) if role == "user"]
            if len(starts) <= kept:
                return
            first = starts[-kept] if kept else len(self._said)
            self._said = deque(list(self._said)[first:], maxlen=HISTORY)
            self._begin_anew()

    def twin(self) -> Self:
        """Return a mind that knows the same and goes on by itself."""
        with self._lock:
            twin = copy.copy(self)
            twin._lock = threading.Lock()
            twin._thinker = self._thinker.twin()
            twin._said = self._said.copy()
            return twin

    async def answer(self, text: str, scene: Scene | None, turn: Turn) -> None:
        """Answer what the user said; for the event loop, where everything else is for threads."""
        await turn.tell(await turn.run(self.hear, text, scene))

    async def weigh(self, results: Sequence[ToolResult], turn: Turn) -> None:
        """Say, or do, what follows from what tools answered; likewise."""
        await turn.tell(await turn.run(self.tool_results, results))

    def hear(self, text: str, scene: Scene | None) -> Plan:
        """Decide what to do about what the user said."""
        with self._lock:
            self._said.append(("user", text))
            plan = self._thinker.hear(text, scene=scene)
            lacks = self._thinker.lacks
            thought = about_plan(plan, lacks, self._thinker.tool_count)
            return replace(plan, thought=thought, asks=lacks is not None and not plan.calls)

    def is_meant(self, text: str, quiet_s: float | None) -> bool:
        """Tell whether something was said to the agent; what was not is best not told to `hear`.

        Parameters
        ----------
        text : str
        quiet_s : float or None
            Seconds since the last reply, None before the first.
        """
        with self._lock:
            return self._thinker.is_meant(text, quiet_s)

    def tool_results(self, results: Sequence[ToolResult]) -> Plan:
        """Decide what to say of what tools answered."""
        with self._lock:
            plan = self._thinker.tool_results(results)
            asks = self._thinker.lacks is not None
            return replace(plan, thought=about_results(results), asks=asks)

    def spoken(self, text: str, interrupted: bool) -> None:
        """Take note of what the user really heard."""
        with self._lock:
            if text:
                self._said.append(("model", text))
            self._thinker.spoken(text, interrupted)

    def remember(self, role: str, text: str) -> None:
        """Take in something said before."""
        with self._lock:
            self._said.append((role, text))
            self._thinker.remember(role, text)

    def looks_complete(self, text: str) -> float:
        """Return how finished an utterance reads, 0 to 1; may be asked from any thread."""
        return self._thinker.looks_complete(text)
