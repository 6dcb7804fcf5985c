"""``livekit-nb serve``: the embedded Live server as a process.

When it is ready it prints one line of JSON with its addresses, and then serves until it is told
to stop: by SIGTERM or SIGINT, or, with ``--until-stdin-closes``, when its standard input ends. A
parent that holds the other end of that pipe therefore takes the server along, however it dies, on
every system.

A signal is heeded politely: nobody new is let in, who talks gets a ``goAway`` and some seconds. A
second signal, or the end of standard input, waits for nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import math
import os
import shutil
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from livekit_nb.errors import LiveError, ServerStartError
from livekit_nb.server.chat.minds import minds
from livekit_nb.server.chat.settings import ChatSettings, settings_of
from livekit_nb.server.command import STOP_LIMIT_S, parser
from livekit_nb.server.door.capacity import Capacity
from livekit_nb.server.door.certificate import issue
from livekit_nb.server.door.doorkeeper import Doorkeeper, bind
from livekit_nb.server.door.house import GOODBYE_S, House
from livekit_nb.server.door.listen import LiveConnection, Reception
from livekit_nb.server.door.token_desk import TokenDesk
from livekit_nb.server.scratch import scratch_folder
from livekit_nb.server.talk.limits import Limits
from livekit_nb.wire.fault_plan import FAULTS_PATH, FaultPlan

if TYPE_CHECKING:
    from livekit_nb.server.talk.mind import Mind

__all__ = ["Addresses", "main", "serve", "serving"]

PARTING_S = 3.0  #: for the closing handshakes of connections that were told nothing before
EVERY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104
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
    tls_names: Sequence[str] = (),
    house: House | None = None,
    mind: Callable[[], Mind] | None = None,
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
    tls_names : sequence of str
        Names and addresses, beside those of the loopback, for which the certificate is good.
    house : House, optional
        Keeps count, and decides who is let in; by default everybody is.
    mind : callable, optional
        Makes a mind for a conversation; by default the built-in one.

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
        from livekit_nb.server.models import Models
        from livekit_nb.server.talk.memory import Memories

        ca_file = folder / "ca.pem"
        names = [*tls_names, *({host} - EVERY_ADDRESS)]
        house = house or House()
        models, tls = await asyncio.gather(
            asyncio.to_thread(Models.load), asyncio.to_thread(issue, ca_file, names)
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
                    told = models, memories, lasting, grant, house, mind
                    await Attendant(attended, *told).run()
            await asyncio.to_thread(models.tidy)

        posts = {FAULTS_PATH: desk.post, TOKENS_PATH: tokens.post}
        reception = Reception(attend, tls, required_key, posts, tokens, house)
        doorkeeper = Doorkeeper(listener, reception.deliver)
        try:
            bound = listener.getsockname()[1]
            shown = "127.0.0.1" if host in ("0.0.0.0", "localhost") else host  # noqa: S104
            shown = f"[{shown}]" if ":" in shown else shown
            async with house.measured():
                yield Addresses(f"ws://{shown}:{bound}", f"wss://localhost:{bound}", str(ca_file))
        finally:
            await asyncio.to_thread(doorkeeper.close)
            await reception.close(GOODBYE_S if house.stopping else PARTING_S)
            models.close()
            gc.unfreeze()


async def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    required_key: str | None = None,
    until_stdin_closes: bool = False,
    faults: FaultPlan | None = None,
    limits: Limits | None = None,
    tls_names: Sequence[str] = (),
    ca_copy: str | None = None,
    max_load: float = math.inf,
    stop_limit_s: float = STOP_LIMIT_S,
    chat: ChatSettings | None = None,
    announce: Callable[[Addresses], None] | None = None,
) -> None:
    """Serve until a signal says stop.

    Parameters
    ----------
    host, port, required_key, faults, limits, tls_names
        See :func:`serving`.
    until_stdin_closes : bool
        Also stop, at once, when standard input ends.
    ca_copy : str, optional
        Where to put a copy of the certificate authority's certificate; it stays there.
    max_load : float
        Measured load from which on nobody new is let in; see
        :class:`~livekit_nb.server.door.capacity.Capacity`.
    stop_limit_s : float
        How long conversations may go on after the signal. A second one waits no longer.
    chat : ChatSettings, optional
        The chat endpoint that thinks; by default the built-in thinker does.
    announce : callable, optional
        Called with the addresses when the server is ready.
    """
    stop, hurry = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked() -> None:
        (hurry if stop.is_set() else stop).set()

    def abandoned() -> None:
        stop.set()
        hurry.set()

    for name in ("SIGTERM", "SIGINT"):
        try:
            loop.add_signal_handler(getattr(signal, name), asked)
        except NotImplementedError:  # Windows
            signal.signal(getattr(signal, name), lambda *_: loop.call_soon_threadsafe(asked))
    if until_stdin_closes:
        threading.Thread(target=_watch_stdin, args=(loop, abandoned), daemon=True).start()
    house = House(Capacity(max_load))
    async with (
        minds(chat) as mind,
        serving(
            host=host,
            port=port,
            required_key=required_key,
            faults=faults,
            limits=limits,
            tls_names=tls_names,
            house=house,
            mind=mind,
        ) as addresses,
    ):
        if ca_copy is not None:
            _copy(addresses.ca_file, ca_copy)
        if announce is not None and not stop.is_set():
            announce(addresses)
        await stop.wait()
        await house.empty(stop_limit_s, hurry)


def _copy(ca_file: str, to: str) -> None:
    try:
        shutil.copyfile(ca_file, to)
    except OSError as error:
        raise ServerStartError(
            f"The certificate cannot be written to {to} ({error.strerror}). --ca-file names a file "
            "in a folder that exists and may be written to."
        ) from error


def _watch_stdin(loop: asyncio.AbstractEventLoop, ended: Callable[[], None]) -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        while os.read(sys.stdin.fileno(), 4096):
            pass
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(ended)


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``livekit-nb serve``; return the exit code."""
    options = parser().parse_args(argv)
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
            tls_names=options.tls_name,
            ca_copy=options.ca_file,
            max_load=options.max_load,
            stop_limit_s=options.stop_limit_s,
            chat=settings_of(options),
            announce=announce,
        )
    )
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LiveError as failure:
        sys.exit(f"livekit-nb serve: {failure}")
