"""Bootstrap intervals: what is known of them, and that they are the same every time."""

import numpy as np
import pytest

from livekit_nb.plots.bootstrap import median, median_difference, paired_difference


def test_a_median_with_its_interval():
    values = np.random.default_rng(0).normal(0.5, 0.1, 200)
    estimate = median(values)
    assert estimate.value == pytest.approx(np.median(values))
    assert estimate.low < estimate.value < estimate.high
    assert estimate.n == 200
    # The median of a normal sample scatters by 1.2533 sigma / sqrt(n).
    width = 2 * 1.96 * 1.2533 * 0.1 / np.sqrt(200)
    assert estimate.high - estimate.low == pytest.approx(width, rel=0.3)
    assert median(values) == estimate  # seeded


def test_intervals_hold_the_truth_as_often_as_they_say():
    chance = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        estimate = median(chance.exponential(1.0, 40))
        held += estimate.low <= np.log(2.0) <= estimate.high
    assert 88 <= held <= 100


def test_too_few_values_have_no_interval_and_none_no_median():
    assert median([0.3, 0.5, 0.4]) == (0.4, None, None, 3)
    assert median([]) == (None, None, None, 0)
    assert median_difference([], [1.0] * 9).value is None
    assert median_difference([2.0] * 3, [1.0] * 9) == (1.0, None, None, 3)


def test_pairs_show_what_scatter_hides():
    chance = np.random.default_rng(2)
    base = chance.uniform(0.2, 2.0, 30)
    slower = base + 0.1 + chance.normal(0.0, 0.02, 30)
    apart, paired = median_difference(slower, base), paired_difference(slower, base)
    assert apart.low < 0.0 < apart.high
    assert paired.low > 0.08
    assert paired.high < 0.12
    assert paired.value == pytest.approx(0.1, abs=0.02)


def test_many_values_do_not_need_much_memory():
    estimate = median(np.arange(5_001, dtype=float))
    assert estimate.value == 2_500.0
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * 0.5 * np.sqrt(5_001), rel=0.2)
