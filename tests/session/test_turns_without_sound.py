"""Turns in which the model says nothing, or only writes: over they are all the same."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from livekit_nb.wire.messages import Content, Part, Transcription
from tests.session.receiving import END, ENDED, START, Desk


async def taken(desk: Desk) -> list[int]:
    """Return the numbers of the answers that somebody who waits would be given now."""
    numbers = []
    while desk.gate._over:
        numbers.append(await desk.gate.next())
    return numbers


@pytest.mark.parametrize("reason", [None, "RESPONSE_REJECTED", "PROHIBITED_INPUT_CONTENT"])
async def test_a_turn_that_ends_without_a_word_is_over_and_says_why(reason: str | None) -> None:
    desk = Desk()
    desk.type("something that may not be said")
    desk.say(turn_complete=True, turn_complete_reason=reason)
    assert await taken(desk) == [0]
    turn = desk.recorder.recording.turn_of_reply(0)
    assert turn is not None
    assert (turn.agent, turn.reason, turn.row()["reason"]) == (None, reason, reason)
    assert repr(turn) == (f"<Turn 0: no answer: {reason}>" if reason else "<Turn 0: no answer>")
    assert desk.statuses[-1] == "listening"
    desk.type("hi")  # is a turn of its own, however soon
    desk.speak(0.1, "hello")
    desk.hear()
    desk.end_turn()
    assert desk.talk == [("something that may not be said", "", False), ("hi", "hello", False)]
    assert await taken(desk) == [1]
    answered = desk.recorder.recording.turn_of_reply(1)
    assert answered is not None
    assert (answered.index, answered.reason) == (1, None)


async def test_an_answer_that_comes_after_all_belongs_to_the_turn_that_had_none() -> None:
    desk = Desk()
    desk.type("hi")
    desk.say(turn_complete=True)
    desk.say(turn_complete=True)  # told twice
    desk.speak(0.1, "hello")
    desk.hear()
    desk.end_turn(turn_complete_reason="NEED_MORE_INPUT")
    assert desk.talk == [("hi", "hello", False)]
    assert await taken(desk) == [0, 1]
    assert desk.recorder.recording.turns[0].reason == "NEED_MORE_INPUT"


@pytest.mark.parametrize("goes_on", ["tool", "speech", None])
def test_when_it_ends_once_more_one_is_listened_to_again(goes_on: str | None) -> None:
    desk = Desk()
    desk.type("hi")
    desk.say(turn_complete=True)
    desk.statuses.append("thinking")  # the question was put again, over another connection
    if goes_on == "tool":
        tools = SimpleNamespace(owed=False, pending=1)
        desk.downlink._tools = tools  # type: ignore[assignment]
    elif goes_on == "speech":
        desk.tell(START)
    desk.say(turn_complete=True)
    assert desk.statuses[-1] == ("thinking" if goes_on else "listening")


async def test_a_turn_that_waits_for_more_is_handed_out_unless_more_comes_first() -> None:
    desk = Desk()
    desk.type("Set a timer for")
    desk.say(turn_complete=True, turn_complete_reason="NEED_MORE_INPUT")
    desk.tell(START)
    assert await taken(desk) == []
    desk.say(input_transcription=Transcription(text="for"))
    desk.tell(END)
    desk.say(turn_complete=True, turn_complete_reason="NEED_MORE_INPUT")
    assert await taken(desk) == []  # two of them in one turn are one
    desk.speak(0.1, "done")
    desk.hear()
    desk.end_turn()
    assert await taken(desk) == [1]


@pytest.mark.parametrize("part", ["caption", "text"])
async def test_an_answer_in_writing_alone_is_an_answer(part: str) -> None:
    desk = Desk()
    for number in range(2):  # however soon after each other
        desk.type("hi")
        if part == "caption":
            desk.say(output_transcription=Transcription(text="hello"))
        else:
            desk.say(model_turn=Content(parts=[Part(text="hello")]))
        desk.end_turn()
        assert await taken(desk) == [number]
        turn = desk.recorder.recording.turn_of_reply(number)
        assert turn is not None
        assert turn.agent is not None
        assert (turn.index, turn.agent.complete) == (number, True)
        assert turn.agent.text == ("hello" if part == "caption" else "")


async def test_late_words_are_not_taken_for_the_next_answer() -> None:
    desk = Desk()
    desk.type("hi")
    desk.speak(0.1, "hello")
    desk.hear()
    desk.end_turn()
    desk.say(output_transcription=Transcription(text=" there"))
    desk.say(turn_complete=True)
    assert await taken(desk) == [0]
    assert desk.talk == [("hi", "hello there", False)]


async def test_the_end_of_a_turn_that_was_cut_is_no_turn_without_an_answer() -> None:
    desk = Desk()
    desk.type("tell me a story")
    desk.speak(0.2, "Once upon a time")
    desk.hear()
    desk.type("stop")
    desk.say(interrupted=True)
    desk.say(turn_complete=True)
    assert await taken(desk) == [0]
    desk.say(turn_complete=True, turn_complete_reason="BLOCKLIST")
    assert await taken(desk) == [1]
    assert [turn.reason for turn in desk.recorder.recording.turns] == [None, "BLOCKLIST"]


async def test_who_is_speaking_or_said_nothing_was_refused_nothing() -> None:
    desk = Desk()
    desk.say(turn_complete=True, turn_complete_reason="BLOCKLIST")
    desk.tell(START)
    desk.say(input_transcription=Transcription(text="I want"))
    desk.say(turn_complete=True)
    assert await taken(desk) == []
    assert desk.events(ENDED) == [{"reason": "BLOCKLIST"}, {"reason": None}]


@pytest.mark.parametrize(
    ("owed", "pending", "handed_out"), [(False, 1, []), (True, 0, []), (False, 0, [0])]
)
async def test_a_turn_whose_tools_are_not_spoken_of_yet_goes_on(
    owed: bool, pending: int, handed_out: list[int]
) -> None:
    desk = Desk()
    desk.type("what is the weather?")
    tools = SimpleNamespace(owed=owed, pending=pending)
    desk.downlink._tools = tools  # type: ignore[assignment]
    desk.say(turn_complete=True)
    assert await taken(desk) == handed_out
    tools.pending = 0
    desk.say(turn_complete=True)  # and even then it says nothing of them
    assert await taken(desk) == ([] if handed_out else [0])
