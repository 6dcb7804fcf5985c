"""Counting, spelling, sums, conversions, time and dates, without any tool."""

from __future__ import annotations

from datetime import datetime

import pytest

from livekit_nb.server.thinking import Thinker
from livekit_nb.server.thinking.skills import answer_by_skill, converted
from livekit_nb.server.thinking.words import Utterance

FRIDAY = datetime(2026, 11, 20, 9, 30)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("count by twos to ten", "2, 4, 6, 8, 10."),
        ("Count from 3 to 6.", "3, 4, 5, 6."),
        ("count backwards from three", "3, 2, 1."),
        ("How is rhythm spelled?", "Rhythm: R, H, Y, T, H, M."),
        ("What is half of 50?", "That is 25."),
        ("what's a third of ninety", "That is 30."),
        ("What time is it?", "It is 9:30 AM."),
        ("What day of the week is it tomorrow?", "Tomorrow is Saturday, November 21, 2026."),
        ("which day was yesterday", "Yesterday was Thursday, November 19, 2026."),
        ("How many days until Christmas?", "35 days."),
    ],
)
def test_what_can_be_worked_out_is_answered(said, answer):
    assert answer_by_skill(Utterance(said), FRIDAY) == answer


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("How many feet are in a mile?", "5280 feet."),
        ("what is ten kilometers in miles", "6.21 miles."),
        ("How many feet does a centipede have?", None),
    ],
)
def test_measures_are_converted_for_want_of_a_tool(said, answer):
    assert converted(Utterance(said)) == answer
    assert (answer or "I don't know that.") in Thinker().hear(said).say


@pytest.mark.parametrize(
    "said",
    ["What is the weather tomorrow?", "How many feet does a centipede have?", "I counted on you"],
)
def test_what_cannot_is_left(said):
    assert answer_by_skill(Utterance(said), FRIDAY) is None


def test_a_bad_day_is_met_with_sympathy_and_a_song_is_declined():
    thinker = Thinker()
    assert "sorry" in thinker.hear("I'm feeling a little sad today.").say
    assert "can't sing" in thinker.hear("Sing me a song.").say
