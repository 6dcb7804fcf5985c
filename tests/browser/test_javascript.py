"""The browser modules: their own unit tests, their types, and whether the built files are fresh."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "livekit_nb" / "widgets" / "static"


def build(*arguments: str) -> str:
    """Run js/build.py; a missing Node or package is a failure."""
    command = [sys.executable, str(ROOT / "js" / "build.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return done.stdout


def test_unit_tests_of_the_browser_modules_pass() -> None:
    report = build("--test")
    assert "fail 0" in report
    assert "skipped 0" in report


@pytest.mark.timeout(600)
def test_types_of_the_browser_modules_are_right() -> None:
    build("--check")


@pytest.mark.timeout(600)
def test_the_built_files_are_those_of_the_sources(tmp_path: Path) -> None:
    build("--out", str(tmp_path))
    built = sorted(path.name for path in tmp_path.iterdir())
    assert built == sorted(path.name for path in STATIC.iterdir())
    for name in built:
        fresh, committed = (tmp_path / name).read_bytes(), (STATIC / name).read_bytes()
        assert fresh == committed, f"{name} is stale; run: make js"


@pytest.mark.parametrize("widget", ["studio", "player"])
def test_the_modules_need_nothing_from_elsewhere(widget: str) -> None:
    module = (STATIC / f"{widget}.js").read_text(encoding="utf-8")
    for sign in ("https://", "http://cdn", "import(", 'from"', "importScripts"):
        assert sign not in module, sign
    assert len(module) < 130_000  # it travels with every widget


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (ROOT / "js" / "package-lock.json").read_text(encoding="utf-8")
