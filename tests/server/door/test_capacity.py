"""Whether there is room is decided by what was measured."""

from __future__ import annotations

import math

import pytest

from livekit_nb.server.door import capacity
from livekit_nb.server.door.capacity import SESSION_CORES, WINDOW_S, Capacity, available_cores

OLD_S = 2 * WINDOW_S


class Machine:
    """A machine whose processors do as they are told."""

    def __init__(self, limit=0.8, cores=4.0):
        self.now = self.process = self.loop = 0.0
        self.capacity = Capacity(
            limit,
            cores=cores,
            clock=lambda: self.now,
            process_clock=lambda: self.process,
            loop_clock=lambda: self.loop,
        )
        self.capacity.sample(0.0)

    def run(self, seconds, *, process=0.0, loop=0.0, late_s=0.0):
        """Let time pass in which so many processors are used, a quarter of a second a sample."""
        for _ in range(round(seconds * 4)):
            self.now += 0.25
            self.process += process / 4
            self.loop += loop / 4
            self.capacity.sample(late_s)
        return self


def test_the_load_is_the_share_of_the_processors_that_is_used():
    assert Machine().run(5, process=1.0, loop=0.2).capacity.load == pytest.approx(0.25)


def test_the_loop_has_one_processor_however_many_there_are():
    assert Machine(cores=64).run(5, process=1.0, loop=0.9).capacity.load == pytest.approx(0.9)


def test_who_waits_is_a_load_too_however_idle_the_processors_are_for_us():
    machine = Machine().run(5, late_s=capacity.LATE_S)
    assert machine.capacity.load == pytest.approx(1.0)


def test_one_delay_alone_is_no_load():
    machine = Machine().run(5)
    machine.capacity.waited(3.0)
    assert machine.capacity.load == 0
    machine.capacity.waited(3.0)
    assert machine.capacity.load > 1


def test_what_was_long_ago_is_no_load():
    machine = Machine().run(5, process=4.0, late_s=1.0)
    assert machine.capacity.load > 1
    assert machine.run(WINDOW_S).capacity.load == 0


def test_before_anything_was_measured_there_is_none():
    assert Machine().capacity.load == 0


def test_a_session_is_let_in_until_another_one_like_those_would_be_too_many():
    machine = Machine(limit=0.8, cores=4.0).run(OLD_S, process=2.0)  # half of it, by ten
    assert machine.capacity.admits([OLD_S] * 10)
    machine.run(OLD_S, process=3.0)
    assert not machine.capacity.admits([OLD_S] * 10)  # 0.75 + 0.075


def test_those_who_have_just_come_are_expected_to_cost_as_much_as_the_others():
    machine = Machine(limit=0.8, cores=4.0).run(OLD_S, process=2.0)
    assert machine.capacity.admits([OLD_S] * 10 + [1.0] * 4)
    assert not machine.capacity.admits([OLD_S] * 10 + [1.0] * 9)


def test_a_crowd_that_comes_at_once_is_not_let_in_as_a_whole():
    machine = Machine(limit=0.8, cores=4.0)
    ages = []
    while machine.capacity.admits(ages):
        ages.append(0.0)
    assert len(ages) == round(0.8 * 4 / SESSION_CORES)


def test_some_are_let_in_whatever_was_measured():
    machine = Machine(cores=4.0).run(OLD_S, process=4.0, late_s=9.0)
    assert machine.capacity.admits([OLD_S] * 3)
    assert not machine.capacity.admits([OLD_S] * 4)
    assert Machine(cores=0.5).capacity.free == 2


def test_without_a_limit_everybody_is():
    machine = Machine(limit=math.inf).run(OLD_S, process=4.0, late_s=9.0)
    assert machine.capacity.admits([0.0] * 500)


def test_samples_are_bounded():
    machine = Machine().run(400)
    for _ in range(2 * capacity.MAX_SAMPLES):
        machine.capacity.waited(0.0)
    assert len(machine.capacity._used) <= 4 * WINDOW_S + 2
    assert len(machine.capacity._waits) == capacity.MAX_SAMPLES
    assert len(machine.capacity._lags) < capacity.MAX_SAMPLES


def test_work_that_waits_now_and_then_is_no_load_unless_it_is_one_in_twenty():
    machine = Machine().run(5)
    for _ in range(97):
        machine.capacity.waited(0.0)
    for _ in range(3):
        machine.capacity.waited(9.0)
    assert machine.capacity.load == 0
    for _ in range(3):
        machine.capacity.waited(9.0)
    assert machine.capacity.load > 1


@pytest.mark.parametrize(
    ("told", "cores"), [("50000 100000", 0.5), ("max 100000", None), ("", None)]
)
def test_a_containers_share_of_the_processors_counts(tmp_path, monkeypatch, told, cores):
    monkeypatch.setattr(capacity, "CGROUP", tmp_path / "cpu.max")
    without = available_cores()
    assert without >= 1
    (tmp_path / "cpu.max").write_text(told)
    assert available_cores() == (cores or without)
