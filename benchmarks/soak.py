"""Hundreds of conversations over a network and a service that fail, in accelerated time.

The client is the real one (session, survival, tools, recording), the server is the real one
(attendants, conversations, resumption, fault schedules and impairments); between them are
connections in memory, and time passes at once when nothing is to be done. Stood in for are the
ears and the mouth, by quick deterministic ones which read words from tones
(:mod:`livekit_nb.lab.synthetic`): a lost, repeated or misplaced frame changes the words. Sockets,
TLS, the browser and the real models are therefore not part of it.

Every conversation has a caller who asks sums, has things put on a list by a tool, interrupts, and
asks for the name told at the beginning. An utterance counts as answered when the answer that only
it can have was *heard*, read from the recording's sound.

``python -m benchmarks.soak --help`` lists what can be chosen.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import gc
import logging
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from random import Random

import numpy as np
import soundfile

from benchmarks.soak_caller import Caller, ForgetfulRecorder, tools
from benchmarks.soak_outcome import Hour, Outcome, hour_rows, rows, tell
from benchmarks.table import Row
from livekit_nb.errors import LiveError, SessionClosedError
from livekit_nb.lab.fast_time import run as run_fast
from livekit_nb.lab.in_memory import InMemoryServer
from livekit_nb.lab.synthetic import QuickModels
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.server.talk.limits import Limits
from livekit_nb.session.session import Session
from livekit_nb.session.setup.settings import Settings
from livekit_nb.session.tools.offer import as_tools
from livekit_nb.wire.fault_plan import FaultPlan

__all__ = ["converse", "hour", "run", "soak"]

SESSIONS = 200
UTTERANCES = 6


class _Failures(logging.Handler):
    """Collects what the server logs as failed."""

    def __init__(self, into: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._into = into

    def emit(self, record: logging.LogRecord) -> None:
        self._into.append(record.getMessage())


async def converse(
    seed: int,
    plan: FaultPlan | None = None,
    *,
    utterances: int = UTTERANCES,
    limits: Limits | None = None,
) -> Outcome:
    """Hold one conversation and look what became of it.

    Parameters
    ----------
    seed : int
        Of the caller, of the session's back-off, and of the plan if none is given.
    plan : FaultPlan, optional
    utterances : int
    limits : Limits, optional
    """
    loop = asyncio.get_running_loop()
    if plan is None:
        plan = FaultPlan.random(seed, duration_s=15.0, connections=3)
    outcome = Outcome(seed, plan)
    server = InMemoryServer(QuickModels(), limits or Limits())
    recorder = Recorder(loop.time)
    settings = Settings(tools=tuple(as_tools(tools(outcome, Random(f"tools/{seed}")))), faults=plan)
    session = Session(
        settings,
        server.endpoint,
        recorder=recorder,
        open_transport=server.open,
        random=Random(f"session/{seed}"),
    )
    handler = _Failures(outcome.failures)
    logging.getLogger("livekit_nb").addHandler(handler)
    loop.set_exception_handler(lambda _, context: outcome.failures.append(context["message"]))
    try:
        try:
            await session.open()
        except LiveError as problem:
            outcome.never_began = str(problem)
            return outcome
        try:
            await Caller(seed, session, outcome).talk(utterances)
        except SessionClosedError as end:
            outcome.ended = str(end)
        await session._close("stopped")
    finally:
        await server.close()
        logging.getLogger("livekit_nb").removeHandler(handler)
        await asyncio.sleep(30.0)  # whatever was to end by itself has ended
        others = asyncio.all_tasks() - {asyncio.current_task()}
        outcome.left_behind = len(others)
        _settle(outcome, session.recording, server, session)
    return outcome


def _settle(
    outcome: Outcome, recording: Recording, server: InMemoryServer, session: Session
) -> None:
    events = recording.events
    answered = collections.Counter(e.data["id"] for e in events if e.kind == "tool.response")
    outcome.ids_twice = sum(count > 1 for count in answered.values())
    outcome.reconnects = session.reconnects
    outcome.fresh = sum(e.kind == "session.resumed" and e.data["fresh"] for e in events)
    outcome.connections = server.connections
    outcome.duration_s = recording.duration_s
    outcome.unreadable = _unreadable(recording)


def _unreadable(recording: Recording) -> str:
    """Return what is wrong with a recording, or an empty text."""
    try:
        times = [event.t for event in recording.events]
        if times != sorted(times):
            return "events out of order"
        recording.summary()
        for turn in recording.turns:
            parts = list(turn.latency.parts.values())
            total = turn.latency.voice_to_voice
            if total is not None and None not in parts and abs(sum(parts) - total) > 1e-6:
                return "latency does not add up"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "talk.wav"
            recording.export(path)
            sound, rate_hz = soundfile.read(path, dtype="float32")
        if abs(len(sound) / rate_hz - recording.duration_s) > 0.01:
            return "exported length differs"
        heard, _ = recording.agent_audio()
        ends = min(len(heard), len(sound))
        if ends and np.abs(sound[:ends, 1] - heard[:ends]).max() > 1e-3:
            return "exported sound differs"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _one(seed: int) -> Outcome:
    return run_fast(converse(seed))


def soak(seeds: Iterable[int], processes: int = 1) -> list[Outcome]:
    """Hold a conversation a seed."""
    seeds = list(seeds)
    if processes == 1:
        return [_one(seed) for seed in seeds]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return pool.map(_one, seeds, chunksize=4)


async def hour(seconds: float = 3600.0, limit_s: float = 600.0) -> Hour:
    """Talk for an hour over connections that last ten minutes each."""
    loop = asyncio.get_running_loop()
    outcome = Outcome(0, FaultPlan())
    server = InMemoryServer(QuickModels(), Limits(connection_s=limit_s))
    settings = Settings(tools=tuple(as_tools(tools(outcome, Random("hour")))))
    session = Session(
        settings, server.endpoint, recorder=ForgetfulRecorder(loop.time), open_transport=server.open
    )
    await session.open()
    caller = Caller(0, session, outcome)
    await asyncio.sleep(0.5)
    await caller._ask(f"My name is {caller._name}.", "Nice to meet you")
    rss: list[int] = []
    while loop.time() < seconds:
        await asyncio.sleep(20.0)
        await caller._ask(*caller._sum())
        if loop.time() >= (len(rss) + 1) * seconds / 6:
            gc.collect()
            rss.append(resident_bytes())
    await caller._ask("What is my name?", f"Your name is {caller._name}.")
    events = session.recording.events
    crossed = sum(event.kind == "session.going_away" for event in events)
    await session._close("stopped")
    await server.close()
    outcome.reconnects, outcome.connections = session.reconnects, server.connections
    knows = outcome.asked[-1].answered_s is not None
    return Hour(outcome, crossed, knows, rss, len(events))


def resident_bytes() -> int:
    """Memory of this process that is really there (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def run() -> list[Row]:
    """Run all of it."""
    begun_s = time.perf_counter()
    table = rows(soak(range(SESSIONS), processes=2), time.perf_counter() - begun_s)
    begun_s = time.perf_counter()
    return table + hour_rows(run_fast(hour()), time.perf_counter() - begun_s)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--hour", action="store_true", help="only the long conversation")
    parser.add_argument("--quiet", action="store_true", help="only the table")
    chosen = parser.parse_args()
    begun_s = time.perf_counter()
    if chosen.hour:
        table = hour_rows(run_fast(hour()), time.perf_counter() - begun_s)
    else:
        outcomes = soak(range(chosen.first, chosen.first + chosen.sessions), chosen.processes)
        if not chosen.quiet:
            for one in outcomes:
                tell(one)
        table = rows(outcomes, time.perf_counter() - begun_s)
    for row in table:
        print(f"| {row.what} | {row.figure} | {row.beside} |")


if __name__ == "__main__":
    main()
