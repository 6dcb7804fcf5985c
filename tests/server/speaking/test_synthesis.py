"""The voice: what it says, how loud, how it is cut."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest

from livekit_nb.audio.pcm import level_dbfs, resample
from livekit_nb.errors import MissingPackagesError, SettingsError
from livekit_nb.server.speaking.synthesis import Voice, synthesise
from livekit_nb.server.speaking.voices import DEFAULT_VOICE
from tests import speech

RATE_HZ = 24_000
STORY = "Sure, I can tell you that, for it is quite a story. It began in May! Dr. Smith was there."


@pytest.fixture
def voice():
    return speech.voice()


@pytest.fixture
def recogniser():
    return speech.recogniser()


def heard(recogniser, samples):
    return re.findall(
        r"[a-z0-9']+", recogniser.transcribe(resample(samples, RATE_HZ, 16_000)).text.lower()
    )


def test_captions_joined_are_the_text(voice):
    assert "".join(clause.caption for clause in voice.stream(STORY)) == STORY


@pytest.mark.parametrize(
    "name", ["Kore", "Puck", "Charon", "Zephyr", "Leda", "Algenib", "Achernar"]
)
def test_voices_differ_but_all_are_understood_and_equally_loud(voice, recogniser, name):
    text = "I have set a timer for five minutes."
    samples = np.concatenate([clause.pcm for clause in voice.stream(text, voice=name)])
    assert heard(recogniser, samples) == text.lower().rstrip(".").split()
    spoken = samples[np.abs(samples) > 0]
    assert -24 < level_dbfs(spoken) < -17
    assert np.abs(samples).max() <= 0.99
    if name != DEFAULT_VOICE:
        other = np.concatenate([clause.pcm for clause in voice.stream(text)])
        assert len(other) != len(samples) or not np.array_equal(other, samples)


def test_a_low_voice_is_low(voice):
    def pitch_hz(name):
        samples = next(voice.stream("Ah, no, we all know.", voice=name)).pcm[: RATE_HZ // 2]
        found = []
        for start in range(0, len(samples) - 2400, 600):
            window = samples[start : start + 2400]
            if np.abs(window).max() > 0.1:
                correlation = np.correlate(window, window, "full")[2399:]
                lag = 60 + int(np.argmax(correlation[60:400]))
                found.append(RATE_HZ / lag)
        return float(np.median(found))

    assert pitch_hz("Charon") < 0.75 * pitch_hz("Kore")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is 21°C in Paris.", "twenty-one degrees"),
        ("The train leaves at 5:30.", "thirty"),
        ("It costs €20.", "euros"),
        ("It is -5 degrees.", "minus"),
        ("It is \u22125 degrees.", "minus"),
        ("It is 50% full.", "percent"),
    ],
)
def test_numbers_and_units_are_read_out(voice, recogniser, text, expected):
    samples = np.concatenate([clause.pcm for clause in voice.stream(text)])
    said = recogniser.transcribe(resample(samples, RATE_HZ, 16_000)).text.lower()
    signs = {
        "twenty-one degrees": "21",
        "thirty": "5.30",
        "percent": "50%",
        "minus": "-5",
        "euros": "€20",
    }
    assert expected in said or signs[expected] in said.replace(":", ".").replace("\u2212", "-")


def test_speech_begins_at_once_and_joins_are_silent(voice):
    parts = list(voice.stream(STORY))
    assert len(parts) >= 3
    for part in parts:
        first = int(np.flatnonzero(np.abs(part.pcm) > 0.01)[0])
        assert first < 0.05 * RATE_HZ
        assert abs(part.pcm[0]) < 0.01
        assert abs(part.pcm[-1]) < 0.01


def test_the_same_text_sounds_the_same(voice):
    first, second = (next(voice.stream("Hello there.")).pcm for _ in range(2))
    assert np.array_equal(first, second)


def test_a_faster_pace_is_shorter(voice):
    slow, fast = (next(voice.stream("Hello there.", pace=pace)).pcm for pace in (0.8, 1.5))
    assert len(fast) < 0.75 * len(slow)


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "***", "[]()", "…"])
def test_text_without_words_is_silent(voice, text):
    assert sum(len(clause.pcm) for clause in voice.stream(text)) < RATE_HZ


@pytest.mark.parametrize(
    "text", ["日本語", "😀 hi", "a" * 500, "x(" * 50, "[a](/zzz/) b", "\x00\x07"]
)
def test_odd_text_does_no_harm(voice, text):
    for clause in voice.stream(text):
        assert np.isfinite(clause.pcm).all()


def test_synthesise_returns_the_whole_without_the_pause_at_the_end():
    samples = synthesise("Hello there.", voice="puck")
    assert samples.dtype == np.float32
    assert 0.4 * RATE_HZ < len(samples) < 2 * RATE_HZ
    assert samples[-1] != 0.0


def test_an_unknown_voice_is_told_with_those_that_exist():
    with pytest.raises(SettingsError, match="Kore"):
        synthesise("Hello", voice="Nobody")


def test_a_missing_package_is_told_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "hibari", None)
    with pytest.raises(MissingPackagesError, match=r"pip install 'livekit-nb\[local\]'"):
        Voice()


def test_louder_is_louder_and_does_not_clip(voice):
    usual, louder = (
        np.concatenate([c.pcm for c in voice.stream("All right, like this.", loudness_db=level_db)])
        for level_db in (0.0, 6.0)
    )
    gained_db = 20 * np.log10(np.sqrt(np.mean(louder**2) / np.mean(usual**2)))
    assert 5.0 < gained_db <= 6.1
    assert np.abs(louder).max() < 1
