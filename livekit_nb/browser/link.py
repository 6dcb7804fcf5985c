"""One page as microphone, loudspeaker and camera of a conversation.

:class:`BrowserLink` is an ``AudioSource``, ``AudioSink`` and ``VideoSource`` (``session/io.py``),
so a session needs to know nothing of browsers. Pages come and go: a connection that drops comes
back and goes on where it was, a reloaded tab is a new page.

Everything here runs on the engine's thread.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from livekit_nb.browser.clock import PageClock
from livekit_nb.browser.frames import Frame, Kind, jpeg_size, pack
from livekit_nb.browser.messages import (
    CameraState,
    PageInfo,
    PageMessage,
    Playback,
    Pong,
    Problem,
    Start,
    Stop,
)
from livekit_nb.browser.playback import PlaybackLedger, PlaybackReport
from livekit_nb.errors import WireError
from livekit_nb.session.io import FrameHandler, PlaybackListener

__all__ = ["REPLACED", "BrowserLink", "LinkCounters", "LinkListener", "Page"]

REPLACED: Final = 4001
"""Close code: another page has taken over this widget."""

PREROLL_FRAMES: Final = 500
"""Microphone frames (10 s) kept while the session is being opened; the oldest are dropped."""

PLAY_FRAME_BYTES: Final = 48_000
"""Longest stretch of audio in one message to the page: 1 s."""

_FIRST_PINGS: Final = 8
_FIRST_PING_S: Final = 0.05
_PING_S: Final = 1.0
_FRAME_S: Final = 0.02


class Page(Protocol):
    """One connection to a page, over the gateway or a comm."""

    info: PageInfo

    @property
    def carrier(self) -> str:
        """``gateway`` or ``comm``."""
        ...

    @property
    def backlog(self) -> int:
        """Messages that wait to be taken by the page."""
        ...

    def send_text(self, message: Mapping[str, Any]) -> None:
        """Queue a message; never blocks."""
        ...

    def send_frame(self, data: bytes) -> None:
        """Queue a media frame; never blocks."""
        ...

    def close(self, code: int, reason: str) -> None:
        """End the connection."""
        ...


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

    def media_event(self, kind: str, at_s: float | None, **data: Any) -> None:
        """Record something; `at_s` is kernel time, ``None`` for now."""
        ...


@dataclass(slots=True)
class LinkCounters:
    """What a link has carried and lost.

    Attributes
    ----------
    mic_frames, mic_lost, mic_dropped : int
        Microphone frames received; missing in the page's numbering; dropped because nobody
        listened for longer than the pre-roll.
    play_samples : int
        24 kHz samples sent to the page.
    pictures : int
        JPEG pictures received.
    underruns : int
        Playback underruns the page reported.
    attached : int
        Connections so far.
    """

    mic_frames: int = 0
    mic_lost: int = 0
    mic_dropped: int = 0
    play_samples: int = 0
    pictures: int = 0
    underruns: int = 0
    attached: int = 0


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
        self._ping_id = 0
        self._first_ping_id = 1
        self._ping_timer: asyncio.TimerHandle | None = None
        self._on_frame: FrameHandler | None = None
        self._preroll: deque[tuple[bytes, float, float]] = deque(maxlen=PREROLL_FRAMES)
        self._next_seq: int | None = None
        self._started_s = 0.0
        self._on_image: Callable[[bytes, int, int, float], None] | None = None
        self._ledger = PlaybackLedger()
        self._play_seq = 0
        self._clears = 0
        self._turn_complete = False
        self._page_underruns = 0

    def __repr__(self) -> str:
        page = self._page.carrier if self._page else "no page"
        return f"<BrowserLink {page} {self.counters}>"

    # -- the page ------------------------------------------------------------------------------

    @property
    def path(self) -> str | None:
        """``gateway`` or ``comm``, ``None`` while no page is connected."""
        return self._page.carrier if self._page else None

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
        return self._next_seq if info.instance == self._instance else None

    def attach(self, page: Page) -> None:
        """Talk to `page` from now on; one that was connected before is sent away."""
        if self._page is not None:
            self._page.close(REPLACED, "the Studio is in use in another page")
        resumed = page.info.instance == self._instance
        self._page = page
        self._instance = page.info.instance
        self.counters.attached += 1
        self._first_ping_id = self._ping_id + 1
        if resumed:
            self._resume_playback(page)
        else:
            self._start_over()
        self._ping(_FIRST_PINGS)
        self._listener.page_attached(resumed=resumed)

    def detach(self, page: Page) -> None:
        """`page` is gone."""
        if page is not self._page:
            return
        self._page = None
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
        self._ledger.lost()

    def send_text(self, message: Mapping[str, Any]) -> bool:
        """Send a message; ``False`` when there is no page."""
        if self._page is None:
            return False
        self._page.send_text(message)
        return True

    def _start_over(self) -> None:
        self.clock = PageClock()
        self._ledger.lost()
        self._next_seq = None
        self._clears = 0
        self._page_underruns = 0
        self._preroll.clear()

    def _resume_playback(self, page: Page) -> None:
        missing = self._ledger.unsent_from(page.info.given)
        for _ in range(self._clears - page.info.clears):
            page.send_text({"type": "clear"})
        if missing is None:
            self._ledger.lost()
        else:
            self._send_audio(missing)
        if self._turn_complete:
            page.send_text({"type": "flush"})

    def _ping(self, quickly: int) -> None:
        if self._page is None:
            return
        if self._ping_timer is not None:
            self._ping_timer.cancel()
        self._ping_id += 1
        self._page.send_text({"type": "ping", "id": self._ping_id, "kernel_s": self._now()})
        delay_s = _FIRST_PING_S if quickly > 0 else _PING_S
        loop = asyncio.get_running_loop()
        self._ping_timer = loop.call_later(delay_s, self._ping, quickly - 1)

    # -- what the page says --------------------------------------------------------------------

    def receive(self, message: PageMessage) -> None:
        """Take in a message of the present page."""
        match message:
            case Pong(id=ping_id, kernel_s=sent_s, page_ms=page_ms):
                # An answer to what was asked over another connection may be of another page's time.
                if self._first_ping_id <= ping_id <= self._ping_id:
                    self.clock.observe(sent_s, page_ms, self._now())
            case Start(device=device):
                self._next_seq = 0
                self._preroll.clear()
                self._listener.start_pressed(device)
                self._started_s = self._now()
            case Stop():
                self._listener.stop_pressed()
            case Problem(where=where, name=name, message=text):
                self._listener.page_problem(where, name, text)
            case CameraState(on=on, width=width, height=height, fps=fps):
                kind = "camera.started" if on else "camera.stopped"
                self._listener.media_event(kind, None, width=width, height=height, fps=fps)
            case Playback():
                self._playback(message)

    def receive_frame(self, frame: Frame) -> None:
        """Take in a media frame of the present page."""
        if frame.kind is Kind.MIC:
            self._microphone(frame)
        elif frame.kind is Kind.FRAME:
            self._picture(frame)
        else:
            raise WireError(f"a page sends no {frame.kind.name} frames")

    def _kernel_s(self, page_ms: float, fallback_s: float) -> float:
        kernel_s = self.clock.to_kernel_s(page_ms)
        return fallback_s if kernel_s is None else kernel_s

    def _microphone(self, frame: Frame) -> None:
        arrived_s = self._now()
        captured_s = self._kernel_s(frame.time_ms, arrived_s - _FRAME_S)
        # The clocks agree to a millisecond or so: no frame is of the future, none of before Start.
        captured_s = min(max(captured_s, self._started_s), arrived_s)
        if self._next_seq is not None and frame.seq < self._next_seq:
            return  # sent again after a reconnect, though it had arrived
        self.counters.mic_frames += 1
        if self._next_seq is not None and frame.seq > self._next_seq:
            lost = frame.seq - self._next_seq
            self.counters.mic_lost += lost
            self._listener.media_event("uplink.lost", None, frames=lost)
        self._next_seq = frame.seq + 1
        if self._on_frame is not None:
            self._on_frame(frame.payload, captured_s, arrived_s)
            return
        if len(self._preroll) == PREROLL_FRAMES:
            self.counters.mic_dropped += 1
        self._preroll.append((frame.payload, captured_s, arrived_s))

    def _picture(self, frame: Frame) -> None:
        width, height = jpeg_size(frame.payload)
        self.counters.pictures += 1
        if self._on_image is not None:
            now_s = self._now()
            captured_s = min(self._kernel_s(frame.time_ms, now_s), now_s)
            self._on_image(frame.payload, width, height, captured_s)

    def _playback(self, message: Playback) -> None:
        start_s = self._kernel_s(message.start_ms, self._now())
        ended = message.state == "ended"
        if message.played == 0 and not ended:
            self._listener.media_event("playback.started", start_s, run=message.run)
        new_underruns = message.underruns - self._page_underruns
        self._page_underruns = message.underruns
        if new_underruns > 0:
            self.counters.underruns += new_underruns
            self._listener.media_event("playback.underrun", None, count=new_underruns)
        self._ledger.report(
            PlaybackReport(
                run=message.run,
                ended=ended,
                first=message.first,
                played=message.played,
                start_s=start_s,
                cleared=message.reason == "cleared",
                underruns=message.underruns,
            )
        )
        if ended and (message.played or message.reason == "drained"):
            self._listener.media_event(
                "playback.ended", None, run=message.run, reason=message.reason
            )

    # -- AudioSource and VideoSource -----------------------------------------------------------

    def start_audio(self, on_frame: FrameHandler) -> None:
        """Hand over frames, beginning with those that waited for the session to open."""
        self._on_frame = on_frame
        while self._preroll:
            on_frame(*self._preroll.popleft())

    def stop_audio(self) -> None:
        """Hand over no more frames."""
        self._on_frame = None
        self._preroll.clear()

    def start_video(self, on_image: Callable[[bytes, int, int, float], None]) -> None:
        """Hand over pictures while the camera is on."""
        self._on_image = on_image

    def stop_video(self) -> None:
        """Hand over no more pictures."""
        self._on_image = None

    # -- AudioSink -----------------------------------------------------------------------------

    @property
    def audio_refused(self) -> int:
        """24 kHz samples not sent because five minutes were waiting to be heard."""
        return self._ledger.refused

    def listen_to_playback(self, listener: PlaybackListener | None) -> None:
        """Tell `listener` what is really heard."""
        self._ledger.listener = listener

    def play(self, pcm: bytes) -> None:
        """Send audio to the page; without one it waits there for its return, up to five minutes."""
        if not self._ledger.hand(pcm):
            return
        self._turn_complete = False
        self._send_audio(pcm)

    def clear(self) -> None:
        """Make the page fall silent at once."""
        self._ledger.clear()
        self._clears += 1
        self._turn_complete = False
        self.send_text({"type": "clear"})

    def turn_complete(self) -> None:
        """Tell the page that what is queued may run dry."""
        self._turn_complete = True
        self.send_text({"type": "flush"})
        self._ledger.turn_complete()

    def _send_audio(self, pcm: bytes) -> None:
        if self._page is None:
            return
        self.counters.play_samples += len(pcm) // 2
        for at in range(0, len(pcm), PLAY_FRAME_BYTES):
            piece = pcm[at : at + PLAY_FRAME_BYTES]
            self._page.send_frame(pack(Kind.PLAY, self._play_seq, 0.0, piece))
            self._play_seq += 1
