"""Hold, see and measure real-time voice-and-vision conversations inside a notebook.

::

    import livekit_nb as live

    studio = live.Studio(tools=[get_weather], instructions="You are a friendly travel desk.")
    studio                                   # press Start, and talk

    async with live.connect(tools=[get_weather]) as session:       # the same without a browser
        await session.say(live.speech("What's the weather in Paris?"))
        turn = await session.next_turn()

Names are loaded on first use, so that importing the package is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from livekit_nb import plots
    from livekit_nb.audio.clip import Clip, clip
    from livekit_nb.checking import Report, check
    from livekit_nb.errors import LiveError, ToolError
    from livekit_nb.lab.speech import speech
    from livekit_nb.recording.disk.loading import load
    from livekit_nb.recording.recording import Recording
    from livekit_nb.recording.turns.turn import Turn
    from livekit_nb.session.access.credentials import Token
    from livekit_nb.session.access.entry import enter_key
    from livekit_nb.session.access.tokens import mint_token
    from livekit_nb.session.connect import connect
    from livekit_nb.session.session import Session
    from livekit_nb.session.tools.cancellation import Cancellation
    from livekit_nb.session.tools.mcp import mcp_tools
    from livekit_nb.session.tools.results import ToolResult
    from livekit_nb.session.tools.tool import Tool, tool
    from livekit_nb.widgets.player import Player
    from livekit_nb.widgets.studio import Studio
    from livekit_nb.wire.closing import explain
    from livekit_nb.wire.fault_plan import FaultPlan, faults
    from livekit_nb.wire.model_table import models

_HOMES = {
    "Cancellation": "livekit_nb.session.tools.cancellation",
    "Clip": "livekit_nb.audio.clip",
    "FaultPlan": "livekit_nb.wire.fault_plan",
    "LiveError": "livekit_nb.errors",
    "Player": "livekit_nb.widgets.player",
    "Recording": "livekit_nb.recording.recording",
    "Report": "livekit_nb.checking",
    "Session": "livekit_nb.session.session",
    "Studio": "livekit_nb.widgets.studio",
    "Token": "livekit_nb.session.access.credentials",
    "Tool": "livekit_nb.session.tools.tool",
    "ToolError": "livekit_nb.errors",
    "ToolResult": "livekit_nb.session.tools.results",
    "Turn": "livekit_nb.recording.turns.turn",
    "check": "livekit_nb.checking",
    "clip": "livekit_nb.audio.clip",
    "connect": "livekit_nb.session.connect",
    "enter_key": "livekit_nb.session.access.entry",
    "explain": "livekit_nb.wire.closing",
    "faults": "livekit_nb.wire.fault_plan",
    "load": "livekit_nb.recording.disk.loading",
    "mcp_tools": "livekit_nb.session.tools.mcp",
    "mint_token": "livekit_nb.session.access.tokens",
    "models": "livekit_nb.wire.model_table",
    "plots": "",
    "speech": "livekit_nb.lab.speech",
    "tool": "livekit_nb.session.tools.tool",
}

__all__ = [
    "Cancellation",
    "Clip",
    "FaultPlan",
    "LiveError",
    "Player",
    "Recording",
    "Report",
    "Session",
    "Studio",
    "Token",
    "Tool",
    "ToolError",
    "ToolResult",
    "Turn",
    "check",
    "clip",
    "connect",
    "enter_key",
    "explain",
    "faults",
    "load",
    "mcp_tools",
    "mint_token",
    "models",
    "plots",
    "speech",
    "tool",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'livekit_nb' has no attribute {name!r}")
    home = _HOMES[name]
    value = (
        getattr(importlib.import_module(home), name)
        if home
        else importlib.import_module(f"livekit_nb.{name}")
    )
    globals()[name] = value
    _hang_picture()
    return value


def _hang_picture() -> None:
    """Have recordings show themselves as a picture, drawn only when one is shown."""
    from livekit_nb.recording import display

    def draw(recording: Recording) -> Any:
        return importlib.import_module("livekit_nb.plots").draw(recording)

    display.set_picture(draw)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
