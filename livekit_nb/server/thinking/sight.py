"""Answers about what the camera sees, from the little that the server measures in a frame."""

from __future__ import annotations

import re

from livekit_nb.server.thinking.plan import Scene
from livekit_nb.server.thinking.words import join_and

_COLOUR = re.compile(
    r"\b(?:what|which) colou?rs?\b.*\b(?:see|this|that|it|holding|am i|is my|camera|"
    r"looking|wearing|my|show)\b|\bwhat colou?r\b$|\bcolou?r do you see\b"
)
_SEEING = re.compile(
    r"\bwhat (?:do|can|did) you (?:\w+ )?see\b|\bwhat am i (?:holding|showing|wearing|doing)\b|"
    r"\bwhat(?:'s| is) (?:this|that)(?: here| there| thing| object)?$|"
    r"\bwhat(?:'s| is) (?:in (?:front|view|my hand)|on (?:the )?camera|in the (?:picture|"
    r"image|video|frame))\b|\bdescribe (?:what you see|the (?:scene|picture|image|room)|this)\b|"
    r"\blook at (?:this|me|that|my)\b|\bwhat are you (?:seeing|looking at)\b|\bwhat "
    r"is in my hand\b|"
    r"\btell me what you see\b"
)
_CAN = re.compile(
    r"\b(?:can|do) you see (?:me|this|that|it|anything|my|us)\b|\bis (?:the|my) camera (?:on|"
    r"working)\b|\bare you able to see\b"
)
_CODE = re.compile(
    r"\b(?:qr|bar)[ -]?codes?\b|\bwhat does (?:the|this) code say\b|\b(?:read|scan) (?:the|this)"
    r" (?:qr |bar)?code\b"
)
_LIGHT = re.compile(
    r"\bhow (?:bright|dark|light) is\b|\bis it (?:too )?(?:dark|bright|light)(?: (?:in )?here)?$"
)


def answer_about_sight(line: str, scene: Scene | None) -> str | None:
    """Answer a question about the picture.

    Parameters
    ----------
    line : str
        The utterance in lower case without punctuation.
    scene : Scene or None
        What the camera sees; None when no frame came.

    Returns
    -------
    str or None
        The answer, None when the utterance asks nothing of the kind.
    """
    kinds = {
        "colour": _COLOUR, "code": _CODE, "light": _LIGHT, "can": _CAN, "seeing": _SEEING,
    }  # fmt: skip
    asked = next((kind for kind, pattern in kinds.items() if pattern.search(line)), "")
    if not asked:
        return None
    if scene is None:
        return None if asked == "light" else "I can't see anything, the camera is off."
    if scene.covered:
        return "I see nothing, the camera seems to be covered."
    if asked == "colour":
        return f"I see {scene.colour}." if scene.colour else "I see no strong colour."
    if asked == "light":
        return f"It looks {scene.brightness}." if scene.brightness else "I can't tell."
    if asked == "code":
        if scene.codes:
            return f"It says: {join_and(list(scene.codes))}."
        return "I see no code that I can read."
    fragment = scene.describe().strip().rstrip(".")
    if asked == "can":
        return (
            f"Yes, I get your camera. I see {fragment}." if fragment else "Yes, I get your camera."
        )
    extra = f" There is a code that says {join_and(list(scene.codes))}." if scene.codes else ""
    hedge = " I can't name objects." if re.search(r"holding|this|that|hand|wearing", line) else ""
    return f"I see {fragment or 'a picture, but nothing I can name'}.{extra}{hedge}"
