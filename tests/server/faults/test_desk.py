"""Who may make faults."""

from __future__ import annotations

import types

import pytest
from websockets.datastructures import Headers

import livekit_nb as live
from livekit_nb.server.faults.desk import FaultDesk
from livekit_nb.wire.fault_plan import SESSION_HEADER

PLAN = live.faults(drop=0).to_json()


def connection(desk):
    """A conversation of this machine, as the desk knows it."""
    injected = []
    desk._sessions["s1"] = types.SimpleNamespace(inject=injected.append)
    return injected


@pytest.mark.parametrize(
    "address", [("192.0.2.7", 4711), ("2001:db8::7", 4711, 0, 0), ("::ffff:192.0.2.7", 1), "", None]
)
async def test_faults_are_not_made_for_others_than_programs_on_this_machine(address):
    desk = FaultDesk()
    injected = connection(desk)
    for session in ("s1", "s2"):  # nor are they told who talks
        status, answer = await desk.post(Headers({SESSION_HEADER: session}), PLAN, address)
        assert (status, answer["error"]["status"]) == (403, "PERMISSION_DENIED")
    assert injected == []


@pytest.mark.parametrize("address", [("127.0.0.1", 1), ("::1", 1, 0, 0), ("::ffff:127.0.0.1", 1)])
async def test_faults_are_made_for_programs_on_this_machine(address):
    desk = FaultDesk()
    injected = connection(desk)
    headers = Headers({SESSION_HEADER: "s1"})
    assert await desk.post(headers, PLAN, address) == (200, {"faults": 1})
    assert len(injected) == 1
