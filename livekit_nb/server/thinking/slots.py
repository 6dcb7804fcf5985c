"""Filling a tool's arguments from an utterance: whole tails first, closed forms, open texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from livekit_nb.server.thinking.arithmetic import expression_at
from livekit_nb.server.thinking.asides import remarks_of
from livekit_nb.server.thinking.clauses import elements
from livekit_nb.server.thinking.counting import COUNT_NAMES
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.lexicon import GENRES, ROOMS
from livekit_nb.server.thinking.phrases import fill_open_texts
from livekit_nb.server.thinking.roles import direction_of, is_money, role_of, unit_of
from livekit_nb.server.thinking.tails import fill_tails
from livekit_nb.server.thinking.tool import Parameter, Tool
from livekit_nb.server.thinking.typed import fill_typed
from livekit_nb.server.thinking.units import UNITS, find_measures
from livekit_nb.server.thinking.vocabulary import content_words
from livekit_nb.server.thinking.words import DETERMINERS, Utterance, word_set


def fill(tool: Tool, utterance: Utterance, now: datetime) -> Filling:
    """Find the arguments an utterance gives to a tool.

    Parameters
    ----------
    tool : Tool
        The tool that would be called.
    utterance : Utterance
        One request.
    now : datetime
        For relative dates.

    Returns
    -------
    Filling
        Values by parameter; optional parameters only when something was said about them.
    """
    filling = Filling(tool, utterance, now)
    _fill_expressions(filling)
    fill_tails(filling)
    fill_typed(filling)
    _fill_complaints(filling)
    fill_open_texts(filling)
    _mark_guiding(filling)
    _fill_objects(filling)
    _count_the_article(filling)
    return filling


def _fill_expressions(filling: Filling) -> None:
    for parameter in filling.open("expression"):
        hit = expression_at(filling.utterance.lows)
        if hit:
            filling.take(parameter, [hit[0]], hit[1], hit[2])
            filling.framed.add(parameter.name)


_COMPLAINTS = word_set(
    "problem issue symptom symptoms complaint fault reason description details error trouble "
    "feedback concern damage defect"
)


_TOLD_THAT = re.compile(r"\b(?:report|tell|say|note|complain)\w* (?:\w+ )?that (.+)$", re.I)


def _fill_complaints(filling: Filling) -> None:
    """Take what is told beside a request for what is wrong: "open a ticket, my screen is black"."""
    for parameter in filling.open("text", "label", "subject", "body", "task"):
        if not _COMPLAINTS.intersection(parameter.words):
            continue
        told = _TOLD_THAT.search(filling.utterance.text)
        remarks = [told[1].strip(" .!")] if told else remarks_of(filling.utterance)
        if remarks and not parameter.required and len(remarks[0]) > len(filling.utterance.text) - 3:
            continue  # the whole turn, and not asked for
        if remarks:
            words = len(Utterance(remarks[0]))
            first = len(Utterance(filling.utterance.text.partition(remarks[0])[0]))
            filling.take(parameter, [remarks[0]], first, first + words)


SWITCHING_VERBS = word_set("turn switch put power shut")
_GUIDE_ME = re.compile(
    r"\b(?:take|bring|get|drive|guide|lead|walk) (?:me|us)\b"
    r"|\bhow (?:do|can|would|should) (?:i|we) (?:get|go|drive|walk)(?: from .+)? to\b"
    r"|\b(?:want|need|have|like) to (?:go|get|travel) (?:from .+ )?to\b"
)
_GUIDING = word_set("navigate navigation navigates route routes directions drive guide guides")
_PUT_ON = re.compile(
    r"^(?:(?:can|could|would|will|you|please|and|now|then|okay|hey) )*put on (?!the\b)"
)
_GENERIC_DEVICES = word_set("device appliance entity switch name item thing")


def _mark_guiding(filling: Filling) -> None:
    """Note wordings as sure as a verb of the tool's own: "take me to …", "switch … on"."""
    switching = SWITCHING_VERBS & set(filling.utterance.lows)
    states = [p for p in filling.tool.slots if role_of(p) in ("boolean", "enum")]
    if switching and any(p.name in filling.values for p in states):
        filling.framed.update(
            p.name
            for p in filling.tool.slots
            if role_of(p) == "device"
            and p.name in filling.values
            and _GENERIC_DEVICES.intersection(p.words)
        )
    if switching and any(p.name in filling.values for p in states):
        filling.framed.update(
            p.name
            for p in filling.tool.slots
            if role_of(p) == "room" and not filling.missing and _is_room(filling, p.name)
        )
    _mark_playing(filling)
    _mark_converting(filling)
    _mark_timing(filling)
    _mark_moving(filling)
    if _GUIDE_ME.search(filling.utterance.line):
        about = {*filling.tool.words, *re.findall(r"[a-z]+", filling.tool.description.lower())}
        roles = ("destination", "place") if _GUIDING & about else ("destination",)
        filling.framed.update(
            p.name for p in filling.tool.slots if role_of(p) in roles and p.name in filling.values
        )


def _is_room(filling: Filling, name: str) -> bool:
    values = filling.values.get(name, [])
    return bool(values) and all(str(v).lower().split()[-1] in ROOMS for v in values if v)


def _mark_playing(filling: Filling) -> None:
    """Note "put on Abbey Road", a name or a genre, as sure as "play"."""
    match = _PUT_ON.match(filling.utterance.line)
    if not match or "play" not in filling.tool.words:
        return
    first = match.group().count(" ")
    rest = filling.utterance.words[first:]
    if rest and (rest[0].is_capital or any(word.low in GENRES for word in rest)):
        filling.framed.update(
            p.name
            for p in filling.tool.slots
            if role_of(p) in ("query", "media", "artist", "genre") and p.name in filling.values
        )


_HOW_MUCH = re.compile(
    r"^(?:\w+ )?(?:how (?:much|many|long|far) (?:is|are)|what's|what is|what are)\b"
)


def _mark_converting(filling: Filling) -> None:
    """Note a number with two units of one dimension said to a tool that converts."""
    slots = filling.tool.slots
    pair = [p for p in slots if direction_of(p) and p.name in filling.values]
    if len(pair) == 1 and _HOW_MUCH.match(filling.utterance.line):
        units = [p for p in slots if direction_of(p) and role_of(p) in ("unit", "enum")]
        numbers = [p for p in slots if role_of(p) == "number" and p.name in filling.values]
        is_whole = len(content_words(filling.utterance)) <= 1
        if len(units) == 2 and numbers and is_whole and direction_of(pair[0]) == "from":
            filling.framed.add(pair[0].name)
        return
    if len(pair) != 2 or {direction_of(p) for p in pair} != {"from", "to"}:
        return
    first, second = (UNITS.get(str(filling.values[p.name][0]).lower()) for p in pair)
    if first is None or second is None or first == second or first.dimension != second.dimension:
        return
    if any(role_of(p) == "number" and p.name in filling.values for p in filling.tool.slots):
        filling.framed.update(p.name for p in pair)


_GOING = re.compile(r"^(?:(?:please|now|then|and|okay) )*(?:go|move|step|drive|walk|roll|back)\b")


def _mark_moving(filling: Filling) -> None:
    """Note "go back half a meter" for a tool that takes a direction and a distance."""
    ways = [p for p in filling.tool.slots if p.enum and "direction" in p.words]
    far = [p for p in filling.tool.slots if (u := unit_of(p)) and u.dimension == "length"]
    told = all(any(p.name in filling.values for p in group) for group in (ways, far))
    if told and not filling.missing and _GOING.search(filling.utterance.line):
        filling.framed.update(p.name for p in (*ways, *far) if p.name in filling.values)


_COUNTING_TIME = re.compile(
    r"\bgive me (?:[\w'-]+ ){1,4}(?:seconds|minutes|hours|hour)\b"
    r"|\b(?:let me know|tell me|alert me|ping me|notify me|remind me) in\b"
    r"|\b(?:when|after|once) .*\b(?:seconds?|minutes?|hours?) (?:are|is|have|has) "
    r"(?:up|over|passed|gone|elapsed)\b|\bon the clock\b|\bcountdown\b"
)
_GETTING_UP = re.compile(r"\b(?:have|need|want|got|must|like) to (?:get|wake|be) up\b")


def _mark_timing(filling: Filling) -> None:
    """Note "when ten minutes are up" for a timer and "I have to get up at five" for an alarm."""
    about = {*filling.tool.words, *re.findall(r"[a-z]+", filling.tool.description.lower())}
    line = filling.utterance.line
    is_timer = about & {"timer", "timers", "countdown"} and _COUNTING_TIME.search(line)
    is_alarm = about & {"alarm", "alarms", "wake"} and _GETTING_UP.search(line)
    if filling.missing or not (is_timer or is_alarm):
        return
    roles = ("number", "duration") if is_timer else ("time", "moment")
    filling.framed.update(
        p.name for p in filling.tool.slots if role_of(p) in roles and p.name in filling.values
    )


def _fill_objects(filling: Filling) -> None:
    """Fill lists of objects from the same words, by filling a tool made of their properties."""
    for parameter in filling.open("object"):
        inner = parameter.items.properties if parameter.items else ()
        if parameter.type == "array" and inner:
            values = _object_values(filling, parameter, inner)
            if values:
                filling.take(parameter, values, 0, 0)


def _object_values(
    filling: Filling, parameter: Parameter, inner: Sequence[Parameter]
) -> list[dict[str, Any]]:
    """Return one object per member of an enumeration, or the only one."""
    made = Tool(filling.tool.name, parameter.description or filling.tool.description)
    object.__setattr__(made, "slots", tuple(inner))
    parts = [_one_object(made, part, filling.now, set()) for part in elements(filling.utterance)]
    if len(parts) > 1 and all(part is not None for part in parts):
        return [value for part in parts if part is not None for value in part.calls()]
    sub = _one_object(made, filling.utterance, filling.now, set(filling.used))
    if sub is None:
        return []
    filling.used |= sub.used
    return sub.calls()


def _one_object(made: Tool, utterance: Utterance, now: datetime, used: set[int]) -> Filling | None:
    """Fill one object from the words not used yet, None when it lacks what it needs."""
    sub = Filling(made, utterance, now, used=used)
    lows = utterance.lows
    articles = [i for i, low in enumerate(lows) if low in ("a", "an")]
    numbers = [m.start for m in find_measures(lows) if not m.is_article]
    if articles and min(numbers, default=len(lows)) > articles[0]:
        for parameter in sub.open("number"):
            if parameter.required and COUNT_NAMES.intersection(parameter.words):
                sub.values[parameter.name] = [1]
    fill_typed(sub)
    fill_open_texts(sub)
    return None if sub.missing or not sub.values else sub


def _count_the_article(filling: Filling) -> None:
    """Take "a large pizza" for one when the count must be given."""
    lows = filling.utterance.lows
    for parameter in filling.open("number"):
        is_count = bool(COUNT_NAMES.intersection(parameter.words)) and not is_money(parameter)
        if parameter.required and is_count and DETERMINERS.intersection(lows) & {"a", "an"}:
            others = [p for p in filling.tool.slots if role_of(p) == "item"]
            if all(p.name in filling.values for p in others):
                filling.values[parameter.name] = [1]
