"""Tools of a home, for the tests of thinking."""

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

HOME = by_name(
    tool("get_weather", "Look up the weather", {"city": text("The city")}, ["city"]),
    tool(
        "getForecast",
        "Weather forecast for several days",
        {
            "location": text("Town or city"),
            "days": whole("Number of days ahead"),
            "units": text("Units", enum=["metric", "imperial"]),
        },
        ["location"],
    ),
    tool(
        "start_timer",
        "Starts a kitchen timer.",
        {
            "duration_seconds": whole("Length in seconds"),
            "name": text("Optional name of the timer"),
        },
        ["duration_seconds"],
    ),
    tool("cancel_timer", "Cancels the running timer."),
    tool(
        "set_alarm",
        "Set an alarm clock",
        {
            "time": text("Time of day as HH:MM in 24-hour format"),
            "weekdays_only": flag("Ring only on weekdays"),
        },
        ["time"],
    ),
    json_tool(
        "control_light",
        "Controls a lamp",
        {
            "room": {"type": "string", "enum": ["kitchen", "living_room", "bedroom", "bathroom"]},
            "state": {"type": "string", "enum": ["on", "off"]},
            "brightness": {
                "anyOf": [{"type": "integer"}, {"type": "null"}],
                "description": "0 to 100",
            },
        },
        ["room", "state"],
    ),
    tool(
        "order_coffee",
        "Order a coffee drink at the counter",
        {
            "drink": text("Kind of drink", enum=["espresso", "latte", "cappuccino", "americano"]),
            "size": text("Cup size", enum=["small", "medium", "large"]),
            "quantity": whole("Number of cups"),
            "decaf": flag("Whether it should be decaffeinated"),
            "milk": text("Kind of milk"),
        },
        ["drink"],
    ),
    tool(
        "book_hotel",
        "Book a hotel room",
        {
            "city": text("City"),
            "nights": whole("Number of nights"),
            "guests": whole("Number of guests"),
            "checkin_date": text("Check-in date, YYYY-MM-DD"),
            "breakfast": flag("Include breakfast"),
        },
        ["city", "nights"],
    ),
    tool(
        "reserve_table",
        "Make a restaurant reservation",
        {
            "party_size": whole("Number of people"),
            "time": text("Time, for example 7:30 PM"),
            "date": text("Date"),
            "name": text("Name the reservation is under"),
        },
        ["party_size", "time"],
    ),
    tool(
        "convert_temperature",
        "Convert temperatures between scales",
        {
            "value": number("the temperature"),
            "from_scale": text(enum=["celsius", "fahrenheit", "kelvin"]),
            "to_scale": text(enum=["celsius", "fahrenheit", "kelvin"]),
        },
        ["value", "from_scale", "to_scale"],
    ),
    tool(
        "convert_length",
        "Convert a length to another unit",
        {
            "amount": number(),
            "from": text("unit to convert from, e.g. 'km'"),
            "to": text("unit to convert to, e.g. 'mi'"),
        },
        ["amount", "from", "to"],
    ),
    tool(
        "exchange_rate",
        "Get the exchange rate between two currencies",
        {
            "base": text("Base currency, three-letter ISO code"),
            "target": text("Target currency code"),
        },
        ["base", "target"],
    ),
    tool(
        "play_song",
        "Play a song on the speakers",
        {"title": text("Song title"), "artist": text("Performer")},
        ["title"],
    ),
    tool(
        "set_volume",
        "Set the speaker volume",
        {"level": whole("Volume from 0 to 100", minimum=0, maximum=100)},
        ["level"],
    ),
    tool("pause_music", "Pause playback"),
    tool(
        "add_reminder",
        "Remember something for later",
        {"task": text("What to be reminded of"), "due": text("When, in the user's words")},
        ["task"],
    ),
    tool(
        "send_sms",
        "Send an SMS",
        {"to": text("Name of the recipient"), "body": text("Text of the message")},
        ["to", "body"],
    ),
    tool("make_call", "Place a phone call", {"contact": text("Who to call")}, ["contact"]),
    tool(
        "add_shopping_items",
        "Put things on the shopping list",
        {"items": many({"type": "STRING"}, "Things to buy")},
        ["items"],
    ),
    tool(
        "translate_text",
        "Translate a text",
        {
            "text": text("Text to translate"),
            "target_lang": text("Target language as ISO 639-1 code, e.g. 'fr'"),
        },
        ["text", "target_lang"],
    ),
    tool(
        "stock_quote",
        "Current price of a share",
        {"ticker": text("Ticker symbol or company")},
        ["ticker"],
    ),
    tool(
        "set_thermostat",
        "Adjusts the heating",
        {
            "temperature_celsius": number("Target temperature"),
            "mode": text(enum=["heat", "cool", "auto", "off"]),
        },
        ["temperature_celsius"],
    ),
    tool(
        "send_email",
        "Send an email",
        {
            "recipient": text("Recipient"),
            "subject": text("Subject line"),
            "body": text("Body of the email"),
        },
        ["recipient", "subject"],
    ),
    tool(
        "navigate_to",
        "Start navigation",
        {
            "destination": text("Where to go"),
            "mode": text(enum=["driving", "walking", "cycling", "transit"]),
            "avoid_tolls": flag("Avoid toll roads"),
        },
        ["destination"],
    ),
    tool(
        "calculate",
        "Evaluate an arithmetic expression",
        {"expression": text("Expression such as 2 + 2")},
        ["expression"],
    ),
    tool(
        "lock_doors",
        "Locks or unlocks all doors of the house",
        {"locked": flag("true locks, false unlocks")},
        ["locked"],
    ),
    tool("take_note", "Write down a note", {"content": text("The note")}, ["content"]),
    tool(
        "find_flights",
        "Search flights",
        {
            "from_city": text("Departure city"),
            "to_city": text("Arrival city"),
            "date": text("Departure date (YYYY-MM-DD)"),
            "cabin": text(enum=["economy", "business", "first"]),
            "nonstop": flag("Only non-stop flights"),
        },
        ["from_city", "to_city"],
    ),
    tool(
        "find_restaurants",
        "Find restaurants nearby",
        {
            "cuisine": text("Type of cuisine"),
            "area": text("Neighbourhood or city"),
            "max_price": whole("Maximum price in dollars"),
        },
        ["cuisine"],
    ),
    tool(
        "track_order",
        "Check the status of an order",
        {"order_id": text("Order number")},
        ["order_id"],
    ),
    tool(
        "roll_dice",
        "Roll dice",
        {"sides": whole("Number of sides"), "count": whole("How many dice")},
        [],
    ),
    tool(
        "vacuum",
        "Start the vacuum robot",
        {"rooms": many({"type": "STRING", "enum": ["kitchen", "hallway", "living room"]})},
        [],
    ),
    tool("define_word", "Dictionary lookup", {"word": text("Word to define")}, ["word"]),
    tool(
        "transfer_money",
        "Transfer money to somebody",
        {"amount": number("Amount in euros"), "recipient": text("Payee")},
        ["amount", "recipient"],
    ),
    tool(
        "schedule_meeting",
        "Put a meeting into the calendar",
        {
            "title": text("Title"),
            "start": text("ISO 8601 date and time"),
            "duration_minutes": whole("Length in minutes"),
            "attendees": many({"type": "STRING"}, "Names of the people invited"),
        },
        ["title", "start"],
    ),
)
