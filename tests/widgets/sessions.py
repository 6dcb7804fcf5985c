"""A conversation whose other side is the test."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from livekit_nb.browser.link import BrowserLink
from livekit_nb.errors import LiveError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.io import AudioSink, AudioSource, VideoSource
from tests.patience import PATIENCE_S

ENDPOINT = "nobody · test"


class FakeSession:
    """Records what the page sends, and says what the test tells it to say."""

    endpoint = ENDPOINT

    def __init__(
        self,
        source: AudioSource,
        sink: AudioSink,
        video: VideoSource,
        recorder: Recorder,
        on_status: Callable[[str], None],
    ) -> None:
        self.source, self.sink, self.video = source, sink, video
        self.recorder, self.on_status = recorder, on_status
        self.frames: list[tuple[bytes, float, float]] = []
        self.pictures: list[tuple[int, int, int]] = []
        self.heard: list[tuple[bytes, float]] = []
        self.ends: list[tuple[float, bool]] = []
        self.closed = False
        self.muted = False
        self.done: list[tuple[str, object]] = []
        self.refusal: LiveError | None = None
        self._changed = threading.Condition()

    def begin(self) -> None:
        self.sink.start(self)
        self.source.start(self._frame)
        self.video.start_video(self._picture)
        self.on_status("listening")

    async def close(self) -> None:
        if not self.closed:
            self.source.stop()
            self.video.stop_video()
            self.sink.stop()
            self._note(lambda: setattr(self, "closed", True))

    async def mute(self) -> None:
        self.muted = True
        self.recorder.event("mic.muted")
        self._do("mute")

    async def unmute(self) -> None:
        self.muted = False
        self.recorder.event("mic.unmuted")
        self._do("unmute")

    async def push(self) -> None:
        self._do("push", len(self.frames))

    async def release(self) -> None:
        self._do("release", len(self.frames))

    async def send_text(self, text: str) -> None:
        self._do("send_text", text)
        self.recorder.event("user.text", text=text)

    async def record(self, on: bool = True) -> None:
        self._do("record", on)
        self.recorder.record(on)

    async def inject(self, plan: object) -> None:
        self._do("inject", plan)

    def _do(self, what: str, detail: object = None) -> None:
        if self.refusal is not None:
            raise self.refusal
        self._note(lambda: self.done.append((what, detail)))

    def wait_for(
        self, condition: Callable[[FakeSession], bool], timeout_s: float = PATIENCE_S
    ) -> None:
        """Block (a test's thread) until something is so."""
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), PATIENCE_S), vars(self).keys()

    def _note(self, change: Callable[[], Any]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()

    def _frame(self, pcm: bytes, captured_s: float, arrived_s: float) -> None:
        self.recorder.user_audio(pcm, captured_s, arrived_s)
        self._note(lambda: self.frames.append((pcm, captured_s, arrived_s)))

    def _picture(self, jpeg: bytes, width: int, height: int, captured_s: float) -> None:
        self.recorder.event("video.frame", width=width, height=height, bytes=len(jpeg))
        self._note(lambda: self.pictures.append((width, height, len(jpeg))))

    def played(self, pcm: bytes, start_s: float) -> None:
        self.recorder.agent_played(pcm, start_s)
        self._note(lambda: self.heard.append((pcm, start_s)))

    def finished(self, position_s: float, interrupted: bool) -> None:
        self._note(lambda: self.ends.append((position_s, interrupted)))


class Opener:
    """Stands in for ``open_session``; keeps the sessions it opened."""

    def __init__(self) -> None:
        self.sessions: list[FakeSession] = []
        self.error: Exception | None = None
        self.hold: asyncio.Event | None = None
        self._opened = threading.Condition()

    async def __call__(
        self,
        settings: Any,
        *,
        source: AudioSource,
        sink: AudioSink,
        video: VideoSource,
        recorder: Recorder,
        on_status: Callable[[str], None],
        **more: Any,
    ) -> FakeSession:
        if self.hold is not None:
            await self.hold.wait()
        if self.error is not None:
            raise self.error
        session = FakeSession(source, sink, video, recorder, on_status)
        session.begin()
        with self._opened:
            self.sessions.append(session)
            self._opened.notify_all()
        return session

    async def for_desk(self, link: BrowserLink, recorder: Recorder, on_status: Any) -> FakeSession:
        """Open one as a desk asks for it."""
        return await self(
            None,
            source=link.microphone,
            sink=link.loudspeaker,
            video=link,
            recorder=recorder,
            on_status=on_status,
        )

    def session(self, number: int = 0) -> FakeSession:
        """Block (a test's thread) until this session has been opened."""
        with self._opened:
            assert self._opened.wait_for(lambda: len(self.sessions) > number, PATIENCE_S)
        return self.sessions[number]


class NoServer:
    """Stands in for the embedded server: only counts who wants it ready."""

    def __init__(self) -> None:
        self.warmed = 0
        self.ready = True

    def warm_up(self) -> None:
        self.warmed += 1


class UnreachableError(LiveError):
    """Nobody answers."""
