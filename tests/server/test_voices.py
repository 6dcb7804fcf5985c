"""Voices by name."""

from __future__ import annotations

import pytest

from livekit_nb.errors import SettingsError
from livekit_nb.server.voices import DEFAULT_VOICE, VOICES, timbre_of


def test_all_thirty_official_voices_exist():
    assert len(VOICES) == 30
    assert {"Kore", "Puck", "Charon", "Zephyr", "Fenrir", "Aoede", "Sulafat"} <= set(VOICES)
    assert len(set(VOICES.values())) == 30


def test_a_voice_is_found_by_its_name_however_it_is_written():
    assert timbre_of("kore") == timbre_of("KORE") == VOICES[DEFAULT_VOICE]
    with pytest.raises(SettingsError, match=r"no voice 'Nobody'.* Kore, Zephyr"):
        timbre_of("Nobody")
