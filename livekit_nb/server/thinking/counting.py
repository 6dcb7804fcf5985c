"""Numbers without a unit: things counted, levels told in words, bare numbers in order."""

from __future__ import annotations

import re

from livekit_nb.server.thinking.amounts import free_measures, is_within, number_value, top_of
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.lexicon import related
from livekit_nb.server.thinking.quantities import plain
from livekit_nb.server.thinking.roles import is_money, text_of, unit_of
from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.units import Measure
from livekit_nb.server.thinking.words import STOP, stem, stem_set, word_set

COUNTED = word_set(
    "quantity count qty tickets copies servings pieces people guests persons seats party attendees "
    "nights rooms passengers how many number size id"
)
_PORTIONS = word_set("portions portion units unit items item orders bottles cups n num pcs")
COUNT_NAMES = word_set("quantity count amount number qty tickets copies servings pieces stems")
_LIMITS = word_set("limit max top maximum results")
_SEATED = re.compile(r"\b(?:table|party|group|booth|spot|seats|team) (?:for|of) $")
_HEADS = word_set("people persons person party guest guests seats diners attendees heads size")
_LEVEL_WORDS = stem_set("open close shut on off mute silent dark full empty stop")


def _count_heads(filling: Filling) -> None:
    """Take "a table for two" and "a party of six" for how many people come."""
    lows = filling.utterance.lows
    for measure in free_measures(filling):
        lead = "".join(f"{low} " for low in lows[max(0, measure.start - 3) : measure.start])
        is_time = any(c.sure and c.start <= measure.start < c.end for c in filling.times)
        if measure.unit or measure.currency or is_time or not _SEATED.search(lead):
            continue
        for parameter in filling.open("number"):
            value = number_value(parameter, measure)
            if _HEADS.intersection(parameter.words) and value is not None:
                filling.take(parameter, [value], measure.start, measure.end)
                break


def fill_counted(filling: Filling) -> None:
    """Give a number to the parameter whose name is the noun counted ("four people")."""
    starts = [m.start for m in free_measures(filling)]
    _count_heads(filling)
    for measure in free_measures(filling):
        if measure.unit is not None and measure.unit.dimension == "time":
            continue
        next_number = min((s for s in starts if s >= measure.end), default=measure.end + 3)
        stop = min(measure.end + 3, next_number)
        for index in range(measure.end - 1, stop):
            if index < len(filling.utterance) and "," in filling.utterance.words[index].after:
                stop = index + 1
                break
        around = filling.stems[measure.end : stop]
        named = filling.stems[max(0, measure.start - 3) : measure.start]
        for parameter in filling.open("number"):
            names = {stem(w) for w in parameter.words} - {"number", "of", "num", "count", "size"}
            counted = any(related(word, name) for word in around for name in names)
            told = any(word in names for word in named)
            value = number_value(parameter, measure)
            if (counted or told) and value is not None:
                filling.take(parameter, [value], measure.start, measure.end)
                break


def fill_count_of_things(filling: Filling) -> None:
    """Give a number in front of a noun to the parameter that says how many."""
    for measure in free_measures(filling):
        end = measure.end
        while end < len(filling.utterance) and end in filling.used:
            end += 1
        follow = filling.utterance.lows[end : end + 1]
        if measure.unit or measure.currency or not follow or follow[0] in STOP:
            continue
        for parameter in filling.open("number"):
            is_count = COUNT_NAMES.intersection(parameter.words) and not is_money(parameter)
            if is_count and unit_of(parameter) is None:
                value = number_value(parameter, measure)
                if value is not None:
                    filling.take(parameter, [value], measure.start, measure.end)
                    about = {stem(word) for word in filling.tool.words}
                    named = any(related(filling.stems[end], word) for word in about)
                    if named and not filling.open("item"):
                        filling.used.add(end)  # "three seats" of "buy_tickets"
                    break


def fill_plain_numbers(filling: Filling) -> None:
    """Give the numbers left over, in order; "a" counts when one thing must be named."""
    lows = filling.utterance.lows
    dates = [(d.start, d.end) for d in filling.days] + [
        (c.start, c.end) for c in filling.times if c.sure and filling.tool is not None
    ]
    if "subtract" in lows and "from" in lows:
        measures = free_measures(filling)[::-1]
    else:
        measures = free_measures(filling)
    for measure in measures:
        if any(s <= measure.start < e for s, e in dates) and (
            not any(p.required for p in filling.open("number"))
            or lows[measure.start - 1 : measure.start] == ("on",)
        ):
            continue
        for parameter in filling.open("number"):
            value = number_value(parameter, measure)
            if value is None or _counts_something_else(filling, parameter, measure):
                continue
            if parameter.type == "array":
                found = [number_value(parameter, m) for m in measures]
                for one, m in zip(found, measures, strict=True):
                    if one is not None:
                        filling.take(parameter, [one], m.start, m.end)
                break
            end = measure.end
            cents = [m for m in measures if m.start == end and not m.unit and 10 <= m.value < 100]
            if cents and is_money(parameter) and parameter.type == "number":
                value, end = plain(value + cents[0].value / 100), cents[0].end
            filling.take(parameter, [value], measure.start, end)
            break
    _fill_by_elimination(filling)
    _fill_told_levels(filling)
    for parameter in filling.open("number"):
        for word, bound in (("maximum", parameter.maximum), ("minimum", parameter.minimum)):
            words = {word, word[:3], *(("full", "highest") if word[1] == "a" else ("lowest",))}
            at = next((i for i, low in enumerate(lows) if low in words), -1)
            top = top_of(parameter)
            if bound is None and top is not None:
                bound = top if word == "maximum" else 0.0
            if at >= 0 and bound is not None and parameter.name not in filling.values:
                filling.take(parameter, [plain(bound)], at, at + 1)


def _counts_something_else(filling: Filling, parameter: Parameter, measure: Measure) -> bool:
    """Tell whether a bare number stands before a noun that an optional parameter does not name."""
    follow = measure.end
    lows = filling.utterance.lows
    if parameter.required or measure.unit or measure.currency:
        return False
    words = filling.utterance.words
    if _HEADS.intersection(parameter.words) and follow in filling.used:
        return True  # "two kayaks" are no people
    if measure.start > 1 and words[measure.start - 1].is_capital and not words[0].text.isupper():
        return not any(stem(word) in filling.stems for word in parameter.words)  # "Radio 4"
    if follow >= len(lows):
        return False
    if (COUNTED | _PORTIONS).intersection(parameter.words):
        return False
    if _LIMITS.intersection(parameter.words) and unit_of(parameter) is None:
        return False
    if filling.utterance.words[follow - 1].after or lows[follow] in STOP:
        return False
    about = {stem(word) for word in re.findall(r"[a-z]+", text_of(parameter))}
    around = filling.stems[follow : follow + 3]
    return not any(related(word, name) for word in around for name in about)


def _fill_by_elimination(filling: Filling) -> None:
    """Give the only measure left to the only number that must be given and tells no unit."""
    measures = [m for m in free_measures(filling) if m.unit is not None]
    wanting = [p for p in filling.open("number") if p.required and unit_of(p) is None]
    if len(measures) != 1 or len(wanting) != 1 or is_money(wanting[0]):
        return
    if COUNTED.intersection(wanting[0].words):
        return
    measure, value = measures[0], measures[0].value
    if not is_within(wanting[0], value):
        return
    given = round(value) if wanting[0].type == "integer" else plain(value)
    filling.take(wanting[0], [given], measure.start, measure.end)


def _fill_told_levels(filling: Filling) -> None:
    """Take "close" for 0 when the description says so ("0 closed, 100 fully open")."""
    for parameter in filling.open("number"):
        levels: dict[str, float] = {}
        low = parameter.description.lower()
        for value, word in re.findall(
            r"\b(\d+)(?:%| percent)?\s*(?:=|:|is|means|for|\()?\s*(?:fully |completely )?([a-z]+)",
            low,
        ):
            if stem(word) in _LEVEL_WORDS or re.search(rf"\b{value} (?:is|=|means) {word}\b", low):
                levels[stem(word)] = float(value)
        named = {stem(word) for word in parameter.words}
        for index, said in enumerate(filling.stems):
            before = filling.utterance.lows[index - 1] if index else ""
            if said in named and before in ("without", "no") and parameter.minimum in (None, 0):
                filling.take(parameter, [0], index - 1, index + 1)
                break
            if said in levels and index not in filling.used:
                filling.take(parameter, [plain(levels[said])], index, index + 1)
                break
