"""Words of an utterance: splitting, stems, and the small words that carry no content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

_TOKEN = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # e-mail address
    r"|\d+(?:,\d{3})+(?:\.\d+)?|\d+:\d\d|\d+(?:\.\d+)?"  # numbers and clock times
    r"|[^\W\d_]+(?:['\u2019][^\W\d_]+)*['\u2019]?\d*(?:[^\W\d_]\w*)?"  # words, also A380
    r"|[%$€£¥°+*/=]"
)
_REPAIRS = (
    (re.compile(r"[\u2019\u2018`]"), "'"),
    (re.compile(r"[\u201c\u201d\u201e]"), '"'),
    (re.compile(r"\b([AaPp])\.\s?[Mm]\b\.?(?=\s+[A-Z])"), r"\1m."),
    (re.compile(r"\b([AaPp])\.\s?[Mm]\b\.?"), r"\1m"),
    (re.compile(r"\b([Ww]hat|[Hh]ow|[Ww]here|[Ww]ho|[Tt]hat|[Ll]et)s\b(?=\s)"), r"\1's"),
    (re.compile(r"\b([Dd]on|[Ww]on|[Cc]an|[Dd]oesn|[Dd]idn|[Ii]sn)t\b"), r"\1't"),
    (re.compile(r"\b([Ii])m\b"), r"\1'm"),
    (re.compile(r"\bkm ?/ ?h\b", re.I), "kmh"),
    # homophones that only one reading makes sense of
    (re.compile(r"(?<!the )\b([Tt]urn|[Ss]witch|[Ss]hut|[Pp]ower)(ed|ing)? of\b"), r"\1\2 off"),
    (re.compile(r"\b([Tt]he|[Ww]hat's|[Cc]urrent) whether\b"), r"\1 weather"),
    (re.compile(r"\b([Cc])ount down\b(?=(?: \S+){1,5} (?:second|minute|hour)s?\b)"), r"\1ountdown"),
    (re.compile(r"\bfor for\b"), "for four"),
    (re.compile(r"\bto to\b(?= percent|[.?!]|$)"), "to two"),
    (
        re.compile(r"\bfor to\b(?= people| persons| guests| hours| minutes| nights| at\b|[.?!]|$)"),
        "for two",
    ),
    (re.compile(r"\s+"), " "),
)


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set.

    >>> sorted(word_set("on off"))
    ['off', 'on']
    """
    return frozenset(text.split())


def word_list(text: str) -> list[str]:
    """Return the words of a text in order."""
    return text.split()


_TITLES = word_set("dr mr mrs ms st mt prof no")
FILLERS = word_set(
    "um uh uhm erm er hmm mm ah oh well so okay ok right hey hi hello alright please like just "
    "actually basically now also then maybe anyway yeah yes kindly possibly perhaps quickly"
)
DETERMINERS = word_set("the a an my our your some any this that these those its his her")
PREPOSITIONS = word_set(
    "in at on to from for with without by of about into near around under as via between "
    "towards toward over until till since after before regarding through inside onto than "
    "starting beginning arriving leaving departing staying titled called named labelled labeled "
    "saying"
)
AUXILIARIES = word_set(
    "is are was were be been am do does did will would can could should shall may might must has "
    "have had going doing get gets it's there's"
)
PRONOUNS = word_set(
    "i you he she it we they me him us them myself yourself one ones everybody someone "
    "something anything there here i'm i'd i'll i've we'll we'd we're we've they'll you'd you'll"
)
QUESTION_WORDS = word_set(
    "what what's which who who's whose where where's when when's why how how's whats"
)
STOP = (
    FILLERS
    | DETERMINERS
    | PREPOSITIONS
    | AUXILIARIES
    | PRONOUNS
    | QUESTION_WORDS
    | word_set(
        "and or but if not no if much many long want need wanna gonna let's let go looking "
        "tell know give show thing things currently again too really very more "
        "could've thanks thank am pm o'clock up out off down back away currently moment"
    )
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of an utterance.

    Parameters
    ----------
    text : str
        As heard.
    low : str
        In lower case, possessive kept.
    start, end : int
        Character positions in the cleaned utterance.
    after : str
        Punctuation between this word and the next, without spaces.
    """

    text: str
    low: str
    start: int
    end: int
    after: str

    @property
    def is_capital(self) -> bool:
        """Whether it is written with a capital first letter."""
        return self.text[:1].isupper()


class Utterance:
    """A recognised utterance, cleaned and split into words.

    Parameters
    ----------
    text : str
        Recogniser output or typed text; punctuation and capitals may be missing.
    """

    def __init__(self, text: str) -> None:
        for pattern, replacement in _REPAIRS:
            text = pattern.sub(replacement, text)
        self.text = text.strip()
        found = list(_TOKEN.finditer(self.text))
        ends = [*(m.start() for m in found[1:]), len(self.text)][: len(found)]
        self.words = tuple(
            Word(
                m.group(),
                m.group().lower().rstrip("'"),
                m.start(),
                m.end(),
                _punctuation(m.group(), self.text[m.end() : end]),
            )
            for m, end in zip(found, ends, strict=True)
        )

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def lows(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(word.low for word in self.words)

    @cached_property
    def line(self) -> str:
        """All words in lower case with single spaces and no punctuation."""
        return " ".join(self.lows)

    def said(self, start: int, end: int) -> str:
        """Return words ``start`` to ``end`` (exclusive) as they were written."""
        if start >= end:
            return ""
        return self.text[self.words[start].start : self.words[end - 1].end]

    def part(self, start: int, end: int) -> Utterance:
        """Return words ``start`` to ``end`` as an utterance of their own, question mark kept."""
        tail = self.words[end - 1].after if start < end else ""
        return Utterance(self.said(start, end) + ("?" if "?" in tail else ""))


def _punctuation(word: str, gap: str) -> str:
    """Return the punctuation in a gap; the stop of "Dr." ends nothing."""
    marks = gap.replace(" ", "")
    return marks.removeprefix(".") if word.lower() in _TITLES else marks


_IRREGULAR = {
    "ran": "run",
    "swam": "swim",
    "swum": "swim",
    "rode": "ride",
    "ridden": "ride",
    "drove": "drive",
    "slept": "sleep",
    "ate": "eat",
    "drank": "drink",
    "spent": "spend",
    "took": "take",
    "taken": "take",
    "gave": "give",
    "bought": "buy",
    "paid": "pay",
    "sent": "send",
    "wrote": "write",
}


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Cut common endings so that "lights", "lighting" and "light" meet.

    >>> [stem(w) for w in ("reminders", "dimming", "locked", "make", "making", "cities")]
    ['reminder', 'dim', 'lock', 'mak', 'mak', 'city']
    """
    word = word.lower()
    if word.endswith("'s"):
        word = word[:-2]
    word = _IRREGULAR.get(word, word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes", "zes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def stem_set(text: str) -> frozenset[str]:
    """Return the stems of the words of a text as a set.

    >>> sorted(stem_set("dimming lights"))
    ['dim', 'light']
    """
    return frozenset(stem(word) for word in text.split())


_IN_IE = word_set("cookies brownies smoothies pies")
_NEVER_SINGLE = word_set("fries chips nachos")


def singular(phrase: str) -> str:
    """Put the last word of a noun phrase into the singular, carefully.

    >>> [singular(p) for p in ("large pizzas", "batteries", "glasses", "hummus")]
    ['large pizza', 'battery', 'glass', 'hummus']
    """
    if " of " in phrase:
        return phrase
    head, _, last = phrase.rpartition(" ")
    low = last.lower()
    if low in _NEVER_SINGLE:
        return phrase
    if len(low) > 4 and low.endswith("ies") and low not in _IN_IE:
        last = last[:-3] + "y"
    elif low.endswith(("sses", "xes", "ches", "shes", "toes")):
        last = last[:-2]
    elif len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "is")):
        last = last[:-1]
    return f"{head} {last}" if head else last


def join_and(parts: list[str]) -> str:
    """Join words for speech.

    >>> join_and(["milk", "eggs", "bread"])
    'milk, eggs and bread'
    """
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]
