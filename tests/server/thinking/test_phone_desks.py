"""Requests at desks: several things at once, orders that lean on remarks, parts of objects."""

from __future__ import annotations

import pytest

from tests.server.thinking.declarations import by_name, many, text, tool, whole
from tests.server.thinking.talking import assert_calls, thinker_with

PLACE = {
    "type": "OBJECT",
    "description": "Where from",
    "properties": {"street": text("Street and number"), "city": text()},
    "required": ["street", "city"],
}
DESKS = by_name(
    tool("put_on_list", "Adds something to the shopping list", {"item": text()}, ["item"]),
    tool(
        "open_case",
        "Opens a case for a broken device",
        {"device": text(enum=["router", "printer"]), "problem": text("What is wrong")},
        ["device", "problem"],
    ),
    tool(
        "pick_up_parcel",
        "Has a parcel picked up",
        {"address": PLACE, "date": text("YYYY-MM-DD")},
        ["address", "date"],
    ),
    tool(
        "water_zone",
        "Waters a part of the garden",
        {"zone": text(enum=["lawn", "roses"]), "minutes": whole("how long")},
        ["zone", "minutes"],
    ),
    tool("change_channel", "Switches to a channel", {"channel": text("its name")}, ["channel"]),
    tool(
        "find_trains",
        "Looks up trains",
        {"start": text("Departure station"), "end": text("Arrival station")},
        ["start", "end"],
    ),
    tool(
        "navigate_to",
        "Starts navigation to a destination",
        {
            "destination": text("Address, city or place name"),
            "avoid": text("Kind of road to avoid", enum=["tolls", "ferries"]),
        },
        ["destination"],
    ),
    tool(
        "set_heat",
        "Seat heating",
        {"seat": text(enum=["driver", "passenger"]), "level": whole("0 = off, 3 = hottest")},
        ["seat", "level"],
    ),
    tool(
        "plan_cleaning",
        "Cleans regularly",
        {"days": many(text(enum=["mon", "tue", "wed"])), "time": text("HH:MM")},
        ["days", "time"],
    ),
)


@pytest.mark.parametrize(
    ("said", "calls"),
    [
        ("We are out of milk, put it on the list.", [("put_on_list", {"item": "milk"})]),
        (
            "My printer stays silent, please open a case.",
            [("open_case", {"device": "printer", "problem": "My printer stays silent"})],
        ),
        (
            "Pick up a parcel at 7 Oak Street in Leeds on Tuesday.",
            [
                (
                    "pick_up_parcel",
                    {"address": {"street": "7 Oak Street", "city": "Leeds"}, "date": "2026-11-24"},
                )
            ],
        ),
        (
            "Water the lawn for five minutes and the roses for eight.",
            [
                ("water_zone", {"zone": "lawn", "minutes": 5}),
                ("water_zone", {"zone": "roses", "minutes": 8}),
            ],
        ),
        ("Switch over to BBC One.", [("change_channel", {"channel": "BBC One"})]),
        (
            "I need to get to Bonn from Cologne, which trains are there?",
            [("find_trains", {"start": "Cologne", "end": "Bonn"})],
        ),
        (
            "I want to go to Freiburg without tolls.",
            [("navigate_to", {"destination": "Freiburg", "avoid": "tolls"})],
        ),
        (
            "Navigate to the Museum of Modern Art.",
            [("navigate_to", {"destination": "Museum of Modern Art"})],
        ),
        (
            "Clean every Monday and Wednesday at ten.",
            [("plan_cleaning", {"days": ["mon", "wed"], "time": "10:00"})],
        ),
    ],
)
def test_clear_requests_are_carried_out(said, calls):
    assert_calls(thinker_with(DESKS).hear(said), calls)


@pytest.mark.parametrize(
    "said",
    [
        "How fast does the Eiffel Tower grow?",
        "How do I choose a good printer?",
        "Set the seat heating of the driver to 22.",
    ],
)
def test_nothing_is_called_for_what_no_tool_can_do(said):
    assert not thinker_with(DESKS).hear(said).calls


def test_a_missing_part_of_an_object_is_asked_for():
    thinker = thinker_with(DESKS)
    assert not thinker.hear("Pick up a parcel in Leeds on Tuesday.").calls
    assert thinker.lacks == ("pick_up_parcel", "address.street")
    address = {"street": "7 Oak Street", "city": "Leeds"}
    assert_calls(
        thinker.hear("At 7 Oak Street."),
        [("pick_up_parcel", {"address": address, "date": "2026-11-24"})],
    )
