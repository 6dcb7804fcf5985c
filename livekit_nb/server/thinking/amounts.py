"""Measures: numbers with units, converted to the unit that a parameter wants."""

from __future__ import annotations

import re
from typing import Any

from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.quantities import plain
from livekit_nb.server.thinking.roles import role_of, text_of, unit_of
from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.units import CURRENCIES, UNITS, Measure, convert, find_measures
from livekit_nb.server.thinking.words import word_set


def free_measures(filling: Filling) -> list[Measure]:
    """Return the numbers of the utterance no argument has taken."""
    measures = find_measures(filling.utterance.lows)
    if any(role_of(p) in ("place", "origin", "destination") for p in filling.tool.slots):
        measures = tuple(m for m in measures if m.unit or not filling.is_address(m.start))
    return [m for m in measures if filling.is_free(m.start, m.end)]


def _has_unit_slot(filling: Filling) -> bool:
    for p in filling.tool.slots:
        if role_of(p) in ("unit", "currency"):
            return True
        known = [v for v in p.enum if str(v).lower() in UNITS or v in CURRENCIES.values()]
        if known and (len(known) == len(p.enum) or {"unit", "units"}.intersection(p.words)):
            return True
    return False


_LEVELS = word_set("brightness intensity level percent percentage volume dim dimming dimmer")
_RANGE = re.compile(r"(?<![\d.])(0|1)(?: ?\([^)]*\))? ?(?:to|and|-|\u2013|\.\.\.?) ?(\d+)(?![\d.])")


def top_of(parameter: Parameter) -> float | None:
    """Return the highest value a level may have, as bounds, description or unit tell it."""
    if parameter.maximum is not None:
        return parameter.maximum
    told = _RANGE.search(parameter.description.lower())
    if told:
        return float(told.group(2))
    unit = unit_of(parameter)
    if unit is not None:
        return 100.0 if unit.dimension == "percent" else None
    return 100.0 if parameter.type == "integer" and _LEVELS.intersection(parameter.words) else None


_FRACTION = re.compile(
    r"\b0(?:\.0)?(?: ?\([^)]*\))? ?(?:to|and|-|\u2013|\.\.\.?) ?1(?:\.0)?(?![\d.])"
)


_TOLD_BOUNDS = re.compile(
    r"(?<![\d.:])(\d+)(?: ?\([^)]*\)| ?(?:=|is|means) ?\w+)?(?:,| ?(?:to|and|-|\u2013|\.\.\.?)) ?"
    r"(\d+)(?![\d.:])(?: ?%| ?percent| ?\(| ?=| ?(?:is|means)\b|\s*[.,;)]|\s*$)"
)


def is_within(parameter: Parameter, value: float) -> bool:
    """Tell whether a value is within the bounds that the declaration tells ("1 to 5")."""
    low, high = parameter.minimum, parameter.maximum
    told = _TOLD_BOUNDS.search(parameter.description.lower())
    if told and low is None and high is None and int(told[1]) < int(told[2]):
        low, high = float(told[1]), float(told[2])
    return (low is None or value >= low) and (high is None or value <= high)


def number_value(parameter: Parameter, measure: Measure) -> int | float | None:
    """Return a measure as this parameter wants it, None when it cannot be meant.

    Parameters
    ----------
    parameter : Parameter
        A number or integer, its unit told by name or description.
    measure : Measure
        What was said.
    """
    wanted = unit_of(parameter)
    value = measure.value
    if measure.unit is not None:
        said = measure.unit
        if wanted is not None and wanted.dimension == said.dimension:
            value = convert(value, said, wanted)
        elif said.dimension == "degrees":
            if wanted is not None and wanted.dimension != "temperature":
                return None
        elif said.dimension == "percent":
            if wanted is not None:
                return None
        elif wanted is not None or not _may_measure(parameter, said.dimension):
            return None
        is_share = parameter.maximum == 1 or _FRACTION.search(parameter.description.lower())
        if said.dimension == "percent" and is_share:
            value /= 100
    elif measure.is_article:
        return None
    elif 0 < value < 1 and ((top_of(parameter) or 0) > 1 or _LEVELS.intersection(parameter.words)):
        value *= top_of(parameter) or 1  # "half brightness"
    if not is_within(parameter, value):
        return None
    if wanted is not None and measure.unit is not None and wanted.dimension == "temperature":
        value = round(value, 1)
    if parameter.type == "integer" or (parameter.items and parameter.items.type == "integer"):
        return round(value)
    return plain(value)


def _may_measure(parameter: Parameter, dimension: str) -> bool:
    """Tell whether a number without told unit may take one of this dimension."""
    low = text_of(parameter)
    hints = {
        "time": r"duration|length|time|delay|how long|interval|timeout|wait|period|long",
        "temperature": r"temp|heat|warm|degree",
        "length": r"distance|length|height|width|radius|far|value|amount|size",
        "mass": r"weight|mass|value|amount|quantity",
        "speed": r"speed|value",
    }
    return bool(re.search(hints.get(dimension, r"value|amount|quantity|volume"), low))


def fill_unit_measures(filling: Filling) -> None:
    """Give measures with a unit to the parameters of that dimension."""
    keeps_unit = _has_unit_slot(filling)
    durations = [p for p in filling.open("number") if unit_of(p) and unit_of(p).dimension == "time"]  # type: ignore[union-attr]
    for measure in free_measures(filling):
        if measure.unit is None and not measure.currency:
            continue
        if len(durations) > 1 and measure.unit is not None and measure.unit.dimension == "time":
            _spread_duration(filling, durations, measure)
            continue
        for parameter in _by_fit(filling, measure):
            if keeps_unit and unit_of(parameter) is None:
                value: Any = plain(measure.value)
                if parameter.type == "integer":
                    value = round(measure.value)
                span = range(measure.start, measure.end)
                filling.take(parameter, [value], measure.start, measure.start + 1)
                filling.used.update(i for i in span if not _is_unit_word(filling, i))
                break
            value = number_value(parameter, measure)
            if value is not None:
                filling.take(parameter, [value], measure.start, measure.end)
                break
        else:
            for parameter in filling.open("duration"):
                if measure.unit is not None and measure.unit.dimension == "time":
                    said = " ".join(filling.utterance.lows[measure.start : measure.end])
                    filling.take(parameter, [figures(said)], measure.start, measure.end)
                    break
    _fill_more_of_same(filling)


def _is_unit_word(filling: Filling, index: int) -> bool:
    lows = filling.utterance.lows
    return lows[index] in UNITS or lows[index] in CURRENCIES or lows[index] in ("per", "hour")


def _by_fit(filling: Filling, measure: Measure) -> list[Parameter]:
    """Sort open number parameters: own dimension, then money names for money, then the rest."""

    def rank(parameter: Parameter) -> tuple[int, bool]:
        wanted = unit_of(parameter)
        if wanted and measure.unit and wanted.dimension == measure.unit.dimension:
            return 0, not parameter.required
        if measure.currency and re.search(
            r"price|budget|amount|cost|money|pay", text_of(parameter)
        ):
            return 0, not parameter.required
        return 1, not parameter.required

    return sorted(filling.open("number"), key=rank)


_DURATION_WORDS = word_set(
    "hours hour minutes minute mins seconds second secs days day h m s duration time length"
)


def _spread_duration(filling: Filling, durations: list[Parameter], measure: Measure) -> None:
    """Give "1 hour 20 minutes" to separate hours and minutes."""
    assert measure.unit is not None
    for value, unit in measure.parts or ((measure.value, measure.unit),):
        for parameter in durations:
            if unit_of(parameter) == unit and parameter.name not in filling.values:
                filling.take(parameter, [plain(value)], measure.start, measure.end)
    if any(p.name in filling.values for p in durations):
        for parameter in durations:
            if parameter.required and not set(parameter.words) - _DURATION_WORDS:
                filling.values.setdefault(parameter.name, [0])
    if filling.is_free(measure.start, measure.end):
        for parameter in durations:
            number = number_value(parameter, measure)
            if number is not None and number == int(number) and number > 0:
                filling.take(parameter, [number], measure.start, measure.end)
                return


def _fill_more_of_same(filling: Filling) -> None:
    """Take "five and ten minutes" as two values of one parameter."""
    lows = filling.utterance.lows
    for parameter in filling.tool.slots:
        known = filling.values.get(parameter.name)
        wanted = unit_of(parameter) if role_of(parameter) == "number" else None
        if not known or len(known) != 1 or wanted is None:
            continue
        for measure in free_measures(filling):
            after, before = lows[measure.end : measure.end + 1], lows[measure.start - 1 :][:1]
            if measure.unit and measure.unit.dimension == wanted.dimension:
                if before == ("and",) or "and" in lows[measure.start - 4 : measure.start]:
                    value = number_value(parameter, measure)
                    filling.take(parameter, [value], measure.start, measure.end)
            elif after == ("and",) and measure.unit is None and measure.end + 1 in filling.used:
                said = next(
                    (m.unit for m in find_measures(lows) if m.start == measure.end + 1), None
                )
                if said is not None and said.dimension == wanted.dimension:
                    value = plain(convert(measure.value, said, wanted))
                    filling.values[parameter.name].insert(0, value)
                    filling.used.update(range(measure.start, measure.end))


def figures(words: str) -> str:
    """Write the numbers of a phrase in figures: "ten minutes" becomes "10 minutes"."""
    parts = tuple(words.split())
    for measure in reversed(find_measures(parts)):
        if measure.parts or measure.is_article or measure.value < 1:
            continue
        said = [str(plain(measure.value))]
        if measure.unit:
            name = measure.unit.name
            said.append(name[:-1] if measure.value == 1 and name.endswith("s") else name)
        parts = parts[: measure.start] + tuple(said) + parts[measure.end :]
    return " ".join(parts)
