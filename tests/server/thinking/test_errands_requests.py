"""Clear requests to the tools of errands.py call the right ones with exact arguments."""

from __future__ import annotations

import pytest

from tests.server.thinking.errands import ERRANDS
from tests.server.thinking.talking import Calls, assert_calls, lost_in_recognition, thinker_with

REQUESTS: list[tuple[str, str, Calls]] = [
    (
        "lookupWeather",
        "How's the weather in Marrakesh tomorrow?",
        [("lookupWeather", {"place": "Marrakesh", "when": "tomorrow"})],
    ),
    (
        "all",
        "what will the weather be like in Dresden on saturday",
        [("lookupWeather", {"place": "Dresden", "when": "saturday"})],
    ),
    ("all", "temperature in Reykjavik", [("lookupWeather", {"place": "Reykjavik"})]),
    ("all", "Start a twenty minute countdown.", [("createCountdown", {"minutes": 20})]),
    ("all", "Countdown of an hour and a half", [("createCountdown", {"minutes": 90})]),
    (
        "all",
        "Turn on the coffee machine",
        [("smart_home_set", {"device": "coffee machine", "on": True})],
    ),
    (
        "all",
        "Switch off the bedroom fan.",
        [("smart_home_set", {"device": "bedroom fan", "on": False})],
    ),
    (
        "all",
        "Please turn the hallway light on",
        [("smart_home_set", {"device": "hallway light", "on": True})],
    ),
    (
        "all",
        "Dim the desk lamp to twenty percent",
        [("set_brightness", {"lamp": "desk lamp", "percent": 20})],
    ),
    (
        "all",
        "Set the reading lamp to 75%",
        [("set_brightness", {"lamp": "reading lamp", "percent": 75})],
    ),
    (
        "all",
        "Order two burgers from Five Guys",
        [("order_food", {"item": "burger", "quantity": 2, "restaurant": "Five Guys"})],
    ),
    ("all", "I'd like to order a chicken salad", [("order_food", {"item": "chicken salad"})]),
    (
        "all",
        "I want a margherita pizza from Luigi's please",
        [("order_food", {"item": "margherita pizza", "restaurant": "Luigi's"})],
    ),
    (
        "all",
        "Add three bottles of water to my cart",
        [("add_to_cart", {"product": "bottles of water", "quantity": 3})],
    ),
    (
        "all",
        "put five AA batteries in the cart",
        [("add_to_cart", {"product": "AA battery", "quantity": 5})],
    ),
    (
        "all",
        "Remove the headphones from my cart",
        [("remove_from_cart", {"product": "headphones"})],
    ),
    (
        "all",
        "Book an appointment with Dr. Chen on Tuesday at 2:30 p.m. for a checkup",
        [
            (
                "book_appointment",
                {"doctor": "Dr. Chen", "date": "Tuesday", "time": "14:30", "reason": "checkup"},
            )
        ],
    ),
    (
        "all",
        "Rent an SUV in Denver for five days with insurance",
        [("rent_car", {"pickup_city": "Denver", "days": 5, "car_type": "suv", "insurance": True})],
    ),
    (
        "all",
        "I need a compact car in Nice for a week",
        [("rent_car", {"pickup_city": "Nice", "days": 7, "car_type": "compact"})],
    ),
    (
        "all",
        "Convert 150 pounds to kilograms",
        [("convert_units", {"value": 150, "from_unit": "lb", "to_unit": "kg"})],
    ),
    (
        "all",
        "how many kilometers is 26 miles",
        [("convert_units", {"value": 26, "from_unit": "mi", "to_unit": "km"})],
    ),
    (
        "all",
        "What is 5 feet in meters?",
        [("convert_units", {"value": 5, "from_unit": "ft", "to_unit": "m"})],
    ),
    (
        "all",
        "How much is fifty pounds in dollars?",
        [("convert_currency", {"amount": 50, "from": "GBP", "to": "USD"})],
    ),
    (
        "all",
        "convert 1,000 yen into euros",
        [("convert_currency", {"amount": 1000, "from": "JPY", "to": "EUR"})],
    ),
    ("all", "Next song please", [("media_control", {"action": "next"})]),
    ("all", "skip this track", [("media_control", {"action": "next"})]),
    ("all", "pause the music", [("media_control", {"action": "pause"})]),
    ("all", "Turn the volume up", [("change_volume", {"direction": "up"})]),
    ("all", "make it louder", [("change_volume", {"direction": "up"})]),
    (
        "all",
        "turn down the volume by three steps",
        [("change_volume", {"direction": "down", "steps": 3})],
    ),
    (
        "all",
        "Add a to-do to renew my passport with high priority",
        [("create_todo", {"title": "renew my passport", "priority": "high"})],
    ),
    (
        "all",
        "add call the plumber to my to-do list",
        [("create_todo", {"title": "call the plumber"})],
    ),
    (
        "all",
        "Message Olivia that I found her keys",
        [("message", {"contact": "Olivia", "text": "I found her keys"})],
    ),
    (
        "all",
        "Send an urgent message to Mark saying call me back",
        [("message", {"contact": "Mark", "text": "call me back", "urgent": True})],
    ),
    (
        "all",
        "Search the web for vegan chocolate cake",
        [("web_search", {"query": "vegan chocolate cake"})],
    ),
    (
        "all",
        "look up the population of Iceland",
        [("web_search", {"query": "population of Iceland"})],
    ),
    (
        "all",
        "Google best hiking trails in Norway",
        [("web_search", {"query": "best hiking trails in Norway"})],
    ),
    ("all", "What's the news about climate change?", [("get_news", {"topic": "climate change"})]),
    ("all", "Read me the headlines", [("get_news", {})]),
    ("all", "Open the garage", [("garage_door", {"open": True})]),
    ("all", "close the garage door please", [("garage_door", {"open": False})]),
    ("all", "Close the blinds in the study", [("blinds", {"room": "study", "position": "closed"})]),
    (
        "all",
        "open the living room blinds",
        [("blinds", {"room": "living room", "position": "open"})],
    ),
    (
        "all",
        "Split a bill of 84 dollars between four people with a 15 percent tip",
        [("split_bill", {"total": 84, "people": 4, "tip_percent": 15})],
    ),
    ("all", "split 120 dollars among six people", [("split_bill", {"total": 120, "people": 6})]),
    (
        "all",
        "How do I get from Munich to Salzburg by train?",
        [("get_directions", {"origin": "Munich", "destination": "Salzburg", "by": "train"})],
    ),
    (
        "all",
        "directions to the nearest pharmacy on foot",
        [("get_directions", {"destination": "nearest pharmacy", "by": "foot"})],
    ),
    (
        "all",
        "Buy three tickets for Dune at 8:15",
        [("buy_tickets", {"movie": "Dune", "count": 3, "showtime": "8:15 PM"})],
    ),
    (
        "all",
        "I want two tickets to The Lion King",
        [("buy_tickets", {"movie": "The Lion King", "count": 2})],
    ),
    ("all", "Log my weight as 72.5 kilos", [("log_weight", {"kilograms": 72.5})]),
    ("all", "I weigh 160 pounds, please record that", [("log_weight", {"kilograms": 72.574779})]),
    ("all", "I drank half a liter of water", [("log_water", {"milliliters": 500})]),
    ("all", "record 300 milliliters of water", [("log_water", {"milliliters": 300})]),
    (
        "all",
        "Start a thirty minute yoga session",
        [("start_workout", {"kind": "yoga", "minutes": 30})],
    ),
    ("all", "I'm going for a run, start a workout", [("start_workout", {"kind": "running"})]),
    (
        "all",
        "Find me a vegetarian lasagna recipe for four",
        [("find_recipe", {"dish": "lasagna", "servings": 4, "vegetarian": True})],
    ),
    ("all", "How do I cook risotto", [("find_recipe", {"dish": "risotto"})]),
    ("all", "What time is it in Sydney?", [("get_time", {"city": "Sydney"})]),
    ("all", "Is flight BA 117 on time?", [("flight_status", {"flight_number": "BA117"})]),
    (
        "all",
        "Create an event called team lunch on December 4th at 12:30 at Café Central",
        [
            (
                "create_event",
                {
                    "title": "team lunch",
                    "date": "2026-12-04",
                    "time": "12:30",
                    "location": "Café Central",
                },
            )
        ],
    ),
    (
        "all",
        "put dentist on my calendar for next tuesday at nine am",
        [("create_event", {"title": "dentist", "date": "2026-11-24", "time": "09:00"})],
    ),
    (
        "all",
        "Set the air conditioner to 22 degrees with the fan on high",
        [("ac_control", {"temperature": 22, "fan_speed": "high"})],
    ),
    ("all", "Turn off the air conditioner", [("ac_control", {"power": False})]),
    (
        "all",
        "Pay my electricity bill, 80 dollars, to City Power",
        [("pay_bill", {"biller": "City Power", "amount_usd": 80})],
    ),
    (
        "all",
        "Remind me in half an hour to stretch",
        [("set_reminder", {"text": "stretch", "in_minutes": 30})],
    ),
    (
        "all",
        "remind me to call grandma in two hours",
        [("set_reminder", {"text": "call grandma", "in_minutes": 120})],
    ),
    (
        "all",
        "Make the LED strip blue and blinking",
        [("pick_color", {"color": "blue", "effect": "blink"})],
    ),
    ("all", "set the strip to warm white", [("pick_color", {"color": "warm_white"})]),
    (
        "all",
        "Give me a random number between one and fifty",
        [("random_number", {"minimum": 1, "maximum": 50})],
    ),
    ("all", "What's the capital of Mongolia?", [("get_capital", {"country": "Mongolia"})]),
    ("all", "Rate Inception five stars", [("rate_movie", {"title": "Inception", "stars": 5})]),
    (
        "all",
        "Turn on the porch light and close the garage",
        [
            ("smart_home_set", {"device": "porch light", "on": True}),
            ("garage_door", {"open": False}),
        ],
    ),
    (
        "all",
        "What time is it in Tokyo and in London?",
        [("get_time", {"city": "Tokyo"}), ("get_time", {"city": "London"})],
    ),
    (
        "all",
        "Remove the milk from my cart and add two loaves of bread",
        [
            ("remove_from_cart", {"product": "milk"}),
            ("add_to_cart", {"product": "loaves of bread", "quantity": 2}),
        ],
    ),
    (
        "all",
        "What's the weather in Oslo, and what time is it there?",
        [("lookupWeather", {"place": "Oslo"}), ("get_time", {"city": "Oslo"})],
    ),
]


@pytest.mark.parametrize(("names", "said", "calls"), REQUESTS)
def test_request_calls_its_tools(names: str, said: str, calls: Calls) -> None:
    assert_calls(thinker_with(ERRANDS, names).hear(said), calls)


def test_requests_survive_a_recogniser_without_capitals_and_punctuation() -> None:
    lost = lost_in_recognition(ERRANDS, REQUESTS)
    assert len(lost) <= 0.05 * len(REQUESTS), lost
