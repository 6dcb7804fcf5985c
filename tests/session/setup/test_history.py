"""What a fresh session is told of the lost one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.session.setup.history import MAX_CHARACTERS, missed, remembered, with_memory
from livekit_nb.session.setup.settings import Settings
from livekit_nb.wire.profiles import PROFILES


def recording_of(*turns: tuple[str, str | None]) -> Recording:
    """Return a typed conversation; a reply that is None has not come."""
    now_s = 0.0
    recorder = Recorder(lambda: now_s)

    def happen(kind: str, **data: Any) -> None:
        nonlocal now_s
        now_s += 0.1
        recorder.event(kind, **data)

    for asked, answered in turns:
        now_s += 10.0
        happen("user.text", text=asked)
        if answered is not None:
            happen("agent.first_audio")
            happen("caption.agent", text=answered)
            lost = answered.endswith("…")
            happen("agent.turn_complete", reason="CONNECTION_LOST" if lost else None)
    return recorder.recording


def test_what_was_answered_is_told_and_what_was_not_is_not() -> None:
    recording = recording_of(("Who are you?", "An agent."), ("How late is it?", None))
    assert remembered(recording) == [("user", "Who are you?"), ("model", "An agent.")]


def test_before_anything_was_said_the_settings_stay_as_they_are() -> None:
    settings = Settings(instructions="Be brief.", history=[("user", "x"), ("model", "y")])
    assert with_memory(settings, remembered(recording_of())) == settings


def test_it_follows_what_the_user_gave_as_history() -> None:
    settings = Settings(instructions="Be brief.", history=[("user", "x"), ("model", "y")])
    told = with_memory(settings, remembered(recording_of(("a", "b"))))
    assert list(told.history) == [("user", "x"), ("model", "y"), ("user", "a"), ("model", "b")]
    assert told.instructions.startswith("Be brief.\n\n")
    assert "captions may be wrong" in told.instructions


def test_only_so_many_turns_are_told_as_are_missing() -> None:
    recording = recording_of(("a", "b"), ("c", "d"), ("e", "f"))
    assert remembered(recording, newest=0) == []
    assert remembered(recording, newest=2) == remembered(recording)[2:]


def test_what_broke_off_is_told_unless_it_is_asked_again() -> None:
    recording = recording_of(("a", "b…"), ("c", "d…"))
    told = [("user", "a"), ("model", "b…")]
    assert remembered(recording, asked_again=True) == told
    assert remembered(recording) == [*told, ("user", "c"), ("model", "d…")]


def test_what_a_session_missed_is_told_without_asking_for_an_answer() -> None:
    (message,) = missed([("user", "a"), ("model", "b")], PROFILES["gemini-3.8-live"])
    assert message.client_content is not None
    assert message.client_content.turn_complete is False
    assert missed([], PROFILES["gemini-3.8-live"]) == ()
    assert missed([("user", "a")], PROFILES["gemini-3.1-flash-live-preview"]) == ()


WORDS = st.text(alphabet="ab c", min_size=1, max_size=2000).filter(str.strip)


@given(turns=st.lists(st.tuples(WORDS, WORDS), max_size=12))
def test_it_is_short_and_of_the_newest(turns: list[tuple[str, str]]) -> None:
    said = remembered(recording_of(*turns))
    assert sum(len(text) for _, text in said) <= MAX_CHARACTERS
    assert len(said) <= 2 * len(turns)
    assert [role for role, _ in said] == ["user", "model"] * (len(said) // 2)
    newest = [" ".join(text.split()) for turn in turns for text in turn][
        len(turns) * 2 - len(said) :
    ]
    for (_, text), whole in zip(said, newest, strict=True):
        assert whole.startswith(text.removesuffix("…").rstrip())
        assert len(text) <= 600
