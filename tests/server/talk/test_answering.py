"""Replies, what interrupts them, and what they cost."""

from __future__ import annotations

import pytest

from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.answering import MAX_ASKED, MAX_CARRIED
from livekit_nb.wire import messages as m
from tests.server.setups import CAPTIONS, MANUAL, WEATHER
from tests.server.talks import Call, Plan, Talk, finishing, speaking

# Piece by piece ---------------------------------------------------------------------------------


def test_a_reply_may_be_told_piece_by_piece():
    talk = Talk(CAPTIONS)
    talk.asked()
    reply = talk.pop(do.Hear).reply
    for words in ("One, ", "two. "):
        talk.take(talk.conversation.planned(reply, Plan(words), talk.now, last=False))
        assert talk.pending(do.Speak)[0].whole
        talk.speak(0.5)
    talk.advance(3.0)
    assert talk.audio_s() == pytest.approx(1.0)
    assert "generationComplete" not in talk.kinds()
    talk.take(talk.conversation.planned(reply, Plan(), talk.now))
    talk.advance(0.1)
    assert talk.kinds()[-2:] == ["generationComplete", "turnComplete"]


# Interrupting -----------------------------------------------------------------------------------


def test_speech_interrupts_what_is_presumably_being_heard():
    talk = speaking()
    talk.audio("##")
    assert "interrupted" not in talk.kinds()
    talk.audio("#")
    kinds = talk.kinds()
    assert kinds[kinds.index("interrupted") :][:2] == ["interrupted", "turnComplete"]
    assert "generationComplete" not in kinds
    assert talk.pending(do.Hush)
    spoken = talk.pending(do.Spoken)[0]
    assert spoken.interrupted
    assert spoken.text.split()[:2] == ["One", "two"]
    assert "five" not in spoken.text


def test_after_an_interruption_no_late_audio_is_sent_and_the_new_question_is_answered():
    talk = speaking()
    talk.audio("#####")
    before = talk.audio_s()
    talk.take(talk.conversation.voiced(1, bytes(48_000), "late", talk.now))
    talk.advance(3.0)
    assert talk.audio_s() == before
    talk.audio("......")
    talk.recognise("And in Berlin?")
    talk.audio("......")
    assert talk.plan("Rain.").text == "And in Berlin?"
    talk.sent.clear()
    talk.speak(1.0)
    talk.advance(3.0)
    assert talk.kinds()[-2:] == ["generationComplete", "turnComplete"]


def test_when_all_audio_was_sent_but_still_plays_speech_interrupts_too():
    talk = speaking(seconds=5.0, after=3.0)
    talk.audio("####")
    assert talk.kinds()[-2:] == ["interrupted", "turnComplete"]


def test_typed_text_while_talking_belongs_to_the_same_turn():
    talk = Talk(CAPTIONS)
    talk.audio("...#####")
    talk.realtime(text="in Paris")
    assert talk.pending(do.Hear) == []  # the person is still speaking
    talk.audio("##......")
    talk.recognise("What's the weather there?")
    talk.audio("......")
    heard = [job.text for job in talk.pending(do.Hear)]
    assert heard == ["in Paris What's the weather there?"]


def test_typed_text_is_answered_even_if_the_speech_was_noise():
    talk = Talk(CAPTIONS)
    talk.audio("...#####")
    talk.realtime(text="Hello.")
    talk.audio("......")
    talk.recognise("", 0.0)
    talk.audio("." * 40)
    assert [job.text for job in talk.pending(do.Hear)] == ["Hello."]


def test_typed_text_does_not_wait_for_a_television():
    talk = Talk(CAPTIONS)
    talk.audio("...#####")
    talk.realtime(text="Hello.")
    talk.audio("#" * 90)
    assert talk.pending(do.Hear) == []
    talk.audio("#" * 10)
    assert [job.text for job in talk.pending(do.Hear)] == ["Hello."]
    talk.plan("Hello.")
    talk.speak(0.5)
    talk.audio("#" * 60)
    assert talk.kinds()[-2:] == ["generationComplete", "turnComplete"]
    assert talk.pending(do.Hear) == []  # once


def test_typed_text_waits_for_the_words_however_long_they_take_to_be_recognised():
    talk = Talk(CAPTIONS)
    talk.audio("...#####")
    talk.realtime(text="in Paris")
    talk.audio("#####" + "." * 200)  # over six seconds
    assert talk.pending(do.Hear) == []
    talk.recognise("What's the weather there?")
    talk.audio("......")
    heard = [job.text for job in talk.pending(do.Hear)]
    assert heard == ["in Paris What's the weather there?"]


def test_typed_text_waits_for_sound_that_comes_late():
    talk = Talk(CAPTIONS)
    talk.audio("...#####")
    talk.realtime(text="in Paris")
    talk.advance(1.9)  # less than what counts as the end
    talk.audio("#####")
    talk.advance(1.9)
    talk.audio("......")
    assert talk.pending(do.Hear) == []
    talk.recognise("What's the weather there?")
    talk.audio("......")
    heard = [job.text for job in talk.pending(do.Hear)]
    assert heard == ["in Paris What's the weather there?"]


def test_typing_while_talking_waits_for_the_mark_in_manual_mode():
    talk = Talk(MANUAL)
    talk.realtime(activity_start=m.Empty())
    talk.audio("..####")
    talk.realtime(text="in Paris")
    assert talk.pending(do.Hear) == []
    talk.realtime(activity_end=m.Empty())
    talk.recognise("What's the weather there?")
    assert len(talk.pending(do.Hear)) == 1


def test_typed_text_without_interruption_waits_for_its_turn():
    talk = speaking({"realtimeInputConfig": {"activityHandling": "NO_INTERRUPTION"}})
    talk.realtime(text="Stop that.")
    assert talk.kinds() == []
    assert talk.pending(do.Hear) == []
    talk.advance(6.0)
    assert [job.text for job in talk.pending(do.Hear)] == ["Stop that."]


def test_once_the_playback_is_over_nothing_is_interrupted():
    talk = speaking(seconds=1.0, after=1.1)
    talk.audio("#####")
    assert talk.kinds() == ["voiceActivity"]


def test_a_click_does_not_interrupt():
    talk = speaking()
    talk.audio("..#....#...#..")
    assert "interrupted" not in talk.kinds()


def test_without_interruption_the_question_waits_for_its_turn():
    talk = speaking({"realtimeInputConfig": {"activityHandling": "NO_INTERRUPTION"}})
    talk.audio("######......")
    talk.recognise("And in Berlin?")
    talk.audio("........")
    assert talk.pending(do.Hear) == []
    assert "interrupted" not in talk.kinds()
    talk.advance(6.0)
    assert talk.kinds()[-1] == "turnComplete"
    assert "generationComplete" in talk.kinds()
    assert [job.text for job in talk.pending(do.Hear)] == ["And in Berlin?"]


@pytest.mark.parametrize("way", ["realtime", "content"])
def test_a_turn_whose_end_is_noticed_late_is_complete_before_the_next_begins(way):
    talk = speaking(seconds=1.0, after=0.9)
    talk.now += 5.0  # the machine was busy: the timer of the playback's end has not gone off
    if way == "realtime":
        talk.realtime(text="And in Berlin?")
    else:
        talk.content("And in Berlin?")
    talk.plan("Rain.")
    talk.speak()
    talk.advance(3.0)
    kinds = talk.kinds()
    first, second = (place for place, kind in enumerate(kinds) if kind == "turnComplete")
    assert "modelTurn" not in kinds[:first]
    assert "modelTurn" in kinds[first:second]
    assert "interrupted" not in kinds


def test_words_after_a_false_end_are_folded_into_the_same_turn():
    talk = Talk(CAPTIONS)
    talk.asked("Play some jazz")
    talk.audio("####")  # before anything of the reply was heard
    assert "interrupted" not in talk.kinds()
    stale = talk.pop(do.Hear)
    talk.take(talk.conversation.planned(stale.reply, type("P", (), {"say": "x", "calls": ()}), 0))
    assert talk.pending(do.Speak) == []
    talk.audio("......")
    talk.recognise("in the living room.")
    talk.audio("......")
    assert [job.text for job in talk.pending(do.Hear)] == ["Play some jazz in the living room."]


def heard_for(seconds, completeness):
    talk = Talk(CAPTIONS | {"tools": [WEATHER]})
    talk.audio("...#######......")
    talk.recognise("Set a timer for", completeness)
    talk.audio("." * 50)
    talk.plan("For how long should it be?")
    talk.speak(3.0)
    talk.advance(seconds)
    talk.audio("###.....")
    talk.recognise("ten minutes")
    talk.audio("." * 20)
    return talk.pending(do.Hear)[0].text


def test_late_words_of_an_unfinished_sentence_belong_to_it_and_answers_do_not():
    assert heard_for(0.2, 0.0) == "Set a timer for ten minutes"
    assert heard_for(1.5, 0.0) == "ten minutes"
    assert heard_for(0.1, 1.0) == "Set a timer for ten minutes"
    assert heard_for(0.5, 1.0) == "ten minutes"


def test_what_a_tool_has_done_is_not_asked_for_again():
    talk = Talk({"tools": [WEATHER]})
    talk.asked("Turn on the light")
    talk.plan("", Call("get_weather"))
    talk.tool_result(talk.calls()[0]["id"])
    talk.audio("#####......")
    talk.recognise("and make it blue")
    talk.audio("......")
    assert [job.text for job in talk.pending(do.Hear)] == ["and make it blue"]


def test_a_cough_before_the_reply_does_not_lose_the_question():
    talk = Talk(CAPTIONS)
    talk.asked("Play some jazz")
    talk.pop(do.Hear)
    talk.audio("####......")
    talk.recognise("", 0.0)
    talk.audio("." * 40)
    assert [job.text for job in talk.pending(do.Hear)] == ["Play some jazz"]


def test_typed_text_interrupts_and_is_answered():
    talk = speaking()
    talk.realtime(text="Stop that.")
    assert talk.kinds() == ["interrupted", "turnComplete"]
    assert [job.text for job in talk.pending(do.Hear)] == ["Stop that."]


def test_of_too_many_questions_that_wait_the_oldest_is_given_up():
    talk = speaking({"realtimeInputConfig": {"activityHandling": "NO_INTERRUPTION"}})
    for number in range(MAX_ASKED + 1):
        talk.realtime(text=f"Question {number}?")
    heard = []
    talk.advance(6.0)
    while talk.pending(do.Hear):
        heard.append(talk.plan("Yes.").text)
        finishing(talk)
    assert heard == [f"Question {number}?" for number in range(1, MAX_ASKED + 1)]


def test_of_too_much_that_is_typed_while_talking_the_last_is_kept():
    talk = Talk(MANUAL)
    talk.realtime(activity_start=m.Empty())
    for number in range(40):
        talk.realtime(text=f"{number} " + "x" * 10_000)
    talk.realtime(activity_end=m.Empty())
    (heard,) = talk.pending(do.Hear)
    assert len(heard.text) == MAX_CARRIED
    assert " 39 x" in heard.text


# Usage, resumption ------------------------------------------------------------------------------


def test_usage_counts_twenty_five_tokens_a_second_on_the_turn_complete():
    talk = Talk({})
    talk.asked()
    talk.plan("It is clear.")
    talk.speak(4.0)
    talk.advance(10.0)
    last = talk.sent[-1]
    assert last["serverContent"] == {"turnComplete": True}
    usage = last["usageMetadata"]
    assert usage["responseTokenCount"] == 100
    assert usage["responseTokensDetails"] == [{"modality": "AUDIO", "tokenCount": 100}]
    heard = {item["modality"]: item["tokenCount"] for item in usage["promptTokensDetails"]}
    # Three chunks before, seven voiced, the pause: 0.6 s.
    assert 12 <= heard["AUDIO"] <= 20
    assert usage["totalTokenCount"] == usage["promptTokenCount"] + 100
    assert sum("usageMetadata" in message for message in talk.sent) == 1


def test_an_interrupted_turn_counts_what_was_sent():
    talk = speaking(seconds=60.0, after=1.0)
    talk.audio("####")
    usage = talk.sent[-1]["usageMetadata"]
    assert 50 < usage["responseTokenCount"] < 130


def test_handles_are_given_when_asked_for_and_not_while_generating():
    talk = Talk({"sessionResumption": {}})
    first = talk.sent[-1]["sessionResumptionUpdate"]
    assert first["resumable"]
    talk.asked()
    assert talk.sent[-1]["sessionResumptionUpdate"] == {"newHandle": "", "resumable": False}
    talk.plan("Yes.")
    talk.speak(0.5)
    talk.advance(2.0)
    second = talk.sent[-1]["sessionResumptionUpdate"]
    assert second["resumable"]
    assert second["newHandle"] != first["newHandle"]
    assert [item.handle for item in talk.pending(do.Keep)] == [
        first["newHandle"],
        second["newHandle"],
    ]


def test_no_handles_unless_asked_for():
    talk = speaking()
    talk.advance(10.0)
    assert not any("sessionResumptionUpdate" in message for message in talk.sent)
