"""The page's loudspeaker as an ``AudioSink``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from livekit_nb.browser.frames import Kind, pack
from livekit_nb.browser.messages import Playback
from livekit_nb.browser.page import LinkCounters, Page
from livekit_nb.browser.playback import PlaybackLedger, PlaybackReport
from livekit_nb.session.io import PlaybackListener

__all__ = ["PageLoudspeaker"]

PLAY_FRAME_BYTES: Final = 48_000
"""Longest stretch of audio in one message to the page: 1 s."""

MediaEvent = Callable[..., None]


class PageLoudspeaker:
    """Sends audio to the page, and tells what became of it.

    Without a page audio waits for its return, up to five minutes.

    Parameters
    ----------
    counters : LinkCounters
        Where samples and underruns are counted.
    on_event : callable
        ``on_event(kind, at_s, **data)`` records something; ``None`` stands for now.
    """

    def __init__(self, counters: LinkCounters, on_event: MediaEvent) -> None:
        self._counters = counters
        self._on_event = on_event
        self._ledger = PlaybackLedger()
        self._page: Page | None = None
        self._seq = 0
        self._clears = 0
        self._complete = False
        # What the present page has counted so far; unknown before its first report.
        self._underruns: int | None = None

    @property
    def refused(self) -> int:
        """24 kHz samples not sent because five minutes were waiting to be heard."""
        return self._ledger.refused

    # -- AudioSink -----------------------------------------------------------------------------

    def start(self, listener: PlaybackListener) -> None:
        """Report to `listener` what is really heard."""
        self._ledger.listener = listener

    def play(self, pcm: bytes) -> None:
        """Queue audio (24 kHz s16le)."""
        if self._ledger.hand(pcm):
            self._complete = False
            self._send(pcm)

    def clear(self) -> None:
        """Make the page fall silent at once."""
        self._ledger.clear()
        self._clears += 1
        self._complete = False
        self._tell("clear")

    def turn_complete(self) -> None:
        """Tell the page that what is queued may run dry."""
        self._complete = True
        self._tell("flush")
        self._ledger.turn_complete()

    def stop(self) -> None:
        """Fall silent and report nothing more."""
        self._ledger.listener = None
        self.clear()

    # -- pages come and go ---------------------------------------------------------------------

    def attach(self, page: Page, *, resumed: bool) -> None:
        """Play on `page` from now on; one that comes back is sent what it lacks."""
        self._page = page
        if not resumed:
            # Not new to itself, perhaps: a page that was away for long counts on where it was.
            self._ledger.lost(page.info.given)
            self._clears = page.info.clears
            self._underruns = None
            return
        given = page.info.given
        unobeyed = self._clears - page.info.clears
        for _ in range(unobeyed):
            page.send_text({"type": "clear"})
        if unobeyed > 0 and (dropped := self._ledger.cleared_until - given) > 0:
            # What it never got of what it was to drop keeps its numbers, and is not sent.
            page.send_text({"type": "skip", "samples": dropped})
            given += dropped
        missing = self._ledger.unsent_from(given)
        if missing is None:
            self._ledger.lost(page.info.given)
        else:
            self._send(missing)
        if self._complete:
            page.send_text({"type": "flush"})

    def detach(self) -> None:
        """Note that the page is gone for the moment."""
        self._page = None

    def lost(self) -> None:
        """Note that the page will not come back, so what was not heard is lost."""
        self._ledger.lost()

    def report(self, message: Playback, start_s: float) -> None:
        """Take in what the page's worklet says; `start_s` is kernel time of the run's start."""
        ended = message.state == "ended"
        if message.played == 0 and not ended:
            self._on_event("playback.started", start_s, run=message.run)
        new_underruns = 0 if self._underruns is None else message.underruns - self._underruns
        self._underruns = message.underruns
        if new_underruns > 0:
            self._counters.underruns += new_underruns
            self._on_event("playback.underrun", None, count=new_underruns)
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
            self._on_event("playback.ended", None, run=message.run, reason=message.reason)

    def _tell(self, kind: str) -> None:
        if self._page is not None:
            self._page.send_text({"type": kind})

    def _send(self, pcm: bytes) -> None:
        if self._page is None:
            return
        self._counters.play_samples += len(pcm) // 2
        for at in range(0, len(pcm), PLAY_FRAME_BYTES):
            self._page.send_frame(pack(Kind.PLAY, self._seq, 0.0, pcm[at : at + PLAY_FRAME_BYTES]))
            self._seq += 1
