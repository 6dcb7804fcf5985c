"""How long tests wait for what comes at once on a quiet machine: only so that none hangs."""

from __future__ import annotations

from functools import partial

import websockets.asyncio.client
import websockets.sync.client

PATIENCE_S = 60.0

# As the library's own, straight to the server, and with the patience of tests.
connect = partial(websockets.asyncio.client.connect, proxy=None, open_timeout=PATIENCE_S)
connect_sync = partial(websockets.sync.client.connect, proxy=None, open_timeout=PATIENCE_S)
