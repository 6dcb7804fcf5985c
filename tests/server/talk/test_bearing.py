"""Replies suit the way the user spoke, as far as it is unlike the way they speak."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import people
from livekit_nb.audio.tone import Tone, tone_of
from livekit_nb.server.talk.bearing import Bearing, Bearings, in_short
from livekit_nb.server.thinking import Manner, Plan, PlannedCall
from tests import speech
from tests.speech.manners import at_speed, in_room, louder, whispered

USUAL = Tone(
    speech_s=2.0,
    level_dbfs=-25.0,
    above_room_db=35.0,
    voiced=0.6,
    pitch_hz=120.0,
    low_hz=100.0,
    high_hz=150.0,
    syllables=9,
)
READER = ("young_man", "amiable_himself", "ill_disposed", "amiable_woman")
ROOM_DBFS = -60.0


def after(*before: Tone) -> Bearings:
    bearings = Bearings()
    for tone in before:
        bearings.heard(tone)
    return bearings


def heard(samples, text: str = "") -> Tone:
    tone = tone_of(samples, 16_000, text)
    assert tone is not None
    return tone


def reader() -> Bearings:
    """Somebody who has read three sentences aloud."""
    names = READER[:3]
    return after(
        *(heard(in_room(people.samples(n), ROOM_DBFS), people.SENTENCES[n]) for n in names)
    )


# What is noticed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "noticed"),
    [
        ({}, Bearing()),
        ({"syllables": 14}, Bearing(pace="fast")),
        ({"syllables": 11}, Bearing()),
        ({"speech_s": 3.2}, Bearing(pace="slow")),
        ({"syllables": 3, "speech_s": 1.5}, Bearing()),  # too short to tell
        ({"level_dbfs": -33.0, "above_room_db": 27.0}, Bearing(voice="soft")),
        ({"level_dbfs": -33.0}, Bearing()),  # the microphone was turned down
        ({"above_room_db": 25.0}, Bearing()),  # a noise began
        (
            {"level_dbfs": -18.0, "above_room_db": 42.0, "pitch_hz": 145.0},
            Bearing(voice="raised"),
        ),
        ({"level_dbfs": -18.0, "above_room_db": 42.0}, Bearing()),  # came nearer
        ({"pitch_hz": 160.0}, Bearing()),
        ({"voiced": 0.02, "pitch_hz": None}, Bearing(voice="whisper")),
        ({"voiced": 0.02, "above_room_db": 8.0}, Bearing()),  # noise hides the pitch
        ({"voiced": 0.02, "speech_s": 0.4, "syllables": 2}, Bearing()),
        (
            {"voiced": 0.0, "level_dbfs": -40.0, "above_room_db": 20.0, "speech_s": 4.0},
            Bearing(pace="slow", voice="whisper"),
        ),
    ],
)
def test_what_is_unlike_the_turns_before_is_noticed(said, noticed):
    assert after(USUAL, USUAL).heard(replace(USUAL, **said)) == noticed


@pytest.mark.parametrize(
    ("said", "noticed"),
    [
        ({"syllables": 13}, Bearing()),  # quick, as some people are
        ({"syllables": 15}, Bearing(pace="fast")),
        ({"speech_s": 3.5}, Bearing()),
        ({"speech_s": 4.5}, Bearing(pace="slow")),
        ({"syllables": 6, "speech_s": 0.8}, Bearing()),
        ({"level_dbfs": -10.0, "above_room_db": 60.0, "pitch_hz": 400.0}, Bearing()),
        ({"level_dbfs": -55.0, "above_room_db": 14.0}, Bearing()),
        ({"voiced": 0.0}, Bearing(voice="whisper")),
    ],
)
def test_without_turns_before_only_extremes_are(said, noticed):
    assert Bearings().heard(replace(USUAL, **said)) == noticed


def test_a_voice_that_never_has_a_pitch_does_not_whisper():
    hoarse = replace(USUAL, voiced=0.0, pitch_hz=None)
    bearings = after(hoarse)
    assert bearings.heard(hoarse) == Bearing()


def test_who_changes_for_good_is_usual_again():
    bearings = after(*[USUAL] * 4)
    quick = replace(USUAL, syllables=14)
    noticed = [bearings.heard(quick).pace for _ in range(6)]
    assert noticed[0] == "fast"
    assert noticed[-1] == ""


def test_what_was_typed_is_not_judged_and_forgets_nothing():
    bearings = after(USUAL, USUAL, replace(USUAL, syllables=14))
    assert bearings.heard(None) == Bearing()
    assert bearings.heard(replace(USUAL, syllables=14)) == Bearing(pace="fast")


# Recordings ---------------------------------------------------------------------------------------


def test_nothing_is_noticed_about_people_who_read_as_they_read():
    bearings = Bearings()
    for name in READER:
        found = bearings.heard(heard(people.samples(name), people.SENTENCES[name]))
        assert found == Bearing(), name
    cards = after(
        *(heard(people.samples(n), people.SENTENCES[n]) for n in ("ten_of_clubs", "seven_of_clubs"))
    )
    name = "eight_of_spades"
    assert cards.heard(heard(people.samples(name), people.SENTENCES[name])) == Bearing()


def test_nothing_is_noticed_about_a_synthesiser():
    bearings = Bearings()
    for name, text in speech.SENTENCES.items():
        assert bearings.heard(heard(in_room(speech.samples(name), -70.0), text)).voice == "", name


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        (lambda said: in_room(said, ROOM_DBFS), Bearing()),
        (lambda said: in_room(whispered(said), ROOM_DBFS), Bearing(voice="whisper")),
        (lambda said: in_room(louder(said, -10), ROOM_DBFS), Bearing(voice="soft")),
        (lambda said: louder(in_room(said, ROOM_DBFS), -10), Bearing()),  # the microphone
        (lambda said: in_room(said, ROOM_DBFS + 15), Bearing()),  # a noise
        (lambda said: in_room(at_speed(said, 1.6), ROOM_DBFS), Bearing(pace="fast")),
        (lambda said: in_room(at_speed(said, 0.6), ROOM_DBFS), Bearing(pace="slow")),
        (
            lambda said: in_room(louder(at_speed(said, 1.2), 9), ROOM_DBFS),
            Bearing(pace="fast", voice="raised"),
        ),
    ],
    ids=["usual", "whisper", "soft", "microphone", "noise", "fast", "slow", "raised"],
)
def test_the_same_reader_is_noticed_to_speak_otherwise(change, noticed):
    name = READER[3]
    said = heard(change(people.samples(name)), people.SENTENCES[name])
    assert reader().heard(said) == noticed


# What follows -------------------------------------------------------------------------------------


def suited(bearing: Bearing, plan: Plan) -> Plan:
    bearings = Bearings()
    bearings.present = bearing
    return bearings.suit(plan)


def test_nothing_changes_for_who_speaks_as_usual():
    plan = Plan("Hello. What can I do for you?", thought="I say hello.")
    assert suited(Bearing(), plan) is plan


@pytest.mark.parametrize(
    ("bearing", "pace", "loudness"),
    [
        (Bearing(voice="whisper"), -1, -1),
        (Bearing(voice="soft"), -1, -1),
        (Bearing(voice="raised"), -1, -1),
        (Bearing(pace="fast"), 1, 0),
        (Bearing(pace="slow"), -1, 0),
    ],
)
def test_the_voice_follows(bearing, pace, loudness):
    manner = suited(bearing, Plan("It is raining.", thought="So I say.")).manner
    assert (manner.pace > 1) - (manner.pace < 1) == pace
    assert (manner.loudness_db > 0) - (manner.loudness_db < 0) == loudness


def test_a_voice_that_was_asked_for_stays_within_what_it_can_do():
    asked = Plan("Hm.", manner=Manner(pace=0.6, loudness_db=-18.0))
    found = suited(Bearing(pace="slow", voice="whisper"), asked).manner
    assert found == Manner(pace=0.6, loudness_db=-18.0)
    quick = suited(Bearing(pace="fast"), Plan("Hm.", manner=Manner(pace=1.25, loudness_db=6.0)))
    assert 1.25 < quick.manner.pace <= 1.6
    assert quick.manner.loudness_db == 6.0


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Hello. What can I do for you?", "Hello."),
        ("I am fine, thank you. What can I do for you?", "I am fine, thank you."),
        ("It is raining in Paris.", "It is raining in Paris."),
        ("What can I do for you?", "What can I do for you?"),
        ("Which city?", "Which city?"),
        ("For how long? I need minutes.", "For how long? I need minutes."),
    ],
)
def test_who_is_fast_gets_no_offers_and_all_that_was_asked_for(text, short):
    assert in_short(text) == short
    assert suited(Bearing(pace="fast"), Plan(text)).say == short


def test_who_raises_the_voice_is_acknowledged_once():
    bearings = after(USUAL, USUAL)
    loud = replace(USUAL, level_dbfs=-18.0, above_room_db=42.0, pitch_hz=150.0)
    bearings.heard(loud)
    call = Plan(calls=(PlannedCall("get_weather"),))
    assert bearings.suit(call).say == ""
    assert bearings.suit(Plan("It is raining.")).say == "All right. It is raining."
    assert bearings.suit(Plan("It is cold.")).say == "It is cold."
    bearings.heard(loud)
    assert bearings.suit(Plan("It is late.")).say == "It is late."
    bearings = after(USUAL, USUAL, loud)
    assert bearings.suit(Plan("Okay, I stop.")).say == "Okay, I stop."


def test_thoughts_tell_what_was_measured_and_never_a_feeling():
    found = suited(Bearing("fast", "whisper"), Plan("Hm.", thought="I answer by myself."))
    assert found.thought == (
        "That was whispered: I answer softly. That was said fast: I answer faster, and in few "
        "words. I answer by myself."
    )
    assert suited(Bearing("fast"), Plan("Hm.")).thought == ""  # none were wanted
