"""What the server can do without any tool: count, spell, work out, convert, tell time and date."""

from __future__ import annotations

import re
from datetime import date, datetime

from livekit_nb.server.thinking.arithmetic import evaluate, expression_at
from livekit_nb.server.thinking.quantities import number_at
from livekit_nb.server.thinking.results import number
from livekit_nb.server.thinking.times import find_days
from livekit_nb.server.thinking.units import UNITS, convert, find_measures
from livekit_nb.server.thinking.words import FILLERS, Utterance

__all__ = ["answer_by_skill", "converted"]

_COUNT_LIMIT = 100
_LEAD = (
    r"(?:(?:um|uh|so|well|okay|ok|oh|hey|hi|hello|please|and|now|yes|yeah|no|then|"
    r"alright|right|great|good|nice|cool|perfect|ah) )*"
)
_ASKING = r"(?:(?:can|could|would|will) you (?:please )?)?(?:please )?(?:tell me )?"
_COUNT = re.compile(r"\b(?:count |(?=countdown ))(?:me )?(?P<rest>.*)$")
_STEPS = re.compile(r"\b(?:by|in) (?:steps of )?(?P<step>twos|threes|fours|fives|sixes|tens|\w+)\b")
_SPELL = re.compile(
    rf"^{_LEAD}{_ASKING}(?:how (?:do|would|can) (?:you|i|we) )?(?:spell|write) (?:out )?"
    r"(?:the (?:word|name) )?(?P<word>[\w' ]+?)(?: please| for me| correctly)*$"
    rf"|^{_LEAD}how (?:is|are) (?:the (?:word|name) )?(?P<spelled>[\w' ]+?) "
    r"(?:spelled|spelt|written)$"
)
_TIME = re.compile(
    rf"^{_LEAD}{_ASKING}(?:what time is it|what's the time|what is the time|what the time is|"
    r"what time it is|do you (?:have|know) (?:the|what) time(?: is it| it is)?|the "
    r"time|the current time|what's the current time|how late is it)(?: please| now| right now)*$"
)
_DATE = re.compile(
    rf"^{_LEAD}{_ASKING}(?:what|what's|which|the)? ?(?:is )?(?:the )?(?:current )?"
    r"(?:day|date|today's date|year|month|day of the week|weekday)"
    r"(?: is)?(?: it| today| is it| is it today| are we| do we have)*(?: today| now|"
    r" please)*$|^what's today$|^what day is (?:today|it).*$"
)
_DAY_ASKED = re.compile(r"^(?:what|what's|which|on what|on which)\b.*\b(?:day|date|weekday)\b")
_DAYS_UNTIL = re.compile(r"\bhow (?:many days|long)\b.*\b(?:until|till|to|before|is it to)\b")
_SUM = re.compile(
    r"^(?:(?:so|and|um|uh|okay|please|hey) )*(?:(?:can|could) you )?(?:tell me )?"
    r"(?:what's|what is|how much is|how much are|calculate|compute|work out|solve|"
    r"what are|add|subtract|"
    r"multiply|divide|the square root of|what)?\b"
)
_HOLIDAYS = {"christmas": (12, 25), "christmas eve": (12, 24), "new year": (1, 1)}
_INTO = re.compile(r"\b(?:how many|how much(?: is| are)?|into|in|to) (?P<unit>[a-z]+)\b")
_CONVERTING = re.compile(
    r"^(?:\w+ ){0,3}(?:how (?:many|much|far|long|heavy)|what|what's|convert)\b"
)


def answer_by_skill(utterance: Utterance, now: datetime) -> str | None:
    """Answer what can be worked out, or return None.

    Parameters
    ----------
    utterance : Utterance
        What was said.
    now : datetime
        For the time and dates.
    """
    line = utterance.line
    if match := _COUNT.search(line):
        return _count(match["rest"].split())
    if match := _SPELL.match(line):
        return _spell(match["word"] or match["spelled"])
    if _TIME.match(line):
        return _time(now)
    if _DATE.match(line):
        return f"It is {now.year}." if "year" in line.split() else f"It is {_long(now.date())}."
    return _other_day(utterance, now.date()) or _sum(utterance)


def _long(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}, {day.year}"


def _time(now: datetime) -> str:
    half = "AM" if now.hour < 12 else "PM"
    return f"It is {now.hour % 12 or 12}:{now.minute:02d} {half}."


def _count(words: list[str]) -> str:
    step, words = _step(words)
    numbers = _numbers_in(words)
    if not numbers:
        return "Up to which number?"
    is_down = bool({"down", "countdown", "backwards", "backward"}.intersection(words))
    if len(numbers) > 1:
        first, last = numbers[:2]
        if {"to", "from"} <= set(words) and words.index("to") < words.index("from"):
            first, last = last, first
    elif is_down:
        first, last = numbers[0], 1
    elif "from" in words:
        first, last = numbers[0], numbers[0] + 9 * step
    else:
        first, last = step, numbers[0]
    if abs(last - first) > _COUNT_LIMIT * step:
        return f"That is too far for me. I count {_COUNT_LIMIT} numbers at most."
    way = 1 if last >= first else -1
    return ", ".join(str(n) for n in range(first, last + way, way * step)) + "."


def _step(words: list[str]) -> tuple[int, list[str]]:
    """Read "by twos" and return the step with the words that are left."""
    line = " ".join(words)
    found = _STEPS.search(line)
    said = found and number_at(
        [found["step"].removesuffix("es" if "x" in found["step"] else "s")], 0
    )
    if not found or not said or said[0] < 1:
        return 1, words
    return int(said[0]), (line[: found.start()] + line[found.end() :]).split()


def _numbers_in(words: list[str]) -> list[int]:
    """Return the numbers said, in order."""
    found: list[int] = []
    index = 0
    while index < len(words):
        hit = number_at(words, index)
        if hit:
            found.append(int(hit[0]))
        index = hit[1] if hit else index + 1
    return found


def _spell(said: str) -> str:
    word = said.split()[-1]
    letters = [char.upper() for char in word if char.isalpha()][:24]
    return f"{word.capitalize()}: {', '.join(letters)}."


def _sum(utterance: Utterance) -> str | None:
    hit = expression_at(utterance.lows) if _SUM.match(utterance.line) else None
    if hit is None:
        return None
    value = evaluate(hit[0])
    return "That has no answer I can give." if value is None else f"That is {number(value)}."


def _other_day(utterance: Utterance, today: date) -> str | None:
    """Answer "what day is it tomorrow?" and "how many days until Christmas?"."""
    asks_day, asks_until = _DAY_ASKED.match(utterance.line), _DAYS_UNTIL.search(utterance.line)
    if not asks_day and not asks_until:
        return None
    lows = tuple(low.removesuffix("'s") for low in utterance.lows)
    days = find_days(lows, today)
    known = [at for name, at in _HOLIDAYS.items() if re.search(rf"\b{name}\b", " ".join(lows))]
    if days:
        day, said = days[0].day, days[0].said
    elif known:
        day = today.replace(month=known[-1][0], day=known[-1][1])
        day, said = (day if day >= today else day.replace(year=day.year + 1)), "that"
    else:
        return None
    if asks_until:
        return f"{(day - today).days} days."
    verb = "was" if day < today else "is"
    return f"{said[:1].upper() + said[1:]} {verb} {_long(day)}."


def converted(utterance: Utterance) -> str | None:
    """Answer "how many feet are in a mile?", for want of a tool that converts; else return None."""
    if not _CONVERTING.match(utterance.line):
        return None
    measures = [m for m in find_measures(utterance.lows) if m.unit]
    lows = utterance.lows
    if not measures and lows[-2:-1] in (("a",), ("an",), ("one",)) and lows[-1] in UNITS:
        measures = find_measures((*lows[:-2], "1", lows[-1]))[:1]  # type: ignore[assignment]
    wanted = [UNITS[m["unit"]] for m in _INTO.finditer(utterance.line) if m["unit"] in UNITS]
    if len(measures) != 1 or not wanted:
        return None
    source, target = measures[0], wanted[0]
    known = {*FILLERS, "is", "are", "there", "convert", "what", "what's", "how", "many", "much"}
    if source.unit is None or source.unit == target or source.unit.dimension != target.dimension:
        return None
    left = [
        low
        for low in lows
        if low not in known | {"in", "into", "to", "a", "an", "degrees", "go", "make", "does", "it"}
        and low not in UNITS
        and number_at((low,), 0) is None
    ]
    if left:
        return None  # something else is asked
    return f"{number(convert(source.value, source.unit, target))} {target.name}."
