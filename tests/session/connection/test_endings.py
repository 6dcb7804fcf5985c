"""Conversations whose connection ends for good, and what is told of it, in virtual time."""

from __future__ import annotations

import asyncio

import pytest

import livekit_nb as live
from livekit_nb.errors import ConnectError, SessionClosedError
from livekit_nb.session.session import Session
from tests.session.memory_server import Line, MemoryServer, converse, told


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (1007, "API key not valid. Please pass a valid API key.", "key was refused"),
        (1008, "Your API key was reported as leaked.", "leaked"),
        (1008, "models/x is not found for API version v1beta", "not offered"),
        (1011, "You exceeded your current quota.", "quota"),
    ],
)
def test_what_no_second_attempt_changes_ends_the_conversation_at_once(
    code: int, reason: str, words: str
) -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_frames(10)
        line.hang_up(code, reason)

    async def talk(session: Session, server: MemoryServer) -> None:
        with pytest.raises(SessionClosedError, match=words) as caught:
            await session._next_turn(60)
        assert caught.value.code == code
        assert session.status.startswith("error: ")
        assert len(server.lines) == 1

    recording = converse([first], talk)
    assert told(recording, "session.reconnecting") == []


def test_attempts_end_after_two_minutes_with_what_was_tried() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        await line.hear_frames(10)
        line.hang_up(1006)

    async def talk(session: Session, server: MemoryServer) -> None:
        with pytest.raises(
            SessionClosedError, match=r"sought for 1[012]\d s in vain.*nobody listens"
        ):
            await session._next_turn(300)
        assert 100 < session._recorder.now_s < 125

    recording = converse([first], talk)
    attempts = [event["attempt"] for event in told(recording, "session.reconnecting")]
    assert attempts == list(range(1, len(attempts) + 1))
    assert 28 <= len(attempts) <= 36


def test_without_resumption_the_first_end_is_the_last() -> None:
    async def first(line: Line) -> None:
        setup = (await line.accept()).setup
        assert setup is not None
        assert setup.session_resumption is None
        line.hang_up(1011, "Internal error encountered.")

    async def talk(session: Session, server: MemoryServer) -> None:
        with pytest.raises(SessionClosedError, match="internal error"):
            await session._next_turn(60)

    converse([first], talk, resumption=False)


def test_it_can_be_closed_while_it_reconnects() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        await line.hear_frames(10)
        line.hang_up(1006)

    async def silent(line: Line) -> None:
        await line.left.wait()
        assert line.goodbye is False

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._status.until("reconnecting", 60)
        await asyncio.sleep(5)  # the second connection waits for its setup to be accepted
        assert len(server.lines) == 2
        waiting = asyncio.create_task(session._next_turn(60))
        await asyncio.sleep(0)
        await session._close("stopped")
        with pytest.raises(SessionClosedError, match="ended here"):
            await waiting
        assert session.status == "stopped"
        await asyncio.sleep(200)
        assert len(server.lines) == 2

    converse([first, silent], talk)


def test_a_server_that_accepts_and_hangs_up_is_not_called_for_ever() -> None:
    async def hang_up(line: Line) -> None:
        await line.accept()
        line.hang_up(1011, "Internal error encountered.")

    async def talk(session: Session, server: MemoryServer) -> None:
        with pytest.raises(SessionClosedError):
            await session._next_turn(600)
        assert len(server.lines) < 60

    converse([hang_up] * 100, talk)


def test_a_setup_that_is_refused_names_what_was_sent() -> None:
    async def first(line: Line) -> None:
        await line.hear()
        line.hang_up(1007, "Request contains an invalid argument.")

    async def talk(session: Session, server: MemoryServer) -> None:
        raise AssertionError("it did open")

    with pytest.raises(ConnectError, match="The setup was the last thing sent"):
        converse([first], talk)


@pytest.mark.parametrize("steps", range(8))
def test_a_close_that_is_cancelled_closes_the_connection_and_a_second_one_waits_for_that(
    steps: int,
) -> None:
    async def first(line: Line) -> None:
        await line.accept()
        goodbye = line.close

        async def slowly() -> None:
            await asyncio.sleep(1)
            await goodbye()

        line.close = slowly  # type: ignore[method-assign]
        await line.left.wait()

    async def talk(session: Session, server: MemoryServer) -> None:
        closing = asyncio.create_task(session._close("stopped"))
        for _ in range(steps):
            await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        assert not server.lines[0].left.is_set()
        await session._close("stopped")
        assert server.lines[0].goodbye

    recording = converse([first], talk)
    assert len(told(recording, "session.closed")) == 1


def test_a_tool_may_end_the_conversation_although_that_ends_the_tool() -> None:
    held: list[Session] = []

    async def leave() -> None:
        """End the conversation."""
        await held[0]._close("stopped")

    async def first(line: Line) -> None:
        await line.accept()
        line.call("call-1", "leave")
        await line.left.wait()

    async def talk(session: Session, server: MemoryServer) -> None:
        held.append(session)
        await session._status.until("stopped", 60)
        await server.lines[0].left.wait()
        assert server.lines[0].goodbye

    converse([first], talk, tools=(live.tool(leave),))
