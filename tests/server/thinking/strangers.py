"""Sixty tools as strangers declare them, in all dialects, in a short notation of their own.

A line such as ``brightness!: integer 0..100 | Brightness in percent`` is a required parameter with
its type, bounds and description; ``one of a, b`` lists choices.
"""

from __future__ import annotations

import re
from typing import Any

from livekit_nb.server.thinking import Tool


def _schema(kind: str) -> dict[str, Any]:
    bounds = re.fullmatch(r"(\w+) (\d*)\.\.(\d*)", kind)
    if bounds:
        limits = {"minimum": bounds[2], "maximum": bounds[3]}
        return {"type": bounds[1]} | {key: int(value) for key, value in limits.items() if value}
    if kind.startswith("list of "):
        return {"type": "array", "items": _schema(kind.removeprefix("list of "))}
    if kind.startswith("one of "):
        return {"type": "string", "enum": kind.removeprefix("one of ").split(", ")}
    if kind.startswith("integer of "):
        return {"type": "integer", "enum": [int(v) for v in kind[11:].split(", ")]}
    if kind in ("date", "time", "date-time"):
        return {"type": "string", "format": kind}
    return {"type": kind}


def _upper(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {k: v.upper() if k == "type" else _upper(v) for k, v in schema.items()}
    return schema


def _tool(dialect: str, name: str, description: str, *lines: str) -> Tool:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for line in lines:
        head, _, told = line.partition(" | ")
        key, _, kind = head.partition(": ")
        if key.endswith("!"):
            required.append(key := key[:-1])
        properties[key] = _schema(kind) | ({"description": told} if told else {})
    schema = {"type": "object", "properties": properties, "required": required}
    if dialect == "openapi":
        upper: dict[str, Any] = {"type": "OBJECT", "required": required}
        upper["properties"] = {key: _upper(value) for key, value in properties.items()}
        return Tool.from_declaration(
            {"name": name, "description": description, "parameters": upper}
        )
    return Tool.from_declaration({"name": name, "description": description, dialect: schema})


_DECLARED = """
openapi set_timer: Start a countdown timer.
    duration_seconds!: integer | Length of the timer in seconds
    label: string | Optional name of the timer
parametersJsonSchema setAlarm: Sets an alarm clock for a given time of day
    time!: string | Time in 24 hour HH:MM format
    days: list of one of mon, tue, wed, thu, fri, sat, sun | Days on which it repeats
openapi control_light: Switch the light in a room on or off
    room!: string | Room, e.g. kitchen
    state!: one of ON, OFF
parameters dim_lights: Dim the lights in a room to a brightness level.
    room!: string
    brightness!: integer 0..100 | Brightness in percent
parametersJsonSchema set_light_color: Change the colour of a lamp.
    lamp!: string | which lamp
    color!: one of red, green, blue, warm_white, purple, orange
parametersJsonSchema setThermostat: Set the target temperature of the thermostat
    temperature!: number | Target temperature
    unit: one of celsius, fahrenheit
    mode: one of heat, cool, auto
openapi order_drink: Place an order for a drink at the coffee bar
    drink!: one of espresso, latte, cappuccino, americano, tea, hot_chocolate
    size!: one of SMALL, MEDIUM, LARGE
    quantity: integer | How many, default 1
    milk: one of whole, oat, soy, almond
    decaf: boolean
    iced: boolean
parametersJsonSchema orderPizza: Order a pizza for delivery.
    size!: one of small, medium, large
    toppings!: list of string | Toppings on the pizza
    quantity: integer 1..
    extra_cheese: boolean | Whether to add extra cheese
input_schema order_burger: Orders burgers.
    kind!: one of beef, chicken, veggie
    count!: integer
    with_fries: boolean | true if fries come with it
parametersJsonSchema reserve_table: Reserve a table at a restaurant
    restaurant!: string | Name of the restaurant
    party_size!: integer | Number of people
    date!: date | Date, YYYY-MM-DD
    time!: string | Time, HH:MM
    outdoor: boolean | Whether to sit outside
openapi searchFlights: Search for flights between two cities
    origin!: string | Departure city
    destination!: string | Arrival city
    departure_date!: string | Departure date in ISO format
    passengers: integer
    cabin: one of ECONOMY, BUSINESS, FIRST
parametersJsonSchema book_hotel_room: Book a hotel room
    city!: string
    check_in!: date
    nights!: integer
    guests: integer
    breakfast: boolean | breakfast included
parameters_json_schema convert_units: Convert a value from one unit of measurement to another
    value!: number
    from_unit!: string | e.g. miles
    to_unit!: string | e.g. kilometers
openapi convertCurrency: Converts money between currencies
    amount!: number
    from!: one of USD, EUR, GBP, JPY, CHF
    to!: one of USD, EUR, GBP, JPY, CHF
parameters play_music: Play a song, an artist, or a genre of music
    query!: string | What to play
    shuffle: boolean
openapi pause_music: Pause the music that is playing.
openapi set_volume: Set the speaker volume
    level!: integer | Volume from 0 to 100
parametersJsonSchema create_reminder: Create a reminder
    text!: string | What to remind about
    time!: string | When to remind, e.g. 17:00
openapi send_message: Send a text message to a contact
    recipient!: string | Name of the contact
    message!: string | The text to send
parametersJsonSchema add_to_shopping_list: Add an item to the shopping list
    item!: string
    quantity: integer
parametersJsonSchema get_forecast: Get the weather forecast for a place
    location!: string | City
    day: one of today, tomorrow, weekend
    units: one of metric, imperial
openapi current_weather: Returns the current weather in a city.
    city!: string
    unit: one of celsius, fahrenheit
parametersJsonSchema translate_text: Translate a phrase into another language
    text!: string
    target_language!: string
openapi calculate: Evaluate an arithmetic expression
    expression!: string | e.g. 3 * 4
parametersJsonSchema get_stock_price: Look up the current share price of a company
    company!: string | Company name or ticker
parametersJsonSchema start_navigation: Start navigation to a destination
    destination!: string
    mode: one of driving, walking, cycling, transit
    avoid_tolls: boolean | Avoid toll roads
openapi set_door_lock: Lock or unlock a door of the house
    door!: one of front, back, garage
    locked!: boolean | true to lock, false to unlock
parametersJsonSchema createNote: Writes down a note
    content!: string | The content of the note
parametersJsonSchema add_calendar_event: Add an event to the calendar
    title!: string
    date!: date
    start_time!: string | HH:MM
    duration_minutes: integer
openapi set_car_window: Open or close a car window
    window!: one of driver, passenger, rear_left, rear_right
    open_percent!: integer | 0 closed, 100 fully open
openapi heat_seat: Turn on seat heating in the car
    seat!: one of driver, passenger
    level!: integer 1..3
parametersJsonSchema move_robot: Move the robot in a direction
    direction!: one of forward, backward, left, right
    distance_m!: number | Distance in metres
parametersJsonSchema rotate_robot: Rotate the robot by an angle
    degrees!: number
    clockwise: boolean
openapi roll_dice: Roll dice
    count!: integer | Number of dice
    sides: integer | Sides per die
parametersJsonSchema flip_coin: Flip a coin
openapi transfer_money: Transfer money from one of my accounts to a person
    amount!: number | Amount in dollars
    recipient!: string
    account: one of checking, savings
parametersJsonSchema get_balance: Show the balance of an account
    account!: one of checking, savings
parametersJsonSchema call_contact: Make a phone call to a contact
    name!: string
    speakerphone: boolean
openapi start_vacuum: Start the vacuum cleaner in a room
    room!: string
    power: one of quiet, normal, max
parametersJsonSchema search_recipes: Find cooking recipes
    ingredient!: string | Main ingredient
    max_minutes: integer | Longest cooking time in minutes
    vegetarian: boolean
openapi book_taxi: Book a taxi
    pickup!: string | Where to be picked up
    dropoff!: string | Where to go
    passengers: integer
parametersJsonSchema define_word: Look up the definition of a word in the dictionary
    word!: string
parametersJsonSchema get_local_time: Get the current local time in a city or country
    place!: string
openapi set_blinds: Set the position of the window blinds
    room!: string
    position!: one of open, half, closed
parametersJsonSchema order_flowers: Send a bouquet of flowers to someone
    flower!: one of roses, tulips, lilies, sunflowers
    count: integer
    recipient!: string
    gift_card: boolean
parametersJsonSchema preheat_oven: Preheat the oven
    temperature_c!: integer | Temperature in degrees Celsius
    fan: boolean
parametersJsonSchema log_workout: Log a workout
    activity!: one of running, swimming, cycling, yoga
    minutes!: integer
    distance_km: number
openapi startTimer: Starts a timer
    hours: integer
    minutes: integer
    seconds: integer
    name: string | Name for the timer
openapi timer_create: Create a new timer
    minutes!: number | Duration in minutes
    label: string
openapi cancel_timer: Cancel a running timer
    label: string | Name of the timer
parametersJsonSchema set_light: Controls a smart light
    room!: one of kitchen, living_room, bedroom, bathroom
    on!: boolean | true turns the light on, false turns it off
    brightness: integer 0..100
    color: string
parametersJsonSchema lights: Switch lights
    location!: string
    power: one of on, off
    level: number | Dim level between 0 and 1
openapi order_food: Order food from the menu
    item!: string | Dish to order
    quantity!: integer
    spicy: boolean
    notes: string | Special instructions
openapi place_coffee_order: Orders a coffee
    type!: one of latte, flat white, mocha, filter
    size!: one of S, M, L
    sugar: integer | Number of sugars
    to_go: boolean | Whether it is to take away
parametersJsonSchema book_table: Book a table in our restaurant
    name!: string | Name the booking is under
    people!: integer
    day: string | Day of the booking, e.g. Friday
    time!: string | e.g. 19:30
parametersJsonSchema book_appointment: Book an appointment at the hair salon
    service!: one of haircut, colouring, beard_trim
    date!: date
    time!: time
    stylist: string
parametersJsonSchema convert: Convert between units
    amount!: number
    from!: one of kg, lb, g, oz
    to!: one of kg, lb, g, oz
openapi convert_temperature: Converts a temperature
    value!: number
    from_scale!: one of CELSIUS, FAHRENHEIT, KELVIN
    to_scale!: one of CELSIUS, FAHRENHEIT, KELVIN
parametersJsonSchema length_converter: Converts lengths
    value!: number
    source_unit!: string
    target_unit!: string
openapi book_train: Book a train ticket
    from_station!: string
    to_station!: string
    date!: string | YYYY-MM-DD
    first_class: boolean
    tickets: integer
parametersJsonSchema book_cinema_tickets: Book cinema tickets
    movie!: string
    seats!: integer
    time: string
    imax: boolean
openapi rent_car: Rent a car
    category!: one of compact, suv, van, luxury
    days!: integer
    location!: string | Pick-up city
    automatic: boolean | Automatic transmission
parametersJsonSchema set_fan: Set the fan
    speed!: one of low, medium, high, off
    oscillate: boolean
parametersJsonSchema turn_tv: Turn the television on or off
    on!: boolean
parametersJsonSchema change_channel: Change the TV channel
    channel!: integer
openapi make_tea: Make a cup of tea
    kind!: one of green, black, mint
    sugar: boolean
    strength: integer 1..5
parametersJsonSchema countdown: Run a countdown
    length!: integer | Length in seconds
    title: string
openapi switch_lamp: Turns a lamp on or off
    lamp_name!: string | e.g. bedside lamp
    turned_on!: boolean
parametersJsonSchema set_brightness: Set how bright a light is
    light!: string
    percent!: integer 1..100
parametersJsonSchema order_sandwich: Order a sandwich
    bread!: one of white, wholegrain, rye
    filling!: one of cheese, ham, tuna, egg
    quantity: integer
    toasted: boolean | Whether to toast it
    sauce: string
openapi order_ice_cream: Orders ice cream
    flavor!: string
    scoops!: integer
    container: one of CUP, CONE
    sprinkles: boolean
parametersJsonSchema makeReservation: Make a restaurant reservation
    restaurantName!: string
    guests!: integer
    dateTime!: date-time | ISO 8601
    specialRequests: string
openapi book_flight: Book a flight
    from_city!: string
    to_city!: string
    date!: string | Date in YYYY-MM-DD
    seat_class: one of economy, premium, business
    adults: integer
    direct_only: boolean | Only direct flights
parametersJsonSchema convert_length: Convert a length
    value!: number
    from_unit!: one of m, km, mi, ft, in, cm
    to_unit!: one of m, km, mi, ft, in, cm
parametersJsonSchema convert_volume: Convert a volume
    quantity!: number
    source!: one of liters, gallons, cups, pints
    target!: one of liters, gallons, cups, pints
openapi exchange_money: Exchange one currency for another
    amount!: number
    source_currency!: string | ISO code, e.g. USD
    target_currency!: string | ISO code, e.g. EUR
parametersJsonSchema set_heating: Set the heating in a room
    room!: string
    degrees!: number
    boost: boolean
openapi schedule_reminder: Schedule a reminder
    about!: string | What to be reminded of
    minutes_from_now!: integer
parametersJsonSchema water_plants: Water the plants in an area of the garden
    area!: one of front, back, greenhouse
    liters: number
parametersJsonSchema play_radio: Play a radio station
    station!: string
openapi feed_pet: Feed a pet
    pet!: one of cat, dog, fish
    portions!: integer
parametersJsonSchema laundry_start: Start the washing machine
    program!: one of cotton, wool, delicates, quick
    temperature!: integer of 30, 40, 60, 90
    extra_rinse: boolean
parametersJsonSchema post_status: Post a status update
    text!: string | What to post
openapi kitchen_timer: Set a kitchen timer
    time!: integer | Time in minutes
    dish: string | What is cooking
parametersJsonSchema toggle_light: Turn a light on or off
    area!: string | Area of the house
    enabled!: boolean
parametersJsonSchema set_scene: Activate a light scene
    scene!: one of movie, reading, party, relax
    room: string
openapi order_meal: Order a meal
    main!: one of BURGER, SALAD, PASTA, STEAK
    side: one of FRIES, RICE, SOUP
    drink: string
    portions: integer
    to_go: boolean
parametersJsonSchema book_room: Book a meeting room
    room: string
    date!: date
    start!: string | Start time HH:MM
    hours: number
    projector: boolean
parametersJsonSchema book_spa: Book a spa treatment
    treatment!: one of massage, facial, sauna
    duration!: integer | Duration in minutes
    day: string
    guest_name!: string
openapi unit_convert: Convert units
    value!: number
    from!: string
    to!: string
parametersJsonSchema set_temp: Set room temperature
    celsius!: number
    zone!: one of upstairs, downstairs
"""


def declared(notation: str) -> dict[str, Tool]:
    """Read tools from the notation, by name in their order."""
    tools: dict[str, Tool] = {}
    for block in re.split(r"\n(?=\S)", notation.strip()):
        head, *lines = block.splitlines()
        dialect, name, description = re.split(r"[ :] ?", head, maxsplit=2)
        tools[name] = _tool(dialect, name, description, *(line.strip() for line in lines))
    return tools


UNSEEN = declared(_DECLARED)

# Tools declared together, as one session has them.
SETS = {
    "home": "control_light,dim_lights,setThermostat,set_blinds,set_door_lock,start_vacuum",
    "clock": "set_timer,setAlarm,create_reminder,add_calendar_event",
    "cafe": "order_drink,orderPizza,order_burger",
    "travel": "reserve_table,searchFlights,book_hotel_room,book_taxi,get_forecast",
    "convert": "convert_units,convertCurrency,calculate",
    "media": "play_music,pause_music,set_volume,call_contact,send_message",
    "info": "current_weather,get_stock_price,define_word,translate_text,get_local_time",
    "car": "start_navigation,set_car_window,heat_seat,play_music,call_contact",
    "robot": "move_robot,rotate_robot,roll_dice,flip_coin",
    "bank": "transfer_money,get_balance,convertCurrency",
    "notes": "createNote,add_to_shopping_list,create_reminder,search_recipes",
    "lamp": "set_light_color,control_light,set_volume",
    "mix": "order_flowers,preheat_oven,log_workout,set_timer",
    "timer, light, food": "startTimer,set_light,order_food",
    "timers and lights": "timer_create,cancel_timer,lights",
    "coffee shop": "place_coffee_order,order_food,book_table",
    "bookings": "book_table,book_train,book_cinema_tickets,rent_car",
    "converters": "convert,convert_temperature,length_converter",
    "television and tea": "turn_tv,change_channel,set_fan,make_tea",
    "countdown and lamps": "countdown,switch_lamp,set_brightness,set_heating",
    "counter": "order_sandwich,order_ice_cream,makeReservation",
    "measures": "convert_length,convert_volume,exchange_money",
    "trips": "book_flight,makeReservation,schedule_reminder,post_status",
    "household": "water_plants,play_radio,feed_pet,laundry_start,switch_lamp",
    "home and oven": "kitchen_timer,toggle_light,set_scene,set_temp",
    "desk": "order_meal,book_room,book_spa,unit_convert",
}
