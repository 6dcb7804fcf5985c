"""The words of a value as they are wanted: no article, no possessive, no container."""

from __future__ import annotations

import re

from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.words import singular, stem, word_set

_OWNERS = word_set("symbol place room artist person label text")
_PORTIONS = r"orders?|portions?|servings?|helpings?"
_COUNTED_IN = rf"{_PORTIONS}|glass(?:es)?|cups?|mugs?|pints?|bowls?|plates?"


def cleaned(filling: Filling, parameter: Parameter, start: int, end: int) -> str:
    """Return the words of a value as they are wanted: no article, no possessive, no full stop."""
    role = role_of(parameter)
    text = filling.utterance.said(start, end).strip(" \"'.,;:?!")
    if role in _OWNERS and text.endswith("'s"):
        text = text[:-2]
    if role == "person":
        text = re.sub(r"^name (?:of )?(?=\w)", "", text)
    if role == "item":
        text = re.sub(
            rf"^(?:{_COUNTED_IN if _counts_singly(filling) else _PORTIONS}) of ", "", text
        )
    if role in ("item", "genre", "text"):
        text = _without_container(filling, text)
    if role == "item" and _counts_singly(filling):
        text = singular(text)
    names = parameter.words
    if names and names[-1] in ("symbol", "ticker") and len(text) <= 5 and " " not in text:
        text = text.upper() if text.isupper() or "ticker" in parameter.description else text
    return text


def _without_container(filling: Filling, text: str) -> str:
    """Cut "loaf of" when another argument counts the loaves."""
    head, found, rest = text.partition(" of ")
    counted = {
        stem(word)
        for p in filling.tool.slots
        if role_of(p) == "number" and p.name in filling.values
        for word in p.words
    }
    plural = {"loaf": "loav"}.get(head, stem(head))
    return rest if found and {plural, stem(head)} & counted else text


def _counts_singly(filling: Filling) -> bool:
    """Tell whether a number was said for things the tool orders rather than lists."""
    counted = any(p.name in filling.values and role_of(p) == "number" for p in filling.tool.slots)
    lists = "list" in filling.tool.words or "list" in filling.tool.description.lower().split()
    return counted and not lists
