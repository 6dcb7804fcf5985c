"""One port for everybody: plain and TLS connections, told apart by their first byte.

The official Python SDK insists on TLS, the JavaScript SDK and this package's client speak plain. A
TLS connection begins with a handshake record (0x16), which no HTTP request does. So a small thread
accepts connections, peeks at that byte without taking it, and hands the socket to the event loop
as the one or the other: no proxy, no second port, no copying.
"""

from __future__ import annotations

import errno
import selectors
import socket
import threading
import time
from collections.abc import Callable

from livekit_nb.errors import ServerStartError

__all__ = ["OPEN_TIMEOUT_S", "Doorkeeper", "bind"]

OPEN_TIMEOUT_S = 10.0  #: who connects has so long to say what it wants
MAX_WAITING = 256  #: connections that have not said anything yet; beyond, the oldest is dropped
BREATH_S = 0.05  #: before trying again when there is no file handle for another connection
_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_TLS_HANDSHAKE = 0x16


def bind(host: str, port: int) -> socket.socket:
    """Bind a listening TCP socket.

    Raises
    ------
    ServerStartError
        If the port is taken or the address is not this machine's.
    """
    if not 0 <= port <= 65535:
        raise ServerStartError(f"A TCP port is a number from 0 to 65535, not {port}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        # Python adds the address, which is told already, to the system's words.
        reason = (error.strerror or type(error).__name__).split(" (while")[0]
        advice = {
            errno.EADDRINUSE: "Another program uses that port: choose another one with --port, or "
            "--port 0 for any free one.",
            errno.EACCES: "Ports below 1024 are reserved: choose a higher one with --port, or "
            "--port 0 for any free one.",
        }.get(error.errno or 0, "Is that an address of this machine? --host says which to use.")
        raise ServerStartError(
            f"The local server cannot listen on {host} port {port} ({reason}). {advice}"
        ) from error


class Doorkeeper:
    """Accepts connections on a thread and says of each whether it speaks TLS.

    Parameters
    ----------
    listener : socket.socket
        A bound, listening socket.
    deliver : callable
        Called on this thread with each new socket and whether its first byte begins TLS.
    """

    def __init__(
        self, listener: socket.socket, deliver: Callable[[socket.socket, bool], None]
    ) -> None:
        self._listener = listener
        self._deliver = deliver
        self._waiting: dict[socket.socket, float] = {}
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        listener.setblocking(False)
        self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="doorkeeper", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop accepting and drop who has not said anything yet."""
        self._wake.close()
        self._thread.join()
        self._woken.close()
        self._listener.close()
        for connection in self._waiting:
            connection.close()
        self._selector.close()

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select(timeout=1.0):
                if key.fileobj is self._woken:
                    return
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj in self._waiting:  # not dropped for another a moment ago
                    assert isinstance(key.fileobj, socket.socket)
                    self._peek(key.fileobj)
            now = time.monotonic()
            for connection in [one for one, until in self._waiting.items() if now > until]:
                self._drop(connection)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError as error:  # gone again, or too many open files
            if error.errno in _EXHAUSTED:
                # Whoever knocks keeps the listener readable: without a pause this would spin.
                time.sleep(BREATH_S)
            return
        while len(self._waiting) >= MAX_WAITING:
            self._drop(next(iter(self._waiting)))
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(connection, selectors.EVENT_READ)
        except OSError:  # some systems refuse options of a connection that was already reset
            connection.close()
            return
        self._waiting[connection] = time.monotonic() + OPEN_TIMEOUT_S

    def _peek(self, connection: socket.socket) -> None:
        try:
            first = connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            first = b""
        if not first:
            self._drop(connection)
            return
        self._selector.unregister(connection)
        del self._waiting[connection]
        self._deliver(connection, first[0] == _TLS_HANDSHAKE)

    def _drop(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        del self._waiting[connection]
        connection.close()
