"""Voices have a pitch, slams, coughs and rings have none."""

from __future__ import annotations

import numpy as np
import pytest

from livekit_nb.recording.diagnosis.voicing import voiced_s
from tests import speech

RATE_HZ = 16_000


@pytest.mark.parametrize("noise_dbfs", [-80.0, -45.0])
def test_speech_is_voiced_for_a_third_of_its_time_or_more(noise_dbfs: float) -> None:
    noise = np.random.default_rng(0)
    for name in speech.SENTENCES:
        sound = speech.samples(name)
        sound = sound + 10 ** (noise_dbfs / 20) * noise.standard_normal(len(sound))
        measured_s = voiced_s(sound.astype(np.float32), RATE_HZ)
        assert 0.3 * len(sound) / RATE_HZ < measured_s < len(sound) / RATE_HZ, name


def test_noises_are_not() -> None:
    t = np.arange(RATE_HZ // 2) / RATE_HZ
    for seed in range(20):
        burst = np.random.default_rng(seed).standard_normal(len(t))
        slam = np.convolve(burst, np.ones(24) / 5, "same") * np.exp(-t / 0.1)
        cough = burst * np.exp(-t / 0.06)
        ring = 0.3 * burst * np.exp(-t / 0.03) + np.sin(2 * np.pi * 2_700 * t) * np.exp(-t / 0.1)
        for noise in (burst, slam, cough, ring):
            assert voiced_s((0.1 * noise).astype(np.float32), RATE_HZ) <= 0.1


def test_silence_and_scraps_have_no_voice() -> None:
    assert voiced_s(np.zeros(RATE_HZ, np.float32), RATE_HZ) == 0.0
    assert voiced_s(np.zeros(0, np.float32), RATE_HZ) == 0.0
    assert voiced_s(np.ones(100, np.float32), RATE_HZ) == 0.0
