"""What one session knows: its thinker, and what was said, so that both can outlive the setup.

A ``contextUpdate`` and a resumed session may bring other instructions and tools. Then a new thinker
is taught what was said so far.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from livekit_nb.server.seeing import Scene
from livekit_nb.server.thinking import Plan, Thinker, Tool, ToolResult

__all__ = ["Memories", "Mind"]

HISTORY = 24  #: what was said before that is forgotten when the instructions or tools change


class Mind:
    """A thinker that can be given other instructions and tools.

    Its methods may take long, so they run on threads. Several connections may have resumed the
    same session, and work for one that was closed may still go on, so a mind sees to it itself
    that it does one thing at a time.
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
            tools = [Tool.from_declaration(item) for item in declarations]
            thinker = Thinker(instructions=instructions, tools=tools, clock=datetime.now)
            for role, text in self._said:
                thinker.remember(role, text)
            self._thinker = thinker

    def hear(self, text: str, scene: Scene | None) -> Plan:
        """Decide what to do about what the user said."""
        with self._lock:
            self._said.append(("user", text))
            return self._thinker.hear(text, scene=scene)

    def tool_results(self, results: Sequence[ToolResult]) -> Plan:
        """Decide what to say of what tools answered."""
        with self._lock:
            return self._thinker.tool_results(results)

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


class Memories:
    """Minds of earlier sessions, by resumption handle; the oldest are forgotten.

    Parameters
    ----------
    limit : int
        How many handles are kept.
    """

    def __init__(self, limit: int = 256) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, Mind] = OrderedDict()

    def __contains__(self, handle: object) -> bool:
        return handle in self._kept

    def keep(self, handle: str, mind: Mind) -> None:
        """Remember `mind` under `handle`."""
        self._kept[handle] = mind
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)

    def recall(self, handle: str | None) -> Mind | None:
        """Return what is kept under `handle`."""
        return self._kept.get(handle) if handle else None
