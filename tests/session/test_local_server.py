"""The embedded server as a child process."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

import livekit_nb as live
from livekit_nb.engine import bridge
from livekit_nb.errors import MissingPackagesError, ServerStartError, SessionClosedError
from livekit_nb.session.local_server import LocalServer, local_server


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Return a function that makes a module unimportable in child processes."""

    def hide(module: str, line: str) -> None:
        (tmp_path / f"{module}.py").write_text(line)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return hide


async def test_missing_packages_come_with_the_command_that_installs_them(without) -> None:
    without("onnxruntime", "raise ImportError('not here')")
    server = LocalServer()
    with pytest.raises(MissingPackagesError, match=r"pip install 'livekit-nb\[local\]'"):
        await bridge(server.url())
    assert server.pid is None


async def test_a_server_that_cannot_start_says_why(without) -> None:
    without("msgspec", "raise SystemExit('the disk is full')")
    server = LocalServer()
    with pytest.raises(ServerStartError, match="the disk is full"):
        await bridge(server.url())


async def test_callers_share_one_server_and_one_start() -> None:
    server = local_server()
    first, second = await asyncio.gather(bridge(server.url()), bridge(server.url()))
    assert first == second
    assert first.startswith("ws://127.0.0.1:")
    assert server.info["tls_url"].startswith("wss://localhost:")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL to send")
async def test_a_killed_server_is_told_and_the_next_conversation_gets_a_new_one() -> None:
    async with live.connect(endpoint="local") as session:
        await session.say(live.speech("Tell me a story."))
        await session.until("speaking")
        pid = local_server().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(SessionClosedError, match="recording is kept"):
            await session.next_turn()
        assert session.status.startswith("error: ")
        assert session.recording.duration_s > 1
        assert session.recording.turns
    async with live.connect(endpoint="local") as session:
        await session.send_text("Hello!")
        assert (await session.next_turn()).agent is not None
    assert local_server().pid != pid


async def test_interrupting_a_cell_does_not_end_the_server() -> None:
    server = local_server()
    await bridge(server.url())
    assert server.pid is not None
    if os.name == "posix":
        # An interrupted kernel's whole process group gets the signal.
        assert os.getpgid(server.pid) != os.getpgid(0)
