"""Everyday requests call the right tool with exact arguments.

More than 500 lines because it is one table.
"""

from __future__ import annotations

import pytest

from tests.server.thinking.everyday import EVERYDAY
from tests.server.thinking.talking import Calls, assert_calls, thinker_with

REQUESTS: list[tuple[str, str, Calls]] = [
    ("kitchen timers", "Set a timer for 10 minutes.", [("set_timer", {"minutes": 10})]),
    (
        "kitchen timers",
        "set a timer for five minutes for the eggs",
        [("set_timer", {"minutes": 5, "label": "eggs"})],
    ),
    (
        "kitchen timers",
        "I need a 25 minute timer called homework.",
        [("set_timer", {"minutes": 25, "label": "homework"})],
    ),
    (
        "kitchen timers",
        "can you start a timer for half an hour please",
        [("set_timer", {"minutes": 30})],
    ),
    ("kitchen timers", "Cancel the pasta timer.", [("cancel_timer", {"label": "pasta"})]),
    (
        "kitchen timers",
        "How much time is left on the cake timer?",
        [("time_left", {"label": "cake"})],
    ),
    (
        "kitchen timers",
        "Set a pasta timer for 8 minutes and a sauce timer for 20 minutes.",
        [
            ("set_timer", {"minutes": 8, "label": "pasta"}),
            ("set_timer", {"minutes": 20, "label": "sauce"}),
        ],
    ),
    (
        "reminders and alarms",
        "Remind me tomorrow at 5 p.m. to call grandma.",
        [("add_reminder", {"text": "call grandma", "when": "tomorrow at 5 pm"})],
    ),
    (
        "reminders and alarms",
        "remind me to feed the cat at six o'clock",
        [("add_reminder", {"text": "feed the cat", "when": "6:00"})],
    ),
    (
        "reminders and alarms",
        "Please remind me on Friday to bring my gym shoes.",
        [("add_reminder", {"text": "bring my gym shoes", "when": "Friday"})],
    ),
    (
        "reminders and alarms",
        "Wake me up at 6:30 in the morning.",
        [("set_alarm", {"time": "6:30 am"})],
    ),
    (
        "reminders and alarms",
        "Set an alarm for 7 a.m. every day.",
        [("set_alarm", {"time": "7 am", "repeat": True})],
    ),
    ("reminders and alarms", "what reminders do I have", [("list_reminders", {})]),
    (
        "reminders and alarms",
        "Delete the reminder about the dentist.",
        [("delete_reminder", {"text": "dentist"})],
    ),
    (
        "room lights",
        "Turn on the light in the kitchen.",
        [("switch_light", {"room": "kitchen", "state": "on"})],
    ),
    (
        "room lights",
        "turn off the bedroom light",
        [("switch_light", {"room": "bedroom", "state": "off"})],
    ),
    (
        "room lights",
        "Could you dim the living room to 30 percent?",
        [("set_brightness", {"room": "living room", "percent": 30})],
    ),
    (
        "room lights",
        "Make the bathroom light blue.",
        [("set_color", {"room": "bathroom", "color": "blue"})],
    ),
    (
        "room lights",
        "set the brightness in the hallway to eighty percent",
        [("set_brightness", {"room": "hallway", "percent": 80})],
    ),
    (
        "room lights",
        "Switch off the garage and turn on the light in the garden.",
        [
            ("switch_light", {"room": "garage", "state": "off"}),
            ("switch_light", {"room": "garden", "state": "on"}),
        ],
    ),
    (
        "climate and blinds",
        "Set the temperature to 21 degrees.",
        [("set_temperature", {"degrees": 21})],
    ),
    (
        "climate and blinds",
        "set the bedroom to eighteen and a half degrees",
        [("set_temperature", {"degrees": 18.5, "room": "bedroom"})],
    ),
    (
        "climate and blinds",
        "How warm is it in the living room?",
        [("get_temperature", {"room": "living room"})],
    ),
    ("climate and blinds", "Close the blinds please.", [("move_blinds", {"position": "closed"})]),
    (
        "climate and blinds",
        "open the blinds in the office",
        [("move_blinds", {"position": "open", "room": "office"})],
    ),
    ("climate and blinds", "Put the fan on high.", [("set_fan", {"speed": "high"})]),
    ("climate and blinds", "turn on energy saving mode", [("set_eco_mode", {"enabled": True})]),
    (
        "pizza place",
        "I'd like a large margherita please.",
        [("order_pizza", {"kind": "margherita", "size": "large"})],
    ),
    (
        "pizza place",
        "can I get two small pepperoni pizzas",
        [("order_pizza", {"kind": "pepperoni", "size": "small", "quantity": 2})],
    ),
    (
        "pizza place",
        "One medium Hawaiian pizza, please.",
        [("order_pizza", {"kind": "Hawaiian", "size": "medium", "quantity": 1})],
    ),
    ("pizza place", "Add three lemonades.", [("add_drink", {"drink": "lemonade", "quantity": 3})]),
    ("pizza place", "and a sparkling water please", [("add_drink", {"drink": "sparkling water"})]),
    ("pizza place", "Cancel my order.", [("cancel_order", {})]),
    (
        "pizza place",
        "I want a large tuna pizza and two colas.",
        [
            ("order_pizza", {"kind": "tuna", "size": "large"}),
            ("add_drink", {"drink": "cola", "quantity": 2}),
        ],
    ),
    (
        "online shop",
        "Search for running shoes under 60 euros.",
        [("search_product", {"query": "running shoes", "max_price": 60})],
    ),
    (
        "online shop",
        "do you have any wireless headphones",
        [("search_product", {"query": "wireless headphones"})],
    ),
    (
        "online shop",
        "Put four notebooks in my cart.",
        [("add_to_cart", {"item": "notebook", "quantity": 4})],
    ),
    (
        "online shop",
        "add two blue t-shirts to the cart",
        [("add_to_cart", {"item": "blue t-shirt", "quantity": 2})],
    ),
    (
        "online shop",
        "Remove the backpack from my cart.",
        [("remove_from_cart", {"item": "backpack"})],
    ),
    (
        "online shop",
        "I want to check out and pay with PayPal.",
        [("checkout", {"payment": "paypal"})],
    ),
    (
        "evening out",
        "Book a table for four at Luigi's at 7 p.m.",
        [("book_table", {"restaurant": "Luigi's", "people": 4, "time": "7 pm"})],
    ),
    (
        "evening out",
        "please reserve a table for two at the Golden Dragon on saturday at 8 pm",
        [
            (
                "book_table",
                {"restaurant": "Golden Dragon", "people": 2, "time": "8 pm", "day": "saturday"},
            )
        ],
    ),
    (
        "evening out",
        "Can you get us a table at Blue Moon tomorrow at 6:30 p.m.? We are six people.",
        [
            (
                "book_table",
                {"restaurant": "Blue Moon", "people": 6, "time": "6:30 pm", "day": "tomorrow"},
            )
        ],
    ),
    (
        "evening out",
        "I'd like three tickets for Spider-Man.",
        [("book_cinema", {"movie": "Spider-Man", "tickets": 3})],
    ),
    (
        "evening out",
        "two tickets for frozen in the back row please",
        [("book_cinema", {"movie": "frozen", "tickets": 2, "row": "back"})],
    ),
    (
        "evening out",
        "Buy five cinema tickets for The Lion King.",
        [("book_cinema", {"movie": "The Lion King", "tickets": 5})],
    ),
    (
        "travel agency",
        "Find me a flight from Berlin to Madrid on June 12th.",
        [("search_flights", {"origin": "Berlin", "destination": "Madrid", "date": "June 12th"})],
    ),
    (
        "travel agency",
        "are there any flights from london to new york tomorrow",
        [("search_flights", {"origin": "london", "destination": "new york", "date": "tomorrow"})],
    ),
    (
        "travel agency",
        "I want to fly to Rome from Vienna next Monday.",
        [("search_flights", {"origin": "Vienna", "destination": "Rome", "date": "next Monday"})],
    ),
    (
        "travel agency",
        "Book a hotel in Paris for three nights with breakfast.",
        [("book_hotel", {"city": "Paris", "nights": 3, "breakfast": True})],
    ),
    (
        "travel agency",
        "I need a hotel room in Hamburg for 2 nights.",
        [("book_hotel", {"city": "Hamburg", "nights": 2})],
    ),
    (
        "travel agency",
        "book me a hotel in lisbon for one week without breakfast",
        [("book_hotel", {"city": "lisbon", "nights": 7, "breakfast": False})],
    ),
    (
        "travel agency",
        "Rent a van in Barcelona for five days.",
        [("rent_car", {"city": "Barcelona", "days": 5, "car_type": "van"})],
    ),
    (
        "doctor's office",
        "I'd like an appointment with Doctor Miller on Tuesday at 10 a.m.",
        [("book_appointment", {"doctor": "Doctor Miller", "day": "Tuesday", "time": "10 am"})],
    ),
    (
        "doctor's office",
        "can I see doctor chen tomorrow at 3 pm",
        [("book_appointment", {"doctor": "doctor chen", "day": "tomorrow", "time": "3 pm"})],
    ),
    (
        "doctor's office",
        "Please book me in with Dr. Weber on Thursday at 9:15 a.m. because of a sore throat.",
        [
            (
                "book_appointment",
                {
                    "doctor": "Dr. Weber",
                    "day": "Thursday",
                    "time": "9:15 am",
                    "reason": "sore throat",
                },
            )
        ],
    ),
    (
        "doctor's office",
        "I need to see Doctor Patel on Monday at 2:30 p.m. for a check-up.",
        [
            (
                "book_appointment",
                {
                    "doctor": "Doctor Patel",
                    "day": "Monday",
                    "time": "2:30 pm",
                    "reason": "check-up",
                },
            )
        ],
    ),
    (
        "doctor's office",
        "make an appointment with doctor rossi for friday at noon",
        [("book_appointment", {"doctor": "doctor rossi", "day": "friday", "time": "noon"})],
    ),
    (
        "converter",
        "How many miles are 10 kilometers?",
        [("convert_length", {"value": 10, "from_unit": "kilometers", "to_unit": "miles"})],
    ),
    (
        "converter",
        "convert six feet to meters",
        [("convert_length", {"value": 6, "from_unit": "feet", "to_unit": "meters"})],
    ),
    (
        "converter",
        "What is 150 pounds in kilograms?",
        [("convert_weight", {"value": 150, "from_unit": "lb", "to_unit": "kg"})],
    ),
    (
        "converter",
        "what's two and a half inches in centimeters",
        [("convert_length", {"value": 2.5, "from_unit": "inches", "to_unit": "centimeters"})],
    ),
    (
        "converter",
        "Convert 100 degrees Fahrenheit to Celsius.",
        [("convert_temperature", {"value": 100, "to_unit": "celsius"})],
    ),
    (
        "converter",
        "How much is 50 dollars in euros?",
        [("convert_currency", {"amount": 50, "from_currency": "USD", "to_currency": "EUR"})],
    ),
    (
        "converter",
        "Change 200 euros into Japanese yen.",
        [("convert_currency", {"amount": 200, "from_currency": "EUR", "to_currency": "JPY"})],
    ),
    (
        "converter",
        "I have 75 Swiss francs, how much is that in British pounds?",
        [("convert_currency", {"amount": 75, "from_currency": "CHF", "to_currency": "GBP"})],
    ),
    ("game night", "Give Anna 5 points.", [("add_points", {"player": "Anna", "points": 5})]),
    ("game night", "twelve points for Max", [("add_points", {"player": "Max", "points": 12})]),
    ("game night", "What's Lena's score?", [("get_score", {"player": "Lena"})]),
    ("game night", "Start over and reset all the scores.", [("reset_scores", {})]),
    ("game night", "play bohemian rhapsody", [("play_music", {"song": "bohemian rhapsody"})]),
    (
        "game night",
        "Play Dancing Queen at volume 8.",
        [("play_music", {"song": "Dancing Queen", "volume": 8})],
    ),
    ("game night", "Stop the music please.", [("stop_music", {})]),
    (
        "game night",
        "Ten points for Tom and three points for Sarah.",
        [
            ("add_points", {"player": "Tom", "points": 10}),
            ("add_points", {"player": "Sarah", "points": 3}),
        ],
    ),
    ("robot", "Move forward 50 centimeters.", [("move", {"direction": "forward", "distance": 50})]),
    (
        "robot",
        "go backward twenty centimeters",
        [("move", {"direction": "backward", "distance": 20})],
    ),
    ("robot", "Turn left 90 degrees.", [("turn", {"direction": "left", "degrees": 90})]),
    (
        "robot",
        "turn forty five degrees to the right",
        [("turn", {"direction": "right", "degrees": 45})],
    ),
    ("robot", "Drive fast from now on.", [("set_speed", {"speed": "fast"})]),
    ("robot", "Stop!", [("stop", {})]),
    (
        "robot",
        "Go forward 30 centimeters and then turn right 180 degrees.",
        [
            ("move", {"direction": "forward", "distance": 30}),
            ("turn", {"direction": "right", "degrees": 180}),
        ],
    ),
    (
        "kettle",
        "Make me a green tea, steep it for three minutes.",
        [("brew_tea", {"variety": "green", "steep_seconds": 180})],
    ),
    (
        "kettle",
        "brew black tea for four minutes please",
        [("brew_tea", {"variety": "black", "steep_seconds": 240})],
    ),
    ("kettle", "Heat the water to ninety five degrees", [("kettle_temp", {"celsius": 95})]),
    ("kettle", "Turn the kettle off.", [("stop_kettle", {})]),
    ("kettle", "stop the kettle", [("stop_kettle", {})]),
    (
        "countdowns",
        "Add a timer for one hour and twenty minutes called roast",
        [("addTimer", {"hours": 1, "minutes": 20, "title": "roast"})],
    ),
    ("countdowns", "Set a 45 minute countdown", [("addTimer", {"hours": 0, "minutes": 45})]),
    (
        "countdowns",
        "Rename the roast timer to turkey",
        [("renameTimer", {"old_title": "roast", "new_title": "turkey"})],
    ),
    ("countdowns", "Remove the turkey timer", [("removeTimer", {"title": "turkey"})]),
    ("light strip", "Make the strip purple", [("led", {"rgb_hex_or_name": "purple"})]),
    (
        "light strip",
        "fade to orange over two seconds",
        [("led", {"rgb_hex_or_name": "orange", "fade_ms": 2000})],
    ),
    ("light strip", "Give me the ocean scene", [("scene", {"name": "ocean"})]),
    ("light strip", "candle please", [("scene", {"name": "candle"})]),
    ("light strip", "Blink three times", [("blink", {"times": 3})]),
    (
        "covers",
        "Close the kitchen blinds",
        [("move_cover", {"cover": "kitchen blinds", "action": "close"})],
    ),
    (
        "covers",
        "Open the awning halfway",
        [("set_cover_position", {"cover": "awning", "position": 50})],
    ),
    (
        "covers",
        "Set the bedroom shutters to a quarter open",
        [("set_cover_position", {"cover": "bedroom shutters", "position": 25})],
    ),
    (
        "covers",
        "stop the living room shutters",
        [("move_cover", {"cover": "living room shutters", "action": "stop"})],
    ),
    (
        "bakery",
        "I'd like a chocolate cake for twelve people",
        [("order_cake", {"flavor": "chocolate", "serves": 12})],
    ),
    (
        "bakery",
        "Order a lemon cake for 8 people that says Happy Birthday Max",
        [("order_cake", {"flavor": "lemon", "serves": 8, "message": "Happy Birthday Max"})],
    ),
    (
        "bakery",
        "A red velvet cake for six, pickup on Saturday",
        [("order_cake", {"flavor": "red_velvet", "serves": 6, "pickup_day": "Saturday"})],
    ),
    (
        "bakery",
        "two loaves of rye bread, sliced please",
        [("order_bread", {"kind": "rye", "loaves": 2, "sliced": True})],
    ),
    (
        "bakery",
        "Can I have three sourdough loaves?",
        [("order_bread", {"kind": "sourdough", "loaves": 3})],
    ),
    (
        "table's order",
        "Garlic shrimp, spicy",
        [("add_dish", {"dish": "Garlic shrimp", "spicy": True})],
    ),
    ("table's order", "Could we get the bill please?", [("get_bill", {})]),
    (
        "flights",
        "Find me a business class flight from Lisbon to Oslo on Monday",
        [
            (
                "search_flights",
                {"from_city": "Lisbon", "to_city": "Oslo", "depart": "Monday", "cabin": "business"},
            )
        ],
    ),
    (
        "flights",
        "I want to fly from Rome to Athens on May 3rd and come back on May 10th",
        [
            (
                "search_flights",
                {
                    "from_city": "Rome",
                    "to_city": "Athens",
                    "depart": "May 3rd",
                    "return": "May 10th",
                },
            )
        ],
    ),
    (
        "flights",
        "Two adults from Paris to Nice tomorrow",
        [
            (
                "search_flights",
                {"from_city": "Paris", "to_city": "Nice", "depart": "tomorrow", "adults": 2},
            )
        ],
    ),
    (
        "vet",
        "Rex needs a vaccination on Tuesday morning",
        [("book_visit", {"pet_name": "Rex", "reason": "vaccination", "day": "Tuesday morning"})],
    ),
    (
        "vet",
        "Book a checkup for Bella on Friday afternoon",
        [("book_visit", {"pet_name": "Bella", "reason": "checkup", "day": "Friday afternoon"})],
    ),
    ("vet", "Cancel Bella's visit", [("cancel_visit", {"pet_name": "Bella"})]),
    (
        "rental car",
        "Rent an SUV in Denver for five days",
        [("rent_car", {"pickup_city": "Denver", "days": 5, "category": "suv"})],
    ),
    (
        "rental car",
        "I need a van for a week in Munich with GPS",
        [("rent_car", {"pickup_city": "Munich", "days": 7, "category": "van", "gps": True})],
    ),
    ("rental car", "Extend my rental by four days", [("extend_rental", {"extra_days": 4})]),
    (
        "measures",
        "What's 20 C in F?",
        [("temp", {"degrees": 20, "scale_from": "C", "scale_to": "F"})],
    ),
    (
        "measures",
        "how many feet are in three meters",
        [("length", {"x": 3, "src": "m", "dst": "ft"})],
    ),
    (
        "measures",
        "Convert 98.6 degrees Fahrenheit to Celsius",
        [("temp", {"degrees": 98.6, "scale_from": "F", "scale_to": "C"})],
    ),
    ("measures", "5 km to miles", [("length", {"x": 5, "src": "km", "dst": "mi"})]),
    ("measures", "What's a 20 percent tip on 54 dollars?", [("tip", {"bill": 54, "percent": 20})]),
    (
        "gym",
        "Sign me up for yoga on Thursday",
        [("book_class", {"class_name": "yoga", "weekday": "Thursday"})],
    ),
    ("gym", "I weigh 82.5 kilos today", [("log_weight", {"kilograms": 82.5})]),
    (
        "gym",
        "Reserve a spinning spot for Monday, no mat",
        [("book_class", {"class_name": "spinning", "weekday": "Monday", "mat": False})],
    ),
    (
        "gym",
        "Book me into pilates on Wednesday with a mat",
        [("book_class", {"class_name": "pilates", "weekday": "Wednesday", "mat": True})],
    ),
    (
        "household",
        "Put on jazz FM at volume 30",
        [("play_station", {"station": "jazz FM", "volume": 30})],
    ),
    ("household", "Play BBC Radio 4", [("play_station", {"station": "BBC Radio 4"})]),
    (
        "household",
        "Water the balcony with two liters",
        [("water_plants", {"zone": "balcony", "liters": 2})],
    ),
    ("household", "Give the garden some water", [("water_plants", {"zone": "garden"})]),
    ("household", "Feed the cat", [("feed_cat", {})]),
    ("household", "Feed the cat 40 grams", [("feed_cat", {"portion_grams": 40})]),
    (
        "household",
        "Send a fax to 5551234 saying the contract is signed",
        [("send_fax", {"number": "5551234", "text": "the contract is signed"})],
    ),
    (
        "countdowns",
        "Could you possibly set a countdown of ninety minutes?",
        [("addTimer", {"hours": 0, "minutes": 90})],
    ),
    (
        "countdowns",
        "I'm baking bread, please add a timer for 35 minutes",
        [("addTimer", {"hours": 0, "minutes": 35})],
    ),
    (
        "kettle",
        "Would you mind brewing an oolong for two minutes?",
        [("brew_tea", {"variety": "oolong", "steep_seconds": 120})],
    ),
    ("kettle", "Be a dear and stop the kettle", [("stop_kettle", {})]),
    (
        "covers",
        "It's too bright in here, close the office blinds",
        [("move_cover", {"cover": "office blinds", "action": "close"})],
    ),
    (
        "covers",
        "Pull down the bedroom shutters",
        [("move_cover", {"cover": "bedroom shutters", "action": "close"})],
    ),
    (
        "bakery",
        "One loaf of whole wheat bread, not sliced",
        [("order_bread", {"kind": "whole wheat", "loaves": 1, "sliced": False})],
    ),
    (
        "bakery",
        "We are fifteen people, I'd like a carrot cake",
        [("order_cake", {"flavor": "carrot", "serves": 15})],
    ),
    (
        "table's order",
        "No more food, just the bill for three people",
        [("get_bill", {"split_by": 3})],
    ),
    (
        "table's order",
        "Three glasses of red wine",
        [("add_dish", {"dish": "red wine", "count": 3})],
    ),
    (
        "flights",
        "Economy ticket from Berlin to Rome next Friday for two adults",
        [
            (
                "search_flights",
                {
                    "from_city": "Berlin",
                    "to_city": "Rome",
                    "depart": "next Friday",
                    "cabin": "economy",
                    "adults": 2,
                },
            )
        ],
    ),
    ("household", "Water the greenhouse, please", [("water_plants", {"zone": "greenhouse"})]),
    ("household", "Would you feed the cat now?", [("feed_cat", {})]),
    (
        "measures",
        "How warm is 300 kelvin in celsius?",
        [("temp", {"degrees": 300, "scale_from": "K", "scale_to": "C"})],
    ),
    (
        "measures",
        "Convert 12 feet to meters, please",
        [("length", {"x": 12, "src": "ft", "dst": "m"})],
    ),
    (
        "kitchen timer",
        "Give me ten minutes for the potatoes",
        [("startKitchenTimer", {"len": "10 minutes", "what": "potatoes"})],
    ),
    (
        "kitchen timer",
        "Start a timer for an hour and a half for the lasagna",
        [("startKitchenTimer", {"len": "an hour and a half", "what": "lasagna"})],
    ),
    (
        "kitchen timer",
        "How much time is left on the lasagna?",
        [("kitchenTimerStatus", {"what": "lasagna"})],
    ),
    ("kitchen timer", "Stop the potato timer", [("stopKitchenTimer", {"what": "potato"})]),
    ("kitchen timer", "Kitchen timer, five minutes", [("startKitchenTimer", {"len": "5 minutes"})]),
    ("bulbs", "Turn on the bedside bulb", [("setBulb", {"id": "bedside", "on": True})]),
    ("bulbs", "Make the reading bulb warm", [("setBulb", {"id": "reading", "hue": "warm"})]),
    ("bulbs", "Turn all the bulbs off", [("setAllBulbs", {"on": False})]),
    ("bulbs", "Night light for twenty minutes", [("nightlight", {"minutes": 20})]),
    ("fixtures", "Chandelier on", [("toggle_fixture", {"fixture": "chandelier", "power": "ON"})]),
    (
        "fixtures",
        "Switch off the floor lamp",
        [("toggle_fixture", {"fixture": "floor_lamp", "power": "OFF"})],
    ),
    (
        "fixtures",
        "Make the desk lamp warmer, 2700 kelvin",
        [("adjust_warmth", {"fixture": "desk_lamp", "kelvin": 2700})],
    ),
    (
        "fixtures",
        "Turn the lights on at 6:30 pm",
        [("schedule_lights", {"at": "18:30", "power": "ON"})],
    ),
    (
        "fixtures",
        "Have the porch light go off",
        [("toggle_fixture", {"fixture": "porch_light", "power": "OFF"})],
    ),
    (
        "fixtures",
        "Turn the porch lights off at eleven pm",
        [("schedule_lights", {"at": "23:00", "power": "OFF"})],
    ),
    (
        "sandwiches",
        "I'd like a turkey sandwich on rye, toasted",
        [("make_sandwich", {"bread": "rye", "filling": "turkey", "toasted": True})],
    ),
    (
        "sandwiches",
        "Two ham and cheese sandwiches on white bread",
        [("make_sandwich", {"bread": "white", "filling": "ham and cheese", "qty": 2})],
    ),
    ("sandwiches", "And a pickle please", [("add_side", {"side": "pickle"})]),
    ("sandwiches", "Add coleslaw", [("add_side", {"side": "coleslaw"})]),
    ("sandwiches", "Take the soup off my order", [("remove_item", {"what": "soup"})]),
    (
        "clinic",
        "I need to see Doctor Lee on Monday at 10 am",
        [("make_appointment", {"doctor": "Doctor Lee", "date": "2026-11-23", "time": "10:00"})],
    ),
    (
        "clinic",
        "Make an appointment with Dr. Patel for December 3rd at half past two pm",
        [("make_appointment", {"doctor": "Dr. Patel", "date": "2026-12-03", "time": "14:30"})],
    ),
    (
        "clinic",
        "Cancel my appointment on Tuesday",
        [("cancel_appointment", {"date": "2026-11-24"})],
    ),
    (
        "clinic",
        "Refill my ibuprofen for thirty days",
        [("refill_prescription", {"medication": "ibuprofen", "days": 30})],
    ),
    (
        "cinema",
        "Book three VIP seats for The Matrix",
        [("book_tickets", {"film": "The Matrix", "seats": 3, "vip": True})],
    ),
    ("cinema", "What are the show times for Alien?", [("showtimes", {"film": "Alien"})]),
    (
        "tables",
        "Table for four tomorrow at 7 pm outside",
        [("reserveTable", {"guests": 4, "dateTime": "2026-11-23T19:00:00", "seating": "outside"})],
    ),
    (
        "tables",
        "It's our anniversary, book a table for two on Saturday at 8 pm",
        [("reserveTable", {"guests": 2, "dateTime": "2026-11-28T20:00:00"})],
    ),
    (
        "tables",
        "Reserve a table for six people on December 1st at noon, at the bar",
        [("reserveTable", {"guests": 6, "dateTime": "2026-12-01T12:00:00", "seating": "bar"})],
    ),
    ("tables", "Make it a party of eight", [("changeGuests", {"guests": 8})]),
    (
        "kitchen measures",
        "How many tablespoons are in a cup?",
        [("convertVolume", {"amount": 1, "to": "tbsp", "from": "cup"})],
    ),
    (
        "kitchen measures",
        "Convert 250 milliliters to cups",
        [("convertVolume", {"amount": 250, "to": "cup", "from": "ml"})],
    ),
    (
        "kitchen measures",
        "convert shoe size 9 from US to EU",
        [("shoeSize", {"size": 9, "from_system": "US", "to_system": "EU"})],
    ),
    (
        "kitchen measures",
        "two cups in ml",
        [("convertVolume", {"amount": 2, "to": "ml", "from": "cup"})],
    ),
    (
        "bank",
        "Send forty euros to Maria for dinner",
        [("transfer_money", {"recipient": "Maria", "amount": 40})],
    ),
    (
        "bank",
        "Transfer 1,250.50 to Peter Smith",
        [("transfer_money", {"recipient": "Peter Smith", "amount": 1250.5})],
    ),
    ("bank", "What's my balance?", [("get_balance", {})]),
    ("bank", "Freeze the card ending in 4 4 2 1", [("freeze_card", {"last_four": "4421"})]),
    ("dishwasher", "Start the dishwasher on eco", [("start_dishwasher", {"program": "eco"})]),
    (
        "dishwasher",
        "Start the intensive program in three hours",
        [("start_dishwasher", {"program": "intensive", "delay_hours": 3})],
    ),
    ("dishwasher", "When will the dishwasher be done?", [("dishwasher_status", {})]),
    ("dimmers", "Dim the left lamp to forty percent", [("dimmer", {"lamp": "left", "value": 0.4})]),
    ("dimmers", "both lamps at half", [("dimmer", {"lamp": "both", "value": 0.5})]),
    ("dimmers", "Right lamp full brightness", [("dimmer", {"lamp": "right", "value": 1})]),
    ("dimmers", "Strobe for ten seconds in red", [("strobe", {"seconds": 10, "color": "red"})]),
    (
        "office lunch",
        "Four portions of curry please",
        [("orderLunch", {"dish": "curry", "portions": 4})],
    ),
    (
        "office lunch",
        "We need six lasagnas at half past twelve",
        [("orderLunch", {"dish": "lasagna", "portions": 6, "deliver_at": "12:30"})],
    ),
    (
        "office lunch",
        "Order 3 vegetarian burritos",
        [("orderLunch", {"dish": "burrito", "portions": 3, "vegetarian": True})],
    ),
    ("office lunch", "Make it seven portions", [("changeOrder", {"portions": 7})]),
    (
        "office lunch",
        "ten salads for noon, note no onions",
        [
            (
                "orderLunch",
                {"dish": "salad", "portions": 10, "deliver_at": "12:00", "note": "no onions"},
            )
        ],
    ),
    (
        "crate",
        "Put two kilos of apples in the crate",
        [("add_produce", {"produce": "apples", "kilos": 2})],
    ),
    (
        "crate",
        "add 500 grams of cherries",
        [("add_produce", {"produce": "cherries", "kilos": 0.5})],
    ),
    ("crate", "Empty the crate", [("empty_crate", {})]),
    (
        "barber",
        "A cut and shave with Ali on Monday at 10 am",
        [
            (
                "reserve_slot",
                {
                    "service": "cut_and_shave",
                    "day": "2026-11-23",
                    "start": "10:00",
                    "barber": "Ali",
                },
            )
        ],
    ),
    (
        "barber",
        "Book a shave for tomorrow at quarter to four pm",
        [("reserve_slot", {"service": "shave", "day": "2026-11-23", "start": "15:45"})],
    ),
    ("barber", "What slots do I have?", [("my_slots", {})]),
    ("barber", "I can't make it on Tuesday, drop my slot", [("drop_slot", {"day": "2026-11-24"})]),
    (
        "barber",
        "I need a haircut on December 5th at 5 pm with Nina",
        [
            (
                "reserve_slot",
                {"service": "cut", "day": "2026-12-05", "start": "17:00", "barber": "Nina"},
            )
        ],
    ),
    (
        "trains",
        "Trains from Bern to Zurich after 3 pm",
        [("find_train", {"start": "Bern", "goal": "Zurich", "leave_after": "15:00"})],
    ),
    (
        "trains",
        "How do I get from Basel to Geneva with two bicycles?",
        [("find_train", {"start": "Basel", "goal": "Geneva", "bikes": 2})],
    ),
    (
        "trains",
        "Reserve a window seat on ICE 71",
        [("reserve_seat", {"train_no": "ICE 71", "side": "window"})],
    ),
    (
        "trains",
        "seat on train RE 4 in the quiet car",
        [("reserve_seat", {"train_no": "RE 4", "quiet_car": True})],
    ),
    (
        "recipe measures",
        "How many grams are two cups?",
        [("unit", {"qty": 2, "unit_from": "cups", "unit_to": "grams"})],
    ),
    (
        "recipe measures",
        "200 celsius in fahrenheit",
        [("unit", {"qty": 200, "unit_from": "celsius", "unit_to": "fahrenheit"})],
    ),
    (
        "recipe measures",
        "The recipe is for two, scale it to six servings",
        [("scale_recipe", {"servings": 6})],
    ),
    (
        "recipe measures",
        "What's 350 F in C?",
        [("unit", {"qty": 350, "unit_from": "fahrenheit", "unit_to": "celsius"})],
    ),
    (
        "recipe measures",
        "Convert three tablespoons to milliliters",
        [("unit", {"qty": 3, "unit_from": "tablespoons", "unit_to": "milliliters"})],
    ),
    ("running", "I run at 12 km/h, what's my pace?", [("pace", {"kmh": 12})]),
    ("running", "Convert 10 miles to kilometers", [("dist", {"value": 10, "to": "kilometres"})]),
    ("running", "5 km in miles please", [("dist", {"value": 5, "to": "miles"})]),
    ("nap", "Wake me in twenty minutes", [("nap", {"mins": 20})]),
    (
        "nap",
        "Remind me to go to bed at half past ten pm every day",
        [("bedtime", {"time": "22:30"})],
    ),
    (
        "nap",
        "Play ocean sounds for 45 minutes",
        [("white_noise", {"sound": "ocean", "stop_after": 45})],
    ),
    (
        "boats",
        "We'd like two kayaks for three hours",
        [("rent_boat", {"type": "kayak", "hours": 3})],
    ),
    (
        "boats",
        "A canoe for an hour and a half with three life jackets",
        [("rent_boat", {"type": "canoe", "hours": 1.5, "life_jackets": 3})],
    ),
    (
        "boats",
        "What's the weather at the lake tomorrow?",
        [("weather_at_lake", {"when": "tomorrow"})],
    ),
]


@pytest.mark.parametrize(("tools", "said", "expected"), REQUESTS)
def test_clear_requests_call_exactly(tools: str, said: str, expected: Calls) -> None:
    assert_calls(thinker_with(EVERYDAY[tools]).hear(said), expected)
