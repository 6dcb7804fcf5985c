"""Tools that fail, and silences that no tool is to blame for."""

from __future__ import annotations

import asyncio

import pytest

import livekit_nb as live
from livekit_nb.lab.synthetic import QuickModels
from tests.recording.diagnosis.conversations import Caller, hold, kinds, the


async def _add_milk(caller: Caller) -> None:
    await caller.say_text("Add milk to the shopping list.")
    await caller.answer()
    await caller.wait(1.0)


def test_a_tool_that_fails_is_told_without_what_it_said() -> None:
    async def add_item(item: str) -> str:
        """Add an item to the shopping list."""
        await asyncio.sleep(0.5)
        raise live.ToolError(f"no more {item}")

    found = the("failed_tool", hold(_add_milk, models=QuickModels(), tools=[add_item]))
    assert found.value == pytest.approx(0.5, abs=0.01)
    assert "add_item failed after 0.5 s" in found.message
    assert "milk" not in f"{found!r} {found}"


def test_a_quick_tool_is_no_finding() -> None:
    @live.tool(blocking=True)
    async def add_item(item: str) -> dict[str, str]:
        """Add an item to the shopping list."""
        await asyncio.sleep(1.0)
        return {"result": f"{item} is on the list"}

    assert kinds(hold(_add_milk, models=QuickModels(), tools=[add_item])) == []
