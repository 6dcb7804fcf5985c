"""The embedded server as a process, for tests."""

from __future__ import annotations

import contextlib
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from tests.patience import PATIENCE_S

PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"


@dataclass(frozen=True)
class LiveServer:
    """Where a running server can be reached."""

    url: str
    tls_url: str
    ca_file: str
    pid: int

    @property
    def live_url(self) -> str:
        """Plain WebSocket URL with the path of the Live API."""
        return self.url + PATH

    @property
    def trust(self) -> ssl.SSLContext:
        """A client's TLS settings that trust this server."""
        return ssl.create_default_context(cafile=self.ca_file)


#: The server with quick ears and a quick mouth: of its four seconds of work at the start, most go
#: into loading models, which not every test of a server is about.
QUICK = """
from livekit_nb.lab.synthetic import QuickModels
from livekit_nb.server.models import Models
from livekit_nb.server.serve import main
Models.load = QuickModels
main()
"""


@contextlib.contextmanager
def running_server(*arguments: str, quick: bool = False) -> Iterator[LiveServer]:
    """Start a server, wait until it is ready, and end it by closing its standard input.

    One that is ``quick`` loads no models: it hears and speaks as `livekit_nb.lab.synthetic` does.
    """
    program = ["-c", QUICK] if quick else ["-m", "livekit_nb.server.serve"]
    # A machine that is busy with other tests would have it refuse.
    always = "--until-stdin-closes", "--max-load", "0"
    command = [sys.executable, *program, *always, *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, f"the server ended at its start with {process.wait()}"
            yield LiveServer(**json.loads(line), pid=process.pid)
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
