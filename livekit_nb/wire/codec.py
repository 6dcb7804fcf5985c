"""Frames to messages and back.

Writing is strict: camelCase, standard base64, nothing that was not set. Reading is lenient, as
the service is, because the official SDKs mix snake_case with camelCase within one message and
write base64 in the URL-safe alphabet: a frame is decoded straight into structs when it is plain,
and re-cased first when it is not.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, TypeVar

import msgspec

from livekit_nb.errors import WireError
from livekit_nb.wire.messages import ClientMessage, ServerMessage

__all__ = ["decode_client", "decode_server", "encode"]

M = TypeVar("M", ClientMessage, ServerMessage)

_encoder = msgspec.json.Encoder()
_client_decoder = msgspec.json.Decoder(ClientMessage)
_server_decoder = msgspec.json.Decoder(ServerMessage)
_json_decoder = msgspec.json.Decoder()

# Values under these keys are the user's own JSON and keep their spelling.
_OPAQUE = frozenset(
    {"args", "response", "parameters", "parametersJsonSchema", "responseJsonSchema", "labels"}
)
_SNAKE = re.compile(r"_([a-z0-9])")
_MAX_DEPTH = 64


def encode(message: ClientMessage | ServerMessage) -> bytes:
    """Return `message` as UTF-8 JSON, as the wire wants it."""
    return _encoder.encode(message)


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
    message = _decode(frame, _client_decoder, ClientMessage)
    present = [name for name in ClientMessage.__struct_fields__ if getattr(message, name)]
    if len(present) != 1:
        raise WireError(
            "A client message holds exactly one of setup, clientContent, realtimeInput and "
            f"toolResponse; this one holds {len(present)}."
        )
    return message


def decode_server(frame: bytes | str) -> ServerMessage:
    """Decode what a server sent; messages of unknown kind come back empty.

    Raises
    ------
    WireError
        If it is no JSON object or a field has a wrong type.
    """
    return _decode(frame, _server_decoder, ServerMessage)


def _decode(frame: bytes | str, decoder: msgspec.json.Decoder[M], kind: type[M]) -> M:
    plain = ("_" not in frame) if isinstance(frame, str) else (b"_" not in frame)
    if plain:
        try:
            return decoder.decode(frame)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            pass  # the lenient way accepts more, and explains what it refuses
    try:
        tree = _json_decoder.decode(frame)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(f"The frame is no JSON ({_first_line(error)}).") from None
    if not isinstance(tree, dict):
        raise WireError("The frame is JSON, but no object.")
    try:
        return msgspec.convert(_recased(tree, 0), kind, strict=False)
    except msgspec.ValidationError as error:
        raise WireError(f"Request contains an invalid argument: {_first_line(error)}.") from None


def _recased(value: Any, depth: int) -> Any:
    """Return JSON with camelCase keys and standard base64, leaving the user's own JSON alone."""
    if depth > _MAX_DEPTH:
        raise WireError(f"The frame is nested more than {_MAX_DEPTH} levels deep.")
    if isinstance(value, list):
        return [_recased(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for key, item in value.items():
        name = _SNAKE.sub(lambda match: match[1].upper(), key) if "_" in key else key
        if name in _OPAQUE:
            result[name] = item
        elif name == "data" and isinstance(item, str):
            result[name] = _from_base64(item)
        else:
            result[name] = _recased(item, depth + 1)
    return result


def _from_base64(text: str) -> bytes:
    """Decode either alphabet, padded or not."""
    standard = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise WireError("A data field holds no base64.") from None


def _first_line(error: BaseException) -> str:
    """Return the reason without any of the frame's content."""
    return str(error).splitlines()[0].rstrip(".")[:120] if str(error) else type(error).__name__
