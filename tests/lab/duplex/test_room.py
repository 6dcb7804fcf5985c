"""What a microphone hears in the callers' room."""

from __future__ import annotations

import numpy as np
import pytest

from livekit_nb.audio.pcm import from_pcm16, to_pcm16
from livekit_nb.lab.duplex.room import ECHO_DELAY_S, Room, pink_noise

RATE_HZ = 16_000


def listen(room: Room, seconds: float) -> np.ndarray:
    return np.concatenate(
        [from_pcm16(room._frame(0.02 * number)) for number in range(round(seconds / 0.02))]
    )


def rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(sound))))


async def test_a_sound_is_heard_where_it_was_laid_to_the_sample() -> None:
    room = Room(lambda: 0.0)
    room.place(np.full(800, 0.5, np.float32), 0.1234)
    heard = listen(room, 0.4)
    loud = np.flatnonzero(np.abs(heard) > 0.25)
    assert loud[0] == round(0.1234 * RATE_HZ)
    assert len(loud) == 800
    assert 0.0 < rms(heard[:1600]) < 0.001  # a room is never silent


async def test_noise_has_its_level_and_goes_on() -> None:
    room = Room(lambda: 0.0, noise=pink_noise(0.5, seed=1) * np.float32(0.05))
    heard = listen(room, 2.0)
    assert rms(heard[: RATE_HZ // 2]) == pytest.approx(0.05, rel=0.02)
    assert rms(heard[-RATE_HZ // 2 :]) == pytest.approx(0.05, rel=0.02)


def test_pink_noise_loses_three_decibels_an_octave() -> None:
    power = np.abs(np.fft.rfft(pink_noise(4.0, seed=3))) ** 2
    low, high = power[4 * 200 : 4 * 400].sum(), power[4 * 1600 : 4 * 3200].sum()
    assert 10 * np.log10(low / high) == pytest.approx(0.0, abs=1.0)  # equal power in every octave


async def test_the_agent_comes_back_softer_and_later() -> None:
    room = Room(lambda: 0.0, echo_db=-20.0)
    room.heard(to_pcm16(np.full(2400, 0.5, np.float32)), 0.1)
    heard = listen(room, 0.5)
    loud = np.flatnonzero(np.abs(heard) > 0.025)
    assert loud[0] / RATE_HZ == pytest.approx(0.1 + ECHO_DELAY_S, abs=0.002)
    assert rms(heard[loud[0] + 100 : loud[-1] - 100]) == pytest.approx(0.05, rel=0.05)


async def test_headphones_leave_no_echo() -> None:
    room = Room(lambda: 0.0)
    room.heard(to_pcm16(np.full(2400, 0.5, np.float32)), 0.1)
    assert rms(listen(room, 0.5)) < 0.001
    assert room.audible_s == pytest.approx(0.1)


async def test_what_a_stalled_machine_did_not_capture_is_counted() -> None:
    room = Room(lambda: 0.0)
    room._frame(0.0)
    room._frame(0.02)
    room._frame(1.54)
    assert room.lost_s == pytest.approx(1.5, abs=0.002)
