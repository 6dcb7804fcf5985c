"""The kernel's part of a conversation, as a process: see `benchmarks.kernel_path`.

``python kernel_process.py checkout ws://… origin`` prints the gateway's port and a secret.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

sys.path.insert(0, sys.argv[1])

from livekit_nb.browser.gateway import Gateway
from livekit_nb.browser.link import BrowserLink
from livekit_nb.engine import engine
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.connect import open_session
from livekit_nb.session.session import Session
from livekit_nb.session.setup.settings import Settings
from livekit_nb.session.status import StatusHandler
from livekit_nb.widgets.desk import Desk


async def main(url: str, origin: str) -> None:
    """Be there for one page."""
    gateway = Gateway()
    await gateway.start()

    async def open_(link: BrowserLink, recorder: Recorder, told: StatusHandler) -> Session:
        return await open_session(
            Settings(),
            endpoint=url,
            source=link.microphone,
            sink=link.loudspeaker,
            video=link,
            recorder=recorder,
            on_status=told,
        )

    async def given() -> Gateway:
        return gateway

    def post(content: dict[str, Any], buffers: list[bytes]) -> None:
        """There is no comm."""

    desk = Desk(open_, "a server", post, gateway=given)
    desk.reporter.start()
    print(gateway.port, gateway.issue(origin, desk.link), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    engine().submit(main(*sys.argv[2:4])).result()
