"""How sure a median is: bootstrap intervals, seeded, so that the same figures give the same ones.

The percentile bootstrap (B. Efron, "Bootstrap methods: another look at the jackknife", Annals of
Statistics 7(1), 1979, 1-26, https://doi.org/10.1214/aos/1176344552): medians of many samples of the
same size, drawn with replacement; the middle 95 % of them is the interval. It takes the turns of a
conversation for independent of each other, which is not wholly true.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["FEWEST", "Estimate", "median", "median_difference", "paired_difference"]

FEWEST: Final = 5
"""With fewer values there is no interval: it would only repeat the smallest and the largest."""

_SAMPLES: Final = 4000
_SEED: Final = 20090616
_MOST_AT_ONCE: Final = 2_000_000
_TAILS: Final = (2.5, 97.5)

Floats = npt.NDArray[np.float64]


class Estimate(NamedTuple):
    """A value with its 95 % interval; ``None`` where it is not known."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0


def median(values: npt.ArrayLike) -> Estimate:
    """Median of some values, with its interval if there are five or more."""
    known = np.asarray(values, dtype=np.float64)
    if not len(known):
        return Estimate(None)
    middle = float(np.median(known))
    if len(known) < FEWEST:
        return Estimate(middle, n=len(known))
    return Estimate(middle, *_interval(_medians(known, _generator())), len(known))


def median_difference(values: npt.ArrayLike, base: npt.ArrayLike) -> Estimate:
    """Median of `values` less median of `base`, which have nothing to do with each other."""
    known, other = np.asarray(values, dtype=np.float64), np.asarray(base, dtype=np.float64)
    if not len(known) or not len(other):
        return Estimate(None)
    difference = float(np.median(known) - np.median(other))
    fewer = min(len(known), len(other))
    if fewer < FEWEST:
        return Estimate(difference, n=fewer)
    chance = _generator()
    differences = _medians(known, chance) - _medians(other, chance)
    return Estimate(difference, *_interval(differences), fewer)


def paired_difference(values: npt.ArrayLike, base: npt.ArrayLike) -> Estimate:
    """Median of the differences of values that correspond, one by one."""
    return median(np.asarray(values, dtype=np.float64) - np.asarray(base, dtype=np.float64))


def _generator() -> np.random.Generator:
    return np.random.default_rng(_SEED)


def _medians(values: Floats, chance: np.random.Generator) -> Floats:
    """Medians of samples drawn with replacement, as many at a time as memory likes."""
    at_once = max(1, _MOST_AT_ONCE // len(values))
    found = [
        np.median(chance.choice(values, (min(at_once, _SAMPLES - first), len(values))), axis=1)
        for first in range(0, _SAMPLES, at_once)
    ]
    return np.concatenate(found)


def _interval(medians: Floats) -> tuple[float, float]:
    low, high = np.percentile(medians, _TAILS)
    return float(low), float(high)
