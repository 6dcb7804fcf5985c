"""What makes the minds of a server's conversations: the built-in one, or with a chat endpoint."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from livekit_nb.server.chat.settings import ChatSettings

if TYPE_CHECKING:
    from livekit_nb.server.talk.mind import Mind

__all__ = ["minds"]


@asynccontextmanager
async def minds(settings: ChatSettings | None) -> AsyncIterator[Callable[[], Mind] | None]:
    """Yield what makes a mind, None for the built-in one; close connections afterwards.

    Parameters
    ----------
    settings : ChatSettings or None
        The chat endpoint; None for the built-in thinker alone.

    Raises
    ------
    MissingPackagesError
        If there is an endpoint and its client is not installed.
    """
    if settings is None:
        yield None
        return
    # Imported here, so that who has no endpoint needs no HTTP client and waits for nothing.
    from livekit_nb.server.chat.endpoint import ChatEndpoint
    from livekit_nb.server.chat.mind import ChatMind

    endpoint = ChatEndpoint(settings)
    checking = asyncio.create_task(endpoint.check())
    try:
        yield functools.partial(ChatMind, endpoint)
    finally:
        checking.cancel()
        await asyncio.gather(checking, return_exceptions=True)
        await endpoint.close()
