"""Gaps in the agent's voice, as a page really reports them."""

from __future__ import annotations

import pytest

from livekit_nb.browser.link import BrowserLink
from livekit_nb.browser.messages import Playback, Start
from livekit_nb.recording import Recorder, Recording
from tests.browser.pages import Clock, FakePage, Owner, attached, pcm
from tests.recording.diagnosis.conversations import kinds, the

__all__ = ["clock", "link"]


class _Writer(Owner):
    """Writes what a link tells to a recording, as the Studio's desk does."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def media_event(self, kind: str, at_s: float | None, **data: object) -> None:
        self._recorder.event(kind, at_s, **data)
