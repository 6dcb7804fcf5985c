"""Times of day and dates as people say them."""

from __future__ import annotations

from datetime import date, time

import pytest

from livekit_nb.server.thinking.times import find_days, find_times, time_form, write_time
from livekit_nb.server.thinking.words import Utterance

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("said", "clock"),
    [
        ("at 7 p.m.", time(19)),
        ("at 7:30 a.m.", time(7, 30)),
        ("at 12 a.m.", time(0)),
        ("at noon", time(12)),
        ("at midnight", time(0)),
        ("half past six in the evening", time(18, 30)),
        ("quarter to nine", time(8, 45)),
        ("ten past eight o'clock", time(8, 10)),
        ("at seven fifteen", time(7, 15)),
        ("at five oh five", time(5, 5)),
        ("seven o'clock tonight", time(19)),
        ("at 17:45", time(17, 45)),
        ("dinner at eight", time(20)),
        ("wake me at six", time(6)),
    ],
)
def test_times_of_day(said: str, clock: time) -> None:
    lows = Utterance(said).lows
    (found,) = find_times(lows)
    assert found.on_clock(lows) == clock


@pytest.mark.parametrize("said", ["two pizzas", "room 7", "ten minutes", "25:99"])
def test_numbers_that_are_no_times(said: str) -> None:
    assert find_times(Utterance(said).lows) == ()


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("today", date(2026, 11, 22)),
        ("tomorrow morning", date(2026, 11, 23)),
        ("the day after tomorrow", date(2026, 11, 24)),
        ("on Friday", date(2026, 11, 27)),
        ("this weekend", date(2026, 11, 28)),
        ("in three days", date(2026, 11, 25)),
        ("in two weeks", date(2026, 12, 6)),
        ("March 3rd", date(2027, 3, 3)),
        ("the fifth of December", date(2026, 12, 5)),
        ("December 24th 2027", date(2027, 12, 24)),
    ],
)
def test_dates(said: str, day: date) -> None:
    (found,) = find_days(Utterance(said).lows, SUNDAY)
    assert found.day == day


def test_february_thirtieth_is_no_date() -> None:
    assert find_days(("february", "30"), SUNDAY) == ()


@pytest.mark.parametrize(
    ("description", "written"),
    [
        ("Time as HH:MM", "19:05"),
        ("in 24-hour format", "19:05"),
        ("e.g. '8:15 PM'", "7:05 PM"),
        ("HH:MM:SS", "19:05:00"),
        ("when to come", "7:05 pm"),
    ],
)
def test_a_time_is_written_as_the_description_asks(description: str, written: str) -> None:
    (clock,) = find_times(("7:05", "pm"))
    assert write_time(clock, time_form(description), ()) == written
