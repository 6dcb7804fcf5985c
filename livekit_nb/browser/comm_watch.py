"""Whether a page that is connected over the comm is still there.

A page acknowledges at once what it is sent, so one that does not is gone: its browser ended, or the
network between. But the kernel reads comms between cells only (without subshells), so silence means
nothing while a cell runs. What counts is time in which comms were read for certain.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Final

from IPython.core.getipython import get_ipython

from livekit_nb.browser.comm import CommPage

__all__ = ["Cells", "CommReader", "Moment", "shared_cells", "watch"]

PERIOD_S: Final = 1.0

_PROMPT_S: Final = 0.25
"""A thread that takes longer to say a word has something else to do than to read comms."""

Moment = Callable[[], Awaitable[int | None]]
"""Waits for a moment in which comms can be read. Returns how many cells were begun before, ``None``
while one is running: between two moments with the same number, comms were read."""


class Cells:
    """Counts the cells of this kernel, from within one: begun is the one that makes this.

    Attributes
    ----------
    begun : int
        How many have begun.
    """

    def __init__(self) -> None:
        self.begun = 1
        self._running = 1
        self._lock = threading.Lock()  # subshells run cells on threads of their own

    def begins(self) -> None:
        """Note that a cell begins."""
        with self._lock:
            self.begun += 1
            self._running += 1

    def ends(self) -> None:
        """Note that a cell has ended; of an empty one only that is told."""
        with self._lock:
            self._running = max(0, self._running - 1)

    @property
    def between(self) -> int | None:
        """How many have begun; ``None`` while one is running."""
        return None if self._running else self.begun


_cells: Cells | None = None


def shared_cells() -> Cells | None:
    """Return the count of this kernel's cells; ``None`` where there is no kernel."""
    global _cells
    shell = get_ipython()
    if _cells is None and shell is not None:
        _cells = Cells()
        shell.events.register("pre_execute", _cells.begins)
        shell.events.register("post_execute", _cells.ends)
    return _cells


class CommReader:
    """Knows when the thread that makes it, which is the one that reads comms, can do that.

    Parameters
    ----------
    cells : Cells or None
        The kernel's cells; ``None`` when nothing is known of them.
    """

    def __init__(self, cells: Cells | None) -> None:
        self._cells = cells
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    async def moment(self) -> int | None:
        """Be a :data:`Moment`; to be awaited on another loop than that of the thread."""
        cells, loop, here = self._cells, self._loop, asyncio.get_running_loop()
        if cells is None or loop is None:
            return None
        answer: asyncio.Future[int | None] = here.create_future()

        def tell(number: int | None) -> None:
            if not answer.done():
                answer.set_result(number)

        try:
            loop.call_soon_threadsafe(lambda: here.call_soon_threadsafe(tell, cells.between))
        except RuntimeError:  # it is closed: the kernel ends
            return None
        return await answer


async def watch(page: CommPage, moment: Moment) -> None:
    """Tell `page`, until it is closed, of time in which its acknowledgements would be read."""
    loop = asyncio.get_running_loop()
    before: int | None = None
    while not page.closed:
        await asyncio.sleep(PERIOD_S)
        asked_s = loop.time()
        number = await moment()
        if loop.time() - asked_s > _PROMPT_S:
            number = None
        if number is not None and number == before:
            page.waited(PERIOD_S)
        before = number
