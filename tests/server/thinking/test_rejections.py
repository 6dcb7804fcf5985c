"""What fits no tool calls none and is answered with words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.thinking.counter import COUNTER
from tests.server.thinking.errands import ERRANDS
from tests.server.thinking.home import HOME
from tests.server.thinking.talking import thinker_with

UNFITTING = [
    (HOME, "get_weather", "How tall is the Eiffel Tower?"),
    (HOME, "get_weather", "What's the best restaurant in Paris?"),
    (HOME, "get_weather", "I went to Berlin last summer."),
    (HOME, "get_weather", "What time is it in Tokyo?"),
    (HOME, "get_weather", "How many people live in Mumbai?"),
    (HOME, "get_weather", "Book a flight to Paris"),
    (HOME, "get_weather", "tell me about the history of Rome"),
    (HOME, "get_weather", "The weather has been awful lately."),
    (HOME, "get_weather", "Set a timer for five minutes"),
    (HOME, "get_weather", "thanks"),
    (HOME, "start_timer", "What's the weather in Paris?"),
    (HOME, "start_timer", "What time is it?"),
    (HOME, "start_timer", "Set an alarm for seven"),
    (HOME, "start_timer", "How long does it take to boil an egg?"),
    (HOME, "start_timer", "I ran a marathon in four hours"),
    (HOME, "control_light", "Turn on the television"),
    (HOME, "control_light", "How fast is light?"),
    (HOME, "control_light", "I had dinner in the kitchen"),
    (HOME, "order_coffee", "What's the capital of Peru?"),
    (HOME, "order_coffee", "I don't like coffee"),
    (HOME, "order_coffee", "Where does coffee come from?"),
    (HOME, "all", "Who won the world cup in 2018?"),
    (HOME, "all", "How tall is the Eiffel Tower?"),
    (HOME, "all", "tell me a joke"),
    (HOME, "all", "I met a friend in Paris yesterday"),
    (HOME, "all", "My sister called me this morning"),
    (HOME, "all", "how are you doing today"),
    (HOME, "all", "thanks a lot, that was great"),
    (HOME, "all", "What can you do?"),
    (HOME, "all", "Do you like music?"),
    (HOME, "all", "Are you a human?"),
    (HOME, "all", "The movie was three hours long"),
    (HOME, "all", "I think the hotel was too expensive"),
    (HOME, "all", "can you repeat that please"),
    (HOME, "all", "count from one to ten"),
    (HOME, "all", "let's talk about football"),
    (HOME, "all", "why is the sky blue"),
    (HOME, "all", "Paint the bedroom green"),
    (HOME, "all", "Water the plants"),
    (HOME, "all", "feed the cat"),
    (HOME, "all", "hello there"),
    (HOME, "all", "yes"),
    (HOME, "all", "okay good"),
    (HOME, "all", "never mind"),
    (HOME, "all", "what's your favourite colour"),
    (HOME, "all", "is it difficult to learn Italian"),
    (ERRANDS, "all", "How are you?"),
    (ERRANDS, "all", "My garage is full of junk"),
    (ERRANDS, "all", "I weigh too much"),
    (ERRANDS, "all", "The news is depressing"),
    (ERRANDS, "all", "Who painted the Mona Lisa?"),
    (ERRANDS, "all", "what should I wear"),
    (ERRANDS, "all", "what do you think about electric cars"),
    (ERRANDS, "all", "tell me a story"),
    (ERRANDS, "all", "do you have a family"),
    (ERRANDS, "all", "I watched a movie with my friend last night"),
    (ERRANDS, "all", "why do cats purr"),
    (ERRANDS, "all", "Sing a song for me"),
    (ERRANDS, "all", "that's wonderful"),
    (ERRANDS, "all", "Fold my laundry"),
    (ERRANDS, "all", "I'm tired"),
    (ERRANDS, "createCountdown,rate_movie", "What's the weather in Paris?"),
    (ERRANDS, "createCountdown,rate_movie", "Order a pizza"),
    (ERRANDS, "garage_door,blinds", "Open my email"),
    (ERRANDS, "garage_door,blinds", "Close the bank account"),
    (ERRANDS, "order_food", "Order a taxi"),
    (ERRANDS, "order_food", "book a hotel in Rome"),
    (ERRANDS, "get_capital", "What's the weather in France?"),
    (ERRANDS, "get_capital", "how many people live in Norway"),
    (ERRANDS, "flight_status", "Book me a flight to Rome"),
    (ERRANDS, "log_water", "I like water"),
    (ERRANDS, "message", "what's the message of the book"),
    (ERRANDS, "media_control,change_volume", "turn on the oven"),
    (COUNTER, "all", "How tall is Mount Everest?"),
    (COUNTER, "all", "Who is the prime minister of Japan?"),
    (COUNTER, "all", "I had pizza last night"),
    (COUNTER, "all", "My flight was delayed yesterday"),
    (COUNTER, "all", "Do you have any hobbies?"),
    (COUNTER, "all", "Tell me something interesting"),
    (COUNTER, "all", "What's your name?"),
    (COUNTER, "all", "Good morning!"),
    (COUNTER, "all", "That was very helpful, thank you."),
    (COUNTER, "all", "I don't know what to do today"),
    (COUNTER, "all", "How does a microwave work?"),
    (COUNTER, "all", "Write me a poem about the sea"),
    (COUNTER, "all", "Fix my bicycle"),
    (COUNTER, "all", "It is so hot today"),
    (COUNTER, "all", "Can you drive a car?"),
    (COUNTER, "all", "What's the difference between a crow and a raven?"),
    (COUNTER, "all", "My brother lives in Denver"),
    (COUNTER, "all", "Please be quiet"),
    (COUNTER, "all", "What is the speed of light?"),
    (COUNTER, "all", "Recommend a good book"),
    (COUNTER, "get_current_weather", "Set a timer for ten minutes"),
    (COUNTER, "get_current_weather", "When is the next train to Boston?"),
    (COUNTER, "get_current_weather", "What's the population of Chicago?"),
    (COUNTER, "get_current_weather", "Book a hotel in Rome"),
    (COUNTER, "set_timer", "Set the lights to red"),
    (COUNTER, "set_timer", "Order a large pizza"),
    (COUNTER, "set_timer", "What's the time?"),
    (COUNTER, "order_pizza,book_restaurant", "Order a new laptop"),
    (COUNTER, "order_pizza,book_restaurant", "Book a haircut for tomorrow"),
    (COUNTER, "lock_door,close_window", "Open a bank account"),
    (COUNTER, "send_message,call_contact", "What's the weather in Paris?"),
    (COUNTER, "get_stock_price", "What's the price of a banana?"),
]


@pytest.mark.parametrize(
    ("tools", "names", "said"), UNFITTING, ids=lambda v: v if isinstance(v, str) else ""
)
def test_no_tool_is_called(tools: dict[str, Any], names: str, said: str) -> None:
    plan = thinker_with(tools, names).hear(said)
    assert plan.calls == ()
    assert plan.say


def test_an_unfitting_request_does_not_wait_for_arguments() -> None:
    thinker = thinker_with(HOME, "get_weather")
    thinker.hear("How tall is the Eiffel Tower?")
    assert thinker.hear("Paris").calls == ()


def test_refusal_says_honestly_what_is_possible() -> None:
    said = thinker_with(HOME, "get_weather").hear("Water the plants").say
    assert "can't" in said
    assert "weather" in said
