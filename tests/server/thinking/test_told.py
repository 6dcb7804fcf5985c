"""What the system instructions tell: facts, words of greeting, names."""

from __future__ import annotations

import pytest

from livekit_nb.server.thinking import Thinker
from livekit_nb.server.thinking.told import Told

BAKERY = (
    'You are Mia, the voice of a bakery. Greet callers with "Good day, bakery Lind." Be brief.\n'
    "- The shop opens at nine and closes at six.\n- A sourdough loaf costs four euros.\n"
    "- The owner is Mrs. Lind.\n- Never talk about politics."
)


def test_facts_are_told_from_orders():
    assert Told(BAKERY).facts == [
        "The shop opens at nine and closes at six.",
        "A sourdough loaf costs four euros.",
        "The owner is Mrs. Lind.",
    ]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("When do you open?", "opens at nine"),
        ("How much is a sourdough?", "four euros"),
        ("Who is the owner?", "Mrs. Lind"),
    ],
)
def test_questions_are_answered_with_what_was_told(asked, told):
    assert told in Thinker(instructions=BAKERY).hear(asked).say


@pytest.mark.parametrize(
    "asked", ["What is the capital of France?", "Is it going to rain?", "How much is a house?"]
)
def test_what_was_not_told_is_not_known(asked):
    said = Thinker(instructions=BAKERY).hear(asked).say
    assert not any(fact in said for fact in Told(BAKERY).facts)


def test_greeting_and_names_are_as_told():
    assert Thinker(instructions=BAKERY).hear("Hello").say.startswith("Good day, bakery Lind.")
    assert "captain" in Thinker(instructions="Address the user as captain.").hear("Hi").say
    assert "Redbeard" in Thinker(instructions="You are a pirate called Redbeard.").hear("Hi").say
    assert "back" not in Thinker(instructions="Call the user back later.").hear("Hi").say
