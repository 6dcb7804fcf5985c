from __future__ import annotations

import asyncio
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

from livekit_nb.browser.comm import MAX_SILENT_S, CommPage
from livekit_nb.browser.comm_watch import Cells, CommReader, watch
from livekit_nb.browser.messages import PageInfo
from livekit_nb.engine import engine
from livekit_nb.lab.fast_time import run
from tests.patience import PATIENCE_S

INFO = PageInfo("http://localhost:8888", "page-1", "comm")


class Kernel:
    """What a kernel does, second after second: the number of a moment and how long it took."""

    def __init__(self) -> None:
        self.number: int | None = 1
        self.takes_s = 0.0
        self.cell_a_second = False

    async def moment(self) -> int | None:
        await asyncio.sleep(self.takes_s)
        if self.cell_a_second and self.number is not None:
            self.number += 1
        return self.number


async def silence(kernel: Kernel, seconds: float) -> bool:
    """Let a page be silent for so long; whether it counts as gone."""
    gone = asyncio.Event()
    page = CommPage(lambda content, buffers: None, INFO, gone.set)
    page.send_text({"type": "status"})
    watching = asyncio.create_task(watch(page, kernel.moment))
    await asyncio.sleep(seconds)
    watching.cancel()
    return gone.is_set()


def test_a_page_that_is_silent_while_comms_are_read_is_gone() -> None:
    assert not run(silence(Kernel(), MAX_SILENT_S - 1))
    assert run(silence(Kernel(), MAX_SILENT_S + 5))


@pytest.mark.parametrize(
    "busy",
    [
        {"number": None},
        {"takes_s": 1.0},
        {"takes_s": 10_000.0},
        {"cell_a_second": True},
    ],
)
def test_what_keeps_the_kernel_from_reading_comms_is_not_taken_for_silence(
    busy: dict[str, Any],
) -> None:
    kernel = Kernel()
    vars(kernel).update(busy)
    assert not run(silence(kernel, 3600.0))


def test_a_page_that_is_closed_is_watched_no_more() -> None:
    async def closed() -> None:
        page = CommPage(lambda content, buffers: None, INFO, lambda: None)
        page.close(1000, "the widget is closed")
        await watch(page, Kernel().moment)

    run(closed())


def test_cells_are_counted_from_within_the_first() -> None:
    cells = Cells()
    assert cells.between is None
    cells.ends()
    assert cells.between == 1
    cells.ends()  # an empty one
    cells.begins()
    cells.begins()  # in a subshell
    cells.ends()
    assert cells.between is None
    cells.ends()
    assert cells.between == 3


async def test_without_a_kernel_nothing_is_known() -> None:
    assert await CommReader(None).moment() is None
    made_elsewhere = await asyncio.to_thread(CommReader, Cells())
    assert await made_elsewhere.moment() is None


async def test_a_thread_that_is_there_tells_the_number() -> None:
    cells = Cells()
    cells.ends()
    reader = CommReader(cells)
    assert await asyncio.wrap_future(engine().submit(reader.moment())) == 1


CELL = """
import asyncio
from livekit_nb.browser.comm_watch import CommReader, shared_cells
from livekit_nb.engine import engine

async def tell():
    while (number := await reader.moment()) is None:
        await asyncio.sleep(0.01)
    print("between:", number, flush=True)

reader = CommReader(shared_cells())
"""

ASK = """
print("within:", await asyncio.wrap_future(engine().submit(reader.moment())))
engine().submit(tell());
"""


def test_a_real_kernel_reads_comms_between_its_cells() -> None:
    printed: list[str] = []

    def note(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            printed.extend(message["content"]["text"].split("\n"))

    manager, client = start_new_kernel(startup_timeout=PATIENCE_S)
    try:
        for cell, number in ((CELL + ASK, 1), (ASK, 2)):
            client.execute_interactive(cell, timeout=PATIENCE_S, output_hook=note)
            while f"between: {number}" not in printed:
                note(client.get_iopub_msg(timeout=PATIENCE_S))
        within = [line for line in printed if line.startswith("within")]
        assert within == ["within: None"] * 2, "while a cell waits, comms wait too"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
