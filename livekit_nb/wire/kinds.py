"""What a message carries, in one word made of the fields' names as they are on the wire.

``"setup"``, ``"realtimeInput.audio"``, ``"serverContent.outputTranscription"``, ``"toolCall"``.
Of a message that carries several things all are named: ``"serverContent.audio+turnComplete"``,
``"toolCall, usageMetadata"``.
"""

from __future__ import annotations

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
_CAMEL = {
    field: name
    for struct in (ClientMessage, ServerMessage, ServerContent)
    for field, name in zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True)
}


def kind_of(message: ClientMessage | ServerMessage) -> str:
    """Name what a message carries; empty when it is nothing known."""
    if isinstance(message, ServerMessage):
        return _of_server(message)
    data = message.realtime_input
    if data is None:
        return next(
            (_CAMEL[field] for field in message.__struct_fields__ if getattr(message, field)), ""
        )
    return next((name for field, name in _INPUTS.items() if getattr(data, field)), "realtimeInput")


def _of_server(message: ServerMessage) -> str:
    kinds = []
    for field in message.__struct_fields__:
        value = getattr(message, field)
        if isinstance(value, ServerContent):
            kinds.append(_of_content(value))
        elif value is not None:
            kinds.append(_CAMEL[field])
    return ", ".join(kinds)


def _of_content(content: ServerContent) -> str:
    parts: list[str] = []
    for field in content.__struct_fields__:
        value = getattr(content, field)
        if field == "model_turn" and value is not None:
            parts += _of_turn(value)
        elif value is not None:
            parts.append(_CAMEL[field])
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
