"""Names and codes that are spelled: "S M I T H", "K as in Kilo, R as in Romeo, 4 1 7".

What is spelled is joined before anything else looks at the words: letters to a name, letters and
digits to a code. A name that is said and then spelled is taken as it was spelled.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from livekit_nb.server.thinking.quantities import ONES
from livekit_nb.server.thinking.words import word_list

__all__ = ["joined_spelling"]

_DIGITS = {word: str(value) for word, value in ONES.items() if value < 10} | {"oh": "0"}
_ALPHABET = frozenset(
    word_list(
        "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima "
        "mike november oscar papa quebec romeo sierra tango uniform victor whiskey whisky "
        "xray yankee zulu"
    )
)
_JOINTS = {"dash": "-", "hyphen": "-", "minus": "-", "dot": ".", "underscore": "_", "slash": "/"}
_TIMES = {"double": 2, "triple": 3}
_TOKEN = re.compile(r"[\w']+")
_AS_IN = re.compile(r"^ (?:as in|like in|like|for|as) ([A-Za-z]+)", re.I)
_BETWEEN = re.compile(r"^(?:,? (?:and |then )?|[ -]+)$")
_NAME_LENGTH = 3
_INTRODUCED = re.compile(
    r"(?P<name>\b[\w'-]+),? (?:and )?(?:(?:that's|that is|it's|it is|which is|i|we) )*"
    r"(?:spelled|spelt|spelling(?: is)?|spell it)?[,:]? ?$",
    re.I,
)
_LIKE = 0.4  # how much of a name must sound in what is spelled for it


def joined_spelling(text: str) -> str:
    """Join what is spelled.

    >>> joined_spelling("The name is S M I T H.")
    'The name is Smith.'
    >>> joined_spelling("Ticket K as in Kilo, R as in Romeo, 4 1 7, please")
    'Ticket KR417, please'
    >>> joined_spelling("I am Katherin, spelled K A T H R Y N")
    'I am Kathryn'
    >>> joined_spelling("Is it a B or a C?")
    'Is it a B or a C?'
    """
    tokens = list(_TOKEN.finditer(text))
    out, done, index = "", 0, 0
    while index < len(tokens):
        letters, after = _run(text, tokens, index)
        if letters is None:
            index += 1
            continue
        lead = text[done : tokens[index].start()]
        is_name = letters.isalpha() and len(letters) >= _NAME_LENGTH
        introduced = _INTRODUCED.search(lead) if letters.isalpha() else None
        if introduced and (
            "spel" in introduced.group().lower() or _sounds_in(introduced["name"], letters)
        ):
            lead = lead[: introduced.start()]
        out += lead + (letters.capitalize() if is_name else letters)
        done, index = tokens[after - 1].end(), after
    return out + text[done:]


def _sounds_in(name: str, letters: str) -> bool:
    """Tell whether a name may be what was then spelled."""
    one, other = name.lower(), letters.lower()
    return one[:1] == other[:1] and SequenceMatcher(None, one, other).ratio() >= _LIKE


def _run(text: str, tokens: list[re.Match[str]], start: int) -> tuple[str | None, int]:
    """Read a run of spelled characters; None when there is none, else it and the index after it."""
    said = ""
    index = start
    counted, explained = 0, False
    while index < len(tokens):
        if index > start and not _BETWEEN.match(
            text[tokens[index - 1].end() : tokens[index].start()]
        ):
            break
        piece, after, is_explained = _character(text, tokens, index, bool(said))
        if not piece:
            break
        said += piece
        counted += 1
        explained |= is_explained
        index = after
    said = said.rstrip("-._/")
    letters = sum(char.isalpha() for char in said)
    digits = sum(char.isdigit() for char in said)
    singles = re.sub(r"[-._/]", "", said)
    if letters and singles.lower() in ("a", "i", "ai", "ia", "x", "aa"):
        return None, start
    is_code = letters >= 1 and digits >= 1 and counted >= 3
    is_name = letters >= 3 and not digits
    written = text[tokens[start].start()].isdigit()
    is_number = not letters and digits >= 3 and counted >= 3 and written
    return (said, index) if explained or is_code or is_name or is_number else (None, start)


def _character(
    text: str, tokens: list[re.Match[str]], index: int, begun: bool
) -> tuple[str, int, bool]:
    """Read one spelled character: its text, the index after it, and whether "as in" told it."""
    word = tokens[index].group()
    low = word.lower()
    following = tokens[index + 1].group().lower() if index + 1 < len(tokens) else ""
    if low in _TIMES and (len(following) == 1 or following in _DIGITS):
        piece, after, explained = _character(text, tokens, index + 1, True)
        return piece * _TIMES[low], after, explained
    if begun and low in _JOINTS and (len(following) == 1 or following in _DIGITS):
        return _JOINTS[low], index + 1, False
    if low == "x" and begun and following[:1].isdigit() and tokens[index - 1].group().isdigit():
        return "", index, False  # "seven times eight"
    if len(word) == 1 and word.isalpha():
        told = _AS_IN.match(text[tokens[index].end() :])
        if told and told[1][:1].lower() == low and len(told[1]) > 1:
            size = len(told.group().split())
            return word.upper(), index + 1 + size, True
        if begun or word.isupper() or following[:1].isdigit() or len(following) == 1:
            return word.upper(), index + 1, False
        return "", index, False
    if begun and low in _ALPHABET:
        return word[0].upper(), index + 1, True
    if re.fullmatch(r"\d", word) or (begun and re.fullmatch(r"\d{2,}", word)):
        return word, index + 1, False
    if low in _DIGITS and (begun or following in _DIGITS or re.fullmatch(r"\d", following)):
        return _DIGITS[low], index + 1, False
    if low in _ALPHABET and following in _ALPHABET:
        return word[0].upper(), index + 1, True
    return "", index, False
