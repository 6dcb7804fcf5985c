"""Conversations that outlived their connections are played back as one that was never broken."""

from __future__ import annotations

import pytest

import livekit_nb as live
from livekit_nb.recording.recording import Recording
from livekit_nb.server.talk.limits import Limits
from livekit_nb.session.replay.script import script_of
from livekit_nb.session.session import Session
from livekit_nb.wire.fault_plan import FaultPlan
from tests.session.replay.rehearsals import as_it_was, ask, held, played_back, told
from tests.session.replay.scores import Score

QUESTIONS = ("Hello there.", "What is 12 plus 30?", "What is 5 plus 30?", "What is 13 plus 30?")
ANSWERS = ["Hello. What can I do for you?", "That is 42.", "That is 35.", "That is 43."]
LOST = ("session.going_away", "session.reconnecting", "session.resumed", "session.error")


async def _talk(session: Session) -> None:
    for question in QUESTIONS:
        await ask(session, question)


def check(original: Recording) -> None:
    assert told(original, "session.resumed")
    again = played_back(original, as_it_was(original))
    assert [turn.user.text for turn in again.turns if turn.user] == list(QUESTIONS)
    assert [turn.agent.text for turn in again.turns if turn.agent] == ANSWERS
    assert told(again, *LOST) == []
    old, new = original.turns[-1].agent, again.turns[-1].agent
    assert old is not None
    assert new is not None
    begun_s = told(original, "session.ready")[0][0]
    assert new.first_audible == pytest.approx(old.first_audible, abs=0.02 + begun_s)


PLANS = {
    "while silent": live.faults(drop=6.0),
    "amid an answer": live.faults(drop={"turn": 2}),
    "while the user speaks": live.faults(drop={"at_byte": 60_000, "direction": "up"}),
    "a turn without an answer": live.faults(silent_turn=2),
    "garbage amid an answer": live.faults(garbage={"turn": 1}),
}


@pytest.mark.parametrize("name", PLANS)
def test_whatever_a_connection_was_lost_for_it_is_one_conversation(name: str) -> None:
    plan: FaultPlan = PLANS[name]
    check(held(_talk, faults=plan))


def test_connections_that_were_announced_to_end_do_not_end() -> None:
    check(held(_talk, limits=Limits(connection_s=8.0)))


def test_a_reply_that_was_given_anew_is_heard_once_and_whole() -> None:
    score = Score()
    score.user(2.0, 3.0)
    score.content(3.5, inputTranscription={"text": "What is it?"})
    score.speaks(4.0, "The first half")
    score.connection = 2
    score.says(6.0, setupComplete={})
    score.content(6.5, inputTranscription={"text": "What is it?"})
    score.speaks(7.0, "The first half and the second.")
    score.content(7.5, turnComplete=True)
    assert [line.t for line in script_of(score.recording).lines] == [3.5, 7.0, 7.5]


def test_a_reply_that_was_not_given_anew_is_over_where_it_broke_off() -> None:
    score = Score()
    score.user(2.0, 3.0)
    score.speaks(4.0, "The first half")
    score.connection = 2
    score.says(5.0, setupComplete={})
    score.user(6.0, 7.0)
    score.content(7.5, inputTranscription={"text": "Something else?"})
    score.speaks(8.0, "Something else.")
    score.content(8.5, turnComplete=True)
    lines = script_of(score.recording).lines
    assert [line.t for line in lines] == [4.0, 4.0, 7.5, 8.0, 8.5]
    content = lines[1].message.server_content
    assert content is not None
    assert content.turn_complete


def test_a_call_that_was_made_anew_is_made_once() -> None:
    score = Score()
    score.user(1.0, 2.0)
    score.says(3.0, toolCall={"functionCalls": [{"id": "a", "name": "look", "args": {}}]})
    score.now_s = 3.5
    score.recorder.event("tool.response", id="a", name="look", response={}, duration_s=0.5)
    score.connection = 2
    score.says(4.0, setupComplete={})
    score.says(5.0, toolCall={"functionCalls": [{"id": "b", "name": "look", "args": {}}]})
    score.now_s = 5.5
    score.recorder.event("tool.response", id="b", name="look", response={}, duration_s=0.5)
    score.speaks(6.0, "It is blue.")
    script = script_of(score.recording)
    assert [line.t for line in script.lines] == [5.0, 6.0]
    assert [hold.ids for hold in script.holds if hold.kind == "results"] == [frozenset({"b"})]
