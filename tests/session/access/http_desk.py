"""A server that answers one HTTP request with given bytes, and keeps the request's bytes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.patience import PATIENCE_S


class HttpDesk:
    """Where one request arrives."""

    def __init__(self, answer: bytes) -> None:
        self.request = b""
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        with connection:
            while b"\r\n\r\n" not in self.request:
                self.request += connection.recv(65536)
            head, _, body = self.request.partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            while len(body) < length:
                more = connection.recv(65536)
                self.request += more
                body += more
            connection.sendall(self._answer)

    def close(self) -> None:
        self._listener.close()
        self._thread.join(PATIENCE_S)


def http(status: str, body: bytes, *headers: str) -> bytes:
    """An HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextmanager
def desk(answer: bytes) -> Iterator[HttpDesk]:
    """Serve while the context is open."""
    here = HttpDesk(answer)
    try:
        yield here
    finally:
        here.close()
