"""Encoding and decoding one audio message, against the official SDK, in turn within one run."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Coroutine
from typing import Any

from google.genai import Client, types
from google.genai.live import AsyncSession

from benchmarks.table import Row, paired
from livekit_nb.wire.codec import decode_server, encode
from livekit_nb.wire.messages import Blob, ClientMessage, RealtimeInput

FRAME = bytes(range(256)) * 2 + bytes(128)  # 20 ms at 16 kHz
REPLIES_MS = (40, 200)  # small as a conversation likes them, large as the service sends them


def reply(duration_ms: int) -> str:
    """Return a server's frame with so much audio at 24 kHz."""
    data = base64.b64encode(bytes(range(240)) * (duration_ms // 5)).decode()
    part = {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": data}}
    return json.dumps({"serverContent": {"modelTurn": {"role": "model", "parts": [part]}}})


class Socket:
    """Takes what is sent and always receives the same reply."""

    def __init__(self) -> None:
        self.reply = ""

    async def send(self, message: str) -> None:
        """Take a message."""

    async def recv(self, **_: object) -> str:
        """Return the reply."""
        return self.reply


def run() -> list[Row]:
    """Measure; the official side is driven through its public session, its I/O taken away."""
    socket = Socket()
    session = AsyncSession(
        api_client=Client(api_key="unused")._api_client, websocket=socket, session_id=""
    )
    audio = types.Blob(data=FRAME, mime_type="audio/pcm;rate=16000")

    def sdk_encode() -> None:
        step(session.send_realtime_input(audio=audio))

    def sdk_decode() -> None:
        step(session._receive())

    def our_encode() -> None:
        blob = Blob(data=FRAME, mime_type="audio/pcm;rate=16000")
        encode(ClientMessage(realtime_input=RealtimeInput(audio=blob)))

    def our_decode() -> None:
        decode_server(socket.reply)

    rows = [compare("encode 20 ms of audio", our_encode, sdk_encode)]
    for duration_ms in REPLIES_MS:
        socket.reply = reply(duration_ms)
        rows.append(compare(f"decode {duration_ms} ms of audio", our_decode, sdk_decode))
    return rows


def step(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine that never really waits, without an event loop's own cost."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("it waited")


def compare(what: str, ours: Callable[[], None], theirs: Callable[[], None]) -> Row:
    """Return one row of the table."""
    mine, sdk = paired(ours, theirs)
    return Row(
        what,
        f"{mine * 1e6:.1f} µs",
        f"google-genai {sdk * 1e6:.0f} µs: {sdk / mine:.0f} times as long",
    )
