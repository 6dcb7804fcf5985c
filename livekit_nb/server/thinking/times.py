"""Clock times and dates as people say them, and the forms tools ask for.

Hours without "am" or "pm" follow the words around them ("dinner", "tonight", "wake me"); without
such a hint they are taken as on a 24-hour clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from livekit_nb.server.thinking.quantities import ONES, TENS, digits_value, number_at, ordinal_at
from livekit_nb.server.thinking.words import word_set

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = tuple(date(2000, month, 1).strftime("%B").lower() for month in range(1, 13))
_MONTHS_BY_WORD = {m: n + 1 for n, m in enumerate(MONTHS)} | {
    m[:3]: n + 1 for n, m in enumerate(MONTHS) if m != "may"
}
_DAY_PARTS = {"morning": False, "afternoon": True, "evening": True, "night": True}
EVENING_WORDS = word_set(
    "tonight dinner evening restaurant table supper afternoon pm cinema movie film "
    "concert theater theatre"
)
MORNING_WORDS = word_set("morning breakfast wake alarm am")
_TIME_LEADS = word_set("at by for until till before after around from to is")


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day in an utterance.

    Parameters
    ----------
    start, end : int
        Word span, end exclusive, without a leading "at".
    hour, minute : int
        As said: hour 0 to 23, 1 to 12 while ``half`` is unknown.
    half : str
        ``"am"``, ``"pm"``, ``"24"`` when certain, ``""`` when open.
    sure : bool
        False for a bare number that only its place makes a time ("at seven").
    word : str
        ``"noon"`` or ``"midnight"`` when said so.
    """

    start: int
    end: int
    hour: int
    minute: int
    half: str = ""
    sure: bool = True
    word: str = ""

    def on_clock(self, hints: Sequence[str] = ()) -> time:
        """Return it on the 24-hour clock, deciding an open half by the words around it."""
        half = self.half
        if not half and 1 <= self.hour <= 12:
            if EVENING_WORDS.intersection(hints) and self.hour not in (12,):
                half = "pm" if self.hour < 12 else ""
            elif MORNING_WORDS.intersection(hints):
                half = "am"
        hour = self.hour
        if half == "pm" and hour < 12:
            hour += 12
        if half == "am" and hour == 12:
            hour = 0
        return time(hour % 24, self.minute)

    @property
    def said(self) -> str:
        """The time in figures as said: "7 pm", "7:30", "noon"."""
        if self.word:
            return self.word
        figures = f"{self.hour}:{self.minute:02d}" if self.minute else str(self.hour)
        if self.half in ("am", "pm"):
            return f"{figures} {self.half}"
        return figures if self.minute else f"{self.hour}:00"


@dataclass(frozen=True, slots=True)
class Day:
    """A date in an utterance: word span, the day meant, and the words ("next Friday")."""

    start: int
    end: int
    day: date
    said: str


@lru_cache(maxsize=512)
def find_times(words: tuple[str, ...]) -> tuple[ClockTime, ...]:
    """Find the times of day, surest reading first at each place."""
    found: list[ClockTime] = []
    index = 0
    while index < len(words):
        clock = _time_at(words, index)
        if clock is None:
            index += 1
            continue
        clock = _with_day_part(words, clock)
        found.append(clock)
        index = clock.end
    return tuple(found)


def _at(words: Sequence[str], index: int) -> str:
    return words[index] if 0 <= index < len(words) else ""


def _time_at(words: Sequence[str], start: int) -> ClockTime | None:
    word = _at(words, start)
    if word in ("noon", "midday"):
        return ClockTime(start, start + 1, 12, 0, "pm", word="noon")
    if word == "midnight":
        return ClockTime(start, start + 1, 0, 0, "24", word="midnight")
    if word in ("half", "quarter") or (word == "a" and _at(words, start + 1) == "quarter"):
        at = start + (word == "a")
        relation, hour = _at(words, at + 1), _hour_at(words, at + 2)
        if hour and relation in ("past", "after", "to", "til"):
            minutes = 30 if _at(words, at) == "half" else 15
            return _relative(start, hour[1], hour[0], minutes, relation, words)
        return None
    if re.fullmatch(r"\d{1,2}:\d\d", word):
        hour_value, minute = (int(part) for part in word.split(":"))
        if hour_value < 24 and minute < 60:
            return _with_half(words, start, start + 1, hour_value, minute)
        return None
    minutes_said = number_at(words, start)
    if (
        minutes_said
        and _at(words, minutes_said[1]) in ("past", "to")
        and minutes_said[0] in (5, 10, 20, 25)
        and (hour := _hour_at(words, minutes_said[1] + 1))
    ):
        relation = words[minutes_said[1]]
        if relation == "past" or _at(words, hour[1]) in ("am", "pm", "o'clock"):
            return _relative(start, hour[1], hour[0], int(minutes_said[0]), relation, words)
    hour = _hour_at(words, start)
    if hour is None:
        return None
    value, end = hour
    minute_at = _minute_at(words, end)
    if minute_at and (
        _at(words, start - 1) in _TIME_LEADS or _at(words, minute_at[1]) in ("am", "pm")
    ):
        return _with_half(words, start, minute_at[1], value, minute_at[0])
    follow = _at(words, end)
    if follow in ("am", "pm", "o'clock"):
        return _with_half(words, start, end, value, 0)
    if follow == "in" and _at(words, end + 1) == "the" and _at(words, end + 2) in _DAY_PARTS:
        return ClockTime(start, end, value, 0)
    if _at(words, start - 1) in ("at", "for", "by", "until", "till", "around", "to", "from"):
        return ClockTime(start, end, value, 0, sure=_at(words, start - 1) == "at")
    return None


def _hour_at(words: Sequence[str], index: int) -> tuple[int, int] | None:
    word = _at(words, index)
    value = ONES.get(word)
    if value is None and word.isdigit():
        value = int(word)
    if value is None and word == "twenty" and 0 < ONES.get(_at(words, index + 1), 0) < 4:
        return 20 + ONES[words[index + 1]], index + 2
    return (value, index + 1) if value is not None and 0 < value < 24 else None


def _minute_at(words: Sequence[str], index: int) -> tuple[int, int] | None:
    word = _at(words, index)
    if word in ("oh", "o") and 0 < ONES.get(_at(words, index + 1), 0) < 10:
        return ONES[words[index + 1]], index + 2
    if word in TENS and TENS[word] < 60:
        one = ONES.get(_at(words, index + 1), 0)
        return (TENS[word] + one, index + 2) if 0 < one < 10 else (TENS[word], index + 1)
    if 10 <= ONES.get(word, 0) < 20:
        return ONES[word], index + 1
    value = digits_value(word) if len(word) == 2 else None
    return (int(value), index + 1) if value is not None and value < 60 else None


def _relative(
    start: int, end: int, hour: int, minutes: int, relation: str, words: Sequence[str]
) -> ClockTime:
    if relation in ("to", "til"):
        hour, minutes = (hour - 1 or 12), 60 - minutes
    return _with_half(words, start, end, hour, minutes)


def _with_half(words: Sequence[str], start: int, end: int, hour: int, minute: int) -> ClockTime:
    if _at(words, end) == "o'clock":
        end += 1
    half = ""
    if _at(words, end) in ("am", "pm"):
        half, end = words[end], end + 1
    elif hour > 12 or hour == 0:
        half = "24"
    return ClockTime(start, end, hour, minute, half)


def _with_day_part(words: Sequence[str], clock: ClockTime) -> ClockTime:
    """Take in "in the evening", "tonight" and the like behind an open time."""
    tail = tuple(words[clock.end : clock.end + 3])
    if clock.half == "" and clock.hour <= 12:
        if tail[:2] == ("in", "the") and tail[2:] and tail[2] in _DAY_PARTS:
            half = "pm" if _DAY_PARTS[tail[2]] else "am"
            return ClockTime(clock.start, clock.end + 3, clock.hour, clock.minute, half)
        if tail[:2] == ("at", "night"):
            return ClockTime(clock.start, clock.end + 2, clock.hour, clock.minute, "pm")
    return clock


@lru_cache(maxsize=512)
def find_days(words: tuple[str, ...], today: date) -> tuple[Day, ...]:
    """Find the dates of an utterance, longest reading first."""
    found: list[Day] = []
    index = 0
    while index < len(words):
        hit = _day_at(words, index, today)
        if hit is None:
            index += 1
            continue
        day, end = hit
        found.append(Day(index, end, day, " ".join(words[index:end])))
        index = end
    return tuple(found)


def _day_at(words: Sequence[str], start: int, today: date) -> tuple[date, int] | None:
    word = words[start]
    rest = tuple(words[start : start + 4])
    if rest[:4] == ("the", "day", "after", "tomorrow"):
        return today + timedelta(days=2), start + 4
    if rest[:3] == ("day", "after", "tomorrow"):
        return today + timedelta(days=2), start + 3
    near = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1}
    if word in near:
        end = start + 1
        if _at(words, end) in _DAY_PARTS:
            end += 1
        return today + timedelta(days=near[word]), end
    if word == "this" and _at(words, start + 1) in ("week", "month", "year"):
        return today, start + 2
    if word == "this" and _at(words, start + 1) in (*_DAY_PARTS, "weekend"):
        ahead = (5 - today.weekday()) % 7 if rest[1] == "weekend" else 0
        return today + timedelta(days=ahead), start + 2
    if word in ("next", "this", "on", "coming") or word.rstrip("s") in WEEKDAYS:
        at = start + (word in ("next", "this", "coming"))
        name = _at(words, at)
        if name in WEEKDAYS:
            ahead = (WEEKDAYS.index(name) - today.weekday()) % 7 or 7
            dated = _dated(words, at, today)
            if dated is not None:
                return dated
            if word not in ("next", "coming") and _tells_past(words):
                end = at + 1 + (_at(words, at + 1) in _DAY_PARTS)
                return today - timedelta(
                    days=(today.weekday() - WEEKDAYS.index(name)) % 7 or 7
                ), end
            if word == "next" and ahead + today.weekday() < 7:
                ahead += 7
            end = at + 1 + (_at(words, at + 1) in _DAY_PARTS)
            return today + timedelta(days=ahead), end
        if word == "next" and name in ("week", "weekend", "month"):
            steps = {"week": 7 - today.weekday(), "weekend": 12 - today.weekday(), "month": 30}
            return today + timedelta(days=steps[name]), at + 1
    if word == "in" and (number := number_at(words, start + 1)):
        unit = _at(words, number[1]).rstrip("s")
        if unit in ("day", "week"):
            days = int(number[0]) * (7 if unit == "week" else 1)
            return today + timedelta(days=days), number[1] + 1
    return _calendar_day_at(words, start, today)


def _tells_past(words: Sequence[str]) -> bool:
    """Tell whether what is asked for has been: "how far did I run on Monday"."""
    return bool(_PAST_WORDS.intersection(words)) and not {"will", "please"} & set(words)


_PAST_WORDS = word_set("did was were last had ran walked swam cycled slept spent")


def _dated(words: Sequence[str], at: int, today: date) -> tuple[date, int] | None:
    """Read "Monday the sixteenth" and "Friday, December 4th": the date, which tells more."""
    follow = at + 1 + (_at(words, at + 1) == "the")
    if _MONTHS_BY_WORD.keys() & set(words[at + 1 : at + 6]):
        return _calendar_day_at(words, at + 1, today)
    ordinal = ordinal_at(words, follow) if follow > at + 1 or _at(words, follow).isdigit() else None
    if ordinal is None:
        return None
    weekday = WEEKDAYS.index(words[at])
    ahead = range(0, -62, -1) if _tells_past(words) else range(62)
    for days in ahead:
        day = today + timedelta(days=days)
        if day.day == ordinal[0] and day.weekday() == weekday:
            return day, ordinal[1]
    return None


def _calendar_day_at(words: Sequence[str], start: int, today: date) -> tuple[date, int] | None:
    """Read "March 5th", "the fifth of March 2027", "5 March"."""
    month, number, end = 0, 0, start
    at = start + (words[start] == "the")
    if _at(words, at) in _MONTHS_BY_WORD and at == start:
        month = _MONTHS_BY_WORD[words[at]]
        hit = _day_number(words, at + 1 + (_at(words, at + 1) == "the"))
        if hit is None:
            return None
        number, end = hit
    elif hit := _day_number(words, at):
        after = hit[1] + (_at(words, hit[1]) == "of")
        if _at(words, after) not in _MONTHS_BY_WORD:
            ordinal = ordinal_at(words, at)
            if ordinal is None or at == start or ordinal[0] < 4:
                return None
            return _next_in_month(today, ordinal[0]), ordinal[1]
        number, month, end = hit[0], _MONTHS_BY_WORD[words[after]], after + 1
    else:
        return None
    year = 0
    if (digits := digits_value(_at(words, end))) and 1900 < digits < 2200:
        year, end = int(digits), end + 1
    try:
        day = date(year or today.year, month, number)
    except ValueError:
        return None
    if not year and day < today:
        day = day.replace(year=today.year + 1) if (month, number) != (2, 29) else day
    return day, end


def _day_number(words: Sequence[str], index: int) -> tuple[int, int] | None:
    hit = ordinal_at(words, index)
    if hit is None and (number := number_at(words, index)) and number[0] == int(number[0]):
        hit = int(number[0]), number[1]
    return hit if hit and 1 <= hit[0] <= 31 else None


def _next_in_month(today: date, number: int) -> date:
    for ahead in range(62):
        day = today + timedelta(days=ahead)
        if day.day == number:
            return day
    return today


def time_form(text: str) -> str:
    """Tell which form of a time a description asks for: ``"24"``, ``"12"`` or ``""`` (as said)."""
    low = text.lower()
    if re.search(r"hh:mm|24[- ]?h|%h:%m|\b(?:1[3-9]|2[0-3]|0\d):\d\d(?!\s*[ap]m)", low):
        return "24 seconds" if "hh:mm:ss" in low else "24"
    return "12" if re.search(r"\d:\d\d\s*[ap]\.?m", low) else ""


def wants_iso_date(text: str) -> bool:
    """Tell whether a description asks for an ISO date."""
    return bool(
        re.search(r"yyyy-mm-dd|iso[- ]?(?:8601|date|format)|\b\d{4}-\d\d-\d\d", text.lower())
    )


def write_time(clock: ClockTime, form: str, hints: Sequence[str]) -> str:
    """Write a time in the form `time_form` told."""
    exact = clock.on_clock(hints)
    if form.startswith("24"):
        return exact.strftime("%H:%M:%S" if "seconds" in form else "%H:%M")
    if form == "12":
        return f"{exact.hour % 12 or 12}:{exact.minute:02d} {'PM' if exact.hour > 11 else 'AM'}"
    return clock.said


def write_moment(day: date, clock: ClockTime, hints: Sequence[str]) -> str:
    """Write day and time as ISO 8601 without zone."""
    return datetime.combine(day, clock.on_clock(hints)).isoformat()
