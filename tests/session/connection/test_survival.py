"""Decisions about connections, checked against the rules whatever happens in whatever order."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.session.connection.survival import (
    BACKOFF_S,
    JITTER,
    RETRY_LIMIT_S,
    STALL_S,
    Survival,
)
from livekit_nb.session.connection.verdict import (
    GARBAGE,
    SILENT,
    UNREACHABLE,
    GiveUp,
    Retry,
    Verdict,
    verdict,
)
from livekit_nb.wire.messages import SessionResumptionUpdate

PASSING = st.sampled_from([UNREACHABLE, SILENT, 409, 429, 500, 503, 1000, 1001, 1005, 1006, 1011])
SECONDS = st.floats(0, 40, allow_nan=False)
TIMES_LEFT = st.none() | st.floats(0, 400, allow_nan=False)


def opened(now_s: float = 0.0, handle: str | None = "h", seed: int = 0) -> Survival:
    survival = Survival(Random(seed))
    survival.opened(now_s)
    if handle is not None:
        survival.update(SessionResumptionUpdate(new_handle=handle, resumable=True))
    return survival


def delay_of(step: Retry | GiveUp) -> float:
    assert isinstance(step, Retry)
    return step.delay_s


@given(seed=st.integers(), failures=st.lists(st.tuples(PASSING, SECONDS), max_size=200))
def test_attempts_are_spread_bounded_and_counted(
    seed: int, failures: list[tuple[int, float]]
) -> None:
    survival = opened(seed=seed)
    now_s = 100.0
    step = survival.ended(now_s, 1006, "")
    attempts = 0
    for code, took_s in failures:
        if isinstance(step, GiveUp):
            assert step.tried_s <= now_s - 100.0
            break
        attempts += 1
        assert step.attempt == attempts
        usual_s = min(BACKOFF_S[1], BACKOFF_S[0] * 2 ** (attempts - 1))
        assert usual_s * (1 - JITTER) <= step.delay_s <= usual_s * (1 + JITTER)
        assert now_s + step.delay_s - 100.0 <= RETRY_LIMIT_S, "nothing is begun after the limit"
        now_s += step.delay_s + took_s
        step = survival.ended(now_s, code, "")
    assert attempts <= 45


@given(
    seed=st.integers(),
    lives=st.lists(st.floats(0, 4.9), min_size=45, max_size=60),
)
def test_connections_that_never_work_do_not_go_on_for_ever(seed: int, lives: list[float]) -> None:
    survival = opened(seed=seed)
    now_s = 0.0
    for lived_s in lives:
        now_s += lived_s
        step = survival.ended(now_s, 1011, "Internal error encountered.")
        if isinstance(step, GiveUp):
            return
        now_s += step.delay_s
        survival.opened(now_s)
    raise AssertionError("it was never given up")


@given(works=st.lists(st.booleans(), min_size=1, max_size=50))
def test_a_good_connection_begins_the_count_anew(works: list[bool]) -> None:
    survival = opened()
    now_s = 10.0
    for reacts in works:
        step = survival.ended(now_s, 1006, "")
        assert isinstance(step, Retry)
        assert step.attempt == 1
        survival.opened(now_s + 1)
        if reacts:
            survival.heard(now_s + 2)
        now_s += 3 if reacts else 60


def test_the_same_seed_waits_the_same() -> None:
    def waits(seed: int) -> list[float]:
        survival = opened(seed=seed)
        return [delay_of(survival.ended(0.0, 1006, "")) for _ in range(8)]

    assert waits(1) == waits(1)
    assert waits(1) != waits(2)


UPDATES = st.builds(
    SessionResumptionUpdate,
    new_handle=st.sampled_from([None, "", "a", "b", "c"]),
    resumable=st.sampled_from([None, False, True]),
)


@given(updates=st.lists(UPDATES))
def test_the_last_handle_that_was_resumable_is_used(
    updates: list[SessionResumptionUpdate],
) -> None:
    survival = opened(handle=None)
    good = None
    for update in updates:
        survival.update(update)
        if update.resumable and update.new_handle:
            good = update.new_handle
    step = survival.ended(60.0, 1006, "")
    assert isinstance(step, Retry)
    assert step.handle == good


@given(left_s=TIMES_LEFT, opened_s=st.floats(0, 1000), later_s=st.floats(0, 1000))
def test_a_connection_that_will_end_is_left_in_time_even_if_nothing_more_comes(
    left_s: float | None, opened_s: float, later_s: float
) -> None:
    survival = opened(opened_s)
    now_s = opened_s + later_s
    survival.go_away(now_s, left_s)
    end_s = now_s + (10.0 if left_s is None else left_s)
    while (change := survival.due(now_s, paused=False, busy=True)) is None:
        wait_s = survival.next_check_s(now_s)
        assert wait_s is not None
        assert wait_s > 0
        now_s += wait_s
    assert change.reason == "goAway"
    assert now_s <= end_s + 0.002
    assert now_s >= end_s - 5.2


@given(left_s=st.floats(0, 400), pauses=st.lists(st.floats(0, 400), max_size=20))
def test_a_pause_is_used_when_the_end_is_near(left_s: float, pauses: list[float]) -> None:
    survival = opened(0.0)
    survival.go_away(10.0, left_s)
    for now_s in sorted(10.0 + pause for pause in pauses):
        change = survival.due(now_s, paused=True, busy=False)
        assert (change is not None) == (now_s >= 10.0 + left_s - 60.0)


def test_a_server_that_always_says_it_will_go_is_not_left_all_the_time() -> None:
    """Seen of a service: goAway with 300 s left, one second after every connection."""
    survival, now_s, changes = opened(), 0.0, 0
    while now_s < 3600.0:
        survival.go_away(now_s + 1.0, 300.0)
        while survival.due(now_s, paused=True, busy=False) is None:
            now_s += 0.1
        assert delay_of(survival.changing(now_s)) == 0.0
        survival.opened(now_s)
        changes += 1
    assert changes <= 15


def test_of_two_announcements_the_earlier_end_counts() -> None:
    survival = opened()
    survival.go_away(100.0, 10.0)
    survival.go_away(101.0, 50.0)
    assert survival.due(106.0, paused=False, busy=False) is not None


@given(
    reactions=st.lists(st.floats(0.1, STALL_S - 0.1), max_size=30),
    patience=st.floats(0.1, STALL_S - 0.1),
)
def test_a_server_that_reacts_now_and_then_is_not_stalled(
    reactions: list[float], patience: float
) -> None:
    survival = opened()
    survival.expect(0.0)
    now_s = 0.0
    for pause_s in reactions:
        now_s += pause_s
        assert survival.due(now_s, paused=False, busy=False) is None
        survival.heard(now_s)
    assert survival.due(now_s + patience, paused=False, busy=False) is None
    change = survival.due(now_s + STALL_S, paused=False, busy=False)
    assert change is not None
    assert change.stalled


def test_the_time_for_a_reaction_begins_when_no_tool_runs_any_more() -> None:
    survival = opened()
    survival.expect(0.0)
    now_s = 0.0
    while now_s < 2 * STALL_S:
        assert survival.due(now_s, paused=False, busy=True) is None
        wait_s = survival.next_check_s(now_s)
        assert wait_s is not None
        now_s += wait_s
    assert survival.due(now_s, paused=False, busy=False) is None
    assert survival.due(now_s + STALL_S - 2.0, paused=False, busy=False) is None
    change = survival.due(now_s + STALL_S, paused=False, busy=False)
    assert change is not None
    assert change.stalled


def test_patience_grows_while_leaving_does_not_help() -> None:
    survival = opened()
    survival.expect(0.0)
    now_s, waits = 0.0, []
    for _ in range(6):
        begun_s = now_s
        while survival.due(now_s, paused=False, busy=False) is None:
            now_s += 0.5
        waits.append(now_s - begun_s)
        survival.changing(now_s)
        survival.opened(now_s)
    assert waits == [15.0, 30.0, 60.0, 120.0, 240.0, 240.0]


@pytest.mark.parametrize(("code", "failures"), [(1008, 1), (1007, 1), (1011, 2), (SILENT, 2)])
def test_a_handle_that_does_not_work_is_given_up_for_a_fresh_session(
    code: int, failures: int
) -> None:
    survival = opened()
    step = survival.ended(60.0, 1006, "")
    handles = []
    for _ in range(failures + 1):
        assert isinstance(step, Retry)
        handles.append(step.handle)
        step = survival.ended(60.0, code, "")
    assert handles == ["h"] * failures + [None]


def test_a_network_that_is_gone_says_nothing_about_the_handle() -> None:
    survival = opened()
    step = survival.ended(60.0, 1006, "")
    for _ in range(20):
        assert isinstance(step, Retry)
        assert step.handle == "h"
        step = survival.ended(60.0, UNREACHABLE, "")


def test_what_was_sent_wrong_is_forgiven_twice_in_a_row() -> None:
    survival, now_s = opened(), 0.0
    steps = []
    for _ in range(3):
        now_s += 1.0
        steps.append(survival.ended(now_s, GARBAGE, ""))
        survival.opened(now_s)
    assert [isinstance(step, Retry) and step.cautious for step in steps] == [True, True, False]
    assert isinstance(steps[2], GiveUp)


def test_without_resumption_nothing_is_tried() -> None:
    survival = Survival(Random(0), resumes=False)
    survival.opened(0.0)
    survival.go_away(1.0, 1.0)
    assert survival.due(10.0, paused=True, busy=False) is None
    assert isinstance(survival.ended(10.0, 1006, ""), GiveUp)


@pytest.mark.parametrize(
    ("code", "reason", "talking", "resuming", "expected"),
    [
        (401, "", False, True, Verdict.FINAL),
        (403, "", False, True, Verdict.FINAL),
        (404, "", False, True, Verdict.FINAL),
        (409, "", False, True, Verdict.RETRY),
        (429, "", False, True, Verdict.RETRY),
        (502, "", False, True, Verdict.RETRY),
        (1007, "API key not valid. Please pass a valid API key.", False, True, Verdict.FINAL),
        (1008, "models/x is not found for API version v1", False, False, Verdict.FINAL),
        (1008, "Requested entity was not found.", False, False, Verdict.FINAL),
        (1008, "BidiGenerateContent session not found", False, True, Verdict.FRESH),
        (1007, "Request contains an invalid argument.", False, False, Verdict.FINAL),
        (1007, "Request contains an invalid argument.", False, True, Verdict.FRESH),
        (1007, "Request contains an invalid argument.", True, True, Verdict.FORGIVE),
        (1008, "Operation is not implemented, or supported", True, True, Verdict.FORGIVE),
        (1011, "You exceeded your current quota", True, True, Verdict.FINAL),
        (1011, "The service is currently unavailable.", False, True, Verdict.RETRY),
        (1011, "Deadline expired before operation could complete.", True, True, Verdict.RETRY),
        (1000, "", True, True, Verdict.RETRY),
        (1006, "", True, False, Verdict.RETRY),
        (4999, "something new", True, False, Verdict.RETRY),
    ],
)
def test_which_ends_are_worth_another_attempt(
    code: int, reason: str, talking: bool, resuming: bool, expected: Verdict
) -> None:
    assert verdict(code, reason, talking=talking, resuming=resuming) is expected
