"""``docs/protocol.md`` lists the scenarios as they are, and the lock file names no registry."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conformance.page import rows
from tests.conformance.scenarios import SCENARIOS

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "protocol.md"


def test_the_page_lists_the_scenarios_as_they_are() -> None:
    section = PAGE.read_text(encoding="utf-8").split("## Official clients")[1].split("\n## ")[0]
    listed = re.findall(r"(?m)^\| `.*$", section)
    assert listed == rows(), "see: python -m tests.conformance.page"


def test_every_reason_for_leaving_a_scenario_out_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    reasons = {reason for item in SCENARIOS for reason in item.cannot.values()}
    assert reasons
    assert not [reason for reason in reasons if reason not in text]


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (HERE / "package-lock.json").read_text(encoding="utf-8")
