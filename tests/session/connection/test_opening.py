"""The first connection: what passes is tried again, the rest is told at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from livekit_nb.errors import ConnectError, LiveError, SessionClosedError, WireError
from livekit_nb.session.connection.opening import ATTEMPTS, LIMIT_S, Opening
from livekit_nb.session.connection.trouble import LastingConnectError, SetupSilenceError
from livekit_nb.session.session import Session
from tests.session.memory_server import Line, MemoryServer, Script
from tests.session.virtual_time import in_virtual_time

PASSING = [
    ConnectError("nobody listens"),
    ConnectError("busy", 503),
    ConnectError("too many", 429),
    SetupSilenceError("no answer"),
    SessionClosedError("broken", 1006),
    SessionClosedError("going away", 1001),
    SessionClosedError("fault", 1011, "Internal error encountered."),
    SessionClosedError("later", 1013, "Try again later."),
    WireError("no JSON"),
]
LASTING = [
    LastingConnectError("the certificate is not trusted"),
    ConnectError("wrong key", 403),
    ConnectError("wrong path", 404),
    SessionClosedError("wrong key", 1007, "API key not valid. Please pass a valid API key."),
    SessionClosedError("refused", 1007, "Request contains an invalid argument."),
    SessionClosedError("no such model", 1008, "models/x is not found for API version v1beta"),
    SessionClosedError("spent", 1011, "You exceeded your current quota."),
]


@pytest.mark.parametrize("problem", PASSING, ids=str)
def test_what_passes_is_tried_again_a_few_times(problem: LiveError) -> None:
    opening = Opening(Random(0), 100.0)
    first_s, second_s = opening.failed(100.1, problem), opening.failed(100.7, problem)
    assert first_s is not None
    assert second_s is not None
    assert 0.4 <= first_s <= 0.6
    assert 0.8 <= second_s <= 1.2
    assert opening.attempt == ATTEMPTS == 3
    assert opening.failed(102.0, problem) is None


@pytest.mark.parametrize("problem", LASTING, ids=str)
def test_what_lasts_is_told_at_once_and_as_it_is(problem: LiveError) -> None:
    opening = Opening(Random(0), 100.0)
    assert opening.failed(100.1, problem) is None
    assert opening.told(100.1, problem) is problem


def test_no_attempt_begins_after_the_limit() -> None:
    silent = SetupSilenceError("no answer")
    opening = Opening(Random(0), 0.0)
    assert opening.failed(10.0, silent) is not None
    assert opening.failed(19.5, silent) is None
    assert Opening(Random(0), 0.0).failed(LIMIT_S, silent) is None


def test_how_often_it_was_tried_is_told() -> None:
    opening = Opening(Random(0), 0.0)
    refused = ConnectError("Nobody listens there.", 503)
    opening.failed(0.0, refused)
    told = opening.told(7.0, refused)
    assert isinstance(told, ConnectError)
    assert str(told) == "Nobody listens there. It was tried 2 times in 7 s."
    assert told.code == 503


# Whole beginnings ---------------------------------------------------------------------------------


async def silent(line: Line) -> None:
    await line.left.wait()


async def garbled(line: Line) -> None:
    await line.hear()
    line.send_raw(b"\xff")


async def greet(line: Line) -> None:
    await line.accept()
    line.answer(f"answer to {await line.hear_text()}")
    await line.left.wait()


def closing(code: int, reason: str = "") -> Script:
    async def script(line: Line) -> None:
        await line.hear()
        line.hang_up(code, reason)

    return script


def begin(*scripts: Script, **settings: Any) -> tuple[Session, MemoryServer, list[str], float]:
    """Begin a conversation and have a word answered; returns its statuses, and how long it took."""

    async def main(
        clock: Callable[[], float],
    ) -> tuple[Session, MemoryServer, list[str], float]:
        server = MemoryServer(*scripts)
        session = server.session(clock, **settings)
        statuses: list[str] = []
        session._status._on_status = statuses.append
        try:
            await session.open()
            took_s = clock()
            await session._send_text("hi")
            _, turn = await session._next_turn(60)
            assert turn.agent is not None
            assert turn.agent.text == "answer to hi"
        finally:
            await session._close("stopped")
            await server.done()
        return session, server, statuses, took_s

    return in_virtual_time(main)


@pytest.mark.parametrize(
    "first", [closing(1006), closing(1011, "Internal error encountered."), garbled]
)
def test_a_beginning_that_breaks_is_tried_again(first: Script) -> None:
    session, server, statuses, took_s = begin(first, closing(1013), greet)
    assert statuses[:2] == ["connecting", "listening"]
    assert len(server.lines) == 3
    assert [line.headers["x-livekit-nb-connection"] for line in server.lines] == ["1", "2", "3"]
    tried = [event for event in session.recording.events if event.kind == "session.connecting"]
    assert [event.data.get("attempt") for event in tried] == [None, 2, 3]
    assert tried[2].data["code"] == 1013
    assert 1.2 <= took_s <= 1.8
    assert session.reconnects == 0


def test_settings_that_are_not_answered_are_sent_again() -> None:
    _, server, _, took_s = begin(silent, silent, greet)
    assert [line.goodbye for line in server.lines[:2]] == [True, True]
    assert 17.2 <= took_s <= 17.8


def test_what_was_said_before_is_told_to_each_attempt() -> None:
    history = (("user", "I am Ada."), ("model", "Hello, Ada."))

    async def taught(line: Line) -> None:
        await line.accept()
        assert (await line.hear()).client_content is not None
        line.answer(f"answer to {await line.hear_text()}")
        await line.left.wait()

    _, server, _, _ = begin(closing(1011, "Internal error encountered."), taught, history=history)
    assert len(server.lines) == 2


def test_nobody_there_is_told_after_a_few_attempts() -> None:
    with pytest.raises(ConnectError, match=r"nobody listens It was tried 3 times in [12] s\."):
        begin()


def test_a_wrong_key_is_tried_once() -> None:
    with pytest.raises(ConnectError, match="key was refused") as caught:
        begin(closing(1007, "API key not valid. Please pass a valid API key."), greet)
    assert "tried" not in str(caught.value)


def test_who_stops_meanwhile_is_not_kept_waiting() -> None:
    async def main(clock: Callable[[], float]) -> None:
        server = MemoryServer(closing(1006), greet)
        session = server.session(clock)
        opening = asyncio.create_task(session.open())
        await asyncio.sleep(0.1)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert session.status == "stopped"
        assert clock() == pytest.approx(0.1)
        assert len(server.lines) == 1
        await server.done()

    in_virtual_time(main)
