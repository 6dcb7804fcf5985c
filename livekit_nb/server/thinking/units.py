"""Units and currencies: names people use, conversion within a dimension, measures in an utterance.

Factors are the exact international definitions (yard and pound agreement of 1959, US customary
volumes, statute mile); temperatures convert by their affine formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from livekit_nb.server.thinking.quantities import number_at
from livekit_nb.server.thinking.words import STOP, stem, word_set


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: canonical plural name, symbol, dimension and factor to the dimension's base."""

    name: str
    symbol: str
    dimension: str
    factor: float
    offset: float = 0.0


_TABLE = """
milliseconds ms time 0.001 millisecond millis
seconds s time 1 second sec secs
minutes min time 60 minute mins
hours h time 3600 hour hr hrs
days d time 86400 day
nights n time 86400 night
weeks wk time 604800 week
months mo time 2629800 month
years yr time 31557600 year
millimeters mm length 0.001 millimeter millimetre millimetres
centimeters cm length 0.01 centimeter centimetre centimetres
meters m length 1 meter metre metres
kilometers km length 1000 kilometer kilometre kilometres kms
inches in length 0.0254 inch
feet ft length 0.3048 foot
yards yd length 0.9144 yard
miles mi length 1609.344 mile
milligrams mg mass 0.000001 milligram
grams g mass 0.001 gram gramme grammes
kilograms kg mass 1 kilogram kilo kilos kgs
ounces oz mass 0.028349523125 ounce
pounds lb mass 0.45359237 pound lbs
stones st mass 6.35029318 stone
tons t mass 1000 ton tonne tonnes
milliliters ml volume 0.001 milliliter millilitre millilitres
liters l volume 1 liter litre litres
gallons gal volume 3.785411784 gallon
pints pt volume 0.473176473 pint
quarts qt volume 0.946352946 quart
cups cup volume 0.2365882365 cup
tablespoons tbsp volume 0.01478676478125 tablespoon
teaspoons tsp volume 0.00492892159375 teaspoon
kilometers_per_hour kmh speed 0.2777777777777778 kph
miles_per_hour mph speed 0.44704
bytes b data 1 byte
kilobytes kb data 1000 kilobyte
megabytes mb data 1000000 megabyte
gigabytes gb data 1000000000 gigabyte
terabytes tb data 1000000000000 terabyte
watts w power 1 watt
kilowatts kw power 1000 kilowatt
kilowatt_hours kwh energy 1000
calories cal energy 0.00116222 calorie
kilocalories kcal energy 1.16222 kilocalorie
percent % percent 1 percentage pct
"""
_TEMPERATURES = (
    (Unit("celsius", "c", "temperature", 1.0), ("celsius", "centigrade", "c")),
    (
        Unit("fahrenheit", "f", "temperature", 5 / 9, -32 * 5 / 9),
        ("fahrenheit", "fahrenheits", "f", "farenheit"),
    ),
    (Unit("kelvin", "k", "temperature", 1.0, -273.15), ("kelvin", "kelvins", "k")),
    (Unit("degrees", "°", "degrees", 1.0), ("degrees", "degree", "°")),
)
_CURRENCY_TABLE = """
USD dollar dollars buck bucks $ | EUR euro euros € | GBP pound pounds quid sterling £
JPY yen ¥ | CHF franc francs | INR rupee rupees | CNY yuan renminbi | KRW won
SEK kronor krona | NOK krone kroner | PLN zloty zlotys | TRY lira | RUB ruble rubles
BRL real reais | MXN peso pesos | CZK koruna | ILS shekel shekels | THB baht
CAD | AUD | NZD | SGD | HKD | DKK | ZAR rand | HUF forint | BTC bitcoin bitcoins
"""
_NATIONAL = {
    ("canadian", "USD"): "CAD",
    ("australian", "USD"): "AUD",
    ("singapore", "USD"): "SGD",
    ("hong kong", "USD"): "HKD",
    ("swiss", "CHF"): "CHF",
    ("danish", "NOK"): "DKK",
    ("danish", "SEK"): "DKK",
    ("swedish", "NOK"): "SEK",
}
NATIONALITIES = frozenset(
    {name for name, _ in _NATIONAL if " " not in name}
    | {"us", "american", "british", "japanese", "mexican", "indian"}
)

UNITS: dict[str, Unit] = {}
for _line in _TABLE.strip().splitlines():
    _name, _symbol, _dimension, _factor, *_more = _line.split()
    _unit = Unit(_name.replace("_", " "), _symbol, _dimension, float(_factor))
    UNITS |= dict.fromkeys((_name.replace("_", " "), _symbol, *_more), _unit)
for _unit, _names in _TEMPERATURES:
    UNITS |= dict.fromkeys(_names, _unit)
CURRENCIES: dict[str, str] = {}
for _entry in _CURRENCY_TABLE.replace("\n", "|").split("|"):
    if _entry.strip():
        _code, *_said = _entry.split()
        CURRENCIES |= dict.fromkeys((_code.lower(), *_said), _code)
_RISKY_SYMBOLS = word_set("s h d n in m c f g l t b st mo k min cup pt w cal")


@dataclass(frozen=True, slots=True)
class Measure:
    """A number in an utterance with its unit.

    Parameters
    ----------
    start, end : int
        Word span, end exclusive.
    value : float
        The number, in ``unit``.
    unit : Unit or None
        What it counts, when said.
    currency : str
        ISO 4217 code when money was said, else ``""``.
    parts : tuple of (float, Unit)
        The components of a compound ("1 hour 20 minutes").
    is_article : bool
        Whether the number was only "a" or "an".
    """

    start: int
    end: int
    value: float
    unit: Unit | None = None
    currency: str = ""
    parts: tuple[tuple[float, Unit], ...] = ()
    is_article: bool = False


def convert(value: float, source: Unit, target: Unit) -> float:
    """Convert a value between two units of one dimension; mixing dimensions is a `ValueError`."""
    if source.dimension != target.dimension:
        raise ValueError(f"{source.name} cannot become {target.name}")
    base = value * source.factor + source.offset
    return round((base - target.offset) / target.factor, 6)


def unit_at(words: Sequence[str], start: int, after_number: bool = True) -> tuple[Unit, int] | None:
    """Read a unit at a word; single letters and "in" count only after a number."""
    if start >= len(words):
        return None
    word = words[start]
    rest = tuple(words[start : start + 3])
    if rest[1:] == ("per", "hour") and stem(word) in ("kilometer", "mil", "kilometr"):
        return UNITS["mph" if stem(word) == "mil" else "kmh"], start + 3
    if word in ("degrees", "degree", "°") and len(rest) > 1:
        scale = UNITS.get(rest[1])
        if scale and scale.dimension == "temperature":
            return scale, start + 2
    if word == "in" or (word in _RISKY_SYMBOLS and not after_number):
        return None
    unit = UNITS.get(word)
    return (unit, start + 1) if unit else None


def currency_at(words: Sequence[str], start: int) -> tuple[str, int] | None:
    """Read a currency ("euros", "Canadian dollars", "USD") and return its ISO code."""
    for length in (2, 1):
        nation = " ".join(words[start : start + length])
        noun = CURRENCIES.get(words[start + length]) if start + length < len(words) else None
        if noun and (nation, noun) in _NATIONAL:
            return _NATIONAL[nation, noun], start + length + 1
        if noun and nation in NATIONALITIES:
            return noun, start + length + 1
    if start < len(words) and words[start] in CURRENCIES:
        return CURRENCIES[words[start]], start + 1
    return None


@lru_cache(maxsize=512)
def find_measures(words: tuple[str, ...]) -> tuple[Measure, ...]:
    """Find all numbers of an utterance with their units, compounds merged."""
    found: list[Measure] = []
    index = 0
    while index < len(words):
        measure = _measure_at(words, index)
        if measure is None:
            index += 1
            continue
        index = measure.end
        if found and (merged := _merge(words, found[-1], measure)):
            found[-1] = merged
        else:
            found.append(measure)
    return tuple(found)


def _measure_at(words: tuple[str, ...], start: int) -> Measure | None:
    sign = words[start] in ("$", "€", "£", "¥")
    number = number_at(words, start + sign)
    if number is None:
        if words[start] in ("a", "an") and not sign:
            unit = unit_at(words, start + 1, after_number=False)
            is_kind = unit and unit[0].name in ("nights", "days") and _goes_on(words, unit[1])
            if unit and unit[0].dimension == "time" and not is_kind:
                value, end = 1.0, unit[1]
                for part, more in (("half", 0.5), ("quarter", 0.25)):
                    if words[end : end + 3] == ("and", "a", part):
                        value, end = 1 + more, end + 3
                return Measure(start, end, value, unit[0], is_article=True)
        return None
    value, end = number
    if sign:
        return Measure(start, end, value, currency=CURRENCIES[words[start]])
    if words[end : end + 1] in (("cents",), ("cent",), ("pence",)):
        return Measure(
            start, end + 1, value / 100, currency="GBP" if words[end] == "pence" else "USD"
        )
    if words[end : end + 1] in (("a",), ("an",)) and value < 1:  # half an hour
        end += 1
    unit = unit_at(words, end)
    if unit is None and end > start + 1 and words[end - 1] in ("a", "an"):
        end -= 1
    money = currency_at(words, end)
    if unit:
        end = unit[1]
        if words[end : end + 3] == ("and", "a", "half"):
            value, end = value + 0.5, end + 3
        return Measure(start, end, value, unit[0], money[0] if money else "")
    if money:
        return Measure(start, money[1], value, currency=money[0])
    return Measure(start, end, value)


def _goes_on(words: tuple[str, ...], index: int) -> bool:
    """Tell whether a noun follows, as in "a night light" and "a day pass"."""
    return index < len(words) and words[index] not in STOP


def _merge(words: tuple[str, ...], left: Measure, right: Measure) -> Measure | None:
    """Join "one hour" and "twenty minutes" when nothing but "and" stands between."""
    between = words[left.end : right.start]
    if between not in ((), ("and",)):
        return None
    if left.currency and words[right.end - 1] in ("cents", "cent", "pence"):
        total = round(left.value + right.value, 2)
        return Measure(left.start, right.end, total, currency=left.currency)
    is_bare = right.unit is None and not right.currency and not between
    if left.currency and is_bare and 0 < right.value < 100:  # "twelve euros fifty"
        total = round(left.value + right.value / 100, 2)
        return Measure(left.start, right.end, total, currency=left.currency)
    if left.unit is None:
        return None
    is_height = left.unit.name == "feet" and not left.parts and 0 < right.value < 12
    if is_bare and is_height:  # "five foot ten"
        right = replace(right, unit=UNITS["inches"])
    unit = right.unit
    if unit is None or unit.dimension != left.unit.dimension or unit.factor >= left.unit.factor:
        return None
    if unit.dimension not in ("time", "length", "mass"):
        return None
    parts = (*(left.parts or ((left.value, left.unit),)), (right.value, unit))
    total = sum(convert(value, part, unit) for value, part in parts)
    return Measure(left.start, right.end, round(total, 6), unit, parts=parts)
