"""A mind keeps what was said when it is told to think differently."""

from __future__ import annotations

import threading

import pytest

from livekit_nb.server.talk.mind import HISTORY, Mind
from livekit_nb.server.thinking import Plan, Thinker, ToolResult

WEATHER = {
    "name": "get_weather",
    "description": "Current weather for a city.",
    "parameters": {
        "type": "OBJECT",
        "properties": {"city": {"type": "STRING", "description": "Name of the city"}},
        "required": ["city"],
    },
}
QUESTION = "What's the weather in Paris?"


def calls(mind):
    return [(call.name, dict(call.args)) for call in mind.hear(QUESTION, None).calls]


def test_tools_come_and_go():
    mind = Mind()
    mind.instruct("", [])
    assert calls(mind) == []
    mind.instruct("", [WEATHER])
    assert calls(mind) == [("get_weather", {"city": "Paris"})]
    mind.instruct("", [])
    assert calls(mind) == []


def test_what_was_said_is_known_after_the_instructions_change():
    mind = Mind()
    mind.instruct("Your name is Kim.", [])
    assert "Kim" in mind.hear("What's your name?", None).say
    mind.hear("My name is Ada.", None)
    mind.instruct("Your name is Robin.", [])
    assert "Robin" in mind.hear("What's your name?", None).say
    assert "Ada" in mind.hear("What's my name?", None).say


def test_what_was_said_before_the_session_is_known_after_the_instructions_change():
    mind = Mind()
    mind.remember("user", "My name is Ada.")
    mind.remember("model", "Hello Ada.")
    mind.instruct("", [WEATHER])
    assert "Ada" in mind.hear("What's my name?", None).say


def test_the_same_instructions_again_change_nothing():
    mind = Mind()
    mind.instruct("", [WEATHER])
    mind.hear("What's the weather?", None)  # asks for the city
    mind.instruct("", [dict(WEATHER)])
    assert [dict(call.args) for call in mind.hear("Paris.", None).calls] == [{"city": "Paris"}]


def test_what_is_repeated_is_bounded():
    mind = Mind()
    mind.remember("user", "My name is Ada.")
    for _ in range(HISTORY):
        mind.spoken("Hm.", interrupted=False)
    mind.instruct("", [WEATHER])
    assert "Ada" not in mind.hear("What's my name?", None).say


@pytest.mark.parametrize(
    "other",
    [
        lambda mind: mind.hear("Hello.", None),
        lambda mind: mind.tool_results([]),
        lambda mind: mind.spoken("Hello.", interrupted=False),
        lambda mind: mind.remember("user", "Hello."),
        lambda mind: mind.instruct("Be brief.", []),
    ],
    ids=["hear", "tool_results", "spoken", "remember", "instruct"],
)
def test_two_connections_that_share_a_mind_use_it_one_after_the_other(monkeypatch, other):
    mind = Mind()
    threads = []

    def hear(thinker, text, scene=None):
        if not threads:
            threads.append(threading.Thread(target=other, args=[mind]))
            threads[0].start()
            threads[0].join(0.2)  # it cannot end, so this is not awaited but tried
            assert threads[0].is_alive()
        return Plan(say="Hello.")

    monkeypatch.setattr(Thinker, "hear", hear)
    assert mind.hear("Hello.", None).say == "Hello."
    threads[0].join()


def test_a_twin_knows_the_same_and_goes_on_by_itself():
    mind = Mind()
    mind.instruct("", [WEATHER])
    mind.hear("My name is Ada.", None)
    mind.hear("What's the weather?", None)  # asks for the city
    twin = mind.twin()
    mind.hear("Rome.", None)
    mind.hear("My name is Bob.", None)
    assert [dict(call.args) for call in twin.hear("Paris.", None).calls] == [{"city": "Paris"}]
    assert "Ada" in twin.hear("What's my name?", None).say
    assert "Bob" in mind.hear("What's my name?", None).say


def test_what_left_the_context_is_forgotten_and_the_rest_is_not():
    mind = Mind()
    mind.instruct("", [WEATHER])
    mind.hear("My name is Ada.", None)
    mind.spoken("Nice to meet you, Ada.", interrupted=False)
    mind.hear("Tell me a joke.", None)
    mind.hear("Thank you.", None)
    mind.forget(3)
    assert "Ada" in mind.twin().hear("What's my name?", None).say
    mind.forget(2)
    assert "Ada" not in mind.twin().hear("What's my name?", None).say


def test_what_is_asked_for_stays_asked_for_when_older_turns_are_forgotten():
    mind = Mind()
    mind.instruct("", [WEATHER])
    mind.hear("Tell me a joke.", None)
    mind.hear("What's the weather?", None)  # asks for the city
    mind.forget(1)
    assert [dict(call.args) for call in mind.twin().hear("Paris.", None).calls] == [
        {"city": "Paris"}
    ]
    mind.forget(0)
    assert mind.hear("Paris.", None).calls == ()


@pytest.mark.parametrize(
    ("said", "thought"),
    [
        (QUESTION, "This asks for get_weather(city='Paris'): I call it."),
        ("What's the weather?", "This asks for get_weather, which needs city: I ask for that."),
        ("Tell me a joke.", "None of the 1 declared tools fits: I answer by myself."),
    ],
)
def test_a_thought_says_what_was_decided(said, thought):
    mind = Mind()
    mind.instruct("", [WEATHER])
    plan = mind.hear(said, None)
    assert plan.thought == thought
    assert plan.asks == ("needs" in thought)


def test_a_thought_tells_what_tools_brought():
    mind = Mind()
    mind.instruct("", [WEATHER])
    answers = [
        ToolResult("get_weather", {"city": "Paris"}, {"sky": "clear"}),
        ToolResult("get_weather", {"city": "Rome"}, {"error": "no such city"}),
    ]
    assert mind.tool_results(answers).thought == (
        "get_weather answered and get_weather failed: I say so."
    )
