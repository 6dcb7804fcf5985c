"""The state of filling a tool's arguments from one utterance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.times import MONTHS, WEEKDAYS, ClockTime, find_days, find_times
from livekit_nb.server.thinking.tool import Parameter, Tool
from livekit_nb.server.thinking.words import Utterance, stem, word_set

_TIME_NAMES = frozenset({*WEEKDAYS, *MONTHS, "i", "i'm", "am", "pm"})
EXPANDING_ROLES = word_set(
    "place person room door device item symbol enum number restaurant genre language color "
    "duration time email date destination text"
)


@dataclass
class Filling:
    """Arguments found so far, and the words that gave them.

    Parameters
    ----------
    tool : Tool
        Whose arguments they are.
    utterance : Utterance
        The words looked at.
    now : datetime
        For relative dates.

    Attributes
    ----------
    values : dict of str to list
        What was found; several values of a scalar parameter make several calls.
    used : set of int
        Words that gave values.
    framed : set of str
        Parameters filled by a whole frame ("tell … that …").
    weak : set of int
        Words taken only for want of something better.
    """

    tool: Tool
    utterance: Utterance
    now: datetime
    values: dict[str, list[Any]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    framed: set[str] = field(default_factory=set)
    weak: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        lows = self.utterance.lows
        self.stems = tuple(stem(low) for low in lows)
        self.days = find_days(lows, self.now.date())
        self.times = tuple(c for c in find_times(lows) if not self._is_house_number(c))

    def _is_house_number(self, clock: ClockTime) -> bool:
        """Tell whether "at 12" goes on as an address ("at 12 Elm Street")."""
        after = self.utterance.words[clock.end : clock.end + 1]
        plain = not (clock.half or clock.minute or clock.word)
        return plain and bool(after) and after[0].is_capital and after[0].low not in _TIME_NAMES

    def is_address(self, index: int) -> bool:
        """Tell whether a number goes on as an address ("to 5 Mill Lane")."""
        before, after = self.utterance.lows[index - 1 : index], self.utterance.words[index + 1 :]
        leads = before in (("at",), ("to",), ("from",), ("on",), ("is",), ("in",))
        named = bool(after) and after[0].is_capital and after[0].low not in _TIME_NAMES
        return index > 0 and leads and named and not self.utterance.text.istitle()

    @property
    def hints(self) -> tuple[str, ...]:
        """Words that tell morning from evening: the utterance's, then the tool's own."""
        told = [low.strip(".,") for low in self.tool.description.lower().split()]
        return (*self.utterance.lows, *self.tool.words, *told)

    def is_free(self, start: int, end: int) -> bool:
        """Tell whether no argument has taken any of these words."""
        return not self.used.intersection(range(start, end))

    def take(self, parameter: Parameter, values: list[Any], start: int, end: int) -> None:
        """Give a parameter its value (more than one: one call each) and mark the words."""
        known = self.values.setdefault(parameter.name, [])
        known += [value for value in values if value not in known]
        self.used.update(range(start, end))

    def open(self, *roles: str) -> list[Parameter]:
        """Return the parameters of these roles that have no value yet, required first."""
        found = [p for p in self.tool.slots if p.name not in self.values and role_of(p) in roles]
        return sorted(found, key=lambda p: not p.required)

    @property
    def missing(self) -> list[Parameter]:
        """Required parameters without a value, in the order of the declaration."""
        return [
            p
            for p in self.tool.slots
            if p.required and p.name not in self.values and role_of(p) != "agreement"
        ]

    def calls(self) -> list[dict[str, Any]]:
        """Return the arguments of each call; a parameter named twice makes two calls."""
        return [self.tool.nested(values) for values in self.sets()]

    def sets(self) -> list[dict[str, Any]]:
        """Return the same by the names of parameters, parts of objects one by one."""
        fixed: dict[str, Any] = {}
        varying: list[tuple[str, list[Any]]] = []
        for parameter in self.tool.slots:
            values = self.values.get(parameter.name)
            if not values:
                continue
            if parameter.type == "array":
                fixed[parameter.name] = values
            elif len(values) > 1 and role_of(parameter) in EXPANDING_ROLES:
                varying.append((parameter.name, values))
                fixed[parameter.name] = None
            else:
                fixed[parameter.name] = values[0]
        if not varying:
            return [fixed]
        count = max(len(values) for _, values in varying)
        return [
            fixed | {name: values[min(index, len(values) - 1)] for name, values in varying}
            for index in range(count)
        ]
