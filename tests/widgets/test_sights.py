from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from livekit_nb.audio.spectrum import mel_spectrogram
from livekit_nb.recording.recorder import Recorder
from livekit_nb.widgets.answers import answer
from livekit_nb.widgets.sights import BANDS, MAX_COLUMNS


@pytest.fixture
def recorder() -> Recorder:
    """Ten seconds of noise that swells, on both sides."""
    made = Recorder(clock=lambda: 10.0)
    random = np.random.default_rng(0)
    for rate_hz, take in ((16_000, made.user_audio), (24_000, made.agent_played)):
        sound = random.normal(0, 1, 10 * rate_hz) * np.linspace(100, 8000, 10 * rate_hz)
        take(sound.clip(-32768, 32767).astype("<i2").tobytes(), 10.0)
    return made


def asked(recorder: Recorder, **about: Any) -> np.ndarray:
    told = answer(recorder.recording, {"what": "spectra", **about})
    levels = np.frombuffer(base64.b64decode(told["levels"]), np.uint8)
    return levels.reshape(-1, BANDS) / 2.0 - 120.0


@pytest.mark.parametrize(("side", "rate_hz"), [("user", 16_000), ("agent", 24_000)])
def test_a_column_is_what_the_whole_spectrogram_has_there(
    recorder: Recorder, side: str, rate_hz: int
) -> None:
    recording = recorder.recording
    sound, _ = recording.user_audio() if side == "user" else recording.agent_audio()
    whole = mel_spectrogram(sound, rate_hz, bands=BANDS)
    for first in (0, 1, 173, 399):
        columns = asked(recorder, side=side, first=first, frames=1, columns=100)
        assert columns.shape == (100, BANDS)
        np.testing.assert_allclose(columns, whole[first : first + 100], atol=0.26)


def test_a_long_column_is_as_loud_as_its_beginning(recorder: Recorder) -> None:
    short = asked(recorder, side="user", first=0, frames=1, columns=400)
    for frames in (8, 40):
        long = asked(recorder, side="user", first=0, frames=frames, columns=10)
        for number, column in enumerate(long):
            seen = short[number * frames :][:8]
            expected = 10 * np.log10(np.mean(10 ** (seen / 10), axis=0))
            np.testing.assert_allclose(column, expected, atol=0.6)


def test_where_there_is_no_sound_it_is_silent(recorder: Recorder) -> None:
    assert (asked(recorder, side="agent", first=100_000, frames=1, columns=5) == -120.0).all()


@pytest.mark.parametrize(
    "about",
    [
        {"side": "nobody", "first": 0, "frames": 1, "columns": 1},
        {"side": "user", "first": -1, "frames": 1, "columns": 1},
        {"side": "user", "first": 0, "frames": 1, "columns": MAX_COLUMNS + 1},
        {"side": "user", "first": 0, "frames": 0, "columns": 1},
        {"side": "user", "first": 10**12, "frames": 1, "columns": 1},
        {"side": "user", "first": "0", "frames": 1, "columns": 1},
        {"side": "user"},
    ],
)
def test_what_cannot_be_is_refused(recorder: Recorder, about: dict[str, Any]) -> None:
    told = answer(recorder.recording, {"what": "spectra", **about})
    assert set(told) == {"error"}
    assert "cannot be" in told["error"]


def test_pictures_come_as_they_were_sent(recorder: Recorder) -> None:
    recorder.frame(b"first picture", 640, 480)
    recorder.frame(b"second picture", 640, 480)
    for number, picture in ((1, b"first picture"), (2, b"second picture")):
        told = answer(recorder.recording, {"what": "frame", "number": number})
        assert base64.b64decode(told["jpeg"]) == picture
    assert answer(recorder.recording, {"what": "frame", "number": 3}) == {"jpeg": None}
    assert "error" in answer(recorder.recording, {"what": "frame", "number": 0})
