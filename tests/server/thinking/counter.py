"""Tools for a kitchen counter, shopping and the car, for the tests of thinking."""

from __future__ import annotations

from tests.server.thinking.declarations import (
    by_name,
    flag,
    json_tool,
    many,
    number,
    text,
    tool,
    whole,
)

COUNTER = by_name(
    tool(
        "get_current_weather",
        "Get the current weather in a given location",
        {
            "location": text("The city and state, e.g. San Francisco"),
            "unit": text(enum=["celsius", "fahrenheit"]),
        },
        ["location"],
    ),
    tool(
        "set_timer",
        "Set a timer",
        {"duration": whole("Duration in minutes"), "label": text("Label of the timer")},
        ["duration"],
    ),
    tool(
        "set_lights",
        "Set the smart lights",
        {
            "room": text("The room"),
            "brightness": whole("Brightness from 0 to 100"),
            "color": text("Color", enum=["red", "green", "blue", "white", "yellow"]),
        },
        ["room", "brightness"],
    ),
    tool(
        "order_pizza",
        "Place a pizza order",
        {
            "size": text("Pizza size", enum=["small", "medium", "large"]),
            "topping": text("Main topping"),
            "count": whole("Number of pizzas"),
            "delivery": flag("True for delivery, false for pickup"),
        },
        ["size", "topping"],
    ),
    tool(
        "book_flight",
        "Book a flight",
        {
            "origin": text("Departure airport or city"),
            "destination": text("Arrival airport or city"),
            "date": text("Date of departure in YYYY-MM-DD format"),
            "passengers": whole("Number of passengers"),
        },
        ["origin", "destination", "date"],
    ),
    tool(
        "book_restaurant",
        "Book a table",
        {
            "restaurant": text("Restaurant name"),
            "guests": whole("Number of guests"),
            "time": text("Time of the reservation, 24-hour HH:MM"),
        },
        ["restaurant", "guests", "time"],
    ),
    json_tool(
        "convertUnits",
        "Convert a quantity from one unit to another",
        {
            "value": {"type": "number"},
            "fromUnit": {"type": "string", "description": "unit of the value"},
            "toUnit": {"type": "string", "description": "unit wanted"},
        },
        ["value", "fromUnit", "toUnit"],
    ),
    tool(
        "play_music",
        "Play music by artist, genre or title",
        {"query": text("What to play"), "shuffle": flag("Shuffle the tracks")},
        ["query"],
    ),
    tool(
        "create_reminder",
        "Create a reminder",
        {
            "title": text("What to remind about"),
            "time": text("When to remind, e.g. 'tomorrow at 9 am'"),
        },
        ["title", "time"],
    ),
    tool(
        "send_message",
        "Send a message to a contact",
        {"contact_name": text("Contact name"), "message_text": text("The text")},
        ["contact_name", "message_text"],
    ),
    tool(
        "call_contact",
        "Call somebody on the phone",
        {"name": text("Name of the person to call"), "speaker": flag("Use the speakerphone")},
        ["name"],
    ),
    tool(
        "add_item",
        "Add an item to the grocery list",
        {"item": text("Item"), "quantity": whole("How many")},
        ["item"],
    ),
    tool(
        "translate",
        "Translate a phrase",
        {"phrase": text("Phrase"), "language": text("Target language")},
        ["phrase", "language"],
    ),
    tool("get_stock_price", "Get a stock price", {"symbol": text("Company or ticker")}, ["symbol"]),
    tool(
        "set_thermostat",
        "Set the thermostat temperature",
        {"degrees": whole("Temperature in degrees Fahrenheit")},
        ["degrees"],
    ),
    tool(
        "lock_door",
        "Lock or unlock a door",
        {
            "door": text(enum=["front", "back", "garage"]),
            "lock": flag("true locks the door, false unlocks it"),
        },
        ["door", "lock"],
    ),
    tool("mute", "Mute or unmute the sound", {"muted": flag("True to mute")}, ["muted"]),
    tool(
        "start_vacuum",
        "Start the robot vacuum",
        {"room": text("Room to clean, all rooms when left out")},
    ),
    tool(
        "get_horoscope",
        "Get today's horoscope",
        {
            "sign": text(
                "Zodiac sign",
                enum=[
                    "aries",
                    "taurus",
                    "gemini",
                    "cancer",
                    "leo",
                    "virgo",
                    "libra",
                    "scorpio",
                    "sagittarius",
                    "capricorn",
                    "aquarius",
                    "pisces",
                ],
            )
        },
        ["sign"],
    ),
    tool(
        "find_parking",
        "Find a parking spot",
        {
            "near": text("Address or landmark"),
            "covered": flag("Only covered parking"),
            "max_price_per_hour": number("Maximum price per hour in dollars"),
        },
        ["near"],
    ),
    tool(
        "water_garden",
        "Water the garden",
        {
            "zone": text(enum=["lawn", "flowers", "vegetables"]),
            "minutes": whole("For how many minutes"),
        },
        ["zone", "minutes"],
    ),
    tool(
        "log_meal",
        "Log a meal",
        {
            "meal": text(enum=["breakfast", "lunch", "dinner", "snack"]),
            "foods": many({"type": "STRING"}, "Foods eaten"),
            "calories": whole("Calories"),
        },
        ["meal", "foods"],
    ),
    tool(
        "tip_calculator",
        "Calculate a tip",
        {"bill": number("Bill amount"), "percent": number("Tip percent")},
        ["bill", "percent"],
    ),
    tool(
        "change_channel", "Change the TV channel", {"channel": whole("Channel number")}, ["channel"]
    ),
    tool(
        "cancel_order", "Cancel an order", {"order_number": text("Order number")}, ["order_number"]
    ),
    tool(
        "get_exchange_rate",
        "Convert between currencies",
        {
            "amount": number("Amount to convert"),
            "from_currency": text(enum=["USD", "EUR", "GBP", "JPY"]),
            "to_currency": text(enum=["USD", "EUR", "GBP", "JPY"]),
        },
        ["amount", "from_currency", "to_currency"],
    ),
    tool(
        "schedule_pickup",
        "Schedule a package pickup",
        {
            "address": text("Street address"),
            "date": text("Day of pickup"),
            "packages": whole("Number of packages"),
            "fragile": flag("Whether the contents are fragile"),
        },
        ["address", "date"],
    ),
    tool(
        "brew_coffee",
        "Brew coffee with the machine",
        {"cups": whole("Number of cups"), "strength": text(enum=["mild", "medium", "strong"])},
        ["cups"],
    ),
    tool(
        "set_alarm",
        "Set an alarm",
        {
            "hour": whole("Hour 0-23", minimum=0, maximum=23),
            "minute": whole("Minute 0-59", minimum=0, maximum=59),
        },
        ["hour", "minute"],
    ),
    tool("close_window", "Close a window", {"room": text("Room of the window")}, ["room"]),
)
