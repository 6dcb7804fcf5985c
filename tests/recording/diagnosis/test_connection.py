"""What the network and the service did, told from real breaks."""

from __future__ import annotations

import asyncio

import pytest

import livekit_nb as live
from livekit_nb.errors import MessageLostError, SessionClosedError
from livekit_nb.lab.synthetic import QuickModels
from livekit_nb.session.session import Session
from tests.recording.diagnosis.conversations import Caller, hold, kinds, the
from tests.recording.talks import a_talk
from tests.session.memory_server import Line, MemoryServer, converse


async def _accepted(line: Line) -> None:
    await line.accept()
    line.resumable("h1")
    await line.hear_text()


def test_a_long_outage_is_told_with_its_length() -> None:
    async def first(line: Line) -> None:
        await _accepted(line)
        line.answer("hello")
        await asyncio.sleep(2.0)
        line.hang_up(1011)

    async def refuses(line: Line) -> None:
        await line.hear()
        await asyncio.sleep(2.0)
        line.hang_up(1006)

    async def second(line: Line) -> None:
        await line.accept()
        await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("hi")
        await session._next_turn(1)
        await session._status.until("reconnecting", 60)
        await session._status.until("listening", 60)
        await asyncio.sleep(1.0)

    recording = converse([first, refuses, second], talk)
    found = the("outage", recording)
    resumed = next(event for event in recording.events if event.kind == "session.resumed")
    assert found.value == pytest.approx(resumed.data["outage_s"], abs=0.001)
    assert found.end_s == resumed.t
    assert found.value > 2.0


def test_a_connection_that_is_there_again_at_once_is_no_finding() -> None:
    async def script(caller: Caller) -> None:
        await caller.say_text("What is 3 plus 4?")
        await caller.answer()
        await caller.wait(6.0)

    recording = hold(script, models=QuickModels(), faults=live.faults(drop=6.0))
    assert any(event.kind == "session.resumed" for event in recording.events)
    assert kinds(recording) == []


def test_what_the_service_choked_on_is_lost() -> None:
    async def first(line: Line) -> None:
        await _accepted(line)
        line.hang_up(1007, "Request contains an invalid argument.")

    async def second(line: Line) -> None:
        await line.accept()
        await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("poison")
        await session._status.until("reconnecting", 60)
        await session._status.until("listening", 60)
        with pytest.raises(MessageLostError):
            await session._next_turn(60)

    found = the("message_lost", converse([first, second], talk))
    assert found.value == 1.0
    assert "poison" not in f"{found!r} {found}"


def test_a_talk_that_ends_by_an_error_says_so() -> None:
    async def first(line: Line) -> None:
        await _accepted(line)
        line.hang_up(1008, "Your project has been denied access.")

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("hi")
        with pytest.raises(MessageLostError):
            await session._next_turn(60)
        with pytest.raises(SessionClosedError):
            await session._next_turn(300)

    recording = converse([first], talk)
    found = the("ended_by_error", recording)
    assert found.value == next(
        float(event.data["code"]) for event in recording.events if event.kind == "session.closed"
    )


def test_sound_that_was_given_up_is_counted() -> None:
    talk = a_talk().user("Hello?", 1.0, 2.0).agent(2.5, 4.0, "Hi.").until(9.0)
    talk.event(5.0, "uplink.lost", frames=2).event(6.0, "uplink.lost", frames=50)
    found = the("uplink_loss", talk.recording())
    assert found.value == 1.0
    assert (found.start_s, found.end_s) == (5.0, 6.0)


@pytest.mark.parametrize(("error_s", "told"), [(0.004, False), (0.08, True)])
def test_clocks_too_uncertain_for_the_parts(error_s: float, told: bool) -> None:
    talk = a_talk().event(0.5, "page.clock", offset_s=10.0, error_s=error_s, output_latency_s=0.02)
    recording = talk.user("Hello?", 1.0, 2.0).agent(2.5, 4.0, "Hi.").recording()
    assert kinds(recording) == (["clock_error"] if told else [])
    if told:
        assert the("clock_error", recording).value == error_s
