"""Slips that are mended at once: "a timer for five, no, ten minutes", "Paris, sorry, Rome"."""

from __future__ import annotations

import re
from datetime import datetime

from livekit_nb.server.thinking.choosing import Chooser
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.followup import changes_by
from livekit_nb.server.thinking.quantities import number_at
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.slots import fill
from livekit_nb.server.thinking.words import Utterance

__all__ = ["mended"]

_MARK = re.compile(
    r"(?:,|\.|;|\s-|\s\u2013|\.\.\.)\s*(?:(?:no|oh|sorry|wait|um|uh|hold on|scratch that|"
    r"correction|i mean|i meant|i'm sorry|actually|or rather|rather|or no|make (?:it|that)|"
    r"excuse me)\b[,.\s]*)+",
    re.I,
)
_PLAIN_MARK = re.compile(
    r"\s(?:(?:no wait|wait no|no sorry|sorry no|no make (?:it|that)|no i mean|no i meant|i mean|"
    r"i meant|or rather|scratch that|no actually|no)\s)",
    re.I,
)


def mended(chooser: Chooser, utterance: Utterance, now: datetime) -> Filling | None:
    """Read a request whose speaker corrects a part of it.

    Parameters
    ----------
    chooser : Chooser
        Knows the tools.
    utterance : Utterance
        The whole turn.
    now : datetime
        For relative dates.

    Returns
    -------
    Filling or None
        The request with what was put right; None when nothing is corrected.
    """
    halves = _halves(utterance)
    if halves is None:
        return None
    first, second = halves
    best = chooser.choose(first, now)[0]
    if not best.is_sure or not best.filling.values:
        return None
    if any(role_of(p) == "body" and p.name in best.filling.framed for p in best.tool.slots):
        return None  # "Tell Anna that I am late, sorry about that" is all one message
    known = {name: values[0] for name, values in best.filling.values.items()}
    changed = changes_by(best.tool, known, second, now)
    if not changed.keys() & known.keys():
        return None  # "for Monday, no mat" takes nothing back
    rest = fill(best.tool, second, now).values
    values = {name: found for name, found in rest.items() if name not in known}
    filling = best.filling
    filling.values = {**filling.values, **values, **changed}
    return filling


def _halves(utterance: Utterance) -> tuple[Utterance, Utterance] | None:
    """Return what was said before the slip was noticed, and what was said then."""
    text = utterance.text
    found = _MARK.search(text)
    if found is None:
        found = _PLAIN_MARK.search(text)
        if found is None or (found.group().strip() == "no" and not _between_alike(text, found)):
            return None
    first, second = Utterance(text[: found.start()]), Utterance(text[found.end() :])
    return (first, second) if len(first) > 1 and len(second) else None


def _between_alike(text: str, found: re.Match[str]) -> bool:
    """Tell whether a bare "no" stands between two numbers or two names, not before a noun."""
    left, right = Utterance(text[: found.start()]), Utterance(text[found.end() :])
    if not len(left) or not len(right):
        return False
    numbers = number_at(left.lows[-1:], 0) and number_at(right.lows, 0)
    return bool(numbers) or (left.words[-1].is_capital and right.words[0].is_capital)
