from __future__ import annotations

import math
import random

import pytest

from livekit_nb.browser.clock import ClockNews, PageClock

OFFSET_S = 1234.5


def exchange(
    clock: PageClock, sent_s: float, there_s: float, back_s: float, offset_s: float = OFFSET_S
) -> None:
    """One ping that took `there_s`, and its pong that took `back_s`."""
    page_ms = (sent_s + there_s - offset_s) * 1000
    clock.observe(sent_s, page_ms, sent_s + there_s + back_s)


def test_nothing_is_known_before_the_first_answer() -> None:
    clock = PageClock()
    assert (clock.offset_s, clock.error_s, clock.to_kernel_s(1.0)) == (None, None, None)


def test_a_symmetric_exchange_gives_the_offset() -> None:
    clock = PageClock()
    exchange(clock, 100.0, 0.004, 0.004)
    assert clock.offset_s == pytest.approx(OFFSET_S)
    assert clock.error_s == pytest.approx(0.004)
    assert clock.to_kernel_s(500.0) == pytest.approx(OFFSET_S + 0.5)


def test_with_jitter_the_error_is_told_and_true() -> None:
    rng = random.Random(7)
    for _ in range(50):
        clock = PageClock()
        for n in range(20):
            exchange(clock, 100.0 + n, 0.001 + rng.expovariate(50), 0.001 + rng.expovariate(50))
        assert clock.offset_s is not None
        assert clock.error_s is not None
        assert abs(clock.offset_s - OFFSET_S) <= clock.error_s + 1e-9
        assert clock.error_s < 0.02


def test_one_slow_exchange_does_not_spoil_a_good_one() -> None:
    clock = PageClock()
    exchange(clock, 100.0, 0.001, 0.001)
    exchange(clock, 101.0, 0.5, 0.0)
    assert clock.error_s == pytest.approx(0.001)
    assert clock.offset_s == pytest.approx(OFFSET_S)


def test_the_window_follows_drift() -> None:
    clock = PageClock(window_s=30.0)
    for n in range(600):
        exchange(clock, 100.0 + n, 0.002, 0.002, OFFSET_S + n * 50e-6)
    assert clock.offset_s == pytest.approx(OFFSET_S + 599 * 50e-6, abs=31 * 50e-6)


def test_when_only_slow_exchanges_are_left_they_count() -> None:
    clock = PageClock(window_s=10.0)
    exchange(clock, 100.0, 0.001, 0.001)
    exchange(clock, 120.0, 0.05, 0.05)
    assert clock.error_s == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("sent_s", "page_ms", "received_s"),
    [(10.0, 1.0, 9.0), (10.0, math.nan, 10.1), (10.0, math.inf, 10.1), (10.0, 1.0, 30.0)],
)
def test_impossible_exchanges_are_ignored(sent_s: float, page_ms: float, received_s: float) -> None:
    clock = PageClock()
    clock.observe(sent_s, page_ms, received_s)
    assert clock.offset_s is None


def test_memory_is_bounded() -> None:
    clock = PageClock()
    for n in range(10_000):
        exchange(clock, n * 0.01, 0.001 + (n % 977) * 1e-6, 0.001)
    assert len(clock._best) <= 3001


def test_what_has_changed_noticeably_is_news_and_nothing_else() -> None:
    clock, news = PageClock(window_s=1.0), ClockNews()
    assert news.news(clock, 0.02) == {}, "nothing is known yet"
    exchange(clock, 100.0, 0.002, 0.002)
    told = {"offset_s": pytest.approx(OFFSET_S), "error_s": pytest.approx(0.002)}
    assert news.news(clock, None) == told | {"output_latency_s": None}
    assert news.news(clock, None) == {}
    assert news.news(clock, 0.0301) == told | {"output_latency_s": 0.0301}
    assert news.news(clock, 0.037) == {}
    assert news.news(clock, 0.042)["output_latency_s"] == 0.042, "slow changes add up"
    exchange(clock, 102.0, 0.002, 0.002, OFFSET_S + 0.0008)
    assert news.news(clock, 0.042) == {}
    exchange(clock, 104.0, 0.002, 0.002, OFFSET_S + 0.0012)
    assert news.news(clock, 0.042)["offset_s"] == pytest.approx(OFFSET_S + 0.0012)
    news.forget()
    assert news.news(clock, 0.042)["error_s"] == pytest.approx(0.002)
