"""Words of closed classes: units, currencies, languages, colours, addresses, numbers, codes."""

from __future__ import annotations

import re
from typing import Any

from livekit_nb.server.thinking.choices import fill_pair, side_of
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.lexicon import COLOURS, LANGUAGES
from livekit_nb.server.thinking.quantities import ONES
from livekit_nb.server.thinking.roles import direction_of, examples_of, wants_code
from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.units import currency_at, find_measures, unit_at
from livekit_nb.server.thinking.words import STOP, word_set


def fill_units_and_currencies(filling: Filling) -> None:
    """Fill texts that want a unit or a currency, as its name or its code."""
    for role in ("unit", "currency"):
        parameters = filling.open(role)
        if not parameters:
            continue
        mentions: list[tuple[int, int, Any]] = []
        index = 0
        lows = filling.utterance.lows
        while index < len(lows):
            money = currency_at(lows, index)
            is_scale = filling.utterance.words[index].text in ("C", "F", "K")
            after = index > 0 and (is_scale or lows[index - 1] not in ("in",))
            unit = unit_at(lows, index, after_number=after)
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
        if role == "unit":
            mentions = _compounds_as_one(filling, mentions, wants_code(parameters[0]))
        if role == "currency" and not wants_code(parameters[0]):
            mentions = [(s, e, " ".join(lows[s:e])) for s, e, _ in mentions]
        if len(parameters) > 1:
            fill_pair(filling, parameters, mentions)
        elif mentions:
            side = direction_of(parameters[0])
            same = [m for m in mentions if side and side_of(filling, m[0], m[1]) == side]
            start, end, value = (same or mentions)[0]
            filling.take(parameters[0], [value], start, end)


def _compounds_as_one(
    filling: Filling, mentions: list[tuple[int, int, Any]], code: bool
) -> list[tuple[int, int, Any]]:
    """Take the units of "five feet ten inches" as the one its value is in."""
    for measure in find_measures(filling.utterance.lows):
        inside = [m for m in mentions if measure.start <= m[0] < measure.end]
        if measure.parts and measure.unit and inside:
            name = measure.unit.symbol if code else measure.unit.name
            rest = [m for m in mentions if m not in inside]
            mentions = sorted([*rest, (inside[-1][0], measure.end, name)])
    return mentions


def fill_languages(filling: Filling) -> None:
    """Fill texts that want a language, as its name or its ISO 639 code."""
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
        fitting = [m for m in mentions if side_of(filling, m[0], m[1]) in ("", wanted or "to")]
        mentions = fitting or (mentions if not wanted else [])
        for start, end, value in mentions:
            filling.take(parameters[0], [value], start, end)
            if "and" not in lows[end : end + 1]:
                break
    else:
        fill_pair(filling, parameters, mentions)


_SHADES = word_set(
    "warm cool cold light dark pale bright deep hot soft pastel neon navy sky royal forest baby "
    "lime olive ruby blood mint electric dusty rose"
)


def fill_colours(filling: Filling) -> None:
    """Fill texts that want a colour."""
    for parameter in filling.open("color"):
        for index, low in enumerate(filling.utterance.lows):
            if low in COLOURS and filling.is_free(index, index + 1):
                before = filling.utterance.lows[index - 1] if index else ""
                is_shade = before in _SHADES and before not in filling.tool.description.lower()
                said = filling.utterance.lows[index - is_shade : index + 1]
                filling.take(parameter, [" ".join(said)], index - is_shade, index + 1)
                break


def fill_contacts(filling: Filling) -> None:
    """Take e-mail addresses, telephone numbers and reference codes."""
    words = filling.utterance.words
    for parameter in filling.open("email"):
        for index, word in enumerate(words):
            if "@" in word.text:
                filling.take(parameter, [word.text.rstrip(".")], index, index + 1)
                break
        else:
            spelled = re.search(
                r"\b(\w+(?: dot \w+)*) at (\w+(?: dot \w+)+)", filling.utterance.line
            )
            if spelled:
                first = filling.utterance.line[: spelled.start()].count(" ")
                size = len(spelled.group().split())
                address = "@".join(g.replace(" dot ", ".") for g in spelled.groups())
                filling.take(parameter, [address], first, first + size)
    for role, least in (("phone", 5), ("code", 3)):
        for parameter in filling.open(role):
            hit = _code_at(filling, parameter) if role == "code" else None
            hit = hit or digits_run(filling, least)
            if hit:
                filling.take(parameter, [hit[0]], hit[1], hit[2])


def digits_run(filling: Filling, least: int) -> tuple[str, int, int] | None:
    """Find a run of at least so many spoken or written digits."""
    names = {"zero": "0", "oh": "0", "double": ""}
    names |= {w: str(n) for n, w in enumerate(list(ONES)[:10])}
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


_CODED = word_set("number order id code reference flight ticket invoice package")


def _code_at(filling: Filling, parameter: Parameter) -> tuple[str, int, int] | None:
    """Find a word with letters and digits ("A113"), or capitals and digits apart ("BA 245")."""
    examples, introducing = examples_of(parameter), _CODED | frozenset(parameter.words)
    words = filling.utterance.words
    for index, word in enumerate(words):
        if index in filling.used:
            continue
        if re.search(r"\d", word.text) and re.search(r"[A-Za-z]", word.text):
            return word.text, index, index + 1
        follow = words[index + 1] if index + 1 < len(words) else None
        is_prefix = re.fullmatch(r"[A-Za-z]{1,3}", word.text) and word.low not in STOP
        if is_prefix and follow and follow.text.isdigit():
            gap = " " if any(re.search(r"[A-Z] \d", ex) for ex in examples) else ""
            return f"{word.text.upper()}{gap}{follow.text}", index, index + 2
        if index and word.text.isdigit() and words[index - 1].low in introducing:
            return word.text, index, index + 1
    return None
