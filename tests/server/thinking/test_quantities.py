"""Numbers, measures and sums as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.server.thinking.arithmetic import evaluate, expression_at
from livekit_nb.server.thinking.quantities import number_at, ordinal_at, plain
from livekit_nb.server.thinking.units import UNITS, convert, find_measures
from livekit_nb.server.thinking.words import Utterance


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("five", 5),
        ("twenty five", 25),
        ("a hundred and five", 105),
        ("two thousand three hundred", 2300),
        ("one million", 1_000_000),
        ("1,250.5", 1250.5),
        ("two and a half", 2.5),
        ("three point one four", 3.14),
        ("a dozen", 12),
        ("half a dozen", 6),
        ("two dozen", 24),
        ("a couple of", 2),
        ("minus ten", -10),
        ("three quarters", 0.75),
    ],
)
def test_number_words(said: str, value: float) -> None:
    words = said.split()
    assert number_at(words, 0) == (pytest.approx(value), len(words))


@pytest.mark.parametrize("said", ["", "hello", "this one", "a large one", "point"])
def test_no_number_where_none_is_meant(said: str) -> None:
    words = said.split()
    assert all(number_at(words, index) is None for index in range(len(words)))


@given(st.integers(min_value=0, max_value=999_999_999))
def test_digits_are_read_back(value: int) -> None:
    assert number_at([f"{value:,}"], 0) == (value, 1)


def test_ordinals() -> None:
    assert ordinal_at(["twenty", "first"], 0) == (21, 2)
    assert ordinal_at(["3", "rd"], 0) == (3, 2)
    assert ordinal_at(["three"], 0) is None


@pytest.mark.parametrize(
    ("said", "value", "unit"),
    [
        ("half an hour", 0.5, "hours"),
        ("an hour and a half", 1.5, "hours"),
        ("an hour and a quarter", 1.25, "hours"),
        ("1 hour and 20 minutes", 80, "minutes"),
        ("two and a half minutes", 2.5, "minutes"),
        ("minus five degrees celsius", -5, "celsius"),
        ("60 miles per hour", 60, "mph"),
        ("25%", 25, "percent"),
        ("three kilos", 3, "kilograms"),
    ],
)
def test_measures(said: str, value: float, unit: str) -> None:
    (measure,) = find_measures(Utterance(said).lows)
    assert measure.value == pytest.approx(value)
    assert measure.unit == UNITS.get(unit)


@pytest.mark.parametrize(
    ("said", "value", "currency"),
    [
        ("$20", 20, "USD"),
        ("forty euros", 40, "EUR"),
        ("42 dollars and 50 cents", 42.5, "USD"),
        ("100 Canadian dollars", 100, "CAD"),
    ],
)
def test_money(said: str, value: float, currency: str) -> None:
    (measure,) = find_measures(Utterance(said).lows)
    assert (measure.value, measure.currency) == (pytest.approx(value), currency)


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        (100, "fahrenheit", "celsius", 37.777778),
        (0, "kelvin", "celsius", -273.15),
        (26, "miles", "kilometers", 41.842944),
        (1, "stone", "pounds", 14),
    ],
)
def test_conversion(value: float, source: str, target: str, result: float) -> None:
    assert convert(value, UNITS[source], UNITS[target]) == pytest.approx(result, abs=1e-5)


def test_dimensions_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot become"):
        convert(1, UNITS["hours"], UNITS["meters"])


@pytest.mark.parametrize(
    ("said", "expression", "value"),
    [
        ("what's 12 times 7", "12 * 7", 84),
        ("two plus three times four", "2 + 3 * 4", 14),
        ("subtract 5 from 20", "20 - 5", 15),
        ("divide one hundred by eight", "100 / 8", 12.5),
        ("15 percent of 80", "15 / 100 * 80", 12),
        ("the square root of 144", "sqrt(144)", 12),
        ("seven squared", "7 ** 2", 49),
    ],
)
def test_sums(said: str, expression: str, value: float) -> None:
    hit = expression_at(Utterance(said).lows)
    assert hit is not None
    assert hit[0] == expression
    assert evaluate(expression) == pytest.approx(value)


@pytest.mark.parametrize("expression", ["1 / 0", "0 ** -1", "9999999 ** 60", "sqrt(-4)"])
def test_sums_without_a_sensible_value(expression: str) -> None:
    assert evaluate(expression) is None


def test_plain_keeps_whole_numbers_whole() -> None:
    assert [plain(3.0), plain(2.5)] == [3, 2.5]
    assert isinstance(plain(3.0), int)
