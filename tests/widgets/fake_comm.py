"""A comm with nobody, or a test, at its other end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipywidgets.widgets import widget as widget_module


class FakeComm:
    """Stands in for a kernel's comm: keeps what is sent, or passes it to `on_send`."""

    comm_id = "fake-comm"

    def __init__(self, **opened: Any) -> None:
        self.opened = opened
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        self.on_send: Callable[[dict[str, Any], list[bytes]], None] | None = None
        self.closed = False
        self.handler: Callable[[dict[str, Any]], None] | None = None

    def send(
        self,
        data: dict[str, Any] | None = None,
        metadata: Any = None,
        buffers: list[Any] | None = None,
    ) -> None:
        item = (data or {}, [bytes(buffer) for buffer in buffers or []])
        self.sent.append(item)
        if self.on_send is not None:
            self.on_send(*item)

    def custom(self) -> list[dict[str, Any]]:
        """Custom messages sent to the page."""
        return [data["content"] for data, _ in self.sent if data.get("method") == "custom"]

    def receive(self, content: Any, buffers: list[bytes] = ()) -> None:  # type: ignore[assignment]
        """A custom message from the page."""
        assert self.handler is not None
        data = {"method": "custom", "content": content}
        views = [memoryview(buffer) for buffer in buffers]
        self.handler({"content": {"data": data}, "buffers": views})

    def on_msg(self, handler: Callable[[dict[str, Any]], None]) -> None:
        self.handler = handler

    def on_close(self, handler: Any) -> None:
        pass

    def close(self, *args: Any, **kwargs: Any) -> None:
        self.closed = True


def install(monkeypatch: Any) -> list[FakeComm]:
    """Let widgets made from now on have fake comms; the list grows with each."""
    made: list[FakeComm] = []

    def create(**arguments: Any) -> FakeComm:
        made.append(FakeComm(**arguments))
        return made[-1]

    monkeypatch.setattr(widget_module.comm, "create_comm", create)
    return made
