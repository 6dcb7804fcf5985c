"""The report on what is there and who would answer."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import livekit_nb as live
from livekit_nb.checking import Finding, Report
from livekit_nb.engine import bridge
from livekit_nb.errors import LiveError
from tests.session.replay.scores import Score


def test_a_report_says_who_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    report = live.check()
    assert report.ok
    assert "local server" in repr(report)
    assert "local server" in report._repr_html_()


def test_a_key_is_named_but_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "canary-key-123")
    report = live.check()
    assert "Google" in repr(report)
    assert "canary" not in repr(report) + report._repr_html_()


def test_no_endpoint_is_a_finding_and_no_exception() -> None:
    report = live.check(endpoint="nonsense")
    assert not report.ok
    assert "'ws://127.0.0.1:8123'" in repr(report)


def test_a_recording_answers_too(tmp_path: Path) -> None:
    score = Score()
    score.user(1.0, 2.0)
    score.speaks(3.0, "Hello.")
    score.recording.save(tmp_path / "talk.liverec")
    for endpoint in (score.recording, tmp_path / "talk.liverec", f"{tmp_path}/talk.liverec"):
        report = live.check(endpoint=endpoint)
        assert report.ok
        assert "recording of" in repr(report)
        assert "key" not in repr(report)
    for missing in (tmp_path / "nowhere.liverec", Score().recording):
        report = live.check(endpoint=missing)
        assert not report.ok
        assert re.search("no recording at|nothing to play back", repr(report))


def test_only_what_is_needed_counts() -> None:
    assert Report([Finding("a", True, ""), Finding("b", False, "", needed=False)]).ok
    assert not Report([Finding("a", True, ""), Finding("b", False, "")]).ok


async def test_it_refuses_to_block_the_engine() -> None:
    async def inside() -> None:
        live.check()

    with pytest.raises(LiveError, match="call it in a cell"):
        await bridge(inside())


@pytest.mark.parametrize("order", ["live.__all__", "reversed(live.__all__)"])
def test_names_stay_what_they_are_in_whatever_order_they_are_used(order: str) -> None:
    code = (
        f"import livekit_nb as live\nfor name in {order}: getattr(live, name)\n"
        "assert callable(live.check) and callable(live.speech) and callable(live.connect)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
