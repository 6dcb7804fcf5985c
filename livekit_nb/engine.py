"""One background thread with one asyncio loop: the place where conversations run.

Sessions, the media gateway and the recorder live on this loop, so nothing of them waits for a
notebook cell, and nothing needs the kernel's own loop. Public coroutines are wrapped in
:func:`bridge`, so they can be awaited from any loop: a notebook's, ``asyncio.run``'s or a test's.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Generic, TypeVar

__all__ = ["QUICK_SWITCH_S", "Engine", "bridge", "engine"]

T = TypeVar("T")

QUICK_SWITCH_S = 0.001
"""How long a computing cell may keep the interpreter from the engine while somebody talks.

Python's default of 5 ms is waited for several times on a frame's way. Beside a loop in pure Python
a frame passed from socket to socket took 5.8 ms at the median with 5 ms, 3.0 ms with 1 ms and no
less with 0.1 ms, and the loop was no slower.
"""


class Engine:
    """A daemon thread that runs an asyncio loop until the process ends.

    Daemon, because a kernel that is told to quit must not wait for a conversation.

    Attributes
    ----------
    loop : asyncio.AbstractEventLoop
        The loop; only :meth:`call` and :meth:`submit` may be used from other threads.
    """

    def __init__(self, name: str = "livekit-nb-engine") -> None:
        self.loop = asyncio.new_event_loop()
        self._hurries = 0
        self._usual_switch_s = QUICK_SWITCH_S
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    @property
    def is_current(self) -> bool:
        """Whether the calling code already runs on the engine's thread."""
        return threading.current_thread() is self._thread

    def call(self, function: Callable[..., object], *args: Any) -> None:
        """Run `function` on the engine soon; callable from any thread, returns at once."""
        self.loop.call_soon_threadsafe(function, *args)

    def hurry(self) -> None:
        """Get the interpreter quickly from busy cells until :meth:`rest`; calls are counted.

        Changes ``sys.setswitchinterval`` for the whole process, unless it is that low already.
        """
        self._hurries += 1
        if self._hurries == 1:
            self._usual_switch_s = sys.getswitchinterval()
            sys.setswitchinterval(min(self._usual_switch_s, QUICK_SWITCH_S))

    def rest(self) -> None:
        """Take one :meth:`hurry` back; after the last, the interval is what it was before."""
        self._hurries -= 1
        if self._hurries == 0:
            sys.setswitchinterval(self._usual_switch_s)

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run `coroutine` on the engine; callable from any thread.

        Returns
        -------
        concurrent.futures.Future
            Its ``result()`` blocks the caller, so never call that on the engine's own thread.
        """
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)


_engine: Engine | None = None
_lock = threading.Lock()


def engine() -> Engine:
    """Return the process's engine, started on first use."""
    global _engine
    with _lock:
        if _engine is None:
            _engine = Engine()
        return _engine


async def bridge(
    coroutine: Coroutine[Any, Any, T], unclaimed: Callable[[T], object] | None = None
) -> T:
    """Await `coroutine`, which runs on the engine, from whatever loop the caller is on.

    Cancelling the caller cancels the coroutine. That may come too late: the coroutine has returned,
    or returns before the engine gets round to it. Then nobody gets its result, except `unclaimed`,
    which is called with it on the engine.
    """
    if engine().is_current:
        return await coroutine
    crossing = _Crossing(coroutine)
    try:
        return await asyncio.wrap_future(crossing.result)
    except asyncio.CancelledError:
        engine().call(crossing.give_up, unclaimed)
        raise


class _Crossing(Generic[T]):
    """A coroutine on the engine, and the way of its result to another loop."""

    def __init__(self, coroutine: Coroutine[Any, Any, T]) -> None:
        self.result: concurrent.futures.Future[T] = concurrent.futures.Future()
        # Not to be cancelled by who waits from now on: only the task says what became of it.
        self.result.set_running_or_notify_cancel()
        engine().call(self._begin, coroutine)

    def _begin(self, coroutine: Coroutine[Any, Any, T]) -> None:
        self._task = asyncio.create_task(coroutine)
        self._task.add_done_callback(self._cross)

    def _cross(self, task: asyncio.Task[T]) -> None:
        problem = asyncio.CancelledError() if task.cancelled() else task.exception()
        if problem is None:
            self.result.set_result(task.result())
        else:
            self.result.set_exception(problem)

    def give_up(self, unclaimed: Callable[[T], object] | None) -> None:
        """Cancel the task; if it has a result all the same, hand that in."""
        self._task.cancel()
        if unclaimed is not None:
            self._task.add_done_callback(partial(_hand_in, unclaimed))


def _hand_in(unclaimed: Callable[[T], object], task: asyncio.Task[T]) -> None:
    if not task.cancelled() and task.exception() is None:
        unclaimed(task.result())
