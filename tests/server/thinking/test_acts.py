"""What a request asks to be done decides between tools about the same thing."""

from __future__ import annotations

import pytest

from livekit_nb.server.thinking.acts import act_of_request, act_of_tool, agreement
from livekit_nb.server.thinking.words import Utterance
from tests.server.thinking.strangers import declared
from tests.server.thinking.talking import assert_calls, thinker_with

TIMERS = declared(
    """
openapi timer_start: Start timer.
    min!: number | Minutes.
    name: string
openapi timer_pause: Pause timer.
    name!: string
openapi timer_resume: Resume timer.
    name!: string
openapi timer_extend: Add time to a running timer.
    name!: string
    min!: number | Minutes to add.
openapi timer_delete: Remove a timer
    name!: string
"""
)


@pytest.mark.parametrize(
    ("tool", "acts"),
    [
        ("timer_pause", {"pause"}),
        ("timer_resume", {"resume"}),
        ("timer_extend", {"extend"}),
        ("timer_delete", {"cancel"}),
    ],
)
def test_a_tool_tells_its_act(tool: str, acts: set[str]) -> None:
    assert act_of_tool(TIMERS[tool]) == acts


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("Delete the tea timer", "cancel"),
        ("We don't need the tea timer anymore", "cancel"),
        ("Take the tea timer off the list", "cancel"),
        ("Give the tea timer another five minutes", "extend"),
        ("Five minutes more for the tea", "extend"),
        ("I'd like a timer", "create"),
        ("How many timers are running?", "read"),
    ],
)
def test_a_request_tells_its_act(said: str, act: str) -> None:
    assert act in act_of_request(Utterance(said))


def test_different_acts_speak_against_a_tool() -> None:
    pause = Utterance("Pause the tea timer")
    assert agreement(TIMERS["timer_pause"], pause) > 0 > agreement(TIMERS["timer_delete"], pause)


@pytest.mark.parametrize(
    ("said", "call"),
    [
        ("Pause the laundry timer.", ("timer_pause", {"name": "laundry"})),
        ("Go on with the laundry timer, resume it.", ("timer_resume", {"name": "laundry"})),
        (
            "Give the potato timer another 15 minutes.",
            ("timer_extend", {"name": "potato", "min": 15}),
        ),
        ("Get rid of the rice timer.", ("timer_delete", {"name": "rice"})),
        ("Start a 12 minute timer called bread.", ("timer_start", {"min": 12, "name": "bread"})),
    ],
)
def test_the_act_decides_between_tools(said: str, call: tuple[str, dict[str, object]]) -> None:
    assert_calls(thinker_with(TIMERS).hear(said), [call])


@pytest.mark.parametrize("said", ["Start a timer called tea.", "Set a timer."])
def test_a_tool_of_another_act_does_not_win_by_being_complete(said: str) -> None:
    thinker = thinker_with(TIMERS)
    assert not thinker.hear(said).calls
    assert thinker.waits_for is TIMERS["timer_start"]


def test_nothing_is_cancelled_unasked() -> None:
    tools = declared(
        """
openapi add_reminder: Add a reminder for later
    text!: string | what to remember
    when!: string | when to remind, for example tomorrow at 5 pm
openapi delete_reminder: Delete a reminder
    text!: string
"""
    )
    thinker = thinker_with(tools)
    assert not thinker.hear("Remind me to buy a present for Leo.").calls
    assert thinker.waits_for is tools["add_reminder"]
