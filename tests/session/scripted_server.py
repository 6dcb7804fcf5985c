"""A Live server that does just what a test says, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.engine import bridge
from livekit_nb.wire.codec import decode_client, encode
from livekit_nb.wire.messages import (
    Blob,
    ClientMessage,
    Content,
    Empty,
    FunctionCall,
    Part,
    RealtimeInput,
    ServerContent,
    ServerMessage,
    ToolCall,
    ToolResponse,
    Transcription,
)
from tests.patience import PATIENCE_S


class Caller:
    """The server's end of one conversation."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.audio = bytearray()

    async def hear(self) -> ClientMessage:
        """Return the next message that is no audio; audio is collected in `audio`."""
        while True:
            message = decode_client(await self.socket.recv())
            spoken = message.realtime_input and message.realtime_input.audio
            if not spoken:
                return message
            assert spoken.mime_type == "audio/pcm;rate=16000"
            self.audio += spoken.data

    async def hear_audio(self, samples: int) -> bytes:
        while len(self.audio) < 2 * samples:
            message = decode_client(await self.socket.recv())
            assert message.realtime_input is not None
            assert message.realtime_input.audio is not None
            self.audio += message.realtime_input.audio.data
        return bytes(self.audio)

    async def hear_text(self) -> str:
        message = await self.hear()
        assert isinstance(message.realtime_input, RealtimeInput)
        return message.realtime_input.text or ""

    async def hear_results(self) -> ToolResponse:
        message = await self.hear()
        assert message.tool_response is not None
        return message.tool_response

    async def send(self, message: ServerMessage) -> None:
        await self.socket.send(encode(message))

    async def setup(self) -> ClientMessage:
        message = await self.hear()
        assert message.setup is not None
        await self.send(ServerMessage(setup_complete=Empty()))
        return message

    async def content(self, **fields: Any) -> None:
        await self.send(ServerMessage(server_content=ServerContent(**fields)))

    async def speak(self, duration_s: float, text: str = "", value: int = 1000) -> None:
        """Send a reply's sound (a constant level), without ending the turn."""
        pcm = value.to_bytes(2, "little", signed=True) * round(duration_s * OUTPUT_RATE_HZ)
        blob = Blob(data=pcm, mime_type=f"audio/pcm;rate={OUTPUT_RATE_HZ}")
        await self.content(
            model_turn=Content(role="model", parts=[Part(inline_data=blob)]),
            output_transcription=Transcription(text=text) if text else None,
        )

    async def end_turn(self) -> None:
        await self.content(generation_complete=True)
        await self.content(turn_complete=True)

    async def answer(self, duration_s: float = 0.1, text: str = "hello") -> None:
        await self.speak(duration_s, text)
        await self.end_turn()

    async def call(self, *calls: tuple[str, str, dict[str, Any]]) -> None:
        await self.send(
            ServerMessage(
                tool_call=ToolCall(
                    function_calls=[FunctionCall(id=i, name=n, args=a) for i, n, a in calls]
                )
            )
        )

    async def until_goodbye(self) -> None:
        async for _ in self.socket:
            pass


Script = Callable[[Caller], Awaitable[None]]


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[str]:
    """Run `script` for each conversation; yields the server's URL."""

    async def handle(socket: ServerConnection) -> None:
        await script(Caller(socket))

    # On the engine's loop, so that it answers while a test's own loop waits.
    async def start() -> Any:
        return await serve(handle, "127.0.0.1", 0, max_size=None)

    server = await bridge(start())

    async def stop() -> None:
        server.close()
        await asyncio.wait_for(server.wait_closed(), PATIENCE_S)

    try:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        await bridge(stop())
