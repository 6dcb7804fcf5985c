"""Arguments with a closed form: enums, booleans, numbers with units, times, dates, codes."""

from __future__ import annotations

import re
from typing import Any

from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.lexicon import COLOURS, LANGUAGES, related, synonyms
from livekit_nb.server.thinking.quantities import plain
from livekit_nb.server.thinking.roles import (
    direction_of,
    examples_of,
    role_of,
    text_of,
    unit_of,
    wants_code,
)
from livekit_nb.server.thinking.times import (
    ClockTime,
    time_form,
    wants_iso_date,
    write_moment,
    write_time,
)
from livekit_nb.server.thinking.tool import Parameter, split_name
from livekit_nb.server.thinking.units import (
    CURRENCIES,
    UNITS,
    Measure,
    convert,
    currency_at,
    find_measures,
    unit_at,
)
from livekit_nb.server.thinking.words import STOP, stem

_SWITCHING = frozenset("turn switch put set keep flip power leave lights light".split())
COUNT_NAMES = frozenset("quantity count amount number qty tickets copies servings pieces".split())
_NEGATIONS = frozenset("no not without don't never isn't except skip minus".split())
_ON = frozenset("on enable activate start lock open mute true arm".split())
_OFF = frozenset("off disable deactivate stop unlock close unmute false disarm shut".split())
_STATE_NAMES = frozenset(
    "on off power state status enabled enable active is_on turn switch powered activate turned".split()
)


def fill_typed(filling: Filling) -> None:
    """Fill every parameter whose values have a form of their own."""
    _fill_contacts(filling)
    _fill_sure_moments(filling)
    _fill_unit_measures(filling)
    _fill_enums(filling)
    _fill_booleans(filling)
    _fill_counted(filling)
    _fill_count_of_things(filling)
    _fill_open_moments(filling)
    _fill_plain_numbers(filling)
    _fill_implied_state(filling)
    _fill_units_and_currencies(filling)
    _fill_languages(filling)
    _fill_colours(filling)


# --- enums ---------------------------------------------------------------------------------------


def enum_mentions(filling: Filling, parameter: Parameter) -> list[tuple[int, int, Any]]:
    """Find where values of an enum are said: (start, end, value), in order, longest first."""
    allowed = parameter.items.enum if parameter.items else parameter.enum
    hits: list[tuple[int, int, int, Any]] = []
    for value in allowed:
        for rank, phrase in enumerate(_phrases_of(value)):
            size = len(phrase)
            for start in range(len(filling.stems) - size + 1):
                if (
                    filling.stems[start : start + size] == phrase
                    and filling.is_free(start, start + size)
                    and _is_meant(filling, start, phrase)
                ):
                    hits.append((size, -rank, start, value))
    hits.sort(key=lambda hit: (-hit[0], -hit[1], hit[2]))
    taken: set[int] = set()
    found: list[tuple[int, int, Any]] = []
    for size, _, start, value in hits:
        span = range(start, start + size)
        if not taken.intersection(span):
            taken.update(span)
            found.append((start, start + size, value))
    return sorted(found, key=lambda hit: hit[0])


def _phrases_of(value: Any) -> list[tuple[str, ...]]:
    """Return the phrases (stems) that name an enum value, its own words first."""
    words = tuple(stem(word) for word in split_name(str(value)))
    phrases = list(synonyms(words))
    low = str(value).lower()
    if low in UNITS:
        phrases += [
            tuple(stem(w) for w in name.split()) for name, u in UNITS.items() if u == UNITS[low]
        ]
    if str(value) in CURRENCIES.values():
        phrases += [(stem(name),) for name, code in CURRENCIES.items() if code == str(value)]
    if re.fullmatch(r"[a-z]{2}(?:[-_]\w\w)?", low):
        phrases += [(stem(name),) for name, code in LANGUAGES.items() if code == low[:2]]
    if len(words) == 1 and words[0] not in ("on", "off"):
        phrases += [(words[0].replace(" ", ""),)]
    return [p for p in dict.fromkeys(phrases) if p and p != ("a",)]


def _is_meant(filling: Filling, start: int, phrase: tuple[str, ...]) -> bool:
    """Leave out negated values and the particles that are mere prepositions here."""
    lows = filling.utterance.lows
    before = lows[start - 1] if start else ""
    if before in ("not", "no", "without", "isn't"):
        return False
    if before in ("the", "my") and len(phrase) == 1 and lows[start].endswith("ing"):
        return phrase[0] == lows[start]
    if phrase in (("on",), ("up",), ("down",), ("in",), ("out",)):
        after = lows[start + 1] if start + 1 < len(lows) else ""
        at_end = after in ("", "please", "now") or bool(filling.utterance.words[start].after)
        return at_end or (before in _SWITCHING | {"volume", "it", "crank", "bring"})
    if phrase == ("start",) or phrase == ("set",) or phrase == ("c",) or phrase == ("f",):
        return start == 0 or before in ("degree", "degrees", "please", "and", "to")
    return not (len(phrase) == 1 and len(phrase[0]) == 1 and phrase[0] in "amsdi")


def _fill_enums(filling: Filling) -> None:
    parameters = filling.open("enum")
    by_values: dict[tuple[Any, ...], list[Parameter]] = {}
    for parameter in parameters:
        allowed = parameter.items.enum if parameter.items else parameter.enum
        by_values.setdefault(tuple(allowed), []).append(parameter)
    for group in by_values.values():
        mentions = enum_mentions(filling, group[0])
        if not mentions:
            _fill_numeric_enum(filling, group[0])
        elif len(group) > 1:
            _fill_pair(filling, group, mentions)
        else:
            _take_enum(filling, group[0], mentions)


def _fill_implied_state(filling: Filling) -> None:
    """Take a level or a colour that is set as "on" for a switch that must be given."""
    for parameter in filling.open("enum"):
        states = {str(value).lower(): value for value in parameter.enum}
        if parameter.required and {"on", "off"} <= set(states) and _sets_state(filling):
            filling.values[parameter.name] = [states["on"]]


def _take_enum(
    filling: Filling, parameter: Parameter, mentions: list[tuple[int, int, Any]]
) -> None:
    lows = filling.utterance.lows
    chosen = [mentions[0]]
    for mention in mentions[1:]:
        between = lows[chosen[-1][1] : mention[0]]
        if parameter.type == "array" or (len(between) <= 5 and "and" in between):
            chosen.append(mention)
    for start, end, value in chosen:
        filling.take(parameter, [value], start, end)


def _fill_numeric_enum(filling: Filling, parameter: Parameter) -> None:
    for measure in find_measures(filling.utterance.lows):
        if measure.value in [v for v in parameter.enum if isinstance(v, int | float)]:
            if filling.is_free(measure.start, measure.end):
                filling.take(parameter, [plain(measure.value)], measure.start, measure.end)
                return


def _fill_pair(
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
        side = _side(filling, start, end)
        pools = (sources, targets) if side == "from" else (targets, sources)
        if side == "":
            pools = (sources, targets) if len(mentions) > 1 else (targets, sources)
        for pool in pools:
            free = [p for p in pool if p.name not in filling.values]
            if free:
                filling.take(free[0], [value], start, end)
                break


def _side(filling: Filling, start: int, end: int) -> str:
    """Tell whether a unit, currency or language is what is had (``from``) or wanted (``to``)."""
    lows = filling.utterance.lows
    before = lows[start - 1] if start else ""
    if before in ("to", "into", "in", "as"):
        return "to"
    if before == "from" or any(m.end in (start, end) for m in find_measures(lows)):
        return "from"
    if before in ("many", "much") or (before in ("a", "an", "one") and "in" in lows[:start]):
        return "to" if before in ("many", "much") else "from"
    return ""


# --- booleans ------------------------------------------------------------------------------------


def _fill_booleans(filling: Filling) -> None:
    for parameter in filling.open("boolean"):
        value, index = boolean_said(filling, parameter)
        if value is not None:
            filling.take(parameter, [value], index, index + 1 if index >= 0 else index)
            filling.used.discard(-1)
        elif parameter.required and _told_polarity(parameter).get("on") and _sets_state(filling):
            filling.values[parameter.name] = [True]


def _sets_state(filling: Filling) -> bool:
    """Tell whether a colour or a level above zero is set, which implies "on"."""
    words = set(filling.utterance.lows) & COLOURS
    return bool(words) or any(m.value > 0 for m in find_measures(filling.utterance.lows))


def boolean_said(filling: Filling, parameter: Parameter) -> tuple[bool | None, int]:
    """Tell what was said about a boolean and at which word; (None, -1) when nothing was."""
    told = _told_polarity(parameter)
    for index, low in enumerate(filling.utterance.lows):
        if index in filling.used:
            continue
        word = stem(low)
        if word in told and _is_meant(filling, index, (word,)):
            negated = any(w in _NEGATIONS for w in filling.utterance.lows[max(0, index - 2) : index])
            return told[word] != negated, index
    return _named_boolean(filling, parameter)


def _told_polarity(parameter: Parameter) -> dict[str, bool]:
    """Return the words that mean true or false, from the description or the kind of state."""
    told: dict[str, bool] = {}
    low = parameter.description.lower()
    for value in (True, False):
        name = "true" if value else "false"
        for words in re.findall(rf"\b{name}\b\W*(?:to|for|if|means|when|=|is|turns?)?\W*(?:it )?(\w+)", low):
            told[stem(words)] = value
        for words in re.findall(rf"(\w+)\W*(?:=|:|is)\W*{name}\b", low):
            told[stem(words)] = value
    told = {w: v for w, v in told.items() if w in {stem(x) for x in _ON | _OFF} or len(told) == 2}
    names = {stem(word) for word in parameter.words}
    for on, off in (
        ("on", "off"), ("enable", "disable"), ("activate", "deactivate"), ("lock", "unlock"),
        ("open", "close"), ("open", "shut"), ("mute", "unmute"), ("arm", "disarm"),
    ):
        is_state = names & _STATE_NAMES and on in ("on", "enable", "activate")
        if is_state or {stem(on)} & names or {stem(off)} & names:
            flipped = bool({stem(off)} & names)
            told.setdefault(stem(on), not flipped)
            told.setdefault(stem(off), flipped)
    return told


def _named_boolean(filling: Filling, parameter: Parameter) -> tuple[bool | None, int]:
    """Look for the parameter's own name said, or negated ("without sugar", "no onions")."""
    skip = {"is", "has", "with", "include", "use", "should", "needs", "want", "add", "make", "all"}
    names = [stem(word) for word in parameter.words if word not in skip]
    if not names:
        return None, -1
    lows = filling.utterance.lows
    if "trip" in names and {"one", "way"} <= set(lows):
        return ("one" in names), lows.index("way")
    if "trip" in names and "return" in lows and "round" in names:
        return True, lows.index("return")
    if names == ["one", "way"] and ("return" in lows or "round" in lows):
        return False, lows.index("return" if "return" in lows else "round")
    said = [i for i, s in enumerate(filling.stems) if s in names and i not in filling.used]
    if len({filling.stems[i] for i in said}) < len(set(names)):
        key = names[0]
        near = [
            i for i, s in enumerate(filling.stems)
            if len(names) == 1 and len(key) > 4 and (s.startswith(key[:5]) and len(s) > 4)
        ]
        if not near:
            return None, -1
        said = near
    first = said[0]
    negated = any(low in _NEGATIONS for low in lows[max(0, first - 2) : first])
    return not negated, first


# --- numbers -------------------------------------------------------------------------------------


def _measures(filling: Filling) -> list[Measure]:
    return [m for m in find_measures(filling.utterance.lows) if filling.is_free(m.start, m.end)]


def _has_unit_slot(filling: Filling) -> bool:
    for p in filling.tool.slots:
        if role_of(p) in ("unit", "currency"):
            return True
        if p.enum and all(str(v).lower() in UNITS or v in CURRENCIES.values() for v in p.enum):
            return True
    return False


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
        if said.dimension == "percent" and parameter.maximum == 1:
            value /= 100
    elif measure.is_article:
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


def _fill_unit_measures(filling: Filling) -> None:
    """Give measures with a unit to the parameters of that dimension."""
    keeps_unit = _has_unit_slot(filling)
    durations = [p for p in filling.open("number") if unit_of(p) and unit_of(p).dimension == "time"]  # type: ignore[union-attr]
    for measure in _measures(filling):
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
                end = measure.end
                while end > measure.start + 1 and _is_unit_word(filling, end - 1):
                    end -= 1
                filling.take(parameter, [value], measure.start, end)
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
        if measure.currency and re.search(r"price|budget|amount|cost|money|pay", text_of(parameter)):
            return 0, not parameter.required
        return 1, not parameter.required

    return sorted(filling.open("number"), key=rank)


def _spread_duration(filling: Filling, durations: list[Parameter], measure: Measure) -> None:
    """Give "1 hour 20 minutes" to separate hours and minutes."""
    assert measure.unit is not None
    for value, unit in measure.parts or ((measure.value, measure.unit),):
        for parameter in durations:
            if unit_of(parameter) == unit and parameter.name not in filling.values:
                filling.take(parameter, [plain(value)], measure.start, measure.end)
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
        for measure in _measures(filling):
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


def _fill_counted(filling: Filling) -> None:
    """Give a number to the parameter whose name is the noun counted ("four people")."""
    for measure in _measures(filling):
        if measure.unit is not None and measure.unit.dimension == "time":
            continue
        around = filling.stems[measure.end : measure.end + 3]
        named = filling.stems[max(0, measure.start - 3) : measure.start]
        for parameter in filling.open("number"):
            names = {stem(w) for w in parameter.words} - {"number", "of", "num", "count", "size"}
            counted = any(related(word, name) for word in around for name in names)
            told = any(word in names for word in named)
            value = number_value(parameter, measure)
            if (counted or told) and value is not None:
                filling.take(parameter, [value], measure.start, measure.end)
                break


def _fill_count_of_things(filling: Filling) -> None:
    """Give a number in front of a noun to the parameter that says how many."""
    for measure in _measures(filling):
        follow = filling.utterance.lows[measure.end : measure.end + 1]
        if measure.unit or measure.currency or not follow or follow[0] in STOP:
            continue
        for parameter in filling.open("number"):
            if COUNT_NAMES.intersection(parameter.words) and unit_of(parameter) is None:
                value = number_value(parameter, measure)
                if value is not None:
                    filling.take(parameter, [value], measure.start, measure.end)
                    break


def _fill_plain_numbers(filling: Filling) -> None:
    """Give the numbers left over, in order; "a" counts when one thing must be named."""
    lows = filling.utterance.lows
    dates = [(d.start, d.end) for d in filling.days] + [
        (c.start, c.end) for c in filling.times if c.sure and filling.tool is not None
    ]
    if "subtract" in lows and "from" in lows:
        measures = _measures(filling)[::-1]
    else:
        measures = _measures(filling)
    for measure in measures:
        if any(s <= measure.start < e for s, e in dates) and (
            not any(p.required for p in filling.open("number"))
            or lows[measure.start - 1 : measure.start] == ("on",)
        ):
            continue
        for parameter in filling.open("number"):
            value = number_value(parameter, measure)
            if value is None:
                continue
            if parameter.type == "array":
                found = [number_value(parameter, m) for m in measures]
                for one, m in zip(found, measures, strict=True):
                    if one is not None:
                        filling.take(parameter, [one], m.start, m.end)
                break
            filling.take(parameter, [value], measure.start, measure.end)
            break
    for parameter in filling.open("number"):
        for word, bound in (("maximum", parameter.maximum), ("minimum", parameter.minimum)):
            words = {word, word[:3], *(("full", "highest") if word[1] == "a" else ("lowest",))}
            at = next((i for i, low in enumerate(lows) if low in words), -1)
            unit = unit_of(parameter)
            if bound is None and unit is not None and unit.dimension == "percent":
                bound = 100.0 if word == "maximum" else 0.0
            if at >= 0 and bound is not None and parameter.name not in filling.values:
                filling.take(parameter, [plain(bound)], at, at + 1)


# --- times and dates -----------------------------------------------------------------------------


def _fill_sure_moments(filling: Filling) -> None:
    for parameter in filling.open("moment"):
        _take_moment(filling, parameter)
    for parameter, day in zip(
        _in_order(filling.open("date")),
        [d for d in filling.days if filling.is_free(d.start, d.end)],
        strict=False,
    ):
        iso = wants_iso_date(parameter.description) or parameter.format == "date"
        start = day.start
        value = day.day.isoformat() if iso else _as_said(filling, start, day.end)
        filling.take(parameter, [value], start, day.end)
    _take_times(filling, sure=True)


def _fill_open_moments(filling: Filling) -> None:
    _take_times(filling, sure=False)


def _in_order(parameters: list[Parameter]) -> list[Parameter]:
    """Put the earlier of a pair of dates or times first."""
    late = re.compile(r"return|end|check_?out|until|to_|finish|latest")
    return sorted(parameters, key=lambda p: (not p.required, bool(late.search(p.name))))


def _take_times(filling: Filling, *, sure: bool) -> None:
    clocks = [c for c in filling.times if c.sure >= sure and filling.is_free(c.start, c.end)]
    parameters = _in_order(filling.open("time"))
    for parameter, clock in zip(parameters, clocks, strict=False):
        form = time_form(" ".join((parameter.description, *examples_of(parameter))))
        if parameter.format == "time":
            form = form or "24"
        if not form and not any(role_of(p) in ("date", "moment") for p in filling.tool.slots):
            _take_moment(filling, parameter)
            break
        filling.take(parameter, [write_time(clock, form, filling.hints)], clock.start, clock.end)
    if len(parameters) == 1 and len(clocks) > 1 and parameters[0].name in filling.values:
        first, second = clocks[0], clocks[1]
        if filling.utterance.lows[first.end : second.start] in (("and",), ("and", "at")):
            form = time_form(parameters[0].description)
            value = write_time(second, form, filling.hints)
            filling.take(parameters[0], [value], second.start, second.end)
    if sure:
        _take_relative_time(filling)


def _take_relative_time(filling: Filling) -> None:
    """Take "in ten minutes" for a time that may be given in words."""
    for parameter in filling.open("time", "moment", "date"):
        for measure in _measures(filling):
            before = filling.utterance.lows[measure.start - 1 : measure.start]
            if measure.unit and measure.unit.dimension == "time" and before == ("in",):
                if filling.open("number", "duration"):
                    continue
                if time_form(parameter.description).startswith("24") or wants_iso_date(
                    parameter.description
                ):
                    continue
                words = " ".join(filling.utterance.lows[measure.start : measure.end])
                filling.take(parameter, [f"in {figures(words)}"], measure.start - 1, measure.end)
                break


def _take_moment(filling: Filling, parameter: Parameter) -> None:
    days = [d for d in filling.days if filling.is_free(d.start, d.end)]
    clocks = [c for c in filling.times if filling.is_free(c.start, c.end)]
    if not days and not clocks:
        return
    iso = wants_iso_date(parameter.description) or parameter.format.startswith("date")
    if iso:
        if clocks:
            day = days[0].day if days else filling.now.date()
            value = write_moment(day, clocks[0], filling.hints)
        else:
            value = days[0].day.isoformat()
    else:
        pieces = [(d.start, d.end, _as_said(filling, d.start, d.end)) for d in days[:1]]
        pieces += [(c.start, c.end, c.said) for c in clocks[:1]]
        pieces.sort()
        value = _joined(filling, pieces)
    for start, end in [(d.start, d.end) for d in days[:1]] + [(c.start, c.end) for c in clocks[:1]]:
        filling.take(parameter, [value], start, end)


def _joined(filling: Filling, pieces: list[tuple[int, int, str]]) -> str:
    text = pieces[0][2]
    for left, right in zip(pieces, pieces[1:], strict=False):
        between = filling.utterance.lows[left[1] : right[0]]
        text += (" at " if "at" in between else " ") + right[2]
    return text


def _as_said(filling: Filling, start: int, end: int) -> str:
    return filling.utterance.said(start, end).strip(" .,?!") or ""


def figures(words: str) -> str:
    """Write the numbers of a phrase in figures: "ten minutes" becomes "10 minutes"."""
    parts = tuple(words.split())
    for measure in reversed(find_measures(parts)):
        if measure.parts or measure.is_article or measure.value < 1:
            continue
        unit = (measure.unit.name,) if measure.unit else ()
        number = str(plain(measure.value))
        unit = tuple(u[:-1] if measure.value == 1 and u.endswith("s") else u for u in unit)
        parts = parts[: measure.start] + (number, *unit) + parts[measure.end :]
    return " ".join(parts)


def clock_of(filling: Filling) -> ClockTime | None:
    """Return the first time of day said."""
    return filling.times[0] if filling.times else None


# --- words of closed classes ---------------------------------------------------------------------


def _fill_units_and_currencies(filling: Filling) -> None:
    for role in ("unit", "currency"):
        parameters = filling.open(role)
        if not parameters:
            continue
        mentions: list[tuple[int, int, Any]] = []
        index = 0
        lows = filling.utterance.lows
        while index < len(lows):
            money = currency_at(lows, index)
            unit = unit_at(lows, index, after_number=index > 0 and lows[index - 1] not in ("in",))
            hit: tuple[str, int] | None = None
            if role == "currency" and money:
                hit = (money[0], money[1])
            elif role == "unit" and unit and filling.is_free(index, index + 1):
                code = wants_code(parameters[0])
                hit = (unit[0].symbol if code else unit[0].name, unit[1])
            if hit:
                mentions.append((index, hit[1], hit[0]))
                index = hit[1]
            else:
                index += 1
        if role == "currency" and not wants_code(parameters[0]):
            mentions = [(s, e, " ".join(lows[s:e])) for s, e, _ in mentions]
        if len(parameters) > 1:
            _fill_pair(filling, parameters, mentions)
        elif mentions:
            side = direction_of(parameters[0])
            same = [m for m in mentions if side and _side(filling, m[0], m[1]) == side]
            start, end, value = (same or mentions)[0]
            filling.take(parameters[0], [value], start, end)


def _fill_languages(filling: Filling) -> None:
    parameters = filling.open("language")
    if not parameters:
        return
    lows = filling.utterance.lows
    mentions: list[tuple[int, int, Any]] = []
    for index, low in enumerate(lows):
        if low in LANGUAGES and index not in filling.used:
            value = LANGUAGES[low] if wants_code(parameters[0]) else low.capitalize()
            mentions.append((index, index + 1, value))
    if len(parameters) == 1:
        wanted = direction_of(parameters[0])
        fitting = [m for m in mentions if _side(filling, m[0], m[1]) in ("", wanted or "to")]
        mentions = fitting or (mentions if not wanted else [])
        for start, end, value in mentions:
            filling.take(parameters[0], [value], start, end)
            if "and" not in lows[end : end + 1]:
                break
    else:
        _fill_pair(filling, parameters, mentions)


def _fill_colours(filling: Filling) -> None:
    for parameter in filling.open("color"):
        for index, low in enumerate(filling.utterance.lows):
            if low in COLOURS and filling.is_free(index, index + 1):
                filling.take(parameter, [low], index, index + 1)
                break


def _fill_contacts(filling: Filling) -> None:
    """Take e-mail addresses, telephone numbers and reference codes."""
    words = filling.utterance.words
    for parameter in filling.open("email"):
        for index, word in enumerate(words):
            if "@" in word.text:
                filling.take(parameter, [word.text.rstrip(".")], index, index + 1)
                break
        else:
            spelled = re.search(r"\b(\w+(?: dot \w+)*) at (\w+(?: dot \w+)+)", filling.utterance.line)
            if spelled:
                first = filling.utterance.line[: spelled.start()].count(" ")
                size = len(spelled.group().split())
                address = "@".join(g.replace(" dot ", ".") for g in spelled.groups())
                filling.take(parameter, [address], first, first + size)
    for role, least in (("phone", 5), ("code", 3)):
        for parameter in filling.open(role):
            hit = _code_at(filling) if role == "code" else None
            hit = hit or digits_run(filling, least)
            if hit:
                filling.take(parameter, [hit[0]], hit[1], hit[2])


def digits_run(filling: Filling, least: int) -> tuple[str, int, int] | None:
    """Find a run of at least so many spoken or written digits."""
    names = {"zero": "0", "oh": "0", "double": ""}
    names |= {
        w: str(n)
        for n, w in enumerate("zero one two three four five six seven eight nine".split())
    }
    lows = filling.utterance.lows
    for start in range(len(lows)):
        digits, end = "", start
        while end < len(lows) and end not in filling.used:
            low = lows[end].replace(",", "")
            if not (low.isdigit() or low in names) or (digits == "" and low == "oh"):
                break
            digits += low if low.isdigit() else names[low]
            end += 1
        if len(digits) >= least:
            return digits, start, end
    return None


def _code_at(filling: Filling) -> tuple[str, int, int] | None:
    """Find a word with letters and digits ("A113"), or capitals and digits apart ("BA 245")."""
    words = filling.utterance.words
    for index, word in enumerate(words):
        if index in filling.used:
            continue
        if re.search(r"\d", word.text) and re.search(r"[A-Za-z]", word.text):
            return word.text, index, index + 1
        follow = words[index + 1] if index + 1 < len(words) else None
        if follow and follow.text.isdigit() and re.fullmatch(r"[A-Za-z]{1,3}", word.text):
            if (word.text.isupper() and word.low not in STOP) or (
                word.low not in STOP and stem(word.low) not in filling.tool.words
            ):
                return word.text.upper() + follow.text, index, index + 2
        if index and word.text.isdigit() and words[index - 1].low in (
            "number", "order", "id", "code", "reference", "flight", "ticket", "invoice", "package",
        ):
            return word.text, index, index + 1
    return None
