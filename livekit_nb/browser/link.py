"""One page as microphone, loudspeaker and camera of a conversation.

A :class:`BrowserLink` has an ``AudioSource`` and an ``AudioSink`` and is a ``VideoSource``
(``session/io.py``), so a session needs to know nothing of browsers. Pages come and go: a connection
that drops comes back and goes on where it was, a reloaded tab is a new page.

Everything here runs on the engine's thread.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from livekit_nb.browser.clock import ClockNews, PageClock
from livekit_nb.browser.frames import Frame, Kind, jpeg_size
from livekit_nb.browser.loudspeaker import PageLoudspeaker
from livekit_nb.browser.messages import (
    Ask,
    CameraState,
    FaultWish,
    More,
    Mute,
    PageInfo,
    PageMessage,
    Playback,
    Pong,
    Problem,
    RecordWish,
    Refused,
    Request,
    Say,
    Start,
    Stop,
    Talk,
)
from livekit_nb.browser.microphone import PageMicrophone
from livekit_nb.browser.page import LinkCounters, Page
from livekit_nb.errors import WireError

__all__ = ["REPLACED", "BrowserLink", "LinkListener"]

REPLACED: Final = 4001
"""Close code: another page has taken over this widget."""

_FIRST_PINGS: Final = 8
_FIRST_PING_S: Final = 0.05
_PING_S: Final = 1.0
_FRAME_S: Final = 0.02
_MOST_KNOWN: Final = 64


class LinkListener(Protocol):
    """Who owns the link: told what the person at the page does."""

    def page_attached(self, *, resumed: bool) -> None:
        """Note a connected page; `resumed` when it is the one that was connected before."""
        ...

    def page_detached(self) -> None:
        """Note that the connection broke; the page may come back."""
        ...

    def start_pressed(self, device: dict[str, Any]) -> None:
        """Begin: the microphone was granted."""
        ...

    def stop_pressed(self) -> None:
        """End: Stop was pressed, or the page was closed."""
        ...

    def page_problem(self, where: str, name: str, message: str) -> None:
        """Note that the browser refused microphone, camera or sound."""
        ...

    def requested(self, request: Request) -> None:
        """Do what was asked for in the middle of a conversation."""
        ...

    def asked(self, question: Ask | More) -> None:
        """Tell the page what it wants to know, or more of it."""
        ...

    def not_understood(self, *, command: bool) -> None:
        """Answer a command, or a request, that cannot be obeyed: nobody knows what it was."""
        ...

    def media_event(self, kind: str, at_s: float | None, **data: Any) -> None:
        """Record something; `at_s` is kernel time, ``None`` for now."""
        ...


@dataclass(slots=True)
class _Known:
    """What is remembered of a page instance, whether or not it is the present one."""

    command: int = 0
    request: int = 0
    camera: CameraState | None = None


class BrowserLink:
    """The microphone, loudspeaker and camera of whichever page shows a widget.

    Parameters
    ----------
    listener : LinkListener
        The widget.
    clock : callable
        Kernel clock in seconds.

    Attributes
    ----------
    microphone : PageMicrophone
        The ``AudioSource``.
    loudspeaker : PageLoudspeaker
        The ``AudioSink``.
    clock : PageClock
        Maps the present page's time.
    counters : LinkCounters
        Counted since the link was made.
    """

    def __init__(
        self, listener: LinkListener, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._listener = listener
        self._now = clock
        self.clock = PageClock()
        self.counters = LinkCounters()
        self._page: Page | None = None
        self._instance: str | None = None
        # The last pages, the present one last. A forgotten one would have to come back after 64
        # others for a command that it repeats to be obeyed twice.
        self._known: dict[str, _Known] = {}
        self._present = _Known()
        self._clock_news = ClockNews()
        self._output_latency_s: float | None = None
        self._ping_id = 0
        self._first_ping_id = 1
        self._ping_timer: asyncio.TimerHandle | None = None
        self._on_image: Callable[[bytes, int, int, float], None] | None = None
        self.microphone = PageMicrophone(
            self.counters, lambda frames: listener.media_event("uplink.lost", None, frames=frames)
        )
        self.loudspeaker = PageLoudspeaker(self.counters, listener.media_event)

    def __repr__(self) -> str:
        page = self._page.carrier if self._page else "no page"
        return f"<BrowserLink {page} {self.counters}>"

    # -- the page ------------------------------------------------------------------------------

    @property
    def path(self) -> str | None:
        """``gateway`` or ``comm``, ``None`` while no page is connected."""
        return self._page.carrier if self._page else None

    @property
    def command(self) -> int:
        """Number of the page's last :class:`~livekit_nb.browser.messages.Start` or other command.

        0 before its first.
        """
        return self._present.command

    @property
    def request(self) -> int:
        """Number of the page's last :class:`~livekit_nb.browser.messages.Mute` or other request.

        0 before its first.
        """
        return self._present.request

    @property
    def camera(self) -> CameraState | None:
        """The page's camera as it is now, ``None`` while it is off."""
        return self._present.camera

    @property
    def backlog(self) -> int:
        """Messages that wait to be taken by the page; 0 without one."""
        return self._page.backlog if self._page else 0

    def is_present(self, page: Page) -> bool:
        """Whether `page` is the one talked to; of any other nothing is taken any more."""
        return page is self._page

    def lacks_from(self, info: PageInfo) -> int | None:
        """Return the number of the first microphone frame not yet received from this page.

        ``None`` for a page that was not connected before: it need send nothing again.
        """
        return self.microphone.next_frame if info.instance == self._instance else None

    def attach(self, page: Page) -> None:
        """Talk to `page` from now on; one that was connected before is sent away."""
        instance = page.info.instance
        if self._page is not None:
            if self._page.info.instance == instance:
                self._page.close(1000, "this page has connected anew")
            else:
                self._page.close(REPLACED, "the Studio is in use in another page")
        resumed = instance == self._instance
        self._present = self._known.pop(instance, _Known())
        self._known[instance] = self._present
        if len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._page = page
        self._instance = instance
        self.counters.attached += 1
        self._first_ping_id = self._ping_id + 1
        if not resumed:
            self.clock = PageClock()
            self.microphone.forget()
        self.loudspeaker.attach(page, resumed=resumed)
        self._ping(_FIRST_PINGS)
        self._listener.page_attached(resumed=resumed)

    def detach(self, page: Page) -> None:
        """`page` is gone."""
        if page is not self._page:
            return
        self._page = None
        self.loudspeaker.detach()
        if self._ping_timer is not None:
            self._ping_timer.cancel()
        self._listener.page_detached()

    def close(self) -> None:
        """Send the page away for good."""
        page = self._page
        if page is not None:
            page.close(1000, "the widget is closed")
            self.detach(page)

    def forget_page(self) -> None:
        """Give up waiting for the page: when it comes back, it counts as a new one."""
        self._instance = None
        self.loudspeaker.lost()

    def send_text(self, message: Mapping[str, Any]) -> bool:
        """Send a message; ``False`` when there is no page."""
        if self._page is None:
            return False
        self._page.send_text(message)
        return True

    def _ping(self, quickly: int) -> None:
        if self._page is None:
            return
        if self._ping_timer is not None:
            self._ping_timer.cancel()
        # The next one first: it is due whatever becomes of this one.
        delay_s = _FIRST_PING_S if quickly > 0 else _PING_S
        loop = asyncio.get_running_loop()
        self._ping_timer = loop.call_later(delay_s, self._ping, quickly - 1)
        self._ping_id += 1
        self._page.send_text({"type": "ping", "id": self._ping_id, "kernel_s": self._now()})

    # -- what the page says --------------------------------------------------------------------

    def receive(self, message: PageMessage) -> None:
        """Take in a message of the present page."""
        match message:
            case Pong(id=ping_id, kernel_s=sent_s, page_ms=page_ms):
                # An answer to what was asked over another connection may be of another page's time.
                if self._first_ping_id <= ping_id <= self._ping_id:
                    self.clock.observe(sent_s, page_ms, self._now())
                    if ping_id >= self._first_ping_id + _FIRST_PINGS:
                        self._tell_clock()
            case Start() | Stop() | Problem():
                self._command(message)
            case Mute() | Talk() | Say() | RecordWish() | FaultWish():
                if message.request > self._present.request:
                    self._present.request = message.request
                    self._listener.requested(message)
            case Ask() | More():
                self._listener.asked(message)
            case Refused():
                self._refuse(message)
            case CameraState(on=on, width=width, height=height, fps=fps):
                self._present.camera = message if on else None
                kind = "camera.started" if on else "camera.stopped"
                self._listener.media_event(kind, None, width=width, height=height, fps=fps)
            case Playback():
                if message.output_latency_s is not None:
                    self._output_latency_s = message.output_latency_s
                self.loudspeaker.report(message, self._kernel_s(message.start_ms, self._now()))

    def _command(self, message: Start | Stop | Problem) -> None:
        if message.command:
            if message.command <= self.command:
                return  # said again, because it might have been lost
            self._present.command = message.command
        match message:
            case Start(device=device):
                self._output_latency_s = _latency_s(device)
                self._listener.start_pressed(device)
                self.microphone.begin(self._now())
                self._clock_news.forget()
                self._tell_clock()
            case Stop():
                self._listener.stop_pressed()
            case Problem(where=where, name=name, message=text):
                self._listener.page_problem(where, name, text)

    def _tell_clock(self) -> None:
        """Have it written down how this page's clock stands to the kernel's, if that is new."""
        if news := self._clock_news.news(self.clock, self._output_latency_s):
            self._listener.media_event("page.clock", None, **news)

    def _refuse(self, message: Refused) -> None:
        if message.command > self._present.command:
            self._present.command = message.command
            self._listener.not_understood(command=True)
        elif message.request > self._present.request:
            self._present.request = message.request
            self._listener.not_understood(command=False)

    def receive_frame(self, frame: Frame) -> None:
        """Take in a media frame of the present page."""
        if frame.kind is Kind.MIC:
            self._heard(frame)
        elif frame.kind is Kind.FRAME:
            self._picture(frame)
        else:
            raise WireError(f"a page sends no {frame.kind.name} frames")

    def _kernel_s(self, page_ms: float, fallback_s: float) -> float:
        kernel_s = self.clock.to_kernel_s(page_ms)
        return fallback_s if kernel_s is None else kernel_s

    def _heard(self, frame: Frame) -> None:
        arrived_s = self._now()
        captured_s = self._kernel_s(frame.time_ms, arrived_s - _FRAME_S)
        self.microphone.take(frame.seq, frame.payload, captured_s, arrived_s)

    def _picture(self, frame: Frame) -> None:
        width, height = jpeg_size(frame.payload)
        self.counters.pictures += 1
        if self._on_image is not None:
            now_s = self._now()
            captured_s = min(self._kernel_s(frame.time_ms, now_s), now_s)
            self._on_image(frame.payload, width, height, captured_s)

    # -- VideoSource ---------------------------------------------------------------------------

    def start_video(self, on_image: Callable[[bytes, int, int, float], None]) -> None:
        """Hand over pictures while the camera is on."""
        self._on_image = on_image

    def stop_video(self) -> None:
        """Hand over no more pictures."""
        self._on_image = None


def _latency_s(device: Mapping[str, Any]) -> float | None:
    told = device.get("output_latency_s")
    return float(told) if isinstance(told, int | float) and told > 0 else None
