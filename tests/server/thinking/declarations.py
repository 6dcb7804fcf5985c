"""Three sets of tools as clients declare them, in every dialect, for the tests of thinking.

Long because declarations are, in the dialects they come in.
"""

from __future__ import annotations

from typing import Any

from livekit_nb.server.thinking import Tool


def text(description: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "STRING", "description": description, **more}


def whole(description: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "INTEGER", "description": description, **more}


def number(description: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "NUMBER", "description": description, **more}


def flag(description: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "BOOLEAN", "description": description, **more}


def many(items: dict[str, Any], description: str = "") -> dict[str, Any]:
    return {"type": "ARRAY", "description": description, "items": items}


def tool(name: str, description: str, properties: Any = None, required: Any = ()) -> Tool:
    """Declare a tool in the OpenAPI dialect with upper-case types."""
    declaration: dict[str, Any] = {"name": name, "description": description}
    if properties:
        declaration["parameters"] = {
            "type": "OBJECT",
            "properties": properties,
            "required": list(required),
        }
    return Tool.from_declaration(declaration)


def json_tool(name: str, description: str, properties: Any, required: Any = ()) -> Tool:
    """Declare a tool with a JSON Schema."""
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return Tool.from_declaration(
        {"name": name, "description": description, "parametersJsonSchema": schema}
    )


def by_name(*tools: Tool) -> dict[str, Tool]:
    return {tool.name: tool for tool in tools}


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

ERRANDS = by_name(
    json_tool(
        "lookupWeather",
        "Returns current conditions and temperature at a place.",
        {
            "place": {"type": "string"},
            "when": {"type": "string", "description": "today, tomorrow or a weekday"},
        },
        ["place"],
    ),
    json_tool(
        "createCountdown", "Create a countdown", {"minutes": {"type": "integer"}}, ["minutes"]
    ),
    json_tool(
        "smart_home_set",
        "Set the state of a smart home device",
        {
            "device": {"type": "string", "description": "Device name, e.g. kitchen light"},
            "on": {"type": "boolean"},
        },
        ["device", "on"],
    ),
    tool(
        "set_brightness",
        "Change how bright a lamp is",
        {"lamp": text("Which lamp"), "percent": whole("Brightness percentage")},
        ["lamp", "percent"],
    ),
    tool(
        "order_food",
        "Order food from a restaurant",
        {
            "item": text("Dish"),
            "quantity": whole("Number of portions"),
            "restaurant": text("Restaurant name"),
            "notes": text("Special requests"),
        },
        ["item"],
    ),
    tool(
        "add_to_cart",
        "Add a product to the shopping cart",
        {"product": text("Product name"), "quantity": whole("How many")},
        ["product", "quantity"],
    ),
    tool(
        "remove_from_cart",
        "Remove a product from the cart",
        {"product": text("Product name")},
        ["product"],
    ),
    tool(
        "book_appointment",
        "Book an appointment with a doctor",
        {
            "doctor": text("Doctor's name"),
            "date": text("Date"),
            "time": text("Time in 24 hour format HH:MM"),
            "reason": text("Reason for the visit"),
        },
        ["doctor", "date", "time"],
    ),
    tool(
        "rent_car",
        "Rent a car",
        {
            "pickup_city": text("City of pickup"),
            "days": whole("Rental length in days"),
            "car_type": text(enum=["compact", "suv", "luxury", "van"]),
            "insurance": flag("Add full insurance"),
        },
        ["pickup_city", "days"],
    ),
    tool(
        "convert_units",
        "Convert measurements",
        {
            "value": number("Number to convert"),
            "from_unit": text(enum=["km", "mi", "m", "ft", "kg", "lb"]),
            "to_unit": text(enum=["km", "mi", "m", "ft", "kg", "lb"]),
        },
        ["value", "from_unit", "to_unit"],
    ),
    tool(
        "convert_currency",
        "Convert an amount of money",
        {"amount": number("Amount"), "from": text("Currency code"), "to": text("Currency code")},
        ["amount", "from", "to"],
    ),
    tool(
        "media_control",
        "Control media playback",
        {"action": text(enum=["play", "pause", "next", "previous", "stop"])},
        ["action"],
    ),
    tool(
        "change_volume",
        "Turn the volume up or down",
        {"direction": text(enum=["up", "down"]), "steps": whole("How many steps")},
        ["direction"],
    ),
    tool(
        "create_todo",
        "Add a to-do",
        {
            "title": text("What to do"),
            "priority": text(enum=["low", "medium", "high"]),
            "due_date": text("YYYY-MM-DD"),
        },
        ["title"],
    ),
    tool(
        "message",
        "Send a chat message",
        {"contact": text("Name"), "text": text("Message"), "urgent": flag("Mark as urgent")},
        ["contact", "text"],
    ),
    tool(
        "web_search",
        "Search the web",
        {"query": text("Search terms"), "max_results": whole("How many results")},
        ["query"],
    ),
    tool(
        "get_news",
        "Read the latest headlines",
        {"topic": text("Topic"), "country": text("Country")},
        [],
    ),
    tool(
        "garage_door",
        "Open or close the garage door",
        {"open": flag("true to open, false to close")},
        ["open"],
    ),
    tool(
        "blinds",
        "Move the window blinds",
        {"room": text("Room"), "position": text(enum=["open", "closed", "half"])},
        ["room", "position"],
    ),
    tool(
        "split_bill",
        "Split a bill",
        {
            "total": number("Total in dollars"),
            "people": whole("Number of people"),
            "tip_percent": number("Tip percentage"),
        },
        ["total", "people"],
    ),
    tool(
        "get_directions",
        "Get directions between two places",
        {
            "origin": text("Start"),
            "destination": text("End"),
            "by": text("Mode of transport", enum=["car", "bike", "foot", "train"]),
        },
        ["destination"],
    ),
    tool(
        "buy_tickets",
        "Buy cinema tickets",
        {
            "movie": text("Film title"),
            "count": whole("Number of tickets"),
            "showtime": text("Time of the show, e.g. '8:15 PM'"),
        },
        ["movie", "count"],
    ),
    tool("log_weight", "Record body weight", {"kilograms": number("Weight in kg")}, ["kilograms"]),
    tool(
        "log_water",
        "Record how much water was drunk",
        {"milliliters": whole("Amount in ml")},
        ["milliliters"],
    ),
    tool(
        "start_workout",
        "Start a workout",
        {
            "kind": text("Kind of workout", enum=["running", "cycling", "swimming", "yoga"]),
            "minutes": whole("Planned duration"),
        },
        ["kind"],
    ),
    tool(
        "find_recipe",
        "Find a recipe",
        {
            "dish": text("Dish"),
            "servings": whole("Servings"),
            "vegetarian": flag("Only vegetarian"),
        },
        ["dish"],
    ),
    tool("get_time", "Current time in a city", {"city": text("City")}, ["city"]),
    tool(
        "flight_status",
        "Status of a flight",
        {"flight_number": text("Flight number such as LH123")},
        ["flight_number"],
    ),
    tool(
        "create_event",
        "Create a calendar event",
        {
            "title": text("Event title"),
            "date": text("Date, YYYY-MM-DD"),
            "time": text("Start time, HH:MM"),
            "location": text("Where"),
        },
        ["title", "date"],
    ),
    tool(
        "ac_control",
        "Air conditioner",
        {
            "power": flag("on or off"),
            "temperature": whole("Degrees Celsius"),
            "fan_speed": text(enum=["low", "medium", "high", "auto"]),
        },
        [],
    ),
    tool(
        "pay_bill",
        "Pay a bill",
        {"biller": text("Company to pay"), "amount_usd": number("Amount")},
        ["biller", "amount_usd"],
    ),
    tool(
        "set_reminder",
        "Set a reminder",
        {"text": text("Reminder text"), "in_minutes": whole("Minutes from now")},
        ["text", "in_minutes"],
    ),
    tool(
        "pick_color",
        "Set the colour of the LED strip",
        {
            "color": text(enum=["red", "green", "blue", "white", "warm_white"]),
            "effect": text(enum=["steady", "blink", "fade"]),
        },
        ["color"],
    ),
    tool(
        "random_number",
        "Pick a random number",
        {"minimum": whole("Lowest"), "maximum": whole("Highest")},
        ["minimum", "maximum"],
    ),
    tool("get_capital", "Get the capital of a country", {"country": text("Country")}, ["country"]),
    tool(
        "rate_movie",
        "Rate a film",
        {"title": text("Film"), "stars": whole("1 to 5", minimum=1, maximum=5)},
        ["title", "stars"],
    ),
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
