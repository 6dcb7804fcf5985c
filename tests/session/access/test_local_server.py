"""The embedded server as a child process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

import livekit_nb as live
from livekit_nb.engine import bridge, engine
from livekit_nb.errors import MissingPackagesError, ServerStartError
from livekit_nb.session.access import local_server as module
from livekit_nb.session.access.local_server import LocalServer, local_server
from tests.live_server import PATH
from tests.patience import PATIENCE_S, connect_sync


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


@pytest.fixture
def waited_for(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each time that a process's end is waited for, whether the engine is held up by that."""
    held: list[bool] = []
    wait = subprocess.Popen.wait

    def watched(process: subprocess.Popen[str], timeout: float | None = None) -> int:
        held.append(engine().is_current)
        return wait(process, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", watched)
    return held


async def test_a_start_that_takes_too_long_is_given_up_without_holding_up_conversations(
    monkeypatch: pytest.MonkeyPatch, waited_for: list[bool]
) -> None:
    monkeypatch.setattr(module, "START_TIMEOUT_S", 0.01)
    server = LocalServer()
    with pytest.raises(ServerStartError, match="was not ready within"):
        await bridge(server.url())
    assert server.pid is None
    assert waited_for
    assert not any(waited_for)


async def test_a_start_that_fails_holds_up_no_conversations(
    without, waited_for: list[bool]
) -> None:
    without("msgspec", "raise SystemExit('the disk is full')")
    with pytest.raises(ServerStartError, match="the disk is full"):
        await bridge(LocalServer().url())
    assert waited_for
    assert not any(waited_for)


async def test_callers_share_one_server_and_one_start() -> None:
    server = local_server()
    first, second = await asyncio.gather(bridge(server.url()), bridge(server.url()))
    assert first == second
    assert first.startswith("ws://127.0.0.1:")
    assert server.info["tls_url"].startswith("wss://localhost:")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL to send")
async def test_a_killed_server_is_started_anew_and_the_conversation_goes_on() -> None:
    async with live.connect(endpoint="local") as session:
        await session.send_text("My name is Ada.")
        await session.next_turn()
        pid = local_server().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await session.until("reconnecting")
        await session.send_text("What is my name?")
        turn = await session.next_turn()
        assert turn.agent is not None
        assert "Ada" in turn.agent.text
        assert local_server().pid not in (None, pid)
        (resumed,) = [e for e in session.recording.events if e.kind == "session.resumed"]
        assert resumed.data["fresh"]


async def test_interrupting_a_cell_does_not_end_the_server() -> None:
    server = local_server()
    await bridge(server.url())
    assert server.pid is not None
    if os.name == "posix":
        # An interrupted kernel's whole process group gets the signal.
        assert os.getpgid(server.pid) != os.getpgid(0)


KERNEL_THAT_FORKS = """
import os, sys, threading
from livekit_nb.engine import engine
from livekit_nb.session.access.local_server import local_server

server = local_server()
url = engine().submit(server.url()).result()
fork = os.fork()
if fork == 0:
    threading.Event().wait()
print(url.split("/")[2].split(":")[1], fork, flush=True)
sys.stdin.readline()
os._exit(0)  # it tells nobody, as when it is killed
"""


def call_until_refused(port: int) -> None:
    """Whoever calls while a server ends is dropped when it has ended."""
    while True:
        late = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        with late, contextlib.suppress(ConnectionResetError):
            late.recv(1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
def test_a_fork_of_the_kernel_does_not_keep_the_server() -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", KERNEL_THAT_FORKS]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as kernel:
        assert kernel.stdout is not None
        assert kernel.stdin is not None
        port, fork = map(int, kernel.stdout.readline().split())
        try:
            with connect_sync(f"ws://127.0.0.1:{port}{PATH}") as client:
                kernel.stdin.write("end\n")
                kernel.stdin.flush()
                assert kernel.wait(PATIENCE_S) == 0
                with pytest.raises(ConnectionClosed, match="1001"):  # it ends; the fork does not
                    client.recv(timeout=PATIENCE_S)
            with pytest.raises(ConnectionRefusedError):
                call_until_refused(port)
        finally:
            os.kill(fork, signal.SIGKILL)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
def test_a_fork_that_ends_does_not_end_the_server() -> None:
    server = LocalServer()
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        server._process, server._ready = process, {"url": "ws://127.0.0.1:1"}
        assert server.ready
        server.disown()
        assert (server.pid, server.ready) == (None, False)
        server.stop()  # as at the fork's exit
        _, status = os.waitpid(process.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0  # by the end of its input, by no signal
