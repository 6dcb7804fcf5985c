"""``livekit-nb serve``: the embedded Live server as a process.

When it is ready it prints one line of JSON with its addresses, and then serves until it is told
to stop: by SIGTERM or SIGINT, or, with ``--until-stdin-closes``, when its standard input ends. A
parent that holds the other end of that pipe therefore takes the server along, however it dies, on
every system.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import logging
import math
import os
import signal
import ssl
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from livekit_nb.errors import LiveError
from livekit_nb.server.doorkeeper import Doorkeeper, bind
from livekit_nb.server.limits import Limits
from livekit_nb.server.listen import LiveConnection, Reception
from livekit_nb.server.packages import missing
from livekit_nb.server.scratch import scratch_folder
from livekit_nb.server.token_desk import TokenDesk
from livekit_nb.wire.fault_plan import FAULTS_PATH, FaultPlan

__all__ = ["Addresses", "main", "serve", "serving"]

TOKENS_PATH = "/(.*/)?(v1|v1beta|v1alpha)/auth_tokens"


@dataclass(frozen=True)
class Addresses:
    """Where the server can be reached.

    Attributes
    ----------
    url, tls_url : str
        Plain and TLS WebSocket address; the port is the same.
    ca_file : str
        PEM file with the certificate authority to trust for `tls_url`. It exists while the
        server runs; its private key is never written.
    """

    url: str
    tls_url: str
    ca_file: str


@asynccontextmanager
async def serving(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    required_key: str | None = None,
    faults: FaultPlan | None = None,
    limits: Limits | None = None,
) -> AsyncIterator[Addresses]:
    """Load the models and serve while the context is open.

    Parameters
    ----------
    host : str
        Address to listen on; the default is reachable from this machine only.
    port : int
        TCP port; 0 for any free one.
    required_key : str or None
        The only API key accepted. None accepts any.
    faults : FaultPlan or None
        What goes wrong in every conversation that brings no plan of its own.
    limits : Limits, optional
        How long connections and sessions last; by default as long as the service's.

    Raises
    ------
    ServerStartError
        If the port is taken.
    MissingPackagesError
        If a package is not installed.
    """
    listener = bind(host, port)
    with contextlib.closing(listener), scratch_folder() as folder:
        # Imported here, so that a taken port or a question for help is answered at once.
        from livekit_nb.server.attend import Attendant
        from livekit_nb.server.faults.desk import FaultDesk
        from livekit_nb.server.memory import Memories
        from livekit_nb.server.models import Models

        ca_file = folder / "ca.pem"
        models, tls = await asyncio.gather(
            asyncio.to_thread(Models.load), asyncio.to_thread(_certificate, ca_file, host)
        )
        # What is loaded stays: looking through it for garbage whenever a conversation ends would
        # silence all others for 0.2 s.
        gc.freeze()
        memories = Memories()
        desk, tokens = FaultDesk(faults), TokenDesk()

        async def attend(connection: LiveConnection) -> None:
            grant, lasting = connection.grant, limits or Limits()
            async with desk.at(connection) as attended:
                if attended is not None:
                    await Attendant(attended, models, memories, lasting, grant).run()
            await asyncio.to_thread(models.tidy)

        posts = {FAULTS_PATH: desk.post, TOKENS_PATH: tokens.post}
        reception = Reception(attend, tls, required_key, posts, tokens)
        doorkeeper = Doorkeeper(listener, reception.deliver)
        try:
            bound = listener.getsockname()[1]
            shown = "127.0.0.1" if host in ("0.0.0.0", "localhost") else host  # noqa: S104
            shown = f"[{shown}]" if ":" in shown else shown
            yield Addresses(f"ws://{shown}:{bound}", f"wss://localhost:{bound}", str(ca_file))
        finally:
            await asyncio.to_thread(doorkeeper.close)
            await reception.close()
            models.close()
            gc.unfreeze()


def _certificate(ca_file: Path, host: str) -> ssl.SSLContext:
    """Make a certificate authority and a certificate for this machine's names."""
    try:
        import trustme
    except ImportError as error:
        raise missing("trustme") from error
    authority = trustme.CA()
    names = dict.fromkeys(["localhost", "127.0.0.1", "::1"])
    if host not in ("0.0.0.0", "::"):  # noqa: S104
        names[host] = None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    ca_file.touch(mode=0o600)
    authority.cert_pem.write_to_path(ca_file)
    return context


async def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    required_key: str | None = None,
    until_stdin_closes: bool = False,
    faults: FaultPlan | None = None,
    limits: Limits | None = None,
    announce: Callable[[Addresses], None] | None = None,
) -> None:
    """Serve until a signal says stop.

    Parameters
    ----------
    host, port, required_key, faults, limits
        See :func:`serving`.
    until_stdin_closes : bool
        Also stop when standard input ends.
    announce : callable, optional
        Called with the addresses when the server is ready.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT"):
        try:
            loop.add_signal_handler(getattr(signal, name), stop.set)
        except NotImplementedError:  # Windows
            signal.signal(getattr(signal, name), lambda *_: loop.call_soon_threadsafe(stop.set))
    if until_stdin_closes:
        threading.Thread(target=_watch_stdin, args=(loop, stop), daemon=True).start()
    async with serving(
        host=host, port=port, required_key=required_key, faults=faults, limits=limits
    ) as addresses:
        if announce is not None and not stop.is_set():
            announce(addresses)
        await stop.wait()


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        while os.read(sys.stdin.fileno(), 4096):
            pass
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(stop.set)


_DESCRIPTION = """\
Run the embedded Live server: it speaks the Live API's WebSocket protocol, and it listens, thinks
and speaks on this machine, without an account. Plain and TLS connections share one port.
"""

_EPILOG = """\
When it is ready it prints one line of JSON, and serves until Ctrl-C or SIGTERM:

  {"url": "ws://127.0.0.1:8765", "tls_url": "wss://localhost:8765", "ca_file": "/tmp/.../ca.pem"}

  url, tls_url  its addresses; clients append the path of the Live API themselves
  ca_file       the certificate authority to trust for tls_url; it exists while the server runs

example, with the official SDK for Python (which insists on TLS):
  livekit-nb serve --port 8765
  SSL_CERT_FILE=/tmp/.../ca.pem GOOGLE_GEMINI_BASE_URL=https://localhost:8765 \\
      GOOGLE_API_KEY=any python my_program.py

exit codes: 0 stopped as asked, 1 could not start (the reason is on standard error), 2 wrong usage
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``livekit-nb serve``; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="livekit-nb serve",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=int, default=0, help="TCP port; 0, the default, for any free one"
    )
    parser.add_argument(
        "--require-key",
        metavar="KEY",
        help="refuse every other API key; without it any key, or none, will do",
    )
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="stop when standard input ends"
    )
    parser.add_argument(
        "--faults",
        metavar="FILE",
        help="TOML file of what is to go wrong in every conversation (docs/faults.md)",
    )
    for name, what, default_s in (
        ("connection", "a connection", Limits.connection_s),
        ("session", "a session without context window compression", Limits.session_s),
        ("video-session", "the same from its first camera picture on", Limits.video_session_s),
        ("setup", "a connection without a setup", Limits.setup_s),
    ):
        parser.add_argument(
            f"--{name}-limit-s",
            metavar="SECONDS",
            type=_seconds,
            default=default_s,
            help=f"how long {what} lasts (%(default)g); 0 for ever",
        )
    parser.add_argument(
        "--verbose",
        action="store_true",
        help="also log sessions, never keys or words, to standard error",
    )
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING)

    def announce(addresses: Addresses) -> None:
        sys.stdout.write(json.dumps(asdict(addresses)) + "\n")
        sys.stdout.flush()

    asyncio.run(
        serve(
            host=options.host,
            port=options.port,
            required_key=options.require_key,
            until_stdin_closes=options.until_stdin_closes,
            faults=FaultPlan.load(options.faults) if options.faults else None,
            limits=Limits(
                options.connection_limit_s,
                options.session_limit_s,
                options.video_session_limit_s,
                options.setup_limit_s,
            ),
            announce=announce,
        )
    )
    return 0


def _seconds(text: str) -> float:
    """Read a time limit; nought means none."""
    seconds = float(text)
    if not seconds >= 0:
        raise ValueError
    return seconds or math.inf


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LiveError as failure:
        sys.exit(f"livekit-nb serve: {failure}")
