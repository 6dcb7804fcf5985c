"""A link's two faces to a session: both have ``start`` and ``stop``, so they are two objects."""

from __future__ import annotations

from livekit_nb.browser.link import BrowserLink
from livekit_nb.session.io import FrameHandler, PlaybackListener

__all__ = ["LinkLoudspeaker", "LinkMicrophone"]


class LinkMicrophone:
    """The ``AudioSource`` face of a link."""

    def __init__(self, link: BrowserLink) -> None:
        self._link = link

    def start(self, on_frame: FrameHandler) -> None:
        """Begin to hand frames to `on_frame`."""
        self._link.start_audio(on_frame)

    def stop(self) -> None:
        """Hand over nothing more."""
        self._link.stop_audio()


class LinkLoudspeaker:
    """The ``AudioSink`` face of a link."""

    def __init__(self, link: BrowserLink) -> None:
        self._link = link

    def start(self, listener: PlaybackListener) -> None:
        """Report to `listener`."""
        self._link.listen_to_playback(listener)

    def play(self, pcm: bytes) -> None:
        """Queue audio (24 kHz s16le)."""
        self._link.play(pcm)

    def clear(self) -> None:
        """Fall silent at once."""
        self._link.clear()

    def turn_complete(self) -> None:
        """Note that the agent has said all of this turn."""
        self._link.turn_complete()

    def stop(self) -> None:
        """Fall silent and report nothing more."""
        self._link.listen_to_playback(None)
        self._link.clear()
