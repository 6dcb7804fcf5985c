"""Voices much softer than the user's do not interrupt."""

from __future__ import annotations

import numpy as np

from livekit_nb.server.hearing.activity import CHUNK
from livekit_nb.server.talk import actions as do
from livekit_nb.wire import messages as m
from tests.server.talks import CHUNK_S, contents, speaking


def hear(talk, levels_db):
    """Stream a chunk per level, in dB of what `Talk.audio` calls speech; None is silence."""
    for level_db in levels_db:
        value = 0.0 if level_db is None else 8000 * 10 ** (level_db / 20)
        data = np.full(CHUNK, value, "<i2").tobytes()
        talk.realtime(audio=m.Blob(data=data, mime_type="audio/pcm;rate=16000"))
        talk.advance(CHUNK_S)


def listening(**options):
    """A talk in which a reply is playing, and the detector hears soft voices too."""
    talk = speaking(**options)
    talk.conversation._asking.listener._detector._probability = lambda chunk: float(
        np.abs(chunk).mean() > 0.001
    )
    return talk


def test_a_soft_voice_does_not_interrupt_and_is_not_answered():
    talk = listening()
    hear(talk, [-15.0] * 10 + [None] * 3)
    talk.recognise("And now the news.")
    hear(talk, [None] * 8)
    assert not contents(talk, "interrupted")
    assert not talk.pending(do.Hear)
    assert not contents(talk, "inputTranscription")
    assert "voiceActivity" in talk.kinds()
    assert not contents(talk, "turnComplete")
    talk.advance(10.0)
    # The reply is heard to its end; then the client is told that no answer to that will come.
    assert contents(talk, "turnCompleteReason") == ["RESPONSE_REJECTED"]
    assert len(contents(talk, "turnComplete")) == 2


def test_one_that_is_nearly_as_loud_as_usual_does():
    talk = listening()
    hear(talk, [-8.0] * 6)
    assert contents(talk, "interrupted") == [True]


def test_one_that_begins_softly_interrupts_when_it_is_loud():
    talk = listening()
    hear(talk, [-15.0] * 6)
    assert not contents(talk, "interrupted")
    hear(talk, [-6.0])
    assert contents(talk, "interrupted") == [True]


def test_when_the_agent_is_done_a_soft_voice_is_answered():
    talk = listening(seconds=2.0, after=3.0)
    hear(talk, [-20.0] * 10 + [None] * 3)
    talk.recognise("What time is it?")
    hear(talk, [None] * 8)
    assert talk.pop(do.Hear).text == "What time is it?"


def test_a_soft_voice_that_outlasts_the_agent_is_answered():
    talk = listening(seconds=1.5, after=1.0)
    hear(talk, [-15.0] * 30 + [None] * 3)
    talk.recognise("What time is it?")
    hear(talk, [None] * 8)
    assert not contents(talk, "interrupted")
    assert talk.pop(do.Hear).text == "What time is it?"


def test_the_user_may_become_softer_from_turn_to_turn():
    talk = listening(seconds=0.5, after=2.0)
    for level_db in (-8.0, -12.0):
        hear(talk, [level_db] * 10 + [None] * 3)
        talk.recognise("Hello.")
        hear(talk, [None] * 12)
        talk.plan("Yes, I am here.")
        talk.speak(0.5)
        talk.advance(2.0)
    hear(talk, [-8.0] * 10 + [None] * 3)
    talk.recognise("Tell me more.")
    hear(talk, [None] * 8)
    talk.plan("I am.")
    talk.speak(5.0)
    talk.advance(1.0)
    talk.sent.clear()
    hear(talk, [-18.0] * 6)
    assert contents(talk, "interrupted") == [True]
