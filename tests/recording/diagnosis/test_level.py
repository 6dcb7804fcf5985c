"""Microphones that are overdriven, too quiet, too noisy, or off."""

from __future__ import annotations

import pytest

from tests.recording.diagnosis.conversations import Caller, Room, hold, kinds, the


async def _a_few_words(caller: Caller) -> None:
    for name in ("weather_paris", "stop_time"):
        await caller.say(name)
        await caller.wait(4.0)


def test_an_overdriven_microphone() -> None:
    found = the("clipping", hold(_a_few_words, room=Room(gain_db=24.0, noise_dbfs=-80.0)))
    assert found.value is not None
    assert found.value > 1.0
    assert "utterances of the user are cut off at full scale" in found.message


def test_a_microphone_that_is_too_quiet() -> None:
    recording = hold(_a_few_words, room=Room(gain_db=-30.0, noise_dbfs=-60.0))
    found = the("too_quiet", recording)
    assert found.value == pytest.approx(-54.0, abs=4.0)
    assert found.start_s == recording.speech("user")[0].start_s


def test_a_microphone_in_a_din() -> None:
    found = the("noisy", hold(_a_few_words, room=Room(noise_dbfs=-29.0)))
    assert found.value is not None
    assert 0.0 < found.value < 8.0


@pytest.mark.parametrize("gain_db", [-12.0, 7.0])
def test_levels_that_are_good(gain_db: float) -> None:
    room = Room(gain_db=gain_db, noise_dbfs=-50.0)
    assert kinds(hold(_a_few_words, room=room)) == []


def test_a_pages_microphone_that_gives_nothing() -> None:
    async def script(caller: Caller) -> None:
        caller.session._recorder.event("mic.started", rate_hz=48_000, label="Headset")
        caller.room.silent = True
        await caller.wait(20.0)
        caller.room.silent = False
        await caller.wait(2.0)

    recording = hold(script)
    found = the("dead_microphone", recording)
    assert found.value == pytest.approx(20.0, abs=0.1)
    assert found.start_s == pytest.approx(0.5, abs=0.1)


def test_a_muted_microphone_is_meant_to_be_silent() -> None:
    async def script(caller: Caller) -> None:
        caller.session._recorder.event("mic.started", rate_hz=48_000, label="Headset")
        await caller.session._in_turn(caller.session._turns.mute)
        await caller.wait(20.0)
        await caller.session._in_turn(caller.session._turns.unmute)
        await caller.wait(2.0)

    assert kinds(hold(script)) == []
