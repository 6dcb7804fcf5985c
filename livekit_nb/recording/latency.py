"""Where the time between the user's last sound and the agent's first sound goes.

The parts are differences between consecutive points on one clock, so known parts sum exactly to
voice-to-voice latency:

speech end → frame in the kernel → written to the socket → first byte of the reply → handed over →
first sample heard → first audible sample.
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

    All in seconds since the recording's start; ``None`` is unknown, never 0.
    """

    speech_end: float | None = None
    arrived: float | None = None
    sent: float | None = None
    first_byte: float | None = None
    handed: float | None = None
    played: float | None = None
    first_audible: float | None = None
    asked: float | None = None

    @property
    def parts(self) -> dict[str, float | None]:
        """Seconds of each part, in the order in which they happen; ``None`` is unknown.

        A part may be negative when the order was the other way round: ``model`` is when the agent
        answered before the user had finished, ``capture`` by the clocks' error of some
        milliseconds.
        """
        points = (
            self.speech_end,
            self.arrived,
            self.sent,
            self.first_byte,
            self.handed,
            self.played,
            self.first_audible,
        )
        return {
            name: None if start is None or end is None else end - start
            for name, (start, end) in zip(PART_NAMES, pairwise(points), strict=True)
        }

    @property
    def voice_to_voice(self) -> float | None:
        """Seconds from the user's last sound to the agent's first audible sample.

        Negative when the agent began before the user had finished.
        """
        if self.speech_end is None or self.first_audible is None:
            return None
        return self.first_audible - self.speech_end

    @property
    def time_to_first_audio(self) -> float | None:
        """Seconds from the last speech frame (or the typed text) sent to the first audio byte."""
        start = self.asked if self.asked is not None else self.sent
        return None if start is None or self.first_byte is None else self.first_byte - start
