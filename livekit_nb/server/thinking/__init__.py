"""Thinking: from what was said to what to say or which tools to call, by transparent rules.

`Thinker` holds one conversation. It knows nothing of audio, sockets or tasks: text and tool results
go in, `Plan` comes out. It chooses among whatever tools the client declared, by their names,
descriptions and schemas; see ``choosing.py`` for the rules and their weights.
"""

from livekit_nb.server.thinking.manner import Manner
from livekit_nb.server.thinking.mood import looks_complete
from livekit_nb.server.thinking.plan import Plan, PlannedCall, Scene, ToolResult
from livekit_nb.server.thinking.thinker import Thinker
from livekit_nb.server.thinking.tool import Tool

__all__ = [
    "Manner",
    "Plan",
    "PlannedCall",
    "Scene",
    "Thinker",
    "Tool",
    "ToolResult",
    "looks_complete",
]
