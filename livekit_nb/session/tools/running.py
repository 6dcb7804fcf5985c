"""Running the tools a model calls: each call once, its result to the connection that asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from livekit_nb.errors import ToolArgumentError, ToolCancelledError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.tools.invoking import ENDED, Invocation, Outcome, in_words, invoke
from livekit_nb.session.tools.offer import AnyTool, Manner, manner_of
from livekit_nb.session.tools.results import SCHEDULINGS, ToolResult, as_response
from livekit_nb.session.tools.tool import Tool
from livekit_nb.session.tools.tool_run import REPEATED_S, CallMemory, ToolRun
from livekit_nb.wire.messages import FunctionCall, FunctionResponse
from livekit_nb.wire.profiles import DEFAULT_MODEL, PROFILES, Profile

__all__ = ["ToolRunner"]

_MAX_ERROR = 300  # characters
GONE = "the connection that asked is gone"
WITHDRAWN = "the call was withdrawn"
TOO_SLOW = "it took too long"
FORGOTTEN = "This call was made before and is not made twice; its result is no longer known."


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

    Attributes
    ----------
    owed : bool
        Whether the model was sent a result to speak of in a turn of its own. Who listens to the
        model takes that back when it speaks.
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
        self._calls = CallMemory()
        self._unnamed = 0
        self.owed = False
        self.offer(tools)

    def offer(self, tools: Iterable[AnyTool]) -> None:
        """Offer other tools from now on; calls that run go on."""
        self._tools = {tool.name: tool for tool in tools if isinstance(tool, Tool)}

    @property
    def pending(self) -> int:
        """How many calls have neither been answered nor withdrawn."""
        return len(self._calls.wanted)

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
        tool = self._tools.get(call.name)
        manner = manner_of(tool, self._profile) if tool else Manner(None, True, False)
        if tool is not None and manner.blocking:
            self.paused()  # it waits for the result before it says more
        known = self._calls.known.get(key)
        if known is not None and known.key == key:
            self._ask_again(known, connection)
            return
        if known is not None and (key, connection) in known.heard:
            return
        since_s = self._recorder.now_s - REPEATED_S
        run = known or self._calls.cut_off(call, connection, since_s)
        if run is not None:
            self._recorder.event(
                "tool.call",
                id=key,
                name=call.name,
                args=call.args,
                blocking=manner.blocking,
                repeats=run.key,
            )
            run.asked_s = self._recorder.now_s
            self._calls.rename(run, key, call)
            self._ask_again(run, connection)
            return
        run = ToolRun(key, call, connection, self._recorder.now_s, tool, manner)
        self._calls.add(run)
        self._recorder.event(
            "tool.call", id=key, name=call.name, args=call.args, blocking=manner.blocking
        )
        run.task = asyncio.get_running_loop().create_task(self._run(run))

    def spoke(self) -> None:
        """Note that the model says something."""
        self._calls.spoke()

    def paused(self) -> None:
        """Note that it was cut short, or says more later: what comes next is something else."""
        self._calls.paused()

    def turn_over(self) -> None:
        """Note that it has said all: of the results it had before it began it has told by now."""
        self._calls.turn_over()

    def cancel(self, ids: Iterable[str]) -> None:
        """Withdraw calls: their results are no longer wanted, and their functions are told."""
        for key in ids:
            run = self._calls.known.get(key)
            if run is None or run.wanted:
                self._recorder.event("tool.cancelled", id=key)
            if run is not None and run.wanted:
                self._calls.want(run, False)
                run.stop(WITHDRAWN)

    def close(self) -> None:
        """Withdraw everything that still runs, and wait for nothing any more."""
        self.cancel(list(self._calls.wanted))
        for run in self._calls.known.values():
            if run.task is not None:
                run.task.cancel()

    # One call ------------------------------------------------------------------------------------

    async def _run(self, run: ToolRun) -> None:
        try:
            run.invocation = self._begun(run)
            if run.invocation is not None:
                await self._to_the_end(run, run.invocation)
        except asyncio.CancelledError:
            raise
        except BaseException as problem:  # of whatever kind it is: some come from compiled code
            if run.wanted:
                self._fail(run, _unforeseen(problem))
        finally:
            if run.step is not None:
                run.step.cancel()
            if run.invocation is not None:
                await run.invocation.close()
            run.task = run.step = run.invocation = None

    def _begun(self, run: ToolRun) -> Invocation | None:
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

    async def _to_the_end(self, run: ToolRun, invocation: Invocation) -> None:
        """Take one outcome after the other, until the last or until nobody wants them."""
        assert run.tool is not None
        while True:
            run.step = asyncio.create_task(invocation.next())
            await asyncio.wait({run.step}, timeout=run.tool.timeout_s if run.wanted else None)
            if not run.step.done():
                self._fail(run, _too_slow(run.tool))
                run.stop(TOO_SLOW)
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

    def _take(self, run: ToolRun, outcome: Outcome) -> bool:
        """Tell the model what a function has come to; says whether that was the last of it."""
        if outcome.problem is not None:
            self._fail(run, in_words(outcome.problem))
            return True
        result = outcome.value
        if not isinstance(result, ToolResult):
            result = ToolResult(None if result is ENDED else result)
        last = outcome.last or result.last
        # Nobody can be told of one result after the other: they are told of together.
        gathers = run.manner.blocking and (len(run.gathered) > 0 or not last)
        try:
            response = as_response(result.value)
            if gathers and outcome.value is not ENDED:
                run.gathered.add(response, result)
        except (TypeError, ValueError, RecursionError) as problem:
            self._fail(run, f"{type(problem).__name__}: {problem}")
            return True
        streams = not (last and not run.streamed) and not run.manner.blocking
        if gathers and not last:
            return False
        response, parts = run.gathered.told() if gathers else (response, result.parts())
        scheduling = result.scheduling or (run.tool.scheduling if run.tool else None)
        if outcome.value is ENDED and run.streamed:
            scheduling = "silent"
        self._tell(
            run,
            FunctionResponse(
                id=run.call.id,
                name=run.call.name,
                response=response,
                parts=parts,
                scheduling=SCHEDULINGS[scheduling] if scheduling and run.manner.scheduled else None,
                will_continue=not last if streams else None,
            ),
        )
        run.streamed = True
        return last

    def _fail(self, run: ToolRun, problem: str) -> None:
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

    def _tell(self, run: ToolRun, response: FunctionResponse, error: str | None = None) -> None:
        """Hand a result to the connection that asked, if it is still there."""
        delivered = self._respond(response, run.connection)  # what cannot be sent is no answer
        run.known, run.error, run.delivered = response, error, delivered
        run.heard_at = self._calls.begun
        self._calls.want(run, bool(response.will_continue))
        aloud = response.scheduling != "SILENT" and not run.manner.blocking
        self.owed |= run.delivered and aloud
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
                scheduling=response.scheduling,
            )
        if not run.wanted:
            self._calls.keep_result(run)
            if run.delivered:
                run.heard.add((run.key, run.connection))

    def _too_late(self, run: ToolRun, outcome: Outcome) -> None:
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
            self._calls.keep_result(run)

    def _record_late(self, run: ToolRun, response: FunctionResponse, why: str) -> None:
        self._recorder.event(
            "tool.late", id=run.key, name=run.call.name, why=why, response=response.response
        )

    def _ask_again(self, run: ToolRun, connection: int) -> None:
        """Answer a call that comes a second time, without running it a second time."""
        if connection == run.connection and (run.delivered or run.known is None):
            return  # the same message twice; it is answered, or will be
        run.connection = connection
        if run.known is not None:
            for response, error in run.take_unsent():
                self._tell(run, replace(response, id=run.call.id), error)
        elif run.task is None or not run.wanted:
            self._fail(run, FORGOTTEN)


def _unforeseen(problem: BaseException) -> str:
    """Name a problem by its kind: its own words may be anything, or fail themselves."""
    return (
        f"The tool failed in a way it did not provide for ({type(problem).__name__}). It may be "
        "tried again in another way."
    )


def _too_slow(tool: Tool) -> str:
    return (
        f"{tool.name} gave no result within {tool.timeout_s:g} seconds. It was given up; it may "
        "be tried again."
    )
