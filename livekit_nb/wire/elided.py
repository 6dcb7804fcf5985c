"""Messages as they may be kept and shown: their text without sound, pictures and secrets.

What is long and only data becomes a placeholder: ``"data":"<1920 bytes of audio>"``, likewise ``of
picture`` and ``of data``; the number is what the base64 stood for. A blob beside a MIME type of
sound or pictures is one at any length, everything else in base64 from 200 characters on. Secrets
become ``<handle>`` and ``<key>``. Everything else stays as it was written, character by character,
up to 64 kB.

:func:`with_audio` puts sound back: placeholders of audio, from the first to the last, stand for
the message's samples in their order.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from typing import Final

__all__ = ["MAX_BODY_BYTES", "elided", "with_audio"]

MAX_BODY_BYTES: Final = 64 * 1024
"""Longer texts are cut, and say how much is missing."""

MAX_READ: Final = 2 * 1024 * 1024
"""Characters; still longer ones would take milliseconds to look through, and are not kept."""

_LONG_FROM = 200
_LONG = re.compile(rf'"([A-Za-z0-9+/_=\\-]{{{_LONG_FROM},}})"')
_BLOB = re.compile(r'"data"\s*:\s*"([A-Za-z0-9+/_=\\-]*)"')
_MIME = re.compile(r'"(?:mimeType|mime_type)"\s*:\s*"(audio|image|video)\\?/')
_HANDLE = re.compile(r'("(?:newHandle|new_handle)"\s*:\s*")(?:[^"\\]|\\.)+"')
_HANDLE_GIVEN = re.compile(r'("handle"\s*:\s*")(?:[^"\\]|\\.)+"')
_KEY = re.compile(r"AIza[0-9A-Za-z_-]{16,}|auth_tokens\\?/[^\s\"\\]+")
_DISGUISED = re.compile(r"\\u00[2-7][0-9a-fA-F]")  # an escaped character that needs no escape
_AUDIO_PLACE = re.compile(r'("data"\s*:\s*)"<(\d+) bytes of audio>"')
_AUDIO_RATE = re.compile(r"(audio\\?/pcm;\s*rate=)\d+")
_WORDS = {"audio": "audio", "image": "picture", "video": "picture"}


def elided(frame: str, secrets: Iterable[str] = (), *, setup: bool = False) -> str:
    """Return a frame's text as it may be kept.

    Parameters
    ----------
    frame : str
        JSON, or what was to be.
    secrets : iterable of str
        What must not be in it, wherever it stands.
    setup : bool
        Whether a ``handle`` in it is one: in a tool's arguments it may be a door's.
    """
    if len(frame) > MAX_READ:
        return f"<{len(frame):,} characters: too long to be kept>"
    text = _plainly(frame) if "\\u00" in frame and _DISGUISED.search(frame) else frame
    if '"data"' in text:
        text = _BLOB.sub(_blob, text)
    if len(text) > _LONG_FROM:
        text = _LONG.sub(lambda found: f'"{_placeholder(found[1], "data")}"', text)
    if "andle" in text:
        text = _HANDLE.sub(r'\1<handle>"', text)
    if setup:
        text = _HANDLE_GIVEN.sub(r'\1<handle>"', text)
    for secret in secrets:
        for spelling in {secret, secret.replace("/", "\\/")}:
            text = text.replace(spelling, "<key>")
    if "AIza" in text or "auth_tokens" in text:
        text = _KEY.sub("<key>", text)
    return text if len(text) * 4 <= MAX_BODY_BYTES else _cut(text)


def with_audio(body: str, pcm: bytes, rate_hz: int = 24_000) -> str:
    """Return a message's text with its sound in it again.

    Parameters
    ----------
    body : str
        As :func:`elided` returned it.
    pcm : bytes
        All of the message's sound, s16le mono; empty for a message whose sound was not kept.
    rate_hz : int
        Its rate. Where it was converted, so that the placeholders' lengths are others, all of it
        stands in the first place, and the MIME type says this rate.
    """
    places = [int(found[2]) for found in _AUDIO_PLACE.finditer(body)]
    if sum(places) != len(pcm):
        body = _AUDIO_RATE.sub(rf"\g<1>{rate_hz}", body)
        places = [len(pcm)] + [0] * (len(places) - 1)
    ends = [sum(places[: n + 1]) for n in range(len(places))]
    pieces = iter([pcm[end - size : end] for end, size in zip(ends, places, strict=True)])
    return _AUDIO_PLACE.sub(
        lambda found: f'{found[1]}"{base64.b64encode(next(pieces)).decode()}"', body
    )


def _blob(found: re.Match[str]) -> str:
    """Replace the data of a blob whose MIME type stands in the same object."""
    text = found.string
    begin = text.rfind("{", 0, found.start())
    end = text.find("}", found.end())
    mime = _MIME.search(text, begin + 1, found.start()) or _MIME.search(
        text, found.end(), len(text) if end < 0 else end
    )
    if mime is None:
        return found[0]
    return f'{found[0][: found.start(1) - found.start()]}{_placeholder(found[1], _WORDS[mime[1]])}"'


def _placeholder(data: str, word: str) -> str:
    length = len(data.replace("\\", "").rstrip("="))
    return f"<{length * 3 // 4} bytes of {word}>"


def _plainly(text: str) -> str:
    """Write JSON without escapes that hide what stands there; what is no JSON stays."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return _DISGUISED.sub(lambda found: chr(int(found[0][2:], 16)), text)


def _cut(text: str) -> str:
    data = text.encode("utf-8", "replace")
    if len(data) <= MAX_BODY_BYTES:
        return text
    kept = data[: MAX_BODY_BYTES - 64].decode("utf-8", "ignore")
    return f"{kept}… <{len(data) - len(kept.encode()):,} more bytes>"
