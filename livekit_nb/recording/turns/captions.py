"""What the user said, put together from captions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from livekit_nb.audio.activity import Segment

__all__ = ["Said", "joined"]


class Said(NamedTuple):
    """A caption of the user, or a typed text; ``final=False`` may still be replaced."""

    t: float
    text: str
    final: bool


def joined(captions: Sequence[Said], speech: Sequence[Segment]) -> str:
    """Text of a turn's captions: fragments concatenated, an interim one replaced by the next."""
    utterances = any(not caption.final for caption in captions)
    pieces: list[Said] = []
    for caption in captions:
        if pieces and not pieces[-1].final:
            pieces.pop()
        pieces.append(caption)
    text = ""
    before_s = 0.0
    for piece in pieces:
        # Fragments bring their own spaces; whole utterances and what follows a pause do not.
        paused = any(before_s < segment.start_s < piece.t for segment in speech)
        apart = text[-1:].strip() and piece.text[:1].strip()
        text += " " + piece.text if apart and (utterances or paused) else piece.text
        before_s = piece.t
    return text.strip()
