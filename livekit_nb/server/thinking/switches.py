"""Booleans: on and off, lock and unlock, with and without, or the parameter's own name said."""

from __future__ import annotations

import re
from itertools import pairwise

from livekit_nb.server.thinking.choices import is_meant, sets_state
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.lexicon import synonyms
from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.words import STOP, stem, word_set

_NEGATIONS = word_set("no not without don't never isn't except skip minus")


_OPPOSING = ("anti", "counter", "non", "un")


_ON = word_set("on enable activate start lock open mute true arm")


_OFF = word_set("off disable deactivate stop unlock close unmute false disarm shut")


_STATE_NAMES = word_set(
    "on off power state status enabled enable active is_on turn switch powered activate turned"
)


_FLAG_WORDS = word_set(
    "is has with include included use should needs want wants add make all result output flag "
    "option value only be get"
)
_ANTONYMS = (
    ("outdoor", "indoor"),
    ("hot", "cold"),
    ("public", "private"),
    ("sweet", "unsweetened"),
    ("paper", "digital"),
    ("furnished", "unfurnished"),
    ("loud", "quiet"),
)
_OPPOSITE = {stem(other): stem(one) for pair in _ANTONYMS for one, other in (pair, pair[::-1])}


def fill_booleans(filling: Filling) -> None:
    """Fill booleans from what was said about them; a level or colour set means "on"."""
    for parameter in filling.open("boolean"):
        value, index = boolean_said(filling, parameter)
        if value is not None:
            filling.take(parameter, [value], index, index + 1 if index >= 0 else index)
            filling.used.discard(-1)
            near = range(max(0, index - 2), max(0, index))
            filling.used.update(i for i in near if filling.utterance.lows[i] in _NEGATIONS)
        elif parameter.required and _told_polarity(parameter).get("on") and sets_state(filling):
            filling.values[parameter.name] = [True]


def boolean_said(filling: Filling, parameter: Parameter) -> tuple[bool | None, int]:
    """Tell what was said about a boolean and at which word; (None, -1) when nothing was."""
    told = _told_polarity(parameter)
    for index, low in enumerate(filling.utterance.lows):
        if index in filling.used:
            continue
        word = stem(low)
        if word in told and is_meant(filling, index, (word,)):
            negated = any(
                w in _NEGATIONS for w in filling.utterance.lows[max(0, index - 2) : index]
            )
            return told[word] != negated, index
    value, index = _named_boolean(filling, parameter)
    return (value, index) if value is not None else _described_boolean(filling, parameter)


_REPEATING = word_set("repeat repeats repeating recurring daily recur every")


def _described_boolean(filling: Filling, parameter: Parameter) -> tuple[bool | None, int]:
    """Look for two words of the description said together: "every day" of "ring every day"."""
    lows = filling.utterance.lows
    own = {stem(word) for word in filling.tool.words}
    told = re.findall(r"[a-z]+", parameter.description.lower())
    pairs = {
        pair
        for pair in pairwise(told)
        if not STOP.intersection(pair) and not own & {stem(word) for word in pair}
    }
    if _REPEATING.intersection(parameter.words):
        pairs |= {("every", word) for word in ("day", "morning", "evening", "night", "week")}
    for index, pair in enumerate(pairwise(lows)):
        if pair in pairs and filling.is_free(index, index + 2):
            negated = index > 0 and lows[index - 1] in _NEGATIONS
            return not negated, index
    return None, -1


def _told_polarity(parameter: Parameter) -> dict[str, bool]:
    """Return the words that mean true or false, from the description or the kind of state."""
    told: dict[str, bool] = {}
    low = parameter.description.lower()
    for value in (True, False):
        name = "true" if value else "false"
        for words in re.findall(
            rf"\b{name}\b\W*(?:to|for|if|means|when|=|is|turns?)?\W*(?:it )?(\w+)", low
        ):
            told[stem(words)] = value
        for words in re.findall(rf"(\w+)\W*(?:=|:|is)\W*{name}\b", low):
            told[stem(words)] = value
        for clause in re.findall(rf"\b{name}\b([^,;.]*?)(?=\btrue\b|\bfalse\b|[,;.]|$)", low):
            states = [word for word in re.findall(r"[a-z]+", clause) if word in _ON | _OFF]
            told |= {stem(word): value for word in states[:1]}
    told = {w: v for w, v in told.items() if w not in STOP - _ON - _OFF}
    told = {w: v for w, v in told.items() if w in {stem(x) for x in _ON | _OFF} or len(told) == 2}
    names = {stem(word) for word in parameter.words}
    for on, off in (
        ("on", "off"),
        ("enable", "disable"),
        ("activate", "deactivate"),
        ("lock", "unlock"),
        ("open", "close"),
        ("open", "shut"),
        ("mute", "unmute"),
        ("arm", "disarm"),
    ):
        switches = parameter.hint == "state" or (names | set(parameter.words)) & _STATE_NAMES
        is_state = switches and on in (
            "on",
            "enable",
            "activate",
        )
        if is_state or {stem(on)} & names or {stem(off)} & names:
            flipped = bool({stem(off)} & names)
            told.setdefault(stem(on), not flipped)
            told.setdefault(stem(off), flipped)
    if "off" in told:
        told.setdefault("kill", told["off"])
        told.setdefault("out", told["off"])
    return told


def _named_boolean(filling: Filling, parameter: Parameter) -> tuple[bool | None, int]:
    """Look for the parameter's own name said, or negated ("without sugar", "no onions")."""
    names = [stem(word) for word in parameter.words if word not in _FLAG_WORDS]
    if len(names) == 2 and names[0] == "return":
        names = names[:1]
    if not names:
        return None, -1
    lows = filling.utterance.lows
    if "trip" in names and {"one", "way"} <= set(lows):
        return ("one" in names), lows.index("way")
    if "trip" in names and "return" in lows and "round" in names:
        return True, lows.index("return")
    if names == ["one", "way"] and ("return" in lows or "round" in lows):
        return False, lows.index("return" if "return" in lows else "round")
    free = [i for i in range(len(lows)) if i not in filling.used]
    for index in free:
        if any(filling.stems[index] == prefix + names[0] for prefix in _OPPOSING):
            return False, index
    for phrase in synonyms(tuple(names)):
        for index in free:
            if len(phrase) > 1 and filling.stems[index : index + len(phrase)] == phrase:
                return not any(low in _NEGATIONS for low in lows[max(0, index - 2) : index]), index
    for index in free:
        for other in synonyms((filling.stems[index],)):
            if len(names) == 1 and len(other) == 1 and _OPPOSITE.get(other[0]) == names[0]:
                return False, index
    same = {phrase[0] for phrase in synonyms(tuple(names)) if len(phrase) == 1}
    said = [i for i in free if filling.stems[i] in (set(names) if len(names) > 1 else same)]
    if len(names) == 1 and said:
        names = [filling.stems[said[0]]]
    if len({filling.stems[i] for i in said}) < len(set(names)):
        key = names[0]
        near = [
            i
            for i, s in enumerate(filling.stems)
            if len(names) == 1 and len(key) > 4 and (s.startswith(key[:5]) and len(s) > 4)
        ]
        if not near:
            return None, -1
        said = near
    first = said[0]
    negated = any(low in _NEGATIONS for low in lows[max(0, first - 2) : first])
    return not negated, first
