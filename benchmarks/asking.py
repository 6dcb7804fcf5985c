"""How late sound is while the page asks for long answers all the time.

A page connects to the real gateway over a way that carries two megabits a second from the kernel
(as a hub far away may), and at full speed. It speaks, it is spoken to in frames of 20 ms, and all
the time it asks for a picture whose answer is 200 kB. How late each frame comes, after the
quickest, is compared with the same without questions, and with answers sent whole.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.table import Row
from livekit_nb.browser.frames import Kind, pack, unpack
from livekit_nb.browser.gateway import PATH, Gateway
from livekit_nb.browser.link import BrowserLink
from livekit_nb.browser.messages import Ask, More, Start
from livekit_nb.engine import engine
from livekit_nb.recording.recorder import Recorder
from livekit_nb.widgets import answering
from tests.browser.pages import ORIGIN, Owner

SECONDS = 6.0
FRAME_S = 0.02
RATE_BYTES_S = 250_000
PICTURE = np.random.default_rng(1).bytes(150_000)  # 200 kB as base64
WHOLE = 10**9


class Kernel(Owner):
    """Owns a link, and answers what its page asks."""

    def __init__(self) -> None:
        super().__init__()
        self.recorder = Recorder()
        self.recorder.frame(PICTURE, 640, 480)
        self.link = BrowserLink(self)
        self.answering = answering.Answering(lambda: self.recorder.recording, self.link.send_text)

    def asked(self, question: Ask | More) -> None:
        """Answer."""
        self.answering.take(question)


@dataclass
class Times:
    """When frames came, and how many answers."""

    up_s: list[float] = field(default_factory=list)
    down_s: list[float] = field(default_factory=list)
    answers: int = 0


async def measure(*, ask: bool, slow: bool, piece: int = answering.PIECE) -> Times:
    """Talk for some seconds."""
    before, answering.PIECE = answering.PIECE, piece  # type: ignore[misc]
    times = Times()
    kernel, gateway = Kernel(), Gateway()
    await gateway.start()
    secret = gateway.issue(ORIGIN, kernel.link)
    try:
        async with (
            _way(gateway.port, slow) as port,
            connect(f"ws://127.0.0.1:{port}{PATH}", origin=ORIGIN, max_size=None) as socket,  # type: ignore[arg-type]
        ):
            await socket.send(
                json.dumps(
                    {
                        "type": "hello",
                        "secret": secret,
                        "page": {"origin": ORIGIN, "instance": "page", "path": "direct"},
                    }
                )
            )
            reading = asyncio.create_task(_page(socket, times, ask))
            await kernel.until(("attached", False))
            kernel.link.receive(Start({}))
            kernel.link.microphone.start(lambda _, __, arrived_s: times.up_s.append(arrived_s))
            begun_s = time.monotonic()
            for number in range(round(SECONDS / FRAME_S)):
                await asyncio.sleep(max(0.0, begun_s + number * FRAME_S - time.monotonic()))
                kernel.link.loudspeaker.play(bytes(960))
                await socket.send(pack(Kind.MIC, number, 0.0, bytes(640)))
            await asyncio.sleep(1.0)
            reading.cancel()
    finally:
        answering.PIECE = before  # type: ignore[misc]
        kernel.answering.forget()
        await gateway.close()
    return times


async def _page(socket: ClientConnection, times: Times, ask: bool) -> None:
    """Read as a page does; what is asked is asked again as soon as it was answered."""
    number = 0

    async def question() -> None:
        nonlocal number
        number += 1
        about = {"number": 1}
        await socket.send(
            json.dumps({"type": "ask", "id": number, "what": "frame", "about": about})
        )

    if ask:
        await question()
    async for data in socket:
        if isinstance(data, bytes):
            if unpack(data).kind is Kind.PLAY:
                times.down_s.append(time.monotonic())
            continue
        message = json.loads(data)
        if message["type"] == "answer":
            if message["last"]:
                times.answers += 1
                await question()
            else:
                await socket.send(json.dumps({"type": "more", "id": message["id"], "on": True}))


@asynccontextmanager
async def _way(port: int, slow: bool) -> AsyncIterator[int]:
    """A way to a port; a slow one carries so many bytes a second towards the page."""
    if not slow:
        yield port
        return

    async def carry(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rate_bytes_s: float
    ) -> None:
        free_s = time.monotonic()
        while data := await reader.read(4096):
            free_s = max(free_s, time.monotonic()) + len(data) / rate_bytes_s
            await asyncio.sleep(max(0.0, free_s - time.monotonic()))
            writer.write(data)
            await writer.drain()

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward, back = await asyncio.open_connection("127.0.0.1", port)
        both = [
            asyncio.create_task(carry(onward, writer, RATE_BYTES_S)),
            asyncio.create_task(carry(reader, back, 1e9)),
        ]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
        writer.close()
        back.close()

    server = await asyncio.start_server(attend, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def lateness(arrived_s: list[float]) -> str:
    """Return how late frames came, after the quickest one, and how many late by over 100 ms."""
    late_s = np.asarray(arrived_s) - FRAME_S * np.arange(len(arrived_s))
    late_s -= late_s.min()
    p50, p95, most = np.percentile(late_s * 1000, [50, 95, 100])
    return f"{p50:.0f} / {p95:.0f} / {most:.0f} ms"


def run() -> list[Row]:
    """Measure both ways, with and without questions, in turn."""
    rows = []
    for slow, way in ((False, "loopback"), (True, "2 Mbit/s")):
        told = {}
        for name, ask, piece in (
            ("asked", True, answering.PIECE),
            ("unasked", False, answering.PIECE),
            ("whole", True, WHOLE),
        ):
            told[name] = engine().submit(measure(ask=ask, slow=slow, piece=piece)).result(60)
        rows.append(
            Row(
                f"agent's frames late at the page, {way}, answers of 200 kB without end, "
                "p50 / p95 / most",
                lateness(told["asked"].down_s),
                f"without {lateness(told['unasked'].down_s)}; "
                f"answers sent whole {lateness(told['whole'].down_s)}",
            )
        )
        rows.append(
            Row(
                f"microphone's frames late at the kernel, {way}",
                lateness(told["asked"].up_s),
                f"without {lateness(told['unasked'].up_s)}; "
                f"answers sent whole {lateness(told['whole'].up_s)}",
            )
        )
        megabits = told["asked"].answers * 200_000 * 8 / SECONDS / 1e6
        rows.append(Row(f"answers meanwhile, {way}", f"{megabits:.1f} Mbit/s", ""))
    return rows
