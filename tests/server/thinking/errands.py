"""Tools for errands, for the tests of thinking."""

from __future__ import annotations

from tests.server.thinking.declarations import by_name, flag, json_tool, number, text, tool, whole

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
