"""What a message carries, in one word made of the fields' names as they are on the wire.

``"setup"``, ``"realtimeInput.audio"``, ``"serverContent.outputTranscription"``, ``"toolCall"``.
Of a message that carries several things all are named: ``"serverContent.audio+turnComplete"``,
``"toolCall, usageMetadata"``.
"""

from __future__ import annotations

from msgspec.structs import astuple

from livekit_nb.wire.messages import ClientMessage, Content, ServerContent, ServerMessage

__all__ = ["kind_of"]

_INPUTS = {
    "audio": "realtimeInput.audio",
    "video": "realtimeInput.video",
    "text": "realtimeInput.text",
    "activity_start": "realtimeInput.activityStart",
    "activity_end": "realtimeInput.activityEnd",
    "audio_stream_end": "realtimeInput.audioStreamEnd",
    "media_chunks": "realtimeInput.mediaChunks",
}
_OF_CLIENT = ClientMessage.__struct_encode_fields__
_OF_SERVER = ServerMessage.__struct_encode_fields__
_OF_CONTENT = ServerContent.__struct_encode_fields__


def kind_of(message: ClientMessage | ServerMessage) -> str:
    """Name what a message carries; empty when it is nothing known."""
    if isinstance(message, ServerMessage):
        return _of_server(message)
    data = message.realtime_input
    if data is None:
        held = (name for name, value in zip(_OF_CLIENT, astuple(message), strict=True) if value)
        return next(held, "")
    return next((name for field, name in _INPUTS.items() if getattr(data, field)), "realtimeInput")


def _of_server(message: ServerMessage) -> str:
    kinds = [
        name if name != "serverContent" else _of_content(value)
        for name, value in zip(_OF_SERVER, astuple(message), strict=True)
        if value is not None
    ]
    return ", ".join(kinds)


def _of_content(content: ServerContent) -> str:
    parts: list[str] = []
    for name, value in zip(_OF_CONTENT, astuple(content), strict=True):
        if value is None:
            continue
        if name == "modelTurn":
            parts += _of_turn(value)
        else:
            parts.append(name)
    return f"serverContent.{'+'.join(parts)}" if parts else "serverContent"


def _of_turn(turn: Content) -> list[str]:
    parts: dict[str, None] = {}
    for part in turn.parts:
        if part.inline_data is not None:
            parts["audio" if part.inline_data.mime_type.startswith("audio/") else "picture"] = None
        elif part.thought:
            parts["thought"] = None
        elif part.text:
            parts["text"] = None
        else:
            parts["modelTurn"] = None
    return list(parts) or ["modelTurn"]
