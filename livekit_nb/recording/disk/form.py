"""Names and versions of the ``.liverec`` form; ``docs/liverec.md`` describes it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from livekit_nb.errors import RecordingError

__all__ = [
    "AUDIO_SIDES",
    "FORMAT",
    "HEADER",
    "INDEX",
    "JOURNAL",
    "MINUTE_S",
    "VERSION",
    "audio_name",
    "check_header",
    "decoded",
    "encoded",
    "frame_name",
    "header",
    "open_private",
]

FORMAT: Final = "livekit-nb recording"
VERSION: Final = 1
"""Of the form. A reader refuses a newer one; within a version, what it does not know it skips."""

HEADER: Final = "recording.json"
JOURNAL: Final = "journal.jsonl"
INDEX: Final = "index.npz"

AUDIO_SIDES: Final[dict[str, int]] = {"user": 16_000, "agent": 24_000, "received": 24_000}
"""Whose sound is kept, and its sample rate in Hz."""

MINUTE_S: Final = 60
"""Seconds of sound in one file."""


def audio_name(side: str, minute: int, *, running: bool = False) -> str:
    """Return where the sound of a minute is: FLAC, or WAV while the minute is going on."""
    return f"audio/{side}-{minute:04d}.{'wav' if running else 'flac'}"


def frame_name(number: int) -> str:
    """Return where the picture of a frame is."""
    return f"frames/{number:06d}.jpg"


def header(details: Mapping[str, Any]) -> bytes:
    """Return ``recording.json``: what form this is, and ``details``."""
    told = {"format": FORMAT, "version": VERSION, "rates_hz": AUDIO_SIDES, **details}
    return json.dumps(told, indent=1).encode() + b"\n"


def check_header(data: bytes, where: Path) -> dict[str, Any]:
    """Read ``recording.json``.

    Raises
    ------
    RecordingError
        If it is none, or of a newer form than this package knows.
    """
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise RecordingError(
            f"{where} is no recording: its {HEADER} does not say so. live.load takes what "
            "recording.save or record= has written."
        )
    version = told.get("version")
    if not isinstance(version, int) or version > VERSION:
        shown = version if isinstance(version, int) else "unknown"
        raise RecordingError(
            f"{where} has version {shown} of the .liverec form, and this livekit-nb knows versions "
            f"up to {VERSION}. Update it: %pip install -U livekit-nb."
        )
    return told


def encoded(line: Mapping[str, Any]) -> bytes:
    """Write a line of the journal, with its end. Numbers that JSON has none for become null."""
    try:
        return msgspec.json.encode(line) + b"\n"
    except (UnicodeEncodeError, OverflowError):
        # Half characters, which JSON can hold as an escape only.
        return json.dumps(line).encode() + b"\n"


def decoded(data: bytes) -> Any:
    """Read a line of the journal.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        try:
            return json.loads(data)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def open_private(path: Path, flags: int) -> int:
    """Open a file that only its owner may read: what was said is nobody else's business."""
    return os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
