"""Tables from hand-made outcomes."""

from __future__ import annotations

import pytest

from livekit_nb.lab.duplex.caller import Outcome
from livekit_nb.lab.duplex.corpus import Entry
from livekit_nb.lab.duplex.report import PUBLISHED, figures, published, table
from livekit_nb.lab.duplex.scenarios import Line, Trial
from livekit_nb.lab.duplex.timeline import Span, Timeline


def outcome(scenario: str, user: Span | None, agent: list[Span], words: str = "") -> Outcome:
    clip = Entry("clip", "test", "complete", "somebody", "What time is it?", 0.0, 1.0)
    trial = Trial(scenario, 0, (Line(clip),))
    if user is None:
        return Outcome(trial, None)
    return Outcome(trial, Timeline((user,), tuple(agent), end_s=20.0), words)


def test_turns() -> None:
    user = Span(0.0, 1.0)
    found = figures(
        "turn",
        [
            outcome("turn", user, [Span(1.2, 3.0)], "What time is it"),
            outcome("turn", user, [Span(1.4, 3.0)], "What dime is it"),
            outcome("turn", user, [Span(0.9, 3.0)], "What time is it"),
            outcome("turn", user, [], "What time is it"),
            outcome("turn", None, []),
        ],
    )
    assert (found.trials, found.failed) == (4, 1)
    assert found.shares == {"takeover": 0.75, "answered": 0.75, "cut in": 0.25}
    assert found.seconds["latency"] == pytest.approx([0.2, 0.4])
    assert found.seconds["latency (v1)"] == pytest.approx([0.2, 0.4, 0.0])
    assert found.wer == pytest.approx(1 / 16)


def test_who_had_nothing_to_stop_does_not_count() -> None:
    user = Span(4.0, 6.0)
    found = figures(
        "barge-in",
        [
            outcome("barge-in", user, [Span(1.0, 4.2), Span(6.5, 9.0)]),
            outcome("barge-in", user, [Span(1.0, 3.0)]),
        ],
    )
    assert (found.trials, found.failed) == (1, 1)
    assert found.shares == {"takeover": 1.0, "stopped": 1.0}
    assert found.seconds["stop"] == pytest.approx([0.2])
    assert found.wer is None


def test_an_echo_is_anything_amid_the_agents_own_voice() -> None:
    user = Span(0.0, 1.0)
    found = figures(
        "echo",
        [
            outcome("echo", user, [Span(1.2, 9.0)]),
            outcome("echo", user, [Span(1.2, 2.0), Span(3.0, 9.0)]),
        ],
    )
    assert found.shares == {"stopped": 0.5, "goes on": 1.0}


def test_tables_have_every_row_and_say_what_is_not_there() -> None:
    user = Span(0.0, 1.0)
    rows = [
        figures("turn", [outcome("turn", user, [Span(1.25, 3.0)])]),
        figures("barge-in", [outcome("barge-in", None, [])]),
    ]
    text = table(rows)
    assert (
        "| turn | 1 | takeover 100 %, answered 100 %, cut in 0 % | latency 250 / 250 ms |" in text
    )
    assert "| barge-in | 0 (1 more not reached) |  |  |" in text
    beside = published(rows, "ours").splitlines()
    assert beside[2] == "| ours | - | 1.000 (n=1) | 0.250 | - | - |"
    assert len(beside) == 3 + len(PUBLISHED)
