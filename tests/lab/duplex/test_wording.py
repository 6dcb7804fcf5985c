"""Word error rates."""

from __future__ import annotations

import pytest

from livekit_nb.lab.duplex.wording import error_rate, word_errors, words_of


def test_case_punctuation_hesitations_and_figures_do_not_count() -> None:
    assert words_of("I have, um, 21 Cats; it's 7:00 o'clock!") == words_of(
        "i have twenty-one cats it\N{RIGHT SINGLE QUOTATION MARK}s seven o'clock"
    )


@pytest.mark.parametrize(
    ("recognised", "errors"),
    [
        ("what is the time", 0),
        ("what is time", 1),
        ("what is is the time", 1),
        ("what was the lime", 2),
        ("", 4),
    ],
)
def test_words_left_out_put_in_and_exchanged(recognised: str, errors: int) -> None:
    assert word_errors("What is the time?", recognised) == (errors, 4)


def test_the_rate_is_over_all_words() -> None:
    assert error_rate([("one two three", "one two"), ("four", "four")]) == pytest.approx(0.25)
    assert error_rate([]) is None
