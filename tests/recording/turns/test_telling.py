"""What a turn says the user said, when they speak and type at once."""

from __future__ import annotations

from tests.recording.talks import Talk


def test_what_is_typed_while_talking_follows_it() -> None:
    talk = Talk().user("Set a timer for", 1.0, 2.5).typed("ten minutes", 2.0)
    (turn,) = talk.agent(3.0, 4.0, "Done.").recording().turns
    assert turn.user is not None
    assert turn.user.text == "Set a timer for ten minutes"
    assert turn.user.speech_end is not None


def test_what_was_typed_before_comes_before() -> None:
    talk = Talk().typed("Look at this.", 1.0).user("What is it?", 1.5, 2.5)
    (turn,) = talk.agent(3.0, 4.0, "A cup.").recording().turns
    assert turn.user is not None
    assert turn.user.text == "Look at this. What is it?"


def test_what_is_typed_while_nobody_understood_a_word_is_all_there_is() -> None:
    talk = Talk().user("", 1.0, 2.0).typed("ten minutes", 1.5)
    (turn,) = talk.agent(3.0, 4.0, "Done.").recording().turns
    assert turn.user is not None
    assert turn.user.text == "ten minutes"
