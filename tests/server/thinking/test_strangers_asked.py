"""Tools of strangers: missing arguments are asked for."""

from __future__ import annotations

import pytest

from tests.server.thinking.strangers import SETS, UNSEEN
from tests.server.thinking.talking import Calls, assert_calls, thinker_with

MISSING: list[tuple[str, str, str, Calls]] = [
    ("clock", "Set a timer.", "Five minutes.", [("set_timer", {"duration_seconds": 300})]),
    (
        "set_timer",
        "Start a timer please",
        "uh, twenty seconds",
        [("set_timer", {"duration_seconds": 20})],
    ),
    ("clock", "Set an alarm.", "Six thirty in the morning.", [("setAlarm", {"time": "06:30"})]),
    (
        "clock",
        "Remind me at five pm.",
        "To water the plants.",
        [("create_reminder", {"text": "water the plants", "time": "17:00"})],
    ),
    (
        "clock",
        "Remind me to pay the rent.",
        "At nine in the morning.",
        [("create_reminder", {"text": "pay the rent", "time": "09:00"})],
    ),
    (
        "control_light",
        "Turn on the light.",
        "The kitchen.",
        [("control_light", {"room": "kitchen", "state": "ON"})],
    ),
    (
        "home",
        "Dim the lights in the office.",
        "40 percent.",
        [("dim_lights", {"room": "office", "brightness": 40})],
    ),
    (
        "dim_lights",
        "Dim the lights to ten percent.",
        "In the bedroom",
        [("dim_lights", {"room": "bedroom", "brightness": 10})],
    ),
    ("home", "Change the thermostat.", "22 degrees", [("setThermostat", {"temperature": 22})]),
    (
        "home",
        "Lock the door.",
        "The back one.",
        [("set_door_lock", {"door": "back", "locked": True})],
    ),
    (
        "cafe",
        "I'd like a latte.",
        "Medium.",
        [("order_drink", {"drink": "latte", "size": "MEDIUM"})],
    ),
    (
        "order_drink",
        "A large one with oat milk, please.",
        "Cappuccino.",
        [("order_drink", {"drink": "cappuccino", "size": "LARGE", "quantity": 1, "milk": "oat"})],
    ),
    (
        "cafe",
        "I want a pizza with mushrooms.",
        "A large one, please.",
        [("orderPizza", {"size": "large", "toppings": ["mushrooms"]})],
    ),
    (
        "cafe",
        "Order a large pizza.",
        "Tomatoes and basil.",
        [("orderPizza", {"size": "large", "toppings": ["Tomatoes", "basil"]})],
    ),
    (
        "order_burger",
        "I'd like two burgers.",
        "Chicken, please",
        [("order_burger", {"kind": "chicken", "count": 2})],
    ),
    (
        "travel",
        "Book a table at Nobu for tomorrow at eight pm.",
        "Four people.",
        [
            (
                "reserve_table",
                {"restaurant": "Nobu", "party_size": 4, "date": "2026-11-23", "time": "20:00"},
            )
        ],
    ),
    (
        "travel",
        "Reserve a table for two at Mario's on Friday.",
        "At seven in the evening.",
        [
            (
                "reserve_table",
                {"restaurant": "Mario's", "party_size": 2, "date": "2026-11-27", "time": "19:00"},
            )
        ],
    ),
    (
        "searchFlights",
        "Find a flight to Berlin tomorrow.",
        "From Paris.",
        [
            (
                "searchFlights",
                {"origin": "Paris", "destination": "Berlin", "departure_date": "2026-11-23"},
            )
        ],
    ),
    (
        "searchFlights",
        "I need a flight from Madrid to Dublin.",
        "On Monday.",
        [
            (
                "searchFlights",
                {"origin": "Madrid", "destination": "Dublin", "departure_date": "2026-11-23"},
            )
        ],
    ),
    (
        "book_hotel_room",
        "Book a hotel in Athens for tomorrow.",
        "Four nights.",
        [("book_hotel_room", {"city": "Athens", "check_in": "2026-11-23", "nights": 4})],
    ),
    (
        "convert_units",
        "Convert 5 miles.",
        "To kilometers.",
        [("convert_units", {"value": 5, "from_unit": "miles", "to_unit": "kilometers"})],
    ),
    (
        "bank",
        "Convert 30 dollars.",
        "Into euros.",
        [("convertCurrency", {"amount": 30, "from": "USD", "to": "EUR"})],
    ),
    ("media", "Set the volume.", "Sixty.", [("set_volume", {"level": 60})]),
    (
        "media",
        "Send a message to Lisa.",
        "I'm on my way.",
        [("send_message", {"recipient": "Lisa", "message": "I'm on my way"})],
    ),
    ("media", "Make a call.", "To David.", [("call_contact", {"name": "David"})]),
    ("info", "What's the weather?", "In Helsinki.", [("current_weather", {"city": "Helsinki"})]),
    (
        "info",
        "Translate thank you very much.",
        "Into German.",
        [("translate_text", {"text": "thank you very much", "target_language": "German"})],
    ),
    (
        "info",
        "Look up a share price.",
        "Microsoft.",
        [("get_stock_price", {"company": "Microsoft"})],
    ),
    (
        "car",
        "Start navigation.",
        "To the city hall.",
        [("start_navigation", {"destination": "city hall"})],
    ),
    (
        "bank",
        "Transfer money to Lucy.",
        "Fifty dollars.",
        [("transfer_money", {"amount": 50, "recipient": "Lucy"})],
    ),
    (
        "bank",
        "Transfer 80 dollars.",
        "To my landlord.",
        [("transfer_money", {"amount": 80, "recipient": "landlord"})],
    ),
    ("bank", "What's my balance?", "Savings.", [("get_balance", {"account": "savings"})]),
    (
        "robot",
        "Move forward.",
        "Two meters.",
        [("move_robot", {"direction": "forward", "distance_m": 2})],
    ),
    (
        "notes",
        "Add something to the shopping list.",
        "Cheese.",
        [("add_to_shopping_list", {"item": "Cheese"})],
    ),
    ("mix", "Preheat the oven.", "220.", [("preheat_oven", {"temperature_c": 220})]),
    (
        "mix",
        "Order sunflowers.",
        "For my sister.",
        [("order_flowers", {"flower": "sunflowers", "recipient": "sister"})],
    ),
    (
        "timer, light, food",
        "Turn on the light.",
        "In the kitchen.",
        [("set_light", {"room": "kitchen", "on": True})],
    ),
    (
        "timer, light, food",
        "Order some ramen.",
        "Two.",
        [("order_food", {"item": "ramen", "quantity": 2})],
    ),
    (
        "timers and lights",
        "Start a timer.",
        "A quarter of an hour.",
        [("timer_create", {"minutes": 15})],
    ),
    (
        "bookings",
        "Rent a van for two days.",
        "In Portland.",
        [("rent_car", {"category": "van", "days": 2, "location": "Portland"})],
    ),
    (
        "converters",
        "Convert 20 degrees Celsius.",
        "Fahrenheit.",
        [("convert_temperature", {"value": 20, "from_scale": "CELSIUS", "to_scale": "FAHRENHEIT"})],
    ),
    (
        "book_table",
        "Book a table for four at seven.",
        "Miller.",
        [("book_table", {"name": "Miller", "people": 4, "time": "19:00"})],
    ),
    (
        "coffee shop",
        "I want a mocha.",
        "Large, to go.",
        [("place_coffee_order", {"type": "mocha", "size": "L", "to_go": True})],
    ),
    ("television and tea", "Set the fan.", "Medium.", [("set_fan", {"speed": "medium"})]),
    (
        "television and tea",
        "Make me some tea.",
        "Black, please.",
        [("make_tea", {"kind": "black"})],
    ),
    ("television and tea", "Change the channel.", "Twelve.", [("change_channel", {"channel": 12})]),
    (
        "bookings",
        "Book a train from Basel to Bern.",
        "Next Monday.",
        [("book_train", {"from_station": "Basel", "to_station": "Bern", "date": "2026-11-23"})],
    ),
    (
        "book_appointment",
        "I need a haircut on Thursday.",
        "At ten in the morning.",
        [("book_appointment", {"service": "haircut", "date": "2026-11-26", "time": "10:00"})],
    ),
    (
        "countdown and lamps",
        "Start a countdown.",
        "Forty five seconds.",
        [("countdown", {"length": 45})],
    ),
    (
        "countdown and lamps",
        "Turn on a lamp.",
        "The reading lamp.",
        [("switch_lamp", {"lamp_name": "reading lamp", "turned_on": True})],
    ),
    (
        "countdown and lamps",
        "Set the heating in the office.",
        "Nineteen degrees.",
        [("set_heating", {"room": "office", "degrees": 19})],
    ),
    (
        "counter",
        "I'd like a tuna sandwich.",
        "White.",
        [("order_sandwich", {"bread": "white", "filling": "tuna"})],
    ),
    (
        "counter",
        "I want some vanilla ice cream.",
        "Two scoops.",
        [("order_ice_cream", {"flavor": "vanilla", "scoops": 2})],
    ),
    (
        "trips",
        "Book a flight to Athens on Friday.",
        "From Rome.",
        [("book_flight", {"from_city": "Rome", "to_city": "Athens", "date": "2026-11-27"})],
    ),
    (
        "counter",
        "Make a reservation at Noma for six.",
        "Tomorrow at seven pm.",
        [
            (
                "makeReservation",
                {"restaurantName": "Noma", "guests": 6, "dateTime": "2026-11-23T19:00:00"},
            )
        ],
    ),
    (
        "measures",
        "Convert 5 feet.",
        "To meters.",
        [("convert_length", {"value": 5, "from_unit": "ft", "to_unit": "m"})],
    ),
    (
        "measures",
        "Exchange 40 euros.",
        "Into Swiss francs.",
        [("exchange_money", {"amount": 40, "source_currency": "EUR", "target_currency": "CHF"})],
    ),
    ("household", "Feed the fish.", "One portion.", [("feed_pet", {"pet": "fish", "portions": 1})]),
    (
        "household",
        "Start the washing machine on cotton.",
        "60 degrees.",
        [("laundry_start", {"program": "cotton", "temperature": 60})],
    ),
    (
        "trips",
        "Remind me to stretch.",
        "In half an hour.",
        [("schedule_reminder", {"about": "stretch", "minutes_from_now": 30})],
    ),
    ("home and oven", "Set a timer.", "Eight minutes.", [("kitchen_timer", {"time": 8})]),
    (
        "home and oven",
        "Turn the light on.",
        "In the pantry.",
        [("toggle_light", {"area": "pantry", "enabled": True})],
    ),
    (
        "home and oven",
        "Set the temperature to 20.",
        "Upstairs.",
        [("set_temp", {"celsius": 20, "zone": "upstairs"})],
    ),
    (
        "desk",
        "Book a massage for Ann.",
        "Ninety minutes.",
        [("book_spa", {"treatment": "massage", "duration": 90, "guest_name": "Ann"})],
    ),
    (
        "desk",
        "Convert 7 miles.",
        "To kilometers.",
        [("unit_convert", {"value": 7, "from": "miles", "to": "kilometers"})],
    ),
    (
        "desk",
        "Book a meeting room for tomorrow.",
        "At ten.",
        [("book_room", {"date": "2026-11-23", "start": "10:00"})],
    ),
]


@pytest.mark.parametrize(("tools", "request_text", "answer", "expected"), MISSING)
def test_missing_argument_is_asked_for(
    tools: str, request_text: str, answer: str, expected: Calls
) -> None:
    thinker = thinker_with(UNSEEN, SETS.get(tools, tools))
    asked = thinker.hear(request_text)
    assert not asked.calls
    assert "?" in asked.say
    assert_calls(thinker.hear(answer), expected)
