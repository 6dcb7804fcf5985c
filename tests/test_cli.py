"""The command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from livekit_nb import cli

LESSON = "notebooks/01-first-conversation.ipynb"


class Started(Exception):  # noqa: N818 (it is no error)
    """What would have been started."""


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with the lesson, where JupyterLab is only said to be started."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / LESSON).touch()
    monkeypatch.chdir(tmp_path)

    def start(*command: object) -> NoReturn:
        raise Started(*command)

    monkeypatch.setattr(os, "execv", start)
    monkeypatch.setattr(subprocess, "call", start)
    return tmp_path


def started(*arguments: str) -> list[str]:
    with pytest.raises(Started) as caught:
        cli.main(["lab", *arguments])
    command: list[str] = caught.value.args[-1]
    return command


def test_lab_opens_the_lesson_in_this_folder_and_passes_arguments_on(
    lab: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    command = started("--no-browser", "--port", "8899", "--ServerApp.token=abc")
    assert command == [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={lab}",
        f"--LabApp.default_url=/lab/tree/{LESSON}",
        *("--no-browser", "--port", "8899", "--ServerApp.token=abc"),
    ]
    assert capsys.readouterr() == ("", "")


def test_root_may_start_it_too_and_is_told(
    lab: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert "--allow-root" in started()
    assert "--allow-root" in capsys.readouterr().err


def test_without_a_lesson_it_says_where_to_run_it(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (lab / LESSON).unlink()
    assert cli.main(["lab"]) == 1
    assert "repository's folder" in capsys.readouterr().err
