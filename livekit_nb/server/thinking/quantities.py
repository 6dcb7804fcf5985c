"""Numbers as people say them: "twenty five", "two and a half", "a dozen", "minus three"."""

from __future__ import annotations

from collections.abc import Sequence

from livekit_nb.server.thinking.words import word_list, word_set

ONES = {
    w: n
    for n, w in enumerate(
        word_list(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen"
        )
    )
}
TENS = {
    w: 10 * (n + 2)
    for n, w in enumerate(word_list("twenty thirty forty fifty sixty seventy eighty ninety"))
}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
ORDINALS = {
    w: n + 1
    for n, w in enumerate(
        word_list(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
            "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth "
            "twentieth"
        )
    )
} | {"thirtieth": 30}
_SMALL = ONES | TENS
_NOT_BEFORE_ONE = word_set("this that which another the no any every each")


def number_at(words: Sequence[str], start: int) -> tuple[float, int] | None:
    """Read a number that begins at a word.

    Parameters
    ----------
    words : Sequence of str
        Lower-case words.
    start : int
        Where it should begin.

    Returns
    -------
    tuple of (float, int) or None
        The value and the index after its last word.
    """
    if start >= len(words):
        return None
    word = words[start]
    if word in ("minus", "negative"):
        rest = number_at(words, start + 1)
        return (-rest[0], rest[1]) if rest else None
    if word == "one" and start and words[start - 1] in _NOT_BEFORE_ONE:
        return None
    if (
        word == "one"
        and start + 1 == len(words)
        and {"a", "an", "the"} & set(words[start - 2 : start])
    ):
        return None  # "a large one"
    return _vague(words, start) or _cardinal(words, start)


def _vague(words: Sequence[str], start: int) -> tuple[float, int] | None:
    """Read dozens, couples and halves."""
    rest = tuple(words[start : start + 4])
    if rest[:3] == ("half", "a", "dozen"):
        return 6.0, start + 3
    if rest[:2] == ("a", "dozen"):
        return 12.0, start + 2
    if rest[:1] == ("dozen",):
        return 12.0, start + 1
    if rest[:3] == ("a", "couple", "of"):
        return 2.0, start + 3
    if rest[:2] == ("a", "couple"):
        return 2.0, start + 2
    if rest[:3] == ("three", "quarters", "of"):
        return 0.75, start + 3
    if rest[:2] == ("three", "quarters"):
        return 0.75, start + 2
    if rest[:1] == ("halfway",):
        return 0.5, start + 1
    for lead in (("a",), ()):
        n = len(lead)
        if rest[:n] == lead and rest[n : n + 1] in (("half",), ("quarter",)):
            if rest[n + 1 : n + 2] in (("past",), ("to",)):
                return None
            end = start + n + 1 + (rest[n + 1 : n + 2] == ("of",))
            return (0.5 if rest[n] == "half" else 0.25), end
    return None


def _cardinal(words: Sequence[str], start: int) -> tuple[float, int] | None:
    total = 0.0
    current = 0.0
    index = start
    last = ""
    while index < len(words):
        word = words[index]
        digits = digits_value(word)
        after_tens = last == "tens" and 0 < ONES.get(word, 0) < 10
        if digits is not None and last == "":
            current, last = digits, "digits"
        elif word in ONES and (after_tens or last in ("", "hundred", "scale", "and")):
            current, last = current + ONES[word], "ones"
        elif word in TENS and last in ("", "hundred", "scale", "and"):
            current, last = current + TENS[word], "tens"
        elif word == "a" and last == "" and _at(words, index + 1) in SCALES:
            current, last = 1.0, "a"
        elif word in SCALES and last not in ("", "and"):
            if word == "hundred":
                current, last = current * 100, "hundred"
            else:
                total, current, last = total + current * SCALES[word], 0.0, "scale"
        elif word == "and" and last in ("hundred", "scale") and _at(words, index + 1) in _SMALL:
            last = "and"
        else:
            break
        index += 1
    if last == "":
        return None
    value = total + current
    if _at(words, index) == "point" and _at(words, index + 1) in ONES:
        index += 1
        decimals = ""
        while (digit := _at(words, index)) in ONES and ONES[digit] < 10:
            decimals += str(ONES[digit])
            index += 1
        value += float(f"0.{decimals}")
    for tail, part in ((("and", "a", "half"), 0.5), (("and", "a", "quarter"), 0.25)):
        if tuple(words[index : index + 3]) == tail:
            value, index = value + part, index + 3
    if tuple(words[index : index + 1]) == ("dozen",):
        value, index = value * 12, index + 1
    return value, index


def _at(words: Sequence[str], index: int) -> str:
    return words[index] if index < len(words) else ""


def digits_value(word: str) -> float | None:
    """Return the value of a number in digits ("1,250", "2.5"), None for anything else."""
    try:
        return float(word.replace(",", "")) if word[:1].isdigit() else None
    except ValueError:
        return None


def ordinal_at(words: Sequence[str], start: int) -> tuple[int, int] | None:
    """Read an ordinal ("third", "twenty first", "21 st") and return it with the index after it."""
    word = _at(words, start)
    if word in ORDINALS:
        return ORDINALS[word], start + 1
    following = _at(words, start + 1)
    if word in TENS and ORDINALS.get(following, 99) < 10:
        return TENS[word] + ORDINALS[following], start + 2
    if word.isdigit() and following in ("st", "nd", "rd", "th"):
        return int(word), start + 2
    return None


def plain(value: float) -> int | float:
    """Return an int when the value is whole, else the value rounded to 6 decimals."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
