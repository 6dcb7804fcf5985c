"""PCM formats, rates and levels."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from livekit_nb.audio.pcm import (
    Resampler,
    as_mono,
    check_rate,
    frames,
    from_pcm16,
    level_dbfs,
    rate_of_mime_type,
    resample,
    to_pcm16,
)
from livekit_nb.errors import AudioError


def tone(frequency_hz: float, rate_hz: int, duration_s: float = 0.5) -> np.ndarray:
    t = np.arange(round(duration_s * rate_hz)) / rate_hz
    return np.sin(2 * np.pi * frequency_hz * t).astype(np.float32)


@given(st.binary(max_size=200).map(lambda data: data[: len(data) // 2 * 2]))
def test_pcm_survives_the_way_to_floats_and_back(pcm: bytes) -> None:
    assert to_pcm16(from_pcm16(pcm)) == pcm


def test_too_loud_is_clipped_not_wrapped() -> None:
    assert list(np.frombuffer(to_pcm16([1.5, -1.5, 1.0]), "<i2")) == [32767, -32768, 32767]


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(AudioError, match="even number"):
        from_pcm16(b"\0\0\0")


@given(hnp.arrays(np.int16, st.integers(1, 50)))
def test_integers_are_scaled_by_their_range(samples: np.ndarray) -> None:
    assert np.allclose(as_mono(samples), samples / 32768)


def test_channels_are_averaged() -> None:
    assert np.allclose(as_mono(np.array([[0.5, 0.1], [-0.5, 0.1]])), [0.3, -0.2])


@pytest.mark.parametrize(
    "no_audio",
    [
        np.zeros((2, 2, 2)),
        np.array(["a"]),
        np.array([True]),
        np.array([np.nan]),
        np.array([np.inf]),
        np.array([1j]),
        np.float32(1.0),
    ],
)
def test_what_is_no_audio_is_refused_with_a_reason(no_audio: np.ndarray) -> None:
    with pytest.raises(AudioError):
        as_mono(no_audio)


@pytest.mark.parametrize("rate", [0, -1, 100, 16000.5, "16000", None, True, 10**9])
def test_what_is_no_rate_is_refused(rate: object) -> None:
    with pytest.raises(AudioError, match="hertz"):
        check_rate(rate)


@pytest.mark.parametrize("from_hz", [8000, 22050, 44100, 48000])
def test_a_tone_keeps_its_level_and_nothing_folds_back(from_hz: int) -> None:
    heard = resample(tone(1000, from_hz), from_hz, 16000)[800:-800]
    assert level_dbfs(heard) == pytest.approx(-3.01, abs=0.1)
    if from_hz > 20000:
        folded = resample(tone(10000, from_hz), from_hz, 16000)[800:-800]
        assert level_dbfs(folded) < -80


@given(cuts=st.lists(st.integers(1, 2000), max_size=20))
def test_a_stream_resampled_in_pieces_is_the_whole(cuts: list[int]) -> None:
    whole = tone(440, 48000, 0.3)
    once, pieces = Resampler(48000, 16000), Resampler(48000, 16000)
    expected = once.process(whole, last=True)
    edges = np.cumsum([0, *cuts]).clip(0, len(whole))
    parts = [pieces.process(whole[a:b]) for a, b in itertools.pairwise(edges)]
    parts.append(pieces.process(whole[edges[-1] :], last=True))
    assert np.allclose(np.concatenate(parts), expected, atol=1e-5)


@given(st.binary(max_size=5000))
def test_frames_are_whole_and_lose_nothing(pcm: bytes) -> None:
    cut = list(frames(pcm))
    assert all(len(frame) == 640 for frame in cut)
    assert b"".join(cut)[: len(pcm)] == pcm
    assert len(b"".join(cut)) - len(pcm) < 640


def test_silence_has_no_level() -> None:
    assert level_dbfs(np.zeros(10, np.float32)) == float("-inf")
    assert level_dbfs(np.zeros(0, np.float32)) == float("-inf")


@pytest.mark.parametrize(
    ("mime_type", "rate_hz"),
    [
        ("audio/pcm;rate=16000", 16000),
        ("audio/pcm; rate=44100", 44100),
        ("AUDIO/PCM;RATE=24000", 24000),
        ("audio/pcm", 16000),
        ("", 16000),
        (None, 16000),
        ("audio/l16;channels=1;rate=8000", 8000),
    ],
)
def test_a_mime_type_says_its_rate(mime_type: str | None, rate_hz: int) -> None:
    assert rate_of_mime_type(mime_type, 16000) == rate_hz


@pytest.mark.parametrize(
    "mime_type", ["audio/mp3", "image/jpeg", "audio/pcm;rate=fast", "audio/pcm;rate=1"]
)
def test_a_type_that_is_no_pcm_is_refused(mime_type: str) -> None:
    with pytest.raises(AudioError):
        rate_of_mime_type(mime_type, 16000)


def test_a_rate_of_thousands_of_digits_is_refused_like_any_other() -> None:
    with pytest.raises(AudioError, match="whole number of hertz"):
        rate_of_mime_type("audio/pcm;rate=" + "9" * 5000, 16000)
