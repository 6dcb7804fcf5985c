"""Pieces of sound fit together, and are what was recorded."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from livekit_nb.errors import RecordingError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.widgets.reels import PIECE_S, piece
from tests.widgets.reel_talks import talk


@pytest.fixture(scope="module")
def recording() -> Recording:
    return talk()


def sound(recording: Recording, number: int) -> np.ndarray:
    samples, rate_hz = soundfile.read(io.BytesIO(piece(recording, number)), dtype="int16")
    assert rate_hz == 24_000
    return samples


def test_the_agents_side_is_exact_and_the_pieces_are_as_long_as_the_recording(
    recording: Recording,
) -> None:
    pieces = [sound(recording, number) for number in range(3)]
    assert [len(one) for one in pieces] == [240_000, 240_000, 96_000]
    heard, _ = recording.agent_audio()
    assert np.array_equal(np.concatenate(pieces)[:, 1], np.rint(heard * 32768))


def test_the_users_side_has_no_seams(recording: Recording) -> None:
    joined = np.concatenate([sound(recording, number) for number in range(3)])[:, 0]
    seam = 2 * PIECE_S * 24_000  # in the midst of a tone: it is spoken from 18.5 to 20.5 s
    around = joined[seam - 2400 : seam + 2400] / 9000
    time_s = np.arange(seam - 2400, seam + 2400) / 24_000
    assert np.abs(around - np.sin(2 * np.pi * 300 * time_s)).max() < 0.002


def test_pieces_are_small_where_it_is_silent(recording: Recording) -> None:
    assert len(piece(recording, 0)) < 350_000
    silent = Recorder(lambda: 0.0)
    silent.user_audio(bytes(2 * 16_000 * 10), 0.0, 10.0)
    assert len(piece(silent.recording, 0)) < 10_000


@pytest.mark.parametrize("number", [-1, 3, 10**9])
def test_what_is_not_there_is_refused(recording: Recording, number: int) -> None:
    with pytest.raises(RecordingError, match="shorter"):
        piece(recording, number)
