"""Turns whose answer broke off with the connection: asked once, answered over the next one."""

from __future__ import annotations

from math import inf

import pytest

from livekit_nb.recording import Recording
from tests.recording.talks import Talk, a_talk, assert_turn

LOST = {"reason": "CONNECTION_LOST"}


def broken_off(talk: Talk, at_s: float, *, replayed_s: float = 2.0) -> Talk:
    """The connection breaks, and is there again half a second later."""
    talk.event(at_s, "session.reconnecting", attempt=1, code=1006, reason="")
    talk.event(at_s + 0.001, "agent.turn_complete", **LOST)
    resumed = {"attempt": 1, "fresh": False, "outage_s": 0.5, "replayed_s": replayed_s}
    return talk.event(at_s + 0.5, "session.resumed", **resumed)


def half_a_story() -> Talk:
    talk = a_talk().user("Tell me a story.", 0.5, 1.5)
    return talk.agent(2.0, 4.5, "Once upon", complete_s=inf)


def story_told_anew() -> Talk:
    talk = broken_off(half_a_story(), 3.0)
    return talk.event(4.2, "caption.user", text="Tell me a story.", final=True)


def test_an_answer_that_is_given_anew_after_a_loss_answers_the_same_question() -> None:
    talk = story_told_anew().agent(4.7, 7.0, "Once upon a time.")
    recording = talk.user("Thanks.", 9.0, 9.6).agent(10.0, 11.0, "Sure.").recording()
    story, thanks = recording.turns
    assert_turn(
        story,
        user=(0.5, 1.5),
        agent=(2.0, 7.0),
        said="Tell me a story.",
        answered="Once upon … Once upon a time.",
    )
    assert story.reason is None
    assert story.latency.voice_to_voice == pytest.approx(0.5, abs=0.02)
    assert sum(part or 0.0 for part in story.latency.parts.values()) == pytest.approx(
        story.latency.voice_to_voice, abs=1e-9
    )
    assert_turn(thanks, user=(9.0, 9.6), agent=(10.0, 11.0), said="Thanks.")
    assert [recording.turn_of_reply(number).index for number in range(3)] == [0, 0, 1]


def test_there_is_one_turn_at_every_moment_and_it_is_unanswered_from_the_loss_on() -> None:
    seen: list[tuple[int, bool]] = []

    def look(recording: Recording) -> None:
        seen.append((len(recording.turns), recording.unanswered))

    story_told_anew().agent(4.7, 7.0, "Once upon a time.").recording(look)
    assert {turns for turns, _ in seen[10:]} == {1}
    assert [seen[tick][1] for tick in (17, 28, 31, 43, 50)] == [True, False, True, True, False]


def test_a_typed_question_is_put_again_without_a_sound() -> None:
    talk = a_talk().typed("Tell me a story.", 1.0).agent(2.0, 4.5, "Once upon", complete_s=inf)
    (turn,) = broken_off(talk, 3.0, replayed_s=0.0).agent(4.7, 6.0, "Once.").recording().turns
    assert_turn(turn, user=(1.0, None), agent=(2.0, 6.0), answered="Once upon … Once.")


def test_an_answer_that_breaks_off_unheard_counts_for_no_latency() -> None:
    talk = a_talk().user("Hello?", 0.5, 1.5).event(2.0, "agent.first_audio")
    (turn,) = broken_off(talk, 2.1).agent(4.0, 5.0, "Hi.").recording().turns
    assert_turn(turn, user=(0.5, 1.5), agent=(4.0, 5.0), answered="Hi.")
    assert turn.latency.first_byte == pytest.approx(3.9)
    assert sum(part or 0.0 for part in turn.latency.parts.values()) == pytest.approx(
        turn.latency.voice_to_voice, abs=1e-9
    )


def test_a_tool_call_of_the_answer_given_anew_is_in_the_turn() -> None:
    talk = a_talk().user("Weather?", 0.5, 1.5).tool("get_weather", 1.7, 1.8)
    broken_off(talk.agent(2.0, 4.0, "In Berlin", complete_s=inf), 2.5)
    talk.event(4.1, "caption.user", text="Weather?", final=True)
    talk.event(4.2, "tool.call", id="b", name="get_weather", args={}, repeats="call-1.7")
    talk.event(4.3, "tool.response", id="b", name="get_weather", response={}, duration_s=2.6)
    (turn,) = talk.agent(4.6, 6.0, "In Berlin it rains.").recording().turns
    assert_turn(
        turn,
        user=(0.5, 1.5),
        agent=(2.0, 6.0),
        said="Weather?",
        tools=("get_weather", "get_weather"),
    )


def test_who_asks_something_else_after_the_loss_asks_a_turn_of_its_own() -> None:
    talk = broken_off(half_a_story(), 3.0).user("Never mind.", 4.8, 5.6).agent(6.0, 7.0, "Fine.")
    story, other = talk.recording().turns
    assert_turn(story, user=(0.5, 1.5), agent=(2.0, 4.5), answered="Once upon")
    assert story.reason == "CONNECTION_LOST"
    assert_turn(other, user=(4.8, 5.6), agent=(6.0, 7.0), said="Never mind.")


def test_who_cuts_into_the_rest_while_the_answer_given_anew_is_here_stops_the_rest() -> None:
    talk = broken_off(half_a_story(), 2.4).event(3.4, "agent.first_audio")
    talk.event(4.45, "agent.interrupted").user("Stop!", 4.2, 5.0)
    story, stop = talk.agent(5.5, 6.5, "Fine.").recording().turns
    assert_turn(story, user=(0.5, 1.5), agent=(2.0, 4.5), interrupted=True)
    assert story.barge_in_stop_s == pytest.approx(0.3, abs=0.02)
    assert_turn(stop, user=(4.2, 5.0), agent=(5.5, 6.5), said="Stop!")


def test_a_question_put_again_that_the_model_then_refuses_is_over() -> None:
    talk = story_told_anew().event(5.0, "agent.turn_complete", reason="REJECTED", said="nothing")
    (turn,) = talk.recording().turns
    assert_turn(turn, user=(0.5, 1.5), agent=(2.0, 4.5), answered="Once upon")
    assert turn.reason == "REJECTED"
