"""What a tool's purpose tells about arguments whose own names tell little.

``convert(x, a, b)`` takes a number and two units, in the order they are spoken of; the only flag of
a tool for lamps switches them; ``under`` in a reservation is a person. Such knowledge is kept with
the parameter as its `hint` (a role) and `side` (of a from/to pair).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from livekit_nb.server.thinking.words import word_set

if TYPE_CHECKING:
    from livekit_nb.server.thinking.tool import Parameter

_CONVERTS = re.compile(r"\bconver(?:t|ts|ter|sion|sions|ting)\b")
_CONVERTS_ELSE = re.compile(
    r"\b(?:currenc|money|exchange|languag|translat|time ?zone|file|format|text|image|video|audio|"
    r"pdf|case|document|speech)"
)
_LIGHTS = re.compile(r"\b(?:lights?|lamps?|bulbs?|lighting)\b")
_BOOKS = re.compile(r"\b(?:book|reserv|schedul|appointment|table)")
_TIMES = re.compile(r"\b(?:timer|timers|countdown)\b")

_PLAYS = re.compile(r"\b(?:plays?|tunes?|streams?) .*\b(?:radio|station|channel|music)\b")
_CHANNELS = word_set("station channel program programme radio name")

_ABOUT_PEOPLE = re.compile(
    r"\b(?:colleagues?|contacts?|patients?|customers?|employees?|friends?|doctors?|teachers?|"
    r"guests?|clients?|persons?|people|members?|students?|pupils?|staff)\b"
)
_NAMES = word_set("name full surname last first")
_FROM = word_set("from source origin base input in original current start given initial old have")
_TO = word_set("to target destination dest into output out desired wanted result new goal want")
_FROM_TOLD = re.compile(r"\bfrom\b|\bto convert\b(?! to)|\bsource\b|\boriginal\b|\bgiven\b")
_TO_TOLD = re.compile(r"\b(?:convert|converted|conversion) (?:in)?to\b|\btarget\b|\bdesired\b")

_NOTES = word_set("label note notes comment comments text message request requests")
_HOLDERS = word_set("under whose holder booker for by reserver client patron owner visitor")
_WHERE = word_set("which target id spot part side area position")
_COOKED = word_set("food dish meal item what activity task purpose for thing reason")
_PLAIN_TYPES = ("string",)


def told_by_tool(
    parameters: Sequence[Parameter], words: Sequence[str], description: str
) -> tuple[Parameter, ...]:
    """Return the parameters with what their tool tells about them.

    Parameters
    ----------
    parameters : Sequence of Parameter
        In the order of the declaration.
    words : Sequence of str
        Words of the tool's name.
    description : str
        The client's words about the tool, possibly empty.
    """
    about = " ".join((*words, description.lower()))
    told = tuple(parameters)
    if _ABOUT_PEOPLE.search(about):
        told = tuple(_hinted(p, "person", _NAMES) for p in told)
    if _CONVERTS.search(about) and not _CONVERTS_ELSE.search(about):
        return _of_conversion(told)
    if _TIMES.search(about):
        return tuple(_hinted(p, "label", _COOKED) for p in told)
    if _LIGHTS.search(about):
        return _of_lights(told)
    if _PLAYS.search(about):
        return tuple(_hinted(p, "media", _CHANNELS) for p in told)
    if _BOOKS.search(about):
        return tuple(_of_booking(p) for p in told)
    return told


def _is_open_text(parameter: Parameter) -> bool:
    return parameter.type in _PLAIN_TYPES and not parameter.enum and not parameter.format


def _hinted(parameter: Parameter, role: str, names: frozenset[str]) -> Parameter:
    fits = _is_open_text(parameter) and names.issuperset(parameter.words)
    return replace(parameter, hint=role) if fits else parameter


def _of_conversion(told: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Take open texts beside a number for units, and tell the two sides apart."""
    numbers = [p for p in told if p.type in ("number", "integer")]
    texts = [p for p in told if _is_open_text(p) and not _NOTES.intersection(p.words)]
    if numbers and len(texts) <= 2:
        told = tuple(replace(p, hint="unit") if p in texts else p for p in told)
    units = [p for p in told if p.hint == "unit"]
    chosen = [p for p in told if p.enum]
    for pair in (units, chosen):
        if len(pair) != 2 or set(pair[0].enum) != set(pair[1].enum):
            continue
        first, second = _side(pair[0]), _side(pair[1])
        if first == second:
            first, second = "from", "to"
        first = first or ("to" if second == "from" else "from")
        second = second or ("to" if first == "from" else "from")
        sides = {pair[0].name: first, pair[1].name: second}
        told = tuple(replace(p, side=sides[p.name]) if p.name in sides else p for p in told)
    return told


def _side(parameter: Parameter) -> str:
    """Return which side of a conversion name or description tell, ``""`` for neither."""
    names, low = set(parameter.words), parameter.description.lower()
    for is_from, is_to in (
        (bool(names & _FROM), bool(names & _TO)),
        (bool(_FROM_TOLD.search(low)), bool(_TO_TOLD.search(low))),
    ):
        if is_from != is_to:
            return "from" if is_from else "to"
    return ""


def _of_lights(told: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Take the only flag for the switch, and the only text that tells nothing for the room."""
    flags = [p for p in told if p.type == "boolean"]
    texts = [p for p in told if _is_open_text(p)]
    if len(flags) == 1 and flags[0].required:
        told = tuple(replace(p, hint="state") if p in flags else p for p in told)
    if len(texts) == 1:
        told = tuple(_hinted(p, "room", _WHERE) if p in texts else p for p in told)
    return told


def _of_booking(parameter: Parameter) -> Parameter:
    """Tell the bare ``under``, ``at`` and ``on`` of a booking."""
    for role, names in (
        ("person", _HOLDERS | {"name", "on", "behalf", "of"}),
        ("time", frozenset({"at"})),
        ("date", frozenset({"on"})),
    ):
        if role == "person" and not _HOLDERS.intersection(parameter.words):
            continue
        hinted = _hinted(parameter, role, names)
        if hinted.hint:
            return hinted
    return parameter
