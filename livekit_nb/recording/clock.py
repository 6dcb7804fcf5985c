"""How the page's clock and sound devices stand to the recording's time, as it was told.

A page captures and plays by its own clock; every such time is mapped to the kernel's by an offset
that is known up to an error (`livekit_nb.browser.clock`). Both, and what the browser says of the
devices' latencies, are events (``page.clock``, ``mic.started``), so that they are in the recording.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

__all__ = ["ClockInfo", "ClockLog"]


@dataclass(frozen=True, slots=True)
class ClockInfo:
    """The page's clock and devices; what is not known is ``None``.

    Attributes
    ----------
    offset_s : float or None
        Recording time minus page time (``performance.now()`` in seconds).
    error_s : float or None
        Largest possible error of the offset: half the shortest round trip lately.
    input_latency_s : float or None
        From the microphone to the page, as the browser states it. Recorded times of the microphone
        do not include it: sound was in the air that much earlier.
    output_latency_s : float or None
        From the page's audio graph to the loudspeaker, as the browser estimates it at the moment.
        Recorded times of the agent's sound include it.
    """

    offset_s: float | None = None
    error_s: float | None = None
    input_latency_s: float | None = None
    output_latency_s: float | None = None


class ClockLog:
    """What was told of the page's clock in the course of a recording."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._infos: list[ClockInfo] = []

    @property
    def info(self) -> ClockInfo | None:
        """What was told last; ``None`` without a page."""
        return self._infos[-1] if self._infos else None

    def started(self, at_s: float, device: Mapping[str, Any]) -> None:
        """``mic.started``: what the browser said of the devices."""
        if "input_latency_s" in device or "output_latency_s" in device:
            self._add(
                at_s,
                replace(
                    self.info or ClockInfo(),
                    input_latency_s=_seconds(device.get("input_latency_s")),
                    output_latency_s=_seconds(device.get("output_latency_s")),
                ),
            )

    def told(self, at_s: float, clock: Mapping[str, Any]) -> None:
        """``page.clock``: what was found out."""
        self._add(
            at_s,
            replace(
                self.info or ClockInfo(),
                offset_s=_seconds(clock.get("offset_s")),
                error_s=_seconds(clock.get("error_s")),
                output_latency_s=_seconds(clock.get("output_latency_s")),
            ),
        )

    def error_s(self, start_s: float, end_s: float) -> float | None:
        """Largest error of the mapping between two recording times; ``None`` if unknown."""
        first = max(0, bisect_right(self._times, start_s) - 1)
        stop = max(first + 1, bisect_right(self._times, end_s))
        errors = [info.error_s for info in self._infos[first:stop] if info.error_s is not None]
        return max(errors, default=None)

    def _add(self, at_s: float, info: ClockInfo) -> None:
        self._times.append(max(at_s, self._times[-1] if self._times else at_s))
        self._infos.append(info)


def _seconds(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and value == value else None
