"""Turns whose tools work on while the user asks something else."""

from __future__ import annotations

from typing import Any

import pytest

from livekit_nb.plots import alt_text
from livekit_nb.recording import Recording
from tests.recording.talks import Talk, a_talk, assert_turn


def flight_and_weather(**flight: bool) -> Talk:
    """A flight is looked for; meanwhile the weather is asked for and told."""
    talk = a_talk().user("Find a flight.", 0.5, 1.5).tool("find_flight", 1.8, 7.8, **flight)
    return talk.user("Weather in Oslo?", 3.9, 5.1, captioned_s=5.5)


def test_a_question_put_while_a_tool_works_is_a_turn_and_the_late_answer_is_none() -> None:
    talk = flight_and_weather(blocking=False).tool("get_weather", 5.52, 5.53, blocking=False)
    talk.agent(5.7, 8.7, "In Oslo it is clear.").agent(9.0, 11.0, "LH 42.")
    recording = talk.recording()
    flight, weather = recording.turns
    assert_turn(
        flight,
        user=(0.5, 1.5),
        agent=(9.0, 11.0),
        said="Find a flight.",
        answered="LH 42.",
        tools=("find_flight",),
    )
    assert_turn(
        weather,
        user=(3.9, 5.1),
        agent=(5.7, 8.7),
        said="Weather in Oslo?",
        answered="In Oslo it is clear.",
        tools=("get_weather",),
    )
    assert flight.latency.voice_to_voice == pytest.approx(7.5, abs=0.02)
    assert weather.latency.voice_to_voice == pytest.approx(0.6, abs=0.02)
    assert sum(part or 0.0 for part in flight.latency.parts.values()) == pytest.approx(
        flight.latency.voice_to_voice, abs=1e-9
    )
    # Answers are handed out as they come, each with its own turn.
    assert [recording.turn_of_reply(number) for number in range(2)] == [weather, flight]


def test_what_is_typed_while_a_tool_works_is_a_turn_without_voice_to_voice() -> None:
    talk = a_talk().user("Count the stars.", 0.5, 1.5).tool("count", 1.8, 9.8, blocking=False)
    talk.typed("Hello", 4.8).agent(4.9, 6.0, "Hi.").agent(9.9, 11.0, "Seven.")
    stars, hello = talk.recording().turns
    assert_turn(stars, user=(0.5, 1.5), agent=(9.9, 11.0), answered="Seven.", tools=("count",))
    assert_turn(hello, user=(4.8, None), agent=(4.9, 6.0), said="Hello", answered="Hi.")
    assert hello.latency.voice_to_voice is None
    assert hello.latency.time_to_first_audio == pytest.approx(0.0, abs=0.02)


def test_the_question_that_waits_is_answered_before_a_result_that_came_meanwhile() -> None:
    talk = a_talk().user("Find a flight.", 0.5, 1.5).tool("find_flight", 1.8, 5.3, blocking=False)
    talk.user("Weather in Oslo?", 3.9, 5.1).agent(5.7, 7.0, "Clear.").agent(7.2, 9.0, "LH 42.")
    flight, weather = talk.recording().turns
    assert flight.agent is not None
    assert weather.agent is not None
    assert (flight.agent.text, weather.agent.text) == ("LH 42.", "Clear.")


def test_what_is_said_while_the_next_question_is_still_put_answers_none_of_it() -> None:
    talk = a_talk().user("Find a flight.", 0.5, 1.5).tool("find_flight", 1.8, 4.3, blocking=False)
    talk.user("Weather in Oslo?", 3.9, 6.1).agent(4.6, 5.4, "LH 42.").agent(6.6, 7.5, "Clear.")
    flight, weather = talk.recording().turns
    assert_turn(
        flight, user=(0.5, 1.5), agent=(4.6, 5.4), answered="LH 42.", tools=("find_flight",)
    )
    assert_turn(weather, user=(3.9, 6.1), agent=(6.6, 7.5), answered="Clear.")


def test_of_two_tools_that_work_each_answers_in_its_turn() -> None:
    talk = a_talk().user("Find a flight.", 0.5, 1.5).tool("find_flight", 1.8, 7.8, blocking=False)
    talk.user("And a hotel.", 3.0, 4.0).tool("find_hotel", 4.4, 10.0, blocking=False)
    talk.agent(8.0, 9.0, "LH 42.").agent(10.2, 11.0, "The Ritz.")
    flight, hotel = talk.recording().turns
    assert_turn(flight, user=(0.5, 1.5), agent=(8.0, 9.0), tools=("find_flight",))
    assert_turn(hotel, user=(3.0, 4.0), agent=(10.2, 11.0), tools=("find_hotel",))


def test_a_word_beforehand_and_the_result_are_one_turn_whatever_comes_between() -> None:
    talk = a_talk().user("Find a flight.", 0.5, 1.5).tool("find_flight", 1.8, 7.8, blocking=False)
    talk.agent(2.0, 2.8, "I'm looking.").user("Who are you?", 3.9, 5.1).agent(5.7, 7.0, "Ada.")
    talk.agent(8.0, 9.0, "LH 42.")
    flight, who = talk.recording().turns
    assert_turn(
        flight,
        user=(0.5, 1.5),
        agent=(2.0, 9.0),
        answered="I'm looking. LH 42.",
        tools=("find_flight",),
    )
    assert_turn(who, user=(3.9, 5.1), agent=(5.7, 7.0), answered="Ada.")


def test_each_result_of_a_tool_that_streams_is_told_in_its_turn() -> None:
    talk = a_talk().user("Track it.", 0.5, 1.5)
    talk.event(1.8, "tool.call", id="a", name="track", args={}, blocking=False)
    for t, far in ((2.4, "Two"), (4.0, "One")):
        talk.event(t, "tool.progress", id="a", name="track", response={}, scheduling=None)
        talk.agent(t + 0.4, t + 1.2, far)
    talk.event(5.6, "tool.response", id="a", name="track", response={}, scheduling="SILENT")
    tracked, unasked = talk.agent(6.0, 7.0, "By the way.").recording().turns
    assert_turn(tracked, user=(0.5, 1.5), agent=(2.8, 5.2), answered="Two One", tools=("track",))
    assert_turn(unasked, user=None, agent=(6.0, 7.0))


@pytest.mark.parametrize("blocking", [True, False], ids=["waited for", "in the background"])
def test_who_goes_on_speaking_so_that_the_call_is_withdrawn_was_not_finished(
    blocking: bool,
) -> None:
    talk = a_talk().user("Find a flight", 0.5, 1.5)
    talk.event(1.8, "tool.call", id="a", name="find_flight", args={}, blocking=blocking)
    talk.event(2.4, "tool.cancelled", id="a").user("to Rome.", 2.1, 2.9)
    talk.tool("find_flight", 3.2, 3.3, blocking=blocking).agent(3.5, 4.5, "LH 42.")
    (turn,) = talk.recording().turns
    assert_turn(
        turn,
        user=(0.5, 2.9),
        agent=(3.5, 4.5),
        said="Find a flight to Rome.",
        tools=("find_flight", "find_flight"),
    )


def test_what_is_said_while_the_model_waits_for_its_tool_goes_with_the_question() -> None:
    (turn,) = flight_and_weather(blocking=True).agent(8.0, 9.0, "LH 42.").recording().turns
    assert_turn(turn, user=(0.5, 5.1), agent=(8.0, 9.0), tools=("find_flight",))


def test_a_result_never_told_of_is_forgotten_when_a_later_question_is_answered() -> None:
    talk = a_talk().user("Find a flight.", 0.5, 1.5).tool("find_flight", 1.8, 2.4, blocking=False)
    talk.agent(2.6, 3.4, "LH 42.").tool("book", 3.5, 4.0, blocking=False)
    talk.user("Who are you?", 6.0, 7.0).agent(7.4, 8.0, "Ada.").agent(9.0, 9.8, "By the way.")
    flight, who, unasked = talk.recording().turns
    assert_turn(flight, user=(0.5, 1.5), agent=(2.6, 3.4), tools=("find_flight", "book"))
    assert_turn(who, user=(6.0, 7.0), agent=(7.4, 8.0))
    assert_turn(unasked, user=None, agent=(9.0, 9.8))


def test_who_cuts_into_a_late_answer_is_heard_doing_so() -> None:
    talk = flight_and_weather(blocking=False).agent(5.7, 7.6, "Clear.")
    talk.agent(8.0, 10.2, "LH 42 leaves", cut_s=10.1).user("Stop!", 9.9, 10.6)
    flight, weather, stop = talk.agent(11.0, 11.5, "Sure.").recording().turns
    assert_turn(
        flight, user=(0.5, 1.5), agent=(8.0, 10.2), interrupted=True, tools=("find_flight",)
    )
    assert flight.barge_in_stop_s == pytest.approx(0.3, abs=0.02)
    assert weather.barge_in_stop_s is None
    assert_turn(stop, user=(9.9, 10.6), agent=(11.0, 11.5), said="Stop!")


def test_a_backchannel_to_a_late_answer_is_no_turn() -> None:
    talk = flight_and_weather(blocking=False).agent(5.7, 7.6, "Clear.").agent(8.0, 11.0, "LH 42.")
    assert len(talk.user("", 9.0, 9.4).recording().turns) == 2


def test_a_turn_is_settled_only_when_its_tool_has_come_to_something_and_that_was_told() -> None:
    talk = a_talk().user("Find a flight.", 0.5, 1.5).tool("find_flight", 1.8, 19.5, blocking=False)
    for number in range(6):
        talk.typed(f"More {number}.", 3.0 + 2.5 * number)
        talk.agent(3.2 + 2.5 * number, 4.6 + 2.5 * number, "Yes.")
    talk.agent(20.0, 21.0, "LH 42.")
    for number in range(6):
        talk.typed(f"Again {number}.", 22.0 + 2.5 * number)
        talk.agent(22.2 + 2.5 * number, 23.6 + 2.5 * number, "Yes.")
    settled: list[int] = []

    def look(recording: Recording) -> None:
        assert all(turn.user is not None for turn in recording.turns)
        settled.append(recording._turn_log._settled)

    recording = talk.recording(look)
    assert settled[190] == 0
    assert settled[-1] == 10
    assert recording.turns[0].agent is not None
    assert recording.turns[0].agent.text == "LH 42."
    assert [recording.turn_of_reply(number).index for number in (0, 6, 7)] == [1, 0, 7]


def test_a_call_that_is_sent_again_is_no_run_of_its_tool() -> None:
    talk = a_talk().user("Weather?", 1.0, 2.0)
    weather: dict[str, Any] = {"name": "get_weather", "args": {}, "blocking": False}
    talk.event(2.1, "tool.call", id="a", **weather)
    done = {"name": "get_weather", "response": {"sky": "clear"}, "error": None}
    talk.event(2.102, "tool.response", id="a", duration_s=0.002, **done)
    talk.event(5.5, "tool.call", id="b", repeats="a", **weather)
    talk.event(5.5002, "tool.response", id="b", duration_s=3.4, **done)
    recording = talk.agent(6.0, 7.0, "Clear.").recording()
    (turn,) = recording.turns
    ran, again = turn.tools
    assert recording.tools == [ran, again]
    assert (ran.repeats, ran.duration, str(ran)) == (None, 0.002, "get_weather 2 ms")
    assert (again.repeats, again.duration, str(again)) == ("a", None, "get_weather sent again")
    assert again.response == {"sky": "clear"}
    assert turn.row()["tools"] == ["get_weather"]
    assert repr(turn).count("get_weather") == 1
    assert "[get_weather 2 ms]  [get_weather sent again]" in str(turn)
    assert "sent again" in turn._repr_html_()
    assert recording.turns._repr_html_().count("get_weather") == 1
    assert "1 tool call," in recording.summary()
    assert "1 tool call (get_weather)" in alt_text(recording)


def test_a_tool_that_ran_on_while_its_call_was_sent_again_ran_as_long_as_it_did() -> None:
    talk = a_talk().user("Weather?", 1.0, 2.0)
    talk.event(2.2, "tool.call", id="a", name="look_up", args={})
    talk.event(3.2, "tool.call", id="b", name="look_up", args={}, repeats="a")
    talk.event(4.2, "tool.call", id="c", name="look_up", args={}, repeats="b")
    talk.event(4.6, "tool.response", id="c", name="look_up", response={}, duration_s=2.4)
    assert [call.duration for call in talk.recording().tools] == [2.4, None, None]


def test_a_call_that_is_sent_again_after_another_question_stays_with_its_own() -> None:
    talk = a_talk().user("Find a flight.", 0.5, 1.5)
    talk.event(1.8, "tool.call", id="a", name="find", args={}, blocking=False)
    talk.user("Who are you?", 3.9, 5.1).agent(5.7, 7.0, "Ada.")
    talk.event(8.0, "tool.call", id="b", name="find", args={}, blocking=False, repeats="a")
    talk.event(8.5, "tool.response", id="b", name="find", response={}).agent(8.9, 9.9, "LH 42.")
    flight, who = talk.recording().turns
    assert_turn(flight, user=(0.5, 1.5), agent=(8.9, 9.9), tools=("find", "find"))
    assert_turn(who, user=(3.9, 5.1), agent=(5.7, 7.0), answered="Ada.")
