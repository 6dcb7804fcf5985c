"""Several things said in one turn: each is answered, whatever the others need."""

from __future__ import annotations

import pytest

from livekit_nb.server.thinking import Thinker, Tool, ToolResult

ADD = Tool.from_declaration(
    {
        "name": "add_item",
        "description": "Add an item to the shopping list.",
        "parameters": {
            "type": "OBJECT",
            "properties": {"item": {"type": "STRING"}},
            "required": ["item"],
        },
    }
)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("What is 12 plus 13? What is 7 times 6?", "That is 25. That is 42."),
        ("My name is Ada. What is 3 plus 4?", "Nice to meet you, Ada. That is 7."),
        ("My name is Ada.What is my name?", "Nice to meet you, Ada. Your name is Ada."),
        ("Thanks. What is 3 plus 4?", "That is 7."),
        ("Good. What is 3 plus 4? Thank you. Spell cat.", "That is 7. Cat: C, A, T."),
    ],
)
def test_each_question_is_answered(said: str, answer: str) -> None:
    assert Thinker(tools=[ADD]).hear(said).say == answer


def test_a_story_comes_after_what_is_short() -> None:
    said = Thinker().hear("Tell me a story. What is 3 plus 4?").say
    assert said.startswith("That is 7. ")
    assert len(said) > 500


@pytest.mark.parametrize(
    "said",
    [
        "Add milk to the shopping list. What is 3 plus 4?",
        "What is 3 plus 4? Add milk to the shopping list.",
    ],
)
def test_beside_a_call_the_rest_is_answered_with_its_result(said: str) -> None:
    thinker = Thinker(tools=[ADD])
    plan = thinker.hear(said)
    assert [(call.name, call.args) for call in plan.calls] == [("add_item", {"item": "milk"})]
    assert plan.say == ""
    twin = thinker.twin()
    result = ToolResult("add_item", {"item": "milk"}, {"result": "Milk is on the list"}, False)
    for mind in (thinker, twin):
        assert mind.tool_results([result]).say.endswith(" That is 7.")
        assert "7" not in mind.tool_results([result]).say, "it is said once"


def test_what_was_still_to_be_said_is_dropped_with_what_it_belonged_to() -> None:
    thinker = Thinker(tools=[ADD])
    thinker.hear("Add milk to the shopping list. What is 3 plus 4?")
    thinker.hear("What is 1 plus 1?")
    result = ToolResult("add_item", {"item": "milk"}, {"result": "Milk is on the list"}, False)
    assert "7" not in thinker.tool_results([result]).say


def test_one_matter_in_two_sentences_stays_one() -> None:
    thinker = Thinker(tools=[ADD])
    (call,) = thinker.hear("We are having guests. Add milk to the shopping list.").calls
    assert call.args == {"item": "milk"}
    said = thinker.hear("My name is Dr. Grey.").say
    assert said.count("Nice to meet you") <= 1
