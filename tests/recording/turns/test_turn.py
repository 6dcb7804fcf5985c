"""Turns of conversations, one sort after the other."""

from io import StringIO

import pytest
from IPython.lib.pretty import RepresentationPrinter

from livekit_nb.recording import Turns, UserSide
from tests.recording.talks import HANDOVER_S, SOCKET_S, UPLOAD_S, a_talk, assert_turn


def test_a_question_and_its_answer():
    (turn,) = a_talk().user("What time is it?", 1.0, 2.5).agent(3.1, 5.0, "Noon.").recording().turns
    assert_turn(turn, user=(1.0, 2.5), agent=(3.1, 5.0), said="What time is it?", answered="Noon.")
    assert turn.agent.complete
    assert turn.barge_in_stop_s is None
    assert turn.latency.voice_to_voice == pytest.approx(0.6, abs=0.02)


def test_latency_parts_are_those_of_the_way_and_sum_up():
    talk = a_talk().user("Hello", 1.0, 2.0).agent(3.0, 4.0, arrived_s=2.4, lead_s=0.15)
    latency = talk.recording().turns[0].latency
    parts = latency.parts
    assert sum(parts.values()) == pytest.approx(latency.voice_to_voice, abs=1e-9)
    assert 0 < parts["capture"] <= UPLOAD_S
    assert parts["uplink"] == pytest.approx(SOCKET_S)
    assert latency.time_to_first_audio == parts["model"]
    sent_s = latency.speech_end + parts["capture"] + SOCKET_S
    assert parts["model"] == pytest.approx(2.4 - sent_s)
    assert parts["delivery"] == pytest.approx(HANDOVER_S)
    assert parts["playout"] == pytest.approx(2.85 - 2.4 - HANDOVER_S, abs=1e-4)
    assert parts["silence_padding"] == pytest.approx(0.15, abs=0.011)


def test_what_was_said_before_the_session_was_open_measures_no_answer():
    talk = a_talk().event(2.6, "session.ready", model="m")
    talk.user("Hello", 1.0, 2.0).agent(3.0, 4.0).user("And now?", 5.0, 6.0).agent(6.5, 7.0)
    early, late = talk.recording().turns
    assert_turn(early, user=(1.0, 2.0), agent=(3.0, 4.0))
    assert early.latency.voice_to_voice is None
    assert early.latency.time_to_first_audio is None
    assert [early.latency.parts[name] for name in ("capture", "uplink", "model")] == [None] * 3
    assert early.latency.parts["delivery"] == pytest.approx(HANDOVER_S)
    assert late.latency.voice_to_voice == pytest.approx(0.5, abs=0.02)


def test_speech_that_goes_on_when_the_session_opens_is_measured():
    talk = a_talk().event(1.5, "session.ready", model="m").user("Hello", 1.0, 2.0).agent(2.5, 3.0)
    assert talk.recording().turns[0].latency.voice_to_voice == pytest.approx(0.5, abs=0.02)


def test_a_tool_call_is_part_of_the_turn():
    talk = a_talk().user("Weather in Paris?", 1.0, 2.0).tool("get_weather", 2.4, 2.9, city="Paris")
    recording = talk.agent(3.3, 5.0, "Clear.").recording()
    (turn,) = recording.turns
    assert_turn(turn, user=(1.0, 2.0), agent=(3.3, 5.0), tools=("get_weather",))
    (call,) = recording.tools
    assert call.args == {"city": "Paris"}
    assert call.response == {"ok": True}
    assert (call.start, call.end, call.duration) == pytest.approx((2.4, 2.9, 0.5))


def test_an_announcement_a_tool_call_and_the_answer_are_one_turn():
    talk = a_talk().user("Weather in Paris?", 1.0, 2.0).agent(2.3, 3.0, "Let me see.")
    talk.tool("get_weather", 3.05, 4.5).agent(4.8, 6.0, "Clear.")
    (turn,) = talk.recording().turns
    assert_turn(
        turn,
        user=(1.0, 2.0),
        agent=(2.3, 6.0),
        answered="Let me see. Clear.",
        tools=("get_weather",),
    )


def test_barge_in():
    talk = a_talk().user("Tell me a story", 1.0, 2.0).agent(2.5, 5.2, "Once upon", cut_s=5.15)
    talk.user("Stop!", 4.9, 5.6).agent(6.0, 7.0, "Sure.")
    old, new = talk.recording().turns
    assert_turn(old, user=(1.0, 2.0), agent=(2.5, 5.2), interrupted=True)
    assert old.barge_in_stop_s == pytest.approx(0.3, abs=0.02)
    assert_turn(new, user=(4.9, 5.6), agent=(6.0, 7.0), said="Stop!")
    assert new.barge_in_stop_s is None


def test_barge_in_after_the_model_had_finished_but_its_voice_was_still_playing():
    talk = a_talk().user("Tell me a story", 1.0, 2.0)
    talk.agent(2.5, 5.2, "Once upon", complete_s=3.0).event(5.1, "agent.interrupted")
    old, _ = talk.user("Stop!", 4.9, 5.6).agent(6.0, 7.0).recording().turns
    assert_turn(old, user=(1.0, 2.0), agent=(2.5, 5.2), interrupted=True)
    assert old.barge_in_stop_s == pytest.approx(0.3, abs=0.02)


def test_cutting_into_a_pause_of_the_agent_interrupts_it_and_stops_no_voice():
    talk = a_talk().user("Tell me a story", 1.0, 2.0)
    talk.agent(2.5, 4.0, "Once upon", cut_s=4.9, trail_s=0.7)
    old, new = talk.user("Stop!", 4.5, 5.2).agent(6.0, 7.0, "Sure.").recording().turns
    assert_turn(old, user=(1.0, 2.0), agent=(2.5, 4.0), interrupted=True)
    assert old.barge_in_stop_s is None
    assert "interrupted" in repr(old)
    assert "interrupted" in str(old)
    assert old.row()["interrupted"] is True
    assert_turn(new, user=(4.5, 5.2), agent=(6.0, 7.0), said="Stop!")


def test_an_agent_that_goes_on_after_the_pause_is_stopped():
    # The pause ends after the onset: what is heard then was there to be stopped.
    talk = a_talk().user("Tell me a story", 1.0, 2.0)
    talk.agent(2.5, 4.8, "Once upon", cut_s=4.7, pause=(3.5, 4.4))
    old, _ = talk.user("Stop!", 4.0, 5.0).agent(6.0, 7.0).recording().turns
    assert old.barge_in_stop_s == pytest.approx(0.8, abs=0.02)


def test_an_interruption_long_after_the_voice_was_over_is_none():
    talk = a_talk().user("Hi", 1.0, 2.0).agent(2.5, 3.5, "Hi").event(7.0, "agent.interrupted")
    first, second = talk.user("Hello?", 6.5, 7.2).agent(8.0, 9.0).recording().turns
    assert not first.interrupted
    assert_turn(second, user=(6.5, 7.2), agent=(8.0, 9.0))


def test_typed_text_interrupts_without_an_onset():
    talk = a_talk().user("Tell me a story", 1.0, 2.0).agent(2.5, 4.2, "Once upon", cut_s=4.1)
    old, new = talk.typed("stop please", 4.0).agent(5.0, 6.0, "Sure.").recording().turns
    assert old.interrupted
    assert old.barge_in_stop_s is None
    typed = UserSide(start=pytest.approx(4.0), speech_end=None, text="stop please", typed=True)
    assert new.user == typed
    assert new.latency.voice_to_voice is None
    assert new.latency.time_to_first_audio == pytest.approx(4.9 - 4.0)


def test_the_whole_talk_typed_without_a_microphone():
    talk = a_talk().without_microphone().typed("hello", 0.5).agent(1.2, 2.0, "Hi.")
    (turn,) = talk.recording().turns
    assert_turn(turn, user=(0.5, None), agent=(1.2, 2.0), said="hello")
    assert set(turn.latency.parts) > {"capture", "uplink"}
    assert turn.latency.parts["capture"] is None
    assert turn.latency.parts["model"] is None


def test_captions_that_come_late_belong_to_what_was_said():
    talk = a_talk().user("What time is it?", 1.0, 2.0, captioned_s=3.4).agent(2.5, 4.0, "Noon.")
    talk.user("And in Lisbon?", 5.0, 6.0, captioned_s=6.9).agent(6.5, 8.0, "One.")
    first, second = talk.recording().turns
    assert first.user.text == "What time is it?"
    assert second.user.text == "And in Lisbon?"


def test_a_late_caption_is_not_given_to_speech_that_has_just_begun():
    talk = a_talk().user("Tell me a story", 1.0, 2.0, captioned_s=3.05).agent(2.5, 3.4, cut_s=3.3)
    old, new = talk.user("Stop!", 2.95, 3.6).agent(4.0, 5.0).recording().turns
    assert (old.user.text, new.user.text) == ("Tell me a story", "Stop!")


def test_caption_fragments_are_joined_and_interim_ones_replaced():
    talk = a_talk().user("", 1.0, 3.0)
    talk.event(1.8, "caption.user", text="what's the whether", final=False)
    talk.event(2.4, "caption.user", text="What's the weather", final=False)
    talk.event(3.2, "caption.user", text="What's the weather in Paris?", final=True)
    assert talk.recording().turns[0].user.text == "What's the weather in Paris?"
    talk = a_talk().user("", 1.0, 3.0)
    for number, piece in enumerate(("What's", " the wea", "ther?", " Now.")):
        talk.event(1.5 + number * 0.3, "caption.user", text=piece, final=True)
    assert talk.recording().turns[0].user.text == "What's the weather? Now."


def test_captions_of_what_is_heard_anew_after_a_loss_replace_those_before():
    talk = a_talk().user("", 1.0, 2.5)
    for at_s, fragment in ((1.5, "What's the"), (1.9, " weath")):
        talk.event(at_s, "caption.user", text=fragment, final=True)
    resumed = {"attempt": 1, "fresh": False, "outage_s": 0.5, "replayed_s": 1.2}
    talk.event(2.6, "session.resumed", **resumed)
    (cut,) = talk.recording().turns
    assert cut.user.text == "What's the weath"
    for at_s, fragment in ((2.8, "What's the weather"), (2.9, " in Paris?")):
        talk.event(at_s, "caption.user", text=fragment, final=True)
    (whole,) = talk.agent(3.5, 4.5, "Sunny.").recording().turns
    assert whole.user.text == "What's the weather in Paris?"


def test_captions_stay_when_nothing_is_said_again():
    talk = a_talk().user("What's the", 1.0, 1.8)
    resumed = {"attempt": 1, "fresh": False, "outage_s": 0.1, "replayed_s": 0.0}
    talk.event(2.1, "session.resumed", **resumed)
    talk.user(" weather?", 2.2, 3.0).agent(3.5, 4.5, "Sunny.")
    assert talk.recording().turns[0].user.text == "What's the weather?"


def test_what_is_asked_while_the_agent_goes_on_is_asked_afterwards_though_the_caption_is_late():
    talk = a_talk().typed("Count to ten.", 1.0).agent(1.5, 6.5, "One, two")
    talk.user("And the weather?", 2.0, 3.0, captioned_s=5.5)
    assert [turn.user.text for turn in talk.recording().turns] == [
        "Count to ten.",
        "And the weather?",
    ]
    # Said once, though it was heard again over a new connection.
    resumed = {"attempt": 1, "fresh": False, "outage_s": 0.1, "replayed_s": 3.0}
    talk.event(21.0, "session.resumed", **resumed)
    talk.event(24.0, "caption.user", text="And the weather?", final=True).agent(25.0, 26.0, "Fine.")
    first, second = talk.recording().turns
    assert first.user.text == "Count to ten."
    assert_turn(second, user=(2.0, 3.0), agent=(25.0, 26.0), said="And the weather?")


def test_speech_without_an_answer_is_a_turn():
    (turn,) = a_talk().user("Hello?", 1.0, 2.0).until(9.0).recording().turns
    assert_turn(turn, user=(1.0, 2.0), agent=None, said="Hello?")


def test_speech_after_a_long_wait_is_another_turn():
    first, second = (
        a_talk()
        .user("Hello?", 1.0, 2.0)
        .user("Anyone?", 6.0, 7.0)
        .agent(7.5, 8.5)
        .recording()
        .turns
    )
    assert_turn(first, user=(1.0, 2.0), agent=None)
    assert_turn(second, user=(6.0, 7.0), agent=(7.5, 8.5))


def test_a_pause_for_thought_stays_one_turn():
    talk = a_talk().user("What's the weather", 1.0, 2.0).user("in Paris?", 3.2, 4.0)
    (turn,) = talk.agent(4.5, 5.5).recording().turns
    assert_turn(turn, user=(1.0, 4.0), agent=(4.5, 5.5), said="What's the weather in Paris?")


def test_an_answer_cut_before_it_was_heard_leaves_no_trace():
    talk = a_talk().user("Set a timer for", 1.0, 2.0, captioned_s=2.2)
    talk.event(2.3, "agent.first_audio").event(2.5, "agent.interrupted")
    talk.user("ten minutes", 2.4, 3.2).agent(3.7, 5.0, "Ten minutes.")
    (turn,) = talk.recording().turns
    assert_turn(turn, user=(1.0, 3.2), agent=(3.7, 5.0), answered="Ten minutes.")


def test_a_backchannel_is_no_turn():
    talk = a_talk().user("Tell me a story", 1.0, 2.0).agent(2.5, 8.0, "Once upon a time")
    (turn,) = talk.user("", 4.0, 4.4).recording().turns
    assert_turn(turn, user=(1.0, 2.0), agent=(2.5, 8.0))


def test_a_question_put_while_the_agent_still_speaks_is_a_turn_when_answered():
    talk = a_talk().user("Tell me a story", 1.0, 2.0).agent(2.5, 5.0, complete_s=2.9)
    talk.user("And then?", 4.0, 4.8, captioned_s=9.0).agent(5.5, 7.0, "The end.")
    first, second = talk.recording().turns
    assert_turn(first, user=(1.0, 2.0), agent=(2.5, 5.0))
    assert_turn(second, user=(4.0, 4.8), agent=(5.5, 7.0))


def test_an_agent_that_speaks_first():
    greeting, turn = (
        a_talk().agent(0.8, 2.0, "Welcome!").user("Hi", 3.0, 3.5).agent(4.0, 5.0).recording().turns
    )
    assert_turn(greeting, user=None, agent=(0.8, 2.0), answered="Welcome!")
    assert greeting.latency.voice_to_voice is None
    assert_turn(turn, user=(3.0, 3.5), agent=(4.0, 5.0))


def test_an_answer_in_text_only():
    talk = a_talk().user("Hello", 1.0, 2.0).event(2.5, "caption.agent", text="Hi there.")
    (turn,) = talk.event(2.6, "agent.turn_complete", reason="").recording().turns
    assert_turn(turn, user=(1.0, 2.0), agent=(None, None), answered="Hi there.")
    assert turn.latency.voice_to_voice is None


def test_captions_of_a_cut_answer_that_trail_behind_stay_with_it():
    talk = a_talk().user("Tell me a story", 1.0, 2.0).agent(2.5, 4.2, "Once upon", cut_s=4.1)
    talk.event(4.15, "caption.agent", text=" a time").event(4.2, "agent.turn_complete", reason="")
    old, new = talk.user("Stop!", 3.9, 4.6).agent(6.0, 7.0, "Sure.").recording().turns
    assert old.agent.text == "Once upon a time"
    assert new.agent.text == "Sure."


def test_an_agent_that_jumps_in_early_has_negative_latency():
    (turn,) = a_talk().user("So I said that", 1.0, 3.0).agent(2.8, 4.0).recording().turns
    assert turn.latency.voice_to_voice == pytest.approx(-0.2, abs=0.02)
    parts = turn.latency.parts
    assert sum(parts.values()) == pytest.approx(turn.latency.voice_to_voice, abs=1e-9)


def test_speech_that_goes_on_through_a_cut_answer_belongs_to_the_next_turn():
    talk = a_talk().user("Set a timer for ten minutes", 1.0, 4.0).agent(2.4, 3.4, cut_s=3.2)
    old, new = talk.agent(4.5, 5.5, "Ten minutes.").recording().turns
    assert_turn(old, user=(1.0, None), agent=(2.4, 3.4), interrupted=True)
    assert old.barge_in_stop_s is None
    assert_turn(new, user=(1.0, 4.0), agent=(4.5, 5.5))


def test_tool_calls_that_fail_or_are_withdrawn():
    talk = a_talk().user("Weather?", 1.0, 2.0)
    talk.event(2.2, "tool.call", id="a", name="one", args={})
    talk.event(2.2, "tool.call", id="b", name="two", args={})
    talk.event(2.2, "tool.call", id="c", name="three", args={})
    talk.event(2.4, "tool.response", id="a", name="one", response={}, duration_s=0.1, error="E")
    talk.event(2.5, "tool.cancelled", id="b").event(2.6, "tool.response", id="zz", name="none")
    one, two, three = talk.recording().tools
    assert (one.error, one.duration, one.cancelled) == ("E", 0.1, False)
    assert (two.cancelled, two.end) == (True, pytest.approx(2.5))
    assert (three.end, three.duration, three.cancelled) == (None, None, False)


def test_calls_side_by_side_are_told_apart_by_their_ids():
    talk = a_talk().user("Weather?", 1.0, 2.0)
    for key in "abc":
        talk.event(2.2, "tool.call", id=key, name="look_up", args={"key": key})
    for t, key in ((2.4, "b"), (2.5, "c"), (2.6, "a")):
        talk.event(t, "tool.response", id=key, name="look_up", response={"key": key})
    (turn,) = talk.recording().turns
    assert [(call.id, call.response, call.end) for call in turn.tools] == [
        ("a", {"key": "a"}, pytest.approx(2.6)),
        ("b", {"key": "b"}, pytest.approx(2.4)),
        ("c", {"key": "c"}, pytest.approx(2.5)),
    ]


def test_a_call_that_streams_lasts_until_its_last_result():
    talk = a_talk().user("Track it.", 1.0, 2.0).event(2.2, "tool.call", id="a", name="track")
    talk.event(2.4, "tool.progress", id="a", name="track", response={"far": 2}, scheduling=None)
    talk.agent(2.8, 3.6, "Two.")
    talk.event(4.0, "tool.progress", id="a", name="track", response={"far": 1}, scheduling=None)
    talk.agent(4.4, 5.2, "One.")
    (call,) = talk.recording().tools
    assert (call.end, call.duration, call.response) == (None, None, None)
    talk.event(5.5, "tool.response", id="a", name="track", response={"far": 0}, duration_s=3.3)
    recording = talk.recording()
    assert [call.name for call in recording.turns[0].tools] == ["track"]
    (call,) = recording.tools
    assert (call.end, call.duration) == (pytest.approx(5.5), pytest.approx(3.3))
    assert call.response == {"far": 0}
    assert call.progress == ({"far": 2}, {"far": 1})
    assert recording.turns[0].tools == (call,)
    assert "far" not in repr(call)


def test_a_result_nobody_waited_for_ends_its_call_unless_something_else_did():
    talk = a_talk().user("Weather?", 1.0, 2.0)
    for key in "abcd":
        talk.event(2.2, "tool.call", id=key, name="look_up", args={})
    talk.event(2.3, "tool.cancelled", id="b")
    talk.event(2.4, "tool.response", id="c", name="look_up", response={"error": "E"}, error="E")
    for key in "abcd":
        talk.event(2.6, "tool.late", id=key, name="look_up", why="gone", response={"key": key})
    talk.event(2.8, "tool.response", id="d", name="look_up", response={"key": "d"}, error=None)
    a, b, c, d = talk.recording().tools
    assert (a.end, a.error, a.response) == (pytest.approx(2.6), "not sent: gone", {"key": "a"})
    assert (b.end, b.cancelled, b.response) == (pytest.approx(2.3), True, None)
    assert (c.end, c.error) == (pytest.approx(2.4), "E")
    assert (d.end, d.error, d.response) == (pytest.approx(2.8), None, {"key": "d"})


def test_a_call_that_is_made_anew_goes_on_under_its_new_id():
    talk = a_talk().user("Weather?", 1.0, 2.0)
    talk.event(2.2, "tool.call", id="a", name="look_up", args={})
    talk.event(3.2, "tool.call", id="b", name="look_up", args={}, repeats="a")
    talk.event(3.6, "tool.response", id="b", name="look_up", response={"sky": "clear"}, error=None)
    a, b = talk.recording().tools
    assert (a.end, a.error) == (pytest.approx(3.2), "not sent: it was made anew")
    assert (b.end, b.response, b.error) == (pytest.approx(3.6), {"sky": "clear"}, None)


def test_a_tool_that_answers_many_turns_later_answers_in_its_own_turn():
    talk = a_talk().typed("Find it.", 1.0).event(1.2, "tool.call", id="a", name="find", args={})
    for number in range(18):
        talk.typed(f"More {number}.", 2.0 + number).agent(2.2 + number, 2.6 + number, "Yes.")
    before = talk.recording()
    version = before.turns_changed_since(0)[1]
    assert before.turns[0].tools[0].end is None
    talk.event(21.0, "tool.response", id="a", name="find", response={"found": 1}, error=None)
    seen = []
    after = talk.recording(lambda recording: seen.append(recording.turns_changed_since(version)))
    assert after.turns[0].tools[0].response == {"found": 1}
    assert after.turns[0].tools[0] == after.tools[0]
    assert [turn.index for turn in after.turns] == list(range(len(after.turns)))
    assert any(turn.index == 0 and turn.tools[0].end for turn in seen[-1][0])


def test_while_someone_speaks_there_is_a_start_and_no_end():
    seen = []
    a_talk().user("Hello", 1.0, 3.0).agent(3.6, 5.0).recording(
        lambda recording: seen.append([turn.row() for turn in recording.turns])
    )
    during = seen[19]  # at 2.0 s
    assert during[0]["user_start"] == pytest.approx(1.0, abs=0.02)
    assert during[0]["user_end"] is None
    assert (during[0]["speaking"], during[0]["typed"]) == (True, False)
    assert not seen[33][0]["speaking"]
    assert seen[33][0]["user_end"] == pytest.approx(3.0, abs=0.02)
    growing = [rows[0]["agent_end"] for rows in seen if rows and rows[0]["agent_end"]]
    assert growing == sorted(growing)
    assert len(set(growing)) > 5


def test_what_was_typed_has_no_end_and_does_not_go_on():
    seen = []
    talk = a_talk().typed("Hello", 1.0).agent(1.6, 2.5).user("Thanks", 5.0, 6.0).until(9.0)
    talk.recording(lambda recording: seen.append([turn.row() for turn in recording.turns]))
    told = [rows[0] for rows in seen if rows]
    assert {(row["typed"], row["speaking"], row["user_end"]) for row in told} == {
        (True, False, None)
    }


def test_replies_know_their_turn():
    talk = a_talk().user("Hello?", 1.0, 1.6).user("Weather?", 5.0, 6.0)
    talk.agent(6.3, 7.0, "Let me see.").tool("get_weather", 7.15, 7.5).agent(7.9, 9.0, "Clear.")
    talk.user("Set a timer for", 10.0, 11.0).event(11.3, "agent.first_audio")
    talk.event(11.5, "agent.interrupted").user("ten minutes", 11.4, 12.2).agent(12.7, 14.0)
    recording = talk.recording()
    owners = [recording.turn_of_reply(number) for number in range(5)]
    assert [owner and owner.index for owner in owners] == [1, 1, 2, 2, None]
    assert recording.turn_of_reply(-1) is None


def test_a_reply_without_trace_to_nothing_said_has_no_turn():
    talk = a_talk().event(1.0, "agent.first_audio").event(1.2, "agent.interrupted")
    assert talk.recording().turn_of_reply(0) is None


def test_a_turn_shows_itself_shortly_and_without_words():
    talk = a_talk().user("my secret", 1.0, 2.0).tool("find", 2.1, 2.2, key="hush")
    (turn,) = talk.agent(2.5, 3.5, "a secret too").recording().turns
    assert repr(turn) == f"<Turn 0: answered after {turn.latency.voice_to_voice:.2f} s, find>"
    pretty = RepresentationPrinter(StringIO())
    turn._repr_pretty_(pretty, False)
    pretty.flush()
    for shown in (turn._repr_html_(), pretty.output.getvalue()):
        assert "you" in shown
        assert f"model {turn.latency.parts['model']:.3f}" in shown
        assert "print(turn)" in shown
        assert "secret" not in shown
        assert "hush" not in shown
    assert "my secret" in str(turn)
    assert repr(a_talk().agent(1.0, 2.0).recording().turns[0]) == "<Turn 0: unasked, answered>"
    (alone,) = a_talk().typed("hello", 1.0).until(9.0).recording().turns
    assert repr(alone) == "<Turn 0: no answer>"
    assert "typed" in alone._repr_html_()


def test_repr_holds_no_transcripts_and_a_display_is_escaped():
    talk = a_talk().user("my <b>secret</b>", 1.0, 2.0).tool("find", 2.1, 2.2, key="hush")
    turns = talk.agent(2.5, 3.5, "a & b").recording().turns
    for text in (repr(turns), repr(turns[0]), repr(turns[0].tools)):
        assert "secret" not in text
        assert "hush" not in text
        assert "a & b" not in text
    html = turns._repr_html_()
    assert "my &lt;b&gt;secret&lt;/b&gt;" in html
    assert "a &amp; b" in html
    assert "find" in html
    assert "secret" in str(turns)
    assert str(Turns()) == "no turns"
