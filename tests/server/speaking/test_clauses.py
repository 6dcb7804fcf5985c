"""Where a text is cut to be spoken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.server.speaking.clauses import LONGEST_CLAUSE, clauses

STORY = "Sure, I can tell you that, for it is quite a story. It began in May! Dr. Smith was there."


@given(st.text(max_size=600))
def test_clauses_joined_are_the_text(text):
    assert "".join("".join(clauses(text)).split()) == "".join(text.split())
    assert all(len(clause) <= LONGEST_CLAUSE or " " not in clause for clause in clauses(text))


def test_a_long_first_sentence_is_begun_with_its_first_clause():
    pieces = clauses(STORY)
    assert pieces[0] == "Sure, I can tell you that, "
    assert len(pieces[0]) < 40
    assert "".join(pieces) == STORY


def test_titles_and_decimals_do_not_end_sentences():
    assert clauses("Dr. Smith ran 3.5 km. He won.") == ["Dr. Smith ran 3.5 km. ", "He won."]
