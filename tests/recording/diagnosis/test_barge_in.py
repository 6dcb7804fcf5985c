"""Interruptions by nobody, told apart; and those that somebody meant."""

from __future__ import annotations

import numpy as np
import pytest

import livekit_nb as live
from livekit_nb.recording import Recording
from tests.recording.diagnosis.conversations import Caller, Jumpy, Room, hold, kinds, mhm, the


def slam(seed: int = 1, dbfs: float = -12.0) -> np.ndarray:
    """A door: a burst of noise that dies away within half a second."""
    burst = np.random.default_rng(seed).standard_normal(16_000)
    burst *= np.exp(-np.arange(16_000) / 1_600)
    return (burst * 10 ** (dbfs / 20)).astype(np.float32)


async def _interrupted_by_a_door(caller: Caller) -> None:
    await caller.say("story")
    await caller.until_heard(1.0)
    caller.room.sound(slam())
    await caller.answer()
    await caller.wait(2.0)


def test_a_door_interrupts_a_server_that_hears_only_loudness() -> None:
    recording = hold(_interrupted_by_a_door, models=Jumpy())
    found = the("false_barge_in", recording)
    assert "noise in the microphone, and nobody spoke" in found.message
    assert found.turn == 0
    assert found.value == pytest.approx(1.1, abs=0.15)
    cut = next(event.t for event in recording.events if event.kind == "agent.interrupted")
    assert found.start_s < cut == found.end_s
    assert kinds(recording) == ["false_barge_in"]


def test_a_door_that_interrupts_nobody_is_no_finding() -> None:
    assert kinds(hold(_interrupted_by_a_door)) == []


def test_a_listener_who_hums_did_not_mean_to_interrupt() -> None:
    async def script(caller: Caller) -> None:
        await caller.say("story")
        await caller.until_heard(0.8)
        caller.room.sound(2.0 * mhm(0.4))  # as loud as a question: softer ones interrupt nobody
        await caller.answer()
        await caller.wait(6.0)

    recording = hold(script)
    assert recording.turns[0].interrupted
    found = the("false_barge_in", recording)
    assert "by which listeners say" in found.message


async def _two_questions(caller: Caller) -> None:
    await caller.ask("hello")
    await caller.wait(1.0)
    await caller.say("story")
    await caller.answer()
    await caller.wait(1.0)


def test_a_phantom_interruption_is_the_services() -> None:
    recording = hold(_two_questions, faults=live.faults(phantom_interrupted={"turn": 2}))
    found = the("false_barge_in", recording)
    assert "the microphone was silent" in found.message
    assert "slip of the service" in found.remedy
    assert found.turn == 1


@pytest.fixture(scope="module")
def echoing() -> Recording:
    """A conversation over a loudspeaker which the microphone hears."""

    async def script(caller: Caller) -> None:
        await caller.ask("story")
        await caller.wait(2.0)

    return hold(script, room=Room(echo_db=-20.0))


def test_an_agent_that_interrupts_itself_does_so_by_its_echo(echoing: Recording) -> None:
    cuts = [event for event in echoing.events if event.kind == "agent.interrupted"]
    found = echoing.findings.of("false_barge_in")
    assert len(found) == len(cuts) >= 1
    assert all("the agent's own voice" in one.message for one in found)
    assert all("headphones" in one.remedy for one in found)


@pytest.mark.parametrize("echo_db", [None, -30.0])
def test_who_interrupts_by_words_means_it(echo_db: float | None) -> None:
    async def script(caller: Caller) -> None:
        await caller.say("story")
        await caller.until_heard(0.3)
        await caller.say("stop_time")
        await caller.answer()
        await caller.answer()

    recording = hold(script, room=Room(echo_db=echo_db))
    assert any(turn.interrupted for turn in recording.turns)
    words = [turn for turn in recording.turns if turn.user and "time" in turn.user.text.lower()]
    cuts = recording.findings.of("false_barge_in")
    assert words
    # Over a loudspeaker the agent may have interrupted itself before, but not then.
    assert all("own voice" in one.message for one in cuts)
    assert echo_db is not None or not cuts
