"""A slice of the soak: conversations that go wrong, and what must become of them all the same."""

from __future__ import annotations

import pytest

import livekit_nb as live
from benchmarks.soak import converse, hour
from benchmarks.soak_outcome import Outcome, rows
from livekit_nb.lab.fast_time import run
from livekit_nb.wire.fault_plan import FaultPlan


def talked(seed: int, plan: FaultPlan | None = None, utterances: int = 4) -> Outcome:
    """Hold a conversation; all of it is answered, and nothing is done twice or left behind."""
    outcome = run(converse(seed, plan, utterances=utterances))
    assert outcome.twice == outcome.ids_twice == outcome.left_behind == 0
    assert outcome.unreadable == ""
    assert outcome.failures == []
    assert not outcome.ended
    assert outcome.answered == len(outcome.asked) == utterances
    return outcome


@pytest.mark.parametrize(
    "seed",
    [
        3,
        4,  # the first setup is never answered
        35,  # the sum is asked as the story begins
        62,  # something else is asked while a fresh session is sought
        101,  # a phantom interruption of an answer that came at once
    ],
)
def test_conversations_with_faults_by_chance(seed: int) -> None:
    talked(seed)


def test_who_told_a_name_is_known_by_it_though_the_end_of_that_turn_was_lost() -> None:
    talked(108, utterances=6)


PLANS = {
    "nothing": live.faults(),
    "go_away": live.faults(go_away={"at_s": 2, "time_left_s": 3}),
    "drop while speaking": live.faults(drop={"at_byte": 60_000, "direction": "up"}),
    "drop amid an answer": live.faults(drop={"turn": 2}),
    "stall for a while": live.faults(stall={"at_s": 2, "for_s": 8}),
    "silent turn": live.faults(silent_turn=2),
    "phantom interruption": live.faults(phantom_interrupted={"at_s": 2.0}),
    "refused handle": live.faults(drop=6.0, refuse_handle=True),
    "garbage": live.faults(garbage={"turn": 1}),
    "bad network": live.faults(delay_s=0.15, jitter_s=0.1, burst={"p": 0.02, "r": 0.5}, seed=3),
    "a drop a connection": live.faults(drop={"at_s": 7, "connection": 0}),
}


@pytest.mark.parametrize("name", PLANS)
def test_every_kind_of_fault_is_survived(name: str) -> None:
    talked(7, PLANS[name])


def test_a_tool_whose_connection_breaks_while_it_runs_is_not_run_again() -> None:
    drops = [{"kind": "drop", "turn": 1, "connection": number} for number in range(1, 6)]
    outcome = talked(7, FaultPlan.from_mapping({"faults": drops}))
    assert outcome.reconnects == 5
    assert sum(outcome.ran.values()) >= 1


def test_settings_that_are_never_answered_are_told_and_counted_apart() -> None:
    never = live.faults(no_setup={"connection": 0})
    outcome = run(converse(7, never))
    assert "did not accept the settings" in outcome.never_began
    assert "tried 3 times" in outcome.never_began
    assert outcome.asked == []
    assert outcome.hopeless
    table = {row.what: row.figure for row in rows([outcome], 1.0)}
    assert table["conversations whose plan lets none begin, each told why"] == "1"


def test_the_same_seed_goes_the_same_way() -> None:
    first, again = (run(converse(2, utterances=3)) for _ in range(2))
    assert first == again


def test_a_conversation_crosses_its_limits_with_what_it_knows() -> None:
    talk = run(hour(seconds=120.0, limit_s=25.0))
    assert talk.limits_crossed >= 4
    assert talk.knows
    assert talk.outcome.answered == len(talk.outcome.asked)
