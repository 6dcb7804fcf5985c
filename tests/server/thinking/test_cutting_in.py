"""Whoever cuts in says "stop" first, and then what is wanted: only the latter is a request."""

from __future__ import annotations

import pytest

from livekit_nb.server.thinking import Thinker, Tool
from livekit_nb.server.thinking.asides import after_cutting_in

WEATHER = Tool.from_declaration(
    {
        "name": "get_weather",
        "description": "Current weather for a city.",
        "parameters": {
            "type": "OBJECT",
            "properties": {"city": {"type": "STRING"}},
            "required": ["city"],
        },
    }
)


@pytest.mark.parametrize(
    "said",
    [
        "Stop. What's the weather in Rome?",
        "Stop what's the weather in Rome?",
        "Wait, stop. What's the weather in Rome?",
        "No, no, stop. What's the weather in Rome?",
        "Hold on. What's the weather in Rome?",
        "Okay, stop, what's the weather in Rome?",
    ],
)
def test_the_request_after_stop_is_carried_out(said: str) -> None:
    (call,) = Thinker(tools=[WEATHER]).hear(said).calls
    assert call.args == {"city": "Rome"}


@pytest.mark.parametrize("said", ["Wait, stop. What time is it?", "No, stop. What time is it?"])
def test_so_is_a_question_without_a_tool(said: str) -> None:
    plan = Thinker(tools=[WEATHER]).hear(said)
    assert not plan.calls
    assert "It is" in plan.say


@pytest.mark.parametrize("said", ["Stop the timer.", "Stop.", "Hold on a second.", "Stop playing."])
def test_stop_itself_stays_a_request(said: str) -> None:
    assert after_cutting_in(said) == said
