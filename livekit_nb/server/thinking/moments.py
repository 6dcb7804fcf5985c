"""Times and dates: given to the parameters that want them, in the form they ask for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from livekit_nb.server.thinking.amounts import figures, free_measures
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.roles import examples_of, role_of
from livekit_nb.server.thinking.times import (
    ClockTime,
    time_form,
    wants_iso_date,
    write_moment,
    write_time,
)
from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.units import Measure


def fill_sure_moments(filling: Filling) -> None:
    """Fill dates and times that can be nothing else."""
    _fill_clock_parts(filling)
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


_DAY_S = 86_400
_HOUR_OF_DAY = re.compile(
    r"\bhour of\b|\b(?:24|12)[- ]hour|\bclock\b|\bstart(?:ing)?\b|\bat which\b"
)


def _fill_clock_parts(filling: Filling) -> None:
    """Give the hour and the minute of a time of day to two numbers that want them apart."""
    hours = [p for p in filling.open("number") if "hour" in p.words]
    minutes = [p for p in filling.open("number") if "minute" in p.words]
    if hours and filling.times and (minutes or _HOUR_OF_DAY.search(hours[0].description.lower())):
        clock = filling.times[0]
        exact = clock.on_clock(filling.hints)
        filling.take(hours[0], [exact.hour], clock.start, clock.end)
        if minutes:
            filling.take(minutes[0], [exact.minute], clock.start, clock.end)


def fill_open_moments(filling: Filling) -> None:
    """Fill times from bare numbers ("for seven") that no number parameter wanted."""
    _take_times(filling, sure=False)


def _in_order(parameters: list[Parameter]) -> list[Parameter]:
    """Put the earlier of a pair of dates or times first."""
    late = re.compile(r"return|end|check_?out|until|to_|finish|latest")
    return sorted(parameters, key=lambda p: (not p.required, bool(late.search(p.name))))


def _take_times(filling: Filling, *, sure: bool) -> None:
    clocks = [c for c in filling.times if c.sure >= sure and filling.is_free(c.start, c.end)]
    parameters = _in_order(filling.open("time"))
    if len(parameters) > 1 and (span := _from_to(filling)):
        clocks = list(span)
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


def _from_to(filling: Filling) -> tuple[ClockTime, ClockTime] | None:
    """Return the two times of "from two to three thirty pm"; the half of the day is shared."""
    lows = filling.utterance.lows
    for first, second in pairwise(filling.times):
        joint = lows[first.end : second.start]
        if joint not in (("to",), ("till",), ("until",), ("and",)):
            continue
        if lows[first.start - 1 : first.start] not in (("from",), ("between",)):
            continue
        if not filling.is_free(first.start, second.end):
            continue
        if not first.half and second.half in ("am", "pm") and first.hour <= second.hour:
            first = replace(first, half=second.half)
        return first, second
    return None


def _take_relative_time(filling: Filling) -> None:
    """Take "in ten minutes" for a time that may be given in words."""
    for parameter in filling.open("time", "moment", "date"):
        for measure in free_measures(filling):
            before = filling.utterance.lows[measure.start - 1 : measure.start]
            if measure.unit and measure.unit.dimension == "time" and before == ("in",):
                if filling.open("number", "duration"):
                    continue
                exact = _exact_moment(filling, parameter, measure)
                if exact:
                    filling.take(parameter, [exact], measure.start - 1, measure.end)
                    break
                words = " ".join(filling.utterance.lows[measure.start : measure.end])
                filling.take(parameter, [f"in {figures(words)}"], measure.start - 1, measure.end)
                break


def _exact_moment(filling: Filling, parameter: Parameter, measure: Measure) -> str:
    """Work out "in two hours" where a time of the clock or a date is wanted in figures."""
    assert measure.unit is not None
    then = filling.now + timedelta(seconds=measure.value * measure.unit.factor)
    if role_of(parameter) == "date" or measure.unit.factor >= _DAY_S:
        return then.date().isoformat() if wants_iso_date(parameter.description) else ""
    if wants_iso_date(parameter.description) or parameter.format.startswith("date"):
        return then.replace(microsecond=0).isoformat()
    return then.strftime("%H:%M") if time_form(parameter.description).startswith("24") else ""


def _take_moment(filling: Filling, parameter: Parameter) -> None:
    days = [d for d in filling.days if filling.is_free(d.start, d.end)]
    clocks = [c for c in filling.times if filling.is_free(c.start, c.end)]
    counts = any(p.required for p in filling.open("number"))
    clocks = [c for c in clocks if c.sure] or ([] if counts else clocks)  # "for four" may count
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
    for left, right in pairwise(pieces):
        between = filling.utterance.lows[left[1] : right[0]]
        text += (" at " if "at" in between else " ") + right[2]
    return text


def _as_said(filling: Filling, start: int, end: int) -> str:
    return filling.utterance.said(start, end).strip(" .,?!") or ""
