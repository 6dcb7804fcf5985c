"""Fault plans: what may be said, what is refused and how, and that they survive their journeys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import livekit_nb as live
from livekit_nb.errors import SettingsError
from livekit_nb.wire.fault_plan import KINDS, Burst, Fault, FaultPlan, Impairment

MINIMAL = {
    kind: {"kind": kind} | ({triggers[0]: 1} if needed else {})
    for kind, (triggers, needed, _) in KINDS.items()
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_told_and_takes_all_its_journeys(kind):
    plan = FaultPlan.from_mapping({"seed": 3, "faults": [MINIMAL[kind]]})
    assert plan.faults[0].kind == kind
    assert plan
    assert FaultPlan.from_json(plan.to_json()) == plan
    assert FaultPlan.from_header(plan.to_header()) == plan


@given(st.integers())
def test_plans_by_chance_are_possible_and_repeat_themselves(seed):
    plan = FaultPlan.random(seed)
    assert FaultPlan.random(seed) == plan
    assert FaultPlan.from_json(plan.to_json()) == plan
    assert FaultPlan.from_header(plan.to_header()) == plan
    assert len(plan.to_header()) < 8_000


def test_plans_by_chance_differ_and_hold_only_what_is_asked_for():
    plans = [FaultPlan.random(seed, kinds=["drop", "stall"]) for seed in range(50)]
    assert {fault.kind for plan in plans for fault in plan.faults} == {"drop", "stall"}
    assert len({plan.to_json() for plan in plans}) == 50
    assert {fault.connection for plan in plans for fault in plan.faults} == {1, 2, 3}
    assert all(plan.up.nothing for plan in (FaultPlan.random(s, impaired=False) for s in range(20)))


def test_a_plan_as_toml():
    plan = FaultPlan.from_toml(
        """
        seed = 7
        [[faults]]
        kind = "go_away"
        at_s = 30
        time_left_s = 5
        [[faults]]
        kind = "drop"
        at_byte = 40_000
        direction = "up"
        connection = 2
        [up]
        delay_s = 0.08
        [down]
        bandwidth_bps = 500_000
        burst = {p = 0.01, r = 0.25}
        """
    )
    assert plan == FaultPlan(
        seed=7,
        faults=(
            Fault(kind="go_away", at_s=30.0, time_left_s=5.0),
            Fault(kind="drop", at_byte=40_000, direction="up", connection=2),
        ),
        up=Impairment(delay_s=0.08),
        down=Impairment(bandwidth_bps=500_000.0, burst=Burst(p=0.01, r=0.25)),
    )


def test_the_words_for_a_plan():
    plan = live.faults(
        go_away=20,
        drop=[5.0, {"at_byte": 9, "direction": "up"}],
        silent_turn=2,
        duplicate_tool_call=True,
        slow_setup=3,
        stall=False,
        delay_s=0.08,
        down={"loss": 0.02},
        seed=9,
    )
    assert plan.faults == (
        Fault(kind="go_away", at_s=20.0),
        Fault(kind="drop", at_s=5.0),
        Fault(kind="drop", at_byte=9, direction="up"),
        Fault(kind="silent_turn", turn=2),
        Fault(kind="duplicate_tool_call"),
        Fault(kind="slow_setup", for_s=3.0),
    )
    assert plan.up == Impairment(delay_s=0.08)
    assert plan.down == Impairment(delay_s=0.08, loss=0.02)
    assert plan.seed == 9
    assert not live.faults()
    assert isinstance(plan, live.FaultPlan)


def test_a_plain_number_counts_answers_for_what_happens_to_them():
    for kind in ("silent_turn", "phantom_interrupted", "duplicate_tool_call"):
        assert live.faults(**{kind: 2}).faults == (Fault(kind=kind, turn=2),)
    at_a_time = live.faults(phantom_interrupted={"at_s": 2}).faults
    assert at_a_time == (Fault(kind="phantom_interrupted", at_s=2.0),)


def test_a_plan_shows_what_is_told_and_no_more():
    assert repr(live.faults(drop=5)) == "FaultPlan(faults=(Fault(kind='drop', at_s=5.0),))"
    assert repr(live.faults()) == "FaultPlan()"


def test_words_add_to_a_file(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('seed = 4\n[[faults]]\nkind = "no_setup"\n[up]\njitter_s = 0.1\n')
    plan = live.faults(path, drop=1, delay_s=0.2)
    assert [fault.kind for fault in plan.faults] == ["no_setup", "drop"]
    assert plan.up == Impairment(jitter_s=0.1, delay_s=0.2)
    assert plan.down == Impairment(delay_s=0.2)
    assert plan.seed == 4
    assert live.faults({"seed": 5}).seed == 5


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ({"dorp": 1}, "there are go_away, drop"),
        ({"dorp": 1}, "Did you mean 'drop'"),
        ({"delays_s": 1}, "Did you mean 'delay_s'"),
        ({"drop": {"turns": 2}}, "drop={…} does not know 'turns'. Did you mean 'turn'?"),
        ({"drop": {"when": 2}}, "It takes at_s, at_byte, turn, direction, connection."),
        ({"drop": {"kind": "stall"}}, "does not know 'kind'"),
        ({"phantom_interrupted": 1.5}, "counts the agent's answers"),
        ({"phantom_interrupted": 0}, "counts from 1"),
        ({"seed": "x"}, "a whole number, not str"),
        ({"seed": True}, "a whole number, not bool"),
        ({"drop": {}}, "one of at_s, at_byte, turn"),
        ({"drop": {"at_s": 1, "turn": 1}}, "one of at_s, at_byte, turn"),
        ({"drop": -1}, "0 or more"),
        ({"drop": {"turn": 0}}, "counts from 1"),
        ({"drop": {"at_s": 1, "direction": "up"}}, "leave it out"),
        ({"drop": {"at_s": 1, "direction": "side"}}, "direction"),
        ({"drop": {"at_s": 1, "code": 1011}}, "does not know code"),
        ({"drop": {"at_s": "soon"}}, "at_s"),
        ({"drop": {"at": 1}}, "at"),
        ({"drop": "now"}, "a number, True, a dictionary"),
        ({"drop": float("nan")}, "0 or more"),
        ({"close": {"at_s": 1, "code": 1006}}, "use drop"),
        ({"close": {"at_s": 1, "reason": "ö" * 62}}, "123 bytes"),
        ({"silent_turn": {"at_s": 1}}, "takes turn"),
        ({"no_setup": 3}, "takes no moment"),
        ({"stall": {"at_s": 1, "for_s": -1}}, "in seconds"),
        ({"drop": {"at_s": 1, "connection": -1}}, "0 means every one"),
        ({"drop": [1] * 65}, "up to 64"),
        ({"loss": 2}, "loss=0.02"),
        ({"delay_s": 80}, "delay_s=0.08"),
        ({"bandwidth_bps": 2}, "bits per second"),
        ({"up": {"lag": 1}}, "lag"),
        ({"loss": 0.1, "burst": {"p": 0.1, "r": 0.5}}, "leave one out"),
        ({"burst": {"p": 2, "r": 0.5}}, "p=0.01"),
        ({"burst": {"p": 0.5, "r": 0.001}}, "end sooner"),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(words, remedy):
    with pytest.raises(SettingsError) as refused:
        live.faults(**words)
    assert remedy in str(refused.value)


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"\xff", b'{"faults":[{"kind":"nix"}]}', b'{"x":1}', b"[" * 100_000]
)
def test_what_is_no_plan_is_refused(text):
    with pytest.raises(SettingsError):
        FaultPlan.from_json(text)


@pytest.mark.parametrize("value", ["ä", "?", "A", "e30" * 20_000])
def test_what_is_no_header_is_refused(value):
    with pytest.raises(SettingsError):
        FaultPlan.from_header(value)


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        FaultPlan.load(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match="path of the plan is empty"):
        live.faults("")
    with pytest.raises(SettingsError, match=r"\[\[faults\]\]"):
        FaultPlan.from_toml("faults = [")
    with pytest.raises(SettingsError, match="TOML file"):
        live.faults(3)


@pytest.mark.parametrize(
    ("kind", "told", "connection", "strikes"),
    [
        ("no_setup", None, 1, True),
        ("no_setup", None, 2, False),
        ("no_setup", None, None, True),
        ("no_setup", 2, 2, True),
        ("no_setup", 2, 1, False),
        ("no_setup", 2, None, False),
        ("no_setup", 0, 5, True),
        ("refuse_handle", None, 1, False),
        ("refuse_handle", None, 2, True),
        ("refuse_handle", None, 3, False),
        ("refuse_handle", None, None, True),
    ],
)
def test_a_fault_belongs_to_one_connection_of_its_conversation(kind, told, connection, strikes):
    plan = FaultPlan(faults=(Fault(kind=kind, connection=told),))
    assert bool(plan.for_connection(connection)) is strikes
