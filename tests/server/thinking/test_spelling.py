"""Spelled names and codes: what is joined, and what is left as it is."""

from __future__ import annotations

import pytest

from livekit_nb.server.thinking.spelling import joined_spelling
from tests.server.thinking.declarations import by_name, text, tool
from tests.server.thinking.talking import assert_calls, thinker_with


@pytest.mark.parametrize(
    ("said", "joined"),
    [
        ("The name is S M I T H.", "The name is Smith."),
        ("for j o n e s please", "for Jones please"),
        ("It's Meyer, M E Y E R.", "It's Meyer."),
        ("Catherine, spelled K A T H R Y N", "Kathryn"),
        ("K as in Kilo, R as in Romeo, 4 1 7", "KR417"),
        ("code alpha bravo seven seven", "code AB77"),
        ("flight B A two four five", "flight BA245"),
        ("number X Y dash 9 0 2", "number XY-902"),
        ("A double L E N", "Allen"),
        ("order 5 5 2 1 8", "order 55218"),
    ],
)
def test_what_is_spelled_is_joined(said, joined):
    assert joined_spelling(said) == joined


@pytest.mark.parametrize(
    "said",
    [
        "Is it plan A or plan B?",
        "at 8 p.m. or 9 p.m.",
        "What is 7 x 8?",
        "Count one two three",
        "a table for two at 7 30",
        "I am a bit late",
        "vitamin C and vitamin D",
        "Set timers for 5, 10 and 15 minutes.",
    ],
)
def test_what_is_not_spelled_stays(said):
    assert joined_spelling(said) == said


def test_a_spelled_code_and_a_spelled_name_reach_the_tool():
    desk = by_name(
        tool(
            "find_booking",
            "Looks up a booking",
            {"code": text("Booking code, e.g. QX41"), "surname": text("Name of the guest")},
            ["code"],
        )
    )
    plan = thinker_with(desk).hear("Look up booking Q as in Quebec, X 4 1, please.")
    assert_calls(plan, [("find_booking", {"code": "QX41"})])
