"""Everyday requests that lack an argument are asked about, what fits no tool calls none."""

from __future__ import annotations

import pytest

from tests.server.thinking.everyday import EVERYDAY
from tests.server.thinking.talking import thinker_with

LACKING: list[tuple[str, str, str]] = [
    ("kitchen timers", "Set a timer for the rice.", "set_timer"),
    ("kitchen timers", "start a timer please", "set_timer"),
    ("reminders and alarms", "Remind me to buy a birthday present for Leo.", "add_reminder"),
    ("reminders and alarms", "Can you set an alarm for me?", "set_alarm"),
    ("room lights", "Change the light in my bedroom to a different color.", "set_color"),
    ("climate and blinds", "Change the thermostat in the kitchen.", "set_temperature"),
    ("climate and blinds", "Can you change the fan speed?", "set_fan"),
    ("pizza place", "I would like to order a mushroom pizza.", "order_pizza"),
    ("pizza place", "a large pizza please", "order_pizza"),
    ("online shop", "Okay, I want to pay now.", "checkout"),
    ("online shop", "Add some pencils to my cart.", "add_to_cart"),
    ("evening out", "Book a table at Luigi's for 7 p.m.", "book_table"),
    ("evening out", "I want to see Inside Out at the cinema.", "book_cinema"),
    ("travel agency", "Book a hotel in Amsterdam.", "book_hotel"),
    ("travel agency", "Find a flight to Tokyo on Friday.", "search_flights"),
    (
        "doctor's office",
        "I need an appointment with Doctor Miller on Wednesday.",
        "book_appointment",
    ),
    ("converter", "Can you convert 30 dollars for me?", "convert_currency"),
    ("converter", "Convert kilometers to miles.", "convert_length"),
    ("game night", "Give Paul some points.", "add_points"),
    ("robot", "Drive forward.", "move"),
    ("robot", "Turn 60 degrees.", "turn"),
]

UNFITTING: list[tuple[str, str]] = [
    ("kitchen timers", "Hello, how are you today?"),
    ("kitchen timers", "How do you make tomato sauce?"),
    ("kitchen timers", "we had spaghetti at school today and it was really good"),
    ("reminders and alarms", "Thank you, that was very helpful."),
    ("reminders and alarms", "I forgot my math book again this morning."),
    ("reminders and alarms", "Who invented the clock?"),
    ("room lights", "Good evening!"),
    ("room lights", "How fast does light travel?"),
    ("room lights", "Play some relaxing music in the living room."),
    ("climate and blinds", "What is the coldest place on Earth?"),
    ("climate and blinds", "It snowed on my way to school and my feet got wet."),
    ("climate and blinds", "Can you order me a new thermostat from the store?"),
    ("pizza place", "Where was pizza invented?"),
    ("pizza place", "Yesterday I ate way too much pizza with my friends."),
    ("pizza place", "Hi there."),
    ("online shop", "My sister got a new phone for her birthday."),
    ("online shop", "Tell me a joke."),
    ("online shop", "what's the weather going to be like tomorrow"),
    ("evening out", "Who played the main character in Titanic?"),
    ("evening out", "I was so tired last night that I fell asleep on the couch."),
    ("evening out", "Good morning, what's your name?"),
    ("travel agency", "How many people live in Paris?"),
    ("travel agency", "Last summer we went to Italy with my cousins and swam every day."),
    ("travel agency", "Thanks, goodbye."),
    ("doctor's office", "How many bones does a human have?"),
    ("doctor's office", "My little brother wants to become a doctor when he grows up."),
    ("doctor's office", "Can you turn up the volume a bit?"),
    ("converter", "Who is the richest person in the world?"),
    ("converter", "I ran a really long way in sports class today."),
    ("game night", "What are the rules of chess?"),
    ("game night", "my brother always cheats when we play cards"),
    ("game night", "Do you like playing games?"),
    ("robot", "Are robots going to take over the world?"),
    ("robot", "I built a robot out of cardboard with my dad on Sunday."),
    ("robot", "Okay, cool, thank you."),
    ("kettle", "Tea is my favorite drink."),
    ("kettle", "Do you like coffee?"),
    ("kettle", "How long should green tea steep?"),
    ("kettle", "The kettle is brand new."),
    ("countdowns", "How many hours are in a day?"),
    ("countdowns", "I waited for two hours at the bank."),
    ("countdowns", "What's the title of that movie?"),
    ("countdowns", "Set an alarm for seven"),
    ("light strip", "I painted my room blue."),
    ("light strip", "Play some ocean sounds"),
    ("light strip", "The forest was beautiful at sunset."),
    ("light strip", "Who invented the candle?"),
    ("covers", "Stop it, you're annoying"),
    ("covers", "Close the garage door"),
    ("covers", "The position is already taken."),
    ("bakery", "Who baked the first bread?"),
    ("bakery", "My sister is allergic to chocolate."),
    ("bakery", "What time do you open?"),
    ("table's order", "Bill is my neighbor."),
    ("table's order", "What do you recommend?"),
    ("table's order", "Call me a taxi"),
    ("flights", "Book a hotel in Rome"),
    ("flights", "My flight was awful"),
    ("flights", "Can I take my dog on the plane?"),
    ("vet", "My dog ate the sofa"),
    ("vet", "Order dog food"),
    ("rental car", "My car broke down yesterday"),
    ("rental car", "Wash the car"),
    ("rental car", "How fast is a convertible?"),
    ("measures", "I ran five miles"),
    ("measures", "It's ten degrees outside"),
    ("measures", "What time is it?"),
    ("gym", "I hate yoga"),
    ("gym", "Cancel my gym membership"),
    ("gym", "How many calories does boxing burn?"),
    ("household", "I love the radio"),
    ("household", "What do cats eat?"),
    ("household", "Water is wet"),
    ("household", "Text my mom"),
    ("kitchen timer", "My kitchen is too small"),
    ("bulbs", "Set the thermostat to twenty"),
    ("bulbs", "Lights are expensive"),
    ("fixtures", "Order a new lamp"),
    ("fixtures", "Turn on the television"),
    ("sandwiches", "I had a sandwich for lunch"),
    ("sandwiches", "What's a good filling for pancakes?"),
    ("clinic", "My doctor is very nice"),
    ("clinic", "Is ibuprofen safe?"),
    ("cinema", "The movie was terrible"),
    ("cinema", "Book a flight to Berlin"),
    ("tables", "The table is broken"),
    ("tables", "I have a date tomorrow"),
    ("bank", "Banks are closed on Sunday"),
    ("bank", "Tell Maria I will be late"),
    ("bank", "How does a credit card work?"),
    ("office lunch", "Lunch was great, thanks"),
    ("nap", "I slept for nine hours"),
    ("nap", "Set a timer for ten minutes"),
    ("boats", "The boat sank"),
    ("trains", "The train was late again"),
    ("dishwasher", "Clean the kitchen"),
    ("dimmers", "My left foot hurts"),
    ("barber", "Ali is a nice guy"),
    ("crate", "An apple a day keeps the doctor away"),
]


@pytest.mark.parametrize(("tools", "said", "tool"), LACKING)
def test_what_lacks_an_argument_is_asked_about(tools: str, said: str, tool: str) -> None:
    thinker = thinker_with(EVERYDAY[tools])
    asked = thinker.hear(said)
    assert not asked.calls
    assert asked.say.endswith("?")
    assert thinker.waits_for is EVERYDAY[tools][tool]


@pytest.mark.parametrize(("tools", "said"), UNFITTING)
def test_what_fits_no_tool_calls_none(tools: str, said: str) -> None:
    thinker = thinker_with(EVERYDAY[tools])
    plan = thinker.hear(said)
    assert not plan.calls
    assert plan.say
    assert thinker.waits_for is None
