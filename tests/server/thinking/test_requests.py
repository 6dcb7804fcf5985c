"""Clear requests call the right tools with exactly the right arguments.

Long because it is one table.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.thinking.declarations import COUNTER, ERRANDS, HOME
from tests.server.thinking.talking import (
    as_lazily_recognised,
    assert_calls,
    same_calls,
    thinker_with,
)

Calls = list[tuple[str, dict[str, Any]]]

REQUESTS: list[tuple[dict[str, Any], str, str, Calls]] = [
    (HOME, "all", "What's the weather like in Lisbon?", [("get_weather", {"city": "Lisbon"})]),
    (
        HOME,
        "get_weather,start_timer",
        "is it raining in Oslo right now",
        [("get_weather", {"city": "Oslo"})],
    ),
    (
        HOME,
        "get_weather,start_timer",
        "do I need an umbrella in Seattle",
        [("get_weather", {"city": "Seattle"})],
    ),
    (
        HOME,
        "get_weather,start_timer",
        "how hot is it in Cairo",
        [("get_weather", {"city": "Cairo"})],
    ),
    (
        HOME,
        "all",
        "Give me the forecast for Munich for the next three days.",
        [("getForecast", {"location": "Munich", "days": 3})],
    ),
    (
        HOME,
        "getForecast",
        "whats the forecast for san diego in imperial units",
        [("getForecast", {"location": "san diego", "units": "imperial"})],
    ),
    (
        HOME,
        "getForecast",
        "Will it rain in Tallinn this week?",
        [("getForecast", {"location": "Tallinn"})],
    ),
    (HOME, "all", "Start a timer for ninety seconds.", [("start_timer", {"duration_seconds": 90})]),
    (
        HOME,
        "all",
        "Set a timer for two and a half minutes",
        [("start_timer", {"duration_seconds": 150})],
    ),
    (
        HOME,
        "all",
        "Can you set a pasta timer for 8 minutes?",
        [("start_timer", {"duration_seconds": 480, "name": "pasta"})],
    ),
    (
        HOME,
        "all",
        "Timer for an hour and a quarter please",
        [("start_timer", {"duration_seconds": 4500})],
    ),
    (
        HOME,
        "all",
        "Set a timer called eggs for six minutes",
        [("start_timer", {"duration_seconds": 360, "name": "eggs"})],
    ),
    (HOME, "all", "Cancel the timer.", [("cancel_timer", {})]),
    (HOME, "all", "stop the timer please", [("cancel_timer", {})]),
    (HOME, "all", "Wake me up at 6:45 tomorrow", [("set_alarm", {"time": "06:45"})]),
    (
        HOME,
        "all",
        "set an alarm for half past seven in the morning",
        [("set_alarm", {"time": "07:30"})],
    ),
    (HOME, "all", "Set an alarm for 10 p.m.", [("set_alarm", {"time": "22:00"})]),
    (
        HOME,
        "all",
        "Turn on the light in the living room",
        [("control_light", {"room": "living_room", "state": "on"})],
    ),
    (
        HOME,
        "all",
        "switch the bathroom light off",
        [("control_light", {"room": "bathroom", "state": "off"})],
    ),
    (
        HOME,
        "all",
        "Set the bedroom lamp to 30 percent",
        [("control_light", {"room": "bedroom", "state": "on", "brightness": 30})],
    ),
    (
        HOME,
        "all",
        "Can I get two large lattes please?",
        [("order_coffee", {"drink": "latte", "size": "large", "quantity": 2})],
    ),
    (
        HOME,
        "all",
        "I'd like a small decaf cappuccino with oat milk",
        [("order_coffee", {"drink": "cappuccino", "size": "small", "decaf": True, "milk": "oat"})],
    ),
    (HOME, "all", "An espresso please.", [("order_coffee", {"drink": "espresso"})]),
    (
        HOME,
        "all",
        "Order three americanos",
        [("order_coffee", {"drink": "americano", "quantity": 3})],
    ),
    (
        HOME,
        "all",
        "Book a hotel in Vienna for three nights for two guests with breakfast",
        [("book_hotel", {"city": "Vienna", "nights": 3, "guests": 2, "breakfast": True})],
    ),
    (
        HOME,
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
        HOME,
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
        HOME,
        "all",
        "table for two at 7:30 tonight",
        [("reserve_table", {"party_size": 2, "time": "7:30 PM", "date": "tonight"})],
    ),
    (
        HOME,
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
        HOME,
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
        HOME,
        "all",
        "Convert 26.2 miles to kilometers",
        [("convert_length", {"amount": 26.2, "from": "mi", "to": "km"})],
    ),
    (
        HOME,
        "convert_length",
        "how many inches are there in 5 feet",
        [("convert_length", {"amount": 5, "from": "ft", "to": "in"})],
    ),
    (
        HOME,
        "all",
        "What is the exchange rate from dollars to yen?",
        [("exchange_rate", {"base": "USD", "target": "JPY"})],
    ),
    (
        HOME,
        "exchange_rate",
        "how many Swiss francs do I get for a euro",
        [("exchange_rate", {"base": "EUR", "target": "CHF"})],
    ),
    (
        HOME,
        "all",
        "Play Yesterday by the Beatles",
        [("play_song", {"title": "Yesterday", "artist": "Beatles"})],
    ),
    (HOME, "all", "play the song Hotel California", [("play_song", {"title": "Hotel California"})]),
    (
        HOME,
        "all",
        "I want to hear Smells Like Teen Spirit by Nirvana",
        [("play_song", {"title": "Smells Like Teen Spirit", "artist": "Nirvana"})],
    ),
    (HOME, "all", "Set the volume to 40", [("set_volume", {"level": 40})]),
    (HOME, "all", "volume thirty five please", [("set_volume", {"level": 35})]),
    (HOME, "all", "turn the volume up to maximum", [("set_volume", {"level": 100})]),
    (HOME, "all", "Pause the music.", [("pause_music", {})]),
    (
        HOME,
        "all",
        "Remind me to take out the trash tonight",
        [("add_reminder", {"task": "take out the trash", "due": "tonight"})],
    ),
    (
        HOME,
        "all",
        "Remind me in twenty minutes to check the oven",
        [("add_reminder", {"task": "check the oven", "due": "in 20 minutes"})],
    ),
    (
        HOME,
        "all",
        "remind me about the parking ticket on Friday",
        [("add_reminder", {"task": "the parking ticket", "due": "Friday"})],
    ),
    (
        HOME,
        "all",
        "Text Maria that dinner is ready",
        [("send_sms", {"to": "Maria", "body": "dinner is ready"})],
    ),
    (
        HOME,
        "all",
        "Tell John I'll be ten minutes late",
        [("send_sms", {"to": "John", "body": "I'll be ten minutes late"})],
    ),
    (
        HOME,
        "all",
        "send a text to my brother saying happy birthday",
        [("send_sms", {"to": "brother", "body": "happy birthday"})],
    ),
    (
        HOME,
        "all",
        "Let Sophie know that the meeting is cancelled",
        [("send_sms", {"to": "Sophie", "body": "the meeting is cancelled"})],
    ),
    (HOME, "all", "Call Doctor Weber", [("make_call", {"contact": "Doctor Weber"})]),
    (HOME, "all", "can you phone mom", [("make_call", {"contact": "mom"})]),
    (HOME, "all", "give Peter a call", [("make_call", {"contact": "Peter"})]),
    (
        HOME,
        "all",
        "Put bananas, oat milk and toilet paper on the shopping list",
        [("add_shopping_items", {"items": ["bananas", "oat milk", "toilet paper"]})],
    ),
    (
        HOME,
        "all",
        "add a dozen eggs to my list",
        [("add_shopping_items", {"items": ["a dozen eggs"]})],
    ),
    (
        HOME,
        "all",
        "We need coffee and sugar, add them to the shopping list",
        [("add_shopping_items", {"items": ["coffee", "sugar"]})],
    ),
    (
        HOME,
        "all",
        "How do you say thank you very much in Japanese?",
        [("translate_text", {"text": "thank you very much", "target_lang": "ja"})],
    ),
    (
        HOME,
        "all",
        "Translate where is the bathroom to Italian",
        [("translate_text", {"text": "where is the bathroom", "target_lang": "it"})],
    ),
    (
        HOME,
        "all",
        "What is the price of Microsoft shares?",
        [("stock_quote", {"ticker": "Microsoft"})],
    ),
    (HOME, "all", "How much is a share of Tesla", [("stock_quote", {"ticker": "Tesla"})]),
    (HOME, "all", "stock price of NVDA", [("stock_quote", {"ticker": "NVDA"})]),
    (
        HOME,
        "all",
        "Set the heating to 20 and a half degrees",
        [("set_thermostat", {"temperature_celsius": 20.5})],
    ),
    (
        HOME,
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
        HOME,
        "all",
        "Email Tom with the subject lunch and say are you free at noon",
        [("send_email", {"recipient": "Tom", "subject": "lunch", "body": "are you free at noon"})],
    ),
    (
        HOME,
        "all",
        "Navigate to Central Station",
        [("navigate_to", {"destination": "Central Station"})],
    ),
    (
        HOME,
        "all",
        "Take me to 24 Baker Street on foot",
        [("navigate_to", {"destination": "24 Baker Street", "mode": "walking"})],
    ),
    (
        HOME,
        "all",
        "directions to the airport avoiding tolls",
        [("navigate_to", {"destination": "airport", "avoid_tolls": True})],
    ),
    (HOME, "all", "drive me home", [("navigate_to", {"destination": "home", "mode": "driving"})]),
    (HOME, "all", "What's 17 times 23?", [("calculate", {"expression": "17 * 23"})]),
    (
        HOME,
        "all",
        "calculate 100 divided by 8 plus 3",
        [("calculate", {"expression": "100 / 8 + 3"})],
    ),
    (HOME, "all", "Lock all the doors", [("lock_doors", {"locked": True})]),
    (HOME, "all", "unlock the doors please", [("lock_doors", {"locked": False})]),
    (
        HOME,
        "all",
        "Make a note that the wifi password is banana",
        [("take_note", {"content": "the wifi password is banana"})],
    ),
    (
        HOME,
        "all",
        "note down buy flowers for Emma",
        [("take_note", {"content": "buy flowers for Emma"})],
    ),
    (
        HOME,
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
        HOME,
        "all",
        "I want to fly from Madrid to Athens tomorrow",
        [("find_flights", {"from_city": "Madrid", "to_city": "Athens", "date": "2026-11-23"})],
    ),
    (
        HOME,
        "all",
        "show me flights to Tokyo from Paris",
        [("find_flights", {"from_city": "Paris", "to_city": "Tokyo"})],
    ),
    (
        HOME,
        "all",
        "Find a Thai restaurant in Soho",
        [("find_restaurants", {"cuisine": "Thai", "area": "Soho"})],
    ),
    (
        HOME,
        "all",
        "any good sushi places under 40 dollars",
        [("find_restaurants", {"cuisine": "sushi", "max_price": 40})],
    ),
    (HOME, "all", "Where is my order 48213?", [("track_order", {"order_id": "48213"})]),
    (HOME, "all", "what's the status of order number A77", [("track_order", {"order_id": "A77"})]),
    (HOME, "all", "Roll two dice", [("roll_dice", {"count": 2})]),
    (HOME, "all", "roll a twenty sided die", [("roll_dice", {"sides": 20})]),
    (
        HOME,
        "all",
        "vacuum the kitchen and the hallway",
        [("vacuum", {"rooms": ["kitchen", "hallway"]})],
    ),
    (HOME, "all", "What does ephemeral mean?", [("define_word", {"word": "ephemeral"})]),
    (HOME, "all", "define the word gregarious", [("define_word", {"word": "gregarious"})]),
    (
        HOME,
        "all",
        "Send 50 euros to Karim",
        [("transfer_money", {"amount": 50, "recipient": "Karim"})],
    ),
    (
        HOME,
        "all",
        "transfer a hundred and twenty five euros to my sister",
        [("transfer_money", {"amount": 125, "recipient": "sister"})],
    ),
    (
        HOME,
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
        HOME,
        "all",
        "What's the weather in Madrid and in Lisbon?",
        [("get_weather", {"city": "Madrid"}), ("get_weather", {"city": "Lisbon"})],
    ),
    (
        HOME,
        "all",
        "Turn off the kitchen light and lock the doors",
        [("control_light", {"room": "kitchen", "state": "off"}), ("lock_doors", {"locked": True})],
    ),
    (
        HOME,
        "all",
        "Set a timer for ten minutes and play Imagine by John Lennon",
        [
            ("start_timer", {"duration_seconds": 600}),
            ("play_song", {"title": "Imagine", "artist": "John Lennon"}),
        ],
    ),
    (
        HOME,
        "all",
        "turn on the lights in the kitchen and the bedroom",
        [
            ("control_light", {"room": "kitchen", "state": "on"}),
            ("control_light", {"room": "bedroom", "state": "on"}),
        ],
    ),
    (
        HOME,
        "all",
        "Call Anna. Then set the volume to 20.",
        [("make_call", {"contact": "Anna"}), ("set_volume", {"level": 20})],
    ),
    (
        HOME,
        "all",
        "order a large latte and two small espressos",
        [
            ("order_coffee", {"drink": "latte", "size": "large"}),
            ("order_coffee", {"drink": "espresso", "size": "small", "quantity": 2}),
        ],
    ),
    (
        ERRANDS,
        "lookupWeather",
        "How's the weather in Marrakesh tomorrow?",
        [("lookupWeather", {"place": "Marrakesh", "when": "tomorrow"})],
    ),
    (
        ERRANDS,
        "all",
        "what will the weather be like in Dresden on saturday",
        [("lookupWeather", {"place": "Dresden", "when": "saturday"})],
    ),
    (ERRANDS, "all", "temperature in Reykjavik", [("lookupWeather", {"place": "Reykjavik"})]),
    (ERRANDS, "all", "Start a twenty minute countdown.", [("createCountdown", {"minutes": 20})]),
    (ERRANDS, "all", "Countdown of an hour and a half", [("createCountdown", {"minutes": 90})]),
    (
        ERRANDS,
        "all",
        "Turn on the coffee machine",
        [("smart_home_set", {"device": "coffee machine", "on": True})],
    ),
    (
        ERRANDS,
        "all",
        "Switch off the bedroom fan.",
        [("smart_home_set", {"device": "bedroom fan", "on": False})],
    ),
    (
        ERRANDS,
        "all",
        "Please turn the hallway light on",
        [("smart_home_set", {"device": "hallway light", "on": True})],
    ),
    (
        ERRANDS,
        "all",
        "Dim the desk lamp to twenty percent",
        [("set_brightness", {"lamp": "desk lamp", "percent": 20})],
    ),
    (
        ERRANDS,
        "all",
        "Set the reading lamp to 75%",
        [("set_brightness", {"lamp": "reading lamp", "percent": 75})],
    ),
    (
        ERRANDS,
        "all",
        "Order two burgers from Five Guys",
        [("order_food", {"item": "burger", "quantity": 2, "restaurant": "Five Guys"})],
    ),
    (
        ERRANDS,
        "all",
        "I'd like to order a chicken salad",
        [("order_food", {"item": "chicken salad"})],
    ),
    (
        ERRANDS,
        "all",
        "I want a margherita pizza from Luigi's please",
        [("order_food", {"item": "margherita pizza", "restaurant": "Luigi's"})],
    ),
    (
        ERRANDS,
        "all",
        "Add three bottles of water to my cart",
        [("add_to_cart", {"product": "bottles of water", "quantity": 3})],
    ),
    (
        ERRANDS,
        "all",
        "put five AA batteries in the cart",
        [("add_to_cart", {"product": "AA battery", "quantity": 5})],
    ),
    (
        ERRANDS,
        "all",
        "Remove the headphones from my cart",
        [("remove_from_cart", {"product": "headphones"})],
    ),
    (
        ERRANDS,
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
        ERRANDS,
        "all",
        "Rent an SUV in Denver for five days with insurance",
        [("rent_car", {"pickup_city": "Denver", "days": 5, "car_type": "suv", "insurance": True})],
    ),
    (
        ERRANDS,
        "all",
        "I need a compact car in Nice for a week",
        [("rent_car", {"pickup_city": "Nice", "days": 7, "car_type": "compact"})],
    ),
    (
        ERRANDS,
        "all",
        "Convert 150 pounds to kilograms",
        [("convert_units", {"value": 150, "from_unit": "lb", "to_unit": "kg"})],
    ),
    (
        ERRANDS,
        "all",
        "how many kilometers is 26 miles",
        [("convert_units", {"value": 26, "from_unit": "mi", "to_unit": "km"})],
    ),
    (
        ERRANDS,
        "all",
        "What is 5 feet in meters?",
        [("convert_units", {"value": 5, "from_unit": "ft", "to_unit": "m"})],
    ),
    (
        ERRANDS,
        "all",
        "How much is fifty pounds in dollars?",
        [("convert_currency", {"amount": 50, "from": "GBP", "to": "USD"})],
    ),
    (
        ERRANDS,
        "all",
        "convert 1,000 yen into euros",
        [("convert_currency", {"amount": 1000, "from": "JPY", "to": "EUR"})],
    ),
    (ERRANDS, "all", "Next song please", [("media_control", {"action": "next"})]),
    (ERRANDS, "all", "skip this track", [("media_control", {"action": "next"})]),
    (ERRANDS, "all", "pause the music", [("media_control", {"action": "pause"})]),
    (ERRANDS, "all", "Turn the volume up", [("change_volume", {"direction": "up"})]),
    (ERRANDS, "all", "make it louder", [("change_volume", {"direction": "up"})]),
    (
        ERRANDS,
        "all",
        "turn down the volume by three steps",
        [("change_volume", {"direction": "down", "steps": 3})],
    ),
    (
        ERRANDS,
        "all",
        "Add a to-do to renew my passport with high priority",
        [("create_todo", {"title": "renew my passport", "priority": "high"})],
    ),
    (
        ERRANDS,
        "all",
        "add call the plumber to my to-do list",
        [("create_todo", {"title": "call the plumber"})],
    ),
    (
        ERRANDS,
        "all",
        "Message Olivia that I found her keys",
        [("message", {"contact": "Olivia", "text": "I found her keys"})],
    ),
    (
        ERRANDS,
        "all",
        "Send an urgent message to Mark saying call me back",
        [("message", {"contact": "Mark", "text": "call me back", "urgent": True})],
    ),
    (
        ERRANDS,
        "all",
        "Search the web for vegan chocolate cake",
        [("web_search", {"query": "vegan chocolate cake"})],
    ),
    (
        ERRANDS,
        "all",
        "look up the population of Iceland",
        [("web_search", {"query": "population of Iceland"})],
    ),
    (
        ERRANDS,
        "all",
        "Google best hiking trails in Norway",
        [("web_search", {"query": "best hiking trails in Norway"})],
    ),
    (
        ERRANDS,
        "all",
        "What's the news about climate change?",
        [("get_news", {"topic": "climate change"})],
    ),
    (ERRANDS, "all", "Read me the headlines", [("get_news", {})]),
    (ERRANDS, "all", "Open the garage", [("garage_door", {"open": True})]),
    (ERRANDS, "all", "close the garage door please", [("garage_door", {"open": False})]),
    (
        ERRANDS,
        "all",
        "Close the blinds in the study",
        [("blinds", {"room": "study", "position": "closed"})],
    ),
    (
        ERRANDS,
        "all",
        "open the living room blinds",
        [("blinds", {"room": "living room", "position": "open"})],
    ),
    (
        ERRANDS,
        "all",
        "Split a bill of 84 dollars between four people with a 15 percent tip",
        [("split_bill", {"total": 84, "people": 4, "tip_percent": 15})],
    ),
    (
        ERRANDS,
        "all",
        "split 120 dollars among six people",
        [("split_bill", {"total": 120, "people": 6})],
    ),
    (
        ERRANDS,
        "all",
        "How do I get from Munich to Salzburg by train?",
        [("get_directions", {"origin": "Munich", "destination": "Salzburg", "by": "train"})],
    ),
    (
        ERRANDS,
        "all",
        "directions to the nearest pharmacy on foot",
        [("get_directions", {"destination": "nearest pharmacy", "by": "foot"})],
    ),
    (
        ERRANDS,
        "all",
        "Buy three tickets for Dune at 8:15",
        [("buy_tickets", {"movie": "Dune", "count": 3, "showtime": "8:15 PM"})],
    ),
    (
        ERRANDS,
        "all",
        "I want two tickets to The Lion King",
        [("buy_tickets", {"movie": "The Lion King", "count": 2})],
    ),
    (ERRANDS, "all", "Log my weight as 72.5 kilos", [("log_weight", {"kilograms": 72.5})]),
    (
        ERRANDS,
        "all",
        "I weigh 160 pounds, please record that",
        [("log_weight", {"kilograms": 72.574779})],
    ),
    (ERRANDS, "all", "I drank half a liter of water", [("log_water", {"milliliters": 500})]),
    (ERRANDS, "all", "record 300 milliliters of water", [("log_water", {"milliliters": 300})]),
    (
        ERRANDS,
        "all",
        "Start a thirty minute yoga session",
        [("start_workout", {"kind": "yoga", "minutes": 30})],
    ),
    (
        ERRANDS,
        "all",
        "I'm going for a run, start a workout",
        [("start_workout", {"kind": "running"})],
    ),
    (
        ERRANDS,
        "all",
        "Find me a vegetarian lasagna recipe for four",
        [("find_recipe", {"dish": "lasagna", "servings": 4, "vegetarian": True})],
    ),
    (ERRANDS, "all", "How do I cook risotto", [("find_recipe", {"dish": "risotto"})]),
    (ERRANDS, "all", "What time is it in Sydney?", [("get_time", {"city": "Sydney"})]),
    (ERRANDS, "all", "Is flight BA 117 on time?", [("flight_status", {"flight_number": "BA117"})]),
    (
        ERRANDS,
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
        ERRANDS,
        "all",
        "put dentist on my calendar for next tuesday at nine am",
        [("create_event", {"title": "dentist", "date": "2026-11-24", "time": "09:00"})],
    ),
    (
        ERRANDS,
        "all",
        "Set the air conditioner to 22 degrees with the fan on high",
        [("ac_control", {"temperature": 22, "fan_speed": "high"})],
    ),
    (ERRANDS, "all", "Turn off the air conditioner", [("ac_control", {"power": False})]),
    (
        ERRANDS,
        "all",
        "Pay my electricity bill, 80 dollars, to City Power",
        [("pay_bill", {"biller": "City Power", "amount_usd": 80})],
    ),
    (
        ERRANDS,
        "all",
        "Remind me in half an hour to stretch",
        [("set_reminder", {"text": "stretch", "in_minutes": 30})],
    ),
    (
        ERRANDS,
        "all",
        "remind me to call grandma in two hours",
        [("set_reminder", {"text": "call grandma", "in_minutes": 120})],
    ),
    (
        ERRANDS,
        "all",
        "Make the LED strip blue and blinking",
        [("pick_color", {"color": "blue", "effect": "blink"})],
    ),
    (ERRANDS, "all", "set the strip to warm white", [("pick_color", {"color": "warm_white"})]),
    (
        ERRANDS,
        "all",
        "Give me a random number between one and fifty",
        [("random_number", {"minimum": 1, "maximum": 50})],
    ),
    (ERRANDS, "all", "What's the capital of Mongolia?", [("get_capital", {"country": "Mongolia"})]),
    (
        ERRANDS,
        "all",
        "Rate Inception five stars",
        [("rate_movie", {"title": "Inception", "stars": 5})],
    ),
    (
        ERRANDS,
        "all",
        "Turn on the porch light and close the garage",
        [
            ("smart_home_set", {"device": "porch light", "on": True}),
            ("garage_door", {"open": False}),
        ],
    ),
    (
        ERRANDS,
        "all",
        "What time is it in Tokyo and in London?",
        [("get_time", {"city": "Tokyo"}), ("get_time", {"city": "London"})],
    ),
    (
        ERRANDS,
        "all",
        "Remove the milk from my cart and add two loaves of bread",
        [
            ("remove_from_cart", {"product": "milk"}),
            ("add_to_cart", {"product": "loaves of bread", "quantity": 2}),
        ],
    ),
    (
        ERRANDS,
        "all",
        "What's the weather in Oslo, and what time is it there?",
        [("lookupWeather", {"place": "Oslo"}), ("get_time", {"city": "Oslo"})],
    ),
    (
        COUNTER,
        "all",
        "What's the weather in San Francisco?",
        [("get_current_weather", {"location": "San Francisco"})],
    ),
    (
        COUNTER,
        "all",
        "Tell me the weather in Boston, in Fahrenheit.",
        [("get_current_weather", {"location": "Boston", "unit": "fahrenheit"})],
    ),
    (COUNTER, "all", "is it cold in helsinki", [("get_current_weather", {"location": "helsinki"})]),
    (
        COUNTER,
        "all",
        "Should I bring a jacket in Edinburgh?",
        [("get_current_weather", {"location": "Edinburgh"})],
    ),
    (COUNTER, "all", "Set a timer for twelve minutes.", [("set_timer", {"duration": 12})]),
    (COUNTER, "all", "set a timer for an hour", [("set_timer", {"duration": 60})]),
    (
        COUNTER,
        "all",
        "Can you start a timer for 45 minutes for the roast?",
        [("set_timer", {"duration": 45, "label": "roast"})],
    ),
    (
        COUNTER,
        "all",
        "Set the bedroom lights to 50 percent.",
        [("set_lights", {"room": "bedroom", "brightness": 50})],
    ),
    (
        COUNTER,
        "all",
        "Make the living room lights red at 80 percent",
        [("set_lights", {"room": "living room", "brightness": 80, "color": "red"})],
    ),
    (
        COUNTER,
        "all",
        "dim the office lights to ten percent",
        [("set_lights", {"room": "office", "brightness": 10})],
    ),
    (
        COUNTER,
        "all",
        "Order a large pizza with mushrooms for delivery.",
        [("order_pizza", {"size": "large", "topping": "mushrooms", "delivery": True})],
    ),
    (
        COUNTER,
        "all",
        "I'd like three small pepperoni pizzas",
        [("order_pizza", {"size": "small", "topping": "pepperoni", "count": 3})],
    ),
    (
        COUNTER,
        "all",
        "get me a medium ham pizza for pickup",
        [("order_pizza", {"size": "medium", "topping": "ham", "delivery": False})],
    ),
    (
        COUNTER,
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
        COUNTER,
        "all",
        "I need to fly from Dublin to Lisbon tomorrow",
        [("book_flight", {"origin": "Dublin", "destination": "Lisbon", "date": "2026-11-23"})],
    ),
    (
        COUNTER,
        "all",
        "Book a table for three at Nobu at 8 p.m.",
        [("book_restaurant", {"restaurant": "Nobu", "guests": 3, "time": "20:00"})],
    ),
    (
        COUNTER,
        "all",
        "Reserve a table at The Ivy for six people at half past seven",
        [("book_restaurant", {"restaurant": "The Ivy", "guests": 6, "time": "19:30"})],
    ),
    (
        COUNTER,
        "all",
        "Convert 12 inches to centimeters.",
        [("convertUnits", {"value": 12, "fromUnit": "inches", "toUnit": "centimeters"})],
    ),
    (
        COUNTER,
        "all",
        "How many grams are in two pounds?",
        [("convertUnits", {"value": 2, "fromUnit": "pounds", "toUnit": "grams"})],
    ),
    (
        COUNTER,
        "all",
        "what is 3.5 liters in gallons",
        [("convertUnits", {"value": 3.5, "fromUnit": "liters", "toUnit": "gallons"})],
    ),
    (COUNTER, "all", "Play some Miles Davis.", [("play_music", {"query": "Miles Davis"})]),
    (COUNTER, "all", "put on some classical music", [("play_music", {"query": "classical"})]),
    (
        COUNTER,
        "all",
        "play Taylor Swift on shuffle",
        [("play_music", {"query": "Taylor Swift", "shuffle": True})],
    ),
    (
        COUNTER,
        "all",
        "Remind me to pay the rent tomorrow at 10 am.",
        [("create_reminder", {"title": "pay the rent", "time": "tomorrow at 10 am"})],
    ),
    (
        COUNTER,
        "all",
        "remind me to walk the dog at 6 p.m.",
        [("create_reminder", {"title": "walk the dog", "time": "6 pm"})],
    ),
    (
        COUNTER,
        "all",
        "Send a message to Lucas saying I'll call you later.",
        [("send_message", {"contact_name": "Lucas", "message_text": "I'll call you later"})],
    ),
    (
        COUNTER,
        "all",
        "text emma that the keys are under the mat",
        [("send_message", {"contact_name": "emma", "message_text": "the keys are under the mat"})],
    ),
    (
        COUNTER,
        "all",
        "Tell David dinner is at eight",
        [("send_message", {"contact_name": "David", "message_text": "dinner is at eight"})],
    ),
    (
        COUNTER,
        "all",
        "Call my dad on speaker",
        [("call_contact", {"name": "dad", "speaker": True})],
    ),
    (COUNTER, "all", "please call Julia Roberts", [("call_contact", {"name": "Julia Roberts"})]),
    (
        COUNTER,
        "all",
        "Add six eggs to the grocery list.",
        [("add_item", {"item": "eggs", "quantity": 6})],
    ),
    (COUNTER, "all", "put olive oil on my grocery list", [("add_item", {"item": "olive oil"})]),
    (
        COUNTER,
        "all",
        "Translate I love you into Portuguese.",
        [("translate", {"phrase": "I love you", "language": "Portuguese"})],
    ),
    (
        COUNTER,
        "all",
        "how do you say good evening in Korean",
        [("translate", {"phrase": "good evening", "language": "Korean"})],
    ),
    (
        COUNTER,
        "all",
        "What's the stock price of Netflix?",
        [("get_stock_price", {"symbol": "Netflix"})],
    ),
    (COUNTER, "all", "how much is amazon stock", [("get_stock_price", {"symbol": "amazon"})]),
    (COUNTER, "all", "Set the thermostat to 72 degrees.", [("set_thermostat", {"degrees": 72})]),
    (
        COUNTER,
        "all",
        "set it to 22 degrees celsius on the thermostat",
        [("set_thermostat", {"degrees": 72})],
    ),
    (COUNTER, "all", "Lock the back door.", [("lock_door", {"door": "back", "lock": True})]),
    (
        COUNTER,
        "all",
        "please unlock the front door",
        [("lock_door", {"door": "front", "lock": False})],
    ),
    (COUNTER, "all", "mute the sound", [("mute", {"muted": True})]),
    (COUNTER, "all", "unmute please", [("mute", {"muted": False})]),
    (COUNTER, "all", "Start the vacuum in the hallway", [("start_vacuum", {"room": "hallway"})]),
    (COUNTER, "all", "start the robot vacuum", [("start_vacuum", {})]),
    (COUNTER, "all", "What's the horoscope for Scorpio?", [("get_horoscope", {"sign": "scorpio"})]),
    (
        COUNTER,
        "all",
        "Find covered parking near Union Square under 5 dollars an hour",
        [("find_parking", {"near": "Union Square", "covered": True, "max_price_per_hour": 5})],
    ),
    (
        COUNTER,
        "all",
        "where can I park near the opera house",
        [("find_parking", {"near": "opera house"})],
    ),
    (
        COUNTER,
        "all",
        "Water the lawn for fifteen minutes.",
        [("water_garden", {"zone": "lawn", "minutes": 15})],
    ),
    (
        COUNTER,
        "all",
        "water the vegetables for half an hour",
        [("water_garden", {"zone": "vegetables", "minutes": 30})],
    ),
    (
        COUNTER,
        "all",
        "Log my breakfast: oatmeal, banana and coffee",
        [("log_meal", {"meal": "breakfast", "foods": ["oatmeal", "banana", "coffee"]})],
    ),
    (
        COUNTER,
        "all",
        "What's a 20 percent tip on 65 dollars?",
        [("tip_calculator", {"bill": 65, "percent": 20})],
    ),
    (
        COUNTER,
        "all",
        "calculate an 18 percent tip on a bill of 42 dollars and 50 cents",
        [("tip_calculator", {"bill": 42.5, "percent": 18})],
    ),
    (COUNTER, "all", "Change to channel 7", [("change_channel", {"channel": 7})]),
    (
        COUNTER,
        "all",
        "switch the TV to channel twenty three",
        [("change_channel", {"channel": 23})],
    ),
    (COUNTER, "all", "Cancel my order 55781", [("cancel_order", {"order_number": "55781"})]),
    (
        COUNTER,
        "all",
        "How much is 200 dollars in euros?",
        [("get_exchange_rate", {"amount": 200, "from_currency": "USD", "to_currency": "EUR"})],
    ),
    (
        COUNTER,
        "all",
        "change fifty pounds into yen",
        [("get_exchange_rate", {"amount": 50, "from_currency": "GBP", "to_currency": "JPY"})],
    ),
    (
        COUNTER,
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
        COUNTER,
        "all",
        "Brew four cups of strong coffee",
        [("brew_coffee", {"cups": 4, "strength": "strong"})],
    ),
    (COUNTER, "all", "make two cups of coffee", [("brew_coffee", {"cups": 2})]),
    (COUNTER, "all", "Set an alarm for 6:30 a.m.", [("set_alarm", {"hour": 6, "minute": 30})]),
    (
        COUNTER,
        "all",
        "wake me up at quarter past seven",
        [("set_alarm", {"hour": 7, "minute": 15})],
    ),
    (COUNTER, "all", "Close the window in the bathroom", [("close_window", {"room": "bathroom"})]),
    (COUNTER, "all", "close the kitchen window", [("close_window", {"room": "kitchen"})]),
    (
        COUNTER,
        "all",
        "What's the weather in Rome and Athens?",
        [
            ("get_current_weather", {"location": "Rome"}),
            ("get_current_weather", {"location": "Athens"}),
        ],
    ),
    (
        COUNTER,
        "all",
        "Lock the front door and set the thermostat to 68",
        [("lock_door", {"door": "front", "lock": True}), ("set_thermostat", {"degrees": 68})],
    ),
    (
        COUNTER,
        "all",
        "Play some jazz and dim the kitchen lights to 20 percent",
        [("play_music", {"query": "jazz"}), ("set_lights", {"room": "kitchen", "brightness": 20})],
    ),
    (
        COUNTER,
        "all",
        "Brew two cups of coffee, then start the vacuum.",
        [("brew_coffee", {"cups": 2}), ("start_vacuum", {})],
    ),
    (
        COUNTER,
        "all",
        "Call Mia and tell Leo that I'm home",
        [
            ("call_contact", {"name": "Mia"}),
            ("send_message", {"contact_name": "Leo", "message_text": "I'm home"}),
        ],
    ),
    (
        COUNTER,
        "all",
        "Add milk and butter to the grocery list",
        [("add_item", {"item": "milk"}), ("add_item", {"item": "butter"})],
    ),
]


@pytest.mark.parametrize(
    ("tools", "names", "said", "calls"), REQUESTS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_request_calls_its_tools(
    tools: dict[str, Any], names: str, said: str, calls: Calls
) -> None:
    assert_calls(thinker_with(tools, names).hear(said), calls)


def test_requests_survive_a_recogniser_without_capitals_and_punctuation() -> None:
    lost = [
        said
        for tools, names, said, calls in REQUESTS
        if not same_calls(thinker_with(tools, names).hear(as_lazily_recognised(said)), calls)
    ]
    assert len(lost) <= 0.05 * len(REQUESTS), lost
