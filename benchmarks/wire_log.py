"""What it costs to write every message down: on the microphone's way, and when one looks.

Times are of the processor, so that other programs do not count.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
import tracemalloc
from collections.abc import Callable, Coroutine
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.codec import FRAME, reply
from benchmarks.table import Row
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.session.connection.connection import Connection
from livekit_nb.session.connection.transport import Transport
from livekit_nb.session.connection.wire_log import WireLog
from livekit_nb.widgets.answers import answer
from livekit_nb.wire.codec import encode
from livekit_nb.wire.messages import Blob, ClientMessage, RealtimeInput

HOURS_2 = 2 * 3600 * 50
CAPTION = json.dumps({"serverContent": {"outputTranscription": {"text": "in Paris it is "}}})


class Replies:
    """A channel that takes everything, and always receives the same."""

    def __init__(self, frame: str) -> None:
        self.frame = frame

    async def write(self, frame: bytes) -> None:
        """Take a frame."""

    async def receive(self) -> str:
        """Return the frame."""
        return self.frame

    def abort(self) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""


def step(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine that never really waits."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("it waited")


def log() -> WireLog:
    """Return one that writes to a recorder of its own."""
    return WireLog(Recorder())


def paired(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 15) -> list:
    """Time two functions in turn, A B A B …; returns two medians of processor seconds a call."""
    times: list[list[float]] = [[], []]
    calls = 200
    for _ in range(rounds):
        for which, function in enumerate((ours, theirs)):
            begun_s = time.thread_time()
            for _ in range(calls):
                function()
            times[which].append((time.thread_time() - begun_s) / calls)
    return [statistics.median(values) for values in times]


def compared(what: str, with_log: Callable[[], None], without: Callable[[], None]) -> Row:
    """Return one row: what the log adds."""
    mine, bare = paired(with_log, without)
    added = f"{(mine - bare) * 1e6:+.1f} µs"
    return Row(what, f"{mine * 1e6:.1f} µs", f"without {bare * 1e6:.1f} µs ({added})")


def speak(connection: Connection) -> Callable[[], Coroutine[Any, Any, None]]:
    """Return what the uplink does with a frame."""

    async def frame() -> None:
        blob = Blob(data=FRAME, mime_type="audio/pcm;rate=16000")
        message = encode(ClientMessage(realtime_input=RealtimeInput(audio=blob)))
        await connection.write(message, "realtimeInput.audio")

    return frame


async def over_a_socket() -> Row:
    """Measure a frame of the microphone over a real WebSocket."""

    async def swallow(socket: ServerConnection) -> None:
        async for _ in socket:
            pass

    async with serve(swallow, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", compression=None) as socket:
            transport = Transport(socket)
            ways = [speak(Connection(transport, 1, log=one)) for one in (log(), None)]
            times: list[list[float]] = [[], []]
            for _ in range(30):
                for which, way in enumerate(ways):
                    begun_s = time.thread_time()
                    for _ in range(100):
                        await way()
                    times[which].append((time.thread_time() - begun_s) / 100)
                    await asyncio.sleep(0.01)
            await transport.close()
    mine, bare = map(statistics.median, times)
    what = "20 ms of microphone, encoded and written to a WebSocket, with the log"
    return Row(
        what, f"{mine * 1e6:.1f} µs", f"without {bare * 1e6:.1f} µs: ratio {mine / bare:.3f}"
    )


def two_hours() -> tuple[Recording, int]:
    """Return a recording with the messages of a talk of two hours, and the bytes they take."""
    recorder = Recorder()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(HOURS_2):
        recorder.message("sent", "realtimeInput.audio", 929, connection=1)
        if number % 5 == 0:
            recorder.message("received", "serverContent.audio", 10_300, connection=1)
            recorder.agent_received(b"", 0.0)
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    for number in range(2000):
        recorder.message("received", "toolCall", 100, f'{{"n":{number}}}', connection=1)
    return recorder.recording, used


def run() -> list[Row]:
    """Measure."""
    rows = [asyncio.run(over_a_socket())]
    for what, frame in (
        ("200 ms of the agent's sound, received and decoded, with the log", reply(200)),
        ("a caption, likewise", CAPTION),
    ):
        ways = [Connection(Replies(frame), 1, log=one) for one in (log(), None)]
        with_log, without = (
            lambda connection=connection: step(connection.receive()) for connection in ways
        )
        rows.append(compared(what, with_log, without))
    recording, used = two_hours()
    total = len(recording.messages)
    rows.append(Row("a message of sound in memory", f"{used / (total - 2000):.0f} bytes"))
    ask = {"what": "messages", "start": -80, "count": 80}

    def all_() -> None:
        answer(recording, {**ask, "audio": True})

    def some() -> None:
        answer(recording, {**ask, "audio": False, "text": "call"})

    every, few = paired(all_, some, rounds=2)
    rows.append(
        Row(
            f"an answer to the page: 80 of {total:,} messages",
            f"{every * 1e3:.1f} ms",
            f"with a filter {few * 1e3:.1f} ms",
        )
    )
    return rows
