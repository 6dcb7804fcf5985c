import functools

import hibari
import numpy as np
import pytest
import soxr

from livekit_nb.audio.activity import Segment, speech_segments
from livekit_nb.errors import AudioError

SENTENCES = (  # many end in a soft consonant
    "Please stop",
    "Turn off the lights",
    "Half past six",
    "I like cats",
    "Book a flight",
    "Give me a cup of tea",
    "Could you help us with this",
    "What's the weather in Paris?",
    "Mhm",
)
PAD_S = 1.2


@functools.lru_cache(maxsize=1)
def sentences() -> list[np.ndarray]:
    voice = hibari.Hibari()
    return [np.asarray(voice(text), dtype=np.float32).ravel() for text in SENTENCES]


def borders(sound: np.ndarray, rate_hz: int) -> tuple[float, float]:
    """First and last moment at most 40 dB below the loudest 5 ms: the truth, on clean sound."""
    size = round(0.005 * rate_hz)
    frames = sound[: len(sound) // size * size].reshape(-1, size)
    rms = np.sqrt(np.square(frames, dtype=np.float64).mean(axis=1))
    loud = np.flatnonzero(rms > 0.01 * rms.max())
    return loud[0] * 0.005, (loud[-1] + 1) * 0.005


def spoken(
    clip: np.ndarray, rate_hz: int, level_dbfs: float, noise_dbfs: float, seed: int = 0
) -> tuple[np.ndarray, float, float]:
    """A sentence at a level (RMS) within noise, 16-bit, and where it truly starts and ends."""
    sound = soxr.resample(clip, 24_000, rate_hz)
    start_s, end_s = borders(sound, rate_hz)
    said = sound[round(start_s * rate_hz) : round(end_s * rate_hz)]
    sound = sound * 10 ** (level_dbfs / 20) / np.sqrt(np.square(said).mean())
    padded = np.pad(sound, round(PAD_S * rate_hz))
    noise = np.random.default_rng(seed).standard_normal(len(padded)) * 10 ** (noise_dbfs / 20)
    mixed = np.round(np.clip(padded + noise, -1, 1) * 32767) / 32768
    return mixed.astype(np.float32), PAD_S + start_s, PAD_S + end_s


def errors_s(rate_hz: int, level_dbfs: float, noise_dbfs: float) -> tuple[np.ndarray, np.ndarray]:
    """Errors of start and end over all sentences; each is found and nothing else is."""
    starts, ends = [], []
    for clip in sentences():
        sound, start_s, end_s = spoken(clip, rate_hz, level_dbfs, noise_dbfs)
        found = speech_segments(sound, rate_hz)
        assert found
        starts.append(found[0].start_s - start_s)
        ends.append(found[-1].end_s - end_s)
    return np.array(starts), np.array(ends)


@pytest.mark.parametrize("level_dbfs", [-10, -25, -40])
def test_clean_speech_borders_are_exact_at_any_level(level_dbfs):
    starts, ends = errors_s(16_000, level_dbfs, -85)
    assert np.abs(starts).max() <= 0.020
    assert np.abs(ends).max() <= 0.020


@pytest.mark.parametrize("rate_hz", [24_000, 48_000])
def test_other_rates_give_the_same(rate_hz):
    starts, ends = errors_s(rate_hz, -20, -85)
    assert np.abs(starts).max() <= 0.020
    assert np.abs(ends).max() <= 0.020


@pytest.mark.parametrize(("snr_db", "typical_s"), [(20, 0.040), (15, 0.055)])
@pytest.mark.parametrize("level_dbfs", [-20, -40])
def test_white_noise_hides_only_soft_sounds(level_dbfs, snr_db, typical_s):
    starts, ends = errors_s(16_000, level_dbfs, level_dbfs - snr_db)
    assert np.median(np.abs(starts)) <= 0.030
    assert np.median(np.abs(ends)) <= typical_s
    assert ends.max() <= 0.020  # noise never makes speech longer
    assert ends.min() >= -0.25


@pytest.mark.parametrize("noise_dbfs", [-80, -60, -40, -25])
def test_noise_alone_is_no_speech(noise_dbfs):
    noise = np.random.default_rng(1).standard_normal(16_000 * 20) * 10 ** (noise_dbfs / 20)
    assert speech_segments(noise.astype(np.float32), 16_000) == []


@pytest.mark.parametrize("void_s", [(0.0, 0.1), (0.02, 0.1), (2.0, 2.14), (9.9, 10.0)])
def test_short_digital_silence_is_not_taken_for_the_rooms(void_s):
    """A device that begins with it, a browser that lost some sound."""
    noise = np.random.default_rng(1).standard_normal(16_000 * 10) * 10 ** (-40 / 20)
    noise[round(void_s[0] * 16_000) : round(void_s[1] * 16_000)] = 0.0
    assert speech_segments(noise.astype(np.float32), 16_000) == []


@pytest.mark.parametrize("muted_s", [0.3, 2.0, 8.0, 30.0])
@pytest.mark.parametrize("before_s", [0.0, 3.0])
def test_a_headset_muted_by_its_own_switch_says_nothing_of_the_room(muted_s, before_s):
    said, start_s, end_s = spoken(sentences()[0], 16_000, -25, -60)
    noise = np.random.default_rng(2).standard_normal(round(16_000 * before_s)) * 10 ** (-60 / 20)
    muted = np.zeros(round(16_000 * muted_s))
    sound = np.concatenate((noise, muted, said)).astype(np.float32)
    (found,) = speech_segments(sound, 16_000)
    assert found.start_s == pytest.approx(before_s + muted_s + start_s, abs=0.02)
    assert found.end_s == pytest.approx(before_s + muted_s + end_s, abs=0.02)


def test_rising_noise_is_followed():
    rng = np.random.default_rng(2)
    level = 10 ** (np.linspace(-70, -45, 16_000 * 60) / 20)
    noise = (rng.standard_normal(16_000 * 60) * level).astype(np.float32)
    assert speech_segments(noise, 16_000) == []


def test_hum_does_not_move_the_end():
    t = np.arange(16_000 * 8) / 16_000
    clip = sentences()[0]
    sound, start_s, end_s = spoken(clip, 16_000, -25, -85)
    hum = (0.01 * np.sin(2 * np.pi * 50 * t) + 0.003 * np.sin(2 * np.pi * 150 * t))[: len(sound)]
    found = speech_segments(sound + hum.astype(np.float32), 16_000)
    assert found[0].start_s == pytest.approx(start_s, abs=0.03)
    assert found[-1].end_s == pytest.approx(end_s, abs=0.03)


def test_a_click_is_no_speech():
    sound = np.zeros(16_000 * 2, dtype=np.float32)
    sound[16_000:16_080] = 0.5
    assert speech_segments(sound, 16_000) == []


def tone(*stretches: tuple[float, float], length_s: float = 4.0) -> np.ndarray:
    t = np.arange(round(16_000 * length_s)) / 16_000
    inside = np.zeros_like(t, dtype=bool)
    for start_s, end_s in stretches:
        inside |= (t >= start_s) & (t < end_s)
    return (0.2 * np.sin(2 * np.pi * 300 * t) * inside).astype(np.float32)


def test_short_pauses_do_not_split_and_long_ones_do():
    sound = tone((0.5, 1.0), (1.1, 1.5), (2.0, 2.5))
    found = speech_segments(sound, 16_000)
    assert [(s.start_s, s.end_s) for s in found] == [
        (pytest.approx(0.5, abs=0.011), pytest.approx(1.5, abs=0.011)),
        (pytest.approx(2.0, abs=0.011), pytest.approx(2.5, abs=0.011)),
    ]
    assert len(speech_segments(sound, 16_000, hangover_s=0.05)) == 3
    assert len(speech_segments(sound, 16_000, hangover_s=0.8)) == 1


def test_a_known_floor_finds_sound_without_any_pause():
    sound = tone((0.0, 4.0))
    assert speech_segments(sound, 16_000, floor_dbfs=-70.0) == [Segment(0.0, 4.0)]


def test_borders_at_the_edges_of_the_audio():
    (found,) = speech_segments(sentences()[0], 24_000)
    assert 0.0 <= found.start_s < found.end_s <= len(sentences()[0]) / 24_000
    assert found.duration_s == pytest.approx(found.end_s - found.start_s)


@pytest.mark.parametrize("samples", [0, 1, 79, 80, 81, 500])
def test_very_short_audio_is_no_speech(samples):
    assert speech_segments(np.zeros(samples, dtype=np.float32), 16_000) == []


@pytest.mark.parametrize(
    ("audio", "rate_hz", "says"),
    [
        (np.zeros((2, 100)), 16_000, "mono"),
        (np.zeros(100), 4_000, "8000"),
        (np.array([0.0, np.nan]), 16_000, "NaN"),
        (np.array([0.0, np.inf]), 16_000, "NaN"),
    ],
)
def test_bad_audio_is_refused_with_a_remedy(audio, rate_hz, says):
    with pytest.raises(AudioError, match=says):
        speech_segments(audio, rate_hz)
