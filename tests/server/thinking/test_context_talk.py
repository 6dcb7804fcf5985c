"""Tools whose arguments have names that tell little: asked for, talked about, added to."""

from __future__ import annotations

from typing import Any

import pytest

from livekit_nb.server.thinking import Tool
from livekit_nb.server.thinking.roles import direction_of, role_of
from tests.server.thinking.purposes import SETS, TOOLS
from tests.server.thinking.talking import assert_calls, thinker_with

ASKED: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("t1", "Start a timer.", "Three minutes.", "start_timer", {"duration": 180}),
    ("t2", "Set a timer please.", "Ten minutes.", "timer", {"length": 10, "unit": "minutes"}),
    ("t3", "I need a timer.", "Half an hour.", "create_timer", {"minutes": 30}),
    ("t4", "Start a countdown.", "Twenty seconds.", "countdown", {"secs": 20}),
    (
        "t5",
        "Set a timer for the lasagna.",
        "Thirty five minutes.",
        "SetCookingTimer",
        {"time_amount": 35, "time_unit": "MINUTES", "food": "lasagna"},
    ),
    (
        "l1",
        "Turn the light off.",
        "In the living room.",
        "set_light",
        {"location": "living room", "is_on": False},
    ),
    (
        "l2",
        "Set the lights to 30 percent.",
        "The nursery.",
        "lights",
        {"where": "nursery", "intensity": 30},
    ),
    (
        "l4",
        "Dim the lights to ten percent.",
        "The bedroom.",
        "smart_light_control",
        {"zone": "bedroom", "level": 10},
    ),
    ("l5", "Turn on the lamp.", "In the den.", "update_lamp", {"room": "den", "state": "ON"}),
    (
        "o1",
        "Order a pepperoni pizza.",
        "Medium.",
        "order_pizza",
        {"kind": "pepperoni", "size": "MEDIUM"},
    ),
    ("o2", "I'd like a coffee.", "A latte.", "coffee_order", {"drink": "latte"}),
    ("o3", "Order some candles.", "Six.", "place_order", {"product": "candles", "how_many": 6}),
    ("o4", "I'd like to order some food.", "A beef burger.", "orderFood", {"dish": "beef burger"}),
    ("o5", "Add fries to my order.", "Two.", "add_to_order", {"item": "fries", "amount": 2}),
    (
        "b1",
        "Book a table for two tomorrow.",
        "At seven thirty pm.",
        "book_table",
        {"people": 2, "day": "2026-11-23", "hour": "19:30"},
    ),
    (
        "b2",
        "Reserve a table for two tomorrow at 8 pm.",
        "Brown.",
        "reserve",
        {"under": "Brown", "seats": 2, "when": "2026-11-23T20:00:00"},
    ),
    (
        "b3",
        "Book a hotel room in Rome.",
        "Four nights.",
        "book_hotel_room",
        {"city": "Rome", "nights": 4},
    ),
    (
        "b4",
        "Schedule a haircut tomorrow at 10 am.",
        "Tom.",
        "schedule_appointment",
        {"customer": "Tom", "service": "haircut", "date": "tomorrow", "at": "10:00"},
    ),
    (
        "b5",
        "Reserve a meeting room at 4 pm.",
        "One hour.",
        "reserve_meeting_room",
        {"start_time": "16:00", "duration_minutes": 60},
    ),
    (
        "u1",
        "Convert 12 inches.",
        "Centimeters.",
        "convert_units",
        {"value": 12, "from_unit": "inches", "to_unit": "centimeters"},
    ),
    (
        "u2",
        "Convert 3 miles.",
        "Kilometers.",
        "convert",
        {"amount": 3, "source_unit": "miles", "target": "kilometers"},
    ),
    (
        "u3",
        "Convert 9 miles.",
        "To kilometers.",
        "unit_conversion",
        {"number": 9, "unit_in": "MILES", "unit_out": "KM"},
    ),
    (
        "u4",
        "Convert 40 degrees Celsius.",
        "Fahrenheit.",
        "convert_temperature",
        {"degrees": 40, "to": "fahrenheit", "from": "celsius"},
    ),
    ("u5", "Convert 7 ounces.", "Grams.", "measure_convert", {"x": 7, "a": "ounces", "b": "grams"}),
    (
        "x4",
        "Book a table for two tomorrow at 7 pm.",
        "Wilson.",
        "make_booking",
        {"holder": "Wilson", "persons": 2, "on": "2026-11-23", "at": "19:00"},
    ),
]
TALK = [
    ("t1", "How long does a marathon take?"),
    ("t2", "I waited two hours yesterday."),
    ("t3", "What's the capital of France?"),
    ("l1", "The light in here is beautiful."),
    ("l2", "Call my sister."),
    ("l3", "Why is the sky blue?"),
    ("o1", "I had pizza last night."),
    ("o2", "Is coffee bad for you?"),
    ("o3", "Tell me a joke."),
    ("b1", "Do you like restaurants?"),
    ("b2", "Play some jazz."),
    ("b3", "My hotel was awful."),
    ("u1", "What is a kilogram?"),
    ("u2", "Thank you very much."),
    ("l4", "Send an email to John."),
    ("x", "She has to get up at five."),
    ("x", "How many people live in Oslo?"),
    ("x", "Could we have some quiet?"),
    ("x", "I'd like to go home."),
    ("x", "I'd like two friends."),
    ("x", "The table is for two."),
]


@pytest.mark.parametrize(("key", "said", "answer", "name", "args"), ASKED)
def test_missing_argument_is_asked_for_and_taken(
    key: str, said: str, answer: str, name: str, args: dict[str, Any]
) -> None:
    thinker = thinker_with(TOOLS, SETS[key])
    question = thinker.hear(said)
    assert not question.calls
    assert "?" in question.say
    assert_calls(thinker.hear(answer), [(name, args)])


@pytest.mark.parametrize(("key", "said"), TALK)
def test_talk_calls_nothing(key: str, said: str) -> None:
    assert not thinker_with(TOOLS, SETS[key]).hear(said).calls


@pytest.mark.parametrize(
    ("key", "roles", "sides"),
    [
        ("u5", ["number", "unit", "unit", "boolean"], ["", "from", "to", ""]),
        ("u3", ["number", "enum", "enum"], ["", "from", "to"]),
        ("x5", ["number", "unit", "unit"], ["", "from", "to"]),
        ("t5", ["number", "enum", "label"], ["", "", ""]),
        ("b2", ["person", "number", "moment", "boolean"], ["", "", "", ""]),
    ],
)
def test_purpose_of_a_tool_tells_roles(key: str, roles: list[str], sides: list[str]) -> None:
    slots = TOOLS[key].slots
    assert [role_of(p) for p in slots] == roles
    assert [direction_of(p) for p in slots] == sides


def test_numbers_are_counted_down_aloud_where_no_timer_is() -> None:
    assert thinker_with(TOOLS, "l1").hear("Count down from 3.").say == "3, 2, 1."
    assert not thinker_with(TOOLS, "l1").hear("Count down from 3 seconds.").calls


ROBOT = Tool.from_declaration(
    {
        "name": "move_robot",
        "description": "Move the robot",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "direction": {"type": "string", "enum": ["forward", "backward", "left", "right"]},
                "distance_m": {"type": "number", "description": "Distance in meters"},
            },
            "required": ["direction", "distance_m"],
        },
    }
)


def test_going_back_half_a_meter_moves() -> None:
    thinker = thinker_with({"r": ROBOT}, "r")
    moved = ("move_robot", {"direction": "backward", "distance_m": 0.5})
    assert_calls(thinker.hear("Go back half a meter."), [moved])
    assert not thinker_with({"r": ROBOT}, "r").hear("I went back two meters.").calls


def test_bare_addition_changes_the_last_call_rather_than_starting_another() -> None:
    thinker = thinker_with(TOOLS, "l1,t5")
    assert thinker.hear("Turn on the lights in the hallway.").calls
    added = ("set_light", {"location": "kitchen", "is_on": True})
    assert_calls(thinker.hear("And the kitchen."), [added])
