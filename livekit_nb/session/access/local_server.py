"""The embedded server as a child process: started on demand, one per kernel, ended with it."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import subprocess
import sys
import threading
from typing import Any

from livekit_nb.engine import engine
from livekit_nb.errors import MissingPackagesError, ServerStartError
from livekit_nb.session.access.credentials import environment_for_children

__all__ = ["LocalServer", "local_server"]

START_TIMEOUT_S = 60.0
_MISSING = "livekit-nb[local]"


class LocalServer:
    """The embedded Live server, in a process of its own.

    Its models must not share the kernel's interpreter: a busy cell would silence them. The child
    holds the other end of a pipe from this process and ends when that closes, so it does not
    outlive the kernel, however that ended. A fork of the kernel lets go of its end at once.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._ready: dict[str, Any] = {}
        self._starting: asyncio.Task[str] | None = None
        self._disowned: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs, else ``None``."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process is not None else None

    @property
    def ready(self) -> bool:
        """Whether it runs and can be talked to."""
        return self.pid is not None and bool(self._ready)

    @property
    def info(self) -> dict[str, Any]:
        """What the server said when it was ready: ``url``, ``tls_url``, ``ca_file``."""
        return dict(self._ready)

    async def url(self) -> str:
        """Return the server's ``ws://`` address, starting it if it is not running.

        Runs on the engine's loop; several callers share one start.

        Raises
        ------
        MissingPackagesError
            If its packages are not installed; the message holds the command that does it.
        ServerStartError
            If it ended, or was not ready within a minute.
        """
        if self.ready:
            return str(self._ready["url"])
        if self._starting is None or self._starting.done():
            self._starting = asyncio.get_running_loop().create_task(self._start())
        return await asyncio.shield(self._starting)

    def warm_up(self) -> None:
        """Begin to start it without waiting; a failure is told when the address is asked for."""

        async def start() -> None:
            try:
                await self.url()
            except (MissingPackagesError, ServerStartError):
                return

        engine().submit(start())

    def stop(self) -> None:
        """End the process, if it runs; waits for its end, so never call it on the engine."""
        process = self._taken()
        if process is not None:
            _end(process)

    def disown(self) -> None:
        """Let go of the process in a fork of this one, whose child it is not."""
        process, self._process, self._ready, self._starting = self._process, None, {}, None
        if process is not None:
            process.returncode = 0  # so that it is neither waited for nor warned about
            if process.stdin is not None:
                process.stdin.close()
            # Not forgotten: to close its output would need a lock that a thread may have held.
            self._disowned = process

    async def _stopped(self) -> None:
        """As :meth:`stop`, but the engine goes on meanwhile: others may be talking."""
        process = self._taken()
        if process is not None:
            await asyncio.to_thread(_end, process)

    def _taken(self) -> subprocess.Popen[str] | None:
        process, self._process, self._ready = self._process, None, {}
        return process

    async def _start(self) -> str:
        await self._stopped()
        command = [sys.executable, "-m", "livekit_nb.cli", "serve", "--until-stdin-closes"]
        errors: list[str] = []
        process = subprocess.Popen(  # noqa: ASYNC220 (a fork and exec; nothing is waited for)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment_for_children(),  # keys are none of its business
            # A group of its own: interrupting a cell interrupts the kernel's whole group.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._process = process
        threading.Thread(target=_keep_tail, args=(process.stderr, errors), daemon=True).start()
        assert process.stdout is not None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                line = await _line_of(process.stdout, loop)
            self._ready = json.loads(line)
            return str(self._ready["url"])
        except TimeoutError:
            await self._stopped()
            raise ServerStartError(
                f"The local server was not ready within {START_TIMEOUT_S:.0f} s; the machine may "
                "be very busy. Run the cell again, or 'livekit-nb serve' in a terminal to see why."
            ) from None
        except (ValueError, KeyError):
            code = process.poll()
            await self._stopped()
            told = "\n".join(errors[-3:]).strip()
            if _MISSING in told:
                raise MissingPackagesError(told) from None
            raise ServerStartError(
                f"The local server ended at its start (exit code {code}). {told or ''} "
                "Run 'livekit-nb serve' in a terminal to see more."
            ) from None


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and wait until it has ended."""
    if process.stdin is not None:
        process.stdin.close()
    if os.name == "posix":
        process.terminate()  # elsewhere that is no signal but the end: let it tidy up
    try:
        process.wait(timeout=3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


async def _line_of(stream: Any, loop: asyncio.AbstractEventLoop) -> str:
    """Read one line on a daemon thread: pipes of a child cannot be awaited on Windows' loops."""
    done: asyncio.Future[str] = loop.create_future()

    def settle(line: str) -> None:
        if not done.done():
            done.set_result(line)

    def read() -> None:
        line = stream.readline()
        loop.call_soon_threadsafe(settle, line)

    threading.Thread(target=read, name="livekit-nb-server-start", daemon=True).start()
    return await done


def _keep_tail(stream: Any, lines: list[str]) -> None:
    """Empty the child's error stream, so that it never blocks, and keep its last lines."""
    with stream:
        for line in stream:
            lines.append(line.rstrip())
            del lines[:-20]


_server: LocalServer | None = None
_lock = threading.Lock()


def local_server() -> LocalServer:
    """Return the kernel's embedded server (not yet started)."""
    global _server
    with _lock:
        if _server is None:
            _server = LocalServer()
            atexit.register(_server.stop)
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=_server.disown)
        return _server
