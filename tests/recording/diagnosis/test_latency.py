"""Answers over budget, and what took most of the time."""

from __future__ import annotations

import asyncio

import pytest

import livekit_nb as live
from livekit_nb.lab.synthetic import QuickModels
from livekit_nb.recording import Recording
from tests.recording.diagnosis.conversations import Caller, hold, kinds, the


@live.tool(blocking=True)
async def add_item(item: str) -> dict[str, str]:
    """Add an item to the shopping list."""
    await asyncio.sleep(4.0)
    return {"result": f"{item} is on the list"}


@live.tool(blocking=False)
async def add_later(item: str) -> dict[str, str]:
    """Add an item to the shopping list."""
    await asyncio.sleep(4.0)
    return {"result": f"{item} is on the list"}


def asking(text: str) -> object:
    async def script(caller: Caller) -> None:
        await caller.say_text("What is 3 plus 4?")
        await caller.answer()
        await caller.wait(1.0)
        await caller.say_text(text)
        await caller.answer()
        await caller.wait(1.0)

    return script


def talk(text: str = "What is 12 plus 30?", **how: object) -> Recording:
    return hold(asking(text), models=QuickModels(), **how)  # type: ignore[arg-type]


def test_a_tool_that_takes_most_of_the_wait_is_named_and_held_up_the_talk() -> None:
    recording = talk("Add milk to the shopping list.", tools=[add_item])
    slow = the("slow_turn", recording)
    assert slow.turn == 1
    waited_s = recording.turns[1].latency.voice_to_voice
    assert slow.value == pytest.approx(waited_s, abs=1e-3)
    assert slow.value == pytest.approx(4.4, abs=0.5)
    assert "was the tool add_item" in slow.message
    assert "blocking=False" in slow.remedy
    held_up = the("blocking_tool", recording)
    assert held_up.value == pytest.approx(4.0, abs=0.05)
    assert "add_item" in held_up.message
    call = recording.tools[0]
    assert (held_up.start_s, held_up.end_s) == pytest.approx((call.start, call.end), abs=0.05)
    assert sorted(kinds(recording)) == ["blocking_tool", "slow_turn"]
    assert recording.diagnose(budget_s=6.0, tool_wait_s=5.0) == []


def test_a_tool_for_which_nobody_waits_holds_nothing_up() -> None:
    recording = talk("Add milk to the shopping list.", tools=[add_later])
    assert recording.tools
    assert "blocking_tool" not in kinds(recording)


def test_a_service_that_stalls_is_slow_itself() -> None:
    recording = talk(faults=live.faults(stall={"at_s": 3.2, "for_s": 6.0}))
    slow = the("slow_turn", recording)
    assert slow.turn == 1
    assert slow.value == pytest.approx(recording.turns[1].latency.voice_to_voice, abs=1e-3)
    assert "was the model" in slow.message
    assert kinds(recording) == ["slow_turn"]
    assert "%" not in slow.message


def test_a_service_that_falls_silent_is_told_of_as_a_connection() -> None:
    recording = talk(faults=live.faults(silent_turn=2))
    slow = the("slow_turn", recording)
    assert "a lost or silent connection" in slow.message
    assert slow.value is not None
    assert slow.value > 15.0


@pytest.mark.parametrize(
    ("direction", "named"),
    [("up", "from the kernel to the service"), ("down", "model")],
)
def test_a_slow_network_is_slow_on_its_side(direction: str, named: str) -> None:
    plan = live.FaultPlan.from_mapping({direction: {"delay_s": 3.0}})
    recording = talk(faults=plan)
    slow = recording.findings.of("slow_turn")
    assert [found.turn for found in slow] == [0, 1]
    assert all("The answer came" in found.message for found in slow)


def test_a_typed_question_has_a_budget_too() -> None:
    async def script(caller: Caller) -> None:
        await caller.session._send_text("Add milk to the shopping list.")
        await caller.answer()

    recording = hold(script, models=QuickModels(), tools=[add_item])
    assert recording.turns[0].latency.voice_to_voice is None
    slow = the("slow_turn", recording)
    assert slow.value == pytest.approx(4.2, abs=0.4)
    assert "add_item" in slow.message


def test_the_budget_is_the_callers() -> None:
    recording = talk()
    assert recording.findings == []
    strict = recording.diagnose(budget_s=0.1)
    assert [found.turn for found in strict] == [0, 1]
    assert all("0.1 s are allowed" in found.message for found in strict)
