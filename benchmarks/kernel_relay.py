"""The least a kernel could do with a microphone, as a process: see `benchmarks.kernel_path`.

``python kernel_relay.py checkout ws://… origin`` takes frames from a page and passes them on to a
service with nothing but `websockets`: nothing is recorded, shown, or answered.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

HEADER_BYTES = 16


async def main(url: str) -> None:
    """Relay one page's frames."""
    async with connect(url, compression=None) as service:
        await service.send('{"setup":{"model":"models/relay"}}')

        async def relay(page: ServerConnection) -> None:
            async for data in page:
                if isinstance(data, bytes):
                    sound = base64.b64encode(data[HEADER_BYTES:]).decode()
                    blob = {"mimeType": "audio/pcm;rate=16000", "data": sound}
                    await service.send(json.dumps({"realtimeInput": {"audio": blob}}))

        async with serve(relay, "127.0.0.1", 0, compression=None) as server:
            print(next(iter(server.sockets)).getsockname()[1], "-", flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[2]))
