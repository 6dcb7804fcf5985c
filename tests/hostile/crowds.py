"""Raw TCP connections by the thousand."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tests.patience import PATIENCE_S

CROWD = 2000


@contextmanager
def room_for(connections: int) -> Iterator[None]:
    """Let this process hold both ends of so many connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * connections + 500
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Crowd:
    """Clients that connect, say a little and nothing more."""

    def __init__(self) -> None:
        self.sockets: list[socket.socket] = []

    def join(self, port: int, says: bytes = b"") -> socket.socket:
        """Connect one more."""
        one = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.sockets.append(one)
        self.tell(one, says)
        return one

    def tell(self, one: socket.socket, what: bytes) -> bool:
        """Send something; whether the other side still takes it."""
        try:
            one.sendall(what)
        except OSError:
            return False
        return True

    def leave(self) -> None:
        for one in self.sockets:
            one.close()


@contextmanager
def crowd() -> Iterator[Crowd]:
    """A crowd that goes home at the end."""
    with room_for(CROWD):
        people = Crowd()
        try:
            yield people
        finally:
            people.leave()
