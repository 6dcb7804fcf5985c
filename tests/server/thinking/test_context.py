"""Arguments whose names tell little are told by type, description and the tool's purpose.

Long because it is one table of declarations and one of requests.
"""

from __future__ import annotations

from typing import Any

import pytest

from livekit_nb.server.thinking import Tool
from livekit_nb.server.thinking.roles import direction_of, role_of
from tests.server.thinking.talking import assert_calls, thinker_with

DECLARATIONS: dict[str, dict[str, Any]] = {
    "t1": {
        "name": "start_timer",
        "description": "Start a countdown timer.",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "duration": {"type": "INTEGER", "description": "Length in seconds"},
                "name": {"type": "STRING", "description": "Name of the timer"},
            },
            "required": ["duration"],
        },
    },
    "t2": {
        "name": "timer",
        "description": "Sets a timer",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "length": {"type": "number"},
                "unit": {"type": "string", "enum": ["seconds", "minutes", "hours"]},
            },
            "required": ["length", "unit"],
        },
    },
    "t3": {
        "name": "create_timer",
        "description": "Create a new timer for the user",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {"minutes": {"type": "integer"}, "label": {"type": "string"}},
            "required": ["minutes"],
        },
    },
    "t4": {
        "name": "countdown",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "secs": {"type": "INTEGER"},
                "loud": {"type": "BOOLEAN", "description": "Whether to ring loudly"},
            },
            "required": ["secs"],
        },
    },
    "t5": {
        "name": "SetCookingTimer",
        "description": "Starts a kitchen timer for cooking",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "time_amount": {"type": "INTEGER", "description": "how much time"},
                "time_unit": {"type": "STRING", "enum": ["SECONDS", "MINUTES", "HOURS"]},
                "food": {"type": "STRING", "description": "what is being cooked"},
            },
            "required": ["time_amount", "time_unit"],
        },
    },
    "l1": {
        "name": "set_light",
        "description": "Control a light",
        "parameters": {
            "type": "OBJECT",
            "properties": {"location": {"type": "STRING"}, "is_on": {"type": "BOOLEAN"}},
            "required": ["location", "is_on"],
        },
    },
    "l2": {
        "name": "lights",
        "description": "Turns lights on or off and sets their brightness",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "where": {"type": "string", "description": "which room"},
                "power": {"type": "string", "enum": ["on", "off"]},
                "intensity": {"type": "integer", "description": "0 to 100"},
            },
            "required": ["where"],
        },
    },
    "l3": {
        "name": "change_light_color",
        "description": "Change the color of a lamp",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "light": {"type": "STRING", "description": "Name of the lamp"},
                "hue": {"type": "STRING", "enum": ["RED", "GREEN", "BLUE", "WARM_WHITE"]},
            },
            "required": ["light", "hue"],
        },
    },
    "l4": {
        "name": "smart_light_control",
        "description": "Control the smart lights",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "zone": {"type": "string", "enum": ["kitchen", "bedroom", "garden", "living_room"]},
                "enabled": {"type": "boolean"},
                "level": {"type": "number", "description": "brightness in percent"},
            },
            "required": ["zone"],
        },
    },
    "l5": {
        "name": "update_lamp",
        "description": "Update a lamp's state",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "room": {"type": "STRING"},
                "state": {"type": "STRING", "enum": ["ON", "OFF"]},
                "colour": {"type": "STRING"},
                "percent": {
                    "type": "INTEGER",
                    "minimum": 0,
                    "maximum": 100,
                    "description": "Brightness",
                },
            },
            "required": ["room", "state"],
        },
    },
    "o1": {
        "name": "order_pizza",
        "description": "Order a pizza for delivery",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "kind": {"type": "STRING", "description": "Kind of pizza"},
                "size": {"type": "STRING", "enum": ["SMALL", "MEDIUM", "LARGE"]},
                "count": {"type": "INTEGER"},
            },
            "required": ["kind", "size"],
        },
    },
    "o2": {
        "name": "coffee_order",
        "description": "Place a coffee order",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "drink": {
                    "type": "string",
                    "enum": ["espresso", "latte", "cappuccino", "americano"],
                },
                "cup_size": {"type": "string", "enum": ["small", "medium", "large"]},
                "with_milk": {"type": "boolean"},
                "sugar": {"type": "boolean", "description": "Add sugar?"},
                "qty": {"type": "integer"},
            },
            "required": ["drink"],
        },
    },
    "o3": {
        "name": "place_order",
        "description": "Place an order in the online shop",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "product": {"type": "STRING"},
                "how_many": {"type": "INTEGER"},
                "express": {"type": "BOOLEAN", "description": "express delivery"},
            },
            "required": ["product", "how_many"],
        },
    },
    "o4": {
        "name": "orderFood",
        "description": "Order food from the restaurant",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "dish": {"type": "string", "description": "dish to order"},
                "quantity": {"type": "integer"},
                "takeaway": {"type": "boolean"},
                "spiciness": {"type": "string", "enum": ["mild", "medium", "hot"]},
            },
            "required": ["dish"],
        },
    },
    "o5": {
        "name": "add_to_order",
        "description": "Adds an item to the customer's order",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "item": {"type": "STRING"},
                "amount": {"type": "INTEGER"},
                "size": {"type": "STRING", "enum": ["S", "M", "L"]},
                "extras": {"type": "STRING", "description": "extra toppings"},
            },
            "required": ["item", "amount"],
        },
    },
    "b1": {
        "name": "book_table",
        "description": "Book a table at a restaurant",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "guest": {"type": "STRING", "description": "Name for the booking"},
                "people": {"type": "INTEGER"},
                "day": {"type": "STRING", "description": "Date as YYYY-MM-DD"},
                "hour": {"type": "STRING", "description": "Time as HH:MM"},
            },
            "required": ["people", "day", "hour"],
        },
    },
    "b2": {
        "name": "reserve",
        "description": "Make a restaurant reservation",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "under": {"type": "string", "description": "whose name the reservation is under"},
                "seats": {"type": "integer"},
                "when": {
                    "type": "string",
                    "format": "date-time",
                    "description": "date and time in ISO 8601",
                },
                "outdoor": {"type": "boolean"},
            },
            "required": ["under", "seats", "when"],
        },
    },
    "b3": {
        "name": "book_hotel_room",
        "description": "Book a hotel room",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "city": {"type": "STRING"},
                "nights": {"type": "INTEGER"},
                "guests": {"type": "INTEGER"},
                "room_type": {"type": "STRING", "enum": ["SINGLE", "DOUBLE", "SUITE"]},
                "breakfast": {"type": "BOOLEAN"},
            },
            "required": ["city", "nights"],
        },
    },
    "b4": {
        "name": "schedule_appointment",
        "description": "Schedule an appointment",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "customer": {"type": "string"},
                "service": {"type": "string", "enum": ["haircut", "shave", "coloring"]},
                "date": {"type": "string"},
                "at": {"type": "string", "description": "time of day, 24h"},
            },
            "required": ["customer", "service", "date", "at"],
        },
    },
    "b5": {
        "name": "reserve_meeting_room",
        "description": "Reserve a meeting room",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "room_name": {"type": "STRING"},
                "party_size": {"type": "INTEGER", "description": "Number of attendees"},
                "start_time": {"type": "STRING", "description": "HH:MM"},
                "duration_minutes": {"type": "INTEGER"},
                "video": {"type": "BOOLEAN", "description": "needs video conferencing"},
            },
            "required": ["start_time", "duration_minutes"],
        },
    },
    "u1": {
        "name": "convert_units",
        "description": "Convert a value between units",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "value": {"type": "NUMBER"},
                "from_unit": {"type": "STRING"},
                "to_unit": {"type": "STRING"},
            },
            "required": ["value", "from_unit", "to_unit"],
        },
    },
    "u2": {
        "name": "convert",
        "description": "Unit converter",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "amount": {"type": "number"},
                "source_unit": {"type": "string"},
                "target": {"type": "string"},
            },
            "required": ["amount", "source_unit", "target"],
        },
    },
    "u3": {
        "name": "unit_conversion",
        "description": "Converts measurements",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "number": {"type": "NUMBER", "description": "the number to convert"},
                "unit_in": {"type": "STRING", "enum": ["KM", "MILES", "METERS", "FEET"]},
                "unit_out": {"type": "STRING", "enum": ["KM", "MILES", "METERS", "FEET"]},
            },
            "required": ["number", "unit_in", "unit_out"],
        },
    },
    "u4": {
        "name": "convert_temperature",
        "description": "Convert a temperature",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "degrees": {"type": "number"},
                "to": {"type": "string", "enum": ["celsius", "fahrenheit", "kelvin"]},
                "from": {"type": "string", "enum": ["celsius", "fahrenheit", "kelvin"]},
            },
            "required": ["degrees", "from", "to"],
        },
    },
    "u5": {
        "name": "measure_convert",
        "description": "Convert between kitchen measures",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "x": {"type": "NUMBER"},
                "a": {"type": "STRING", "description": "unit to convert"},
                "b": {"type": "STRING", "description": "desired unit"},
                "round": {"type": "BOOLEAN", "description": "round the result"},
            },
            "required": ["x", "a", "b"],
        },
    },
    "x1": {
        "name": "begin_timer",
        "description": "Begin a timer",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "t": {"type": "integer", "description": "minutes to wait"},
                "title": {"type": "string"},
            },
            "required": ["t"],
        },
    },
    "x2": {
        "name": "toggleLamp",
        "description": "Switch a lamp",
        "parameters": {
            "type": "OBJECT",
            "properties": {"lamp_name": {"type": "STRING"}, "value": {"type": "BOOLEAN"}},
            "required": ["lamp_name", "value"],
        },
    },
    "x3": {
        "name": "order_drink",
        "description": "Order a drink at the bar",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "beverage": {"type": "string"},
                "volume": {"type": "string", "enum": ["small", "large"]},
                "ice": {"type": "boolean"},
                "number_of_glasses": {"type": "integer"},
            },
            "required": ["beverage"],
        },
    },
    "x4": {
        "name": "make_booking",
        "description": "Book a table",
        "parameters": {
            "type": "OBJECT",
            "properties": {
                "holder": {"type": "STRING"},
                "persons": {"type": "INTEGER"},
                "on": {"type": "STRING", "description": "YYYY-MM-DD"},
                "at": {"type": "STRING", "description": "HH:MM"},
            },
            "required": ["holder", "persons", "on", "at"],
        },
    },
    "x5": {
        "name": "converter",
        "description": "Converts one unit to another",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "quantity": {"type": "number"},
                "have": {"type": "string"},
                "want": {"type": "string"},
            },
            "required": ["quantity", "have", "want"],
        },
    },
    "x6": {
        "name": "wake",
        "description": "Set an alarm",
        "parameters": {
            "type": "OBJECT",
            "properties": {"clock": {"type": "STRING", "description": "HH:MM"}},
            "required": ["clock"],
        },
    },
}
TOOLS = {key: Tool.from_declaration(told) for key, told in DECLARATIONS.items()}
# Tools that are offered together, by the table's key.
SETS = {
    "t1": "l2,o3,b4,u5,t1",
    "l1": "t1,o3,b4,u5,l1",
    "o1": "t1,l2,b4,u5,o1",
    "b1": "t1,l2,o3,u5,b1",
    "u1": "t1,l2,o3,b4,u1",
    "t2": "l3,o4,b5,u1,t2",
    "l2": "t2,o4,b5,u1,l2",
    "o2": "t2,l3,b5,u1,o2",
    "b2": "t2,l3,o4,u1,b2",
    "u2": "t2,l3,o4,b5,u2",
    "t3": "l4,o5,b1,u2,t3",
    "l3": "t3,o5,b1,u2,l3",
    "o3": "t3,l4,b1,u2,o3",
    "b3": "t3,l4,o5,u2,b3",
    "u3": "t3,l4,o5,b1,u3",
    "t4": "l5,o1,b2,u3,t4",
    "l4": "t4,o1,b2,u3,l4",
    "o4": "t4,l5,b2,u3,o4",
    "b4": "t4,l5,o1,u3,b4",
    "u4": "t4,l5,o1,b2,u4",
    "t5": "l1,o2,b3,u4,t5",
    "l5": "t5,o2,b3,u4,l5",
    "o5": "t5,l1,b3,u4,o5",
    "b5": "t5,l1,o2,u4,b5",
    "u5": "t5,l1,o2,b3,u5",
    "x1": "x1,x2,x3,x4,x5,x6",
    "x2": "x1,x2,x3,x4,x5,x6",
    "x3": "x1,x2,x3,x4,x5,x6",
    "x4": "x1,x2,x3,x4,x5,x6",
    "x5": "x1,x2,x3,x4,x5,x6",
    "x6": "x1,x2,x3,x4,x5,x6",
    "x": "x1,x2,x3,x4,x5,x6",
}
REQUESTS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("t1", "Start a timer for 5 minutes.", "start_timer", {"duration": 300}),
    ("t1", "Set a timer for an hour and ten minutes please.", "start_timer", {"duration": 4200}),
    ("t1", "Count down from 90 seconds.", "start_timer", {"duration": 90}),
    (
        "t1",
        "Set a pizza timer for twelve minutes.",
        "start_timer",
        {"duration": 720, "name": "pizza"},
    ),
    ("t1", "Let me know when 15 minutes are up.", "start_timer", {"duration": 900}),
    ("t2", "Set a timer for 20 minutes.", "timer", {"length": 20, "unit": "minutes"}),
    ("t2", "Timer for 45 seconds.", "timer", {"length": 45, "unit": "seconds"}),
    ("t2", "Could you set a timer for two hours?", "timer", {"length": 2, "unit": "hours"}),
    ("t2", "I need a one and a half hour timer.", "timer", {"length": 1.5, "unit": "hours"}),
    ("t2", "Give me thirty seconds on the clock.", "timer", {"length": 30, "unit": "seconds"}),
    ("t3", "Set a timer for seven minutes.", "create_timer", {"minutes": 7}),
    (
        "t3",
        "Create a timer for half an hour called laundry.",
        "create_timer",
        {"minutes": 30, "label": "laundry"},
    ),
    (
        "t3",
        "Set a ten minute timer for the eggs.",
        "create_timer",
        {"minutes": 10, "label": "eggs"},
    ),
    ("t3", "I need a timer, three quarters of an hour.", "create_timer", {"minutes": 45}),
    ("t3", "Put a quarter of an hour on the timer.", "create_timer", {"minutes": 15}),
    ("t4", "Start a countdown of 30 seconds.", "countdown", {"secs": 30}),
    ("t4", "Countdown from two minutes, please.", "countdown", {"secs": 120}),
    ("t4", "Do a one minute countdown.", "countdown", {"secs": 60}),
    ("t4", "Start a loud countdown for ten seconds.", "countdown", {"secs": 10, "loud": True}),
    ("t4", "Count down five minutes.", "countdown", {"secs": 300}),
    (
        "t5",
        "Set a cooking timer for 8 minutes for the pasta.",
        "SetCookingTimer",
        {"time_amount": 8, "time_unit": "MINUTES", "food": "pasta"},
    ),
    (
        "t5",
        "Kitchen timer, two hours, for the roast.",
        "SetCookingTimer",
        {"time_amount": 2, "time_unit": "HOURS", "food": "roast"},
    ),
    (
        "t5",
        "Set the kitchen timer to 40 seconds.",
        "SetCookingTimer",
        {"time_amount": 40, "time_unit": "SECONDS"},
    ),
    (
        "t5",
        "Start a timer for twenty five minutes.",
        "SetCookingTimer",
        {"time_amount": 25, "time_unit": "MINUTES"},
    ),
    ("l1", "Turn on the kitchen light.", "set_light", {"location": "kitchen", "is_on": True}),
    (
        "l1",
        "Switch off the lamp in the bedroom.",
        "set_light",
        {"location": "bedroom", "is_on": False},
    ),
    ("l1", "Lights off in the office please.", "set_light", {"location": "office", "is_on": False}),
    (
        "l1",
        "Could you turn the hallway lights on?",
        "set_light",
        {"location": "hallway", "is_on": True},
    ),
    ("l1", "Kill the lights in the garage.", "set_light", {"location": "garage", "is_on": False}),
    (
        "l2",
        "Turn on the lights in the dining room.",
        "lights",
        {"where": "dining room", "power": "on"},
    ),
    (
        "l2",
        "Set the bathroom lights to 40 percent.",
        "lights",
        {"where": "bathroom", "intensity": 40},
    ),
    ("l2", "Dim the bedroom lights to 15.", "lights", {"where": "bedroom", "intensity": 15}),
    ("l2", "Turn the cellar light off.", "lights", {"where": "cellar", "power": "off"}),
    (
        "l2",
        "Set the lights in the living room to full brightness.",
        "lights",
        {"where": "living room", "intensity": 100},
    ),
    ("l3", "Make the desk lamp blue.", "change_light_color", {"light": "desk lamp", "hue": "BLUE"}),
    (
        "l3",
        "Change the bedroom lamp to green.",
        "change_light_color",
        {"light": "bedroom lamp", "hue": "GREEN"},
    ),
    (
        "l3",
        "Turn the floor lamp red please.",
        "change_light_color",
        {"light": "floor lamp", "hue": "RED"},
    ),
    (
        "l3",
        "I want the ceiling light in warm white.",
        "change_light_color",
        {"light": "ceiling light", "hue": "WARM_WHITE"},
    ),
    (
        "l3",
        "Set the colour of the porch light to red.",
        "change_light_color",
        {"light": "porch light", "hue": "RED"},
    ),
    (
        "l4",
        "Turn on the garden lights.",
        "smart_light_control",
        {"zone": "garden", "enabled": True},
    ),
    (
        "l4",
        "Bedroom lights at 25 percent.",
        "smart_light_control",
        {"zone": "bedroom", "level": 25},
    ),
    (
        "l4",
        "Switch off the living room lights.",
        "smart_light_control",
        {"zone": "living_room", "enabled": False},
    ),
    (
        "l4",
        "Set the kitchen to 70 percent brightness.",
        "smart_light_control",
        {"zone": "kitchen", "level": 70},
    ),
    (
        "l4",
        "Please turn off the light in the kitchen.",
        "smart_light_control",
        {"zone": "kitchen", "enabled": False},
    ),
    ("l5", "Turn on the lamp in the study.", "update_lamp", {"room": "study", "state": "ON"}),
    ("l5", "Turn the attic lamp off.", "update_lamp", {"room": "attic", "state": "OFF"}),
    (
        "l5",
        "Turn on the kitchen lamp in purple.",
        "update_lamp",
        {"room": "kitchen", "state": "ON", "colour": "purple"},
    ),
    (
        "l5",
        "Switch on the bedroom lamp at 60 percent.",
        "update_lamp",
        {"room": "bedroom", "state": "ON", "percent": 60},
    ),
    (
        "l5",
        "Turn on the living room lamp at half brightness.",
        "update_lamp",
        {"room": "living room", "state": "ON", "percent": 50},
    ),
    (
        "o1",
        "I'd like a large pepperoni pizza.",
        "order_pizza",
        {"kind": "pepperoni", "size": "LARGE"},
    ),
    (
        "o1",
        "Order two small margherita pizzas.",
        "order_pizza",
        {"kind": "margherita", "size": "SMALL", "count": 2},
    ),
    (
        "o1",
        "Can I get a medium Hawaiian pizza please?",
        "order_pizza",
        {"kind": "Hawaiian", "size": "MEDIUM"},
    ),
    (
        "o1",
        "Get me three large mushroom pizzas.",
        "order_pizza",
        {"kind": "mushroom", "size": "LARGE", "count": 3},
    ),
    (
        "o1",
        "One small veggie pizza.",
        "order_pizza",
        {"kind": "veggie", "size": "SMALL", "count": 1},
    ),
    ("o2", "I'll have a large latte.", "coffee_order", {"drink": "latte", "cup_size": "large"}),
    ("o2", "Two cappuccinos please.", "coffee_order", {"drink": "cappuccino", "qty": 2}),
    (
        "o2",
        "Order an americano with milk.",
        "coffee_order",
        {"drink": "americano", "with_milk": True},
    ),
    (
        "o2",
        "A small espresso without sugar.",
        "coffee_order",
        {"drink": "espresso", "cup_size": "small", "sugar": False},
    ),
    (
        "o2",
        "Could I get a medium americano with milk and no sugar?",
        "coffee_order",
        {"drink": "americano", "cup_size": "medium", "with_milk": True, "sugar": False},
    ),
    ("o3", "Order three notebooks.", "place_order", {"product": "notebook", "how_many": 3}),
    (
        "o3",
        "I want to buy two packs of batteries with express delivery.",
        "place_order",
        {"product": "packs of batteries", "how_many": 2, "express": True},
    ),
    (
        "o3",
        "Place an order for 12 light bulbs.",
        "place_order",
        {"product": "light bulb", "how_many": 12},
    ),
    ("o3", "Please order one umbrella.", "place_order", {"product": "umbrella", "how_many": 1}),
    (
        "o3",
        "Can you order five blue pens for me?",
        "place_order",
        {"product": "blue pen", "how_many": 5},
    ),
    (
        "o4",
        "Order a chicken curry, hot.",
        "orderFood",
        {"dish": "chicken curry", "spiciness": "hot"},
    ),
    (
        "o4",
        "I'd like two pad thai to take away.",
        "orderFood",
        {"dish": "pad thai", "quantity": 2, "takeaway": True},
    ),
    ("o4", "Can we have four spring rolls?", "orderFood", {"dish": "spring roll", "quantity": 4}),
    ("o4", "I'll take the lamb stew.", "orderFood", {"dish": "lamb stew"}),
    (
        "o4",
        "Order a mild vegetable curry for takeaway.",
        "orderFood",
        {"dish": "vegetable curry", "takeaway": True, "spiciness": "mild"},
    ),
    ("o5", "Add two milkshakes to my order.", "add_to_order", {"item": "milkshake", "amount": 2}),
    (
        "o5",
        "Add one cheeseburger with extra bacon.",
        "add_to_order",
        {"item": "cheeseburger", "amount": 1, "extras": "bacon"},
    ),
    ("o5", "Add three hot dogs please.", "add_to_order", {"item": "hot dog", "amount": 3}),
    ("o5", "I'd also like four donuts.", "add_to_order", {"item": "donut", "amount": 4}),
    (
        "o5",
        "Put ten chicken nuggets on the order.",
        "add_to_order",
        {"item": "chicken nugget", "amount": 10},
    ),
    (
        "b1",
        "Book a table for four tomorrow at 7 pm.",
        "book_table",
        {"people": 4, "day": "2026-11-23", "hour": "19:00"},
    ),
    (
        "b1",
        "Reserve a table for two on Friday at half past eight pm under the name Garcia.",
        "book_table",
        {"guest": "Garcia", "people": 2, "day": "2026-11-27", "hour": "20:30"},
    ),
    (
        "b1",
        "I need a table for six people tonight at eight.",
        "book_table",
        {"people": 6, "day": "2026-11-22", "hour": "20:00"},
    ),
    (
        "b1",
        "Can you book a table for Miller, three people, on December 5th at 6 p.m.?",
        "book_table",
        {"guest": "Miller", "people": 3, "day": "2026-12-05", "hour": "18:00"},
    ),
    (
        "b1",
        "A table for five this Saturday at noon please.",
        "book_table",
        {"people": 5, "day": "2026-11-28", "hour": "12:00"},
    ),
    (
        "b2",
        "Reserve a table for two tomorrow at 8 pm under Smith.",
        "reserve",
        {"under": "Smith", "seats": 2, "when": "2026-11-23T20:00:00"},
    ),
    (
        "b2",
        "Make a reservation for Anna Lee for three on Tuesday at 1 pm.",
        "reserve",
        {"under": "Anna Lee", "seats": 3, "when": "2026-11-24T13:00:00"},
    ),
    (
        "b2",
        "I'd like to reserve an outdoor table for four for Johnson on Saturday at 6 pm.",
        "reserve",
        {"under": "Johnson", "seats": 4, "when": "2026-11-28T18:00:00", "outdoor": True},
    ),
    (
        "b2",
        "Reservation for eight people tomorrow at noon, name is Patel.",
        "reserve",
        {"under": "Patel", "seats": 8, "when": "2026-11-23T12:00:00"},
    ),
    (
        "b3",
        "Book a hotel room in Lisbon for three nights.",
        "book_hotel_room",
        {"city": "Lisbon", "nights": 3},
    ),
    (
        "b3",
        "I need a double room in Oslo for two nights with breakfast.",
        "book_hotel_room",
        {"city": "Oslo", "nights": 2, "room_type": "DOUBLE", "breakfast": True},
    ),
    (
        "b3",
        "Book a suite in Vienna for five nights for two guests.",
        "book_hotel_room",
        {"city": "Vienna", "nights": 5, "guests": 2, "room_type": "SUITE"},
    ),
    (
        "b3",
        "Get me a single room in Madrid for one night without breakfast.",
        "book_hotel_room",
        {"city": "Madrid", "nights": 1, "room_type": "SINGLE", "breakfast": False},
    ),
    (
        "b3",
        "Reserve a hotel in Prague for a week.",
        "book_hotel_room",
        {"city": "Prague", "nights": 7},
    ),
    (
        "b4",
        "Schedule a haircut for Tom Baker tomorrow at 10 am.",
        "schedule_appointment",
        {"customer": "Tom Baker", "service": "haircut", "date": "tomorrow", "at": "10:00"},
    ),
    (
        "b4",
        "Book a shave for Peter on Wednesday at 3 pm.",
        "schedule_appointment",
        {"customer": "Peter", "service": "shave", "date": "Wednesday", "at": "15:00"},
    ),
    (
        "b4",
        "I'd like an appointment for coloring on Thursday at eleven a.m. for Maria.",
        "schedule_appointment",
        {"customer": "Maria", "service": "coloring", "date": "Thursday", "at": "11:00"},
    ),
    (
        "b4",
        "Make an appointment for Lucy, haircut, Monday at quarter past four pm.",
        "schedule_appointment",
        {"customer": "Lucy", "service": "haircut", "date": "Monday", "at": "16:15"},
    ),
    (
        "b5",
        "Reserve a meeting room at 2 pm for 45 minutes.",
        "reserve_meeting_room",
        {"start_time": "14:00", "duration_minutes": 45},
    ),
    (
        "b5",
        "Book the meeting room Apollo at 9 am for one hour.",
        "reserve_meeting_room",
        {"room_name": "Apollo", "start_time": "09:00", "duration_minutes": 60},
    ),
    (
        "b5",
        "I need a meeting room for ten people at 3:30 pm for half an hour.",
        "reserve_meeting_room",
        {"party_size": 10, "start_time": "15:30", "duration_minutes": 30},
    ),
    (
        "b5",
        "Reserve a meeting room with video at 11 am for 90 minutes.",
        "reserve_meeting_room",
        {"start_time": "11:00", "duration_minutes": 90, "video": True},
    ),
    (
        "u1",
        "Convert 10 miles to kilometers.",
        "convert_units",
        {"value": 10, "from_unit": "miles", "to_unit": "kilometers"},
    ),
    (
        "u1",
        "How many grams are in 5 ounces?",
        "convert_units",
        {"value": 5, "from_unit": "ounces", "to_unit": "grams"},
    ),
    (
        "u1",
        "What is 72 Fahrenheit in Celsius?",
        "convert_units",
        {"value": 72, "from_unit": "fahrenheit", "to_unit": "celsius"},
    ),
    (
        "u1",
        "How far is a marathon of 26.2 miles in kilometers?",
        "convert_units",
        {"value": 26.2, "from_unit": "miles", "to_unit": "kilometers"},
    ),
    (
        "u1",
        "Two and a half gallons in liters please.",
        "convert_units",
        {"value": 2.5, "from_unit": "gallons", "to_unit": "liters"},
    ),
    (
        "u2",
        "Convert 150 pounds into kilograms.",
        "convert",
        {"amount": 150, "source_unit": "pounds", "target": "kilograms"},
    ),
    (
        "u2",
        "How many feet are three meters?",
        "convert",
        {"amount": 3, "source_unit": "meters", "target": "feet"},
    ),
    (
        "u2",
        "Change 8 liters to gallons.",
        "convert",
        {"amount": 8, "source_unit": "liters", "target": "gallons"},
    ),
    (
        "u2",
        "What's 6.5 inches in centimeters?",
        "convert",
        {"amount": 6.5, "source_unit": "inches", "target": "centimeters"},
    ),
    (
        "u2",
        "I'd like to know how much 20 kilograms is in pounds.",
        "convert",
        {"amount": 20, "source_unit": "kilograms", "target": "pounds"},
    ),
    (
        "u3",
        "Convert 42 kilometers to miles.",
        "unit_conversion",
        {"number": 42, "unit_in": "KM", "unit_out": "MILES"},
    ),
    (
        "u3",
        "How many meters is 100 feet?",
        "unit_conversion",
        {"number": 100, "unit_in": "FEET", "unit_out": "METERS"},
    ),
    (
        "u3",
        "What are five miles in kilometers?",
        "unit_conversion",
        {"number": 5, "unit_in": "MILES", "unit_out": "KM"},
    ),
    (
        "u3",
        "12 meters in feet.",
        "unit_conversion",
        {"number": 12, "unit_in": "METERS", "unit_out": "FEET"},
    ),
    (
        "u3",
        "Tell me how many feet there are in one mile.",
        "unit_conversion",
        {"number": 1, "unit_in": "MILES", "unit_out": "FEET"},
    ),
    (
        "u4",
        "Convert 100 degrees Fahrenheit to Celsius.",
        "convert_temperature",
        {"degrees": 100, "to": "celsius", "from": "fahrenheit"},
    ),
    (
        "u4",
        "What's 25 Celsius in Fahrenheit?",
        "convert_temperature",
        {"degrees": 25, "to": "fahrenheit", "from": "celsius"},
    ),
    (
        "u4",
        "How much is 300 Kelvin in Celsius?",
        "convert_temperature",
        {"degrees": 300, "to": "celsius", "from": "kelvin"},
    ),
    (
        "u4",
        "Convert minus 10 Celsius to Fahrenheit.",
        "convert_temperature",
        {"degrees": -10, "to": "fahrenheit", "from": "celsius"},
    ),
    (
        "u4",
        "Convert from Celsius to Kelvin 20 degrees.",
        "convert_temperature",
        {"degrees": 20, "to": "kelvin", "from": "celsius"},
    ),
    (
        "u5",
        "Convert 2 cups to milliliters.",
        "measure_convert",
        {"x": 2, "a": "cups", "b": "milliliters"},
    ),
    (
        "u5",
        "How many teaspoons are in 4 tablespoons?",
        "measure_convert",
        {"x": 4, "a": "tablespoons", "b": "teaspoons"},
    ),
    (
        "u5",
        "What's 500 grams in ounces?",
        "measure_convert",
        {"x": 500, "a": "grams", "b": "ounces"},
    ),
    (
        "u5",
        "Convert 3 pints to liters and round it.",
        "measure_convert",
        {"x": 3, "a": "pints", "b": "liters", "round": True},
    ),
    ("u5", "Turn 8 ounces into grams.", "measure_convert", {"x": 8, "a": "ounces", "b": "grams"}),
    ("x1", "Begin a timer for eleven minutes.", "begin_timer", {"t": 11}),
    ("x1", "I need a timer for two hours.", "begin_timer", {"t": 120}),
    ("x1", "Count down from three minutes.", "begin_timer", {"t": 3}),
    ("x1", "Set a tea timer for four minutes.", "begin_timer", {"t": 4, "title": "tea"}),
    (
        "x2",
        "Switch on the reading lamp.",
        "toggleLamp",
        {"lamp_name": "reading lamp", "value": True},
    ),
    ("x2", "Turn the hall lamp off.", "toggleLamp", {"lamp_name": "hall lamp", "value": False}),
    (
        "x2",
        "Please turn off the kitchen lamp.",
        "toggleLamp",
        {"lamp_name": "kitchen lamp", "value": False},
    ),
    (
        "x3",
        "I'd like a large lemonade without ice.",
        "order_drink",
        {"beverage": "lemonade", "volume": "large", "ice": False},
    ),
    (
        "x3",
        "Can I get a small cola with ice?",
        "order_drink",
        {"beverage": "cola", "volume": "small", "ice": True},
    ),
    (
        "x4",
        "Book a table for three tomorrow at 6 pm for Ellen.",
        "make_booking",
        {"holder": "Ellen", "persons": 3, "on": "2026-11-23", "at": "18:00"},
    ),
    (
        "x4",
        "Please book a table for Davis on Friday at 8 pm, four people.",
        "make_booking",
        {"holder": "Davis", "persons": 4, "on": "2026-11-27", "at": "20:00"},
    ),
    (
        "x4",
        "I need a table for two on Thursday at seven in the evening under Rossi.",
        "make_booking",
        {"holder": "Rossi", "persons": 2, "on": "2026-11-26", "at": "19:00"},
    ),
    (
        "x5",
        "Convert 4 yards to meters.",
        "converter",
        {"quantity": 4, "have": "yards", "want": "meters"},
    ),
    (
        "x5",
        "How many pounds are 12 kilograms?",
        "converter",
        {"quantity": 12, "have": "kilograms", "want": "pounds"},
    ),
    (
        "x5",
        "How tall is a tower of 300 meters in feet?",
        "converter",
        {"quantity": 300, "have": "meters", "want": "feet"},
    ),
    (
        "x5",
        "What's 1.5 liters in milliliters?",
        "converter",
        {"quantity": 1.5, "have": "liters", "want": "milliliters"},
    ),
    ("x6", "I have to get up at five.", "wake", {"clock": "05:00"}),
    ("x6", "Wake me at half past six.", "wake", {"clock": "06:30"}),
]
ASKED: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("t1", "Start a timer.", "Three minutes.", "start_timer", {"duration": 180}),
    ("t2", "Set a timer please.", "Ten minutes.", "timer", {"length": 10, "unit": "minutes"}),
    ("t3", "I need a timer.", "Half an hour.", "create_timer", {"minutes": 30}),
    ("t4", "Start a countdown.", "Twenty seconds.", "countdown", {"secs": 20}),
    (
        "t5",
        "Set a timer for the lasagna.",
        "Thirty five minutes.",
        "SetCookingTimer",
        {"time_amount": 35, "time_unit": "MINUTES", "food": "lasagna"},
    ),
    (
        "l1",
        "Turn the light off.",
        "In the living room.",
        "set_light",
        {"location": "living room", "is_on": False},
    ),
    (
        "l2",
        "Set the lights to 30 percent.",
        "The nursery.",
        "lights",
        {"where": "nursery", "intensity": 30},
    ),
    (
        "l4",
        "Dim the lights to ten percent.",
        "The bedroom.",
        "smart_light_control",
        {"zone": "bedroom", "level": 10},
    ),
    ("l5", "Turn on the lamp.", "In the den.", "update_lamp", {"room": "den", "state": "ON"}),
    (
        "o1",
        "Order a pepperoni pizza.",
        "Medium.",
        "order_pizza",
        {"kind": "pepperoni", "size": "MEDIUM"},
    ),
    ("o2", "I'd like a coffee.", "A latte.", "coffee_order", {"drink": "latte"}),
    ("o3", "Order some candles.", "Six.", "place_order", {"product": "candles", "how_many": 6}),
    ("o4", "I'd like to order some food.", "A beef burger.", "orderFood", {"dish": "beef burger"}),
    ("o5", "Add fries to my order.", "Two.", "add_to_order", {"item": "fries", "amount": 2}),
    (
        "b1",
        "Book a table for two tomorrow.",
        "At seven thirty pm.",
        "book_table",
        {"people": 2, "day": "2026-11-23", "hour": "19:30"},
    ),
    (
        "b2",
        "Reserve a table for two tomorrow at 8 pm.",
        "Brown.",
        "reserve",
        {"under": "Brown", "seats": 2, "when": "2026-11-23T20:00:00"},
    ),
    (
        "b3",
        "Book a hotel room in Rome.",
        "Four nights.",
        "book_hotel_room",
        {"city": "Rome", "nights": 4},
    ),
    (
        "b4",
        "Schedule a haircut tomorrow at 10 am.",
        "Tom.",
        "schedule_appointment",
        {"customer": "Tom", "service": "haircut", "date": "tomorrow", "at": "10:00"},
    ),
    (
        "b5",
        "Reserve a meeting room at 4 pm.",
        "One hour.",
        "reserve_meeting_room",
        {"start_time": "16:00", "duration_minutes": 60},
    ),
    (
        "u1",
        "Convert 12 inches.",
        "Centimeters.",
        "convert_units",
        {"value": 12, "from_unit": "inches", "to_unit": "centimeters"},
    ),
    (
        "u2",
        "Convert 3 miles.",
        "Kilometers.",
        "convert",
        {"amount": 3, "source_unit": "miles", "target": "kilometers"},
    ),
    (
        "u3",
        "Convert 9 miles.",
        "To kilometers.",
        "unit_conversion",
        {"number": 9, "unit_in": "MILES", "unit_out": "KM"},
    ),
    (
        "u4",
        "Convert 40 degrees Celsius.",
        "Fahrenheit.",
        "convert_temperature",
        {"degrees": 40, "to": "fahrenheit", "from": "celsius"},
    ),
    ("u5", "Convert 7 ounces.", "Grams.", "measure_convert", {"x": 7, "a": "ounces", "b": "grams"}),
    (
        "x4",
        "Book a table for two tomorrow at 7 pm.",
        "Wilson.",
        "make_booking",
        {"holder": "Wilson", "persons": 2, "on": "2026-11-23", "at": "19:00"},
    ),
]
TALK = [
    ("t1", "How long does a marathon take?"),
    ("t2", "I waited two hours yesterday."),
    ("t3", "What's the capital of France?"),
    ("l1", "The light in here is beautiful."),
    ("l2", "Call my sister."),
    ("l3", "Why is the sky blue?"),
    ("o1", "I had pizza last night."),
    ("o2", "Is coffee bad for you?"),
    ("o3", "Tell me a joke."),
    ("b1", "Do you like restaurants?"),
    ("b2", "Play some jazz."),
    ("b3", "My hotel was awful."),
    ("u1", "What is a kilogram?"),
    ("u2", "Thank you very much."),
    ("l4", "Send an email to John."),
    ("x", "She has to get up at five."),
    ("x", "How many people live in Oslo?"),
    ("x", "Could we have some quiet?"),
    ("x", "I'd like to go home."),
    ("x", "I'd like two friends."),
    ("x", "The table is for two."),
]


@pytest.mark.parametrize(("key", "said", "name", "args"), REQUESTS)
def test_request_fills_arguments_exactly(
    key: str, said: str, name: str, args: dict[str, Any]
) -> None:
    assert_calls(thinker_with(TOOLS, SETS[key]).hear(said), [(name, args)])


@pytest.mark.parametrize(("key", "said", "answer", "name", "args"), ASKED)
def test_missing_argument_is_asked_for_and_taken(
    key: str, said: str, answer: str, name: str, args: dict[str, Any]
) -> None:
    thinker = thinker_with(TOOLS, SETS[key])
    question = thinker.hear(said)
    assert not question.calls
    assert "?" in question.say
    assert_calls(thinker.hear(answer), [(name, args)])


@pytest.mark.parametrize(("key", "said"), TALK)
def test_talk_calls_nothing(key: str, said: str) -> None:
    assert not thinker_with(TOOLS, SETS[key]).hear(said).calls


@pytest.mark.parametrize(
    ("key", "roles", "sides"),
    [
        ("u5", ["number", "unit", "unit", "boolean"], ["", "from", "to", ""]),
        ("u3", ["number", "enum", "enum"], ["", "from", "to"]),
        ("x5", ["number", "unit", "unit"], ["", "from", "to"]),
        ("t5", ["number", "enum", "label"], ["", "", ""]),
        ("b2", ["person", "number", "moment", "boolean"], ["", "", "", ""]),
    ],
)
def test_purpose_of_a_tool_tells_roles(key: str, roles: list[str], sides: list[str]) -> None:
    slots = TOOLS[key].slots
    assert [role_of(p) for p in slots] == roles
    assert [direction_of(p) for p in slots] == sides


def test_numbers_are_counted_down_aloud_where_no_timer_is() -> None:
    assert thinker_with(TOOLS, "l1").hear("Count down from 3.").say == "3, 2, 1."
    assert not thinker_with(TOOLS, "l1").hear("Count down from 3 seconds.").calls


ROBOT = Tool.from_declaration(
    {
        "name": "move_robot",
        "description": "Move the robot",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {
                "direction": {"type": "string", "enum": ["forward", "backward", "left", "right"]},
                "distance_m": {"type": "number", "description": "Distance in meters"},
            },
            "required": ["direction", "distance_m"],
        },
    }
)


def test_going_back_half_a_meter_moves() -> None:
    thinker = thinker_with({"r": ROBOT}, "r")
    moved = ("move_robot", {"direction": "backward", "distance_m": 0.5})
    assert_calls(thinker.hear("Go back half a meter."), [moved])
    assert not thinker_with({"r": ROBOT}, "r").hear("I went back two meters.").calls


def test_bare_addition_changes_the_last_call_rather_than_starting_another() -> None:
    thinker = thinker_with(TOOLS, "l1,t5")
    assert thinker.hear("Turn on the lights in the hallway.").calls
    added = ("set_light", {"location": "kitchen", "is_on": True})
    assert_calls(thinker.hear("And the kitchen."), [added])
