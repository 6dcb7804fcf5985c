"""What a bad network may and may not do: properties, for any traffic over any impairment."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.server.faults.impairment import HEADER_BYTES, SEGMENT_BYTES, GilbertElliott, Link
from livekit_nb.wire.fault_plan import Burst, Impairment

bursts = st.builds(
    Burst,
    p=st.floats(0.001, 1.0),
    r=st.floats(0.05, 1.0),
    loss_good=st.floats(0.0, 0.3),
    loss_bad=st.floats(0.0, 1.0),
)
impairments = st.one_of(
    st.builds(
        Impairment,
        delay_s=st.floats(0.0, 2.0),
        jitter_s=st.floats(0.0, 2.0),
        loss=st.floats(0.0, 0.5),
        bandwidth_bps=st.none() | st.floats(8_000.0, 1e7),
    ),
    st.builds(Impairment, jitter_s=st.floats(0.0, 1.0), burst=bursts),
)
#: size of each message, and the time that passes before it
traffic = st.lists(st.tuples(st.integers(0, 20_000), st.floats(0.0, 1.0)), max_size=60)


def arrivals(impairment, messages, seed=0):
    link = Link(impairment, Random(seed))
    now, sent = 0.0, []
    for size, gap_s in messages:
        now += gap_s
        sent.append((now, size, link.carry(size, now)))
    return link, sent


@given(impairments, traffic, st.integers())
def test_order_is_kept_and_nothing_comes_early_or_never(impairment, messages, seed):
    _, sent = arrivals(impairment, messages, seed)
    times = [arrived for _, _, arrived in sent]
    assert times == sorted(times)
    for began, _, arrived in sent:
        assert began + impairment.delay_s <= arrived < began + 1e6


@given(impairments, traffic, st.integers())
def test_the_same_seed_does_the_same_again(impairment, messages, seed):
    first, again = (arrivals(impairment, messages, seed) for _ in range(2))
    assert first[1] == again[1]
    assert (first[0].packets, first[0].lost) == (again[0].packets, again[0].lost)


@given(impairments, traffic, st.integers())
def test_no_more_gets_through_than_fits(impairment, messages, seed):
    limit = impairment.bandwidth_bps
    if limit is None:
        return
    _, sent = arrivals(impairment, messages, seed)
    for first, (began, _, _) in enumerate(sent):
        carried = 0
        for _, size, arrived in sent[first:]:
            carried += size
            assert 8 * carried / limit <= arrived - began - impairment.delay_s + 1e-6


def test_without_an_impairment_everything_arrives_at_once():
    link, sent = arrivals(Impairment(), [(100_000, 0.02)] * 20)
    assert all(arrived == began for began, _, arrived in sent)
    assert link.lost == 0


def test_a_narrow_link_takes_its_time_headers_included():
    link = Link(Impairment(bandwidth_bps=80_000), Random(0))
    size = 3 * SEGMENT_BYTES
    assert link.carry(size, 10.0) == pytest.approx(10.0 + (size + 3 * HEADER_BYTES) / 10_000)
    waited = link.carry(0, 10.0)  # behind it
    assert waited == pytest.approx(10.0 + (size + 4 * HEADER_BYTES) / 10_000)


class Scripted(Random):
    """Chance that loses just the packets it is told to."""

    def __init__(self, *lost):
        super().__init__(0)
        self._lost = set(lost)
        self._packet = 0

    def random(self):
        self._packet += 1
        return 0.0 if self._packet in self._lost else 0.999


def test_a_lost_packet_is_late_and_what_is_behind_it_waits():
    link = Link(Impairment(delay_s=0.05, loss=0.1), Scripted(2, 3))
    assert link.carry(100, 1.0) == pytest.approx(1.05)
    # Lost, sent again after 0.2 s, lost again, sent again after 0.4 s.
    assert link.carry(100, 1.1) == pytest.approx(1.75)
    assert link.carry(100, 1.2) == pytest.approx(1.75)
    assert link.carry(100, 1.8) == pytest.approx(1.85)
    assert (link.packets, link.lost) == (6, 2)


def test_a_slow_way_back_makes_the_timeout_longer():
    link = Link(Impairment(delay_s=0.3, loss=0.1), Scripted(1), back_s=0.5)
    assert link.carry(100, 0.0) == pytest.approx(0.3 + 0.8)


@pytest.mark.parametrize(("p", "r"), [(0.01, 0.25), (0.05, 0.5), (0.2, 0.2)])
def test_bursts_are_as_long_and_as_frequent_as_gilbert_and_elliott_say(p, r):
    losses = GilbertElliott(0.0, Burst(p=p, r=r), Random(1))
    lost = [losses.lost() for _ in range(200_000)]
    share = sum(lost) / len(lost)
    assert share == pytest.approx(p / (p + r), rel=0.05)
    bursts = sum(here and not before for before, here in zip([False, *lost], lost, strict=False))
    assert sum(lost) / bursts == pytest.approx(1 / r, rel=0.05)


def test_single_losses_are_independent_of_each_other():
    losses = GilbertElliott(0.1, None, Random(2))
    lost = [losses.lost() for _ in range(100_000)]
    after_a_loss = [here for before, here in itertools.pairwise(lost) if before]
    assert sum(lost) / len(lost) == pytest.approx(0.1, abs=0.005)
    assert sum(after_a_loss) / len(after_a_loss) == pytest.approx(0.1, abs=0.015)


def still_bad(burst, seconds, rounds=4000):
    """Share of the bursts that are not over after so long a wait."""
    chance, count = Random(1), 0
    for _ in range(rounds):
        losses = GilbertElliott(0.0, burst, chance)
        losses.bad = True
        losses.wait(seconds)
        count += losses.bad
    return count / rounds


@pytest.mark.parametrize(("p", "r"), [(0.01, 0.2), (0.4, 0.8)])
def test_a_burst_passes_while_tcp_waits(p, r):
    burst = Burst(p=p, r=r)
    assert still_bad(burst, 0.02) == pytest.approx(1 - r, abs=0.03)
    assert still_bad(burst, 60.0) == pytest.approx(p / (p + r), abs=0.03)
