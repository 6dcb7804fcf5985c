"""What happened, on one clock: events, audio, turns, latency."""

from livekit_nb.recording.clock import ClockInfo
from livekit_nb.recording.events import Event
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import AGENT_RATE_HZ, USER_RATE_HZ, Recording
from livekit_nb.recording.tables.turns import Turns
from livekit_nb.recording.turns.latency import PART_NAMES, Latency
from livekit_nb.recording.turns.turn import AgentSide, ToolCall, Turn, UserSide
from livekit_nb.recording.usage.cost import Cost

__all__ = [
    "AGENT_RATE_HZ",
    "PART_NAMES",
    "USER_RATE_HZ",
    "AgentSide",
    "ClockInfo",
    "Cost",
    "Event",
    "Latency",
    "Recorder",
    "Recording",
    "ToolCall",
    "Turn",
    "Turns",
    "UserSide",
]
