"""What a server said, put together again from a recording: its words and its sound.

A recording keeps the text of each message without the sound, and the sound once, as it arrived.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.errors import WireError
from livekit_nb.wire.codec import decode_server
from livekit_nb.wire.messages import Blob, Content, Part, ServerContent, ServerMessage

__all__ = ["AUDIO", "Kept", "Line", "restored"]

AUDIO = "serverContent.audio"
"""The kind of a message that holds nothing but sound."""

_TYPE = f"audio/pcm;rate={OUTPUT_RATE_HZ}"


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
    """

    t: float
    message: ServerMessage
    samples: tuple[int, int] | None = None

    def sounding(self, sound: Callable[[int, int], Any]) -> ServerMessage:
        """Return the message with its sound, which ``sound(first, count)`` returns as int16."""
        if self.samples is None:
            return self.message
        data = sound(*self.samples).astype("<i2").tobytes()
        spoken = Part(inline_data=Blob(data=data, mime_type=_TYPE))
        content = self.message.server_content or ServerContent()
        said = content.model_turn.parts if content.model_turn is not None else []
        turn = Content(role="model", parts=[spoken, *said])
        return msgspec.structs.replace(
            self.message, server_content=msgspec.structs.replace(content, model_turn=turn)
        )


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
    try:
        tree = json.loads(kept.body)
    except ValueError:
        raise WireError(f"The text of a message ({kept.kind}) is damaged.") from None
    _leave_out_media(tree)
    message = msgspec.structs.replace(
        decode_server(json.dumps(tree)),
        setup_complete=None,
        go_away=None,
        session_resumption_update=None,
    )
    if kept.samples is None and message == ServerMessage():
        return None
    return Line(kept.t, message, kept.samples)


def _leave_out_media(tree: Any) -> None:
    """Drop sound and pictures, whose bytes are not in the text."""
    content = _within(tree, "serverContent", "server_content")
    turn = _within(content, "modelTurn", "model_turn")
    if isinstance(turn.get("parts"), list):
        turn["parts"] = [
            part
            for part in turn["parts"]
            if not (isinstance(part, dict) and ("inlineData" in part or "inline_data" in part))
        ]


def _within(tree: Any, *names: str) -> dict[str, Any]:
    """Return the object under the first of these names that there is; empty if there is none."""
    found = [tree[name] for name in names if name in tree] if isinstance(tree, dict) else []
    return found[0] if found and isinstance(found[0], dict) else {}
