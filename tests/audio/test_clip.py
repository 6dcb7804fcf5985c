"""Clips: from files, arrays and each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from livekit_nb.audio.clip import Clip, as_clip, clip
from livekit_nb.errors import AudioError

TONE = Clip(np.sin(np.arange(48000) * 0.05).astype(np.float32), 48000)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg"])
def test_a_clip_survives_a_file(tmp_path: Path, suffix: str) -> None:
    path = TONE.save(tmp_path / f"tone{suffix}")
    back = clip(path)
    assert back.rate_hz == 48000
    assert back.duration_s == pytest.approx(1.0)
    assert back.level_dbfs == pytest.approx(TONE.level_dbfs, abs=0.5)


def test_pcm_is_16_bit_at_the_rate_of_the_wire() -> None:
    assert len(TONE.pcm16()) == 2 * 16000


def test_clips_join_at_the_first_ones_rate() -> None:
    joined = TONE.at(16000) + TONE
    assert (joined.rate_hz, joined.duration_s) == (16000, 2.0)
    assert TONE.padded(0.5, 0.25).duration_s == pytest.approx(1.75)


def test_a_repr_shows_no_sound() -> None:
    assert repr(TONE) == "<Clip 1.00 s, 48000 Hz, -3 dBFS>"


def test_what_people_pass_becomes_a_clip(tmp_path: Path) -> None:
    path = TONE.save(tmp_path / "a.wav")
    for sound in (TONE, path, str(path), (TONE.samples, 48000)):
        assert as_clip(sound).duration_s == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("sound", "hint"),
    [
        (np.zeros(10), "rate"),
        ([0.0], "rate"),
        (b"\0\0", "live.speech"),
        (3, "live.speech"),
        ((np.zeros(10), "fast"), "hertz"),
        ("missing.wav", "no file"),
    ],
)
def test_what_is_no_sound_is_refused_with_a_remedy(sound: object, hint: str) -> None:
    with pytest.raises(AudioError, match=hint):
        as_clip(sound)


def test_a_file_that_is_no_sound_says_so(tmp_path: Path) -> None:
    path = tmp_path / "notes.wav"
    path.write_text("no sound at all")
    with pytest.raises(AudioError, match="notes"):
        clip(path)
