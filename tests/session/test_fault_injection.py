"""Faults in a conversation that goes on, and each fault as the real client survives it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

import livekit_nb as live
from livekit_nb.errors import ConnectError, SessionClosedError, SettingsError
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.wire.fault_plan import FaultPlan
from tests.session.scripted_server import scripted


def kinds(session):
    return [event.kind for event in session.recording.events]


async def heard(session, text):
    """Ask for something until its answer is complete."""
    await session.send_text(text)
    while True:
        turn = await session.next_turn()
        if turn.agent.text:
            return turn.agent.text


async def test_a_fault_strikes_and_the_conversation_goes_on(live_server):
    async with live.connect(endpoint=live_server.url) as session:
        assert "7" in await heard(session, "What is 3 plus 4?")
        await session.inject(live.faults(drop={"turn": 1}))
        fault = next(e for e in session.recording.events if e.kind == "fault")
        assert dict(fault.data) == {"kind": "drop", "turn": 1, "direction": "down"}
        await session.send_text("Tell me a story.")
        await session.until("reconnecting")
        await session.until("speaking")
        assert session.reconnects == 1
        assert "session.resumed" in kinds(session)


async def test_faults_are_asked_of_the_server_that_the_conversation_has_moved_to(
    live_server, monkeypatch
):
    async def script(caller):
        await caller.setup()
        await caller.socket.close(1012, "Service restart")

    async def present(endpoint):
        return replace(endpoint, url=live_server.url + urlsplit(endpoint.url).path)

    monkeypatch.setattr(Endpoint, "present", present)
    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.until("reconnecting")
        await session.until("listening")
        await session.inject(live.faults(drop={"turn": 1}))
        assert "fault" in kinds(session)
        assert session.reconnects == 1


async def test_an_empty_plan_makes_everything_go_well_again(live_server):
    async with live.connect(endpoint=live_server.url) as session:
        await session.inject(live.faults(silent_turn=1, delay_s=0.05))
        await session.inject(FaultPlan())
        assert "7" in await heard(session, "What is 3 plus 4?")
        told = [e.data["kind"] for e in session.recording.events if e.kind == "fault"]
        assert told == ["silent_turn", "impairment"]
        assert session.reconnects == 0


async def test_what_is_no_plan_is_refused(live_server):
    async with live.connect(endpoint=live_server.url) as session:
        with pytest.raises(SettingsError, match=r"live\.faults"):
            await session.inject({"drop": 1})


async def test_a_server_without_faults_is_told_apart():
    async def script(caller):
        await caller.setup()
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        with pytest.raises(ConnectError):
            await session.inject(live.faults(drop=0))
        assert "fault" not in kinds(session)


async def test_a_conversation_that_is_over_gets_no_faults(live_server):
    async with live.connect(endpoint=live_server.url) as session:
        pass
    with pytest.raises(SessionClosedError, match="was ended here"):
        await session.inject(live.faults(drop=0))


async def test_a_plan_given_at_the_beginning(live_server):
    plan = live.faults(go_away={"at_s": 0.2, "time_left_s": 1.0})
    async with live.connect(endpoint=live_server.url, faults=plan) as session:
        (fault,) = (e for e in session.recording.events if e.kind == "fault")
        assert fault.t < next(e.t for e in session.recording.events if e.kind == "session.ready")
        assert dict(fault.data) == {
            "kind": "go_away",
            "at_s": 0.2,
            "direction": "down",
            "time_left_s": 1.0,
            "planned": True,
        }
        await session.until("reconnecting")
        await session.until("listening")
        assert "7" in await heard(session, "What is 3 plus 4?")
        assert session.reconnects == 1
