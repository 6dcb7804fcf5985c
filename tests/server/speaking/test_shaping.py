"""Other speakers, made of the recorded one's spectra."""

from __future__ import annotations

import numpy as np
import pytest

from livekit_nb.server.speaking.shaping import BIN_HZ, Frames, shaped
from livekit_nb.server.speaking.voices import Timbre

BINS, COUNT = 601, 12
PITCH_HZ = 200.0
PEAK_HZ = 1000.0
HZ = np.arange(BINS) * BIN_HZ


def envelope(hz, peak_hz=PEAK_HZ):
    """Logarithmic magnitude of a voice with one formant."""
    return 2.0 - (np.abs(hz - peak_hz) / 400.0)


def frames(pitch_hz=PITCH_HZ):
    """The envelope at the harmonics of `pitch_hz`, and nonsense between them."""
    voiced = np.full((BINS, COUNT), 5.0, np.float32)
    for harmonic in range(1, int(HZ[-1] // PITCH_HZ) + 1):
        at = round(harmonic * PITCH_HZ / BIN_HZ)
        voiced[at] = envelope(harmonic * PITCH_HZ)
    quiet = np.full((BINS, COUNT), -20.0, np.float32)
    zeros = np.zeros((BINS, COUNT), np.float32)
    return Frames(voiced, zeros, quiet, quiet, zeros, np.full(COUNT, pitch_hz, np.float32))


def test_the_recorded_speaker_is_left_alone():
    given = frames()
    assert shaped(given, Timbre(pace=1.1)) is given


@pytest.mark.parametrize("formants", [0.8, 1.0, 1.2])
def test_the_formant_moves_and_nothing_is_read_between_the_harmonics(formants):
    voiced = shaped(frames(), Timbre(pitch=0.7, formants=formants)).voiced[:, 3]
    inside = (PITCH_HZ * formants <= HZ) & (HZ < 4000)
    expected = envelope(HZ / formants)
    assert np.abs(voiced - expected)[inside].max() < 0.6  # drawn straight from one to the next
    assert HZ[inside][voiced[inside].argmax()] == pytest.approx(PEAK_HZ * formants, abs=40)


def test_the_pitch_and_its_span():
    swing = np.array([150, 200, 250, 0.0], np.float32)
    given = frames()._replace(pitch_hz=np.tile(swing, 3))
    found = shaped(given, Timbre(pitch=0.5, span=2.0)).pitch_hz[:4]
    assert found == pytest.approx([56.25, 100, 156.25, 0], rel=0.01)
    low = shaped(given, Timbre(pitch=0.1)).pitch_hz
    assert low[:3].min() == 50.0  # lower is no voice any more
    assert low[3] == 0.0


def test_a_frame_without_voice_has_no_breath_and_keeps_its_noise():
    given = frames()._replace(pitch_hz=np.r_[np.full(6, PITCH_HZ), np.zeros(6)].astype(np.float32))
    noise = shaped(given, Timbre(pitch=0.9, breath=0.2)).noise
    at = int(2400 / BIN_HZ)
    assert noise[at, 2] == pytest.approx(envelope(2400.0) + np.log(0.2), abs=0.2)
    assert noise[at, 9] == pytest.approx(-20.0)


def test_a_tilt_is_so_many_decibels_an_octave():
    plain = shaped(frames(), Timbre(pitch=0.9)).voiced[:, 3]
    bright = shaped(frames(), Timbre(pitch=0.9, tilt_db=3.0)).voiced[:, 3]
    db = (bright - plain) * 20 / np.log(10)
    assert db[[int(400 / BIN_HZ), int(1000 / BIN_HZ), int(4000 / BIN_HZ)]] == pytest.approx(
        [0, 3, 9], abs=0.01
    )
