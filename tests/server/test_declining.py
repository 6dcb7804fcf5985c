"""With proactive audio, what is said to somebody else has no answer, and the talk goes on."""

from __future__ import annotations

import pytest

from livekit_nb.server.talk import actions as do
from tests.server.setups import CAPTIONS, EXTENDED, MANUAL, OLDER, OLDEST
from tests.server.talks import Plan, Talk, contents, speaking

PROACTIVE = {"proactivity": {"proactiveAudio": True}}
AFFECTIVE = {"generationConfig": {"enableAffectiveDialog": True}}


def declined(talk: Talk, text: str = "Honey, did you feed the cat?") -> do.Hear:
    """Let the thinker find that something was not said to it."""
    talk.asked(text)
    job = talk.pop(do.Hear)
    talk.take(talk.conversation.planned(job.reply, Plan(declined=True), talk.now))
    return job


def answered(talk: Talk) -> do.Hear:
    talk.asked()
    job = talk.plan("It is sunny.")
    talk.speak(1.0)
    talk.advance(1.5)
    return job


@pytest.mark.parametrize(
    ("setup", "chosen"),
    [
        ({}, True),
        (EXTENDED, True),
        (OLDER, False),
        (OLDEST, False),
        (OLDEST | PROACTIVE, True),
        (OLDEST | {"proactivity": {"proactiveAudio": False}}, False),
    ],
)
def test_only_a_model_with_proactive_audio_may_keep_silent(setup, chosen):
    talk = Talk(CAPTIONS | setup)
    talk.asked()
    speech = talk.pop(do.Hear).speech
    assert (speech is not None and speech.chosen) == chosen


@pytest.mark.parametrize("setup", [{}, OLDEST | PROACTIVE])
def test_silence_is_a_turn_that_was_rejected(setup):
    talk = Talk(CAPTIONS | setup)
    talk.sent.clear()
    declined(talk)
    words = contents(talk, "inputTranscription")
    assert [item["text"] for item in words] == ["Honey, did you feed the cat?"]
    ends = [m["serverContent"] for m in talk.sent if m.get("serverContent", {}).get("turnComplete")]
    assert [end.get("turnCompleteReason") for end in ends] == ["RESPONSE_REJECTED"]
    assert contents(talk, "generationComplete") == contents(talk, "modelTurn") == []
    assert not talk.pending(do.Spoken)  # what was last said is still what was last said
    assert contents(talk, "interrupted") == []


def test_who_is_not_answered_can_ask_the_next_moment():
    talk = Talk(CAPTIONS)
    declined(talk)
    talk.sent.clear()
    answered(talk)
    assert talk.audio_s() == 1.0
    assert [m["serverContent"].get("turnCompleteReason") for m in talk.sent[-1:]] == [None]


def test_silence_leaves_a_session_that_can_be_resumed():
    talk = Talk(CAPTIONS | {"sessionResumption": {}})
    declined(talk)
    updates = [m["sessionResumptionUpdate"] for m in talk.sent if "sessionResumptionUpdate" in m]
    assert updates[-1]["resumable"]


def test_an_answer_that_is_declined_after_it_was_cut_off_says_nothing():
    talk = Talk(CAPTIONS)
    talk.asked("Honey, did you feed the cat?")
    job = talk.pop(do.Hear)
    talk.audio("...####")  # they go on
    talk.sent.clear()
    talk.take(talk.conversation.planned(job.reply, Plan(declined=True), talk.now))
    assert contents(talk, "turnComplete") == []


def test_how_long_ago_the_last_reply_was_is_told():
    talk = Talk(CAPTIONS)
    talk.asked()
    first = talk.plan("It is sunny.")
    talk.speak(1.0)
    talk.advance(21.0)
    assert first.speech.quiet_s is None
    later = declined(talk)
    assert 19.0 < later.speech.quiet_s < 22.0
    assert declined(talk).speech.quiet_s > later.speech.quiet_s  # silence is no reply
    answered(talk)
    talk.audio("...#######......")
    talk.recognise("And in Berlin?")
    assert 0.5 < talk.pop(do.Hear).speech.quiet_s < 1.0


def test_who_cuts_in_speaks_to_whom_they_cut_off():
    talk = Talk(CAPTIONS)
    talk.asked()
    talk.plan("One two three four five six seven eight nine ten.")
    talk.speak(5.0)
    talk.advance(2.0)
    talk.asked("No, in Rome.")
    assert talk.pop(do.Hear).speech.quiet_s == 0.0


def test_what_was_said_to_somebody_else_amid_a_reply_lets_it_go_on():
    talk = speaking(seconds=5.0, after=2.0)
    declined(talk)
    ends = [m["serverContent"] for m in talk.sent if m.get("serverContent", {}).get("turnComplete")]
    assert [end.get("turnCompleteReason") for end in ends] == [None, "RESPONSE_REJECTED"]
    talk.sent.clear()
    talk.advance(6.0)
    assert 2.0 < talk.audio_s() < 4.5  # the rest, from a little before
    assert contents(talk, "generationComplete") == [True]
    assert contents(talk, "turnComplete") == [True]


def test_what_was_said_to_the_agent_amid_a_reply_is_the_end_of_that():
    talk = speaking(seconds=5.0, after=2.0)
    talk.asked("No, in Rome.")
    talk.plan("In Rome it is sunny.")
    talk.speak(1.0)
    talk.sent.clear()
    talk.advance(9.0)
    assert talk.audio_s() < 1.5


def test_who_pushes_to_talk_or_types_is_always_answered():
    talk = Talk(CAPTIONS | MANUAL)
    talk.realtime(activity_start={})
    talk.audio("####")
    talk.realtime(activity_end={})
    talk.recognise("Honey, did you feed the cat?")
    assert talk.pop(do.Hear).speech is None
    talk = Talk(CAPTIONS)
    talk.realtime(text="Honey, did you feed the cat?")
    assert talk.pop(do.Hear).speech is None
    talk = Talk(CAPTIONS)
    talk.audio("...####")
    talk.realtime(text="this one")
    talk.audio("....")
    talk.recognise("What is")
    talk.audio("......")
    heard = talk.pop(do.Hear)
    assert (heard.text, heard.speech) == ("this one What is", None)


@pytest.mark.parametrize(("setup", "measured"), [(AFFECTIVE, True), ({}, False)])
def test_the_sound_is_kept_for_measuring_where_dialog_is_affective(setup, measured):
    talk = Talk(CAPTIONS | OLDEST | setup)
    talk.asked()
    speech = talk.pop(do.Hear).speech
    assert (speech is not None) == measured
    if measured:
        assert len(speech.samples) > 6 * 512
        assert (speech.text, speech.chosen) == ("What's the weather in Paris?", False)


def test_what_was_pushed_to_talk_is_measured_too():
    talk = Talk(CAPTIONS | OLDEST | AFFECTIVE | MANUAL)
    talk.realtime(activity_start={})
    talk.audio("####")
    talk.realtime(activity_end={})
    talk.recognise("Hello.")
    assert len(talk.pop(do.Hear).speech.samples) >= 4 * 512
