"""Writes down every message that goes over the connections of a conversation, both ways.

Sound and pictures that are sent, and messages that bring nothing but sound, are noted with time
and size; of all others the text is kept, without secrets (:mod:`livekit_nb.wire.elided`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.access.credentials import Key, current_key
from livekit_nb.wire.elided import elided
from livekit_nb.wire.kinds import kind_of
from livekit_nb.wire.messages import ServerMessage

__all__ = ["UNREADABLE", "WireLog"]

UNREADABLE: Final = "unreadable"
"""Kind of a frame that is no message of the Live API."""

UNKNOWN: Final = "unknown"
"""Kind of a message of which nothing is known; of a later version of the service, perhaps."""

_MEDIA: Final = frozenset({"realtimeInput.audio", "realtimeInput.video", "serverContent.audio"})
_MOST_HANDLES: Final = 64
_SHORTEST_SECRET: Final = 8  # what is shorter, such as "Token", stands before one


class WireLog:
    """Notes messages; one for all connections of a conversation.

    Parameters
    ----------
    recorder : Recorder
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._keys: list[Key] = []
        self._handles: deque[Key] = deque(maxlen=_MOST_HANDLES)

    def hide(self, keys: Iterable[Key]) -> None:
        """Keep these out of every text from now on."""
        for key in (*keys, current_key()):
            if key is not None and all(key.reveal() != known.reveal() for known in self._keys):
                self._keys.append(key)

    def sent(self, connection: int, kind: str, frame: bytes) -> None:
        """Note a message that was written just now."""
        body = None
        if kind not in _MEDIA:
            body = self._body(frame, setup=kind == "setup")
        self._recorder.message("sent", kind, len(frame), body, connection=connection)

    def received(self, connection: int, frame: bytes | str, message: ServerMessage | None) -> None:
        """Note a frame that was read just now; without `message`, it could not be understood."""
        kind = UNREADABLE if message is None else kind_of(message) or UNKNOWN
        if message is not None and message.session_resumption_update is not None:
            handle = message.session_resumption_update.new_handle
            if handle and len(handle) >= _SHORTEST_SECRET:
                self._handles.append(Key(handle))
        body = None if kind in _MEDIA else self._body(frame, setup=message is None)
        plain = isinstance(frame, bytes) or frame.isascii()
        size = len(frame) if plain else len(str(frame).encode("utf-8", "replace"))
        self._recorder.message("received", kind, size, body, connection=connection)

    def _body(self, frame: bytes | str, *, setup: bool) -> str | None:
        if not self._recorder.keeps_words:
            return None
        text = frame.decode("utf-8", "replace") if isinstance(frame, bytes) else frame
        return elided(text, self._secrets(), setup=setup)

    def _secrets(self) -> list[str]:
        words = [word for key in self._keys for word in key.reveal().split()]
        words += [handle.reveal() for handle in self._handles]
        return [word for word in words if len(word) >= _SHORTEST_SECRET]
