"""What a client sends after the setup, and the message that carries any of it."""

from __future__ import annotations

from msgspec import field

from livekit_nb.wire.content import Blob, Content, Empty, FunctionResponse, Message
from livekit_nb.wire.setup import Setup, ToolGroup

__all__ = [
    "ClientContent",
    "ClientMessage",
    "ContextUpdate",
    "ContextUpdateTools",
    "RealtimeInput",
    "ToolResponse",
]


class ClientContent(Message):
    """Turns appended to the history; ``turn_complete`` asks for an answer."""

    turns: list[Content] = field(default_factory=list)
    turn_complete: bool | None = None


class RealtimeInput(Message):
    """What is being said, shown or typed right now."""

    audio: Blob | None = None
    video: Blob | None = None
    text: str | None = None
    activity_start: Empty | None = None
    activity_end: Empty | None = None
    audio_stream_end: bool | None = None
    media_chunks: list[Blob] | None = None


class ToolResponse(Message):
    """Results of the calls a server asked for."""

    function_responses: list[FunctionResponse] = field(default_factory=list)


class ContextUpdateTools(Message):
    """The tools from now on; none at all when ``tools`` is empty or left out."""

    tools: list[ToolGroup] | None = None


class ContextUpdate(Message):
    """Replaces the system instruction, the tools, or both, for what comes after it."""

    system_instruction: Content | None = None
    tools: ContextUpdateTools | None = None


class ClientMessage(Message):
    """Anything a client sends: exactly one field is set."""

    setup: Setup | None = None
    client_content: ClientContent | None = None
    realtime_input: RealtimeInput | None = None
    tool_response: ToolResponse | None = None
    context_update: ContextUpdate | None = None
