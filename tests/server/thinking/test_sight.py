"""Which questions are about the camera, and how closely it must be looked at for them."""

from __future__ import annotations

import pytest

from livekit_nb.server.thinking.sight import answer_about_sight, closer_look


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("What colour is this?", ""),
        ("What do you see?", "text things"),
        ("Describe what you see, please.", "text things"),
        ("What does this say?", "text"),
        ("What does the sign say?", "text"),
        ("Can you read this?", "text"),
        ("Read it to me, please.", "text"),
        ("What is written on it?", "text"),
        ("What am I holding?", "things label"),
        ("What's this?", "things label"),
        ("What is in my hand?", "things label"),
        ("Do you recognise this?", "things label"),
        ("Is my camera covered?", ""),
        ("Scan this code.", ""),
        ("What does the QR code say?", ""),
        ("What changed?", "text things changes"),
        ("What has changed?", "text things changes"),
        ("What is different now?", "text things changes"),
        ("Did anything change?", "text things changes"),
        ("Do you see any difference?", "text things changes"),
        ("Can you see me?", ""),
        ("What have I got in my hand?", "things label"),
        ("What does my shirt say?", "text"),
        ("Is there something written here?", "text"),
        ("Who is this?", ""),
        ("How many fingers am I holding up?", ""),
        ("How bright is it?", ""),
    ],
)
def test_questions_about_the_camera(said: str, wanted: str) -> None:
    assert closer_look(said) == frozenset(wanted.split())


@pytest.mark.parametrize(
    "said",
    [
        "Set a timer for ten minutes.",
        "What changed in my calendar?",
        "What's new with Anna?",
        "Read my messages.",
        "Read this message back.",
        "What is this week's weather?",
        "What does it say about Paris?",
        "What does my calendar say?",
        "What's new?",
        "Who are you?",
        "Who is the president?",
        "How many people live in Rome?",
        "What is that in euros?",
        "Tell me a story.",
        "What time is it?",
        "Is the door covered?",
        "Turn on the lights.",
    ],
)
def test_questions_about_something_else(said: str) -> None:
    assert closer_look(said) is None


@pytest.mark.parametrize("line", ["read it to me", "can you read the note", "what has changed"])
def test_without_a_camera_vague_questions_are_left_to_others(line: str) -> None:
    assert closer_look(line)
    assert answer_about_sight(line, None) is None
