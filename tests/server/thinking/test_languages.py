"""Other languages are noticed, and the limit is stated."""

from __future__ import annotations

import pytest

from livekit_nb.server.thinking import Thinker
from livekit_nb.server.thinking.languages import asks_for_language, is_foreign
from tests.server.thinking.declarations import text, tool
from tests.server.thinking.talking import assert_calls


@pytest.mark.parametrize(
    "said",
    [
        "Wie ist das Wetter heute?",
        "¿Qué tiempo hace hoy en Madrid?",
        "Quel temps fait-il à Paris ?",
        "Che tempo fa oggi a Roma?",
        "Hoe laat is het?",
        "今日の天気は",
        "Какая сегодня погода?",
        "Bonjour!",
    ],
)
def test_another_language_is_answered_honestly(said):
    assert is_foreign(said)
    assert "only English" in Thinker().hear(said).say


@pytest.mark.parametrize(
    "said",
    [
        "Please speak German.",
        "can you answer in French",
        "switch to Italian",
        "Do you speak Dutch?",
    ],
)
def test_a_wish_for_another_language_is_answered_honestly(said):
    assert "English" in Thinker().hear(said).say


@pytest.mark.parametrize(
    "said",
    [
        "Turn on the light in the den",
        "I was in Die Hard once",
        "Play something by Los Lobos",
        "Let's talk about French food",
        "How do you say hello in Spanish?",
    ],
)
def test_english_with_foreign_words_is_english(said):
    assert not is_foreign(said)
    assert not asks_for_language(said.lower())


def test_a_tool_that_takes_a_language_comes_first():
    translate = tool(
        "translate",
        "Translates text",
        {"text": text("What to translate"), "language": text("Target language")},
        ["text", "language"],
    )
    plan = Thinker(tools=[translate]).hear("Translate guten Tag into Italian.")
    assert_calls(plan, [("translate", {"text": "guten Tag", "language": "Italian"})])
