"""Slips of the tongue that are mended within one sentence."""

from __future__ import annotations

import pytest

from tests.server.thinking.declarations import by_name, flag, text, tool, whole
from tests.server.thinking.talking import assert_calls, thinker_with

TOOLS = by_name(
    tool(
        "start_timer",
        "Starts a countdown timer",
        {"minutes": whole("Length in minutes"), "label": text("What it is for")},
        ["minutes"],
    ),
    tool(
        "water_zone",
        "Waters a part of the garden",
        {
            "zone": text(enum=["lawn", "roses", "vegetables"]),
            "minutes": whole("how long"),
            "fertiliser": flag("with fertiliser"),
        },
        ["zone", "minutes"],
    ),
    tool("get_weather", "Weather forecast for a city", {"city": text("City")}, ["city"]),
)


@pytest.mark.parametrize(
    ("said", "name", "args"),
    [
        ("Set a timer for five, no, ten minutes.", "start_timer", {"minutes": 10}),
        ("set a timer for five no ten minutes", "start_timer", {"minutes": 10}),
        ("Start a timer for 20 minutes, sorry, 25.", "start_timer", {"minutes": 25}),
        ("What's the weather in Paris, I mean, in Rome?", "get_weather", {"city": "Rome"}),
        ("What's the weather in Oslo no wait in Bergen", "get_weather", {"city": "Bergen"}),
        (
            "Water the lawn, no, the roses, for 20 minutes.",
            "water_zone",
            {"zone": "roses", "minutes": 20},
        ),
    ],
)
def test_what_was_put_right_counts(said, name, args):
    assert_calls(thinker_with(TOOLS).hear(said), [(name, args)])


def test_no_before_a_noun_takes_nothing_back():
    plan = thinker_with(TOOLS).hear("Water the lawn for ten minutes, no fertiliser.")
    assert_calls(plan, [("water_zone", {"zone": "lawn", "minutes": 10, "fertiliser": False})])
