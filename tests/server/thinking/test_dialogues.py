"""Asking back for what is missing, follow-ups and corrections, over several turns."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.thinking.counter import COUNTER
from tests.server.thinking.errands import ERRANDS
from tests.server.thinking.home import HOME
from tests.server.thinking.talking import assert_calls, thinker_with

Calls = list[tuple[str, dict[str, Any]]]

INCOMPLETE = [
    (HOME, "Start a timer."),
    (HOME, "Book a hotel in Rome"),
    (HOME, "Send a text to Bob"),
    (HOME, "Play a song"),
    (HOME, "Navigate"),
    (HOME, "Translate hello"),
    (HOME, "Order a coffee"),
    (HOME, "turn on the light"),
    (HOME, "I'd like to reserve a table"),
    (HOME, "Transfer 20 euros"),
    (ERRANDS, "Order food"),
    (ERRANDS, "Rent a car"),
    (ERRANDS, "Set a reminder to drink water"),
    (ERRANDS, "Send a message"),
    (ERRANDS, "Buy tickets for Dune"),
    (ERRANDS, "split the bill"),
    (ERRANDS, "Find a recipe"),
    (COUNTER, "Set a timer"),
    (COUNTER, "Book a flight to Paris"),
    (COUNTER, "What's the weather?"),
    (COUNTER, "Order a pizza"),
    (COUNTER, "Call someone"),
    (COUNTER, "Translate good night"),
    (COUNTER, "Lock the door"),
    (COUNTER, "Convert 20 miles"),
]
DIALOGUES: list[tuple[dict[str, Any], list[str], Calls]] = [
    (HOME, ["Start a timer.", "three minutes"], [("start_timer", {"duration_seconds": 180})]),
    (HOME, ["Book a hotel in Rome", "two nights"], [("book_hotel", {"city": "Rome", "nights": 2})]),
    (
        HOME,
        ["Send a text to Bob", "I'm on the train"],
        [("send_sms", {"to": "Bob", "body": "I'm on the train"})],
    ),
    (
        HOME,
        ["Send a text to Bob", "tell him that I love the gift"],
        [("send_sms", {"to": "Bob", "body": "I love the gift"})],
    ),
    (
        HOME,
        ["Translate hello", "into German please"],
        [("translate_text", {"text": "hello", "target_lang": "de"})],
    ),
    (HOME, ["Order a coffee", "a latte"], [("order_coffee", {"drink": "latte"})]),
    (
        HOME,
        ["turn on the light", "in the bathroom"],
        [("control_light", {"room": "bathroom", "state": "on"})],
    ),
    (
        HOME,
        ["reserve a table", "for five people", "at half past eight in the evening"],
        [("reserve_table", {"party_size": 5, "time": "8:30 PM"})],
    ),
    (
        HOME,
        ["reserve a table", "five", "8 pm"],
        [("reserve_table", {"party_size": 5, "time": "8:00 PM"})],
    ),
    (
        HOME,
        ["find flights", "from Oslo", "Bergen"],
        [("find_flights", {"from_city": "Oslo", "to_city": "Bergen"})],
    ),
    (
        HOME,
        ["Play a song", "Wonderwall by Oasis"],
        [("play_song", {"title": "Wonderwall", "artist": "Oasis"})],
    ),
    (HOME, ["set an alarm", "seven fifteen"], [("set_alarm", {"time": "07:15"})]),
    (HOME, ["Start a timer.", "never mind"], []),
    (HOME, ["Start a timer.", "uh how old are you"], []),
    (
        HOME,
        ["What's the weather in Rome?", "and in Naples?"],
        [("get_weather", {"city": "Naples"})],
    ),
    (
        HOME,
        ["What's the weather in Rome?", "what about Milan"],
        [("get_weather", {"city": "Milan"})],
    ),
    (HOME, ["weather in boston", "no i meant austin"], [("get_weather", {"city": "austin"})]),
    (HOME, ["Set the volume to 40", "make it 60"], [("set_volume", {"level": 60})]),
    (
        HOME,
        ["order a latte", "make that two", "actually make it large"],
        [("order_coffee", {"drink": "latte", "size": "large", "quantity": 2})],
    ),
    (
        HOME,
        ["Start a timer for ten minutes", "sorry, twenty minutes"],
        [("start_timer", {"duration_seconds": 1200})],
    ),
    (
        HOME,
        ["turn on the kitchen light", "and the bathroom too"],
        [("control_light", {"room": "bathroom", "state": "on"})],
    ),
    (
        HOME,
        ["turn on the kitchen light", "turn it off again"],
        [("control_light", {"room": "kitchen", "state": "off"})],
    ),
    (
        HOME,
        ["Find flights from Rome to Oslo tomorrow", "what about Friday"],
        [("find_flights", {"from_city": "Rome", "to_city": "Oslo", "date": "2026-11-27"})],
    ),
    (
        HOME,
        ["Find flights from Rome to Oslo", "in business class please"],
        [("find_flights", {"from_city": "Rome", "to_city": "Oslo", "cabin": "business"})],
    ),
    (HOME, ["Call Anna", "no, Hannah"], [("make_call", {"contact": "Hannah"})]),
    (
        HOME,
        ["What's the stock price of Apple", "and Google?"],
        [("stock_quote", {"ticker": "Google"})],
    ),
    (
        HOME,
        ["Translate good night to French", "and in Spanish?"],
        [("translate_text", {"text": "good night", "target_lang": "es"})],
    ),
    (
        HOME,
        ["Forecast for Bonn", "for five days"],
        [("getForecast", {"location": "Bonn", "days": 5})],
    ),
    (
        ERRANDS,
        ["Rent a car", "in Madrid", "three days please"],
        [("rent_car", {"pickup_city": "Madrid", "days": 3})],
    ),
    (
        ERRANDS,
        ["Set a reminder to drink water", "in ten minutes"],
        [("set_reminder", {"text": "drink water", "in_minutes": 10})],
    ),
    (
        ERRANDS,
        ["Buy tickets for Dune", "uh four"],
        [("buy_tickets", {"movie": "Dune", "count": 4})],
    ),
    (
        ERRANDS,
        ["split the bill", "90 dollars", "three people"],
        [("split_bill", {"total": 90, "people": 3})],
    ),
    (ERRANDS, ["Find a recipe", "for mushroom soup"], [("find_recipe", {"dish": "mushroom soup"})]),
    (
        ERRANDS,
        ["book an appointment with doctor Lee", "tomorrow", "at ten"],
        [("book_appointment", {"doctor": "doctor Lee", "date": "tomorrow", "time": "10:00"})],
    ),
    (
        ERRANDS,
        ["close the blinds", "the bedroom"],
        [("blinds", {"room": "bedroom", "position": "closed"})],
    ),
    (
        ERRANDS,
        ["Send a message", "to Paul", "see you at the game"],
        [("message", {"contact": "Paul", "text": "see you at the game"})],
    ),
    (ERRANDS, ["what's the time in Lima", "and Quito?"], [("get_time", {"city": "Quito"})]),
    (
        ERRANDS,
        ["convert 5 miles to kilometers", "and 10 miles"],
        [("convert_units", {"value": 10, "from_unit": "mi", "to_unit": "km"})],
    ),
    (
        ERRANDS,
        ["what's the weather in Kyiv", "and tomorrow?"],
        [("lookupWeather", {"place": "Kyiv", "when": "tomorrow"})],
    ),
    (
        ERRANDS,
        ["Turn on the heater", "turn it off"],
        [("smart_home_set", {"device": "heater", "on": False})],
    ),
    (ERRANDS, ["turn the volume up", "and again"], [("change_volume", {"direction": "up"})]),
    (
        ERRANDS,
        ["rate Inception five stars", "make that four"],
        [("rate_movie", {"title": "Inception", "stars": 4})],
    ),
    (
        ERRANDS,
        ["order a chicken salad", "sorry I meant a Caesar salad"],
        [("order_food", {"item": "Caesar salad"})],
    ),
    (
        COUNTER,
        ["What's the weather?", "in Kyoto"],
        [("get_current_weather", {"location": "Kyoto"})],
    ),
    (COUNTER, ["Set a timer", "seven minutes please"], [("set_timer", {"duration": 7})]),
    (
        COUNTER,
        ["Book a flight to Paris", "from London", "next Friday"],
        [("book_flight", {"origin": "London", "destination": "Paris", "date": "2026-11-27"})],
    ),
    (
        COUNTER,
        ["Order a pizza", "large", "just cheese"],
        [("order_pizza", {"size": "large", "topping": "cheese"})],
    ),
    (COUNTER, ["Lock the door", "the garage"], [("lock_door", {"door": "garage", "lock": True})]),
    (
        COUNTER,
        ["Translate good night", "to Swedish"],
        [("translate", {"phrase": "good night", "language": "Swedish"})],
    ),
    (
        COUNTER,
        ["Send a message to Nora", "happy new year"],
        [("send_message", {"contact_name": "Nora", "message_text": "happy new year"})],
    ),
    (
        COUNTER,
        ["Convert 20 miles", "to kilometers"],
        [("convertUnits", {"value": 20, "fromUnit": "miles", "toUnit": "kilometers"})],
    ),
    (
        COUNTER,
        ["Remind me to feed the fish", "at noon"],
        [("create_reminder", {"title": "feed the fish", "time": "noon"})],
    ),
    (
        COUNTER,
        ["What's the weather in Cork?", "how about Galway?"],
        [("get_current_weather", {"location": "Galway"})],
    ),
    (
        COUNTER,
        ["Weather in Perth", "no, Sydney"],
        [("get_current_weather", {"location": "Sydney"})],
    ),
    (
        COUNTER,
        ["Set a timer for 5 minutes", "make that eight minutes"],
        [("set_timer", {"duration": 8})],
    ),
    (
        COUNTER,
        ["Set the thermostat to 70", "actually make it 68"],
        [("set_thermostat", {"degrees": 68})],
    ),
    (
        COUNTER,
        ["lock the front door", "and the back door"],
        [("lock_door", {"door": "back", "lock": True})],
    ),
    (
        COUNTER,
        ["get me a small ham pizza", "make it two", "make that large"],
        [("order_pizza", {"size": "large", "topping": "ham", "count": 2})],
    ),
    (
        COUNTER,
        ["How much is 10 dollars in euros", "and in yen?"],
        [("get_exchange_rate", {"amount": 10, "from_currency": "USD", "to_currency": "JPY"})],
    ),
]


@pytest.mark.parametrize(("tools", "said"), INCOMPLETE)
def test_missing_argument_is_asked_for_aloud(tools: dict[str, Any], said: str) -> None:
    plan = thinker_with(tools, "all").hear(said)
    assert plan.calls == ()
    assert plan.say.endswith("?")


@pytest.mark.parametrize(("tools", "turns", "calls"), DIALOGUES, ids=lambda v: str(v)[:60])
def test_last_turn_of_a_dialogue(tools: dict[str, Any], turns: list[str], calls: Calls) -> None:
    thinker = thinker_with(tools, "all")
    plans = [thinker.hear(turn) for turn in turns]
    assert_calls(plans[-1], calls)
