"""The calls of a conversation: what became of each, so that none is run twice."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from livekit_nb.session.tools.cancellation import Cancellation
from livekit_nb.session.tools.invoking import Invocation, Outcome
from livekit_nb.session.tools.offer import Manner
from livekit_nb.session.tools.results import Gathered
from livekit_nb.session.tools.tool import Tool
from livekit_nb.wire.messages import FunctionCall, FunctionResponse

__all__ = ["MAX_KNOWN", "MAX_RESULTS", "REPEATED_S", "CallMemory", "ToolRun"]

MAX_KNOWN = 4096  # calls whose ids are remembered; a service repeats a call soon or never
MAX_RESULTS = 64  # of which so many results are kept for a connection that asks again
MAX_UNSENT = 64  # results of one generator that are kept while its connection is gone

REPEATED_S = 120.0  # a question that was cut off is put again within that time, if at all; it may
# be cut off again

Told = tuple[FunctionResponse, str | None]  # a result, and the error it tells of


@dataclass(eq=False)
class ToolRun:
    """One call, from its arrival to the end of the function.

    Attributes
    ----------
    key : str
        The call's id; the newest, if a call was made anew.
    wanted : bool
        Whether somebody waits for a result.
    known : FunctionResponse or None
        The result, or the newest of several, once there is one.
    delivered : bool
        Whether `known` was handed to the connection that asks.
    gathered : Gathered
        Results of a generator which its model waits for.
    unsent : deque
        Results whose connection was gone, the newest :data:`MAX_UNSENT`.
    streamed : bool
        Whether there was a result that was not the last.
    told : bool
        Whether the model has said something to its end that it began after it had the result.
    heard_at : int
        How often the model had begun to say something when it was sent the result.
    heard : set of (str, int)
        Under which id and over which connection the result was sent.
    asked_s : float
        When it was called, or called anew after it had been cut off.
    """

    key: str
    call: FunctionCall
    connection: int
    begun_s: float
    tool: Tool | None
    manner: Manner
    cancellation: Cancellation = field(default_factory=Cancellation)
    invocation: Invocation | None = None
    step: asyncio.Task[Outcome] | None = None
    task: asyncio.Task[None] | None = None
    wanted: bool = True
    known: FunctionResponse | None = None
    error: str | None = None
    delivered: bool = False
    gathered: Gathered = field(default_factory=Gathered)
    unsent: deque[Told] = field(default_factory=lambda: deque(maxlen=MAX_UNSENT))
    streamed: bool = False
    told: bool = False
    heard_at: int = 0
    heard: set[tuple[str, int]] = field(default_factory=set)
    asked_s: float = 0.0

    def __post_init__(self) -> None:
        self.asked_s = self.begun_s

    def stop(self, reason: str) -> None:
        """Let the function know that its result is not wanted."""
        self.cancellation.cancel(reason)
        if self.invocation is not None:
            self.invocation.stop()
        if self.step is not None and self.tool is not None and self.tool.is_async:
            self.step.cancel()

    def take_unsent(self) -> list[Told]:
        """Take the results that nobody got; the newest one if somebody did."""
        unsent = list(self.unsent)
        self.unsent.clear()
        return unsent or ([(self.known, self.error)] if self.known is not None else [])


class CallMemory:
    """Remembers calls: so many by their ids, fewer with their results.

    Attributes
    ----------
    known : dict of str to ToolRun
        The newest :data:`MAX_KNOWN` calls by every id they were made with.
    wanted : dict of str to ToolRun
        Those somebody waits for.
    begun : int
        How often the model has begun to say something.
    """

    def __init__(self) -> None:
        self.known: dict[str, ToolRun] = {}
        self.wanted: dict[str, ToolRun] = {}
        self.begun = 0
        self._speaking = False
        self._answered: dict[str, ToolRun] = {}  # whose results are kept

    def add(self, run: ToolRun) -> None:
        """Remember a call."""
        self.known[run.key] = run
        self.want(run, run.wanted)
        if len(self.known) > MAX_KNOWN:
            ended = next((key for key, old in self.known.items() if old.task is None), None)
            self.known.pop(ended or next(iter(self.known)))

    def want(self, run: ToolRun, wanted: bool) -> None:
        """Note whether somebody waits for a call."""
        run.wanted = wanted
        if wanted:
            self.wanted[run.key] = run
        else:
            self.wanted.pop(run.key, None)

    def keep_result(self, run: ToolRun) -> None:
        """Keep a final result for a while, and let the oldest go."""
        self._answered.pop(run.key, None)
        self._answered[run.key] = run
        if len(self._answered) > MAX_RESULTS:
            oldest = self._answered.pop(next(iter(self._answered)))
            oldest.known, oldest.gathered = None, Gathered()
            oldest.unsent.clear()

    def spoke(self) -> None:
        """Note that the model says something."""
        self.begun += not self._speaking
        self._speaking = True

    def paused(self) -> None:
        """Note that what the model says next is something else."""
        self._speaking = False

    def turn_over(self) -> None:
        """Note that the model has said all: it has told of results it had before it began."""
        self._speaking = False
        for run in self.known.values():
            run.told |= run.delivered and not run.wanted and run.heard_at < self.begun

    def cut_off(self, call: FunctionCall, connection: int, since_s: float) -> ToolRun | None:
        """Return the same call of an earlier connection, if the model cannot know its result."""
        for run in reversed(self.known.values()):
            if (
                run.connection < connection
                and run.asked_s >= since_s
                and (run.call.name, run.call.args) == (call.name, call.args)
                and not run.told
                and not run.cancellation.reason
                and (run.wanted or run.known is not None)
            ):
                return run
        return None

    def rename(self, run: ToolRun, key: str, call: FunctionCall) -> None:
        """Let a call answer one that repeats it under another id; the old id stays known."""
        wanted = run.wanted
        self.want(run, False)
        kept = self._answered.pop(run.key, None)
        run.key, run.call, run.delivered = key, call, False
        if kept is not None:
            self._answered[key] = run
        run.wanted = wanted
        self.add(run)
