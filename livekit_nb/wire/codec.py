"""Frames to messages and back.

Writing is strict: camelCase, standard base64, nothing that was not set. Reading is lenient, as
the service is: a frame is decoded straight into structs when it is plain, and put into the plain
form first when it is not; see :mod:`livekit_nb.wire.lenient`.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from livekit_nb.errors import WireError
from livekit_nb.wire.lenient import Shape, shape_of, tidied
from livekit_nb.wire.messages import ClientMessage, ServerMessage

__all__ = ["decode_client", "decode_server", "encode"]

M = TypeVar("M", ClientMessage, ServerMessage)

_LARGE = 64 * 2**10
_MOST = {"{": 50_000, "[": 50_000, ",": 500_000}

_encoder = msgspec.json.Encoder()
# Not strict: a 64-bit integer may come as a string, as ProtoJSON writes it.
_client_decoder = msgspec.json.Decoder(ClientMessage, strict=False)
_server_decoder = msgspec.json.Decoder(ServerMessage, strict=False)
_json_decoder = msgspec.json.Decoder()
_client_shape = shape_of(ClientMessage)
_server_shape = shape_of(ServerMessage)


def encode(message: ClientMessage | ServerMessage) -> bytes:
    """Return `message` as UTF-8 JSON, as the wire wants it."""
    if isinstance(message, ServerMessage) and message.session_resumption_update is not None:
        return _encoder.encode(_resumption(message))
    return _encoder.encode(message)


def _resumption(message: ServerMessage) -> dict[str, Any]:
    """Return a message as JSON with its index as ProtoJSON writes 64-bit integers: a string."""
    tree: dict[str, Any] = msgspec.to_builtins(message)
    update = tree["sessionResumptionUpdate"]
    if "lastConsumedClientMessageIndex" in update:
        update["lastConsumedClientMessageIndex"] = str(update["lastConsumedClientMessageIndex"])
    return tree


def decode_client(frame: bytes | str) -> ClientMessage:
    """Decode what a client sent.

    Parameters
    ----------
    frame : bytes or str
        One WebSocket message, text or binary.

    Raises
    ------
    WireError
        If it is no JSON object, a field has a wrong type, or it does not hold exactly one of the
        known messages.
    """
    message = _decode(frame, _client_decoder, ClientMessage, _client_shape)
    present = sum(getattr(message, name) is not None for name in ClientMessage.__struct_fields__)
    if present != 1:
        raise WireError(
            "A client message holds one of setup, clientContent, realtimeInput, toolResponse and "
            f"contextUpdate; this one holds {present}."
        )
    return message


def decode_server(frame: bytes | str) -> ServerMessage:
    """Decode what a server sent; messages of unknown kind come back empty.

    Raises
    ------
    WireError
        If it is no JSON object or a field has a wrong type.
    """
    return _decode(frame, _server_decoder, ServerMessage, _server_shape)


def _decode(frame: bytes | str, decoder: msgspec.json.Decoder[M], kind: type[M], shape: Shape) -> M:
    if len(frame) > _LARGE:
        _refuse_bomb(frame)
    plain = ("_" not in frame) if isinstance(frame, str) else (b"_" not in frame)
    if plain:
        try:
            return decoder.decode(frame)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            pass  # the lenient way accepts more, and explains what it refuses
    try:
        tree = _json_decoder.decode(frame)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise WireError(f"The frame is no JSON ({_first_line(error)}).") from None
    if not isinstance(tree, dict):
        raise WireError("The frame is JSON, but no object.")
    try:
        return msgspec.convert(tidied(tree, shape), kind, strict=False)
    except msgspec.ValidationError as error:
        raise WireError(f"Request contains an invalid argument: {_first_line(error)}.") from None


def _refuse_bomb(frame: bytes | str) -> None:
    """Refuse a frame that would be many times its size in memory: millions of empty objects.

    Sound and pictures hold none of these characters, and no history holds so many.
    """
    for mark, most in _MOST.items():
        count = frame.count(mark) if isinstance(frame, str) else frame.count(mark.encode())
        if count > most:
            raise WireError(f"The frame holds more than {most} values; send several smaller ones.")


def _first_line(error: BaseException) -> str:
    """Return the reason without any of the frame's content."""
    return str(error).splitlines()[0].rstrip(".")[:120] if str(error) else type(error).__name__
