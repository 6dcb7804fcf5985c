"""Clear requests to the tools of counter.py call the right ones with exact arguments."""

from __future__ import annotations

import pytest

from tests.server.thinking.counter import COUNTER
from tests.server.thinking.talking import Calls, assert_calls, lost_in_recognition, thinker_with

REQUESTS: list[tuple[str, str, Calls]] = [
    (
        "all",
        "What's the weather in San Francisco?",
        [("get_current_weather", {"location": "San Francisco"})],
    ),
    (
        "all",
        "Tell me the weather in Boston, in Fahrenheit.",
        [("get_current_weather", {"location": "Boston", "unit": "fahrenheit"})],
    ),
    ("all", "is it cold in helsinki", [("get_current_weather", {"location": "helsinki"})]),
    (
        "all",
        "Should I bring a jacket in Edinburgh?",
        [("get_current_weather", {"location": "Edinburgh"})],
    ),
    ("all", "Set a timer for twelve minutes.", [("set_timer", {"duration": 12})]),
    ("all", "set a timer for an hour", [("set_timer", {"duration": 60})]),
    (
        "all",
        "Can you start a timer for 45 minutes for the roast?",
        [("set_timer", {"duration": 45, "label": "roast"})],
    ),
    (
        "all",
        "Set the bedroom lights to 50 percent.",
        [("set_lights", {"room": "bedroom", "brightness": 50})],
    ),
    (
        "all",
        "Make the living room lights red at 80 percent",
        [("set_lights", {"room": "living room", "brightness": 80, "color": "red"})],
    ),
    (
        "all",
        "dim the office lights to ten percent",
        [("set_lights", {"room": "office", "brightness": 10})],
    ),
    (
        "all",
        "Order a large pizza with mushrooms for delivery.",
        [("order_pizza", {"size": "large", "topping": "mushrooms", "delivery": True})],
    ),
    (
        "all",
        "I'd like three small pepperoni pizzas",
        [("order_pizza", {"size": "small", "topping": "pepperoni", "count": 3})],
    ),
    (
        "all",
        "get me a medium ham pizza for pickup",
        [("order_pizza", {"size": "medium", "topping": "ham", "delivery": False})],
    ),
    (
        "all",
        "Book a flight from Chicago to Miami on December 20th for two passengers.",
        [
            (
                "book_flight",
                {
                    "origin": "Chicago",
                    "destination": "Miami",
                    "date": "2026-12-20",
                    "passengers": 2,
                },
            )
        ],
    ),
    (
        "all",
        "I need to fly from Dublin to Lisbon tomorrow",
        [("book_flight", {"origin": "Dublin", "destination": "Lisbon", "date": "2026-11-23"})],
    ),
    (
        "all",
        "Book a table for three at Nobu at 8 p.m.",
        [("book_restaurant", {"restaurant": "Nobu", "guests": 3, "time": "20:00"})],
    ),
    (
        "all",
        "Reserve a table at The Ivy for six people at half past seven",
        [("book_restaurant", {"restaurant": "The Ivy", "guests": 6, "time": "19:30"})],
    ),
    (
        "all",
        "Convert 12 inches to centimeters.",
        [("convertUnits", {"value": 12, "fromUnit": "inches", "toUnit": "centimeters"})],
    ),
    (
        "all",
        "How many grams are in two pounds?",
        [("convertUnits", {"value": 2, "fromUnit": "pounds", "toUnit": "grams"})],
    ),
    (
        "all",
        "what is 3.5 liters in gallons",
        [("convertUnits", {"value": 3.5, "fromUnit": "liters", "toUnit": "gallons"})],
    ),
    ("all", "Play some Miles Davis.", [("play_music", {"query": "Miles Davis"})]),
    ("all", "put on some classical music", [("play_music", {"query": "classical"})]),
    (
        "all",
        "play Taylor Swift on shuffle",
        [("play_music", {"query": "Taylor Swift", "shuffle": True})],
    ),
    (
        "all",
        "Remind me to pay the rent tomorrow at 10 am.",
        [("create_reminder", {"title": "pay the rent", "time": "tomorrow at 10 am"})],
    ),
    (
        "all",
        "remind me to walk the dog at 6 p.m.",
        [("create_reminder", {"title": "walk the dog", "time": "6 pm"})],
    ),
    (
        "all",
        "Send a message to Lucas saying I'll call you later.",
        [("send_message", {"contact_name": "Lucas", "message_text": "I'll call you later"})],
    ),
    (
        "all",
        "text emma that the keys are under the mat",
        [("send_message", {"contact_name": "emma", "message_text": "the keys are under the mat"})],
    ),
    (
        "all",
        "Tell David dinner is at eight",
        [("send_message", {"contact_name": "David", "message_text": "dinner is at eight"})],
    ),
    ("all", "Call my dad on speaker", [("call_contact", {"name": "dad", "speaker": True})]),
    ("all", "please call Julia Roberts", [("call_contact", {"name": "Julia Roberts"})]),
    ("all", "Add six eggs to the grocery list.", [("add_item", {"item": "eggs", "quantity": 6})]),
    ("all", "put olive oil on my grocery list", [("add_item", {"item": "olive oil"})]),
    (
        "all",
        "Translate I love you into Portuguese.",
        [("translate", {"phrase": "I love you", "language": "Portuguese"})],
    ),
    (
        "all",
        "how do you say good evening in Korean",
        [("translate", {"phrase": "good evening", "language": "Korean"})],
    ),
    ("all", "What's the stock price of Netflix?", [("get_stock_price", {"symbol": "Netflix"})]),
    ("all", "how much is amazon stock", [("get_stock_price", {"symbol": "amazon"})]),
    ("all", "Set the thermostat to 72 degrees.", [("set_thermostat", {"degrees": 72})]),
    (
        "all",
        "set it to 22 degrees celsius on the thermostat",
        [("set_thermostat", {"degrees": 72})],
    ),
    ("all", "Lock the back door.", [("lock_door", {"door": "back", "lock": True})]),
    ("all", "please unlock the front door", [("lock_door", {"door": "front", "lock": False})]),
    ("all", "mute the sound", [("mute", {"muted": True})]),
    ("all", "unmute please", [("mute", {"muted": False})]),
    ("all", "Start the vacuum in the hallway", [("start_vacuum", {"room": "hallway"})]),
    ("all", "start the robot vacuum", [("start_vacuum", {})]),
    ("all", "What's the horoscope for Scorpio?", [("get_horoscope", {"sign": "scorpio"})]),
    (
        "all",
        "Find covered parking near Union Square under 5 dollars an hour",
        [("find_parking", {"near": "Union Square", "covered": True, "max_price_per_hour": 5})],
    ),
    ("all", "where can I park near the opera house", [("find_parking", {"near": "opera house"})]),
    (
        "all",
        "Water the lawn for fifteen minutes.",
        [("water_garden", {"zone": "lawn", "minutes": 15})],
    ),
    (
        "all",
        "water the vegetables for half an hour",
        [("water_garden", {"zone": "vegetables", "minutes": 30})],
    ),
    (
        "all",
        "Log my breakfast: oatmeal, banana and coffee",
        [("log_meal", {"meal": "breakfast", "foods": ["oatmeal", "banana", "coffee"]})],
    ),
    (
        "all",
        "What's a 20 percent tip on 65 dollars?",
        [("tip_calculator", {"bill": 65, "percent": 20})],
    ),
    (
        "all",
        "calculate an 18 percent tip on a bill of 42 dollars and 50 cents",
        [("tip_calculator", {"bill": 42.5, "percent": 18})],
    ),
    ("all", "Change to channel 7", [("change_channel", {"channel": 7})]),
    ("all", "switch the TV to channel twenty three", [("change_channel", {"channel": 23})]),
    ("all", "Cancel my order 55781", [("cancel_order", {"order_number": "55781"})]),
    (
        "all",
        "How much is 200 dollars in euros?",
        [("get_exchange_rate", {"amount": 200, "from_currency": "USD", "to_currency": "EUR"})],
    ),
    (
        "all",
        "change fifty pounds into yen",
        [("get_exchange_rate", {"amount": 50, "from_currency": "GBP", "to_currency": "JPY"})],
    ),
    (
        "all",
        "Schedule a pickup of two fragile packages at 12 Elm Street on Monday",
        [
            (
                "schedule_pickup",
                {"address": "12 Elm Street", "date": "Monday", "packages": 2, "fragile": True},
            )
        ],
    ),
    (
        "all",
        "Brew four cups of strong coffee",
        [("brew_coffee", {"cups": 4, "strength": "strong"})],
    ),
    ("all", "make two cups of coffee", [("brew_coffee", {"cups": 2})]),
    ("all", "Set an alarm for 6:30 a.m.", [("set_alarm", {"hour": 6, "minute": 30})]),
    ("all", "wake me up at quarter past seven", [("set_alarm", {"hour": 7, "minute": 15})]),
    ("all", "Close the window in the bathroom", [("close_window", {"room": "bathroom"})]),
    ("all", "close the kitchen window", [("close_window", {"room": "kitchen"})]),
    (
        "all",
        "What's the weather in Rome and Athens?",
        [
            ("get_current_weather", {"location": "Rome"}),
            ("get_current_weather", {"location": "Athens"}),
        ],
    ),
    (
        "all",
        "Lock the front door and set the thermostat to 68",
        [("lock_door", {"door": "front", "lock": True}), ("set_thermostat", {"degrees": 68})],
    ),
    (
        "all",
        "Play some jazz and dim the kitchen lights to 20 percent",
        [("play_music", {"query": "jazz"}), ("set_lights", {"room": "kitchen", "brightness": 20})],
    ),
    (
        "all",
        "Brew two cups of coffee, then start the vacuum.",
        [("brew_coffee", {"cups": 2}), ("start_vacuum", {})],
    ),
    (
        "all",
        "Call Mia and tell Leo that I'm home",
        [
            ("call_contact", {"name": "Mia"}),
            ("send_message", {"contact_name": "Leo", "message_text": "I'm home"}),
        ],
    ),
    (
        "all",
        "Add milk and butter to the grocery list",
        [("add_item", {"item": "milk"}), ("add_item", {"item": "butter"})],
    ),
]


@pytest.mark.parametrize(("names", "said", "calls"), REQUESTS)
def test_request_calls_its_tools(names: str, said: str, calls: Calls) -> None:
    assert_calls(thinker_with(COUNTER, names).hear(said), calls)


def test_requests_survive_a_recogniser_without_capitals_and_punctuation() -> None:
    lost = lost_in_recognition(COUNTER, REQUESTS)
    assert len(lost) <= 0.05 * len(REQUESTS), lost
