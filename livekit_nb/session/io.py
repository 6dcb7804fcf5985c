"""Where a conversation's sound and pictures come from and go to.

The session knows no browser: a notebook's page, a file, a scripted caller and a test are all the
same to it, an :class:`AudioSource` and an :class:`AudioSink`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

__all__ = ["AudioSink", "AudioSource", "FrameHandler", "PlaybackListener", "VideoSource"]

FrameHandler = Callable[[bytes, float, float], None]
"""``(pcm, captured_s, arrived_s)``: one frame of 16 kHz s16le mono, the kernel time at which its
first sample was captured, and that at which it reached the kernel."""


class AudioSource(Protocol):
    """Something that hears: it hands over 20 ms frames of 16 kHz s16le mono, in order."""

    def start(self, on_frame: FrameHandler) -> None:
        """Begin to hand frames to `on_frame`, on the engine's thread."""
        ...

    def stop(self) -> None:
        """Hand over nothing more. Idempotent."""
        ...


class PlaybackListener(Protocol):
    """Who wants to know what was really heard."""

    def played(self, pcm: bytes, start_s: float) -> None:
        """`pcm` (24 kHz s16le) was heard from kernel time `start_s` on, without a gap."""
        ...

    def finished(self, position_s: float, interrupted: bool) -> None:
        """Everything handed over has been heard, or dropped by a barge-in.

        Parameters
        ----------
        position_s : float
            Seconds of the reply that were heard.
        interrupted : bool
            Whether the rest was dropped.
        """
        ...


class AudioSink(Protocol):
    """Something that speaks 24 kHz s16le mono. Called on the engine's thread; never blocks."""

    def start(self, listener: PlaybackListener) -> None:
        """Begin; report to `listener` on the engine's thread."""
        ...

    def play(self, pcm: bytes) -> None:
        """Queue audio behind what is still to be played."""
        ...

    def clear(self) -> None:
        """Fall silent at once and drop what is queued (barge-in)."""
        ...

    def turn_complete(self) -> None:
        """Know that the agent has said all of this turn: running dry is no underrun now."""
        ...

    def stop(self) -> None:
        """Fall silent and report nothing more. Idempotent."""
        ...


class VideoSource(Protocol):
    """Something that sees: it hands over JPEG pictures, at most one a second."""

    def start_video(self, on_image: Callable[[bytes, int, int, float], None]) -> None:
        """Begin to hand ``(jpeg, width, height, captured_s)`` to `on_image` on the engine."""
        ...

    def stop_video(self) -> None:
        """Hand over nothing more. Idempotent."""
        ...
