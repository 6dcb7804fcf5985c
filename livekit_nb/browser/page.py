"""What a link sees of a page: one connection, whichever way it goes, and what is counted of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from livekit_nb.browser.messages import PageInfo

__all__ = ["LinkCounters", "Page"]


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
