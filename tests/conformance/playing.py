"""Runs a client on scenarios, and hands out what it was told of each as soon as it is there."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path

from tests.conformance.provide import Client
from tests.conformance.steps import Run, Scenario
from tests.live_server import LiveServer

AT_ONCE = 3  #: sessions of one client; with four clients, a small machine keeps up with them


class Playing:
    """A client at work on its scenarios.

    Parameters
    ----------
    client : Client
    server, limited_server : LiveServer
        The latter is for scenarios that need connections which end soon.
    scenarios : iterable of Scenario
    media : dict of str to bytes
        Sound (s16le) and pictures (JPEG), by the names which scenarios use.
    """

    def __init__(
        self,
        client: Client,
        server: LiveServer,
        limited_server: LiveServer,
        scenarios: Iterable[Scenario],
        media: dict[str, bytes],
    ) -> None:
        self._client = client
        wanted = list(scenarios)
        self._runs: dict[str, Future[Run]] = {item.name: Future() for item in wanted}
        self._about: Future[dict[str, str]] = Future()
        job = {
            "at_once": AT_ONCE,
            "media": {name: base64.b64encode(data).decode() for name, data in media.items()},
            "scenarios": [
                {
                    "name": item.name,
                    "steps": item.steps,
                    "address": _address(client, limited_server if item.limited else server),
                }
                for item in wanted
            ],
        }
        self._folder = tempfile.TemporaryDirectory()
        trusted = Path(self._folder.name) / "ca.pem"
        authorities = {Path(one.ca_file).read_text() for one in (server, limited_server)}
        trusted.write_text("".join(authorities))
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (close())
        self._process = subprocess.Popen(
            client.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            encoding="utf-8",
            env=_environment(trusted),
        )
        self._thread = threading.Thread(target=self._read, args=(json.dumps(job),), daemon=True)
        self._thread.start()

    def about(self) -> dict[str, str]:
        """Return ``version`` and ``runtime`` of the client, as it says itself."""
        return self._about.result()

    def run(self, name: str) -> Run:
        """Wait for a scenario, and return what came of it."""
        return self._runs[name].result()

    def close(self) -> None:
        """End the client, if it has not ended."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        self._errors.close()
        self._folder.cleanup()

    def _read(self, job: str) -> None:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout:
            try:
                process.stdin.write(job)
                process.stdin.close()
            except OSError:
                pass  # it ended at once; below it is told why
            for line in process.stdout:
                told = json.loads(line)
                if "version" in told:
                    self._about.set_result(told)
                    continue
                self._runs[told["scenario"]].set_result(Run(told["log"], self._client.name))
        code = process.wait()
        self._errors.seek(0)
        why = f"{self._client.name} ended with {code}:\n{self._errors.read()[-3000:]}"
        for waiting in (self._about, *self._runs.values()):
            if not waiting.done():
                waiting.set_exception(RuntimeError(why))


def _address(client: Client, server: LiveServer) -> str:
    """Return the address for a client; the Python client speaks nothing but TLS."""
    if client.language == "python":
        return server.tls_url.replace("wss:", "https:")
    return server.url.replace("ws:", "http:")


def _environment(trusted: Path) -> dict[str, str]:
    """Return an environment in which a client finds a key and whom to trust, and no proxy."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GOOGLE_", "GEMINI_", "PYTHON"))
    }
    return kept | {
        "GEMINI_API_KEY": "any",
        "SSL_CERT_FILE": str(trusted),
        "NO_PROXY": "localhost,127.0.0.1",
        "no_proxy": "localhost,127.0.0.1",
    }
