"""The page's clock, seen from the kernel.

A page counts milliseconds since it was loaded, the kernel seconds since the machine was started.
The kernel asks ("ping") and the page answers with its time ("pong"), from which follow the offset,
good to half the round trip (the answer may have been on its way all of it).
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

__all__ = ["ClockNews", "PageClock"]

WINDOW_S: Final = 30.0
_MAX_RTT_S: Final = 10.0
_NOTICEABLE: Final = {"offset_s": 0.001, "error_s": 0.001, "output_latency_s": 0.01}


class PageClock:
    """Maps page time to kernel time: ``kernel_s = page_ms / 1000 + offset_s``.

    The exchange with the shortest round trip within the last 30 s counts: waiting in queues only
    ever makes a round trip longer and lopsided. The window lets the offset follow the slow drift
    between the two clocks.

    Attributes
    ----------
    offset_s : float or None
        ``None`` until the first answer.
    error_s : float or None
        Largest possible error of the offset: half the best round trip.
    """

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        # (kernel time, round trip, offset); the round trips grow from left to right, because an
        # exchange that is both older and worse than another can never be the best again
        self._best: deque[tuple[float, float, float]] = deque()

    @property
    def offset_s(self) -> float | None:
        """Seconds to add to a page time in seconds."""
        return self._best[0][2] if self._best else None

    @property
    def error_s(self) -> float | None:
        """Largest possible error of the offset, in seconds."""
        return self._best[0][1] / 2 if self._best else None

    def observe(self, sent_s: float, page_ms: float, received_s: float) -> None:
        """Take in one exchange.

        Parameters
        ----------
        sent_s, received_s : float
            Kernel times at which the ping left and the pong came.
        page_ms : float
            Page time at which the page answered.

        Notes
        -----
        An exchange that cannot be true (negative, not finite, slower than ten seconds) is ignored.
        """
        rtt_s = received_s - sent_s
        if not (math.isfinite(page_ms) and 0 <= rtt_s <= _MAX_RTT_S):
            return
        offset_s = (sent_s + received_s) / 2 - page_ms / 1000
        while self._best and self._best[-1][1] >= rtt_s:
            self._best.pop()
        self._best.append((received_s, rtt_s, offset_s))
        while self._best[0][0] < received_s - self._window_s:
            self._best.popleft()

    def to_kernel_s(self, page_ms: float) -> float | None:
        """Kernel time of a page time in milliseconds, or ``None`` while nothing is known."""
        offset_s = self.offset_s
        return None if offset_s is None else page_ms / 1000 + offset_s


class ClockNews:
    """Says what is to be written down of a page's clock: what has changed noticeably.

    That is 1 ms of the offset or its error, or 10 ms of the loudspeaker's latency, which browsers
    estimate anew all the time (Chromium over PulseAudio: anything from 23 to 54 ms).
    """

    def __init__(self) -> None:
        self._told: dict[str, float | None] | None = None

    def forget(self) -> None:
        """Begin anew: a recording begins."""
        self._told = None

    def news(self, clock: PageClock, output_latency_s: float | None) -> dict[str, float | None]:
        """Return ``offset_s``, ``error_s`` and ``output_latency_s``; nothing if that is not new."""
        if clock.offset_s is None:
            return {}
        now = {
            "offset_s": clock.offset_s,
            "error_s": clock.error_s,
            "output_latency_s": output_latency_s,
        }
        if self._told is not None and not any(
            _differ(self._told[name], value, _NOTICEABLE[name]) for name, value in now.items()
        ):
            return {}
        self._told = now
        return dict(now)


def _differ(one: float | None, other: float | None, step: float) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) >= step
