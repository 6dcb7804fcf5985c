"""How many can talk at once: real-time conversations until the answers come too late.

Callers say recorded sentences at the pace at which a microphone hears them, frame by frame of 20 ms
through a WebSocket, listen to each answer to its end, pause, and go on. Every few seconds there are
more of them. A level counts as too much when the 95th percentile of voice-to-voice latency passes
800 ms; an answer that does not come within ten seconds counts as that long.

Then a server that measures its own load (as it does unless told otherwise) is called by twice as
many as were too much: some are refused in the service's words, and the others are measured again.

Callers run on the same machine, in one process, so a machine of two cores serves somewhat more when
they do not. A row says how much of a core they took, and how late they were themselves: latencies
are counted from when a frame was really sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.load_caller import PATIENCE_S, Answer, Caller, Clip, call, clips
from benchmarks.server_start import resident_mb
from benchmarks.table import Row

__all__ = ["Level", "run", "summary"]

LEVELS = (2, 6, 10, 12, 14, 16, 18, 20, 24, 28)
SETTLE_S, MEASURE_S = 3.0, 20.0
COMING_S = 0.4  #: between two callers of the crowd
CROWD_S = 25.0  #: for which it is measured
TOO_LATE_S = 0.8
UNAVAILABLE = (1011, "The service is currently unavailable.")


@dataclass(frozen=True)
class Level:
    """What was measured with so many at once."""

    sessions: int
    answers: Sequence[Answer]
    server_cores: float
    callers_cores: float
    memory_mb: float

    @property
    def early(self) -> int:
        """How many answers began before the question was over."""
        return sum(
            one.voice_to_voice_s is not None and one.voice_to_voice_s < 0 for one in self.answers
        )

    @property
    def waits_s(self) -> list[float]:
        """Voice-to-voice latency of the others; what never came as long as it was waited for."""
        told = [one.voice_to_voice_s for one in self.answers]
        return [PATIENCE_S if one is None else one for one in told if one is None or one >= 0]

    @property
    def p95_s(self) -> float:
        """Their 95th percentile; infinite if there are none."""
        return float(np.percentile(self.waits_s, 95)) if self.waits_s else float("inf")

    def row(self, what: str) -> Row:
        """What is printed."""
        if not self.answers:
            return Row(what, "nobody was answered in time", "")
        never = sum(one.voice_to_voice_s is None for one in self.answers)
        p50 = np.median(self.waits_s) if self.waits_s else float("inf")
        late = np.percentile([one.late_s for one in self.answers], 95)
        return Row(
            what,
            f"{p50 * 1000:.0f} / {self.p95_s * 1000:.0f} ms",
            f"{len(self.answers)} questions, {never} unanswered, {self.early} cut short; "
            f"server {self.server_cores:.2f} cores, {self.memory_mb:.0f} MB; callers "
            f"{self.callers_cores:.2f} cores, {late * 1000:.0f} ms late at p95",
        )


class Server:
    """A server in a process of its own."""

    def __init__(self, pid: int, url: str) -> None:
        self.url = url
        self._pid = pid

    @property
    def memory_mb(self) -> float:
        """Resident memory."""
        return resident_mb(self._pid)

    @property
    def used_s(self) -> float:
        """Processor time used so far; 0 where the system does not tell."""
        stat = Path(f"/proc/{self._pid}/stat")
        if not stat.exists():
            return 0.0
        fields = stat.read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def started(*options: str) -> AsyncIterator[Server]:
    """Start a server and end it."""
    command = (sys.executable, "-m", "livekit_nb.cli", "serve", "--until-stdin-closes", *options)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Server(process.pid, json.loads(await process.stdout.readline())["url"])
    finally:
        process.stdin.close()
        await process.wait()


class Crowd:
    """Callers, of whom there may be more and more."""

    def __init__(self, server: Server, sayings: Sequence[Clip]) -> None:
        self._server = server
        self._sayings = sayings
        self._tasks: list[asyncio.Task[None]] = []
        self.callers: list[Caller] = []

    async def join(self, number: int, apart_s: float = 0.05) -> None:
        """Let so many more call."""
        for _ in range(number):
            dial = functools.partial(call, self._server.url)
            caller = Caller(dial, self._sayings, seed=len(self.callers))
            self.callers.append(caller)
            self._tasks.append(asyncio.create_task(caller.talk()))
            await asyncio.sleep(apart_s)

    async def measured(self, seconds: float) -> Level:
        """Measure for a while: the answers that are over, or given up, in that time."""
        loop, server = asyncio.get_running_loop(), self._server
        before = [len(caller.answers) for caller in self.callers]
        began_s, used_s, own_s = loop.time(), server.used_s, time.process_time()
        await asyncio.sleep(seconds)
        until_s = loop.time()
        answers = [
            one
            for caller, count in zip(self.callers, before, strict=True)
            for one in caller.answers[count:]
        ]
        talking = [caller for caller in self.callers if caller.begun and caller.closed is None]
        return Level(
            len(talking),
            answers,
            (server.used_s - used_s) / (until_s - began_s),
            (time.process_time() - own_s) / (until_s - began_s),
            server.memory_mb,
        )

    async def hang_up(self) -> None:
        """End all conversations."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def curve(sayings: Sequence[Clip]) -> tuple[list[Level], float]:
    """Let more and more call; return the levels, and the memory before anybody called."""
    levels: list[Level] = []
    async with started("--max-load", "0") as server:
        idle_mb, crowd = server.memory_mb, Crowd(server, sayings)
        try:
            for number in LEVELS:
                await crowd.join(number - len(crowd.callers))
                await asyncio.sleep(SETTLE_S)
                levels.append(await crowd.measured(MEASURE_S))
                print(f"{number}: p95 {levels[-1].p95_s * 1000:.0f} ms", file=sys.stderr)
                if all(level.p95_s > TOO_LATE_S for level in levels[-2:]) and len(levels) > 1:
                    break  # once may be chance
        finally:
            await crowd.hang_up()
    return levels, idle_mb


async def crowded(sayings: Sequence[Clip], number: int) -> tuple[Level, int]:
    """Let a crowd come; return what became of those who were let in, and how many were not."""
    async with started() as server:
        crowd = Crowd(server, sayings)
        try:
            await crowd.join(number, COMING_S)
            await asyncio.sleep(SETTLE_S)
            level = await crowd.measured(CROWD_S)
            refused = sum(caller.closed == UNAVAILABLE for caller in crowd.callers)
        finally:
            with contextlib.suppress(asyncio.CancelledError):
                await crowd.hang_up()
    return level, refused


def summary(levels: Sequence[Level], idle_mb: float) -> list[Row]:
    """Return the rows about the curve as a whole."""
    good = [level for level in levels if level.p95_s <= TOO_LATE_S]
    most = max((level.sessions for level in good), default=0)
    over = "" if len(good) < len(levels) else ", more were not tried"
    last = levels[-1]
    each_mb = (last.memory_mb - idle_mb) / max(last.sessions, 1)
    return [
        Row("conversations at once with p95 up to 800 ms", f"{most}{over}"),
        Row(
            f"memory of a conversation, over {last.sessions}",
            f"{each_mb:.1f} MB",
            f"{idle_mb:.0f} MB before the first",
        ),
    ]


async def run() -> list[Row]:
    """Measure the curve, then a crowd."""
    sayings = clips()
    levels, idle_mb = await curve(sayings)
    rows = [level.row(f"voice-to-voice of {level.sessions} at once, p50 / p95") for level in levels]
    crowd = 2 * levels[-1].sessions
    level, refused = await crowded(sayings, crowd)
    what = (
        f"of {crowd} callers {refused} are refused (1011); the {level.sessions} others, p50 / p95"
    )
    return [*rows, *summary(levels, idle_mb), level.row(what)]
