"""Spectrograms, against what is known of tones, noise and the plain sum of a Fourier transform."""

from __future__ import annotations

import numpy as np
import pytest

from livekit_nb.audio.spectrum import (
    FLOOR_DB,
    hz_of_mel,
    mel_of_hz,
    mel_spectrogram,
    spectrogram,
)
from livekit_nb.errors import AudioError

RATES_HZ = [8_000, 16_000, 24_000, 44_100]


def tone(hertz: float, rate_hz: int, seconds: float = 1.0, amplitude: float = 1.0) -> np.ndarray:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return (amplitude * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def power(levels: np.ndarray) -> np.ndarray:
    return 10.0 ** (levels.astype(np.float64) / 10.0)


def test_the_mel_scale_is_the_published_one_and_goes_back() -> None:
    assert mel_of_hz(1000.0) == pytest.approx(1000.0, abs=0.05)  # what the scale is made for
    hertz = np.geomspace(20.0, 20_000.0, 50)
    assert hz_of_mel(mel_of_hz(hertz)) == pytest.approx(hertz)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_tone_is_in_its_band_at_its_level(rate_hz: int) -> None:
    levels = mel_spectrogram(tone(1000.0, rate_hz), rate_hz, bands=40, fmin_hz=50.0, fmax_hz=4000.0)
    assert levels.shape == (50, 40)
    assert levels.dtype == np.float32
    centres = hz_of_mel(np.linspace(mel_of_hz(50.0), mel_of_hz(4000.0), 42))[1:-1]
    inner = levels[1:-1]  # silence reaches into the first and last
    assert (np.abs(centres[inner.argmax(axis=1)] - 1000.0) < 50.0).all()
    assert 10 * np.log10(power(inner).sum(axis=1)) == pytest.approx(-3.01, abs=0.05)
    assert inner[:, centres > 1500.0].max() < -60.0


def test_all_bands_together_hold_the_power_of_the_sound() -> None:
    noise = np.random.default_rng(1).normal(0.0, 0.1, 160_000).astype(np.float32)
    total = power(spectrogram(noise, 16_000)).sum(axis=1).mean()
    assert total == pytest.approx(np.square(noise).mean(), rel=0.01)
    # White noise has the same power in each hertz, so a band has the share of its width.
    bands = power(mel_spectrogram(noise, 16_000, bands=20, fmin_hz=0.0)).mean(axis=0)
    edges = hz_of_mel(np.linspace(0.0, mel_of_hz(8000.0), 22))
    widths = (edges[2:] - edges[:-2]) / 2
    assert bands == pytest.approx(0.01 * widths / 8000.0, rel=0.1)


def test_a_frame_is_the_plain_sum_of_the_transform() -> None:
    rate_hz, size = 16_000, 320
    sound = np.random.default_rng(2).uniform(-0.5, 0.5, 5 * size).astype(np.float32)
    levels = spectrogram(sound, rate_hz)
    points = 2 * (levels.shape[1] - 1)
    middle = 2 * size + size // 2  # of frame 2
    n = np.arange(2 * size)
    hann = 0.5 - 0.5 * np.cos(np.pi * n / size)
    windowed = sound[middle - size : middle + size] * hann
    for k in (0, 1, 40, 333, points // 2):
        summed = np.abs((windowed * np.exp(-2j * np.pi * k * n / points)).sum()) ** 2
        mirrored = 1.0 if k in (0, points // 2) else 2.0
        mean_square = mirrored * summed / (points * np.square(hann).sum())
        assert levels[2, k] == pytest.approx(10 * np.log10(mean_square), abs=0.01)


def test_what_is_asked_in_pieces_is_what_is_asked_at_once() -> None:
    sound = np.random.default_rng(3).normal(0.0, 0.1, 320 * 1500).astype(np.float32)
    whole = mel_spectrogram(sound, 16_000)
    part = mel_spectrogram(sound[320 * 700 : 320 * 800], 16_000)
    assert part[1:-1] == pytest.approx(whole[701:799], abs=1e-3)


def test_some_frames_are_as_they_are_among_all() -> None:
    sound = np.random.default_rng(4).normal(0.0, 0.1, 320 * 2000).astype(np.float32)
    wanted = [0, 3, 700, 701, 1999]
    assert (
        mel_spectrogram(sound, 16_000, frames=wanted) == mel_spectrogram(sound, 16_000)[wanted]
    ).all()
    assert (spectrogram(sound, 16_000, frames=wanted) == spectrogram(sound, 16_000)[wanted]).all()
    assert spectrogram(sound, 16_000, frames=[]).shape == (0, 513)
    for missing in ([2000], [-1], [[1]]):
        with pytest.raises(AudioError, match="2000 frames"):
            spectrogram(sound, 16_000, frames=missing)


def test_silence_nothing_and_whole_numbers() -> None:
    assert (mel_spectrogram(np.zeros(1600), 16_000) == FLOOR_DB).all()
    assert mel_spectrogram(np.zeros(0), 16_000).shape == (0, 64)
    assert mel_spectrogram(np.zeros(319), 16_000).shape == (0, 64)
    sound = tone(440.0, 16_000, amplitude=0.5)
    as_pcm = np.round(sound * 32768).astype(np.int16)
    loud = mel_spectrogram(sound, 16_000) > -60.0
    assert mel_spectrogram(as_pcm, 16_000)[loud] == pytest.approx(
        mel_spectrogram(sound, 16_000)[loud], abs=0.05
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"frame_s": 0.0},
        {"frame_s": float("nan")},
        {"bands": 0},
        {"bands": 5000},
        {"fmin_hz": -1.0},
        {"fmin_hz": 9000.0},
        {"fmax_hz": 10.0},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(AudioError):
        mel_spectrogram(np.zeros(16_000), 16_000, **wrong)


def test_what_is_no_audio_is_refused() -> None:
    with pytest.raises(AudioError, match="shape"):
        mel_spectrogram(np.zeros((100, 100, 2)), 16_000)
    with pytest.raises(AudioError, match="NaN"):
        spectrogram(np.full(1000, np.nan), 16_000)
    with pytest.raises(AudioError, match="rate"):
        spectrogram(np.zeros(1000), 0)
