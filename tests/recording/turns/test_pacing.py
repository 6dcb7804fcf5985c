from __future__ import annotations

import pytest

from livekit_nb.recording.turns.pacing import Pacing

SECOND = 24_000


def heard(pacing: Pacing, seconds: float) -> str:
    return pacing.text[: pacing.heard(round(seconds * SECOND))]


def test_a_fragment_tells_what_was_said_since_the_one_before() -> None:
    pacing = Pacing()
    pacing.add("Once upon ", SECOND)
    pacing.add("a time there ", 2 * SECOND)
    pacing.add("was a frog.", 3 * SECOND)
    assert pacing.text == "Once upon a time there was a frog."
    assert heard(pacing, 0.0) == ""
    assert heard(pacing, 0.99) == "Once upon"
    assert heard(pacing, 2.0) == "Once upon a time there"
    assert heard(pacing, 3.0) == pacing.text


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, ""), (0.3, "One"), (1.2, "One"), (1.6, "One two")]
)
def test_words_are_whole_and_count_when_half_of_them_was_heard(seconds: float, words: str) -> None:
    pacing = Pacing()
    pacing.add("One     two ", 2 * SECOND)
    assert " ".join(heard(pacing, seconds).split()) == words


def test_what_runs_ahead_of_the_sound_follows_at_a_quick_pace() -> None:
    pacing = Pacing()
    pacing.add("Twenty characters... ", 100)
    pacing.add("Twenty more of these.", 100)
    assert heard(pacing, 1.1) == "Twenty characters..."
    assert heard(pacing, 2.2) == pacing.text


def test_what_comes_after_the_end_belongs_to_the_sound_before_it() -> None:
    pacing = Pacing()
    pacing.add("Once upon", 2 * SECOND)
    pacing.trail(" a time")
    assert heard(pacing, 1.9) == "Once upon a time"
    assert heard(pacing, 0.9) == "Once upon"
    lone = Pacing()
    lone.trail("Hello.")
    assert heard(lone, 0.4) == "Hello."
