"""The thinker as a whole: small talk, camera, results, interruptions, odd input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livekit_nb.server.thinking import Plan, PlannedCall, Thinker, Tool, ToolResult
from tests.server.thinking.counter import COUNTER
from tests.server.thinking.home import HOME
from tests.server.thinking.talking import assert_calls, thinker_with

SPEECH_WORDS_PER_S = 2.6


@dataclass
class Picture:
    colour: str = "red"
    brightness: str = "bright"
    codes: tuple[str, ...] = ()
    covered: bool = False
    even: bool = False
    text: tuple[str, ...] | None = None
    guesses: tuple[tuple[str, float], ...] | None = None
    lacking: str = ""
    changes: tuple[str, ...] | None = None

    def describe(self) -> str:
        return f"mostly {self.colour}, in {self.brightness} light"


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("Hello!", "Hello"),
        ("Who are you?", "not Gemini"),
        ("are you ChatGPT", "livekit_nb"),
        ("How are you?", "fine"),
        ("Thanks a lot", "welcome"),
        ("goodbye", "Goodbye"),
        ("What can you do?", "story"),
        ("count to five", "1, 2, 3, 4, 5."),
        ("Count from three to six.", "3, 4, 5, 6."),
        ("count down from three", "3, 2, 1."),
        ("count to a million", "too far"),
        ("Spell banana.", "B, A, N, A, N, A"),
        ("What's twelve times seven?", "84"),
        ("what is 1 divided by 0", "no answer"),
        ("What time is it?", "10:05 AM"),
        ("what's the date today", "Sunday, November 22, 2026"),
        ("Do you speak German?", "English"),
        ("Can you hear me?", "Yes"),
        ("My name is Ada", "Ada"),
        ("", "did not catch"),
    ],
)
def test_small_talk_without_tools(said: str, part: str) -> None:
    plan = thinker_with({}).hear(said)
    assert plan.calls == ()
    assert part in plan.say


def test_a_story_is_long_enough_to_be_interrupted() -> None:
    words = thinker_with({}).hear("Tell me a story").say.split()
    assert len(words) / SPEECH_WORDS_PER_S > 25


def test_abilities_are_told_in_plain_words() -> None:
    said = thinker_with(HOME, "get_weather,start_timer").hear("What can you do?").say
    assert "look up the weather" in said
    assert "start a kitchen timer" in said
    assert "_" not in said


def test_repeat_and_go_on_after_an_interruption() -> None:
    thinker = thinker_with({})
    story = thinker.hear("tell me a story").say
    thinker.spoken(story[:60], interrupted=True)
    rest = thinker.hear("go on").say
    assert story.endswith(rest[1:])
    assert len(rest) < len(story)
    assert thinker.hear("repeat that").say == rest


@pytest.mark.parametrize(
    ("instructions", "said", "part"),
    [
        ("You are a friendly travel desk.", "Who are you?", "a friendly travel desk"),
        ("You are a friendly travel desk.", "Hello", "the friendly travel desk"),
        ("Your name is Ada. Be brief.", "What's your name?", "I am Ada"),
        ("You are Ada, a cook.", "hi", "Ada"),
        ("Answer in one sentence.", "Who are you?", "practice server"),
    ],
)
def test_persona_of_the_instructions(instructions: str, said: str, part: str) -> None:
    assert part in Thinker(instructions=instructions).hear(said).say


@pytest.mark.parametrize(
    ("said", "scene", "part"),
    [
        ("What colour do you see?", Picture(), "red"),
        ("what color is this", Picture(colour="blue"), "blue"),
        ("What do you see?", Picture(), "mostly red, in bright light"),
        ("What am I holding?", Picture(), "mostly red"),
        ("Can you see me?", Picture(), "Yes"),
        ("What does the QR code say?", Picture(codes=("hello",)), "hello"),
        ("What do you see?", Picture(covered=True), "covered"),
        ("What does this say?", Picture(text=("Exit", "Mind the gap")), "Exit, Mind the gap."),
        ("What does this say?", Picture(text=()), "no print that I can read"),
        ("What does it say?", Picture(lacking="Extra missing"), "Extra missing."),
        ("Can you read this sign?", Picture(text=("word " * 99,)), "word, and more"),
        ("What's written here?", Picture(codes=("x",)), "a code that says x"),
        ("What am I holding?", Picture(guesses=(("a cup", 0.9),)), "It looks like a cup."),
        (
            "What am I holding?",
            Picture(guesses=(("a cup", 0.5), ("a glass", 0.3))),
            "It might be a cup or a glass, but I am not sure.",
        ),
        ("What is this?", Picture(guesses=(("a cup", 0.3),)), "do not recognise what it is"),
        ("What do you see?", Picture(guesses=(("a cup", 0.9),), text=("Hi",)), "says: Hi"),
        ("What do you see?", Picture(guesses=(("a cup", 0.2),)), "mostly red, in bright light."),
        ("Is my camera covered?", Picture(covered=True), "Yes"),
        ("Is my camera covered?", Picture(even=True), "It may be"),
        ("Is my camera covered?", Picture(), "No, I see mostly red"),
        ("Scan this code", Picture(codes=("hello",)), "hello"),
        ("Scan this code, please.", Picture(), "no code"),
        ("What changed?", Picture(changes=("it is darker", "x is gone")), "It is darker and x"),
        ("What has changed?", Picture(changes=()), "Nothing"),
        ("What's different now?", Picture(), "only one picture"),
        ("Who is this?", Picture(), "do not recognise people"),
        ("How many fingers am I holding up?", Picture(), "do not count"),
        ("What colour do you see?", None, "camera is off"),
        ("Can you see me?", None, "camera is off"),
        ("What does this sign say?", None, "camera is off"),
    ],
)
def test_camera_questions(said: str, scene: Picture | None, part: str) -> None:
    assert part in thinker_with(HOME).hear(said, scene=scene).say


def test_results_of_parallel_calls_are_told_apart() -> None:
    thinker = thinker_with(HOME, "stock_quote")
    plan = thinker.hear("What's the stock price of Apple and Tesla?")
    assert_calls(plan, [("stock_quote", {"ticker": "Apple"}), ("stock_quote", {"ticker": "Tesla"})])
    results = [
        ToolResult(call.name, call.args, {"price_usd": price})
        for call, price in zip(plan.calls, (1, 2), strict=True)
    ]
    said = thinker.tool_results(results).say
    assert said == "For Apple: the price is 1 dollar. For Tesla: the price is 2 dollars."


def test_what_is_complete_is_called_and_what_is_missing_asked_after_the_result() -> None:
    thinker = thinker_with(HOME, "start_timer,lock_doors")
    plan = thinker.hear("Lock the doors and start a timer")
    assert_calls(plan, [("lock_doors", {"locked": True})])
    said = thinker.tool_results([ToolResult("lock_doors", {"locked": True}, {"ok": True})]).say
    assert said == "Done. For how many seconds?"
    assert_calls(thinker.hear("two minutes"), [("start_timer", {"duration_seconds": 120})])


def test_asking_gives_up_after_three_unusable_answers() -> None:
    thinker = thinker_with(HOME, "start_timer")
    thinker.hear("Start a timer")
    said = [thinker.hear("banana").say for _ in range(3)]
    assert [line.endswith("?") for line in said] == [True, True, False]


def test_another_request_replaces_the_waiting_one() -> None:
    thinker = thinker_with(HOME)
    thinker.hear("Book a hotel in Rome")
    plan = thinker.hear("Actually, turn on the kitchen light.")
    assert_calls(plan, [("control_light", {"room": "kitchen", "state": "on"})])


def test_again_repeats_the_last_call() -> None:
    thinker = thinker_with(HOME, "roll_dice")
    first = thinker.hear("Roll two dice")
    assert thinker.hear("again").calls == first.calls == (PlannedCall("roll_dice", {"count": 2}),)


def test_there_means_the_place_just_named() -> None:
    thinker = thinker_with(COUNTER)
    thinker.hear("What's the weather in Cork?")
    plan = thinker.hear("And is it cold there?")
    assert_calls(plan, [("get_current_weather", {"location": "Cork"})])


def test_nested_objects_are_filled() -> None:
    schema = {
        "type": "object",
        "properties": {
            "customer": {
                "type": "object",
                "properties": {"name": {"type": "string", "description": "Name of the customer"}},
                "required": ["name"],
            },
            "minutes": {"type": "integer"},
        },
        "required": ["customer", "minutes"],
    }
    tool = Tool.from_declaration(
        {"name": "book_massage", "description": "Book a massage", "parameters": schema}
    )
    plan = Thinker(tools=[tool]).hear("Book a massage for Clara for 30 minutes")
    assert_calls(plan, [("book_massage", {"customer": {"name": "Clara"}, "minutes": 30})])


def test_waiting_for_an_answer_makes_short_answers_complete() -> None:
    thinker = thinker_with(HOME, "get_weather")
    before = thinker.looks_complete("in Paris")
    thinker.hear("What's the weather?")
    assert thinker.looks_complete("in Paris") >= max(0.9, before)


SPEECH = (
    "set a timer for five minutes in Paris tomorrow at seven pm and tell Anna that what is not no "
    "the $ 20 % dollars half an to of 3:30 add milk , . ? ! make it two turn on off one um"
)
WORDS = st.sampled_from(sorted(set(SPEECH.split())))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=9).map(" ".join) | st.text(max_size=30), max_size=3))
def test_nothing_heard_breaks_it(turns: list[str]) -> None:
    thinker = thinker_with(HOME)
    names = set(HOME)
    for turn in turns:
        plan = thinker.hear(turn)
        assert plan.say or plan.calls
        assert {call.name for call in plan.calls} <= names
        assert 0 <= thinker.looks_complete(turn) <= 1


def test_required_arguments_are_never_missing_and_types_are_kept() -> None:
    kinds: dict[str, Any] = {"integer": int, "number": int | float, "boolean": bool, "array": list}
    plan: Plan = thinker_with(HOME).hear("Book a hotel in Vienna for three nights with breakfast")
    (call,) = plan.calls
    for slot in HOME[call.name].slots:
        assert slot.name in call.args or not slot.required
        assert isinstance(call.args.get(slot.name, ""), kinds.get(slot.type, str) | str)


@pytest.mark.parametrize(
    "asked",
    [
        "Search the web for flights to Rome.",
        "Can you look that up online?",
        "Google the world cup.",
        "Do you have access to the internet?",
    ],
)
def test_who_asks_for_the_web_is_told_that_there_is_none(asked):
    said = Thinker().hear(asked).say
    assert "web" in said
    assert "can't" in said


def test_a_tool_that_searches_is_called_all_the_same():
    search = Tool.from_declaration(
        {
            "name": "web_search",
            "description": "Search the web.",
            "parameters": {
                "type": "OBJECT",
                "properties": {"query": {"type": "STRING"}},
                "required": ["query"],
            },
        }
    )
    plan = Thinker(tools=[search]).hear("Search the web for flights to Rome.")
    assert [dict(call.args) for call in plan.calls] == [{"query": "flights to Rome"}]
