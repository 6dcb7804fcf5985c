"""Clear requests to tools of strangers call the right one with exact arguments.

More than 500 lines because it is one table.
"""

from __future__ import annotations

import pytest

from tests.server.thinking.strangers import SETS, UNSEEN
from tests.server.thinking.talking import Calls, assert_calls, thinker_with

REQUESTS: list[tuple[str, str, Calls]] = [
    ("clock", "Set a timer for 10 minutes.", [("set_timer", {"duration_seconds": 600})]),
    (
        "set_timer",
        "Can you start a timer for an hour and a half?",
        [("set_timer", {"duration_seconds": 5400})],
    ),
    ("clock", "Timer, 45 seconds, please.", [("set_timer", {"duration_seconds": 45})]),
    (
        "clock",
        "Set a pasta timer for eleven minutes.",
        [("set_timer", {"duration_seconds": 660, "label": "pasta"})],
    ),
    (
        "clock",
        "I need a timer for two and a half minutes called eggs",
        [("set_timer", {"duration_seconds": 150, "label": "eggs"})],
    ),
    ("clock", "Wake me up at 6:30 tomorrow morning.", [("setAlarm", {"time": "06:30"})]),
    (
        "setAlarm",
        "Set an alarm for quarter past seven in the morning.",
        [("setAlarm", {"time": "07:15"})],
    ),
    (
        "clock",
        "Set an alarm for 7 a.m. on Monday and Friday.",
        [("setAlarm", {"time": "07:00", "days": ["mon", "fri"]})],
    ),
    ("setAlarm", "Set an alarm for half past nine pm.", [("setAlarm", {"time": "21:30"})]),
    (
        "clock",
        "Remind me to call the dentist at 3 pm.",
        [("create_reminder", {"text": "call the dentist", "time": "15:00"})],
    ),
    (
        "create_reminder",
        "Remind me at eight in the evening to take out the trash.",
        [("create_reminder", {"text": "take out the trash", "time": "20:00"})],
    ),
    (
        "notes",
        "Please remind me to by milk at noon.",
        [("create_reminder", {"text": "by milk", "time": "12:00"})],
    ),
    (
        "clock",
        "Put lunch with Sarah on my calendar for tomorrow at 12:30.",
        [
            (
                "add_calendar_event",
                {"title": "lunch with Sarah", "date": "2026-11-23", "start_time": "12:30"},
            )
        ],
    ),
    (
        "clock",
        "Add a dentist appointment on Friday at 4 p.m. to my calendar.",
        [
            (
                "add_calendar_event",
                {"title": "dentist appointment", "date": "2026-11-27", "start_time": "16:00"},
            )
        ],
    ),
    (
        "add_calendar_event",
        "Schedule a team meeting tomorrow at nine in the morning for 30 minutes.",
        [
            (
                "add_calendar_event",
                {
                    "title": "team meeting",
                    "date": "2026-11-23",
                    "start_time": "09:00",
                    "duration_minutes": 30,
                },
            )
        ],
    ),
    (
        "home",
        "Turn on the light in the kitchen.",
        [("control_light", {"room": "kitchen", "state": "ON"})],
    ),
    (
        "home",
        "Turn of the bedroom light.",
        [("control_light", {"room": "bedroom", "state": "OFF"})],
    ),
    (
        "lamp",
        "Lights off in the hallway please",
        [("control_light", {"room": "hallway", "state": "OFF"})],
    ),
    (
        "control_light",
        "Could you switch the bathroom lights on?",
        [("control_light", {"room": "bathroom", "state": "ON"})],
    ),
    (
        "home",
        "Kill the lights in the garage.",
        [("control_light", {"room": "garage", "state": "OFF"})],
    ),
    (
        "home",
        "Dim the living room lights to 30 percent.",
        [("dim_lights", {"room": "living room", "brightness": 30})],
    ),
    (
        "dim_lights",
        "Dim the bedroom to twenty percent.",
        [("dim_lights", {"room": "bedroom", "brightness": 20})],
    ),
    (
        "home",
        "Set the brightness in the office to 75%.",
        [("dim_lights", {"room": "office", "brightness": 75})],
    ),
    (
        "home",
        "Make the lights in the dining room half as bright, fifty percent.",
        [("dim_lights", {"room": "dining room", "brightness": 50})],
    ),
    (
        "lamp",
        "Make the desk lamp blue.",
        [("set_light_color", {"lamp": "desk lamp", "color": "blue"})],
    ),
    (
        "lamp",
        "Change the floor lamp to warm white.",
        [("set_light_color", {"lamp": "floor lamp", "color": "warm_white"})],
    ),
    ("home", "Set the thermostat to 21 degrees.", [("setThermostat", {"temperature": 21})]),
    (
        "home",
        "Make it 68 degrees Fahrenheit in here.",
        [("setThermostat", {"temperature": 68, "unit": "fahrenheit"})],
    ),
    (
        "setThermostat",
        "Set the temperature to nineteen and a half degrees.",
        [("setThermostat", {"temperature": 19.5})],
    ),
    (
        "home",
        "Cool the house down to 20 degrees Celsius.",
        [("setThermostat", {"temperature": 20, "unit": "celsius", "mode": "cool"})],
    ),
    ("home", "Lock the front door.", [("set_door_lock", {"door": "front", "locked": True})]),
    (
        "home",
        "Unlock the garage door please.",
        [("set_door_lock", {"door": "garage", "locked": False})],
    ),
    (
        "set_door_lock",
        "Can you make sure the back door is locked?",
        [("set_door_lock", {"door": "back", "locked": True})],
    ),
    (
        "home",
        "Close the blinds in the bedroom.",
        [("set_blinds", {"room": "bedroom", "position": "closed"})],
    ),
    (
        "home",
        "Open the living room blinds half way.",
        [("set_blinds", {"room": "living room", "position": "half"})],
    ),
    ("home", "Vacuum the living room.", [("start_vacuum", {"room": "living room"})]),
    (
        "home",
        "Start the vacuum in the kitchen on quiet.",
        [("start_vacuum", {"room": "kitchen", "power": "quiet"})],
    ),
    (
        "cafe",
        "I'd like a large latte with oat milk.",
        [("order_drink", {"drink": "latte", "size": "LARGE", "milk": "oat"})],
    ),
    (
        "cafe",
        "Two small espressos, please.",
        [("order_drink", {"drink": "espresso", "size": "SMALL", "quantity": 2})],
    ),
    (
        "order_drink",
        "Can I get a medium iced americano?",
        [("order_drink", {"drink": "americano", "size": "MEDIUM", "iced": True})],
    ),
    (
        "cafe",
        "Give me a small decaf cappuccino with soy milk.",
        [("order_drink", {"drink": "cappuccino", "size": "SMALL", "milk": "soy", "decaf": True})],
    ),
    (
        "cafe",
        "I'll have three large hot chocolates.",
        [("order_drink", {"drink": "hot_chocolate", "size": "LARGE", "quantity": 3})],
    ),
    (
        "cafe",
        "One medium tea, please.",
        [("order_drink", {"drink": "tea", "size": "MEDIUM", "quantity": 1})],
    ),
    (
        "cafe",
        "I'd like a large pizza with mushrooms and olives.",
        [("orderPizza", {"size": "large", "toppings": ["mushrooms", "olives"]})],
    ),
    (
        "orderPizza",
        "Order two medium pizzas with ham, onions and peppers.",
        [
            (
                "orderPizza",
                {"size": "medium", "toppings": ["ham", "onions", "peppers"], "quantity": 2},
            )
        ],
    ),
    (
        "cafe",
        "A small pizza with salami and extra cheese, please.",
        [("orderPizza", {"size": "small", "toppings": ["salami"], "extra_cheese": True})],
    ),
    (
        "cafe",
        "Two chicken burgers with fries.",
        [("order_burger", {"kind": "chicken", "count": 2, "with_fries": True})],
    ),
    (
        "order_burger",
        "I want three veggie burgers without fries.",
        [("order_burger", {"kind": "veggie", "count": 3, "with_fries": False})],
    ),
    ("cafe", "Can we have 4 beef burgers?", [("order_burger", {"kind": "beef", "count": 4})]),
    (
        "mix",
        "Send a dozen roses to my mother.",
        [("order_flowers", {"flower": "roses", "count": 12, "recipient": "mother"})],
    ),
    (
        "mix",
        "Order some tulips for Anna with a gift card.",
        [("order_flowers", {"flower": "tulips", "recipient": "Anna", "gift_card": True})],
    ),
    (
        "travel",
        "Book a table for four at Luigi's tomorrow at 7 pm.",
        [
            (
                "reserve_table",
                {"restaurant": "Luigi's", "party_size": 4, "date": "2026-11-23", "time": "19:00"},
            )
        ],
    ),
    (
        "reserve_table",
        "A table for two at the Golden Dragon on Saturday at half past eight in the evening.",
        [
            (
                "reserve_table",
                {
                    "restaurant": "Golden Dragon",
                    "party_size": 2,
                    "date": "2026-11-28",
                    "time": "20:30",
                },
            )
        ],
    ),
    (
        "travel",
        "Reserve a table at Chez Marie for six on December 5th at 6:30 p.m., outside if possible.",
        [
            (
                "reserve_table",
                {
                    "restaurant": "Chez Marie",
                    "party_size": 6,
                    "date": "2026-12-05",
                    "time": "18:30",
                    "outdoor": True,
                },
            )
        ],
    ),
    (
        "travel",
        "Find me a flight from Boston to Chicago tomorrow.",
        [
            (
                "searchFlights",
                {"origin": "Boston", "destination": "Chicago", "departure_date": "2026-11-23"},
            )
        ],
    ),
    (
        "searchFlights",
        "I want to fly to Tokyo from San Francisco on March 3rd in business class.",
        [
            (
                "searchFlights",
                {
                    "origin": "San Francisco",
                    "destination": "Tokyo",
                    "departure_date": "2027-03-03",
                    "cabin": "BUSINESS",
                },
            )
        ],
    ),
    (
        "travel",
        "Are there any flights from Vienna to Rome next Friday for two passengers?",
        [
            (
                "searchFlights",
                {
                    "origin": "Vienna",
                    "destination": "Rome",
                    "departure_date": "2026-11-27",
                    "passengers": 2,
                },
            )
        ],
    ),
    (
        "travel",
        "Search flights London to New York on the 20th of December, economy.",
        [
            (
                "searchFlights",
                {
                    "origin": "London",
                    "destination": "New York",
                    "departure_date": "2026-12-20",
                    "cabin": "ECONOMY",
                },
            )
        ],
    ),
    (
        "travel",
        "Book a hotel room in Prague for three nights from Friday.",
        [("book_hotel_room", {"city": "Prague", "check_in": "2026-11-27", "nights": 3})],
    ),
    (
        "book_hotel_room",
        "A hotel in Milan for two guests, from December 1st for five nights with breakfast.",
        [
            (
                "book_hotel_room",
                {
                    "city": "Milan",
                    "check_in": "2026-12-01",
                    "nights": 5,
                    "guests": 2,
                    "breakfast": True,
                },
            )
        ],
    ),
    (
        "travel",
        "Get me a taxi from the airport to the Hilton hotel.",
        [("book_taxi", {"pickup": "airport", "dropoff": "Hilton hotel"})],
    ),
    (
        "travel",
        "Book a taxi for three people from Main Street to the train station.",
        [("book_taxi", {"pickup": "Main Street", "dropoff": "train station", "passengers": 3})],
    ),
    (
        "travel",
        "What will the weather be in Lisbon tomorrow?",
        [("get_forecast", {"location": "Lisbon", "day": "tomorrow"})],
    ),
    (
        "travel",
        "Is it going to rain in Amsterdam this weekend?",
        [("get_forecast", {"location": "Amsterdam", "day": "weekend"})],
    ),
    (
        "get_forecast",
        "Forecast for Toronto today in metric units please.",
        [("get_forecast", {"location": "Toronto", "day": "today", "units": "metric"})],
    ),
    (
        "convert",
        "Convert ten miles to kilometers.",
        [("convert_units", {"value": 10, "from_unit": "miles", "to_unit": "kilometers"})],
    ),
    (
        "convert",
        "How many pounds are 5 kilograms?",
        [("convert_units", {"value": 5, "from_unit": "kilograms", "to_unit": "pounds"})],
    ),
    (
        "convert_units",
        "What's 72 degrees Fahrenheit in Celsius?",
        [("convert_units", {"value": 72, "from_unit": "fahrenheit", "to_unit": "celsius"})],
    ),
    (
        "convert",
        "How many ounces are in two and a half cups?",
        [("convert_units", {"value": 2.5, "from_unit": "cups", "to_unit": "ounces"})],
    ),
    (
        "convert",
        "Six feet in centimeters.",
        [("convert_units", {"value": 6, "from_unit": "feet", "to_unit": "centimeters"})],
    ),
    (
        "convert",
        "Convert 100 dollars to euros.",
        [("convertCurrency", {"amount": 100, "from": "USD", "to": "EUR"})],
    ),
    (
        "convert",
        "How much is fifty pounds in dollars?",
        [("convertCurrency", {"amount": 50, "from": "GBP", "to": "USD"})],
    ),
    (
        "convertCurrency",
        "What's 2,000 yen in Swiss francs?",
        [("convertCurrency", {"amount": 2000, "from": "JPY", "to": "CHF"})],
    ),
    (
        "bank",
        "Change twelve euros fifty into pounds.",
        [("convertCurrency", {"amount": 12.5, "from": "EUR", "to": "GBP"})],
    ),
    ("convert", "What's 17 times 23?", [("calculate", {"expression": "17 * 23"})]),
    ("calculate", "How much is 144 divided by 12?", [("calculate", {"expression": "144 / 12"})]),
    (
        "convert",
        "Calculate five plus eight minus three.",
        [("calculate", {"expression": "5 + 8 - 3"})],
    ),
    ("media", "Play some jazz.", [("play_music", {"query": "jazz"})]),
    (
        "media",
        "Put on Abbey Road by the Beatles.",
        [("play_music", {"query": "Abbey Road by the Beatles"})],
    ),
    (
        "media",
        "I want to hear Bohemian Rhapsody.",
        [("play_music", {"query": "Bohemian Rhapsody"})],
    ),
    (
        "play_music",
        "Play Taylor Swift on shuffle.",
        [("play_music", {"query": "Taylor Swift", "shuffle": True})],
    ),
    ("media", "Pause the music.", [("pause_music", {})]),
    ("media", "Please stop the song for a moment.", [("pause_music", {})]),
    ("media", "Set the volume to 40.", [("set_volume", {"level": 40})]),
    ("set_volume", "Volume seventy percent.", [("set_volume", {"level": 70})]),
    ("media", "Turn the volume down to fifteen.", [("set_volume", {"level": 15})]),
    ("media", "Call Grandma.", [("call_contact", {"name": "Grandma"})]),
    (
        "media",
        "Call Peter Miller on speakerphone.",
        [("call_contact", {"name": "Peter Miller", "speakerphone": True})],
    ),
    (
        "media",
        "Send a message to Alex saying I'm running late.",
        [("send_message", {"recipient": "Alex", "message": "I'm running late"})],
    ),
    (
        "media",
        "Text mom that dinner is ready.",
        [("send_message", {"recipient": "mom", "message": "dinner is ready"})],
    ),
    (
        "send_message",
        "Tell John I will be there at eight.",
        [("send_message", {"recipient": "John", "message": "I will be there at eight"})],
    ),
    (
        "media",
        "Text Julia: see you at the station.",
        [("send_message", {"recipient": "Julia", "message": "see you at the station"})],
    ),
    ("info", "What's the whether in Madrid?", [("current_weather", {"city": "Madrid"})]),
    (
        "info",
        "How cold is it in Oslo in Celsius?",
        [("current_weather", {"city": "Oslo", "unit": "celsius"})],
    ),
    (
        "current_weather",
        "Tell me the temperature in Phoenix in Fahrenheit.",
        [("current_weather", {"city": "Phoenix", "unit": "fahrenheit"})],
    ),
    ("info", "What's the stock price of Apple?", [("get_stock_price", {"company": "Apple"})]),
    ("info", "How are Tesla shares doing?", [("get_stock_price", {"company": "Tesla"})]),
    ("info", "What does serendipity mean?", [("define_word", {"word": "serendipity"})]),
    ("info", "Define the word ubiquitous.", [("define_word", {"word": "ubiquitous"})]),
    (
        "info",
        "How do you say good morning in Italian?",
        [("translate_text", {"text": "good morning", "target_language": "Italian"})],
    ),
    (
        "info",
        "Translate where is the train station into Spanish.",
        [("translate_text", {"text": "where is the train station", "target_language": "Spanish"})],
    ),
    (
        "translate_text",
        "What's the French word for cheese?",
        [("translate_text", {"text": "cheese", "target_language": "French"})],
    ),
    ("info", "What time is it in Tokyo?", [("get_local_time", {"place": "Tokyo"})]),
    (
        "info",
        "Can you tell me the time in New Zealand?",
        [("get_local_time", {"place": "New Zealand"})],
    ),
    (
        "car",
        "Navigate to 12 Baker Street.",
        [("start_navigation", {"destination": "12 Baker Street"})],
    ),
    (
        "car",
        "Take me to the nearest gas station.",
        [("start_navigation", {"destination": "nearest gas station"})],
    ),
    (
        "car",
        "Directions to Central Park on foot, please.",
        [("start_navigation", {"destination": "Central Park", "mode": "walking"})],
    ),
    (
        "car",
        "Drive me to the airport and avoid toll roads.",
        [("start_navigation", {"destination": "airport", "mode": "driving", "avoid_tolls": True})],
    ),
    (
        "start_navigation",
        "How do I get to the museum by bike?",
        [("start_navigation", {"destination": "museum", "mode": "cycling"})],
    ),
    (
        "car",
        "Open the passenger window to 50 percent.",
        [("set_car_window", {"window": "passenger", "open_percent": 50})],
    ),
    (
        "car",
        "Close the rear left window.",
        [("set_car_window", {"window": "rear_left", "open_percent": 0})],
    ),
    (
        "car",
        "Set the driver seat heating to level two.",
        [("heat_seat", {"seat": "driver", "level": 2})],
    ),
    (
        "robot",
        "Move forward three meters.",
        [("move_robot", {"direction": "forward", "distance_m": 3})],
    ),
    (
        "robot",
        "Drive 50 centimeters to the left.",
        [("move_robot", {"direction": "left", "distance_m": 0.5})],
    ),
    (
        "robot",
        "Rotate 90 degrees clockwise.",
        [("rotate_robot", {"degrees": 90, "clockwise": True})],
    ),
    (
        "robot",
        "Turn the robot forty five degrees counterclockwise.",
        [("rotate_robot", {"degrees": 45, "clockwise": False})],
    ),
    ("robot", "Roll two dice.", [("roll_dice", {"count": 2})]),
    ("robot", "Roll three twenty sided dice.", [("roll_dice", {"count": 3, "sides": 20})]),
    ("robot", "Flip a coin.", [("flip_coin", {})]),
    ("robot", "Heads or tails? Toss a coin for me.", [("flip_coin", {})]),
    (
        "bank",
        "Transfer 200 dollars to Maria.",
        [("transfer_money", {"amount": 200, "recipient": "Maria"})],
    ),
    (
        "bank",
        "Send forty-five fifty to Tom from my savings account.",
        [("transfer_money", {"amount": 45.5, "recipient": "Tom", "account": "savings"})],
    ),
    (
        "bank",
        "Pay Kevin twenty bucks from checking.",
        [("transfer_money", {"amount": 20, "recipient": "Kevin", "account": "checking"})],
    ),
    (
        "bank",
        "How much money do I have in my checking account?",
        [("get_balance", {"account": "checking"})],
    ),
    ("bank", "What's my savings balance?", [("get_balance", {"account": "savings"})]),
    ("notes", "Add eggs to my shopping list.", [("add_to_shopping_list", {"item": "eggs"})]),
    (
        "notes",
        "Put six bananas on the shopping list.",
        [("add_to_shopping_list", {"item": "bananas", "quantity": 6})],
    ),
    (
        "add_to_shopping_list",
        "We need more olive oil, add it to the list.",
        [("add_to_shopping_list", {"item": "olive oil"})],
    ),
    (
        "notes",
        "Make a note that the car needs new tires.",
        [("createNote", {"content": "the car needs new tires"})],
    ),
    (
        "notes",
        "Note: the wifi password is on the fridge.",
        [("createNote", {"content": "the wifi password is on the fridge"})],
    ),
    (
        "notes",
        "Find me a recipe with chicken that takes under 30 minutes.",
        [("search_recipes", {"ingredient": "chicken", "max_minutes": 30})],
    ),
    (
        "notes",
        "Show me vegetarian recipes with spinach.",
        [("search_recipes", {"ingredient": "spinach", "vegetarian": True})],
    ),
    ("mix", "Preheat the oven to 180 degrees.", [("preheat_oven", {"temperature_c": 180})]),
    (
        "mix",
        "Heat the oven to two hundred degrees with the fan on.",
        [("preheat_oven", {"temperature_c": 200, "fan": True})],
    ),
    (
        "mix",
        "I ran for 35 minutes, log it.",
        [("log_workout", {"activity": "running", "minutes": 35})],
    ),
    ("mix", "Log a 20 minute swim.", [("log_workout", {"activity": "swimming", "minutes": 20})]),
    ("mix", "Log an hour of yoga.", [("log_workout", {"activity": "yoga", "minutes": 60})]),
    (
        "log_workout",
        "Record a bike ride of 12.5 kilometers in 40 minutes.",
        [("log_workout", {"activity": "cycling", "minutes": 40, "distance_km": 12.5})],
    ),
    (
        "home",
        "Turn off the kitchen light and lock the back door.",
        [
            ("control_light", {"room": "kitchen", "state": "OFF"}),
            ("set_door_lock", {"door": "back", "locked": True}),
        ],
    ),
    (
        "info",
        "What's the weather in Paris and in London?",
        [("current_weather", {"city": "Paris"}), ("current_weather", {"city": "London"})],
    ),
    (
        "notes",
        "Add bread and butter to the shopping list.",
        [("add_to_shopping_list", {"item": "bread"}), ("add_to_shopping_list", {"item": "butter"})],
    ),
    (
        "timer, light, food",
        "Set a timer for an hour and twenty minutes.",
        [("startTimer", {"hours": 1, "minutes": 20})],
    ),
    (
        "timer, light, food",
        "Start a two minute timer for the eggs.",
        [("startTimer", {"minutes": 2, "name": "eggs"})],
    ),
    ("timer, light, food", "Timer for 30 seconds.", [("startTimer", {"seconds": 30})]),
    (
        "timers and lights",
        "Set a ten minute pizza timer.",
        [("timer_create", {"minutes": 10, "label": "pizza"})],
    ),
    (
        "timers and lights",
        "Give me a minute and a half on the timer.",
        [("timer_create", {"minutes": 1.5})],
    ),
    ("timers and lights", "Cancel the pizza timer.", [("cancel_timer", {"label": "pizza"})]),
    ("timers and lights", "Stop the timer.", [("cancel_timer", {})]),
    (
        "timer, light, food",
        "Turn on the kitchen light.",
        [("set_light", {"room": "kitchen", "on": True})],
    ),
    (
        "timer, light, food",
        "Switch the living room light off.",
        [("set_light", {"room": "living_room", "on": False})],
    ),
    (
        "timer, light, food",
        "Make the bedroom light red at 40 percent.",
        [("set_light", {"room": "bedroom", "on": True, "brightness": 40, "color": "red"})],
    ),
    (
        "timer, light, food",
        "Bathroom lights on at full brightness.",
        [("set_light", {"room": "bathroom", "on": True, "brightness": 100})],
    ),
    (
        "timer, light, food",
        "It's too dark in the kitchen, turn on the light.",
        [("set_light", {"room": "kitchen", "on": True})],
    ),
    (
        "timers and lights",
        "Turn the lights off in the basement.",
        [("lights", {"location": "basement", "power": "off"})],
    ),
    (
        "timers and lights",
        "Dim the hallway to 30 percent.",
        [("lights", {"location": "hallway", "level": 0.3})],
    ),
    (
        "timers and lights",
        "Lights on in the guest room please.",
        [("lights", {"location": "guest room", "power": "on"})],
    ),
    (
        "timers and lights",
        "Can you turn off all the lights upstairs?",
        [("lights", {"location": "upstairs", "power": "off"})],
    ),
    (
        "timer, light, food",
        "I'd like two cheeseburgers please.",
        [("order_food", {"item": "cheeseburger", "quantity": 2})],
    ),
    (
        "timer, light, food",
        "Order one spicy ramen.",
        [("order_food", {"item": "ramen", "quantity": 1, "spicy": True})],
    ),
    (
        "timer, light, food",
        "Can I have three orders of fries?",
        [("order_food", {"item": "fries", "quantity": 3})],
    ),
    (
        "order_food",
        "Get me a chicken curry, not spicy.",
        [("order_food", {"item": "chicken curry", "quantity": 1, "spicy": False})],
    ),
    (
        "coffee shop",
        "Large flat white to go please.",
        [("place_coffee_order", {"type": "flat white", "size": "L", "to_go": True})],
    ),
    (
        "coffee shop",
        "I'll take a small mocha with two sugars.",
        [("place_coffee_order", {"type": "mocha", "size": "S", "sugar": 2})],
    ),
    (
        "coffee shop",
        "Could I get a medium filter coffee without sugar?",
        [("place_coffee_order", {"type": "filter", "size": "M", "sugar": 0})],
    ),
    (
        "coffee shop",
        "Can you make me a large latte to take away?",
        [("place_coffee_order", {"type": "latte", "size": "L", "to_go": True})],
    ),
    (
        "bookings",
        "Book a table for five under the name Harris on Friday at half past seven.",
        [("book_table", {"name": "Harris", "people": 5, "day": "Friday", "time": "19:30"})],
    ),
    (
        "book_table",
        "A table for two tonight at eight, the name is Smith.",
        [("book_table", {"name": "Smith", "people": 2, "day": "tonight", "time": "20:00"})],
    ),
    (
        "book_table",
        "Reserve a table for 3 people at 6 p.m. tomorrow for Jane Doe.",
        [("book_table", {"name": "Jane Doe", "people": 3, "day": "tomorrow", "time": "18:00"})],
    ),
    (
        "book_appointment",
        "I'd like a haircut tomorrow at three in the afternoon with Monica.",
        [
            (
                "book_appointment",
                {"service": "haircut", "date": "2026-11-23", "time": "15:00", "stylist": "Monica"},
            )
        ],
    ),
    (
        "book_appointment",
        "Book me a beard trim for Wednesday at 11 am.",
        [("book_appointment", {"service": "beard_trim", "date": "2026-11-25", "time": "11:00"})],
    ),
    (
        "bookings",
        "I need a train ticket from Zurich to Geneva on Tuesday, first class.",
        [
            (
                "book_train",
                {
                    "from_station": "Zurich",
                    "to_station": "Geneva",
                    "date": "2026-11-24",
                    "first_class": True,
                },
            )
        ],
    ),
    (
        "bookings",
        "Book two train tickets from Leeds to York tomorrow.",
        [
            (
                "book_train",
                {"from_station": "Leeds", "to_station": "York", "date": "2026-11-23", "tickets": 2},
            )
        ],
    ),
    (
        "bookings",
        "Two seats for Gladiator at 9 pm.",
        [("book_cinema_tickets", {"movie": "Gladiator", "seats": 2, "time": "9 pm"})],
    ),
    (
        "bookings",
        "Get me four tickets for The Lion King.",
        [("book_cinema_tickets", {"movie": "The Lion King", "seats": 4})],
    ),
    (
        "bookings",
        "Rent a compact car in Denver for three days.",
        [("rent_car", {"category": "compact", "days": 3, "location": "Denver"})],
    ),
    (
        "bookings",
        "I need an SUV for a week in Miami with automatic transmission.",
        [("rent_car", {"category": "suv", "days": 7, "location": "Miami", "automatic": True})],
    ),
    (
        "converters",
        "Convert 5 kilos to pounds.",
        [("convert", {"amount": 5, "from": "kg", "to": "lb"})],
    ),
    (
        "converters",
        "How many grams are in 12 ounces?",
        [("convert", {"amount": 12, "from": "oz", "to": "g"})],
    ),
    (
        "converters",
        "What is 100 degrees Celsius in Fahrenheit?",
        [
            (
                "convert_temperature",
                {"value": 100, "from_scale": "CELSIUS", "to_scale": "FAHRENHEIT"},
            )
        ],
    ),
    (
        "converters",
        "Minus ten Celsius to Kelvin.",
        [("convert_temperature", {"value": -10, "from_scale": "CELSIUS", "to_scale": "KELVIN"})],
    ),
    (
        "converters",
        "How many meters is 3.5 miles?",
        [("length_converter", {"value": 3.5, "source_unit": "miles", "target_unit": "meters"})],
    ),
    (
        "converters",
        "Five foot ten in centimeters.",
        [
            (
                "length_converter",
                {"value": 70, "source_unit": "inches", "target_unit": "centimeters"},
            )
        ],
    ),
    (
        "converters",
        "Twelve inches to centimeters",
        [
            (
                "length_converter",
                {"value": 12, "source_unit": "inches", "target_unit": "centimeters"},
            )
        ],
    ),
    (
        "converters",
        "What's half a pound in grams?",
        [("convert", {"amount": 0.5, "from": "lb", "to": "g"})],
    ),
    (
        "converters",
        "How much is 2 kg in ounces?",
        [("convert", {"amount": 2, "from": "kg", "to": "oz"})],
    ),
    (
        "converters",
        "How many pounds are in a kilogram?",
        [("convert", {"amount": 1, "from": "kg", "to": "lb"})],
    ),
    ("television and tea", "Turn on the TV.", [("turn_tv", {"on": True})]),
    ("television and tea", "Switch to channel seven.", [("change_channel", {"channel": 7})]),
    ("television and tea", "Put the fan on high.", [("set_fan", {"speed": "high"})]),
    ("television and tea", "Turn the fan off.", [("set_fan", {"speed": "off"})]),
    (
        "television and tea",
        "Make me a green tea with sugar.",
        [("make_tea", {"kind": "green", "sugar": True})],
    ),
    (
        "television and tea",
        "A strong mint tea, strength four.",
        [("make_tea", {"kind": "mint", "strength": 4})],
    ),
    ("countdown and lamps", "Run a countdown of two minutes.", [("countdown", {"length": 120})]),
    (
        "countdown and lamps",
        "Start a 90 second countdown called plank.",
        [("countdown", {"length": 90, "title": "plank"})],
    ),
    (
        "countdown and lamps",
        "Turn on the bedside lamp.",
        [("switch_lamp", {"lamp_name": "bedside lamp", "turned_on": True})],
    ),
    (
        "countdown and lamps",
        "Please switch the desk lamp off.",
        [("switch_lamp", {"lamp_name": "desk lamp", "turned_on": False})],
    ),
    (
        "countdown and lamps",
        "Set the hallway light to 60 percent.",
        [("set_brightness", {"light": "hallway light", "percent": 60})],
    ),
    (
        "countdown and lamps",
        "Make the porch light 25 percent bright.",
        [("set_brightness", {"light": "porch light", "percent": 25})],
    ),
    (
        "countdown and lamps",
        "Set the heating in the nursery to 20.5 degrees.",
        [("set_heating", {"room": "nursery", "degrees": 20.5})],
    ),
    (
        "countdown and lamps",
        "Heat the bathroom to twenty three degrees.",
        [("set_heating", {"room": "bathroom", "degrees": 23})],
    ),
    (
        "counter",
        "I'd like a toasted rye sandwich with ham.",
        [("order_sandwich", {"bread": "rye", "filling": "ham", "toasted": True})],
    ),
    (
        "counter",
        "Two tuna sandwiches on white bread, please.",
        [("order_sandwich", {"bread": "white", "filling": "tuna", "quantity": 2})],
    ),
    (
        "counter",
        "Can I get a wholegrain cheese sandwich, not toasted?",
        [("order_sandwich", {"bread": "wholegrain", "filling": "cheese", "toasted": False})],
    ),
    (
        "counter",
        "Three scoops of vanilla in a cone.",
        [("order_ice_cream", {"flavor": "vanilla", "scoops": 3, "container": "CONE"})],
    ),
    (
        "counter",
        "I want two scoops of chocolate ice cream in a cup with sprinkles.",
        [
            (
                "order_ice_cream",
                {"flavor": "chocolate", "scoops": 2, "container": "CUP", "sprinkles": True},
            )
        ],
    ),
    (
        "counter",
        "Reserve a table for four at Bella Vista tomorrow at 7 p.m.",
        [
            (
                "makeReservation",
                {"restaurantName": "Bella Vista", "guests": 4, "dateTime": "2026-11-23T19:00:00"},
            )
        ],
    ),
    (
        "trips",
        "Make a reservation at Le Jardin for two guests on Friday at eight in the evening.",
        [
            (
                "makeReservation",
                {"restaurantName": "Le Jardin", "guests": 2, "dateTime": "2026-11-27T20:00:00"},
            )
        ],
    ),
    (
        "trips",
        "Book a flight from Munich to Lisbon on December 12th in business class.",
        [
            (
                "book_flight",
                {
                    "from_city": "Munich",
                    "to_city": "Lisbon",
                    "date": "2026-12-12",
                    "seat_class": "business",
                },
            )
        ],
    ),
    (
        "trips",
        "I'd like to fly from Oslo to Bergen tomorrow, direct flights only.",
        [
            (
                "book_flight",
                {
                    "from_city": "Oslo",
                    "to_city": "Bergen",
                    "date": "2026-11-23",
                    "direct_only": True,
                },
            )
        ],
    ),
    (
        "trips",
        "Get me a flight to Dallas from Austin on Monday for two adults.",
        [
            (
                "book_flight",
                {"from_city": "Austin", "to_city": "Dallas", "date": "2026-11-23", "adults": 2},
            )
        ],
    ),
    (
        "trips",
        "Remind me in 20 minutes to check the oven.",
        [("schedule_reminder", {"about": "check the oven", "minutes_from_now": 20})],
    ),
    (
        "trips",
        "Post that I finished my marathon.",
        [("post_status", {"text": "I finished my marathon"})],
    ),
    (
        "measures",
        "Convert 12 inches to centimeters.",
        [("convert_length", {"value": 12, "from_unit": "in", "to_unit": "cm"})],
    ),
    (
        "measures",
        "How many feet are in 3 meters?",
        [("convert_length", {"value": 3, "from_unit": "m", "to_unit": "ft"})],
    ),
    (
        "measures",
        "What's 26 miles in kilometers?",
        [("convert_length", {"value": 26, "from_unit": "mi", "to_unit": "km"})],
    ),
    (
        "measures",
        "How many cups are two liters?",
        [("convert_volume", {"quantity": 2, "source": "liters", "target": "cups"})],
    ),
    (
        "measures",
        "Convert five gallons into liters.",
        [("convert_volume", {"quantity": 5, "source": "gallons", "target": "liters"})],
    ),
    (
        "measures",
        "Exchange 250 dollars for euros.",
        [("exchange_money", {"amount": 250, "source_currency": "USD", "target_currency": "EUR"})],
    ),
    (
        "measures",
        "How much is a hundred pounds in yen?",
        [("exchange_money", {"amount": 100, "source_currency": "GBP", "target_currency": "JPY"})],
    ),
    (
        "household",
        "Water the greenhouse with ten liters.",
        [("water_plants", {"area": "greenhouse", "liters": 10})],
    ),
    ("household", "Water the plants in the back.", [("water_plants", {"area": "back"})]),
    ("household", "Play radio Paradise.", [("play_radio", {"station": "Paradise"})]),
    ("household", "Put on BBC Radio 4.", [("play_radio", {"station": "BBC Radio 4"})]),
    ("household", "Feed the dog two portions.", [("feed_pet", {"pet": "dog", "portions": 2})]),
    ("household", "Give the cat one portion.", [("feed_pet", {"pet": "cat", "portions": 1})]),
    (
        "household",
        "Start the washing machine, wool at 30 degrees.",
        [("laundry_start", {"program": "wool", "temperature": 30})],
    ),
    (
        "household",
        "Run a quick wash at 40 with extra rinse.",
        [("laundry_start", {"program": "quick", "temperature": 40, "extra_rinse": True})],
    ),
    ("home and oven", "Timer for half an hour.", [("kitchen_timer", {"time": 30})]),
    ("home and oven", "Can you start a timer for one hour?", [("kitchen_timer", {"time": 60})]),
    (
        "home and oven",
        "Turn on the lights in the hallway.",
        [("toggle_light", {"area": "hallway", "enabled": True})],
    ),
    (
        "home and oven",
        "Garage light off.",
        [("toggle_light", {"area": "Garage", "enabled": False})],
    ),
    (
        "home and oven",
        "Please turn of the light in the attic.",
        [("toggle_light", {"area": "attic", "enabled": False})],
    ),
    (
        "home and oven",
        "Activate the movie scene in the living room.",
        [("set_scene", {"scene": "movie", "room": "living room"})],
    ),
    (
        "home and oven",
        "Set the temperature upstairs to 21 degrees.",
        [("set_temp", {"celsius": 21, "zone": "upstairs"})],
    ),
    (
        "home and oven",
        "Make it nineteen degrees downstairs.",
        [("set_temp", {"celsius": 19, "zone": "downstairs"})],
    ),
    (
        "desk",
        "I'd like a steak with fries and a coke.",
        [("order_meal", {"main": "STEAK", "side": "FRIES", "drink": "coke"})],
    ),
    (
        "desk",
        "Two burgers to go please.",
        [("order_meal", {"main": "BURGER", "portions": 2, "to_go": True})],
    ),
    ("desk", "Can I get a salad with soup?", [("order_meal", {"main": "SALAD", "side": "SOUP"})]),
    (
        "desk",
        "Book a meeting room on Thursday at nine a.m. for two hours with a projector.",
        [("book_room", {"date": "2026-11-26", "start": "09:00", "hours": 2, "projector": True})],
    ),
    (
        "desk",
        "Book a 60 minute massage for Laura Stone.",
        [("book_spa", {"treatment": "massage", "duration": 60, "guest_name": "Laura Stone"})],
    ),
    (
        "desk",
        "I want a facial for half an hour tomorrow under the name Kim.",
        [
            (
                "book_spa",
                {"treatment": "facial", "duration": 30, "day": "tomorrow", "guest_name": "Kim"},
            )
        ],
    ),
    (
        "desk",
        "Convert 3 pounds to kilograms.",
        [("unit_convert", {"value": 3, "from": "pounds", "to": "kilograms"})],
    ),
    (
        "desk",
        "What's 80 kilometers per hour in miles per hour?",
        [("unit_convert", {"value": 80, "from": "kilometers per hour", "to": "miles per hour"})],
    ),
    (
        "desk",
        "How many inches is 2 meters?",
        [("unit_convert", {"value": 2, "from": "meters", "to": "inches"})],
    ),
    (
        "desk",
        "350 Fahrenheit in Celsius",
        [("unit_convert", {"value": 350, "from": "fahrenheit", "to": "celsius"})],
    ),
]


@pytest.mark.parametrize(("tools", "request_text", "expected"), REQUESTS)
def test_clear_requests_call_exactly(tools: str, request_text: str, expected: Calls) -> None:
    thinker = thinker_with(UNSEEN, SETS.get(tools, tools))
    assert_calls(thinker.hear(request_text), expected)
