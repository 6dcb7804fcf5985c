"""How a tool's function is run: on the engine or on a thread, once or as a generator.

Whatever the function is, its run is a series of outcomes, of which the last says so. ``async``
functions run on the engine's loop. Plain ones run on a daemon thread each, so that one that never
returns blocks neither the conversation nor the end of the process. A generator on a thread waits
after each result until it was taken, so results cannot pile up.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, NamedTuple, Protocol

from livekit_nb.errors import LiveError

__all__ = ["ENDED", "Invocation", "Outcome", "in_words", "invoke", "is_async", "is_generator"]

ENDED: Any = type("Ended", (), {"__repr__": lambda _: "<ended>"})()
"""The value of an outcome which only says that a generator has ended."""


class Outcome(NamedTuple):
    """Something a function has come to.

    Attributes
    ----------
    value : Any
        What it returned or yielded.
    last : bool
        Whether it has ended.
    problem : BaseException or None
        What it raised.
    """

    value: Any
    last: bool
    problem: BaseException | None = None


class Invocation(Protocol):
    """A run of a function."""

    async def next(self) -> Outcome:
        """Run it to its next outcome; raises ``CancelledError`` only if that was cancelled."""
        ...

    def stop(self) -> None:
        """Tell it that nothing more is wanted; an ``async`` one is cancelled by who awaits it."""
        ...

    async def close(self) -> None:
        """Let go of it; nothing is asked of it afterwards."""
        ...


def is_async(function: Callable[..., Any]) -> bool:
    """Whether a function runs on the loop."""
    return any(
        inspect.iscoroutinefunction(item) or inspect.isasyncgenfunction(item)
        for item in _faces(function)
    )


def is_generator(function: Callable[..., Any]) -> bool:
    """Whether a function yields its results."""
    return any(
        inspect.isgeneratorfunction(item) or inspect.isasyncgenfunction(item)
        for item in _faces(function)
    )


def _faces(function: Callable[..., Any]) -> tuple[Any, ...]:
    """Return the function and, for a callable object, its ``__call__``."""
    return (function, getattr(function, "__call__", None))  # noqa: B004 (its kind is asked)


def invoke(function: Callable[..., Any], arguments: dict[str, Any], name: str) -> Invocation:
    """Begin to run a function; `name` names its thread. Runs on a loop."""
    if not is_async(function):
        return _OnThread(function, arguments, name)
    if is_generator(function):
        return _AsyncGenerator(function(**arguments))
    return _Coroutine(function, arguments)


def in_words(problem: BaseException) -> str:
    """Say what went wrong; our own errors are sentences already."""
    if isinstance(problem, LiveError):
        return str(problem)
    return f"{type(problem).__name__}: {problem}"


class _Coroutine:
    def __init__(self, function: Callable[..., Any], arguments: dict[str, Any]) -> None:
        self._function = function
        self._arguments = arguments

    async def next(self) -> Outcome:
        try:
            return Outcome(await self._function(**self._arguments), last=True)
        except asyncio.CancelledError:
            raise
        except BaseException as problem:  # a tool's sys.exit() must not end the engine
            return Outcome(None, True, problem)

    def stop(self) -> None: ...

    async def close(self) -> None: ...


class _AsyncGenerator:
    def __init__(self, generator: AsyncGenerator[Any, None]) -> None:
        self._generator = generator

    async def next(self) -> Outcome:
        try:
            return Outcome(await anext(self._generator), last=False)
        except StopAsyncIteration:
            return Outcome(ENDED, last=True)
        except asyncio.CancelledError:
            raise
        except BaseException as problem:
            return Outcome(None, True, problem)

    def stop(self) -> None: ...

    async def close(self) -> None:
        with contextlib.suppress(Exception):  # nobody is left to hear of it
            await self._generator.aclose()


class _OnThread:
    def __init__(self, function: Callable[..., Any], arguments: dict[str, Any], name: str) -> None:
        self._function = function
        self._arguments = arguments
        self._loop = asyncio.get_running_loop()
        self._outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        self._go_on = threading.Semaphore(0)
        self._stopped = False
        self._begun = False
        self._name = f"livekit-nb-tool-{name}"

    async def next(self) -> Outcome:
        if self._begun:
            self._go_on.release()
        else:
            self._begun = True
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
        outcome = await self._outcomes.get()
        if inspect.isawaitable(outcome.value):  # a plain function may hand out a coroutine
            return await _Coroutine(lambda: outcome.value, {}).next()
        return outcome

    def stop(self) -> None:
        self._stopped = True
        self._go_on.release()

    async def close(self) -> None:
        self.stop()

    # On the thread -------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            result = self._function(**self._arguments)
            if inspect.isgenerator(result):
                result = self._stream(result)
            self._tell(Outcome(result, last=True))
        except BaseException as problem:
            self._tell(Outcome(None, True, problem))

    def _stream(self, generator: Generator[Any, Any, Any]) -> Any:
        with contextlib.closing(generator):
            while not self._stopped:
                try:
                    value = next(generator)
                except StopIteration as end:
                    return ENDED if end.value is None else end.value
                self._tell(Outcome(value, last=False))
                self._go_on.acquire()
        return ENDED

    def _tell(self, outcome: Outcome) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self._outcomes.put_nowait, outcome)
