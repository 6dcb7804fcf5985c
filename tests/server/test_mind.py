"""A mind keeps what was said when it is told to think differently."""

from __future__ import annotations

import threading

import pytest

from livekit_nb.server.mind import HISTORY, Memories, Mind
from livekit_nb.server.thinking import Plan, Thinker

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


def test_the_oldest_memories_are_forgotten():
    memories = Memories(limit=3)
    minds = [Mind() for _ in range(5)]
    for number, mind in enumerate(minds):
        memories.keep(str(number), mind)
    assert "0" not in memories
    assert "1" not in memories
    assert memories.recall("4") is minds[4]
    assert memories.recall(None) is None
