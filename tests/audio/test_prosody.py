"""Pitch and loudness, against sounds whose pitch is known and another way to find it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from livekit_nb.audio.clip import clip
from livekit_nb.audio.pcm import resample
from livekit_nb.audio.prosody import FMAX_HZ, FMIN_HZ, loudness, pitch, register
from livekit_nb.errors import AudioError

SPEECH = sorted((Path(__file__).parents[1] / "speech").glob("*.flac"))


def voice(hertz: np.ndarray | float, rate_hz: int, seconds: float = 1.0) -> np.ndarray:
    """A voice of many harmonics with a second one that is louder than the first."""
    count = round(seconds * rate_hz)
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(hertz, count)) / rate_hz
    weights = {1: 0.3, 2: 1.0, 3: 0.7, 4: 0.5, 5: 0.3, 6: 0.2}
    sound = sum(weight * np.sin(k * phase) for k, weight in weights.items())
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 24_000, 44_100])
@pytest.mark.parametrize("hertz", [75.0, 110.0, 163.7, 240.0, 392.0])
def test_the_pitch_of_tones_and_voices(hertz: float, rate_hz: int) -> None:
    t = np.arange(rate_hz) / rate_hz
    for sound in (0.3 * np.sin(2 * np.pi * hertz * t), voice(hertz, rate_hz)):
        found = pitch(sound, rate_hz)
        assert found.shape == (100,)
        assert np.isfinite(found).mean() > 0.95
        inner = found[2:-2]  # the first and last see silence, too
        assert inner[np.isfinite(inner)] == pytest.approx(hertz, rel=0.01)


def test_a_fundamental_that_is_missing_is_heard_all_the_same() -> None:
    t = np.arange(16_000) / 16_000
    sound = 0.1 * sum(np.sin(2 * np.pi * 120.0 * k * t) for k in (2, 3, 4, 5))
    found = pitch(sound, 16_000)
    assert np.nanmedian(found) == pytest.approx(120.0, rel=0.005)


def test_a_glide_is_followed_through_more_than_an_octave() -> None:
    hertz = np.geomspace(100.0, 260.0, 32_000)
    found = pitch(voice(hertz, 16_000, 2.0), 16_000)
    expected = hertz[(np.arange(200) * 160) + 80]
    known = np.isfinite(found)
    assert known.mean() > 0.95
    assert found[known] == pytest.approx(expected[known], rel=0.02)


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.1, 32_000)
    assert np.isfinite(pitch(noise, 16_000)).mean() < 0.02
    assert np.isnan(pitch(np.zeros(16_000), 16_000)).all()
    assert np.isnan(pitch(1e-5 * voice(120.0, 16_000), 16_000)).all()  # nobody would hear it
    assert pitch(np.zeros(0), 16_000).shape == (0,)
    assert register(np.zeros(16_000), 16_000) is None


def test_a_voice_in_noise_is_still_found() -> None:
    noise = np.random.default_rng(1).normal(0.0, 1.0, 16_000)
    sound = voice(140.0, 16_000)
    noise *= np.sqrt(np.square(sound).mean() / np.square(noise).mean()) * 10 ** (-15 / 20)
    found = pitch(sound + noise, 16_000)
    assert np.isfinite(found).mean() > 0.8
    assert np.nanmedian(found) == pytest.approx(140.0, rel=0.01)


def at_odd_and_half(sound: np.ndarray, middle: int, hertz: float) -> tuple[float, float]:
    """How strong the spectrum is at 1, 3, 5 times a pitch, and at 0.5, 1.5, 2.5 times.

    Half a true pitch has nothing at its odd multiples, twice a true one has all at its halves.
    """
    size = 1024
    piece = sound[middle - size // 2 : middle + size // 2]
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(size), 8192))

    def strongest(factors: list[float]) -> float:
        return max(float(spectrum[round(factor * hertz * 8192 / 16_000)]) for factor in factors)

    return strongest([1.0, 3.0, 5.0]), strongest([0.5, 1.5, 2.5])


@pytest.mark.parametrize("path", SPEECH, ids=lambda path: path.stem)
def test_speech_has_no_octave_errors(path: Path) -> None:
    spoken = clip(path)
    sound = (
        spoken.samples
        if spoken.rate_hz == 16_000
        else resample(spoken.samples, spoken.rate_hz, 16_000)
    )
    found = pitch(sound, 16_000)
    voiced = np.flatnonzero(np.isfinite(found))
    assert len(voiced) > 25
    low, high = register(sound, 16_000) or (0.0, 0.0)
    assert FMIN_HZ <= low < np.nanmedian(found) < high <= FMAX_HZ
    jumps = np.abs(np.diff(np.log2(found)))
    assert (jumps[np.isfinite(jumps)] < 0.5).all()
    strengths = [
        at_odd_and_half(sound, frame * 160 + 80, found[frame])
        for frame in voiced
        if 512 <= frame * 160 + 80 < len(sound) - 512
    ]
    assert np.mean([odd > 2.0 * half for odd, half in strengths]) > 0.95
    # The same, played faster, is higher by as much.
    faster = pitch(resample(sound, 20_000, 16_000), 16_000)
    assert np.nanmedian(faster) == pytest.approx(1.25 * np.nanmedian(found), rel=0.03)


def test_loudness_is_that_of_the_frame() -> None:
    t = np.arange(16_000) / 16_000
    sound = np.concatenate((0.5 * np.sin(2 * np.pi * 200.0 * t), np.zeros(8_000)))
    levels = loudness(sound, 16_000)
    assert levels.shape == (150,)
    assert levels.dtype == np.float32
    assert levels[:100] == pytest.approx(20 * np.log10(0.5) - 3.01, abs=0.01)
    assert (levels[100:] == -120.0).all()
    assert loudness(np.ones(160), 16_000, hop_s=0.003) == pytest.approx([0.0, 0.0, 0.0])


@pytest.mark.parametrize("hop_s", [0.0, -1.0, float("nan"), 60.0])
def test_a_hop_that_makes_no_sense_is_refused(hop_s: float) -> None:
    for measure in (pitch, loudness):
        with pytest.raises(AudioError, match="hop"):
            measure(np.zeros(16_000), 16_000, hop_s=hop_s)


@pytest.mark.parametrize("range_hz", [(0.0, 400.0), (300.0, 100.0), (100.0, 9000.0)])
def test_a_range_that_is_none_of_voices_is_refused(range_hz: tuple[float, float]) -> None:
    with pytest.raises(AudioError, match="Voices"):
        pitch(np.zeros(16_000), 16_000, range_hz=range_hz)
