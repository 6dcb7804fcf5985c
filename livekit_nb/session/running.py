"""Running the tools a model calls: each call once, its result to the connection that asked."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from livekit_nb.errors import ToolArgumentError, ToolCancelledError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.cancellation import Cancellation
from livekit_nb.session.invoking import ENDED, Invocation, Outcome, in_words, invoke
from livekit_nb.session.offer import AnyTool, Manner, manner_of
from livekit_nb.session.results import SCHEDULINGS, ToolResult, as_response
from livekit_nb.session.tools import Tool
from livekit_nb.wire.messages import FunctionCall, FunctionResponse
from livekit_nb.wire.profiles import DEFAULT_MODEL, PROFILES, Profile

__all__ = ["ToolRunner"]

_MAX_ERROR = 300  # characters
_MAX_KNOWN = 4096  # calls whose ids are remembered; a service repeats a call soon or never
_MAX_RESULTS = 64  # of which so many results are kept for a connection that asks again

_REPEATED_S = 120.0  # a question that was cut off is put again within that time, if at all

_MAX_UNSENT = 64  # results of one generator that are kept while its connection is gone

_Told = tuple[FunctionResponse, str | None]  # a result, and the error it tells of

GONE = "the connection that asked is gone"
WITHDRAWN = "the call was withdrawn"
TOO_SLOW = "it took too long"
FORGOTTEN = "This call was made before and is not made twice; its result is no longer known."


@dataclass(eq=False)
class _Run:
    """One call, from its arrival to the end of the function.

    Attributes
    ----------
    wanted : bool
        Whether somebody waits for a result.
    known : FunctionResponse or None
        The result, or the newest of several, once there is one.
    delivered : bool
        Whether `known` was handed to the connection that asks.
    gathered : list of dict
        Results of a generator which its model waits for.
    unsent : deque
        Results whose connection was gone, the newest :data:`_MAX_UNSENT`.
    streamed : bool
        Whether there was a result that was not the last.
    told : bool
        Whether a turn of the model was completed after it had the result.
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
    gathered: list[dict[str, Any]] = field(default_factory=list)
    unsent: deque[_Told] = field(default_factory=lambda: deque(maxlen=_MAX_UNSENT))
    streamed: bool = False
    told: bool = False


class ToolRunner:
    """Runs tools and hands back their results.

    ``async`` tools run on the loop; plain functions on a daemon thread each, so a function that
    never returns blocks neither the conversation nor the end of the process. Calls run side by
    side. A call that is withdrawn, or takes longer than its tool's ``timeout_s``, is cancelled as
    far as its function lets itself be; what it returns all the same is recorded, not sent.

    Parameters
    ----------
    tools : sequence of Tool
    recorder : Recorder
        Gets ``tool.call``, ``tool.progress``, ``tool.response``, ``tool.cancelled`` and
        ``tool.late`` events.
    respond : callable
        Takes a :class:`FunctionResponse` and the number of the connection whose call it answers;
        returns whether that connection took it. One that is gone gets nothing: the result is then
        recorded as ``tool.late`` and kept for a connection that asks again.
    profile : Profile, optional
        The model's generation, which decides what may stream and be scheduled.
    """

    def __init__(
        self,
        tools: Sequence[AnyTool],
        recorder: Recorder,
        respond: Callable[[FunctionResponse, int], bool],
        profile: Profile = PROFILES[DEFAULT_MODEL],
    ) -> None:
        self._recorder = recorder
        self._respond = respond
        self._profile = profile
        self._known: dict[str, _Run] = {}
        self._wanted: dict[str, _Run] = {}
        self._answered: dict[str, _Run] = {}  # whose results are kept
        self._unnamed = 0
        self.offer(tools)

    def offer(self, tools: Iterable[AnyTool]) -> None:
        """Offer other tools from now on; calls that run go on."""
        self._tools = {tool.name: tool for tool in tools if isinstance(tool, Tool)}

    @property
    def pending(self) -> int:
        """How many calls have neither been answered nor withdrawn."""
        return len(self._wanted)

    def call(self, call: FunctionCall, *, connection: int = 0) -> None:
        """Run one call.

        A call id that was seen before is not run again: a connection that was not answered yet is
        given the result as soon as there is one. Nor is a call that another connection made, with
        the same arguments, and that was cut off before the model could tell of its result: there
        the question is put again after a loss, and the model makes the same call anew.

        Parameters
        ----------
        call : FunctionCall
        connection : int
            Number of the connection that asks.
        """
        if call.id is None:
            self._unnamed += 1
        key = call.id if call.id is not None else f"unnamed-{self._unnamed}"
        if key in self._known:
            self._ask_again(self._known[key], connection)
            return
        cut_off = self._cut_off(call, connection)
        if cut_off is not None:
            self._take_over(cut_off, key, call, connection)
            return
        tool = self._tools.get(call.name)
        manner = manner_of(tool, self._profile) if tool else Manner(None, True, False)
        run = _Run(key, call, connection, self._recorder.now_s, tool, manner)
        self._remember(run)
        self._recorder.event("tool.call", id=key, name=call.name, args=call.args)
        self._wanted[key] = run
        run.task = asyncio.get_running_loop().create_task(self._run(run))

    def turn_over(self) -> None:
        """Note that the model has completed a turn: of the results it has by now it has told."""
        for run in self._known.values():
            run.told |= run.delivered and not run.wanted

    def cancel(self, ids: Iterable[str]) -> None:
        """Withdraw calls: their results are no longer wanted, and their functions are told."""
        for key in ids:
            run = self._known.get(key)
            if run is None or run.wanted:
                self._recorder.event("tool.cancelled", id=key)
            if run is not None and run.wanted:
                self._want(run, False)
                _stop(run, WITHDRAWN)

    def close(self) -> None:
        """Withdraw everything that still runs, and wait for nothing any more."""
        self.cancel(list(self._wanted))
        for run in self._known.values():
            if run.task is not None:
                run.task.cancel()

    # One call ------------------------------------------------------------------------------------

    async def _run(self, run: _Run) -> None:
        try:
            run.invocation = self._begun(run)
            if run.invocation is not None:
                await self._to_the_end(run, run.invocation)
        finally:
            if run.step is not None:
                run.step.cancel()
            if run.invocation is not None:
                await run.invocation.close()
            run.task = run.step = run.invocation = None

    def _begun(self, run: _Run) -> Invocation | None:
        """Begin to run the function; None if there is nothing to run."""
        if not run.wanted:
            return None  # withdrawn before it began
        if run.tool is None:
            self._fail(run, f"There is no tool {run.call.name!r}.")
            return None
        try:
            arguments = run.tool.arguments(run.call.args, run.cancellation)
        except ToolArgumentError as problem:
            self._fail(run, str(problem))
            return None
        return invoke(run.tool.function, arguments, run.tool.name)

    async def _to_the_end(self, run: _Run, invocation: Invocation) -> None:
        """Take one outcome after the other, until the last or until nobody wants them."""
        assert run.tool is not None
        while True:
            run.step = asyncio.create_task(invocation.next())
            await asyncio.wait({run.step}, timeout=run.tool.timeout_s if run.wanted else None)
            if not run.step.done():
                self._fail(run, _too_slow(run.tool))
                _stop(run, TOO_SLOW)
                await asyncio.wait({run.step})
            if run.step.cancelled():
                if run.wanted:
                    self._fail(run, "the tool cancelled itself")
                return
            outcome = run.step.result()
            if not run.wanted:
                self._too_late(run, outcome)
                return
            if self._take(run, outcome):
                return

    def _take(self, run: _Run, outcome: Outcome) -> bool:
        """Tell the model what a function has come to; says whether that was the last of it."""
        if outcome.problem is not None:
            self._fail(run, in_words(outcome.problem))
            return True
        result = outcome.value
        if not isinstance(result, ToolResult):
            result = ToolResult(None if result is ENDED else result)
        last = outcome.last or result.last
        try:
            response = as_response(result.value)
        except (TypeError, ValueError, RecursionError) as problem:
            self._fail(run, f"{type(problem).__name__}: {problem}")
            return True
        streams = not (last and not run.streamed) and not run.manner.blocking
        if run.manner.blocking and (run.gathered or not last):
            # Nobody can be told of one result after the other: they are told of together.
            if outcome.value is not ENDED:
                run.gathered.append(response)
            if not last:
                return False
            several = len(run.gathered) > 1
            response = {"results": run.gathered} if several else run.gathered[0]
        scheduling = result.scheduling or (run.tool.scheduling if run.tool else None)
        if outcome.value is ENDED and run.streamed:
            scheduling = "silent"
        self._tell(
            run,
            FunctionResponse(
                id=run.call.id,
                name=run.call.name,
                response=response,
                parts=result.parts(),
                scheduling=SCHEDULINGS[scheduling] if scheduling and run.manner.scheduled else None,
                will_continue=not last if streams else None,
            ),
        )
        run.streamed = True
        return last

    def _fail(self, run: _Run, problem: str) -> None:
        """Answer with an error, aloud even if the tool is a silent one."""
        error = problem[:_MAX_ERROR].encode("utf-8", "replace").decode()
        scheduling = run.tool.scheduling if run.tool else None
        scheduled = scheduling not in (None, "silent") and run.manner.scheduled
        self._tell(
            run,
            FunctionResponse(
                id=run.call.id,
                name=run.call.name,
                response={"error": error},
                scheduling=SCHEDULINGS[str(scheduling)] if scheduled else None,
                will_continue=False if run.streamed else None,
            ),
            error,
        )

    def _tell(self, run: _Run, response: FunctionResponse, error: str | None = None) -> None:
        """Hand a result to the connection that asked, if it is still there."""
        run.known, run.error = response, error
        self._want(run, bool(response.will_continue))
        run.delivered = self._respond(response, run.connection)
        if not run.delivered:
            run.unsent.append((response, error))
            self._record_late(run, response, GONE)
        elif run.wanted:
            self._recorder.event(
                "tool.progress",
                id=run.key,
                name=run.call.name,
                response=response.response,
                scheduling=response.scheduling,
            )
        else:
            self._recorder.event(
                "tool.response",
                id=run.key,
                name=run.call.name,
                response=response.response,
                duration_s=self._recorder.now_s - run.begun_s,
                error=error,
            )
        if not run.wanted:
            self._keep_result(run)

    def _too_late(self, run: _Run, outcome: Outcome) -> None:
        """Record what came after nobody wanted it any more, and keep it."""
        if outcome.value is ENDED or isinstance(outcome.problem, ToolCancelledError):
            return  # it did as it was told
        value = outcome.value.value if isinstance(outcome.value, ToolResult) else outcome.value
        try:
            told = as_response(value)
            if outcome.problem is not None:
                told = {"error": in_words(outcome.problem)[:_MAX_ERROR]}
        except (TypeError, ValueError, RecursionError) as problem:
            told = {"error": in_words(problem)[:_MAX_ERROR]}
        response = FunctionResponse(id=run.call.id, name=run.call.name, response=told)
        self._record_late(run, response, run.cancellation.reason)
        if "error" not in told:
            run.known, run.error = response, None
            self._keep_result(run)

    def _record_late(self, run: _Run, response: FunctionResponse, why: str) -> None:
        self._recorder.event(
            "tool.late", id=run.key, name=run.call.name, why=why, response=response.response
        )

    # Calls that were seen before ---------------------------------------------------------------

    def _ask_again(self, run: _Run, connection: int) -> None:
        """Answer a call that comes a second time, without running it a second time."""
        if connection == run.connection and (run.delivered or run.known is None):
            return  # the same message twice; it is answered, or will be
        run.connection = connection
        if run.known is not None:
            unsent = list(run.unsent) or [(run.known, run.error)]
            run.unsent.clear()
            for response, error in unsent:
                self._tell(run, response, error)
        elif run.task is None or not run.wanted:
            self._fail(run, FORGOTTEN)

    def _cut_off(self, call: FunctionCall, connection: int) -> _Run | None:
        """Return the same call of an earlier connection, if the model cannot know its result."""
        since_s = self._recorder.now_s - _REPEATED_S
        for run in reversed(self._known.values()):
            if (
                run.connection < connection
                and run.begun_s >= since_s
                and (run.call.name, run.call.args) == (call.name, call.args)
                and not run.told
                and not run.cancellation.reason
                and (run.wanted or run.known is not None)
            ):
                return run
        return None

    def _take_over(self, run: _Run, key: str, call: FunctionCall, connection: int) -> None:
        """Let a call that was cut off answer the one that repeats it."""
        self._recorder.event("tool.call", id=key, name=call.name, args=call.args, repeats=run.key)
        wanted = run.wanted
        self._want(run, False)
        for kept in (self._known, self._answered):
            kept.pop(run.key, None)
        run.key, run.call, run.connection = key, call, connection
        self._remember(run)
        self._want(run, wanted)
        if run.known is None:
            return  # it runs still
        unsent = list(run.unsent) or [(run.known, run.error)]
        run.unsent.clear()
        for response, error in unsent:
            self._tell(run, replace(response, id=call.id), error)

    def _want(self, run: _Run, wanted: bool) -> None:
        run.wanted = wanted
        if wanted:
            self._wanted[run.key] = run
        else:
            self._wanted.pop(run.key, None)

    def _remember(self, run: _Run) -> None:
        self._known[run.key] = run
        if len(self._known) > _MAX_KNOWN:
            ended = next((key for key, old in self._known.items() if old.task is None), None)
            self._known.pop(ended or next(iter(self._known)))

    def _keep_result(self, run: _Run) -> None:
        """Keep a final result for a while, and let the oldest go."""
        self._answered.pop(run.key, None)
        self._answered[run.key] = run
        if len(self._answered) > _MAX_RESULTS:
            oldest = self._answered.pop(next(iter(self._answered)))
            oldest.known, oldest.gathered = None, []
            oldest.unsent.clear()


def _stop(run: _Run, reason: str) -> None:
    """Let the function know that its result is not wanted."""
    run.cancellation.cancel(reason)
    if run.invocation is not None:
        run.invocation.stop()
    if run.step is not None and run.tool is not None and run.tool.is_async:
        run.step.cancel()


def _too_slow(tool: Tool) -> str:
    return (
        f"{tool.name} gave no result within {tool.timeout_s:g} seconds. It was given up; it may "
        "be tried again."
    )
