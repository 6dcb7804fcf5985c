"""How an utterance was said is measured, whoever says it through whatever microphone."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import people
from livekit_nb.audio.tone import Tone, syllables_in, tone_of
from livekit_nb.errors import AudioError
from tests import speech
from tests.speech.manners import at_speed, in_room, louder, whispered

RATE_HZ = 16_000


def tone(samples, text: str = "") -> Tone:
    found = tone_of(samples, RATE_HZ, text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("What's the weather in Paris?", 7),
        ("Set a timer for ten minutes, please.", 9),
        ("Turn on the kitchen lights and make them blue.", 10),
        ("a quiet radio in the evening", 10),
        ("houses, wanted, walked, tables, smiles, smile, playing", 2 + 2 + 1 + 2 + 1 + 1 + 2),
        ("at 7 or 3:05", 1 + 2 + 1 + 1 + 2 + 1),
        ("", 0),
        ("?!", 0),
    ],
)
def test_syllables_are_counted_as_they_are_said(text, syllables):
    assert syllables_in(text) == syllables


def test_people_and_a_synthesiser_speak_at_the_pace_at_which_they_do():
    measured = [tone(people.samples(name), text) for name, text in people.SENTENCES.items()]
    paces = [found.syllables_per_s or 0.0 for found in measured]
    assert 2.0 < min(paces) < max(paces) < 5.5  # reading aloud
    assert all(0.15 < found.voiced < 0.95 for found in measured)
    assert all(70 < (found.pitch_hz or 0) < 130 for found in measured)  # low voices, all of them
    woman = tone(speech.samples("weather_paris"))
    assert 160 < (woman.pitch_hz or 0) < 200
    assert (woman.high_hz or 0) > 1.12 * (woman.low_hz or 0) > 0  # two semitones


def test_a_microphone_that_is_turned_up_changes_the_level_and_nothing_else():
    once = in_room(people.samples("amiable_himself"), -60.0)
    soft, loud = tone(once), tone(louder(once, 12.0))
    assert loud.level_dbfs - soft.level_dbfs == pytest.approx(12.0, abs=0.1)
    assert loud.above_room_db == pytest.approx(soft.above_room_db, abs=0.3)
    assert loud.pitch_hz == pytest.approx(soft.pitch_hz, rel=0.01)
    assert loud.speech_s == pytest.approx(soft.speech_s, rel=0.05)


def test_a_noise_that_begins_changes_how_far_speech_is_above_it_and_nothing_else():
    said = people.samples("amiable_himself")
    quiet, noisy = tone(in_room(said, -65.0)), tone(in_room(said, -45.0))
    assert noisy.level_dbfs == pytest.approx(quiet.level_dbfs, abs=1.5)
    assert quiet.above_room_db - noisy.above_room_db > 10.0
    assert noisy.pitch_hz == pytest.approx(quiet.pitch_hz, rel=0.05)


@pytest.mark.parametrize("name", ["amiable_himself", "young_man", "go_somewhere"])
def test_a_whisper_has_no_pitch(name):
    said = people.samples(name)
    assert tone(in_room(said, -65.0)).voiced > 0.3
    assert tone(in_room(whispered(said), -65.0)).voiced < 0.05


def test_who_speaks_faster_has_more_syllables_in_a_second():
    name = "amiable_himself"
    usual = tone(people.samples(name), people.SENTENCES[name])
    fast = tone(at_speed(people.samples(name), 1.5), people.SENTENCES[name])
    assert fast.syllables_per_s == pytest.approx(1.5 * (usual.syllables_per_s or 0), rel=0.1)


def test_what_is_not_known_is_none():
    silence = np.zeros(RATE_HZ, np.float32)
    assert tone_of(silence, RATE_HZ) is None
    assert tone_of(np.zeros(0, np.float32), RATE_HZ) is None
    wordless = tone(speech.samples("weather_paris"))
    assert (wordless.syllables, wordless.syllables_per_s) == (0, None)
    toneless = tone(in_room(whispered(people.samples("young_man")), -65.0))
    assert toneless.voiced == 0.0 or toneless.pitch_hz is not None
    with pytest.raises(AudioError):
        tone_of(np.zeros((2, 100)), RATE_HZ)


def test_a_long_speech_is_measured_too_and_costs_little_more():
    once = people.samples("amiable_woman")
    long = tone(np.tile(once, 6))
    assert long.speech_s == pytest.approx(6 * tone(once).speech_s, rel=0.1)
    assert long.pitch_hz == pytest.approx(tone(once).pitch_hz, rel=0.05)
