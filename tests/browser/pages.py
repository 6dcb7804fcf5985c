"""Stand-ins for a page and for who owns a link."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from livekit_nb.browser.frames import Frame, Kind, unpack
from livekit_nb.browser.link import BrowserLink
from livekit_nb.browser.messages import PageInfo, Pong

ORIGIN = "http://localhost:8888"


class FakePage:
    """A connection that keeps what is sent."""

    carrier = "gateway"
    backlog = 0

    def __init__(self, instance: str = "page-1", given: int = 0, clears: int = 0) -> None:
        self.info = PageInfo(ORIGIN, instance, "proxy", given=given, clears=clears)
        self.texts: list[Mapping[str, Any]] = []
        self.frames: list[Frame] = []
        self.closed: tuple[int, str] | None = None
        self._news = asyncio.Event()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what was sent fulfils `condition`."""
        while not condition():
            self._news.clear()
            await self._news.wait()

    def send_text(self, message: Mapping[str, Any]) -> None:
        self.texts.append(message)
        self._news.set()

    def send_frame(self, data: bytes) -> None:
        self.frames.append(unpack(data))

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def kinds(self) -> list[str]:
        """Types of the messages sent, pings left out."""
        return [message["type"] for message in self.texts if message["type"] != "ping"]

    @property
    def sound(self) -> bytes:
        return b"".join(frame.payload for frame in self.frames)


class Owner:
    """A LinkListener that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self._news = asyncio.Event()

    async def until(self, what: Any) -> None:
        """Wait until `what` has been told."""
        while what not in self.told:
            self._news.clear()
            await self._news.wait()

    def _tell(self, what: Any) -> None:
        self.told.append(what)
        self._news.set()

    def page_attached(self, *, resumed: bool) -> None:
        self._tell(("attached", resumed))

    def page_detached(self) -> None:
        self._tell("detached")

    def start_pressed(self, device: dict[str, Any]) -> None:
        self._tell(("start", device))

    def stop_pressed(self) -> None:
        self._tell("stop")

    def page_problem(self, where: str, name: str, message: str) -> None:
        self._tell(("problem", where, name, message))

    def requested(self, request: Any) -> None:
        self._tell(request)

    def asked(self, question: Any) -> None:
        self._tell(question)

    def not_understood(self, *, command: bool) -> None:
        self._tell(("not understood", command))

    def media_event(self, kind: str, at_s: float | None, **data: Any) -> None:
        self._tell((kind, data))


class Heard:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.pieces: list[tuple[bytes, float]] = []
        self.ends: list[tuple[float, bool]] = []

    def played(self, pcm: bytes, start_s: float) -> None:
        self.pieces.append((pcm, start_s))

    def finished(self, position_s: float, interrupted: bool) -> None:
        self.ends.append((position_s, interrupted))

    @property
    def sound(self) -> bytes:
        return b"".join(pcm for pcm, _ in self.pieces)


class Clock:
    """The kernel's clock, moved by a test."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def pcm(samples: int, first: int = 0) -> bytes:
    """Samples that count up."""
    return np.arange(first, first + samples, dtype="<i2").tobytes()


def mic(seq: int, time_ms: float = 0.0) -> Frame:
    """A frame of the microphone whose samples are its number."""
    return Frame(Kind.MIC, seq, time_ms, pcm(320, seq))


def attached(link: BrowserLink, page: FakePage | None = None) -> FakePage:
    """Attach a page whose time of 40 s is the kernel's time of 100 s."""
    page = page or FakePage()
    link.attach(page)
    link.receive(Pong(1, 100.0, 40_000.0))
    return page
