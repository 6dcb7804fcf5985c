"""Tools of everyday kinds, a set per session, in the short notation of `strangers`."""

from __future__ import annotations

import re

from livekit_nb.server.thinking import Tool
from tests.server.thinking.strangers import declared

_DECLARED = """
== kitchen timers
parameters set_timer: Start a timer
    minutes!: integer | how many minutes
    label: string
parameters cancel_timer: Cancel the timer with this label
    label!: string
parameters time_left: Say how much time is left on a timer
    label!: string
== reminders and alarms
parameters add_reminder: Add a reminder for later
    text!: string | what to remember
    when!: string | when to remind, for example tomorrow at 5 pm
parameters delete_reminder: Delete a reminder
    text!: string
parameters set_alarm: Set an alarm clock
    time!: string | time of the alarm
    repeat: boolean | ring every day
parameters list_reminders: Read out all reminders
== room lights
parameters switch_light: Turn a light on or off
    room!: string | name of the room
    state!: one of on, off
parameters set_brightness: Set how bright a light is
    room!: string
    percent!: integer | 0 to 100
parameters set_color: Change the color of the light
    room!: string
    color!: one of red, green, blue, yellow, white, purple | the color
== climate and blinds
parameters set_temperature: Set the thermostat
    degrees!: number | target temperature in celsius
    room: string
parameters get_temperature: Tell the current temperature in a room
    room!: string
parameters move_blinds: Move the blinds
    position!: one of open, closed, half | where the blinds should be
    room: string | only this room
parameters set_fan: Control the fan
    speed!: one of off, low, medium, high
parameters set_eco_mode: Turn energy saving mode on or off
    enabled!: boolean
== pizza place
parameters order_pizza: Order a pizza
    kind!: string | kind of pizza, like margherita
    size!: one of small, medium, large
    quantity: integer | how many
parameters add_drink: Add a drink to the order
    drink!: string
    quantity: integer
parameters cancel_order: Cancel the whole order
== online shop
parameters search_product: Search the shop for a product
    query!: string
    max_price: number | highest price in euros
parameters add_to_cart: Put an item into the shopping cart
    item!: string
    quantity!: integer
parameters remove_from_cart: Take an item out of the cart
    item!: string
parameters checkout: Pay for everything in the cart
    payment!: one of card, cash, paypal | how to pay
== evening out
parameters book_table: Book a table in a restaurant
    restaurant!: string | name of the restaurant
    people!: integer
    time!: string
    day: string | the day, if not today
parameters book_cinema: Buy cinema tickets
    movie!: string
    tickets!: integer | number of tickets
    row: one of front, middle, back | where to sit
== travel agency
parameters search_flights: Find flights
    origin!: string | city where the flight starts
    destination!: string
    date!: string
parameters book_hotel: Book a hotel room
    city!: string
    nights!: integer
    breakfast: boolean | with breakfast or not
parameters rent_car: Rent a car
    city!: string
    days!: integer | number of days
    car_type: one of small, family, van
== doctor's office
parameters book_appointment: Make a doctor's appointment
    doctor!: string | name of the doctor
    day!: string
    time!: string
    reason: string | why the patient comes
== converter
parameters convert_length: Convert a length
    value!: number
    from_unit!: string
    to_unit!: string
parameters convert_weight: Convert a weight
    value!: number
    from_unit!: string | like kg or pounds
    to_unit!: string
parameters convert_temperature: Convert a temperature
    value!: number | the temperature
    to_unit!: one of celsius, fahrenheit | unit to convert to
parameters convert_currency: Convert money from one currency to another
    amount!: number
    from_currency!: string
    to_currency!: string
== game night
parameters add_points: Give points to a player
    player!: string
    points!: integer
parameters get_score: Say the score of a player
    player!: string
parameters reset_scores: Set all scores back to zero
parameters play_music: Play a song or an artist
    song!: string | title or artist
    volume: integer | from 0 to 10
parameters stop_music: Stop the music
== robot
parameters move: Drive the robot
    direction!: one of forward, backward
    distance!: number | in centimeters
parameters turn: Turn the robot on the spot
    direction!: one of left, right | which way to turn
    degrees!: integer
parameters set_speed: Change the speed of the robot
    speed!: one of slow, normal, fast
parameters stop: Stop the robot right now
== kettle
parametersJsonSchema brew_tea: Starts brewing tea in the smart kettle.
    variety!: one of green, black, herbal, oolong
    steep_seconds!: integer | How long to steep, in seconds.
parametersJsonSchema kettle_temp: Heats water to a temperature.
    celsius!: integer | Temperature in Celsius.
parametersJsonSchema stop_kettle: Stops the kettle.
== countdowns
parametersJsonSchema addTimer: Add a countdown
    hours!: integer
    minutes!: integer
    title: string
parametersJsonSchema removeTimer: Remove a countdown
    title!: string
parametersJsonSchema renameTimer: Give a countdown a new name
    old_title!: string | Current name
    new_title!: string | New name
== light strip
parametersJsonSchema led: Controls the LED strip.
    rgb_hex_or_name!: string | Colour name such as red.
    fade_ms: integer | Fade time in milliseconds.
parametersJsonSchema scene: Applies a scene
    name!: one of sunset, ocean, forest, candle
parametersJsonSchema blink: Makes the strip blink a number of times
    times!: integer | How often
== covers
parametersJsonSchema move_cover: Moves a cover: blinds, shutters or awning.
    cover!: string | Which cover.
    action!: one of open, close, stop
parametersJsonSchema set_cover_position: Sets how far a cover is open.
    cover!: string | Which cover.
    position!: integer | 0 to 100 percent open.
== bakery
parametersJsonSchema order_cake: Orders a cake.
    flavor!: one of chocolate, carrot, lemon, red_velvet
    serves!: integer | How many people it should serve.
    message: string | Text written on the cake.
    pickup_day: string | Day of pickup.
parametersJsonSchema order_bread: Orders loaves of bread.
    kind!: string | Kind of bread, e.g. rye.
    loaves!: integer | Number of loaves.
    sliced: boolean | Whether to slice it.
== table's order
parametersJsonSchema add_dish: Adds a dish to the table's order.
    dish!: string
    count: integer | How many
    spicy: boolean
    notes: string | Special wishes.
parametersJsonSchema get_bill: Asks for the bill.
    split_by: integer | Number of people to split between.
== flights
parametersJsonSchema search_flights: Search flights.
    from_city!: string
    to_city!: string
    depart!: string | Departure date
    return: string | Return date
    cabin: one of economy, business, first
    adults: integer
parametersJsonSchema seat: Choose a seat on a booked flight.
    row!: integer
    letter!: one of A, B, C, D, E, F
== vet
parametersJsonSchema book_visit: Books a visit at the vet.
    pet_name!: string
    reason!: one of checkup, vaccination, grooming, emergency
    day!: string | Day of the visit
    slot: one of morning, afternoon, evening
parametersJsonSchema cancel_visit: Cancels a visit.
    pet_name!: string
== rental car
parametersJsonSchema rent_car: Rents a car.
    pickup_city!: string | City where the car is picked up.
    days!: integer | Rental length in days.
    category!: one of compact, suv, van, convertible
    gps: boolean | Add a navigation device.
parametersJsonSchema extend_rental: Makes a rental longer.
    extra_days!: integer
== measures
parametersJsonSchema temp: Convert temperature
    degrees!: number
    scale_from!: one of C, F, K
    scale_to!: one of C, F, K
parametersJsonSchema length: Convert length
    x!: number
    src!: one of mm, cm, m, km, in, ft, yd, mi
    dst!: one of mm, cm, m, km, in, ft, yd, mi
parametersJsonSchema tz: Convert a clock time between cities
    time!: string
    from_city!: string
    to_city!: string
parametersJsonSchema tip: Work out a tip.
    bill!: number | Bill total
    percent!: number | Tip in percent
== gym
parametersJsonSchema book_class: Reserve a spot in a class.
    class_name!: one of yoga, pilates, spinning, boxing
    weekday!: string | Day of the week
    mat: boolean | Whether to reserve a mat.
parametersJsonSchema log_weight: Save today's body weight.
    kilograms!: number
== household
parametersJsonSchema send_fax: Sends a fax
    number!: string
    text!: string
parametersJsonSchema play_station: Plays a radio station
    station!: string
    volume: integer | Volume 0 to 100
parametersJsonSchema water_plants: Waters the plants
    zone!: one of balcony, garden, greenhouse
    liters: number | Amount of water in liters
parametersJsonSchema feed_cat: Feeds the cat
    portion_grams: integer
== kitchen timer
parametersJsonSchema startKitchenTimer: Kitchen timer.
    len!: string | Duration, e.g. '10 minutes'
    what: string | what is cooking
parametersJsonSchema kitchenTimerStatus: How much time is left.
    what: string
parametersJsonSchema stopKitchenTimer: Stop a timer.
    what: string
== bulbs
parametersJsonSchema setBulb: Set one bulb
    id!: string | name of the bulb
    on: boolean
    level: integer | 0-255
    hue: one of warm, cool, daylight
parametersJsonSchema setAllBulbs: Set all bulbs
    on!: boolean
parametersJsonSchema nightlight: Night light on for a while
    minutes!: integer
== fixtures
parametersJsonSchema toggle_fixture: Turns a light fixture on or off.
    fixture!: one of chandelier, floor_lamp, desk_lamp, porch_light
    power!: one of ON, OFF
parametersJsonSchema adjust_warmth: Makes the white light warmer or cooler.
    fixture!: one of chandelier, floor_lamp, desk_lamp, porch_light
    kelvin!: integer | Colour temperature in kelvin
parametersJsonSchema schedule_lights: Schedule when the lights go on or off.
    at!: string | Time HH:MM
    power!: one of ON, OFF
== sandwiches
parametersJsonSchema make_sandwich: Order a sandwich
    bread!: one of white, rye, wheat, sourdough
    filling!: string | Main filling
    toasted: boolean
    extras: list of string | Extra toppings
    qty: integer
parametersJsonSchema add_side: Add a side
    side!: one of chips, coleslaw, pickle, soup
parametersJsonSchema remove_item: Remove something from the order
    what!: string
== clinic
parametersJsonSchema make_appointment: Makes an appointment with a doctor.
    doctor!: string | Name of the doctor
    date!: string | Date as YYYY-MM-DD
    time!: string | Time as HH:MM
    reason: string | Why
parametersJsonSchema cancel_appointment: Cancels an appointment.
    date!: string | Date as YYYY-MM-DD
parametersJsonSchema refill_prescription: Refills a prescription.
    medication!: string
    days: integer | Supply in days
== cinema
parametersJsonSchema book_tickets: Book cinema tickets
    film!: string | Title
    seats!: integer | Number of tickets
    when: string | Showing time
    row: string | Preferred row
    vip: boolean | VIP seats
parametersJsonSchema showtimes: List the show times of a film
    film!: string
== tables
parametersJsonSchema reserveTable: Books a table
    guests!: integer
    dateTime!: date-time | ISO 8601
    seating: one of inside, outside, bar
    occasion: string | Birthday, anniversary and so on
    phone: string
parametersJsonSchema changeGuests: Changes the number of guests of a reservation
    guests!: integer
== kitchen measures
parametersJsonSchema convertVolume: Convert cooking volumes
    amount!: number
    to!: one of cup, tbsp, tsp, ml, l
    from!: one of cup, tbsp, tsp, ml, l
parametersJsonSchema convertSpeed: km/h to mph
    kmh!: number
parametersJsonSchema shoeSize: Convert a shoe size between systems
    size!: number
    from_system!: one of EU, US, UK
    to_system!: one of EU, US, UK
== bank
parametersJsonSchema transfer_money: Sends money to somebody.
    recipient!: string | Who gets it
    amount!: number | Amount in euros
    reference: string | Payment reference
parametersJsonSchema get_balance: Tells the balance of an account
    account: one of checking, savings
parametersJsonSchema freeze_card: Freezes a card
    last_four!: string | Last four digits
== dishwasher
parametersJsonSchema start_dishwasher: Starts the dishwasher.
    program!: one of eco, quick, intensive
    delay_hours: integer | Start after this many hours.
parametersJsonSchema dishwasher_status: Tells how long the dishwasher still runs.
== dimmers
parametersJsonSchema dimmer: Dimmer for one lamp
    lamp!: one of left, right, both
    value!: number | 0..1
parametersJsonSchema strobe: Strobe light
    seconds!: integer
    color: one of red, white
== office lunch
parametersJsonSchema orderLunch: Order lunch for the office
    dish!: one of lasagna, curry, salad, burrito
    portions!: integer | How many portions
    vegetarian: boolean | Vegetarian version
    deliver_at: string | Delivery time HH:MM
    note: string | Note for the kitchen
parametersJsonSchema changeOrder: Change the number of portions of today's order
    portions!: integer
== crate
parametersJsonSchema add_produce: Puts fruit or vegetables into the crate.
    produce!: string | Name of fruit or vegetable.
    kilos!: number | Weight in kilograms.
parametersJsonSchema empty_crate: Empties the crate.
== barber
parametersJsonSchema reserve_slot: Reserves a slot at the barber shop
    service!: one of cut, shave, cut_and_shave
    day!: string | YYYY-MM-DD
    start!: string | HH:MM
    barber: one of Ali, Tom, Nina
parametersJsonSchema my_slots: Lists my slots
parametersJsonSchema drop_slot: Gives a slot back
    day!: string | YYYY-MM-DD
== trains
parametersJsonSchema find_train: Find train connections
    start!: string | Station where the journey starts
    goal!: string | Station where it ends
    leave_after: string | Earliest departure, HH:MM
    bikes: integer | Number of bicycles
parametersJsonSchema reserve_seat: Reserve a seat on a train
    train_no!: string | Train number like ICE 123
    side: one of window, aisle
    quiet_car: boolean
== recipe measures
parametersJsonSchema unit: Kitchen unit conversion
    qty!: number
    unit_from!: string | e.g. cups
    unit_to!: string | e.g. grams
parametersJsonSchema oven_temp: Converts oven temperature from Celsius to Fahrenheit
    c!: number
parametersJsonSchema scale_recipe: Scales a recipe to a number of servings
    servings!: integer
== running
parametersJsonSchema pace: Converts a running speed from km/h to minutes per kilometre
    kmh!: number
parametersJsonSchema dist: miles <-> kilometres
    value!: number
    to!: one of miles, kilometres
== nap
parametersJsonSchema nap: Wakes the user after a nap
    mins!: integer | Minutes
parametersJsonSchema bedtime: Sets the daily bedtime reminder
    time!: string | 24h time, e.g. 22:30
parametersJsonSchema white_noise: Plays white noise
    sound: one of rain, ocean, fan
    stop_after: integer | Minutes
== boats
parametersJsonSchema rent_boat: Rent a boat
    type!: one of kayak, canoe, sailboat, paddle_board
    hours!: number
    people: integer
    life_jackets: integer | How many life jackets
parametersJsonSchema weather_at_lake: Weather at the lake
    when: string
"""


def _sets() -> dict[str, dict[str, Tool]]:
    sets: dict[str, dict[str, Tool]] = {}
    for block in re.split(r"^== ", _DECLARED, flags=re.M)[1:]:
        name, _, tools = block.partition("\n")
        sets[name] = declared(tools)
    return sets


EVERYDAY = _sets()
