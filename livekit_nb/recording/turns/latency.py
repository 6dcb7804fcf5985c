"""Where the time between the user's last sound and the agent's first sound goes.

The parts are differences between consecutive points on one clock, so known parts sum exactly to
voice-to-voice latency:

speech end → frame in the kernel → written to the socket → first byte of the reply → handed over →
first sample heard → first audible sample.

Who asks while the agent is still saying something else, and does not interrupt it, waits for it to
finish before anybody could answer. That is the agent's own talking and no latency: the clock
starts when it falls silent, as when people take turns, and `Latency.agent_talking` tells how long
that was.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

__all__ = ["PART_NAMES", "Latency"]

PART_NAMES: Final = ("capture", "uplink", "model", "delivery", "playout", "silence_padding")
"""The parts in the order in which they happen."""


@dataclass(frozen=True, slots=True)
class Latency:
    """The points between the end of the user's speech and the first sound of the answer.

    Attributes
    ----------
    speech_end : float or None
        End of the user's speech in the recorded microphone audio.
    arrived : float or None
        The frame that holds it reached the kernel.
    sent : float or None
        That frame was written to the Live socket.
    first_byte : float or None
        First audio byte of the reply arrived.
    handed : float or None
        The reply's first samples were handed to the page (or the headless loudspeaker).
    played : float or None
        The reply's first sample was heard, the device's output latency included.
    first_audible : float or None
        The reply's first sample that is not silence was heard.
    asked : float or None
        When a typed question was sent; ``None`` for spoken ones.
    agent_silent : float or None
        When the agent fell silent that was still saying something else at the end of the speech (or
        when the text was sent), and was not interrupted; ``None`` when it was not. No part counts
        what was before.
    activity_end : float or None
        The service's word arrived that the user had stopped speaking; ``None`` if it gave none.
    error_s : float or None
        How far `speech_end`, `played` and `first_audible` may be off at most because they were told
        by the page's clock: half the round trip to it. All of them by the same amount, as long as
        the clocks do not drift apart meanwhile, so ``capture`` is too long by as much as
        ``playout`` is too short, and `voice_to_voice` is not touched. ``None`` without a page.

    Points are in seconds since the recording's start; ``None`` is unknown, never 0.
    """

    speech_end: float | None = None
    arrived: float | None = None
    sent: float | None = None
    first_byte: float | None = None
    handed: float | None = None
    played: float | None = None
    first_audible: float | None = None
    asked: float | None = None
    agent_silent: float | None = None
    activity_end: float | None = None
    error_s: float | None = None

    @property
    def parts(self) -> dict[str, float | None]:
        """Seconds of each part, in the order in which they happen; ``None`` is unknown.

        A part may be negative when the order was the other way round: ``model`` is when the agent
        answered before the user had finished, ``capture`` by the clocks' error of some
        milliseconds. A part is 0 when it was over before the agent fell silent.
        """
        points = tuple(
            self._counted(point)
            for point in (
                self.speech_end,
                self.arrived,
                self.sent,
                self.first_byte,
                self.handed,
                self.played,
                self.first_audible,
            )
        )
        return {
            name: None if start is None or end is None else end - start
            for name, (start, end) in zip(PART_NAMES, pairwise(points), strict=True)
        }

    @property
    def endpointing(self) -> float | None:
        """Seconds of ``model`` until the service told that the user had stopped speaking.

        Until its word arrived here, so the way back is in it, as it is in ``model``. ``None`` when
        the service does not tell. Negative when it told before the last of the speech was sent.
        """
        return self._between(self.sent, self.activity_end)

    @property
    def thinking(self) -> float | None:
        """Seconds of ``model`` from then on: `endpointing` and this sum up to it."""
        return self._between(self.activity_end, self.first_byte)

    @property
    def voice_to_voice(self) -> float | None:
        """Seconds from the user's last sound to the agent's first audible sample.

        From when the agent fell silent, if it was still saying something else (`agent_talking`).
        Negative when the agent began before the user had finished.
        """
        return self._between(self.speech_end, self.first_audible)

    @property
    def agent_talking(self) -> float | None:
        """Seconds that the agent went on with something else after the question; no latency.

        0 when it was silent, or the question interrupted it; ``None`` when nobody asked.
        """
        end = self.speech_end if self.speech_end is not None else self.asked
        if end is None:
            return None
        return 0.0 if self.agent_silent is None else max(0.0, self.agent_silent - end)

    @property
    def time_to_first_audio(self) -> float | None:
        """Seconds from the last speech frame (or the typed text) sent to the first audio byte.

        From when the agent fell silent, if it was still saying something else (`agent_talking`).
        """
        return self._between(self.asked if self.asked is not None else self.sent, self.first_byte)

    def _between(self, start: float | None, end: float | None) -> float | None:
        start, end = self._counted(start), self._counted(end)
        return None if start is None or end is None else end - start

    def _counted(self, point: float | None) -> float | None:
        """Return a point, or when the agent fell silent if that was later."""
        if point is None or self.agent_silent is None:
            return point
        return max(point, self.agent_silent)
