"""A slice of the soak: conversations that go wrong, and what must become of them all the same."""

from __future__ import annotations

import pytest

import livekit_nb as live
from benchmarks.soak import converse
from livekit_nb.lab.fast_time import run


def talked(seed, plan=None, utterances=5):
    """Hold a conversation; nothing may be done twice, be unreadable, fail or be left behind."""
    outcome = run(converse(seed, plan, utterances=utterances))
    assert outcome.twice == outcome.ids_twice == outcome.left_behind == 0
    assert outcome.unreadable == ""
    assert outcome.failures == []
    assert outcome.unanswered == []
    return outcome


@pytest.mark.parametrize("seed", [0, 1, 3, 5])
def test_conversations_with_faults_by_chance(seed):
    outcome = talked(seed)
    assert outcome.answered == len(outcome.asked) == 5


PLANS = {
    "nothing": live.faults(),
    "go_away": live.faults(go_away={"at_s": 2, "time_left_s": 3}),
    "drop while speaking": live.faults(drop={"at_byte": 60_000, "direction": "up"}),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_connection_that_ends_is_survived(name):
    outcome = talked(7, PLANS[name])
    assert outcome.answered == len(outcome.asked) == 5
    assert not outcome.ended
