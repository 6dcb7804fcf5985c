"""Voices by name."""

from __future__ import annotations

import itertools
import math

import numpy as np
import parselmouth
import pytest

from livekit_nb.errors import SettingsError
from livekit_nb.server.speaking.voices import DEFAULT_VOICE, VOICES, timbre_of
from tests import speech


def test_all_thirty_official_voices_exist():
    assert len(VOICES) == 30
    assert {"Kore", "Puck", "Charon", "Zephyr", "Fenrir", "Aoede", "Sulafat"} <= set(VOICES)
    assert len(set(VOICES.values())) == 30


def test_a_voice_is_found_by_its_name_however_it_is_written():
    assert timbre_of("kore") == timbre_of("KORE") == VOICES[DEFAULT_VOICE]
    with pytest.raises(SettingsError, match=r"no voice 'Nobody'.* Kore, Zephyr"):
        timbre_of("Nobody")


def apart(one, other):
    """Distance in just noticeable differences of pitch and of the vocal tract (1.95, 1.73 st)."""
    pitch = 12 * math.log2(one.pitch / other.pitch) / 1.95
    tract = 12 * math.log2(one.formants / other.formants) / 1.73
    return math.hypot(pitch, tract)


def test_any_two_voices_can_be_told_apart_and_the_first_eight_well():
    timbres = list(VOICES.values())
    assert min(apart(a, b) for a, b in itertools.combinations(timbres, 2)) > 1.0
    assert min(apart(a, b) for a, b in itertools.combinations(timbres[:8], 2)) > 1.95


@pytest.mark.parametrize("name", ["Kore", "Charon", "Puck", "Zephyr", "Leda", "Aoede", "Algenib"])
def test_what_is_heard_has_the_pitch_of_the_voice(name):
    def pitch_hz(of):
        samples = next(speech.voice().stream("We know nothing more about her name.", voice=of)).pcm
        sound = parselmouth.Sound(samples.astype(np.float64), 24_000)
        hz = sound.to_pitch_ac(pitch_floor=60, pitch_ceiling=500).selected_array["frequency"]
        return float(np.median(hz[hz > 0]))

    assert pitch_hz(name) / pitch_hz("Kore") == pytest.approx(timbre_of(name).pitch, rel=0.08)


@pytest.mark.parametrize("name", ["Kore", "Fenrir"])
def test_how_long_it_takes_follows_the_pace(name):
    text = "I have set a timer for five minutes."
    slow, usual, fast = (
        sum(len(clause.pcm) for clause in speech.voice().stream(text, voice=name, pace=pace))
        for pace in (0.7, 1.0, 1.4)
    )
    assert slow / usual == pytest.approx(1 / 0.7, rel=0.12)
    assert usual / fast == pytest.approx(1.4, rel=0.12)
