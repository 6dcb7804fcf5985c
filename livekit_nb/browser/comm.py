"""The way around: a page connected through its widget's comm.

Where no gateway can be reached (no jupyter-server-proxy, VS Code, Colab) the comm carries the same
messages and frames. It is slower, and stops while a cell keeps the kernel from reading comms. All
pages that show a widget share its comm, so each message says to which of them it goes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from livekit_nb.browser.messages import PageInfo, encode

__all__ = ["CommPage"]

MAX_IN_FLIGHT: Final = 32
"""Messages sent but not acknowledged; IOPub would silently drop what its reader cannot take."""

MAX_WAITING_BYTES: Final = 16 * 1024 * 1024

MAX_SILENT_S: Final = 30.0
"""How long a page may acknowledge nothing of what it was sent; the gateway waits as long."""

SILENT: Final = 1011
"""Close code: the page acknowledged nothing, or the kernel has given it up."""

Post = Callable[[dict[str, Any], list[bytes]], None]


class CommPage:
    """One page connected over the comm.

    Parameters
    ----------
    post : callable
        Sends ``(content, buffers)`` to the page, from the engine's thread.
    info : PageInfo
        What the page said about itself.
    on_gone : callable
        Called when the page counts as gone, because it acknowledges nothing: for 30 s in which that
        would have been read, or while 16 MB have come to wait.

    Attributes
    ----------
    closed : bool
        Whether nothing more is said to it.
    """

    carrier = "comm"

    def __init__(self, post: Post, info: PageInfo, on_gone: Callable[[], None]) -> None:
        self.info = info
        self._post = post
        self._on_gone = on_gone
        self._silent_s = 0.0
        self._waiting: deque[Mapping[str, Any] | bytes] = deque()
        self._waiting_bytes = 0
        self._sent = 0
        self._acknowledged = 0
        self.closed = False

    @property
    def backlog(self) -> int:
        """Messages that wait for acknowledgements."""
        return len(self._waiting)

    def send_text(self, message: Mapping[str, Any]) -> None:
        """Queue a message; a ping only when none wait, for it would measure the queue."""
        if message.get("type") == "ping" and (self._waiting or self._full):
            return
        # Jupyter encodes it again, with another library; what is plain JSON is so for both.
        self._put(msgspec.json.decode(encode(message)), 0)

    def send_frame(self, data: bytes) -> None:
        """Queue a media frame."""
        self._put(data, len(data))

    def close(self, code: int, reason: str) -> None:
        """Tell the page that it is no longer connected."""
        if not self.closed:
            self.closed = True
            self._waiting.clear()
            self._send({"type": "close", "code": code, "reason": reason}, [])

    def abandon(self) -> None:
        """Say nothing more: the page has opened the comm anew, and would take it for the new one.

        A close, above all, would end the connection that has just begun.
        """
        self.closed = True
        self._waiting.clear()

    def acknowledge(self, count: int) -> None:
        """Note that the page has taken in messages up to number `count`."""
        if count > self._acknowledged:
            self._acknowledged = min(count, self._sent)
            self._silent_s = 0.0
        self._pump()

    def waited(self, seconds: float) -> None:
        """Note that for so long whatever the page acknowledged would have been read."""
        if self._acknowledged == self._sent:
            self._silent_s = 0.0
            return
        self._silent_s += seconds
        if self._silent_s >= MAX_SILENT_S:
            self._give_up()

    @property
    def _full(self) -> bool:
        return self._sent - self._acknowledged >= MAX_IN_FLIGHT

    def _put(self, item: Mapping[str, Any] | bytes, n_bytes: int) -> None:
        if self.closed:
            return
        self._waiting.append(item)
        self._waiting_bytes += n_bytes
        self._pump()
        if self._waiting_bytes > MAX_WAITING_BYTES:
            self._give_up()

    def _give_up(self) -> None:
        if not self.closed:
            self.close(SILENT, "the page acknowledges nothing")
            self._on_gone()

    def _pump(self) -> None:
        """Send what may be sent; neighbours of one sort share a message."""
        while self._waiting and not self._full:
            texts: list[Mapping[str, Any]] = []
            buffers: list[bytes] = []
            while self._waiting and len(texts) + len(buffers) < MAX_IN_FLIGHT:
                item = self._waiting[0]
                if isinstance(item, bytes):
                    if texts:
                        break
                    buffers.append(item)
                    self._waiting_bytes -= len(item)
                else:
                    if buffers:
                        break
                    texts.append(item)
                self._waiting.popleft()
            self._sent += 1
            self._send({"type": "media", "n": self._sent, "texts": texts}, buffers)

    def _send(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self._post(content | {"to": self.info.instance}, buffers)
