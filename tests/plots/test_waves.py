"""Envelopes of the sound, however long a column is."""

import numpy as np
import pytest

from livekit_nb.plots.waves import envelope
from livekit_nb.recording import Recorder, Recording
from tests.recording.talks import a_talk, pcm


def noise(seconds, seed=0):
    """A recording of noise that gets louder, and the sound itself."""
    clock = [100.0]
    recorder = Recorder(clock=lambda: clock[0])
    chance = np.random.default_rng(seed)
    sound = chance.uniform(-1.0, 1.0, seconds * 16_000) * np.linspace(0.05, 0.8, seconds * 16_000)
    for second in range(seconds):
        part = sound[second * 16_000 : (second + 1) * 16_000]
        recorder.user_audio(pcm(part), 100.0 + second)
    clock[0] += seconds
    return recorder.recording, np.abs(sound)


@pytest.mark.parametrize("start_s", [0.0, 3.217, 20.0])
@pytest.mark.parametrize("columns", [1, 7, 100, 1500])
def test_a_column_has_the_peak_of_its_sound(columns, start_s):
    recording, sound = noise(40)
    wave = envelope(recording, "user", start_s, 40.0, columns)
    assert len(wave.peaks) == columns
    step = (40.0 - start_s) / columns
    assert wave.times[0] == pytest.approx(start_s + step / 2)
    assert wave.times[-1] == pytest.approx(40.0 - step / 2)
    # The recording's own peaks are of 20 ms, so they may be of a little before or after.
    early = late = 0.02 if step >= 0.08 else 1 / 16_000
    for middle, peak in zip(wave.times, wave.peaks, strict=True):
        first, last = middle - step / 2, middle + step / 2
        inner = sound[round((first + early) * 16_000) : round((last - late) * 16_000)]
        outer = sound[max(0, round((first - early) * 16_000)) : round((last + late) * 16_000)]
        assert inner.max(initial=0.0) - 1e-4 <= peak <= outer.max() + 1e-4


def test_long_stretches_are_drawn_without_reading_any_sound(monkeypatch):
    recording, _ = noise(200)

    def never(*_):
        raise AssertionError("sound was read")

    monkeypatch.setattr(Recording, "user_audio", never)
    assert envelope(recording, "user", 0.0, 200.0, 1500).peaks.max() == pytest.approx(0.8, abs=0.01)


def test_after_the_end_there_is_nothing():
    recording, _ = noise(2)
    assert len(envelope(recording, "user", 0.0, 4.0, 100).peaks) == 50
    assert len(envelope(recording, "user", 0.0, 400.0, 100).peaks) == 1
    assert len(envelope(recording, "user", 5.0, 9.0, 100).peaks) == 0
    assert (envelope(recording, "agent", 0.0, 2.0, 100).peaks == 0.0).all()
    assert len(envelope(Recording(), "user", 0.0, 1.0, 100).peaks) == 0


def test_columns_that_reach_full_scale_are_told():
    clock = [100.0]
    recorder = Recorder(clock=lambda: clock[0])
    sound = np.zeros(32_000)
    sound[8_000:8_010] = 1.0
    sound[24_000] = -0.99
    recorder.user_audio(pcm(sound), 100.0)
    clock[0] += 2.0
    for columns, within in ((1000, 0.002), (10, 0.1)):
        wave = envelope(recorder.recording, "user", 0.0, 2.0, columns)
        assert list(wave.clipped) == [pytest.approx(0.5, abs=within)]
    quiet = a_talk().user("Hi", 1.0, 2.0).recording()
    assert not len(envelope(quiet, "user", 0.0, 2.0, 100).clipped)
