"""Tools whose parameters have names that tell little, and sets of them offered together."""

from __future__ import annotations

from typing import Any

from livekit_nb.server.thinking import Tool

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
