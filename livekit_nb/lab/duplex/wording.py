"""Word error rates."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["error_rate", "word_errors", "words_of"]

_SMALL = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
)
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_SAME = {
    "ok": "okay",
    "mom": "mother",
    "colour": "color",
    "favourite": "favorite",
    "metre": "meter",
}
_HESITATIONS = {"um", "uh", "er", "hmm"}
_HOURS = re.compile(r"\b(\d{1,2}):00\b")


def words_of(text: str) -> list[str]:
    """Return the words to be compared.

    Without case, punctuation and hesitations; numbers below a hundred in words, and a few
    spellings in one form. "o'clock" stays, "7:00" is "seven".
    """
    plain = _HOURS.sub(r"\1", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    found: list[str] = []
    for word in re.findall(r"\d+|[a-z]+(?:'[a-z]+)*", plain):
        if word.isdigit() and int(word) < 100:
            number = int(word)
            found += [_SMALL[number]] if number < 20 else [_TENS[number // 10 - 2]]
            if number >= 20 and number % 10:
                found.append(_SMALL[number % 10])
        elif word not in _HESITATIONS:
            found.append(_SAME.get(word, word))
    return found


def word_errors(said: str, recognised: str) -> tuple[int, int]:
    """Return how many words were left out, put in or exchanged, and how many there were."""
    wanted, got = words_of(said), words_of(recognised)
    row = list(range(len(got) + 1))
    for at, word in enumerate(wanted, 1):
        above, row[0] = row[0], at
        for n, other in enumerate(got, 1):
            change = above + (word != other)
            above, row[n] = row[n], min(change, row[n] + 1, row[n - 1] + 1)
    return row[-1], len(wanted)


def error_rate(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Return errors per word over pairs of what was said and what was recognised."""
    counts = [word_errors(said, recognised) for said, recognised in pairs]
    total = sum(words for _, words in counts)
    return sum(errors for errors, _ in counts) / total if total else None
