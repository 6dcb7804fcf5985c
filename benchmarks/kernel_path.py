"""What a conversation costs the engine, without a browser: a page and a server made of sockets.

The kernel's part runs for real in a process of its own (`benchmarks.kernel_process`): gateway,
recorder, session, timeline. This process plays the page (50 frames of the microphone a second, ten
reports of playback) and the service. CPU time is what Linux accounts to the kernel's process, for
50 frames. A frame is sent when the one before has reached the service: on a busy machine they would
come in bunches, which costs less. What a bare relay of the same frames costs is told beside it
(`benchmarks.kernel_relay`): less than that is not to be had with Python and `websockets`.

``python -m benchmarks.kernel_path ../another/checkout`` measures that one beside this one, in turn,
and prints ratios; what is small here is seen, though the machine is loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import sys
import time
from asyncio.subprocess import PIPE
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from benchmarks.table import Row
from livekit_nb.browser.frames import Kind, pack, unpack
from livekit_nb.wire.codec import decode_client, encode
from livekit_nb.wire.messages import (
    Blob,
    Content,
    Empty,
    Part,
    ServerContent,
    ServerMessage,
    Transcription,
)
from tests import speech

HERE = Path(__file__).parents[1]
ORIGIN = "http://localhost:8888"
FRAME_S = 0.02
WINDOW_S = 8.0
PIECE_S = 0.16
CLIPS = ("weather_paris", "tell_story", "timer_ten")
PHASES = ("listening to silence", "the user talks", "the agent talks")


def said() -> np.ndarray:
    """Speech without a pause that could be taken for its end, as 16 kHz int16."""
    pieces = []
    for name in CLIPS:
        sound = speech.samples(name)
        loud = np.flatnonzero(np.abs(sound) > 0.02)
        pieces.append(sound[loud[0] : loud[-1]])
    whole = np.concatenate(pieces) * 32767.0
    count = round(WINDOW_S * 1.5 * speech.RATE_HZ)
    return np.tile(whole, count // len(whole) + 1)[:count].astype("<i2")


@dataclass
class Service:
    """A Live server that speaks when it is told to, as fast as its sound lasts."""

    sound: np.ndarray
    speaks: asyncio.Event = field(default_factory=asyncio.Event)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    frames: int = 0

    async def serve(self, socket: ServerConnection) -> None:
        """Accept the settings, take everything, and speak."""
        decode_client(await socket.recv())
        await socket.send(encode(ServerMessage(setup_complete=Empty())))
        speaking = asyncio.create_task(self._speak(socket))
        with contextlib.suppress(ConnectionClosed):
            async for _ in socket:
                self.frames += 1
                self.heard.set()
        speaking.cancel()

    async def _speak(self, socket: ServerConnection) -> None:
        await self.speaks.wait()
        size = round(24000 * PIECE_S)
        begun_s = time.monotonic()
        for number, first in enumerate(range(0, len(self.sound) - size, size)):
            blob = Blob(data=self.sound[first : first + size].tobytes(), mime_type="audio/pcm")
            turn = Content(role="model", parts=[Part(inline_data=blob)])
            words = Transcription(text="so it ")
            content = ServerContent(model_turn=turn, output_transcription=words)
            await socket.send(encode(ServerMessage(server_content=content)))
            await asyncio.sleep(begun_s + (number + 1) * PIECE_S - 0.4 - time.monotonic())


class Page:
    """Sends frames by the clock, answers pings, and reports what it would have played."""

    def __init__(self, socket: ClientConnection, service: Service) -> None:
        self.sound: np.ndarray | None = None
        self._socket = socket
        self._service = service
        self._given = 0
        self._playing_s: float | None = None

    async def capture(self) -> None:
        """Send a frame every 20 ms, and none before the last one was heard."""
        random = np.random.default_rng(1)
        room = (3 * random.standard_normal(16000 * 20)).astype("<i2")
        due_s, number, spoken = time.monotonic(), 0, 0
        while True:
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            due_s = max(due_s, time.monotonic() - 0.002) + FRAME_S
            at = 320 * (number % 1000)
            frame = room[at : at + 320]
            if self.sound is not None and spoken + 320 <= len(self.sound):
                frame = self.sound[spoken : spoken + 320]
                spoken += 320
            time_ms = 1000 * (due_s - 2 * FRAME_S)
            self._service.heard.clear()
            await self._socket.send(pack(Kind.MIC, number, time_ms, frame.tobytes()))
            await self._service.heard.wait()
            if self._playing_s is not None and number % 5 == 0:
                await self._report()
            number += 1

    async def read(self) -> None:
        """Answer."""
        async for data in self._socket:
            if isinstance(data, bytes):
                self._given += len(unpack(data).payload) // 2
                if self._playing_s is None:
                    self._playing_s = time.monotonic() + 0.1
                    await self._report()
                continue
            told = json.loads(data)
            if told["type"] == "ping":
                answer = {"id": told["id"], "kernel_s": told["kernel_s"]}
                await self.say("pong", **answer, page_ms=1000 * time.monotonic())

    async def say(self, kind: str, **what: object) -> None:
        """Send a message."""
        await self._socket.send(json.dumps({"type": kind, **what}))

    async def _report(self) -> None:
        assert self._playing_s is not None
        played = round(24000 * max(0.0, time.monotonic() - self._playing_s))
        times = {"start_ms": 1000 * self._playing_s, "output_latency_s": 0.02}
        numbers = {"run": 0, "from": 0, "played": min(played, self._given), "underruns": 0}
        await self.say("playback", state="playing", reason=None, **numbers, **times)


def cpu_s(pid: int) -> float:
    """Return the CPU time that a process has used."""
    used = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):
            used += int((task / "schedstat").read_text().split()[0])
    return used / 1e9


async def over(pid: int, service: Service) -> float:
    """Return the share of a core that a process uses for the next frames, a second's 50."""
    before_s, frames = cpu_s(pid), service.frames
    await asyncio.sleep(WINDOW_S)
    return (cpu_s(pid) - before_s) / ((service.frames - frames) * FRAME_S)


async def measure(checkout: Path, program: str = "kernel_process") -> list[float]:
    """Hold one conversation with the kernel's part of a checkout; returns a share a phase."""
    sound = said()
    service = Service(np.repeat(sound, 3)[::2])
    async with serve(service.serve, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        path = str(HERE / "benchmarks" / f"{program}.py")
        kernel = await asyncio.create_subprocess_exec(
            *(sys.executable, path, str(checkout), f"ws://127.0.0.1:{port}", ORIGIN),
            stdin=PIPE,
            stdout=PIPE,
        )
        assert kernel.stdout is not None
        media, secret = (await kernel.stdout.readline()).decode().split()
        try:
            async with connect(
                f"ws://127.0.0.1:{media}/media", origin=ORIGIN, compression=None
            ) as socket:
                page = Page(socket, service)
                info = {"origin": ORIGIN, "instance": "page", "path": "direct"}
                await page.say("hello", secret=secret, page=info)
                reading = asyncio.create_task(page.read())
                await page.say("start", device={}, command=1)
                capturing = asyncio.create_task(page.capture())
                await asyncio.sleep(3.0)
                shares = [await over(kernel.pid, service)]
                if program == "kernel_process":
                    page.sound = sound
                    await asyncio.sleep(1.0)
                    shares.append(await over(kernel.pid, service))
                    page.sound = None
                    service.speaks.set()
                    await asyncio.sleep(1.0)
                    shares.append(await over(kernel.pid, service))
                    assert page._playing_s is not None, "the agent was not heard"
                for task in (reading, capturing):
                    task.cancel()
                await asyncio.gather(reading, capturing, return_exceptions=True)
        finally:
            kernel.kill()
            await kernel.wait()
    return shares


async def run() -> list[Row]:
    """Measure this checkout."""
    (least,) = await measure(HERE, "kernel_relay")
    shares = await measure(HERE)
    return [
        Row(
            f"kernel without a browser, {phase}, of a core",
            f"{100 * share:.1f} %",
            f"{share / least:.1f} times a bare relay's {100 * least:.1f} %",
        )
        for phase, share in zip(PHASES, shares, strict=True)
    ]


async def compare(other: Path, rounds: int) -> None:
    """Print this checkout beside another."""
    runs: dict[Path, list[list[float]]] = {HERE: [], other: []}
    for _ in range(rounds):
        both = await asyncio.gather(*(measure(checkout) for checkout in runs))
        for shares, figures in zip(runs.values(), both, strict=True):
            shares.append(figures)
    for number, phase in enumerate(PHASES):
        mine, theirs = (statistics.median(row[number] for row in rows) for rows in runs.values())
        print(f"{phase}: {100 * mine:.2f} % against {100 * theirs:.2f} %: {mine / theirs:.2f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(compare(Path(sys.argv[1]).resolve(), int(([*sys.argv, "1"])[2])))
    else:
        print(asyncio.run(run()))
