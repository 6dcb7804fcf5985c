"""Answers of tools, spoken."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.server.thinking import Tool, ToolResult
from livekit_nb.server.thinking.results import speak, with_unit

WEATHER = Tool.from_declaration(
    {
        "name": "get_weather",
        "parameters": {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}},
    }
)


@pytest.mark.parametrize(
    ("name", "args", "response", "said"),
    [
        (
            "get_weather",
            {"city": "Paris"},
            {"city": "Paris", "celsius": 21, "sky": "clear"},
            "In Paris it is clear, 21 degrees Celsius.",
        ),
        (
            "get_weather",
            {"city": "Oslo"},
            {"current": {"temp_c": -3, "condition": "light_snow"}},
            "In Oslo it is light snow, minus 3 degrees Celsius.",
        ),
        ("get_weather", {"city": "Rome"}, {"output": "Sunny, 21°C"}, "Sunny, 21 degrees Celsius."),
        ("set_timer", {"minutes": 5}, {"ok": True}, "Done."),
        ("set_timer", {"minutes": 5}, {"minutes": 5, "status": "success"}, "Done."),
        ("set_timer", {"minutes": 5}, {"status": "timer set"}, "Timer set."),
        ("set_timer", {}, {"status": "ok", "timer_id": "x1"}, "Done."),
        ("set_timer", {}, {"status": "ok", "ends_at": "10:05"}, "Done. It ends at 10:05."),
        ("set_timer", {}, {}, "Done."),
        ("track_order", {}, {"status": "out_for_delivery"}, "Out for delivery."),
        ("get_order_status", {}, {"status": "shipped"}, "The status is shipped."),
        ("get_stock_price", {}, {"price_usd": 190.256}, "The price is 190.26 dollars."),
        ("roll_dice", {}, {"result": 4}, "The dice is 4."),
        ("is_open", {}, {"result": True}, "Yes."),
        ("list_tasks", {}, {"tasks": ["eat", "sleep"]}, "I found 2: eat and sleep."),
        ("search", {}, {"results": []}, "I found nothing."),
        ("search", {}, {"hits": [{"name": "LH 1", "price_eur": 120}]}, "LH 1, 120 euros."),
        (
            "order",
            {},
            {"eta_minutes": 1, "total_usd": 18},
            "The eta is 1 minute and the total is 18 dollars.",
        ),
        ("order", {}, {"extra_cheese": False}, "There is no extra cheese."),
        (
            "order",
            {},
            {"size": "large", "extra_cheese": False},
            "The size is large and there is no extra cheese.",
        ),
        ("check", {}, {"window_open": False}, "The window is not open."),
        ("check", {}, {"is_open": False}, "It is not open."),
        ("check", {}, {"has_parking": False}, "It has no parking."),
        ("find", {}, {"message": "Nothing is free at that time"}, "Nothing is free at that time."),
    ],
)
def test_spoken_answer(name: str, args: dict[str, Any], response: Any, said: str) -> None:
    assert speak(ToolResult(name, args, response), WEATHER if "weather" in name else None) == said


@pytest.mark.parametrize(
    ("response", "error", "reason"),
    [
        ({"error": "no such city"}, False, "no such city"),
        ({"error": {"code": 5, "message": "too far"}}, False, "too far"),
        ({"success": False, "message": "closed"}, False, "closed"),
        ({"status": "failed", "reason": "no_power"}, False, "no power"),
        ({"detail": "broken"}, True, "broken"),
        ({}, True, ""),
    ],
)
def test_failures_are_told_politely(response: dict[str, Any], error: bool, reason: str) -> None:
    said = speak(ToolResult("x", {}, response, error))
    assert said.startswith("Sorry, that did not work")
    assert said.endswith(f": {reason}." if reason else "work.")


@pytest.mark.parametrize(
    ("key", "value", "spoken"),
    [
        ("wind_km_h", 12, ("12 kilometers per hour", ("wind",))),
        ("tempC", 20.0, ("20 degrees Celsius", ("temp",))),
        ("humidity", 0.4, ("40 percent", ("humidity",))),
        ("duration_hours", 1, ("1 hour", ("duration",))),
    ],
)
def test_units_come_from_key_names(key: str, value: float, spoken: tuple[str, Any]) -> None:
    assert with_unit(key, value) == spoken


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["clear", "partly_cloudy", "On its way.", ""]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["ok", "status", "price_usd", "items", "data", "name", "error"]), inner
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["result", "status", "a_b", "temp_c", "error", "message"]), JSON
    )
)
def test_any_answer_becomes_speech_without_json(response: dict[str, Any]) -> None:
    said = speak(ToolResult("get_thing", {}, response))
    assert said
    assert not set('{}[]_"') & set(said)
