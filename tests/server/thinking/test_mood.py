"""How finished an utterance reads, and what kind of utterance it is."""

from __future__ import annotations

import pytest

from livekit_nb.server.thinking import looks_complete
from livekit_nb.server.thinking.mood import kind_of
from livekit_nb.server.thinking.words import Utterance


@pytest.mark.parametrize(
    "said",
    [
        "Set a timer for",
        "What's the weather in",
        "add milk, eggs, and",
        "Tell Anna that",
        "Turn on the",
        "I want to",
        "um",
        "Set a timer for um",
        "Book a table for two at",
        "Add milk, eggs,",
        "Is it",
        "Can you ah?",
        "I would like, er.",
        "What are you going to?",
        "What's the weather like in?",
        "I want to talk about?",
        "",
    ],
)
def test_unfinished(said: str) -> None:
    assert looks_complete(said) <= 0.2


@pytest.mark.parametrize(
    "said",
    [
        "Yes.",
        "yes",
        "Paris",
        "What's the weather in Paris?",
        "Set a timer for five minutes.",
        "turn the lights on",
        "turn it off",
        "How are you?",
        "make it ten minutes",
        "What can you help me with?",
        "Who are you talking to?",
        "Where are you from?",
        "What do you need?",
        "Ah!",
    ],
)
def test_finished(said: str) -> None:
    assert looks_complete(said) >= 0.75


@pytest.mark.parametrize("said", ["Remind me to buy.", "I need.", "Could you bring?"])
def test_verbs_that_want_an_object_are_waited_for(said: str) -> None:
    assert looks_complete(said) <= 0.4


@pytest.mark.parametrize("said", ["Stop.", "Wait, stop.", "Hold on."])
def test_after_stop_what_is_wanted_instead_is_waited_for(said: str) -> None:
    assert 0.5 <= looks_complete(said) <= 0.7


@pytest.mark.parametrize("said", ["And in Berlin,", "and the bedroom,", "At half past eight,"])
def test_a_comma_after_a_short_follow_up_leaves_it_open(said: str) -> None:
    assert 0.4 <= looks_complete(said) <= 0.7


@pytest.mark.parametrize("said", ["Well,", "If it rains,", "And so,", "The thing is,"])
def test_a_comma_elsewhere_means_more_to_come(said: str) -> None:
    assert looks_complete(said) <= 0.2


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Turn on the lights", "request"),
        ("could you call Anna", "request"),
        ("I'd like a coffee", "wish"),
        ("What's the weather in Paris?", "question"),
        ("Do you like music?", "opinion"),
        ("I met a friend in Paris yesterday.", "statement"),
        ("The weather was lovely yesterday.", "statement"),
        ("I like water", "statement"),
        ("kitchen lights off", "fragment"),
    ],
)
def test_kinds(said: str, kind: str) -> None:
    assert kind_of(Utterance(said)) == kind
