"""The server's temporary folder, and what becomes of those of dead servers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from livekit_nb.server.scratch import _MARK, scratch_folder

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="Windows has no locks that end by themselves"
)

HOLD = """
import sys
from livekit_nb.server.scratch import scratch_folder
with scratch_folder() as folder:
    (folder / "ca.pem").touch()
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def age(folder: Path) -> None:
    os.utime(folder, (0, 0))


def test_the_folder_is_private_and_goes_when_it_is_no_longer_needed(temporary: Path) -> None:
    with scratch_folder() as folder:
        assert folder.parent == temporary
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "ca.pem").touch()
    assert list(temporary.iterdir()) == []


def test_folders_of_killed_servers_are_removed_and_no_others(temporary: Path) -> None:
    command = [sys.executable, "-c", HOLD]
    servers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    folders = []
    for server in servers:
        assert server.stdout is not None
        folders.append(Path(server.stdout.readline().strip()))
    living, dead = folders
    servers[1].kill()
    servers[1].communicate()
    work = temporary / "livekit-nb-server-work"  # somebody's own folder, named like ours
    young = temporary / "livekit-nb-server-young"
    for folder in (work, young, temporary / "livekit-nb-main", temporary / "other"):
        folder.mkdir()
    (work / "precious.py").touch()
    (young / _MARK).touch()
    (temporary / "livekit-nb-server-link").symlink_to(temporary / "other")
    for folder in (*folders, *temporary.glob("livekit-nb-main"), work, temporary / "other"):
        age(folder)
    with scratch_folder() as mine:
        left = {path.name for path in temporary.iterdir()}
    servers[0].communicate()
    assert not dead.exists()
    assert left == {
        *(living.name, mine.name, "other", work.name, young.name),
        *("livekit-nb-main", "livekit-nb-server-link"),
    }
    assert (work / "precious.py").exists()
    assert not living.exists()  # it has removed it by itself
