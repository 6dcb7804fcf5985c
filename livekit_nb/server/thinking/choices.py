"""Arguments with given choices: enum values by their words, synonyms, symbols and codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.lexicon import (
    COLOURS,
    GENERIC_WORDS,
    LANGUAGES,
    REQUEST_STEMS,
    synonyms,
)
from livekit_nb.server.thinking.quantities import plain
from livekit_nb.server.thinking.roles import direction_of
from livekit_nb.server.thinking.times import MONTHS, WEEKDAYS
from livekit_nb.server.thinking.tool import Parameter, split_name
from livekit_nb.server.thinking.units import CURRENCIES, NATIONALITIES, UNITS, find_measures
from livekit_nb.server.thinking.words import stem, word_set

_LETTER_SIZES = {
    "s": ("small",),
    "m": ("medium",),
    "l": ("larg",),
    "xl": ("extra", "larg"),
}
_SWITCHING = word_set("turn switch put set keep flip power leave lights light")


def enum_mentions(filling: Filling, parameter: Parameter) -> list[tuple[int, int, Any]]:
    """Find where values of an enum are said: (start, end, value), in order, longest first."""
    allowed = parameter.items.enum if parameter.items else parameter.enum
    hits = [
        (len(phrase), -rank, start, value)
        for value in allowed
        for rank, phrase in enumerate(_phrases_of(value))
        for start in range(len(filling.stems) - len(phrase) + 1)
        if filling.stems[start : start + len(phrase)] == phrase
        and filling.is_free(start, start + len(phrase))
        and is_meant(filling, start, phrase, shuns=_shuns(parameter))
        and not (len(phrase) == 1 and _is_gerund_noun(filling, start, value))
    ]
    if not hits and parameter.required:
        hits = [
            (1, -1, start, value)
            for value in allowed
            for start, word in enumerate(filling.stems)
            if filling.is_free(start, start + 1) and _is_compound_of(word, _phrases_of(value)[:1])
        ]
    if not hits and parameter.required:
        hits = _said_in_part(filling, allowed)
    compounds = [m for m in find_measures(filling.utterance.lows) if m.parts]
    for measure in compounds:  # "five feet ten inches" is in inches
        hits = [
            hit
            for hit in hits
            if not measure.start <= hit[2] < measure.end
            or UNITS.get(str(hit[3]).lower()) == measure.unit
        ]
    hits.sort(key=lambda hit: (-hit[0], -hit[1], hit[2]))
    taken: set[int] = set()
    found: list[tuple[int, int, Any]] = []
    for size, _, start, value in hits:
        span = range(start, start + size)
        if not taken.intersection(span):
            taken.update(span)
            found.append((start, start + size, value))
    return sorted(found, key=lambda hit: hit[0])


def _said_in_part(filling: Filling, allowed: Sequence[Any]) -> list[tuple[int, int, int, Any]]:
    """Find the one choice of several words of which more is said than of any other."""
    said: list[tuple[int, int, Any]] = []
    for value in allowed:
        names = tuple(stem(word) for word in split_name(str(value)))
        if len(names) < 2:
            continue
        at = [
            index
            for index, word in enumerate(filling.stems)
            if word in names and index not in filling.used and word not in GENERIC_WORDS
        ]
        if at:
            said.append((len({filling.stems[index] for index in at}), at[0], value))
    said.sort(key=lambda one: -one[0])
    if not said or (len(said) > 1 and said[0][0] == said[1][0]):
        return []
    return [(1, -1, said[0][1], said[0][2])]


def _is_compound_of(word: str, phrases: tuple[tuple[str, ...], ...]) -> bool:
    """Tell whether a word ends in the one word of a choice: "haircut" is a "cut"."""
    return any(
        len(phrase) == 1
        and len(phrase[0]) > 2
        and word.endswith(phrase[0])
        and len(word) >= len(phrase[0]) + 3
        for phrase in phrases
    )


def _phrases_of(value: Any) -> tuple[tuple[str, ...], ...]:
    """Return the phrases (stems) that name an enum value, its own words first."""
    return _phrases_of_text(str(value))


@lru_cache(maxsize=2048)
def _phrases_of_text(value: str) -> tuple[tuple[str, ...], ...]:
    words = tuple(stem(word) for word in split_name(value))
    phrases = list(synonyms(words))
    low = value.lower()
    if low in UNITS:
        phrases += [
            tuple(stem(w) for w in name.split()) for name, u in UNITS.items() if u == UNITS[low]
        ]
    if value in CURRENCIES.values():
        phrases += [(stem(name),) for name, code in CURRENCIES.items() if code == value]
    if re.fullmatch(r"[a-z]{2}(?:[-_]\w\w)?", low):
        phrases += [(stem(name),) for name, code in LANGUAGES.items() if code == low[:2]]
    if low in _LETTER_SIZES:
        phrases += synonyms(_LETTER_SIZES[low])
    phrases += [(stem(day),) for day in (*WEEKDAYS, *MONTHS) if low == day[:3]]
    if len(words) == 1 and words[0] not in ("on", "off"):
        phrases += [(words[0].replace(" ", ""),)]
    return tuple(p for p in dict.fromkeys(phrases) if p and (p != ("a",) or value == "A"))


def _is_gerund_noun(filling: Filling, start: int, value: Any) -> bool:
    """Tell whether a word is a noun made of a value's verb: "the heating" for "heat"."""
    lows = filling.utterance.lows
    is_noun = start > 0 and lows[start - 1] in ("the", "my")
    return is_noun and lows[start].endswith("ing") and not str(value).lower().endswith("ing")


def _shuns(parameter: Parameter) -> bool:
    """Tell whether a choice names what is not wanted: "avoid tolls", "without ferries"."""
    return bool(_SHUNNING.intersection(parameter.words))


_SHUNNING = word_set("avoid avoids exclude excluding without except skip ban no")
_SHUNNED = word_set("avoid avoiding without no not any excluding except skip")


def is_meant(filling: Filling, start: int, phrase: tuple[str, ...], *, shuns: bool = False) -> bool:
    """Leave out negated values and the particles that are mere prepositions here."""
    lows = filling.utterance.lows
    before = lows[start - 1] if start else ""
    if shuns:
        return bool(_SHUNNED.intersection(lows[max(0, start - 4) : start]))
    if before in ("not", "no", "without", "isn't"):
        return False
    if phrase in (("on",), ("up",), ("down",), ("in",), ("out",)):
        after = lows[start + 1] if start + 1 < len(lows) else ""
        at_end = after in ("", "please", "now") or bool(filling.utterance.words[start].after)
        return at_end or (before in _SWITCHING | {"volume", "it", "crank", "bring"})
    if len(phrase) == 1 and len(phrase[0]) == 1 and filling.utterance.words[start].text.isupper():
        after = lows[start + 1] if start + 1 < len(lows) else ""
        if start and (phrase != ("a",) or not after) and phrase != ("i",):
            return True
    if phrase == ("start",) or phrase == ("set",) or phrase == ("c",) or phrase == ("f",):
        return start == 0 or before in ("degree", "degrees", "please", "and", "to")
    return not (len(phrase) == 1 and len(phrase[0]) == 1 and phrase[0] in "amsdi")


def fill_enums(filling: Filling) -> None:
    """Fill parameters with given choices from the choices said."""
    parameters = filling.open("enum")
    by_values: dict[tuple[Any, ...], list[Parameter]] = {}
    for parameter in parameters:
        allowed = parameter.items.enum if parameter.items else parameter.enum
        by_values.setdefault(tuple(allowed), []).append(parameter)
    for group in by_values.values():
        mentions = enum_mentions(filling, group[0])
        if not mentions:
            if not _days_together(filling, group[0]):
                _fill_numeric_enum(filling, group[0])
        elif len(group) > 1:
            fill_pair(filling, group, mentions)
        elif len(mentions) > 1 and (side := direction_of(group[0])):
            same = [m for m in mentions if side_of(filling, m[0], m[1]) == side]
            _take_enum(filling, group[0], same[:1] or mentions)
        else:
            _take_enum(filling, group[0], mentions)


def fill_implied_state(filling: Filling) -> None:
    """Take a level or a colour that is set as "on" for a switch that must be given."""
    for parameter in filling.open("enum"):
        states = {str(value).lower(): value for value in parameter.enum}
        if parameter.required and {"on", "off"} <= set(states) and sets_state(filling):
            filling.values[parameter.name] = [states["on"]]


def sets_state(filling: Filling) -> bool:
    """Tell whether a colour or a level above zero is set, which implies "on"."""
    words = set(filling.utterance.lows) & COLOURS
    return bool(words) or any(m.value > 0 for m in find_measures(filling.utterance.lows))


def _take_enum(
    filling: Filling, parameter: Parameter, mentions: list[tuple[int, int, Any]]
) -> None:
    lows = filling.utterance.lows
    is_verb = mentions[0][0] == 0 and stem(lows[0]) in REQUEST_STEMS
    if is_verb and len(mentions) > 1 and parameter.type != "array":
        between = lows[mentions[0][1] : mentions[1][0]]
        if "and" not in between:
            filling.used.update(range(*mentions[0][:2]))
            mentions = mentions[1:]
    chosen = [mentions[0]]
    for mention in mentions[1:]:
        between = lows[chosen[-1][1] : mention[0]]
        if parameter.type == "array" or (len(between) <= 5 and "and" in between):
            chosen.append(mention)
    for start, end, value in chosen:
        filling.take(parameter, [value], start, end)


def _days_together(filling: Filling, parameter: Parameter) -> bool:
    """Fill an array of weekdays from "every day", "weekdays" or "weekends"."""
    allowed = parameter.items.enum if parameter.items else ()
    by_day = {str(value).lower()[:3]: value for value in allowed}
    days = [by_day.get(day[:3]) for day in WEEKDAYS]
    if None in days:
        return False
    lows = filling.utterance.lows
    for index, low in enumerate(lows):
        before = lows[index - 1] if index else ""
        is_every = before in ("every", "each", "all", "on", "during")
        if low in ("weekday", "weekdays") or (low == "workday" and is_every):
            filling.take(parameter, days[:5], index, index + 1)
        elif low == "weekends" or (low == "weekend" and before in ("every", "each")):
            filling.take(parameter, days[5:], index, index + 1)
        elif low == "daily" or (low in ("day", "days") and before in ("every", "each")):
            filling.take(parameter, days, index, index + 1)
        else:
            continue
        return True
    return False


def _fill_numeric_enum(filling: Filling, parameter: Parameter) -> None:
    for measure in find_measures(filling.utterance.lows):
        allowed = [v for v in parameter.enum if isinstance(v, int | float)]
        if measure.value in allowed and filling.is_free(measure.start, measure.end):
            filling.take(parameter, [plain(measure.value)], measure.start, measure.end)
            return


def fill_pair(
    filling: Filling, group: list[Parameter], mentions: list[tuple[int, int, Any]]
) -> None:
    """Give the values of from/to pairs by the words around them, else in order."""
    sources = [p for p in group if direction_of(p) == "from"]
    targets = [p for p in group if direction_of(p) == "to"]
    if not sources or not targets:
        for parameter, (start, end, value) in zip(group, mentions, strict=False):
            filling.take(parameter, [value], start, end)
        return
    for start, end, value in mentions:
        side = side_of(filling, start, end)
        pools = (sources, targets) if side == "from" else (targets, sources)
        if side == "":
            pools = (sources, targets) if len(mentions) > 1 else (targets, sources)
        for pool in pools:
            free = [p for p in pool if p.name not in filling.values]
            if free:
                filling.take(free[0], [value], start, end)
                break


def side_of(filling: Filling, start: int, end: int) -> str:
    """Tell whether a unit, currency or language is what is had (``from``) or wanted (``to``)."""
    lows = filling.utterance.lows
    before = lows[start - 1] if start else ""
    if before in NATIONALITIES and start > 1:
        before = lows[start - 2]
    if before in ("to", "into", "in", "as"):
        return "to"
    if before == "from" or any(m.end in (start, end) for m in find_measures(lows)):
        return "from"
    if before in ("many", "much") or (before in ("a", "an", "one") and "in" in lows[:start]):
        return "to" if before in ("many", "much") else "from"
    return ""
