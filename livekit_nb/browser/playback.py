"""What was really heard: the kernel's book about the audio it gave to the page.

The page's playback worklet numbers every sample it is given (24 kHz) and reports runs of gapless
playing in those numbers (``js/lib/playqueue.js``). The ledger keeps the samples until they are
reported, and turns reports into ``played(pcm, start_s)`` and ``finished(position_s, interrupted)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.session.io import PlaybackListener

__all__ = ["MAX_PENDING_S", "PlaybackLedger", "PlaybackReport"]

MAX_PENDING_S: Final = 300
"""Audio that may wait to be heard, in seconds; what comes beyond is refused and counted."""

_BYTES: Final = 2
_MAX_PENDING_BYTES: Final = MAX_PENDING_S * OUTPUT_RATE_HZ * _BYTES


@dataclass(frozen=True, slots=True)
class PlaybackReport:
    """One report of the page's playback worklet.

    Attributes
    ----------
    run : int
        Number of the run of gapless playing.
    ended : bool
        Whether the run is over.
    first : int
        Number of the run's first sample.
    played : int
        Samples of the run played so far.
    start_s : float
        Kernel time at which the run's first sample reached the loudspeaker.
    cleared : bool
        Whether it ended because the rest was dropped.
    underruns : int
        Underruns so far.
    """

    run: int
    ended: bool
    first: int
    played: int
    start_s: float
    cleared: bool
    underruns: int


class PlaybackLedger:
    """Keeps what was handed to the page until the page says what became of it.

    Parameters
    ----------
    listener : PlaybackListener
        Who is told.

    Attributes
    ----------
    refused : int
        Samples not taken because five minutes were already waiting.
    handed : int
        Samples handed over so far; the number of the next one.
    """

    def __init__(self, listener: PlaybackListener | None = None) -> None:
        self.listener = listener
        self.refused = 0
        self._base = 0  # number of the first sample in _pending
        self._pending = bytearray()
        self._turn_start_heard = 0
        self._heard = 0
        self._turn_end: int | None = None
        self._open = False  # audio was handed over that is not finished
        self._clear_at: list[int] = []

    @property
    def handed(self) -> int:
        """Number of the next sample to be handed over."""
        return self._base + len(self._pending) // _BYTES

    @property
    def cleared_until(self) -> int:
        """Number of the first sample after the last clear; 0 when all clears are reported."""
        return self._clear_at[-1] if self._clear_at else 0

    def hand(self, pcm: bytes) -> bool:
        """Book `pcm` as handed to the page; ``False`` when it must not be: five minutes wait."""
        if len(self._pending) + len(pcm) > _MAX_PENDING_BYTES:
            self.refused += len(pcm) // _BYTES
            return False
        self._turn_end = None
        self._open = True
        self._pending += pcm
        return True

    def unsent_from(self, given: int) -> bytes | None:
        """Return what a page that was given `given` samples lacks; ``None`` if nobody knows."""
        if not self._base <= given <= self.handed:
            return None
        return bytes(self._pending[(given - self._base) * _BYTES :])

    def clear(self) -> None:
        """Note that a clear was sent: what is not heard when the page obeys is dropped."""
        self._clear_at.append(self.handed)

    def turn_complete(self) -> None:
        """Note that the turn's last sample has been handed over."""
        self._turn_end = self.handed
        self._finish_if_heard()

    def report(self, report: PlaybackReport) -> None:
        """Take in a report of the page; one that contradicts the book is cut to fit it."""
        stop = min(report.first + report.played, self.handed)
        start = max(report.first, self._base)
        if stop > start:
            self._drop_until(start)
            pcm = bytes(self._pending[: (stop - start) * _BYTES])
            self._drop_until(stop)
            self._heard += stop - start
            if self.listener is not None:
                start_s = report.start_s + (start - report.first) / OUTPUT_RATE_HZ
                self.listener.played(pcm, start_s)
        if report.ended and report.cleared and self._clear_at:
            self._drop_until(self._clear_at.pop(0))
            if self._pending:
                # The next reply is here, perhaps all of it: its end is still to be heard and told.
                self._turn_start_heard = self._heard
            else:
                self._finish(interrupted=True)
        else:
            self._finish_if_heard()

    def lost(self, next_sample: int = 0) -> None:
        """Note that the page is gone, and with it what was not heard.

        Parameters
        ----------
        next_sample : int
            Number the page gives to the next 24 kHz sample it gets. One that was given samples
            before does not begin anew.
        """
        self._base = next_sample
        self._pending.clear()
        self._clear_at.clear()
        self._finish(interrupted=True)

    def _drop_until(self, number: int) -> None:
        count = max(0, min(number, self.handed) - self._base)
        del self._pending[: count * _BYTES]
        self._base += count

    def _finish_if_heard(self) -> None:
        if self._turn_end is not None and self._base >= self._turn_end:
            self._finish(interrupted=False)

    def _finish(self, *, interrupted: bool) -> None:
        position_s = (self._heard - self._turn_start_heard) / OUTPUT_RATE_HZ
        self._turn_start_heard = self._heard
        self._turn_end = None
        had_audio, self._open = self._open, False
        if had_audio and self.listener is not None:
            self.listener.finished(position_s, interrupted)
