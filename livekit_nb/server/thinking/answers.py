"""Reading a short answer to a question of ours: "Paris", "make it ten minutes", "yes please"."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import numpy as np

from livekit_nb.server.thinking.amounts import number_value
from livekit_nb.server.thinking.choices import enum_mentions
from livekit_nb.server.thinking.embedding import embedder
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.slots import fill
from livekit_nb.server.thinking.switches import boolean_said
from livekit_nb.server.thinking.tool import Parameter, Tool, split_name
from livekit_nb.server.thinking.units import find_measures
from livekit_nb.server.thinking.words import DETERMINERS, Utterance

CANCEL = re.compile(
    r"^(?:(?:no|oh|um|uh|sorry|actually|okay|please|just) )*(?:never ?mind|"
    r"cancel(?: (?:that|it|this))?|"
    r"forget (?:it|about it|that)|stop(?: it)?|no thanks?(?: you)?|leave it|nothing|"
    r"don't(?: bother)?|"
    r"i changed my mind|not now|no|nope|i don't (?:know|care)|no idea|skip it|"
    r"abort)(?: please| thanks)*$"
)
_LEAD = re.compile(
    r"^(?:(?:um+|uh+|oh|well|so|yes|yeah|okay|ok|please|actually|maybe|hmm|er|and|no|sorry|rather|"
    r"just|probably|let's say|let's|say|i think|i guess|i said|i mean|i meant|i would say|i'd say|"
    r"i'd like|i would like|i want|i need|it's|it is|that's|that is|that would be|it should be|"
    r"it'll be|make (?:it|that|them)|set it|set|change (?:it|that) to|how about|what about|"
    r"go with|use|take|the answer is|he's called|she's called|put it (?:in|on)|"
    r"(?:the|my) (?:\w+ )?(?:name|city|time|number|address|topic|label|title) is|my name is) )+"
)
_BODY_LEAD = re.compile(
    r"^(?:(?:um+|uh+|okay|ok|please|just|it should say|tell (?:him|her|them)(?: "
    r"that)?|say(?: that)?|"
    r"write(?: that)?|that|to|say)(?:,)? )+"
)
_PREPOSED = re.compile(r"^(?:in|at|to|for|from|on|by|with|about|into|of|near|around|under|as) ")
_TAIL = re.compile(
    r"(?:,? (?:please|thanks|thank you|instead|then|i think|i guess|would be "
    r"(?:nice|great|fine|good)))+$"
)
_YES = re.compile(
    r"^(?:yes|yeah|yep|sure|of course|please|ok|okay|right|correct|true|do it|"
    r"absolutely|definitely|exactly)\b"
)
_NO = re.compile(r"^(?:no|nope|not|don't|false|never)\b")
_MOMENTS = ("date", "time", "moment")
_CERTAIN = (*_MOMENTS, "number", "enum", "boolean")
_LONGEST_NAME = 7
_FUZZY_ENUM = 0.55


def stripped(text: str) -> str:
    """Cut polite and introducing words from both ends of an answer."""
    text = text.strip(" .,!?\"'")
    low = text.lower()
    match = _LEAD.match(low + " ")
    if match and match.end() < len(low):
        text = text[match.end() :]
    tail = _TAIL.search(text.lower())
    if tail and tail.start() > 0:
        text = text[: tail.start()]
    return text.strip(" .,!?\"'")


def read_answer(tool: Tool, parameter: Parameter, text: str, now: datetime) -> dict[str, list[Any]]:
    """Read what an answer gives.

    Parameters
    ----------
    tool : Tool
        The tool being filled.
    parameter : Parameter
        The argument that was asked for.
    text : str
        What the person answered.
    now : datetime
        For relative dates.

    Returns
    -------
    dict of str to list
        Values by parameter name; empty when the text is no answer.
    """
    role = role_of(parameter)
    if role in ("body", "task", "query", "subject") and parameter.type == "string":
        value = _whole_text(text)
        return {parameter.name: [value]} if value else {}
    core = stripped(text)
    filling = fill(tool, Utterance(core), now)
    if parameter.name in filling.values and not filling.weak:
        return dict(filling.values)
    as_object = fill(tool, Utterance(f"get {core}"), now)
    if role not in ("place", "person") and parameter.name in as_object.values:
        return dict(as_object.values)
    others = {
        name: values
        for name, values in filling.values.items()
        if role_of(_named(tool, name)) in _CERTAIN
    }
    if role == "number" and any(role_of(_named(tool, n)) in _MOMENTS for n in others):
        return others  # "at seven" to "For how many people?"
    direct = _direct(filling, parameter, core)
    return {**others, parameter.name: direct} if direct else {}


def _named(tool: Tool, name: str) -> Parameter:
    return next(p for p in tool.slots if p.name == name)


def _whole_text(text: str) -> str:
    text = text.strip(" \"'")
    match = _BODY_LEAD.match(text.lower())
    if match and match.end() < len(text):
        text = text[match.end() :]
    return text.strip(" .,\"'")


def _direct(filling: Filling, parameter: Parameter, core: str) -> list[Any]:
    """Read the whole answer as one value of the parameter's kind."""
    role = role_of(parameter)
    utterance = Utterance(core)
    if not len(utterance):
        return []
    if role == "number":
        values = [number_value(parameter, m) for m in find_measures(utterance.lows)]
        some = [value for value in values if value is not None]
        return some if parameter.type == "array" else some[:1]
    if role == "enum":
        return _enum_value(filling, parameter, core)
    if role == "boolean":
        value, _ = boolean_said(Filling(filling.tool, utterance, filling.now), parameter)
        if value is None and _YES.match(utterance.line):
            value = True
        if value is None and _NO.match(utterance.line):
            value = False
        return [] if value is None else [value]
    if role in ("time", "moment", "date", "duration"):
        return _moment_value(filling, parameter, core)
    if role == "object":
        return []
    core = _PREPOSED.sub("", core) if core.lower() != core or " " in core else core
    utterance = Utterance(core)
    start = 1 if len(utterance) > 1 and utterance.lows[0] in DETERMINERS else 0
    if not 0 < len(utterance) - start <= _LONGEST_NAME:
        return []
    text = utterance.said(start, len(utterance)).strip(" .,?!\"'")
    if parameter.type == "array":
        return [p for p in re.split(r",? and |, ", text) if p]
    return [text] if text else []


def _enum_value(filling: Filling, parameter: Parameter, core: str) -> list[Any]:
    """Read an enum from its words, else the value nearest in meaning if it is near enough."""
    mentions = enum_mentions(Filling(filling.tool, Utterance(core), filling.now), parameter)
    if mentions:
        values = [value for _, _, value in mentions]
        return values if parameter.type == "array" else values[:1]
    allowed = parameter.items.enum if parameter.items else parameter.enum
    vectors = embedder().embed([core.lower(), *(" ".join(split_name(str(v))) for v in allowed)])
    nearness = vectors[1:] @ vectors[0]
    best = int(np.argmax(nearness))
    return [allowed[best]] if nearness[best] >= _FUZZY_ENUM else []


def _moment_value(filling: Filling, parameter: Parameter, core: str) -> list[Any]:
    for lead in ("", "at ", "on "):
        alone = Tool(filling.tool.name, filling.tool.description)
        object.__setattr__(alone, "slots", (parameter,))
        values = fill(alone, Utterance(lead + core), filling.now).values
        if parameter.name in values:
            return values[parameter.name]
    return []
