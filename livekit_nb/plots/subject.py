"""What pictures are drawn of: a recording, or something that has one; and what of it.

A Studio, a session and a Player each have exactly one recording, so who passes one of them means
that; it is drawn as it is at that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Any, Protocol, TypeAlias

from livekit_nb.errors import RecordingError
from livekit_nb.recording import Recording

__all__ = ["Drawable", "HasRecording", "recording_of", "seconds_of"]


class HasRecording(Protocol):
    """What has a recording: a Studio, a session, a Player."""

    @property
    def recording(self) -> Recording:
        """What happened there."""
        ...


Drawable: TypeAlias = Recording | HasRecording
"""What can be drawn."""


def recording_of(subject: Any) -> Recording:
    """Return the recording that is meant.

    Raises
    ------
    RecordingError
        If it is none, and has none.
    """
    if isinstance(subject, Recording):
        return subject
    # Not of what makes something up for any name, such as a mock: it must be a recording.
    held = getattr(subject, "recording", None)
    if isinstance(held, Recording):
        return held
    what = "None" if subject is None else f"of the type {type(subject).__name__}"
    raise RecordingError(
        "A recording is drawn (or a Studio, session or Player, which have one), and this is "
        f"{what}.{_hint(subject)}"
    )


def _hint(subject: object) -> str:
    if isinstance(subject, str | PathLike):
        return " Load it first: live.load(path)."
    if isinstance(subject, Sequence):
        return " Pass recordings one after the other: put a * before it."
    if subject is None:
        return " Where it comes from there was no conversation yet, or nothing is returned."
    return " Pass its recording, such as session.recording."


def seconds_of(name: str, value: Any) -> float | None:
    """Return a time that was given, ``None`` if none was.

    Raises
    ------
    RecordingError
        If it is no number.
    """
    if value is None:
        return None
    try:
        if isinstance(value, str | bool):
            raise TypeError
        return float(value)
    except (TypeError, ValueError):
        raise RecordingError(
            f"{name} is a time in seconds of the recording, such as 12.5, and this is of the type "
            f"{type(value).__name__}."
        ) from None
