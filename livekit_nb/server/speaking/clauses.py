"""Where a text is cut, so that its first words can be heard while the rest is still computed."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["LONGEST_CLAUSE", "clauses", "ready"]

LONG_FIRST_CLAUSE = 36  #: characters; a longer first sentence is begun with its first clause
LONGEST_CLAUSE = 220


def clauses(text: str, *, begun: bool = False) -> list[str]:
    """Cut text into pieces to be spoken one after the other; joined they are `text`.

    Sentences are kept whole for the sake of their melody, but a long first one is begun with its
    first clause, and very long ones are cut at punctuation or, at worst, between words.

    Parameters
    ----------
    text : str
    begun : bool
        Whether something is being said already, so that nobody waits for the first words.
    """
    pieces: list[str] = []
    for sentence in _sentences(text):
        rest = sentence
        if not (begun or pieces) and len(rest) > LONG_FIRST_CLAUSE:
            at = _cut(rest, re.compile(r"(?<=\w\w)[,;:—]\s+"), earliest=8, latest=len(rest) - 8)
            if at:
                pieces.append(rest[:at])
                rest = rest[at:]
        while len(rest) > LONGEST_CLAUSE:
            at = (
                _cut(rest, re.compile(r"[,;:—]\s+"), LONGEST_CLAUSE // 3, LONGEST_CLAUSE)
                or _cut(rest, re.compile(r"\s+"), LONGEST_CLAUSE // 2, LONGEST_CLAUSE)
                or LONGEST_CLAUSE
            )
            pieces.append(rest[:at])
            rest = rest[at:]
        pieces.append(rest)
    return pieces


def ready(text: str, *, begun: bool) -> int:
    """Return how much of a text that is still being written is a piece by itself already.

    Parameters
    ----------
    text : str
        Its beginning, as far as it is there.
    begun : bool
        As in :func:`clauses`.

    Returns
    -------
    int
        Characters of the first piece; 0 while it may go on.
    """
    first = next(_sentences(text), "")
    whole = text.startswith(first) and (len(first) < len(text) or first.endswith("\n"))
    if not whole and (begun or len(first) <= LONG_FIRST_CLAUSE) and len(first) <= LONGEST_CLAUSE:
        return 0
    pieces = clauses(first, begun=begun)
    return len(pieces[0]) if pieces and (whole or len(pieces) > 1) else 0


def _sentences(text: str) -> Iterator[str]:
    """Cut after sentence ends, keeping white space; "Dr. Smith" and "3.5" are no ends."""
    start = 0
    for match in re.finditer(r"(?<=[.!?…])[\"”\u2019)\]]*\s+(?=[^\sa-z])|\n+", text):
        word = text[start : match.start()].rsplit(None, 1)[-1:]
        if word and re.fullmatch(r"(Dr|Mr|Mrs|Ms|St|Prof|No|[A-Z])\.", word[0]):
            continue
        if text[start : match.end()].strip():
            yield text[start : match.end()]
            start = match.end()
    if text[start:].strip():
        yield text[start:]


def _cut(text: str, pattern: re.Pattern[str], earliest: int, latest: int) -> int | None:
    """End of the first match between the two positions, or None."""
    for match in pattern.finditer(text):
        if earliest <= match.end() <= latest:
            return match.end()
    return None
