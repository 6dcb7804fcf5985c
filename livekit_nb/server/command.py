"""The command line of ``livekit-nb serve``."""

from __future__ import annotations

import argparse
import math

from livekit_nb.server.chat.settings import add_options
from livekit_nb.server.talk.limits import Limits

__all__ = ["MAX_LOAD", "STOP_LIMIT_S", "parser"]

MAX_LOAD = 0.85
STOP_LIMIT_S = 8.0  #: containers are killed ten seconds after they were asked to stop

_DESCRIPTION = """\
Run the embedded Live server: it speaks the Live API's WebSocket protocol, and it listens, thinks
and speaks on this machine, without an account. Plain and TLS connections share one port.
"""

_EPILOG = """\
When it is ready it prints one line of JSON, and serves until Ctrl-C or SIGTERM:

  {"url": "ws://127.0.0.1:8765", "tls_url": "wss://localhost:8765", "ca_file": "/tmp/.../ca.pem"}

  url, tls_url  its addresses; clients append the path of the Live API themselves
  ca_file       the certificate authority to trust for tls_url; it exists while the server runs

On the same port, over HTTP:

  /healthz      200 while it lives
  /readyz       200 if a new session would be let in, 503 if not (busy, stopping)
  /metrics      what it counts, for Prometheus

example, with the official SDK for Python (which insists on TLS):
  livekit-nb serve --port 8765 --ca-file live-ca.pem
  SSL_CERT_FILE=live-ca.pem GOOGLE_GEMINI_BASE_URL=https://localhost:8765 \\
      GOOGLE_API_KEY=any python my_program.py

example, with the official SDK for JavaScript:
  GOOGLE_GEMINI_BASE_URL=http://localhost:8765 GOOGLE_API_KEY=any node my_program.mjs

Asked to stop by a signal, it lets nobody in, tells every client with a goAway, and ends when all
have left, at the latest after --stop-limit-s. A second signal ends it at once.

More, with a container file and what differs from Google's service: docs/server.md

exit codes: 0 stopped as asked, 1 could not start (the reason is on standard error), 2 wrong usage
"""


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments of ``livekit-nb serve``."""
    made = argparse.ArgumentParser(
        prog="livekit-nb serve",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    _where(made.add_argument_group("where"))
    _who(made.add_argument_group("who is let in"))
    _how_long(made.add_argument_group("how long (seconds, 0 for ever)"))
    add_options(made)
    made.add_argument(
        "--faults",
        metavar="FILE",
        help="TOML file of what is to go wrong in every conversation (docs/faults.md)",
    )
    made.add_argument(
        "--until-stdin-closes", action="store_true", help="stop, at once, when standard input ends"
    )
    made.add_argument(
        "--verbose",
        action="store_true",
        help="also log sessions, never keys or words, to standard error",
    )
    return made


def _where(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on (%(default)s: this machine only; 0.0.0.0: every network)",
    )
    group.add_argument(
        "--port", type=int, default=0, help="TCP port; 0, the default, for any free one"
    )
    group.add_argument(
        "--tls-name",
        metavar="NAME",
        action="append",
        default=[],
        help="a name or address of this machine, for the certificate; may be given more than once",
    )
    group.add_argument(
        "--ca-file",
        metavar="FILE",
        help="write the certificate authority's certificate here too, where it stays",
    )


def _who(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--require-key",
        metavar="KEY",
        help="refuse every other API key; without it any key, or none, will do",
    )
    group.add_argument(
        "--max-load",
        metavar="SHARE",
        type=_share,
        default=MAX_LOAD,
        help="measured load from which on new sessions are refused with the service's 1011, as a "
        "share of what the machine can do (%(default)g); 0 never refuses",
    )


def _how_long(group: argparse._ArgumentGroup) -> None:
    for name, what, default_s in (
        ("connection", "a connection", Limits.connection_s),
        ("session", "a session without context window compression", Limits.session_s),
        ("video-session", "the same from its first camera picture on", Limits.video_session_s),
        ("setup", "a connection without a setup", Limits.setup_s),
    ):
        group.add_argument(
            f"--{name}-limit-s",
            metavar="SECONDS",
            type=_seconds,
            default=default_s,
            help=f"how long {what} lasts (%(default)g)",
        )
    group.add_argument(
        "--stop-limit-s",
        metavar="SECONDS",
        type=_seconds,
        default=STOP_LIMIT_S,
        help="how long conversations may go on once the server was asked to stop (%(default)g)",
    )


def _seconds(text: str) -> float:
    """Read a time limit; nought means none."""
    seconds = float(text)
    if not seconds >= 0:
        raise ValueError
    return seconds or math.inf


def _share(text: str) -> float:
    """Read a share; nought means no limit."""
    share = float(text)
    if not 0 <= share <= 1:
        raise ValueError
    return share or math.inf
