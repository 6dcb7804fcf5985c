"""Single mechanisms: what is left goes to what is missing, and what nothing explains speaks up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.thinking.strangers import declared
from tests.server.thinking.talking import assert_calls, thinker_with

TOOLS = declared(
    """
openapi set_timer: Start a countdown timer.
    duration_seconds!: integer | Length in seconds.
    label: string | What the timer is for.
openapi timer_in_parts: Add a countdown
    hours!: integer
    minutes!: integer
openapi change_light_color: Change the colour of a lamp.
    lamp!: string | Which lamp
    color!: string | New colour
openapi set_lamp_color: Sets the color of a lamp.
    lamp!: string | Which lamp
    color!: one of red, green, blue, white
openapi convert_units: Convert a value between units.
    value!: number
    from_unit!: string
    to_unit!: string
openapi celsius_to_fahrenheit: Converts Celsius to Fahrenheit.
    celsius!: number
openapi fahrenheit_to_celsius: Converts Fahrenheit to Celsius.
    fahrenheit!: number
openapi set_scene: Activate a lighting scene.
    scene!: one of movie, party, reading, relax
openapi get_weather: Get the current weather for a city.
    city!: string | City name
openapi cancel_reservation: Cancel an existing reservation.
    name!: string | Name of the reservation.
openapi startVacuum: Start the robot vacuum, either everywhere or in one room.
    room: string | Room to clean.
openapi lights_on: Turns on the lights in a room.
    room!: string | The room, e.g. kitchen.
openapi checkout: Pay for everything in the basket.
openapi book_visit: Book a visit.
    day!: string | Day of the visit
    hour!: integer | Hour of the day on the 24-hour clock, 9 to 18.
    outdoor: boolean | True for a table outside.
    repeat: boolean | come every week
openapi set_position: Sets how far a cover is open.
    cover!: string | Which cover.
    position!: integer | 0 to 100 percent open.
openapi dim: Set the light level of a zone.
    zone!: one of upstairs, downstairs
    level!: number | Light level between 0.0 (dark) and 1.0 (full).
openapi search_product: Search the shop for a product
    query!: string
    max_price: number | highest price in euros
openapi play_station: Plays a radio station
    station!: string
    volume: integer | Volume 0 to 100
"""
)


@pytest.mark.parametrize(
    ("tools", "said", "call"),
    [
        (
            "set_timer",
            "Time the rice for fifteen minutes",
            ("set_timer", {"duration_seconds": 900, "label": "rice"}),
        ),
        (
            "set_timer",
            "Remind me when 20 minutes have passed",
            ("set_timer", {"duration_seconds": 1200}),
        ),
        (
            "set_timer",
            "Let me know in a quarter of an hour",
            ("set_timer", {"duration_seconds": 900}),
        ),
        (
            "timer_in_parts",
            "Set a 45 minute countdown",
            ("timer_in_parts", {"hours": 0, "minutes": 45}),
        ),
        (
            "change_light_color",
            "Change the reading lamp to warm white.",
            ("change_light_color", {"lamp": "reading lamp", "color": "warm white"}),
        ),
        (
            "celsius_to_fahrenheit,fahrenheit_to_celsius",
            "What is 180 Celsius in Fahrenheit?",
            ("celsius_to_fahrenheit", {"celsius": 180}),
        ),
        ("set_scene", "Party mode please", ("set_scene", {"scene": "party"})),
        ("set_scene,set_timer", "relax", ("set_scene", {"scene": "relax"})),
        (
            "cancel_reservation",
            "Cancel the reservation under Johnson.",
            ("cancel_reservation", {"name": "Johnson"}),
        ),
        ("startVacuum", "have the robot vacuum the hallway", ("startVacuum", {"room": "hallway"})),
        ("checkout", "I'm ready to check out.", ("checkout", {})),
        (
            "book_visit",
            "Book a visit indoors for Thursday at three pm",
            ("book_visit", {"day": "Thursday", "hour": 15, "outdoor": False}),
        ),
        (
            "book_visit",
            "Book a visit on Monday at 10 am, every week",
            ("book_visit", {"day": "Monday", "hour": 10, "repeat": True}),
        ),
        (
            "set_position",
            "Open the awning halfway",
            ("set_position", {"cover": "awning", "position": 50}),
        ),
        (
            "dim",
            "Dim the upstairs lights to thirty percent.",
            ("dim", {"zone": "upstairs", "level": 0.3}),
        ),
        (
            "search_product",
            "Search for running shoes under 60 euros.",
            ("search_product", {"query": "running shoes", "max_price": 60}),
        ),
        (
            "search_product",
            "do you have any wireless headphones",
            ("search_product", {"query": "wireless headphones"}),
        ),
        ("play_station", "Play BBC Radio 4", ("play_station", {"station": "BBC Radio 4"})),
    ],
)
def test_request_is_filled(tools: str, said: str, call: tuple[str, dict[str, Any]]) -> None:
    assert_calls(thinker_with(TOOLS, tools).hear(said), [call])


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("change_light_color", "Make the desk lamp a different color"),
        ("set_lamp_color", "Make the desk lamp a different color"),
        ("set_lamp_color", "I'd like one of the lamps in green, please."),
        ("convert_units", "How much is 30 inches?"),
        ("lights_on", "Turn the lights on."),
    ],
)
def test_what_is_not_said_is_asked_for(tool: str, said: str) -> None:
    thinker = thinker_with(TOOLS, tool)
    assert not thinker.hear(said).calls
    assert thinker.waits_for is TOOLS[tool]


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ("lights_on", "Turn on the television in the living room."),
        ("startVacuum", "Turn on the sprinklers in the garden."),
        ("set_timer", "Wake me up at six tomorrow morning."),
        ("celsius_to_fahrenheit", "How many miles is 10 kilometers?"),
        ("search_product", "Do you have a brother?"),
    ],
)
def test_what_nothing_explains_calls_nothing(tools: str, said: str) -> None:
    thinker = thinker_with(TOOLS, tools)
    assert not thinker.hear(said).calls
    assert thinker.waits_for is None


@pytest.mark.parametrize(
    "said",
    ["Hello there, how are you today?", "Hi, how's it going?", "Good morning! How are you?"],
)
def test_small_talk_after_a_greeting_is_answered(said: str) -> None:
    assert "weather" not in thinker_with(TOOLS, "get_weather").hear(said).say


@pytest.mark.parametrize("said", ["Edinburgh Lynn", "blue the of", "gloop frand"])
def test_noise_is_not_understood(said: str) -> None:
    assert "did not understand" in thinker_with(TOOLS, "get_weather").hear(said).say


def test_what_was_said_before_is_remembered() -> None:
    thinker = thinker_with(TOOLS, "get_weather")
    thinker.remember("user", "What's the weather in Oslo?")
    thinker.remember("model", "It is snowing.")
    assert thinker.hear("What did you say?").say == "It is snowing."
    assert_calls(thinker.hear("And in Bergen?"), [("get_weather", {"city": "Bergen"})])
