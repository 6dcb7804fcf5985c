"""Tools of strangers: missing arguments are asked for, what fits none calls none, follow-ups.

Long because it is three tables.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.thinking.strangers import SETS, UNSEEN
from tests.server.thinking.talking import assert_calls, thinker_with

Calls = list[tuple[str, dict[str, Any]]]

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

UNFITTING: list[tuple[str, str]] = [
    ("home", "What's the capital of Australia?"),
    ("home", "Order me a large pizza with ham."),
    ("home", "Who won the football game last night?"),
    ("home", "I like the color of the kitchen."),
    ("home", "My bedroom is upstairs."),
    ("home", "The light in here is lovely."),
    ("clock", "Play some music."),
    ("clock", "What's the weather in Rome?"),
    ("clock", "That took ten minutes."),
    ("clock", "My brother always wakes up at six."),
    ("clock", "How long does it take to boil an egg?"),
    ("cafe", "Turn on the lights."),
    ("cafe", "I had a large latte this morning."),
    ("cafe", "Do you like coffee?"),
    ("cafe", "Book a flight to Miami."),
    ("cafe", "How many calories does a cappuccino have?"),
    ("travel", "Set a timer for five minutes."),
    ("travel", "I was in Rome last summer."),
    ("travel", "Tell me a joke."),
    ("travel", "How are you doing today?"),
    ("travel", "What's the population of Paris?"),
    ("convert", "What's the weather in Denver?"),
    ("convert", "Who invented the metric system?"),
    ("convert", "I drove fifty miles yesterday."),
    ("convert", "Send 20 dollars to Bob."),
    ("media", "How old is the universe?"),
    ("media", "Transfer fifty dollars to Anna."),
    ("media", "My mother called me yesterday."),
    ("media", "I really love jazz."),
    ("info", "Hello there."),
    ("info", "Thank you, that's all."),
    ("info", "Turn off the bathroom light."),
    ("info", "I bought some Apple shares last year."),
    ("info", "Set an alarm for seven."),
    ("car", "What's two plus two?"),
    ("car", "My car is red."),
    ("car", "Order a taxi to the station."),
    ("robot", "What's your name?"),
    ("robot", "Do you have any feelings?"),
    ("robot", "Add milk to my list."),
    ("bank", "Who is the president of France?"),
    ("bank", "Money doesn't grow on trees."),
    ("bank", "Book a table for two at eight."),
    ("notes", "I hate spinach."),
    ("notes", "Turn the volume up to fifty."),
    ("mix", "What's the time?"),
    ("mix", "Roses are red and violets are blue."),
    ("mix", "Remind me to call Peter at six."),
    ("set_timer", "Never mind."),
    ("get_forecast", "I'm feeling a bit cold."),
    ("order_drink", "Where is the nearest coffee shop?"),
    ("call_contact", "What should I say to my boss?"),
    ("get_stock_price", "How does the stock market work?"),
    ("flip_coin", "I found a coin on the street."),
    ("start_vacuum", "Can you clean the windows?"),
    ("set_door_lock", "Open the window."),
    ("transfer_money", "Is fifty dollars a lot of money?"),
    ("play_music", "Who wrote Bohemian Rhapsody?"),
    ("timer, light, food", "The kitchen is on fire."),
    ("timer, light, food", "What's the tallest mountain?"),
    ("timer, light, food", "Lights, camera, action!"),
    ("timer, light, food", "I already ate."),
    ("timers and lights", "What's the time?"),
    ("timers and lights", "Time flies."),
    ("timers and lights", "Dim sum is delicious."),
    ("coffee shop", "The coffee here is great."),
    ("coffee shop", "Where do coffee beans come from?"),
    ("coffee shop", "Book me a flight."),
    ("bookings", "I missed my train this morning."),
    ("bookings", "Do you like the movies?"),
    ("bookings", "What car do you drive?"),
    ("converters", "How tall is Mount Everest?"),
    ("converters", "It's twenty degrees outside."),
    ("converters", "Turn on the heater."),
    ("television and tea", "What's on TV tonight?"),
    ("television and tea", "I'm a big fan of yours."),
    ("television and tea", "Would you like some tea?"),
    ("converters", "How many people live in Spain?"),
    ("book_table", "The table is broken."),
    ("rent_car", "Cars are expensive."),
    ("order_food", "I had pizza yesterday."),
    ("order_food", "What's your favorite food?"),
    ("set_light", "You are light years ahead."),
    ("startTimer", "How long is a marathon?"),
    ("place_coffee_order", "Tea, please."),
    ("set_fan", "Make it a bit warmer."),
    ("countdown and lamps", "How does a heat pump work?"),
    ("countdown and lamps", "It's cold in the bathroom today, isn't it?"),
    ("countdown and lamps", "Play some music."),
    ("counter", "I'm allergic to eggs."),
    ("counter", "The sandwich was great."),
    ("counter", "What's your favorite ice cream?"),
    ("counter", "Turn on the lamp."),
    ("trips", "How was your flight?"),
    ("trips", "My sister lives in Munich."),
    ("trips", "Why is the sky blue?"),
    ("trips", "Set a timer for ten minutes."),
    ("measures", "How deep is the ocean?"),
    ("measures", "Cups are in the kitchen."),
    ("measures", "What's a good currency to invest in?"),
    ("household", "My dog is called Bello."),
    ("household", "What do cats eat?"),
    ("household", "I love the radio."),
    ("household", "Order me a sandwich."),
    ("household", "Is wool warm?"),
    ("trips", "Good morning."),
    ("post_status", "What's your status?"),
    ("feed_pet", "Feed me a line."),
    ("home and oven", "What's for dinner?"),
    ("home and oven", "Play a movie."),
    ("home and oven", "It's a lovely day."),
    ("home and oven", "How hot is the sun?"),
    ("home and oven", "The party was fun."),
    ("desk", "Where is the spa?"),
    ("desk", "I had a massage last week."),
    ("desk", "What's a good steak house?"),
    ("desk", "Turn on the lights."),
    ("desk", "Call my wife."),
    ("desk", "Do you eat pasta?"),
    ("desk", "That meeting was boring."),
]

FOLLOWING: list[tuple[str, str, str, Calls]] = [
    (
        "info",
        "What's the weather in Paris?",
        "And in Berlin?",
        [("current_weather", {"city": "Berlin"})],
    ),
    (
        "travel",
        "What's the weather in Lisbon tomorrow?",
        "And this weekend?",
        [("get_forecast", {"location": "Lisbon", "day": "weekend"})],
    ),
    (
        "travel",
        "What will the weather be in Oslo tomorrow?",
        "How about Stockholm?",
        [("get_forecast", {"location": "Stockholm", "day": "tomorrow"})],
    ),
    (
        "cafe",
        "I'd like a large latte.",
        "Make that three.",
        [("order_drink", {"drink": "latte", "size": "LARGE", "quantity": 3})],
    ),
    (
        "cafe",
        "Two small espressos.",
        "Actually, make them large.",
        [("order_drink", {"drink": "espresso", "size": "LARGE", "quantity": 2})],
    ),
    (
        "cafe",
        "I'd like a medium tea.",
        "And a large cappuccino, too.",
        [("order_drink", {"drink": "cappuccino", "size": "LARGE"})],
    ),
    (
        "cafe",
        "I'll have a small americano.",
        "With oat milk, please.",
        [("order_drink", {"drink": "americano", "size": "SMALL", "milk": "oat"})],
    ),
    (
        "home",
        "Turn on the light in the kitchen.",
        "No, I meant the bedroom.",
        [("control_light", {"room": "bedroom", "state": "ON"})],
    ),
    (
        "home",
        "Turn on the light in the hallway.",
        "And the bathroom.",
        [("control_light", {"room": "bathroom", "state": "ON"})],
    ),
    (
        "home",
        "Turn on the light in the office.",
        "Turn it off again.",
        [("control_light", {"room": "office", "state": "OFF"})],
    ),
    (
        "home",
        "Set the thermostat to 20 degrees.",
        "No, 22.",
        [("setThermostat", {"temperature": 22})],
    ),
    (
        "home",
        "Lock the front door.",
        "And the back door too.",
        [("set_door_lock", {"door": "back", "locked": True})],
    ),
    (
        "home",
        "Lock the garage door.",
        "Sorry, unlock it.",
        [("set_door_lock", {"door": "garage", "locked": False})],
    ),
    (
        "clock",
        "Set a timer for five minutes.",
        "Make it ten minutes.",
        [("set_timer", {"duration_seconds": 600})],
    ),
    (
        "clock",
        "Set an alarm for seven in the morning.",
        "Actually, quarter to eight.",
        [("setAlarm", {"time": "07:45"})],
    ),
    (
        "clock",
        "Set a timer for 3 minutes.",
        "And another one for eight minutes.",
        [("set_timer", {"duration_seconds": 480})],
    ),
    (
        "convert",
        "Convert 10 miles to kilometers.",
        "And 25 miles?",
        [("convert_units", {"value": 25, "from_unit": "miles", "to_unit": "kilometers"})],
    ),
    (
        "convert",
        "Convert 100 dollars to euros.",
        "And in pounds?",
        [("convertCurrency", {"amount": 100, "from": "USD", "to": "GBP"})],
    ),
    (
        "travel",
        "Book a table for four at Luigi's tomorrow at 7 pm.",
        "Sorry, I meant five people.",
        [
            (
                "reserve_table",
                {"restaurant": "Luigi's", "party_size": 5, "date": "2026-11-23", "time": "19:00"},
            )
        ],
    ),
    (
        "travel",
        "Find me a flight from Boston to Chicago tomorrow.",
        "What about on Friday?",
        [
            (
                "searchFlights",
                {"origin": "Boston", "destination": "Chicago", "departure_date": "2026-11-27"},
            )
        ],
    ),
    (
        "info",
        "How do you say good night in Italian?",
        "And in Japanese?",
        [("translate_text", {"text": "good night", "target_language": "Japanese"})],
    ),
    (
        "info",
        "What's the stock price of Apple?",
        "And Google?",
        [("get_stock_price", {"company": "Google"})],
    ),
    (
        "info",
        "What time is it in Tokyo?",
        "What about London?",
        [("get_local_time", {"place": "London"})],
    ),
    ("media", "Set the volume to 40.", "A bit louder, 55.", [("set_volume", {"level": 55})]),
    (
        "robot",
        "Move forward two meters.",
        "Now one meter to the right.",
        [("move_robot", {"direction": "right", "distance_m": 1})],
    ),
    ("robot", "Roll two dice.", "Again.", [("roll_dice", {"count": 2})]),
    (
        "notes",
        "Add eggs to my shopping list.",
        "And some flour.",
        [("add_to_shopping_list", {"item": "flour"})],
    ),
    (
        "bank",
        "What's my savings balance?",
        "And my checking account?",
        [("get_balance", {"account": "checking"})],
    ),
    ("bank", "Transfer money to Lucy.", "Never mind.", []),
    (
        "mix",
        "Preheat the oven to 180 degrees.",
        "Sorry, 200.",
        [("preheat_oven", {"temperature_c": 200})],
    ),
    (
        "info",
        "What's the weather?",
        "What time is it in Rome?",
        [("get_local_time", {"place": "Rome"})],
    ),
    ("car", "Navigate to the airport.", "Thanks, that's great.", []),
    (
        "timer, light, food",
        "Turn on the kitchen light.",
        "And the bedroom.",
        [("set_light", {"room": "bedroom", "on": True})],
    ),
    (
        "timer, light, food",
        "Turn on the kitchen light.",
        "Turn it off.",
        [("set_light", {"room": "kitchen", "on": False})],
    ),
    (
        "converters",
        "Convert 5 kilos to pounds.",
        "And ten kilos?",
        [("convert", {"amount": 10, "from": "kg", "to": "lb"})],
    ),
    (
        "converters",
        "Convert 5 kilos to pounds.",
        "What about in ounces?",
        [("convert", {"amount": 5, "from": "kg", "to": "oz"})],
    ),
    (
        "coffee shop",
        "I'll take a small mocha with two sugars.",
        "Make it a large.",
        [("place_coffee_order", {"type": "mocha", "size": "L", "sugar": 2})],
    ),
    (
        "timer, light, food",
        "I'd like two cheeseburgers please.",
        "No, three.",
        [("order_food", {"item": "cheeseburger", "quantity": 3})],
    ),
    (
        "bookings",
        "Rent a compact car in Denver for three days.",
        "Actually for five days.",
        [("rent_car", {"category": "compact", "days": 5, "location": "Denver"})],
    ),
    (
        "book_appointment",
        "Book me a beard trim for Wednesday at 11 am.",
        "Can you make it noon instead?",
        [("book_appointment", {"service": "beard_trim", "date": "2026-11-25", "time": "12:00"})],
    ),
    ("timers and lights", "Set a timer for ten minutes.", "Cancel it.", [("cancel_timer", {})]),
    (
        "countdown and lamps",
        "Turn on the bedside lamp.",
        "And the desk lamp.",
        [("switch_lamp", {"lamp_name": "desk lamp", "turned_on": True})],
    ),
    (
        "countdown and lamps",
        "Set the heating in the nursery to 20 degrees.",
        "Make it 22.",
        [("set_heating", {"room": "nursery", "degrees": 22})],
    ),
    (
        "measures",
        "Convert 12 inches to centimeters.",
        "What about 20 inches?",
        [("convert_length", {"value": 20, "from_unit": "in", "to_unit": "cm"})],
    ),
    (
        "measures",
        "Exchange 250 dollars for euros.",
        "And in pounds?",
        [("exchange_money", {"amount": 250, "source_currency": "USD", "target_currency": "GBP"})],
    ),
    (
        "counter",
        "Two tuna sandwiches on white bread, please.",
        "Sorry, I meant ham.",
        [("order_sandwich", {"bread": "white", "filling": "ham", "quantity": 2})],
    ),
    (
        "trips",
        "Book a flight from Munich to Lisbon on December 12th in business class.",
        "No, from Berlin.",
        [
            (
                "book_flight",
                {
                    "from_city": "Berlin",
                    "to_city": "Lisbon",
                    "date": "2026-12-12",
                    "seat_class": "business",
                },
            )
        ],
    ),
    (
        "household",
        "Feed the dog two portions.",
        "The cat too.",
        [("feed_pet", {"pet": "cat", "portions": 2})],
    ),
    (
        "household",
        "Start the washing machine, wool at 30 degrees.",
        "No, at 40.",
        [("laundry_start", {"program": "wool", "temperature": 40})],
    ),
    (
        "home and oven",
        "Timer for half an hour.",
        "Make that forty minutes.",
        [("kitchen_timer", {"time": 40})],
    ),
    (
        "home and oven",
        "Set the temperature upstairs to 21 degrees.",
        "Downstairs too.",
        [("set_temp", {"celsius": 21, "zone": "downstairs"})],
    ),
    (
        "desk",
        "Convert 3 pounds to kilograms.",
        "And 5 pounds?",
        [("unit_convert", {"value": 5, "from": "pounds", "to": "kilograms"})],
    ),
    (
        "desk",
        "Two burgers to go please.",
        "No, three.",
        [("order_meal", {"main": "BURGER", "portions": 3, "to_go": True})],
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


@pytest.mark.parametrize(("tools", "said"), UNFITTING)
def test_what_fits_no_tool_calls_none(tools: str, said: str) -> None:
    plan = thinker_with(UNSEEN, SETS.get(tools, tools)).hear(said)
    assert not plan.calls
    assert plan.say


@pytest.mark.parametrize(("tools", "first", "then", "expected"), FOLLOWING)
def test_follow_ups_change_the_last_call(
    tools: str, first: str, then: str, expected: Calls
) -> None:
    thinker = thinker_with(UNSEEN, SETS.get(tools, tools))
    thinker.hear(first)
    assert_calls(thinker.hear(then), expected)
