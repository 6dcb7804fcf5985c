"""What of a model's text reaches the ears."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.server.chat.spoken import MAX_CHARACTERS, SpokenText, plain
from livekit_nb.server.speaking.clauses import clauses, ready


def spoken(text, size=1):
    spoken_text = SpokenText()
    said = []
    for start in range(0, len(text), size):
        said += spoken_text.feed(text[start : start + size])
    return said + spoken_text.finish(), spoken_text


ANSWER = "Well, in Paris, it is sunny today, 21.5 degrees. Dr. Who says so! Do you go?\nOr not"


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_clauses_do_not_depend_on_the_pieces(size):
    said, _ = spoken(ANSWER, size)
    assert said[1:] == [
        "it is sunny today, 21.5 degrees. ",
        "Dr. Who says so! ",
        "Do you go? ",
        "Or not",
    ]
    assert said[0] == "Well, in Paris, "


@given(st.text(alphabet="ab .,!?\n-A1", max_size=400), st.booleans())
def test_nothing_is_lost_or_said_twice(text, begun):
    rest, pieces = text, []
    while end := ready(rest, begun=begun or bool(pieces)):
        pieces.append(rest[:end])
        rest = rest[end:]
    assert "".join(pieces) + rest == text
    assert all(piece.strip() for piece in pieces)


def test_what_is_whole_is_cut_as_a_whole_text_would_be():
    text = "It is sunny today, and tomorrow it will be. Then it rains. "
    assert spoken(text)[0] == clauses(text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**Bold** and `code` and _this_.", "Bold and code and this."),
        ("# Title\n- one\n- two", "Title one two"),
        ("See [here](https://example.org/a_b).", "See here."),
        ("Fine 😀👍!", "Fine !"),
        ("snake_case stays, 3 - 2 too", "snake_case stays, 3 - 2 too"),
    ],
)
def test_marks_are_for_the_eye(written, read):
    assert plain(written) == read


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_thoughts_are_kept_from_the_voice(size):
    said, text = spoken("\n<think>Hm. Is it? <b>\n</think>\n\nIt is.", size)
    assert said == ["It is."]
    assert text.thought.startswith("Hm. Is it?")


def test_thoughts_that_never_end_are_not_spoken():
    assert spoken("<think>Hm. And so on. And")[0] == []


def test_a_mere_smaller_than_is_no_thought():
    assert spoken("<three is less than four.")[0] == ["<three is less than four."]


def test_an_answer_has_an_end():
    said, text = spoken("On and on. " * 1000, 50)
    assert text.full
    assert MAX_CHARACTERS <= len("".join(said)) < MAX_CHARACTERS + 50
