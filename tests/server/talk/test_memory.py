"""What is kept of sessions: bounded in number and age."""

from __future__ import annotations

from livekit_nb.server.talk.memory import (
    AGE_S,
    HANDLES,
    HANDLES_A_SESSION,
    Checkpoint,
    Memories,
    Session,
)
from livekit_nb.server.talk.mind import Mind
from livekit_nb.server.talk.usage import TokenCount


def checkpoint(session=None):
    return Checkpoint(session or Session("m", 0.0), Mind(), TokenCount())


def test_a_handle_leads_to_what_was_kept_under_it():
    memories = Memories()
    one, other = checkpoint(), checkpoint()
    memories.keep("one", one, 0.0)
    memories.keep("other", other, 0.0)
    assert memories.recall("one", 0.0) is one
    assert memories.recall("other", 0.0) is other
    assert memories.recall("unknown", 0.0) is None
    assert memories.recall("one", 0.0) is one  # as often as one likes


def test_the_number_of_handles_is_bounded():
    memories = Memories()
    for number in range(HANDLES + 3):
        memories.keep(str(number), checkpoint(), 0.0)
    assert len(memories) == HANDLES
    assert memories.recall("2", 0.0) is None
    assert memories.recall("3", 0.0) is not None


def test_one_session_does_not_crowd_out_others():
    memories = Memories(limit=20)
    memories.keep("other", checkpoint(), 0.0)
    session = Session("m", 0.0)
    for number in range(100):
        memories.keep(str(number), checkpoint(session), 0.0)
    assert len(memories) == 1 + HANDLES_A_SESSION
    assert memories.recall("other", 0.0) is not None
    assert memories.recall("99", 0.0) is not None
    assert memories.recall(str(99 - HANDLES_A_SESSION), 0.0) is None


def test_a_session_is_kept_for_two_hours_after_its_last_connection():
    assert AGE_S == 7200
    memories = Memories()
    session = Session("m", 0.0)
    memories.keep("handle", checkpoint(session), 10.0)
    assert memories.recall("handle", 1e6) is not None  # it is still going on
    session.left_at = 1e6
    assert memories.recall("handle", 1e6 + AGE_S) is not None
    assert memories.recall("handle", 1e6 + AGE_S + 0.1) is None
    assert len(memories) == 0


def test_a_session_that_is_over_is_forgotten_and_others_are_not():
    memories = Memories()
    session = Session("m", 0.0)
    memories.keep("a", checkpoint(session), 0.0)
    memories.keep("b", checkpoint(session), 0.0)
    memories.keep("c", checkpoint(), 0.0)
    memories.forget(session)
    assert [memories.recall(handle, 0.0) is None for handle in "abc"] == [True, True, False]
