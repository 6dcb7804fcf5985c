"""What damaged messages of a server do to a conversation: its recording stays readable."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from livekit_nb.errors import AudioError, WireError
from livekit_nb.wire.codec import decode_server
from livekit_nb.wire.messages import ServerMessage
from tests.hostile.mutation import frames
from tests.session.test_downlink import Desk

CASES = 1_500


def taken(desk: Desk, frame: bytes | str) -> bool:
    """Whether a conversation could go on after that; else it ends with one of the agreed errors."""
    try:
        desk.tell(decode_server(frame))
    except (WireError, AudioError):
        return False
    return True


@pytest.mark.parametrize("seed", [21, 22])
async def test_damaged_messages_leave_a_readable_recording(seed: int) -> None:
    desk = Desk()
    count = 0
    for number, frame in enumerate(frames(ServerMessage, seed, CASES)):
        count += taken(desk, frame)
        if number % 25 == 0:
            desk.type("hello")
            desk.speak(0.1, "hello to you")
            desk.end_turn()
            desk.hear()
    assert count > CASES / 10
    recording = desk.recorder.recording
    kinds = {event.kind for event in recording.events}
    assert {"usage", "tool.call", "caption.user", "caption.agent"} <= kinds
    assert math.isfinite(recording.duration_s)
    json.dumps([dict(event.data) for event in recording.events])
    rows: list[dict[str, Any]] = [turn.row() for turn in recording.turns]
    json.dumps(rows)
    assert len(rows) > 10
    for text in (str(recording), repr(recording.turns), recording.turns._repr_html_()):
        assert text
    cost = recording.cost
    assert cost.tokens.total >= sum(turn.cost.tokens.total for turn in recording.turns) >= 0
    assert str(cost)
    assert recording.agent_audio()[0].ndim == 1
