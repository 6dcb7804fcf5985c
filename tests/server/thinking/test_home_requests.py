"""Clear requests to the tools of home.py call the right ones with exact arguments."""

from __future__ import annotations

import pytest

from tests.server.thinking.home import HOME
from tests.server.thinking.talking import Calls, assert_calls, lost_in_recognition, thinker_with

REQUESTS: list[tuple[str, str, Calls]] = [
    ("all", "What's the weather like in Lisbon?", [("get_weather", {"city": "Lisbon"})]),
    (
        "get_weather,start_timer",
        "is it raining in Oslo right now",
        [("get_weather", {"city": "Oslo"})],
    ),
    (
        "get_weather,start_timer",
        "do I need an umbrella in Seattle",
        [("get_weather", {"city": "Seattle"})],
    ),
    ("get_weather,start_timer", "how hot is it in Cairo", [("get_weather", {"city": "Cairo"})]),
    (
        "all",
        "Give me the forecast for Munich for the next three days.",
        [("getForecast", {"location": "Munich", "days": 3})],
    ),
    (
        "getForecast",
        "whats the forecast for san diego in imperial units",
        [("getForecast", {"location": "san diego", "units": "imperial"})],
    ),
    (
        "getForecast",
        "Will it rain in Tallinn this week?",
        [("getForecast", {"location": "Tallinn"})],
    ),
    ("all", "Start a timer for ninety seconds.", [("start_timer", {"duration_seconds": 90})]),
    ("all", "Set a timer for two and a half minutes", [("start_timer", {"duration_seconds": 150})]),
    (
        "all",
        "Can you set a pasta timer for 8 minutes?",
        [("start_timer", {"duration_seconds": 480, "name": "pasta"})],
    ),
    (
        "all",
        "Timer for an hour and a quarter please",
        [("start_timer", {"duration_seconds": 4500})],
    ),
    (
        "all",
        "Set a timer called eggs for six minutes",
        [("start_timer", {"duration_seconds": 360, "name": "eggs"})],
    ),
    ("all", "Cancel the timer.", [("cancel_timer", {})]),
    ("all", "stop the timer please", [("cancel_timer", {})]),
    ("all", "Wake me up at 6:45 tomorrow", [("set_alarm", {"time": "06:45"})]),
    ("all", "set an alarm for half past seven in the morning", [("set_alarm", {"time": "07:30"})]),
    ("all", "Set an alarm for 10 p.m.", [("set_alarm", {"time": "22:00"})]),
    (
        "all",
        "Turn on the light in the living room",
        [("control_light", {"room": "living_room", "state": "on"})],
    ),
    (
        "all",
        "switch the bathroom light off",
        [("control_light", {"room": "bathroom", "state": "off"})],
    ),
    (
        "all",
        "Set the bedroom lamp to 30 percent",
        [("control_light", {"room": "bedroom", "state": "on", "brightness": 30})],
    ),
    (
        "all",
        "Can I get two large lattes please?",
        [("order_coffee", {"drink": "latte", "size": "large", "quantity": 2})],
    ),
    (
        "all",
        "I'd like a small decaf cappuccino with oat milk",
        [("order_coffee", {"drink": "cappuccino", "size": "small", "decaf": True, "milk": "oat"})],
    ),
    ("all", "An espresso please.", [("order_coffee", {"drink": "espresso"})]),
    ("all", "Order three americanos", [("order_coffee", {"drink": "americano", "quantity": 3})]),
    (
        "all",
        "Book a hotel in Vienna for three nights for two guests with breakfast",
        [("book_hotel", {"city": "Vienna", "nights": 3, "guests": 2, "breakfast": True})],
    ),
    (
        "all",
        "I need a hotel room in Porto for a week starting December 5th without breakfast",
        [
            (
                "book_hotel",
                {"city": "Porto", "nights": 7, "checkin_date": "2026-12-05", "breakfast": False},
            )
        ],
    ),
    (
        "all",
        "Reserve a table for six at eight pm tomorrow under the name Miller",
        [
            (
                "reserve_table",
                {"party_size": 6, "time": "8:00 PM", "date": "tomorrow", "name": "Miller"},
            )
        ],
    ),
    (
        "all",
        "table for two at 7:30 tonight",
        [("reserve_table", {"party_size": 2, "time": "7:30 PM", "date": "tonight"})],
    ),
    (
        "all",
        "What's 100 degrees Fahrenheit in Celsius?",
        [
            (
                "convert_temperature",
                {"value": 100, "from_scale": "fahrenheit", "to_scale": "celsius"},
            )
        ],
    ),
    (
        "all",
        "convert minus ten celsius to fahrenheit",
        [
            (
                "convert_temperature",
                {"value": -10, "from_scale": "celsius", "to_scale": "fahrenheit"},
            )
        ],
    ),
    (
        "all",
        "Convert 26.2 miles to kilometers",
        [("convert_length", {"amount": 26.2, "from": "mi", "to": "km"})],
    ),
    (
        "convert_length",
        "how many inches are there in 5 feet",
        [("convert_length", {"amount": 5, "from": "ft", "to": "in"})],
    ),
    (
        "all",
        "What is the exchange rate from dollars to yen?",
        [("exchange_rate", {"base": "USD", "target": "JPY"})],
    ),
    (
        "exchange_rate",
        "how many Swiss francs do I get for a euro",
        [("exchange_rate", {"base": "EUR", "target": "CHF"})],
    ),
    (
        "all",
        "Play Yesterday by the Beatles",
        [("play_song", {"title": "Yesterday", "artist": "Beatles"})],
    ),
    ("all", "play the song Hotel California", [("play_song", {"title": "Hotel California"})]),
    (
        "all",
        "I want to hear Smells Like Teen Spirit by Nirvana",
        [("play_song", {"title": "Smells Like Teen Spirit", "artist": "Nirvana"})],
    ),
    ("all", "Set the volume to 40", [("set_volume", {"level": 40})]),
    ("all", "volume thirty five please", [("set_volume", {"level": 35})]),
    ("all", "turn the volume up to maximum", [("set_volume", {"level": 100})]),
    ("all", "Pause the music.", [("pause_music", {})]),
    (
        "all",
        "Remind me to take out the trash tonight",
        [("add_reminder", {"task": "take out the trash", "due": "tonight"})],
    ),
    (
        "all",
        "Remind me in twenty minutes to check the oven",
        [("add_reminder", {"task": "check the oven", "due": "in 20 minutes"})],
    ),
    (
        "all",
        "remind me about the parking ticket on Friday",
        [("add_reminder", {"task": "the parking ticket", "due": "Friday"})],
    ),
    (
        "all",
        "Text Maria that dinner is ready",
        [("send_sms", {"to": "Maria", "body": "dinner is ready"})],
    ),
    (
        "all",
        "Tell John I'll be ten minutes late",
        [("send_sms", {"to": "John", "body": "I'll be ten minutes late"})],
    ),
    (
        "all",
        "send a text to my brother saying happy birthday",
        [("send_sms", {"to": "brother", "body": "happy birthday"})],
    ),
    (
        "all",
        "Let Sophie know that the meeting is cancelled",
        [("send_sms", {"to": "Sophie", "body": "the meeting is cancelled"})],
    ),
    ("all", "Call Doctor Weber", [("make_call", {"contact": "Doctor Weber"})]),
    ("all", "can you phone mom", [("make_call", {"contact": "mom"})]),
    ("all", "give Peter a call", [("make_call", {"contact": "Peter"})]),
    (
        "all",
        "Put bananas, oat milk and toilet paper on the shopping list",
        [("add_shopping_items", {"items": ["bananas", "oat milk", "toilet paper"]})],
    ),
    ("all", "add a dozen eggs to my list", [("add_shopping_items", {"items": ["a dozen eggs"]})]),
    (
        "all",
        "We need coffee and sugar, add them to the shopping list",
        [("add_shopping_items", {"items": ["coffee", "sugar"]})],
    ),
    (
        "all",
        "How do you say thank you very much in Japanese?",
        [("translate_text", {"text": "thank you very much", "target_lang": "ja"})],
    ),
    (
        "all",
        "Translate where is the bathroom to Italian",
        [("translate_text", {"text": "where is the bathroom", "target_lang": "it"})],
    ),
    ("all", "What is the price of Microsoft shares?", [("stock_quote", {"ticker": "Microsoft"})]),
    ("all", "How much is a share of Tesla", [("stock_quote", {"ticker": "Tesla"})]),
    ("all", "stock price of NVDA", [("stock_quote", {"ticker": "NVDA"})]),
    (
        "all",
        "Set the heating to 20 and a half degrees",
        [("set_thermostat", {"temperature_celsius": 20.5})],
    ),
    (
        "all",
        "Send an email to Laura about the budget saying please review it by Monday",
        [
            (
                "send_email",
                {
                    "recipient": "Laura",
                    "subject": "the budget",
                    "body": "please review it by Monday",
                },
            )
        ],
    ),
    (
        "all",
        "Email Tom with the subject lunch and say are you free at noon",
        [("send_email", {"recipient": "Tom", "subject": "lunch", "body": "are you free at noon"})],
    ),
    ("all", "Navigate to Central Station", [("navigate_to", {"destination": "Central Station"})]),
    (
        "all",
        "Take me to 24 Baker Street on foot",
        [("navigate_to", {"destination": "24 Baker Street", "mode": "walking"})],
    ),
    (
        "all",
        "directions to the airport avoiding tolls",
        [("navigate_to", {"destination": "airport", "avoid_tolls": True})],
    ),
    ("all", "drive me home", [("navigate_to", {"destination": "home", "mode": "driving"})]),
    ("all", "What's 17 times 23?", [("calculate", {"expression": "17 * 23"})]),
    ("all", "calculate 100 divided by 8 plus 3", [("calculate", {"expression": "100 / 8 + 3"})]),
    ("all", "Lock all the doors", [("lock_doors", {"locked": True})]),
    ("all", "unlock the doors please", [("lock_doors", {"locked": False})]),
    (
        "all",
        "Make a note that the wifi password is banana",
        [("take_note", {"content": "the wifi password is banana"})],
    ),
    ("all", "note down buy flowers for Emma", [("take_note", {"content": "buy flowers for Emma"})]),
    (
        "all",
        "Find nonstop flights from Zurich to New York on March 3rd in business class",
        [
            (
                "find_flights",
                {
                    "from_city": "Zurich",
                    "to_city": "New York",
                    "date": "2027-03-03",
                    "cabin": "business",
                    "nonstop": True,
                },
            )
        ],
    ),
    (
        "all",
        "I want to fly from Madrid to Athens tomorrow",
        [("find_flights", {"from_city": "Madrid", "to_city": "Athens", "date": "2026-11-23"})],
    ),
    (
        "all",
        "show me flights to Tokyo from Paris",
        [("find_flights", {"from_city": "Paris", "to_city": "Tokyo"})],
    ),
    (
        "all",
        "Find a Thai restaurant in Soho",
        [("find_restaurants", {"cuisine": "Thai", "area": "Soho"})],
    ),
    (
        "all",
        "any good sushi places under 40 dollars",
        [("find_restaurants", {"cuisine": "sushi", "max_price": 40})],
    ),
    ("all", "Where is my order 48213?", [("track_order", {"order_id": "48213"})]),
    ("all", "what's the status of order number A77", [("track_order", {"order_id": "A77"})]),
    ("all", "Roll two dice", [("roll_dice", {"count": 2})]),
    ("all", "roll a twenty sided die", [("roll_dice", {"sides": 20})]),
    ("all", "vacuum the kitchen and the hallway", [("vacuum", {"rooms": ["kitchen", "hallway"]})]),
    ("all", "What does ephemeral mean?", [("define_word", {"word": "ephemeral"})]),
    ("all", "define the word gregarious", [("define_word", {"word": "gregarious"})]),
    ("all", "Send 50 euros to Karim", [("transfer_money", {"amount": 50, "recipient": "Karim"})]),
    (
        "all",
        "transfer a hundred and twenty five euros to my sister",
        [("transfer_money", {"amount": 125, "recipient": "sister"})],
    ),
    (
        "all",
        "Schedule a meeting called project review tomorrow at 3 pm for 45 minutes with Ann and Ben",
        [
            (
                "schedule_meeting",
                {
                    "title": "project review",
                    "start": "2026-11-23T15:00:00",
                    "duration_minutes": 45,
                    "attendees": ["Ann", "Ben"],
                },
            )
        ],
    ),
    (
        "all",
        "What's the weather in Madrid and in Lisbon?",
        [("get_weather", {"city": "Madrid"}), ("get_weather", {"city": "Lisbon"})],
    ),
    (
        "all",
        "Turn off the kitchen light and lock the doors",
        [("control_light", {"room": "kitchen", "state": "off"}), ("lock_doors", {"locked": True})],
    ),
    (
        "all",
        "Set a timer for ten minutes and play Imagine by John Lennon",
        [
            ("start_timer", {"duration_seconds": 600}),
            ("play_song", {"title": "Imagine", "artist": "John Lennon"}),
        ],
    ),
    (
        "all",
        "turn on the lights in the kitchen and the bedroom",
        [
            ("control_light", {"room": "kitchen", "state": "on"}),
            ("control_light", {"room": "bedroom", "state": "on"}),
        ],
    ),
    (
        "all",
        "Call Anna. Then set the volume to 20.",
        [("make_call", {"contact": "Anna"}), ("set_volume", {"level": 20})],
    ),
    (
        "all",
        "order a large latte and two small espressos",
        [
            ("order_coffee", {"drink": "latte", "size": "large"}),
            ("order_coffee", {"drink": "espresso", "size": "small", "quantity": 2}),
        ],
    ),
]


@pytest.mark.parametrize(("names", "said", "calls"), REQUESTS)
def test_request_calls_its_tools(names: str, said: str, calls: Calls) -> None:
    assert_calls(thinker_with(HOME, names).hear(said), calls)


def test_requests_survive_a_recogniser_without_capitals_and_punctuation() -> None:
    lost = lost_in_recognition(HOME, REQUESTS)
    assert len(lost) <= 0.05 * len(REQUESTS), lost
