"""Running the tools a model calls: each call once, its result to the connection that asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.tools import Tool
from livekit_nb.wire.messages import FunctionCall, FunctionResponse

__all__ = ["ToolRunner"]

_MAX_ERROR = 300


class ToolRunner:
    """Runs tools and hands back their results.

    ``async`` tools run on the engine's loop; plain functions on a daemon thread each, so a
    function that never returns blocks neither the conversation nor the end of the process.

    Parameters
    ----------
    tools : sequence of Tool
    recorder : Recorder
        Gets ``tool.call``, ``tool.response`` and ``tool.cancelled`` events.
    respond : callable
        Takes a :class:`FunctionResponse` and the number of the connection whose call it answers;
        returns whether that connection took it. One that is gone gets nothing: the result is then
        recorded as ``tool.late`` and kept for a connection that asks again.
    """

    def __init__(
        self,
        tools: Sequence[Tool],
        recorder: Recorder,
        respond: Callable[[FunctionResponse, int], bool],
    ) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._recorder = recorder
        self._respond = respond
        self._running: dict[str, asyncio.Task[None]] = {}
        self._seen: set[str] = set()

    @property
    def pending(self) -> int:
        """How many calls have neither been answered nor cancelled."""
        return len(self._running)

    def call(self, call: FunctionCall, *, connection: int = 0) -> None:
        """Run one call; a call id that was seen before is not run again.

        Parameters
        ----------
        call : FunctionCall
        connection : int
            Number of the connection that asks.
        """
        identity = call.id or f"call-{len(self._seen)}"
        if identity in self._seen:
            return
        self._seen.add(identity)
        self._recorder.event("tool.call", id=identity, name=call.name, args=call.args)
        task = asyncio.get_running_loop().create_task(self._run(identity, call, connection))
        self._running[identity] = task
        task.add_done_callback(lambda _: self._running.pop(identity, None))

    def cancel(self, ids: Sequence[str]) -> None:
        """Forget calls whose results are no longer wanted; ``async`` tools are cancelled."""
        for identity in ids:
            task = self._running.pop(identity, None)
            if task is not None:
                task.cancel()
            self._recorder.event("tool.cancelled", id=identity)

    def close(self) -> None:
        """Cancel everything that still runs."""
        self.cancel(list(self._running))

    async def _run(self, identity: str, call: FunctionCall, connection: int) -> None:
        begun_s = self._recorder.now_s
        error: str | None = None
        try:
            response = _as_response(await self._invoke(call))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            error = "the tool cancelled itself"
        except BaseException as problem:  # a tool's sys.exit() must not end the engine
            error = f"{type(problem).__name__}: {problem}"[:_MAX_ERROR]
        if error is not None:
            response = {"error": error}
        self._recorder.event(
            "tool.response",
            id=identity,
            name=call.name,
            response=response,
            duration_s=self._recorder.now_s - begun_s,
            error=error,
        )
        try:
            self._respond(
                FunctionResponse(id=call.id, name=call.name, response=response), connection
            )
        except (ValueError, TypeError) as problem:
            error = f"the tool's result cannot be sent ({type(problem).__name__})"
            self._recorder.event("session.error", message=f"{call.name}: {error}")
            self._respond(
                FunctionResponse(id=call.id, name=call.name, response={"error": error}), connection
            )

    async def _invoke(self, call: FunctionCall) -> Any:
        tool = self._tools.get(call.name)
        if tool is None:
            raise LookupError(f"there is no tool {call.name!r}")
        arguments = tool.arguments(call.args)
        if tool.is_async:
            return await tool.function(**arguments)
        return await _in_thread(tool.function, arguments, call.name)


async def _in_thread(function: Callable[..., Any], arguments: dict[str, Any], name: str) -> Any:
    """Run `function` on a daemon thread (an executor's threads would hold up the exit)."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, problem: BaseException | None) -> None:
        if done.done():
            return
        if problem is None:
            done.set_result(result)
        else:
            done.set_exception(problem)

    def work() -> None:
        result, problem = None, None
        try:
            result = function(**arguments)
        except BaseException as caught:
            # StopIteration cannot be raised into a future; SystemExit must not end the engine.
            plain = isinstance(caught, Exception) and not isinstance(caught, StopIteration)
            problem = caught if plain else RuntimeError(f"{type(caught).__name__}: {caught}")
        loop.call_soon_threadsafe(settle, result, problem)

    threading.Thread(target=work, name=f"livekit-nb-tool-{name}", daemon=True).start()
    return await done


def _as_response(result: Any) -> dict[str, Any]:
    """Return a tool's result as the JSON object the wire wants."""
    plain = msgspec.to_builtins(result, str_keys=True, enc_hook=_plain)
    if isinstance(plain, dict):
        return plain
    # A model that gets an empty result tends to call again, so say that it is done.
    return {"status": "done"} if plain is None else {"result": plain}


def _plain(value: Any) -> Any:
    """Convert what numpy and its kin return."""
    for method in ("item", "tolist"):
        convert = getattr(value, method, None)
        if convert is not None and (method == "tolist" or getattr(value, "size", 1) == 1):
            return convert()
    raise TypeError(
        f"the tool returned a {type(value).__name__}, which is no JSON; return plain values"
    )
