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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
import soundfile

from benchmarks.table import Row
from livekit_nb.audio.pcm import OUTPUT_RATE_HZ, from_pcm16
from livekit_nb.errors import LiveError, SessionClosedError
from livekit_nb.lab.fast_time import run as run_fast
from livekit_nb.lab.in_memory import InMemoryServer
from livekit_nb.lab.synthetic import QuickModels, spoken, words
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.server.limits import Limits
from livekit_nb.session.connection.opening import ATTEMPTS
from livekit_nb.session.session import Session
from livekit_nb.session.setup.settings import Settings
from livekit_nb.session.tools.offer import as_tools
from livekit_nb.wire.fault_plan import FaultPlan

__all__ = ["Outcome", "converse", "hour", "run", "soak"]

SESSIONS = 200
UTTERANCES = 6
PATIENCE_S = 130.0  #: how long a caller waits for an answer; survival itself tries for 120 s
NAMES = ("Ada", "Grace", "Alan", "Edith", "Barbara", "Niklaus", "Frances", "Edsger")

#: Events that tell a person that something said may not have been heard or answered.
TOLD = ("session.error", "session.closed", "uplink.lost", "agent.phantom_interruption")


@dataclass
class Asked:
    """Something the caller said."""

    text: str
    expected: str
    at_s: float
    answered_s: float | None = None
    told: str = ""


@dataclass
class Outcome:
    """What became of one conversation."""

    seed: int
    plan: FaultPlan
    asked: list[Asked] = field(default_factory=list)
    ran: collections.Counter[str] = field(default_factory=collections.Counter)
    ids_twice: int = 0
    unreadable: str = ""
    never_began: str = ""
    refused: bool = False  #: with a close by which a service refuses a key, a model or a setting
    ended: str = ""
    left_behind: int = 0
    failures: list[str] = field(default_factory=list)
    reconnects: int = 0
    fresh: int = 0
    connections: int = 0
    duration_s: float = 0.0

    @property
    def answered(self) -> int:
        """How many utterances were answered."""
        return sum(one.answered_s is not None for one in self.asked)

    @property
    def reported(self) -> int:
        """How many were not, and the person was told that something went wrong."""
        return sum(one.answered_s is None and bool(one.told) for one in self.asked)

    @property
    def hopeless(self) -> bool:
        """Whether by its plan no conversation can begin.

        That is so when none of the attempts at a first connection is answered, and when the first
        is closed with a refusal that every client tells at once.
        """
        if not self.never_began:
            return False
        silent = {fault.connection for fault in self.plan.faults if fault.kind == "no_setup"}
        return silent >= set(range(1, ATTEMPTS + 1)) or 0 in silent or self.refused

    @property
    def unanswered(self) -> list[Asked]:
        """What was neither answered nor told to be lost."""
        return [one for one in self.asked if one.answered_s is None and not one.told]

    @property
    def twice(self) -> int:
        """How many things were done more than once though asked for once."""
        return sum(count > 1 for count in self.ran.values())


class Caller:
    """Somebody who talks in one conversation, and notices what becomes of it."""

    def __init__(self, seed: int, session: Session, outcome: Outcome) -> None:
        self._chance = Random(f"caller/{seed}")
        self._session = session
        self._outcome = outcome
        self._loop = asyncio.get_running_loop()
        self._stirred = asyncio.Event()
        self._name = self._chance.choice(NAMES)
        self._things = 0
        session._recorder.subscribe(lambda event: self._stirred.set())

    async def talk(self, utterances: int) -> None:
        """Say so many things, each after the last was answered."""
        await asyncio.sleep(0.5)  # nobody speaks in the very moment in which the microphone opens
        await self._ask(f"My name is {self._name}.", f"Nice to meet you, {self._name}.")
        for _ in range(utterances - 2):
            await asyncio.sleep(self._chance.uniform(0.1, 4.0))
            kind = self._chance.random()
            if kind < 0.3:
                self._things += 1
                thing = f"number {self._things}"
                text = f"Add {thing} to the shopping list."
                await self._ask(text, f"{thing} is on the list")
            elif kind < 0.45:
                await self._say("Tell me a story.")
                await asyncio.sleep(self._chance.uniform(0.5, 3.0))
                await self._ask(*self._sum())
            else:
                await self._ask(*self._sum())
        await asyncio.sleep(self._chance.uniform(0.1, 4.0))
        await self._ask("What is my name?", f"Your name is {self._name}.")

    def _sum(self) -> tuple[str, str]:
        first, second = self._chance.randint(100, 999), self._chance.randint(100, 999)
        return f"What is {first} plus {second}?", f"That is {first + second}."

    async def _say(self, text: str) -> None:
        await self._session._say(spoken(text))

    async def _ask(self, text: str, expected: str) -> None:
        begun_s = self._session._recorder.now_s
        asked = Asked(text, expected, begun_s)
        self._outcome.asked.append(asked)
        until = self._loop.time() + PATIENCE_S
        try:
            await self._say(text)
            while self._loop.time() < until:
                self._session._gate.check_open()
                if self._heard(asked):
                    asked.answered_s = self._session._recorder.now_s
                    return
                self._stirred.clear()
                try:
                    async with asyncio.timeout_at(min(until, self._loop.time() + 1.0)):
                        await self._stirred.wait()
                except TimeoutError:
                    continue
        except SessionClosedError:
            if self._heard(asked):
                asked.answered_s = self._session._recorder.now_s
                raise
            asked.told = "the conversation ended with an error"
            raise
        events = self._session.recording.events
        kinds = [event.kind for event in events if event.t >= begun_s and event.kind in TOLD]
        asked.told = ", ".join(dict.fromkeys(kinds))

    def _heard(self, asked: Asked) -> bool:
        """Whether the answer was heard: first by its captions, then in the sound itself."""
        recording = self._session.recording
        captions = "".join(
            str(event.data["text"])
            for event in recording.events
            if event.kind == "caption.agent" and event.t >= asked.at_s
        )
        if asked.expected.lower() not in captions.lower():
            return False
        recorder = self._session._recorder
        if isinstance(recorder, _Forgetful):
            heard = recorder.heard_since(asked.at_s)
        else:
            sound, rate_hz = recording.agent_audio(min(asked.at_s, recording.duration_s))
            heard = words(sound, rate_hz)
        return asked.expected.lower() in heard.lower()


def _tools(outcome: Outcome, chance: Random) -> Sequence[Callable[..., object]]:
    async def add_item(item: str) -> dict[str, str]:
        """Add an item to the shopping list."""
        outcome.ran[item] += 1
        await asyncio.sleep(chance.choice((0.0, 0.3, 2.0)))
        return {"result": f"{item} is on the list"}

    return [add_item]


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
    settings = Settings(
        tools=tuple(as_tools(_tools(outcome, Random(f"tools/{seed}")))), faults=plan
    )
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
            outcome.refused = getattr(problem, "code", None) in (1007, 1008)
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


class _Forgetful(Recorder):
    """Keeps no sound but what was heard lately: so that nothing need grow in an hour."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock, limit_s=1.0)
        self._heard: collections.deque[tuple[float, bytes]] = collections.deque(maxlen=1000)

    def agent_played(self, pcm: bytes, start_s: float) -> None:
        """Keep it for a while."""
        super().agent_played(pcm, start_s)
        self._heard.append((start_s, pcm))

    def heard_since(self, at_s: float) -> str:
        """Return the words of it."""
        pcm = b"".join(sound for start_s, sound in self._heard if start_s >= at_s)
        return words(from_pcm16(pcm), OUTPUT_RATE_HZ)


@dataclass
class Hour:
    """What became of a long conversation."""

    outcome: Outcome
    limits_crossed: int
    knows: bool
    rss: list[int]  #: resident bytes of the process, every ten minutes
    events: int


async def hour(seconds: float = 3600.0, limit_s: float = 600.0) -> Hour:
    """Talk for an hour over connections that last ten minutes each."""
    loop = asyncio.get_running_loop()
    outcome = Outcome(0, FaultPlan())
    server = InMemoryServer(QuickModels(), Limits(connection_s=limit_s))
    settings = Settings(tools=tuple(as_tools(_tools(outcome, Random("hour")))))
    session = Session(
        settings, server.endpoint, recorder=_Forgetful(loop.time), open_transport=server.open
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


def rows(outcomes: Sequence[Outcome], seconds: float) -> list[Row]:
    """Return the soak's table."""
    spoken_ = sum(len(one.asked) for one in outcomes)
    answered = sum(one.answered for one in outcomes)
    reported = sum(one.reported for one in outcomes)
    unanswered = sum(len(one.unanswered) for one in outcomes)
    never = sum(bool(one.never_began) and not one.hopeless for one in outcomes)
    hopeless = sum(one.hopeless for one in outcomes)
    ended = sum(bool(one.ended) for one in outcomes)
    kinds = collections.Counter(fault.kind for one in outcomes for fault in one.plan.faults)
    total_s = sum(one.duration_s for one in outcomes)
    waits = [a.answered_s - a.at_s for one in outcomes for a in one.asked if a.answered_s]
    slowest = np.percentile(waits, [50, 95, 100]) if waits else [0.0] * 3
    return [
        Row(
            f"soak: {len(outcomes)} conversations with faults by chance",
            f"{total_s / 3600:.1f} h in {seconds:.0f} s",
            ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()),
        ),
        Row(
            "connections; resumed / begun afresh after a loss",
            f"{sum(one.connections for one in outcomes)}",
            f"{sum(one.reconnects - one.fresh for one in outcomes)} / "
            f"{sum(one.fresh for one in outcomes)}",
        ),
        Row("utterances spoken", f"{spoken_}"),
        Row(
            "of them answered, and the answer heard",
            f"{answered} ({answered / max(spoken_, 1):.2%})",
            "from speaking to heard p50 / p95 / longest "
            + " / ".join(f"{wait:.1f}" for wait in slowest)
            + " s",
        ),
        Row("reported as lost / neither", f"{reported} / {unanswered}"),
        Row(
            "conversations that never began / ended with an error, each saying why",
            f"{never} / {ended}",
        ),
        Row("conversations whose plan lets none begin, each told why", f"{hopeless}"),
        Row("tool calls executed", f"{sum(sum(one.ran.values()) for one in outcomes)}"),
        Row(
            "tool calls executed twice: the same call / the same wish",
            f"{sum(one.ids_twice for one in outcomes)} / {sum(one.twice for one in outcomes)}",
        ),
        Row("recordings unreadable", f"{sum(bool(one.unreadable) for one in outcomes)}"),
        Row(
            "failures logged / tasks left behind",
            f"{sum(len(one.failures) for one in outcomes)} / "
            f"{sum(one.left_behind for one in outcomes)}",
        ),
    ]


def hour_rows(one: Hour, seconds: float) -> list[Row]:
    """Return the table of the long conversation."""
    asked = one.outcome.asked
    answered = sum(item.answered_s is not None for item in asked)
    mb = 2**20
    return [
        Row(
            f"one hour, {len(asked)} utterances, answered",
            f"{answered} ({answered / len(asked):.2%})",
            f"in {seconds:.0f} s",
        ),
        Row(
            "connection limits crossed; what was told at its beginning is known at its end",
            f"{one.limits_crossed}; {'yes' if one.knows else 'no'}",
        ),
        Row(
            "resident memory after 10, 20, … 60 minutes, sound not kept",
            ", ".join(f"{size / mb:.1f}" for size in one.rss) + " MB",
            f"{one.events} events are kept",
        ),
    ]


def run() -> list[Row]:
    """Run all of it."""
    begun_s = time.perf_counter()
    table = rows(soak(range(SESSIONS), processes=2), time.perf_counter() - begun_s)
    begun_s = time.perf_counter()
    return table + hour_rows(run_fast(hour()), time.perf_counter() - begun_s)


def _tell(one: Outcome) -> None:
    odd = one.unanswered or one.twice or one.ids_twice or one.unreadable or one.failures
    print(
        f"{'!' if odd or one.left_behind else ' '} seed {one.seed}: {one.answered} of "
        f"{len(one.asked)} answered, {one.reported} told, {one.reconnects} reconnects "
        f"({one.fresh} afresh), {one.duration_s:.0f} s"
    )
    for words_ in (
        *(f"unanswered: {asked.text} at {asked.at_s:.1f} s" for asked in one.unanswered),
        *(f"told ({a.told}): {a.text} at {a.at_s:.1f}" for a in one.asked if a.told),
        *(f"done {count} times: {thing}" for thing, count in one.ran.items() if count > 1),
        one.never_began and f"never began: {one.never_began}",
        one.ended and f"ended: {one.ended}",
        one.unreadable and f"unreadable: {one.unreadable}",
        *(f"failed: {failure}" for failure in one.failures),
        one.left_behind and f"{one.left_behind} tasks left behind",
    ):
        if words_:
            print(f"      {words_}")


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
                _tell(one)
        table = rows(outcomes, time.perf_counter() - begun_s)
    for row in table:
        print(f"| {row.what} | {row.figure} | {row.beside} |")


if __name__ == "__main__":
    main()
