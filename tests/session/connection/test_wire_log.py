"""What the log says went over a conversation's connections, against what the server counted."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from livekit_nb.errors import WireError
from livekit_nb.lab.fast_time import run
from livekit_nb.lab.in_memory import End, InMemoryServer
from livekit_nb.lab.synthetic import QuickModels, spoken
from livekit_nb.recording.messages import Message
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.server.talk.limits import UNLIMITED, Limits
from livekit_nb.session.access.credentials import Key
from livekit_nb.session.connection.connection import Connection
from livekit_nb.session.connection.wire_log import UNKNOWN, UNREADABLE, WireLog
from livekit_nb.session.session import Session
from livekit_nb.session.setup.settings import Settings
from livekit_nb.session.tools.offer import as_tools
from livekit_nb.wire.elided import with_audio
from livekit_nb.wire.fault_plan import CONNECTION_HEADER

Counted = dict[tuple[int, str], list[tuple[float, str]]]


class CountingServer(InMemoryServer):
    """Writes down every frame that its ends read and write, with the time."""

    counted: Counted

    async def _attend(self, end: End) -> None:
        assert end.request is not None
        number = int(end.request.headers[CONNECTION_HEADER])
        recv, send, loop = end.recv, end.send, asyncio.get_running_loop()

        async def counting_recv() -> bytes | str:
            frame = await recv()
            self.counted[number, "sent"].append((loop.time(), str(frame)))
            return frame

        async def counting_send(frame: bytes | str, text: bool | None = None) -> None:
            await send(frame, text)
            told = frame.decode() if isinstance(frame, bytes) else frame
            self.counted[number, "received"].append((loop.time(), told))

        end.recv, end.send = counting_recv, counting_send  # type: ignore[method-assign]
        await super()._attend(end)


def look_up(city: str) -> dict[str, str]:
    """Find out what the weather is like in a city."""
    return {"weather": f"sunny in {city}"}


def talk(
    talking: Callable[[Session], Awaitable[None]], limits: Limits = UNLIMITED, **settings: Any
) -> tuple[Recording, Counted]:
    async def main() -> tuple[Recording, Counted]:
        server = CountingServer(QuickModels(), limits)
        server.counted = defaultdict(list)
        session = Session(
            Settings(tools=tuple(as_tools([look_up])), **settings),
            server.endpoint,
            recorder=Recorder(asyncio.get_running_loop().time),
            open_transport=server.open,
        )
        await session.open()
        await talking(session)
        await session._close("stopped")
        await server.close()
        return session.recording, server.counted

    return run(main())


async def long_talk(session: Session) -> None:
    for number in range(8):
        await asyncio.sleep(2.0)
        if number % 2:
            await session._send_text("What is the weather in Oslo?")
        else:
            await session._say(spoken("What is the weather in Paris?"))
        await session._next_turn(60.0)


def test_the_log_is_what_the_server_counted_over_every_connection() -> None:
    recording, counted = talk(long_talk, Limits(connection_s=25.0))
    assert len({number for number, _ in counted}) > 1, "it went over several connections"
    messages = recording.messages
    assert len(messages) > 1000
    for (number, direction), frames in counted.items():
        logged = [m for m in messages.where(direction=direction) if m.connection == number]
        # What was on its way when a connection ended is written and not read.
        fewer = min(len(logged), len(frames))
        assert max(len(logged), len(frames)) - fewer <= 3
        assert [m.size for m in logged[:fewer]] == [len(f.encode()) for _, f in frames[:fewer]]
        for message, (at_s, _) in zip(logged, frames, strict=False):
            assert message.t == pytest.approx(at_s, abs=0.02)
    assert [m.t for m in messages] == sorted(m.t for m in messages)


def test_every_text_is_what_was_on_the_wire_and_all_sound_is_found_again() -> None:
    recording, counted = talk(long_talk)
    for direction in ("sent", "received"):
        frames = counted[1, direction]
        for message, (_, frame) in zip(
            recording.messages.where(direction=direction), frames, strict=False
        ):
            check(recording, message, json.loads(frame))
    brought = [m.samples for m in recording.messages if m.samples]
    assert brought
    ends = [first + count for first, count in brought]
    assert [first for first, _ in brought] == [0, *ends[:-1]], "gapless, in order"
    assert ends[-1] == len(recording.received_audio())
    kinds = {message.kind for message in recording.messages}
    assert {"setup", "setupComplete", "toolCall", "toolResponse", "realtimeInput.text"} <= kinds


def check(recording: Recording, message: Message, frame: dict[str, Any]) -> None:
    audio = message.kind in ("realtimeInput.audio", "serverContent.audio")
    assert (message.body is None) == audio
    if audio:
        (content,) = frame.values()
        assert set(content) <= {"audio", "modelTurn"}
        return
    pcm = b"" if message.samples is None else recording.received_audio(*message.samples).tobytes()
    body = json.loads(with_audio(message.body or "", pcm))
    if "sessionResumptionUpdate" in body:
        assert body["sessionResumptionUpdate"].get("newHandle") in (None, "", "<handle>")
        return
    assert body == frame


class Channel:
    """Receives frames that a test gives, and takes what is written."""

    def __init__(self, *frames: bytes | str) -> None:
        self.frames = list(frames)

    async def write(self, frame: bytes) -> None: ...

    async def receive(self) -> bytes | str:
        return self.frames.pop(0)

    def abort(self) -> None: ...

    async def close(self) -> None: ...


async def test_frames_that_nobody_understands_are_noted_without_their_secrets() -> None:
    recorder = Recorder(clock=lambda: 1.0)
    log = WireLog(recorder)
    log.hide([Key("Token very-secret-key")])
    frames = ("no json: very-secret-key é", b"\xff\xfe{", '{"ofALaterVersion":{"a":1}}', "[]")
    connection = Connection(Channel(*frames), 3, log=log)
    for frame in frames:
        if "Later" in str(frame):
            await connection.receive()
        else:
            with pytest.raises(WireError):
                await connection.receive()
    messages = recorder.recording.messages
    assert [m.kind for m in messages] == [UNREADABLE, UNREADABLE, UNKNOWN, UNREADABLE]
    assert [m.size for m in messages] == [27, 3, 27, 2]
    assert [m.connection for m in messages] == [3] * 4
    assert messages[0].body == "no json: <key> é"
    assert messages[2].body == frames[2]


async def test_a_handle_is_known_and_hidden_wherever_it_comes_up_again() -> None:
    recorder = Recorder(clock=lambda: 1.0)
    log = WireLog(recorder)
    update = '{"sessionResumptionUpdate":{"newHandle":"handle-4711-x","resumable":true}}'
    echo = '{"serverContent":{"outputTranscription":{"text":"it is handle-4711-x"}}}'
    connection = Connection(Channel(update, echo), 1, log=log)
    await connection.receive()
    await connection.receive()
    bodies = [message.body for message in recorder.recording.messages]
    assert "4711" not in str(bodies)
    assert str(bodies).count("<handle>") == 1


async def test_where_no_words_are_kept_none_are_read() -> None:
    recorder = Recorder(clock=lambda: 1.0)
    recorder.recording._messages.keeps_bodies = False
    connection = Connection(Channel('{"toolCall":{}}'), 1, log=WireLog(recorder))
    await connection.receive()
    (message,) = recorder.recording.messages
    assert (message.kind, message.size, message.body) == ("toolCall", 15, None)


AUDIO_AS_SENT = b"""{
  "serverContent": {
    "modelTurn": {
      "parts": [
        {
          "inlineData": {
            "mimeType": "audio/pcm;rate=24000",
            "data": "AAECAw=="
          }
        }
      ]
    }
  }
}
"""
MIXED_AS_SENT = AUDIO_AS_SENT.replace(
    b"\n}\n", b',\n  "usage_metadata": {"total_token_count": 12}\n}\n'
)


async def test_frames_as_the_service_writes_them_are_understood_and_kept_as_they_were() -> None:
    """Binary frames of text on many lines; the SDKs' other spelling; base64 of either alphabet."""
    recorder = Recorder(clock=lambda: 1.0)
    frames = (
        b'{\n  "setupComplete": {}\n}\n',
        AUDIO_AS_SENT,
        MIXED_AS_SENT.replace(b"AAEC", b"__8-"),
    )
    connection = Connection(Channel(*frames), 1, log=WireLog(recorder))
    for _ in frames:
        await connection.receive()
    messages = recorder.recording.messages
    assert [(m.kind, m.size) for m in messages] == [
        ("setupComplete", len(frames[0])),
        ("serverContent.audio", len(frames[1])),
        ("serverContent.audio, usageMetadata", len(frames[2])),
    ]
    bodies = [message.body for message in messages]
    assert bodies[0] == frames[0].decode()
    assert bodies[1] is None
    kept = MIXED_AS_SENT.decode().replace("AAECAw==", "<4 bytes of audio>")
    assert bodies[2] == kept


def test_a_key_that_is_told_at_every_connection_is_known_once() -> None:
    log = WireLog(Recorder(clock=lambda: 1.0))
    for _ in range(5):
        log.hide([Key("a-key-of-somebody")])
    assert [key.reveal() for key in log._keys] == ["a-key-of-somebody"]
    assert "somebody" not in repr(vars(log))
