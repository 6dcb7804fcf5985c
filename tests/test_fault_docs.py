"""What docs/faults.md says can be done so."""

from __future__ import annotations

import re
from pathlib import Path

import livekit_nb as live
from livekit_nb.wire.fault_plan import KINDS, Fault, FaultPlan, Impairment

PAGE = (Path(__file__).parent.parent / "docs" / "faults.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_file_is_a_plan(tmp_path):
    (text,) = blocks("toml")
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    plan = live.faults(path)
    assert plan == FaultPlan.load(path)
    assert [fault.kind for fault in plan.faults] == ["go_away", "drop", "silent_turn"]
    assert plan.up.loss == 0.01
    assert plan.down.burst is not None
    assert plan.seed == 7


def test_the_words_are_plans():
    (code,) = blocks("python")
    calls = re.findall(r"live\.faults\(.*?\)(?=$|\))", code, re.MULTILINE)
    assert len(calls) == 3
    plans = [eval(call, {"live": live}) for call in calls]
    assert [len(plan.faults) for plan in plans] == [2, 1, 0]


def test_every_kind_is_explained_with_all_it_takes():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*)$", PAGE, re.MULTILINE))
    for kind, (triggers, _, own) in KINDS.items():
        for name in (*triggers, *own):
            assert f"`{name}`" in rows[kind], (kind, name)
    for name in Impairment.__struct_fields__:
        assert name in rows
    for name in Fault.__struct_fields__:
        assert f"`{name}`" in PAGE, name
