"""Signs of a listener: what people say while they listen, without wanting the floor.

"Mhm", "yeah", "I see": whoever hears that goes on. An utterance is a sign if it consists of nothing
else. That is a matter of words alone, so "okay" as an answer looks the same; whether the agent had
asked something, the caller of this knows.
"""

from __future__ import annotations

import re

__all__ = ["is_backchannel"]

_SIGNS = re.compile(
    r"(?:m+h+m+|m+-?h+m+|h+m+|m+|a?ha|a+h+|o+h+|u+h+|um|uh[- ]?h+u+h|huh|mm[- ]?h+mm?|"
    r"yeah|yep|yup|yes|right|alright|all right|okay|ok|sure|true|exactly|indeed|of course|"
    r"i see|i know|got it|i understand|really|wow|cool|nice|great|good|interesting|amazing|"
    r"no way|that's (?:nice|great|good|true|interesting))"
)
MAX_WORDS = 4


def is_backchannel(text: str) -> bool:
    """Whether an utterance is only a listener's sign.

    Parameters
    ----------
    text : str
        As it was recognised, with capitals and punctuation.
    """
    plain = re.sub(r"[^\w' -]+", " ", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    words = plain.split()
    if not words or len(words) > MAX_WORDS:
        return False
    rest = " ".join(words)
    while rest:
        sign = _SIGNS.match(rest)
        if sign is None or rest[sign.end() : sign.end() + 1] not in ("", " ", "-"):
            return False
        rest = rest[sign.end() :].lstrip(" -")
    return True
