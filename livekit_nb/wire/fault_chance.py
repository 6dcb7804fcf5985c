"""Fault plans by chance, for soaks and sweeps."""

from __future__ import annotations

from random import Random
from typing import Any

from livekit_nb.wire.fault_kinds import CLOSE, KINDS, Burst, Fault, Impairment

__all__ = ["random_fault", "random_impairment"]


def random_fault(chance: Random, kind: str, connection: int, duration_s: float) -> Fault:
    """Return a fault of this kind that strikes somewhen on a connection."""
    fields: dict[str, Any] = {}
    possible = KINDS[kind][0]
    if possible:
        trigger = chance.choice(possible)
        if trigger == "at_s":
            fields["at_s"] = round(chance.uniform(0.0, duration_s), 3)
        elif trigger == "turn":
            fields["turn"] = chance.randint(1, 3)
        else:
            fields["direction"] = chance.choice(("up", "down"))
            fields["at_byte"] = chance.randint(1, round(40_000 * duration_s))
    if kind == "go_away":
        fields["time_left_s"] = round(chance.uniform(0.5, 10.0), 3)
    elif kind == "close":
        fields["code"], fields["reason"] = chance.choice(
            (
                CLOSE,
                (1011, "The service is currently unavailable."),
                (1011, "Deadline expired before operation could complete."),
                (1001, ""),
                (1008, "Operation is not implemented, or supported, or enabled."),
            )
        )
    elif kind == "stall":
        fields["for_s"] = chance.choice((None, round(chance.uniform(0.2, 20.0), 3)))
    elif kind == "slow_setup":
        fields["for_s"] = round(chance.uniform(0.5, 20.0), 3)
    if kind == "refuse_handle":
        connection += 1
    return Fault(kind=kind, connection=connection, **fields)


def random_impairment(chance: Random) -> Impairment:
    """Return what a bad network does one way."""
    burst = Burst(p=round(chance.uniform(0.001, 0.02), 4), r=round(chance.uniform(0.2, 0.8), 3))
    bursts = chance.random() < 0.5
    return Impairment(
        delay_s=round(chance.uniform(0.0, 0.2), 3),
        jitter_s=round(chance.uniform(0.0, 0.1), 3),
        loss=0.0 if bursts else round(chance.uniform(0.0, 0.03), 4),
        burst=burst if bursts else None,
        bandwidth_bps=chance.choice((None, 2_000_000.0)),
    )
