"""Signs of a listener, and a reply that is gone on with after one."""

from __future__ import annotations

import pytest

from livekit_nb.server.hearing.backchannel import is_backchannel
from livekit_nb.server.talk import actions as do
from tests.server.talks import Call, Talk, called, contents, speaking


@pytest.mark.parametrize(
    "text",
    [
        "Mhm.",
        "Mm-hmm.",
        "Hmm",
        "Uh-huh.",
        "Yeah, yeah.",
        "Okay.",
        "I see.",
        "Oh, really?",
        "Right!",
    ],
)
def test_signs_of_a_listener(text):
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    ["", "No.", "Stop.", "Wait.", "Okay, stop.", "Right now?", "Yeah, but why?", "Mary.", "Ohio"],
)
def test_everything_else_wants_the_floor(text):
    assert not is_backchannel(text)


def interrupted_by(text, talk=None, *, pause="....."):
    """A talk in which the reply was broken off by somebody who then says this."""
    talk = talk or speaking(seconds=5.0, after=1.0)
    talk.audio("######")
    assert contents(talk, "interrupted") == [True]
    talk.sent.clear()
    talk.audio("..")
    talk.recognise(text)
    talk.audio(pause)
    return talk


@pytest.mark.parametrize("text", ["Mhm.", "Yeah.", "", "I see."])
def test_after_a_sign_or_noise_the_rest_is_said(text):
    talk = interrupted_by(text)
    assert not talk.pending(do.Hear)
    talk.advance(10.0)
    # It had been heard for 1 s and 4 chunks (when the onset was sure), in pieces of 0.16 s.
    assert talk.audio_s() == pytest.approx(5.0 - 1.12, abs=0.16)
    assert contents(talk, "turnComplete") == [True]
    assert contents(talk, "interrupted") == []


def test_the_words_of_the_rest_are_those_that_were_not_heard():
    talk = speaking(seconds=5.0, after=1.0)
    talk.audio("######..")
    heard = talk.pop(do.Spoken)
    assert heard.interrupted
    talk.sent.clear()
    talk.recognise("Mhm.")
    talk.audio("....")
    talk.advance(10.0)
    rest = "".join(item["text"] for item in contents(talk, "outputTranscription"))
    assert heard.text + rest == "One two three four five six seven eight nine ten."
    assert talk.pop(do.Spoken) == do.Spoken(rest)


def test_what_is_still_being_spoken_belongs_to_the_rest():
    talk = Talk()
    talk.setup({"generationConfig": {"responseModalities": ["AUDIO"]}})
    talk.asked()
    talk.plan("A long story.")
    job = talk.pop(do.Speak)
    talk.take(talk.conversation.voiced(job.reply, bytes(48_000 * 2), "A long ", talk.now))
    talk.advance(1.0)
    talk.audio("######")
    assert [hush.for_good for hush in talk.pending(do.Hush)] == [False]
    talk.sent.clear()
    talk.take(talk.conversation.voiced(job.reply, bytes(48_000 * 3), "story.", talk.now))
    assert talk.audio_s() == 0.0
    talk.audio("..")
    talk.recognise("Yeah.")
    talk.audio("....")
    talk.take(talk.conversation.voiced_all(job.reply, talk.now))
    talk.advance(10.0)
    assert talk.audio_s() == pytest.approx(5.0 - 1.12, abs=0.16)
    assert contents(talk, "turnComplete") == [True]


def test_who_wants_the_floor_gets_it():
    talk = interrupted_by("What time is it?")
    assert talk.plan("It is noon.").text == "What time is it?"
    assert [hush.for_good for hush in talk.pending(do.Hush)] == [False, True]
    talk.advance(10.0)
    assert talk.audio_s() == 0.0


def test_it_can_be_broken_off_again():
    talk = interrupted_by("Mhm.")
    talk.advance(0.5)
    talk.audio("######")
    assert contents(talk, "interrupted") == [True]
    talk.audio("..")
    talk.recognise("Stop.")
    talk.audio("...........")
    assert talk.pop(do.Hear).text == "Stop."


def test_okay_is_an_answer_to_who_asks():
    talk = Talk()
    talk.setup({"generationConfig": {"responseModalities": ["AUDIO"]}})
    talk.asked("Delete it.")
    talk.plan("Shall I really delete it?", asks=True)
    talk.speak(5.0)
    talk.advance(1.0)
    talk = interrupted_by("Yes.", talk, pause="..........")
    assert talk.pop(do.Hear).text == "Yes."


def test_calls_that_were_cancelled_are_not_gone_on_with():
    talk = called({})
    talk.advance(2.0)
    talk.audio("######..")
    talk.recognise("Mhm.")
    talk.audio("..........")
    assert talk.pending(do.Hear)


def test_typing_is_no_sign():
    talk = speaking(seconds=5.0, after=1.0)
    talk.realtime(text="Okay.")
    assert [hush.for_good for hush in talk.pending(do.Hush)] == [True]
    assert talk.pop(do.Hear).text == "Okay."


def test_a_call_is_not_taken_for_speech():
    talk = Talk()
    talk.setup({"generationConfig": {"responseModalities": ["AUDIO"]}})
    talk.asked()
    talk.plan("", Call("get_weather", {"city": "Paris"}))
    talk.advance(2.0)
    talk.audio("######")
    assert [hush.for_good for hush in talk.pending(do.Hush)] == [True]
