"""A downlink at a desk: messages in, and what is heard, recorded and handed out of them."""

from __future__ import annotations

from typing import Any

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.downlink import Downlink
from livekit_nb.session.io import PlaybackListener
from livekit_nb.session.tools.running import ToolRunner
from livekit_nb.session.turn_gate import TurnGate
from livekit_nb.wire.messages import (
    Blob,
    Content,
    Part,
    ServerContent,
    ServerMessage,
    Transcription,
    VoiceActivity,
)

START = ServerMessage(voice_activity=VoiceActivity(type="ACTIVITY_START", audio_offset="1.250s"))
END = ServerMessage(voice_activity=VoiceActivity(type="ACTIVITY_END"))
ENDED = "agent.turn_complete"


class Desk:
    """A downlink with a clock of its own, whose loudspeaker plays when it is told to."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.recorder = Recorder(clock=lambda: self.now_s)
        self.gate = TurnGate()
        self.queued = bytearray()
        self.cleared = 0
        self.drains = 0
        self.statuses: list[str] = []
        self.downlink = Downlink(
            self.recorder,
            self,
            ToolRunner([], self.recorder, lambda response, connection: True),
            self.gate,
            self.statuses.append,
        )

    # As a sink

    def start(self, listener: PlaybackListener) -> None: ...

    def play(self, pcm: bytes) -> None:
        self.queued += pcm

    def clear(self) -> None:
        self.cleared += 1
        self.queued.clear()
        self.gate.heard()

    def turn_complete(self) -> None:
        self.drains += 1

    def stop(self) -> None: ...

    # As the world

    def hear(self) -> float:
        """Listen to all that is queued; returns how long it took."""
        pcm = bytes(self.queued)
        self.queued.clear()
        self.recorder.agent_played(pcm, self.now_s)
        self.now_s += len(pcm) / 2 / OUTPUT_RATE_HZ
        self.gate.heard()
        return len(pcm) / 2 / OUTPUT_RATE_HZ

    def say(self, **fields: Any) -> None:
        self.tell(ServerMessage(server_content=ServerContent(**fields)))

    def speak(self, duration_s: float, text: str = "") -> None:
        pcm = (1000).to_bytes(2, "little") * round(duration_s * OUTPUT_RATE_HZ)
        part = Part(inline_data=Blob(data=pcm, mime_type="audio/pcm;rate=24000"))
        said = Transcription(text=text) if text else None
        self.say(model_turn=Content(role="model", parts=[part]), output_transcription=said)

    def end_turn(self, **fields: Any) -> None:
        self.say(generation_complete=True)
        self.say(turn_complete=True, **fields)

    def type(self, text: str) -> None:
        self.now_s += 0.01
        self.downlink.asked()
        self.recorder.event("user.text", text=text)

    def tell(self, *messages: ServerMessage) -> None:
        for message in messages:
            self.now_s += 0.01
            self.downlink.handle(message)

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.recorder.recording.events]

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [dict(e.data) for e in self.recorder.recording.events if e.kind == kind]

    @property
    def talk(self) -> list[tuple[str, str, bool]]:
        """What was said, turn by turn: the user's words, the agent's, whether it was cut."""
        return [
            (
                turn.user.text if turn.user else "",
                turn.agent.text if turn.agent else "",
                turn.interrupted,
            )
            for turn in self.recorder.recording.turns
        ]
