"""Where plans come in: with the server, with a connection, and for a conversation that goes on.

A plan is taken from programs on this machine only. Whoever could make faults could keep others
from talking.
"""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.connection import Connection
from websockets.datastructures import Headers

from livekit_nb.errors import SettingsError
from livekit_nb.server.door.http_post import failure
from livekit_nb.server.faults.connection import FaultyConnection
from livekit_nb.wire.fault_plan import (
    CONNECTION_HEADER,
    FAULTS_HEADER,
    SESSION_HEADER,
    FaultPlan,
)

__all__ = ["FaultDesk"]

REASON_BYTES = 123  #: what a close frame can hold
MAX_SESSION_ID = 128


class _RefusedError(Exception):
    """A connection's plan is refused; holds the close code and reason."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.close = code, words.encode()[:REASON_BYTES].decode(errors="ignore")


class FaultDesk:
    """Gives connections their faults.

    Parameters
    ----------
    plan : FaultPlan, optional
        For every conversation that brings none of its own.
    """

    def __init__(self, plan: FaultPlan | None = None) -> None:
        self._plan = plan
        self._sessions: dict[str, FaultyConnection] = {}

    @asynccontextmanager
    async def at(self, connection: Connection) -> AsyncIterator[Any]:
        """Give a connection its faults while the context is open.

        Yields
        ------
        websockets.asyncio.connection.Connection, FaultyConnection or None
            The connection as it is if there is no plan for it and none can come; otherwise one
            that looks the same. None when its plan is refused; it is closed then.
        """
        request = connection.request
        headers = request.headers if request is not None else Headers()
        try:
            plan, number, session = self._read(headers, connection.remote_address)
        except _RefusedError as refused:
            await connection.close(*refused.close)
            yield None
            return
        if not session and not plan:
            yield connection
            return
        faulty = FaultyConnection(connection, plan, number)
        if session:
            self._sessions[session] = faulty  # a conversation's newest connection counts
        try:
            yield faulty
        finally:
            if self._sessions.get(session) is faulty:
                del self._sessions[session]
            await faulty.finish()

    def _read(self, headers: Headers, address: Any) -> tuple[FaultPlan | None, int | None, str]:
        """Return the plan of a connection, its number, and the id of its conversation."""
        own, counted = headers.get(FAULTS_HEADER), headers.get(CONNECTION_HEADER)
        session = headers.get(SESSION_HEADER, "")
        if own is None and not session and counted is None:
            return self._plan, None, ""
        if not _loopback(address):
            raise _RefusedError(1008, "Faults are made for programs on this machine only.")
        try:
            number = int(counted) if counted is not None else None
            if number is not None and not 1 <= number < 10**9:
                raise ValueError
        except ValueError:
            raise _RefusedError(1007, f"{CONNECTION_HEADER} is a number from 1.") from None
        if len(session) > MAX_SESSION_ID:
            raise _RefusedError(1007, f"{SESSION_HEADER} is too long.")
        try:
            return (FaultPlan.from_header(own) if own else self._plan), number, session
        except SettingsError as problem:
            raise _RefusedError(1007, str(problem)) from None

    async def post(self, headers: Headers, body: bytes, address: Any) -> tuple[int, Any]:
        """Inject the plan in `body` (JSON) into the conversation that the headers name."""
        if not _loopback(address):
            return failure(403, "Faults are made for programs on this machine only.")
        session = headers.get(SESSION_HEADER, "")
        connection = self._sessions.get(session)
        if connection is None:
            return failure(404, f"No conversation of that {SESSION_HEADER} is going on here.")
        try:
            plan = FaultPlan.from_json(body)
        except SettingsError as problem:
            return failure(400, str(problem))
        connection.inject(plan)
        return 200, {"faults": len(plan.faults)}


def _loopback(address: Any) -> bool:
    """Whether the other end of a connection is on this machine."""
    host = address[0] if isinstance(address, tuple) else ""
    try:
        found = ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)
