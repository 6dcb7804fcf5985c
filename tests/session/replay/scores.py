"""Recordings made by hand, message by message, as a conversation would write them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.session.connection.wire_log import WireLog
from livekit_nb.wire.codec import decode_server

RATE_HZ = 16_000


class Score:
    """Writes what goes over a connection, at times of its choosing."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.recorder = Recorder(lambda: self.now_s)
        self._log = WireLog(self.recorder)
        self.connection = 1
        self._heard = 0
        self.recorder.event("session.connecting", endpoint="Google", model="gemini-3.8-live")
        self.says(0.5, setupComplete={})
        self.recorder.event("session.ready", model="gemini-3.8-live", embedded=False)

    @property
    def recording(self) -> Recording:
        return self.recorder.recording

    def says(self, at_s: float, **message: Any) -> None:
        """Have the server say something."""
        self.frame(at_s, json.dumps(message).encode())

    def frame(self, at_s: float, frame: bytes) -> None:
        self.now_s = at_s
        message = decode_server(frame)
        self._log.received(self.connection, frame, message)
        content = message.server_content
        for part in content.model_turn.parts if content and content.model_turn else []:
            if part.inline_data is not None and part.inline_data.mime_type.startswith("audio/"):
                self.recorder.agent_received(part.inline_data.data, at_s)

    def content(self, at_s: float, **content: Any) -> None:
        self.says(at_s, serverContent=content)

    def speaks(self, at_s: float, text: str) -> None:
        """Have the agent say something of 0.2 s."""
        data = {"mimeType": "audio/pcm;rate=24000", "data": "AAAB" * 1600 * 2}
        self.content(
            at_s,
            modelTurn={"parts": [{"inlineData": data}]},
            outputTranscription={"text": text},
        )

    def user(self, start_s: float, end_s: float) -> None:
        """Have the user speak; in between the microphone is silent."""
        first, stop, last = (round(t * RATE_HZ) for t in (start_s, end_s, end_s + 1.0))
        track = np.zeros(last, np.int16)
        track[first:stop] = np.random.default_rng(1).integers(-8000, 8000, stop - first)
        begun = self._heard
        self._heard = last
        self.recorder.user_audio(track[begun:].tobytes(), begun / RATE_HZ, last / RATE_HZ)
