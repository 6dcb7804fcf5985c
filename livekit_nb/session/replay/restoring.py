"""What a server said, put together again from a recording: its words and its sound.

A recording keeps the text of each message without the sound, and the sound once, as it arrived.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.errors import WireError
from livekit_nb.wire.codec import decode_server
from livekit_nb.wire.elided import with_audio
from livekit_nb.wire.messages import Blob, Content, Part, ServerContent, ServerMessage

__all__ = ["AUDIO", "Kept", "Line", "restored"]

AUDIO = "serverContent.audio"
"""The kind of a message that holds nothing but sound."""

_PLACEHOLDER = re.compile(r'"<\d+ bytes of \w+>"')  # of what is no sound


class Kept(Protocol):
    """A message as a recording keeps it."""

    @property
    def t(self) -> float:
        """When it arrived, in seconds of the recording."""
        ...

    @property
    def kind(self) -> str:
        """Which it is, as on the wire."""
        ...

    @property
    def body(self) -> str | None:
        """Its JSON, sound left out; ``None`` if it was not kept."""
        ...

    @property
    def samples(self) -> tuple[int, int] | None:
        """Which of the samples received it carried: the first, and how many."""
        ...


@dataclass(frozen=True)
class Line:
    """Something the server says.

    Attributes
    ----------
    t : float
        When, in seconds of the recording.
    message : ServerMessage
        Without its sound.
    samples : (int, int) or None
        Its sound: the first of the samples received, and how many.
    body : str or None
        Its text, if there was more than sound.
    """

    t: float
    message: ServerMessage
    samples: tuple[int, int] | None = None
    body: str | None = None

    def sounding(self, sound: Callable[[int, int], Any]) -> ServerMessage:
        """Return the message with its sound, which ``sound(first, count)`` returns as int16."""
        if self.samples is None:
            return self.message
        pcm = sound(*self.samples).astype("<i2").tobytes()
        if self.body is not None:
            return _decoded(self.body, pcm)
        spoken = Part(inline_data=Blob(data=pcm, mime_type=f"audio/pcm;rate={OUTPUT_RATE_HZ}"))
        content = ServerContent(model_turn=Content(role="model", parts=[spoken]))
        return ServerMessage(server_content=content)


def restored(kept: Kept) -> Line | None:
    """Return what was said, without what concerned the connection then.

    Returns
    -------
    Line or None
        ``None`` if nothing is left: a handle, an announcement that the connection ends, or sound
        that was not kept since nobody heard it.

    Raises
    ------
    WireError
        If its text was not kept, or cannot be read.
    """
    if kept.kind == AUDIO and kept.body is None:
        return None if kept.samples is None else Line(kept.t, ServerMessage(), kept.samples)
    if kept.body is None:
        raise WireError(f"The text of a message ({kept.kind}) was not kept.")
    message = _decoded(kept.body, b"")
    if kept.samples is None and message == ServerMessage():
        return None
    return Line(kept.t, message, kept.samples, kept.body)


def _decoded(body: str, pcm: bytes) -> ServerMessage:
    message = decode_server(_PLACEHOLDER.sub('""', with_audio(body, pcm)))
    return msgspec.structs.replace(
        message, setup_complete=None, go_away=None, session_resumption_update=None
    )
