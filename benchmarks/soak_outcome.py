"""What became of the soak's conversations, and the tables of it."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.table import Row
from livekit_nb.session.connection.opening import ATTEMPTS
from livekit_nb.wire.fault_plan import FaultPlan

__all__ = ["Asked", "Hour", "Outcome", "hour_rows", "rows", "tell"]


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
        """Whether by its plan no conversation can begin: no first connection is answered."""
        if not self.never_began:
            return False
        silent = {fault.connection for fault in self.plan.faults if fault.kind == "no_setup"}
        return silent >= set(range(1, ATTEMPTS + 1)) or 0 in silent

    @property
    def unanswered(self) -> list[Asked]:
        """What was neither answered nor told to be lost."""
        return [one for one in self.asked if one.answered_s is None and not one.told]

    @property
    def twice(self) -> int:
        """How many things were done more than once though asked for once."""
        return sum(count > 1 for count in self.ran.values())


@dataclass
class Hour:
    """What became of a long conversation."""

    outcome: Outcome
    limits_crossed: int
    knows: bool
    rss: list[int]  #: resident bytes of the process, every ten minutes
    events: int


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


def tell(one: Outcome) -> None:
    """Print it."""
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
