"""A Live server in memory that does just what a test says, connection by connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.errors import ConnectError, SessionClosedError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.session import Session
from livekit_nb.session.setup.settings import Settings
from livekit_nb.wire.codec import decode_client, encode
from livekit_nb.wire.messages import (
    Blob,
    ClientMessage,
    Content,
    FunctionCall,
    GoAway,
    Part,
    ServerContent,
    ServerMessage,
    SessionResumptionUpdate,
    SetupComplete,
    ToolCall,
)
from tests.session.virtual_time import in_virtual_time

ENDPOINT = Endpoint("ws://127.0.0.1:1/", "the test's server")


class Line:
    """One connection: the client's end is a ``Channel``, the rest is for the test's script."""

    def __init__(self, number: int, headers: Mapping[str, str]) -> None:
        self.number = number
        self.headers = headers
        self.setup = ClientMessage()
        self.audio = bytearray()
        self.frames = 0
        self.left = asyncio.Event()  # the client has closed or dropped it
        self.goodbye: bool | None = None  # whether it said goodbye
        self._up: asyncio.Queue[ClientMessage] = asyncio.Queue()
        self._down: asyncio.Queue[bytes | SessionClosedError] = asyncio.Queue()
        self._end: SessionClosedError | None = None

    # The client's end

    async def write(self, frame: bytes) -> None:
        if self._end is not None:
            raise SessionClosedError(str(self._end), self._end.code, self._end.reason)
        self._up.put_nowait(decode_client(frame))
        await asyncio.sleep(0)

    async def receive(self) -> bytes:
        item = await self._down.get()
        if isinstance(item, SessionClosedError):
            self._down.put_nowait(item)
            raise SessionClosedError(str(item), item.code, item.reason)
        return item

    def abort(self) -> None:
        self.goodbye = False
        self.left.set()

    async def close(self) -> None:
        if not self.left.is_set():
            self.goodbye = True
            self.left.set()

    # The test's end

    def hang_up(self, code: int, reason: str = "") -> None:
        self._end = SessionClosedError(f"closed with {code}", code, reason)
        self._down.put_nowait(self._end)

    async def hear(self) -> ClientMessage:
        """Return the next message that is no audio; audio is collected."""
        while True:
            message = await self._up.get()
            spoken = message.realtime_input and message.realtime_input.audio
            if not spoken:
                return message
            self.audio += spoken.data
            self.frames += 1

    async def hear_frames(self, count: int) -> None:
        while self.frames < count:
            message = await self._up.get()
            assert message.realtime_input is not None
            assert message.realtime_input.audio is not None
            self.audio += message.realtime_input.audio.data
            self.frames += 1

    async def hear_sound(self, pcm: bytes) -> None:
        """Return when all of `pcm` was heard."""
        while pcm not in self.audio:
            await self.hear_frames(self.frames + 1)

    async def hear_text(self) -> str:
        message = await self.hear()
        assert message.realtime_input is not None, message
        assert message.realtime_input.text is not None
        return message.realtime_input.text

    async def accept(self) -> ClientMessage:
        """Hear the setup and accept it."""
        self.setup = await self.hear()
        assert self.setup.setup is not None
        self.send(setup_complete=SetupComplete())
        return self.setup

    @property
    def handle(self) -> Any:
        """The handle which the client resumes with."""
        assert self.setup.setup is not None
        assert self.setup.setup.session_resumption is not None
        return self.setup.setup.session_resumption.handle

    def send(self, **message: Any) -> None:
        self._down.put_nowait(encode(ServerMessage(**message)))

    def send_raw(self, frame: bytes) -> None:
        self._down.put_nowait(frame)

    def content(self, **fields: Any) -> None:
        self.send(server_content=ServerContent(**fields))

    def resumable(self, handle: str, index: int | None = None) -> None:
        update = SessionResumptionUpdate(
            new_handle=handle, resumable=True, last_consumed_client_message_index=index
        )
        self.send(session_resumption_update=update)

    def go_away(self, time_left: str | None) -> None:
        self.send(go_away=GoAway(time_left=time_left))

    def speak(self, text: str, duration_s: float = 0.2) -> None:
        blob = Blob(data=b"\0\x10" * round(duration_s * OUTPUT_RATE_HZ), mime_type="audio/pcm")
        self.content(
            model_turn=Content(role="model", parts=[Part(inline_data=blob)]),
            output_transcription={"text": text},
        )

    def answer(self, text: str, duration_s: float = 0.2) -> None:
        self.speak(text, duration_s)
        self.content(generation_complete=True)
        self.content(turn_complete=True)

    def call(self, identity: str, name: str, **args: Any) -> None:
        call = FunctionCall(id=identity, name=name, args=args)
        self.send(tool_call=ToolCall(function_calls=[call]))

    async def call_and_drop(self, identity: str, name: str, **args: Any) -> None:
        """Be asked something, call a tool for it, and break 20 frames later; handle "h1"."""
        await self.accept()
        self.resumable("h1")
        await self.hear_text()
        self.call(identity, name, **args)
        await self.hear_frames(self.frames + 20)
        self.hang_up(1006)


Script = Callable[[Line], Awaitable[None]]


class MemoryServer:
    """Runs `scripts`, one for each connection in turn; further ones find nobody there."""

    def __init__(self, *scripts: Script) -> None:
        self.lines: list[Line] = []
        self.refusals: list[ConnectError] = []
        self._scripts = list(scripts)
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, endpoint: Endpoint, headers: Mapping[str, str]) -> Line:
        assert endpoint is ENDPOINT
        for line in self.lines:
            assert line.left.is_set(), "the old connection is closed before the next is opened"
        if len(self.lines) >= len(self._scripts):
            raise ConnectError("nobody listens")
        line = Line(len(self.lines) + 1, dict(headers))
        self.lines.append(line)
        self._tasks.append(asyncio.create_task(self._serve(line)))
        return line

    async def _serve(self, line: Line) -> None:
        await self._scripts[line.number - 1](line)

    async def done(self) -> None:
        """Raise what went wrong in a script; end those that still wait."""
        for task in self._tasks:
            if not task.done():
                task.cancel()
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result

    def session(self, clock: Callable[[], float], **settings: Any) -> Session:
        return Session(
            Settings(**settings),
            ENDPOINT,
            recorder=Recorder(clock),
            open_transport=self.open,
            random=Random(1),
        )


def converse(
    scripts: list[Script], talk: Callable[[Session, MemoryServer], Awaitable[None]], **settings: Any
) -> Recording:
    """Have a conversation in virtual time; returns its recording."""

    async def main(clock: Callable[[], float]) -> Recording:
        server = MemoryServer(*scripts)
        session = server.session(clock, **settings)
        await session.open()
        try:
            await talk(session, server)
        finally:
            await session._close("stopped")
            await server.done()
        return session.recording

    return in_virtual_time(main)


def told(recording: Recording, kind: str) -> list[dict[str, Any]]:
    """List what was recorded with the events of a kind."""
    return [dict(event.data) for event in recording.events if event.kind == kind]


async def wait_for_goodbye(line: Line) -> None:
    await line.left.wait()
