"""What goes to the model: microphone frames and messages, in the order they happened."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

from livekit_nb.audio.pcm import FRAME_MS, INPUT_RATE_HZ
from livekit_nb.errors import SessionClosedError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.transport import Transport
from livekit_nb.wire.codec import encode
from livekit_nb.wire.messages import Blob, ClientMessage, RealtimeInput

__all__ = ["Uplink"]

MAX_WAITING_S = 30.0
_MAX_FRAMES = round(MAX_WAITING_S * 1000 / FRAME_MS)
_MIME_TYPE = f"audio/pcm;rate={INPUT_RATE_HZ}"


class Encoded(NamedTuple):
    """A message as it goes over the wire, told apart from microphone frames."""

    frame: bytes


class Uplink:
    """A queue to the socket and the task that empties it.

    Messages are never dropped. Of audio at most 30 s wait while the network stalls; beyond that
    the oldest frame is dropped, counted in :attr:`lost_frames` and told in an ``uplink.lost``
    event, because a model that hears half a minute late cannot converse.

    Attributes
    ----------
    lost_frames : int
        Microphone frames dropped so far.
    """

    def __init__(self, transport: Transport, recorder: Recorder) -> None:
        self._transport = transport
        self._recorder = recorder
        self._waiting: deque[bytes | Encoded] = deque()
        self._audio_waiting = 0
        self._wake = asyncio.Event()
        self.lost_frames = 0

    def frame(self, pcm: bytes, captured_s: float, arrived_s: float) -> None:
        """Record and queue one microphone frame (16 kHz s16le mono; kernel times)."""
        self._recorder.user_audio(pcm, captured_s, arrived_s)
        if self._audio_waiting >= _MAX_FRAMES:
            self._drop_oldest()
        self._waiting.append(pcm)
        self._audio_waiting += 1
        self._wake.set()

    def message(self, message: ClientMessage) -> None:
        """Queue a message behind the audio that came before it.

        Raises
        ------
        ValueError
            If it cannot be written, such as text with half a surrogate pair.
        """
        self._waiting.append(Encoded(encode(message)))
        self._wake.set()

    async def run(self) -> None:
        """Write what is queued until the connection ends, then return."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._waiting:
                    await self._write(self._waiting.popleft())
        except SessionClosedError:
            return  # the reader hears of the same close, and explains it

    async def _write(self, item: bytes | Encoded) -> None:
        if isinstance(item, bytes):
            self._audio_waiting -= 1
            audio = RealtimeInput(audio=Blob(data=item, mime_type=_MIME_TYPE))
            await self._transport.send(ClientMessage(realtime_input=audio))
            self._recorder.user_sent(len(item) // 2, self._recorder.clock())
        else:
            await self._transport.write(item.frame)

    def _drop_oldest(self) -> None:
        for index, item in enumerate(self._waiting):
            if isinstance(item, bytes):
                del self._waiting[index]
                self._audio_waiting -= 1
                self.lost_frames += 1
                self._recorder.user_unsent(len(item) // 2)
                self._recorder.event("uplink.lost", frames=self.lost_frames)
                return
