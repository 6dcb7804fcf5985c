"""Answers about what the camera sees, from the little that the server finds in a picture."""

from __future__ import annotations

import re

from livekit_nb.server.thinking.plan import Scene
from livekit_nb.server.thinking.words import Utterance, join_and

__all__ = ["answer_about_sight", "closer_look"]

LIKELY = 0.6  #: how sure a guess must be to be given as what it looks like
POSSIBLE = 0.4  #: and as what it might be; below, the thing is not recognised
_NO_NAMES = "What things are, I can't tell here."
MAX_SPOKEN = 240  #: characters of print that are read out

_THING = (
    r"(?:this|that|it|my (?:shirt|t-shirt|cup|mug|badge|hat|sign|book)|"
    r"the (?:sign|label|page|paper|card|note|screen|picture|book|text|print))"
)
_CHANGED = re.compile(
    r"\bwhat(?:'s| is| has| did| have)? (?:i |you see )?(?:just )?(?:changed?|different)\b"
    r"(?! (?:in|on|about|with|to|for|from) (?!the (?:picture|image|frame|view|room)\b))|"
    r"\b(?:did|has|have|is) (?:anything|something) (?:changed?|different|moved?)\b|"
    r"\bwhat(?:'s| is) (?:the )?(?:difference|different) (?:now|to before|from before)\b|"
    r"\b(?:do|can|did) you (?:see|notice) (?:any|a|the) (?:change|changes|difference)\b"
)
_COVERED = re.compile(
    r"\bis (?:the|my) (?:camera|lens|webcam)(?: \w+)? (?:covered|blocked|closed|dark|open|free)\b|"
    r"\b(?:camera|lens) cover(?:ed)?\b(?=.*\b(?:is|on|off|open|closed)\b)|"
    r"\bam i (?:covering|blocking) (?:the|my) (?:camera|lens)\b"
)
_PRINT = re.compile(
    rf"\bwhat (?:does|do) {_THING}(?: \w+)? say\b(?! about\b)|"
    rf"\bwhat(?:'s| is) (?:written|printed)\b|"
    rf"\b(?:can|could) you read {_THING}\b|^(?:please |now )*read (?:me )?{_THING}\b"
    r"(?! (?:list|message|messages|mail|news|story|back|again)\b)|"
    r"\bwhat (?:text|words?) (?:do|can) you (?:see|read)\b|\bis there any (?:text|writing|print)\b|"
    r"\b(?:something|anything) (?:written|printed)\b|"
    r"\bread (?:it|this|that|the text) (?:out|aloud)\b|\bwhat(?:'s| is) (?:on|in) (?:the|this) "
    r"(?:sign|label|page|paper|card|note|book)\b"
)
_SHOWN = re.compile(r"\b(?:this|that|sign|label|picture|shirt|mug|badge)\b")
_COLOUR = re.compile(
    r"\b(?:what|which) colou?rs?\b.*\b(?:see|this|that|it|holding|am i|is my|camera|"
    r"looking|wearing|my|show)\b|\bwhat colou?r\b$|\bcolou?r do you see\b"
)
_OBJECT = re.compile(
    r"\bwhat am i (?:holding|showing|wearing|doing)\b|"
    r"\bwhat(?:'s| is) (?:this|that)(?: here| there| thing| object)?$|"
    r"\bwhat(?:'s| is) (?:in (?:front|my hands?)|in front of the camera)\b|"
    r"\b(?:can|do) you recogni[sz]e (?:this|that|it|what)\b|"
    r"\bwhat (?:thing|object|item) (?:is|do)\b|\bwhat kind of (?:thing|object) is\b|"
    r"\bguess what (?:this|that|i)\b|\bwhat have i got in my hands?\b|"
    r"\bwhat do you think (?:this|that) is\b|\bwhat(?:'s| is) (?:this|that) (?:i'm|i am) \w+$"
)
_BEYOND = re.compile(
    r"^who (?:is|am i|are we)(?: (?:this|that|here|there))?(?: (?:in|on) .*)?$|"
    r"\bwho (?:do|can) you see\b|\bhow many (?:fingers|people|things|of them)\b"
    r".*\b(?:am i|do you see|can you see|are there|picture|camera)\b|"
    r"\b(?:do|can) you recogni[sz]e (?:me|my face|him|her|us)\b"
)
_SEEING = re.compile(
    r"\bwhat (?:do|can|did) you (?:\w+ )?see\b|"
    r"\bwhat(?:'s| is) (?:in view|on (?:the )?camera|in the (?:picture|"
    r"image|video|frame))\b|\bdescribe (?:what you see|the (?:scene|picture|image|room)|this)\b|"
    r"\blook at (?:this|me|that|my)\b|\bwhat are you (?:seeing|looking at)\b|"
    r"\btell me what you see\b"
)
_CAN = re.compile(
    r"\b(?:can|do) you see (?:me|this|that|it|anything|my|us)\b|\bis (?:the|my) camera (?:on|"
    r"working)\b|\bare you able to see\b"
)
_CODE = re.compile(
    r"\b(?:qr|bar)[ -]?codes?\b|\bwhat does (?:the|this) code say\b|\b(?:read|scan) (?:the|this|"
    r"that|my) (?:qr |bar)?code\b|^(?:please )?scan (?:this|that|it)\b"
)
_LIGHT = re.compile(
    r"\bhow (?:bright|dark|light) is\b|\bis it (?:too )?(?:dark|bright|light)(?: (?:in )?here)?$"
)
_KINDS = {
    "change": _CHANGED, "covered": _COVERED, "code": _CODE, "colour": _COLOUR, "print": _PRINT,
    "beyond": _BEYOND, "light": _LIGHT, "can": _CAN, "object": _OBJECT, "seeing": _SEEING,
}  # fmt: skip
_CLOSER = {
    "change": frozenset({"text", "things", "changes"}),
    "print": frozenset({"text"}),
    "object": frozenset({"things", "label"}),
    "seeing": frozenset({"text", "things"}),
}


def closer_look(text: str) -> frozenset[str] | None:
    """Tell what must be looked for in the picture to answer an utterance.

    Parameters
    ----------
    text : str
        Recognised or typed English.

    Returns
    -------
    frozenset of str or None
        Any of ``text``, ``things``, ``label`` (text, if the thing is not recognised) and
        ``changes``; empty where a glance is enough, None when the
        utterance is about something else.
    """
    asked = _asked(Utterance(text).line)
    return _CLOSER.get(asked, frozenset()) if asked else None


def _asked(line: str) -> str:
    return next((kind for kind, pattern in _KINDS.items() if pattern.search(line)), "")


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
    asked = _asked(line)
    if not asked:
        return None
    if scene is None:
        # Without a camera it may be about a message, a note or a talk that was had before.
        vague = asked == "print" and not _SHOWN.search(line)
        if vague or asked in ("light", "change", "beyond"):
            return None
        return "I can't see anything, the camera is off."
    if asked == "change" and scene.changes is not None:
        return _changes(scene)
    if asked == "covered":
        return _covered(scene)
    if scene.covered:
        return "I see nothing, the camera seems to be covered."
    if asked == "change":
        return f"{scene.lacking or 'I have seen only one picture so far'}."
    if asked == "beyond":
        return "That I can't see: I do not recognise people, and I do not count."
    if asked == "colour":
        return f"I see {scene.colour}." if scene.colour else "I see no strong colour."
    if asked == "light":
        return f"It looks {scene.brightness}." if scene.brightness else "I can't tell."
    if asked == "code":
        if scene.codes:
            return f"It says: {join_and(list(scene.codes))}."
        return "I see no code that I can read."
    if asked == "print":
        return _print(scene)
    fragment = scene.describe().strip().rstrip(".")
    if asked == "can":
        return (
            f"Yes, I get your camera. I see {fragment}." if fragment else "Yes, I get your camera."
        )
    seen = f"I see {fragment or 'a picture'}."
    thing = _thing(scene) if asked == "object" or scene.guesses is not None else _NO_NAMES
    said = f" It says: {_shortened(scene.text)}." if scene.text else ""
    if asked == "object":
        return f"{thing or 'I do not recognise what it is.'} {seen}{said}"
    return f"{seen} {thing}{said}".strip()


def _thing(scene: Scene) -> str:
    """Guess what it is, as a sentence; ``""`` where the guess would be too unsure."""
    if scene.guesses is None:
        return f"{scene.lacking or 'I have not looked what it is'}."
    found = list(scene.guesses)
    name, sureness = found[0] if found else ("", 0.0)
    if sureness >= LIKELY:
        return f"It looks like {name}."
    if sureness >= POSSIBLE:
        others = [f" or {other}" for other, sure in found[1:2] if sure >= POSSIBLE / 2]
        return f"It might be {name}{''.join(others)}, but I am not sure."
    return ""


def _print(scene: Scene) -> str:
    if scene.text:
        return f"It says: {_shortened(scene.text)}."
    codes = f"There is a code that says {join_and(list(scene.codes))}." if scene.codes else ""
    if scene.text is None:
        return f"{scene.lacking or 'I have not looked for print'}. {codes}".strip()
    return f"I see no print that I can read. {codes}".strip()


def _shortened(lines: tuple[str, ...]) -> str:
    said = ", ".join(line.rstrip(".,;: ") for line in lines)
    if len(said) <= MAX_SPOKEN:
        return said
    return f"{said[:MAX_SPOKEN].rsplit(' ', 1)[0]}, and more"


def _covered(scene: Scene) -> str:
    if scene.covered:
        return "Yes, I see nothing but black, so it seems to be covered."
    if scene.even:
        return (
            f"It may be: all I see is one even {scene.colour or 'surface'}. It is covered, or it "
            "looks at something plain."
        )
    return f"No, I see {scene.describe().rstrip('.')}."


def _changes(scene: Scene) -> str:
    assert scene.changes is not None
    if not scene.changes:
        said = "Nothing that I can tell."
    else:
        told = join_and(list(scene.changes))
        said = f"{told[:1].upper()}{told[1:]}."
    return f"{said} {scene.lacking}.".strip() if scene.lacking else said
