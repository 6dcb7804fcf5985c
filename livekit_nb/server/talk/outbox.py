"""What one step of a conversation asks for, collected in order."""

from __future__ import annotations

from typing import Any

from livekit_nb.server.talk import actions as do
from livekit_nb.wire import messages as m

__all__ = ["Outbox"]


class Outbox:
    """Actions to carry out; messages to the client are some of them."""

    def __init__(self) -> None:
        self._actions: list[do.Action] = []

    def add(self, action: do.Action) -> None:
        """Add an action."""
        self._actions.append(action)

    def send(self, **fields: Any) -> None:
        """Add a message of these fields."""
        self._actions.append(do.Send(m.ServerMessage(**fields)))

    def content(self, usage: m.UsageMetadata | None = None, **fields: Any) -> None:
        """Add a ``serverContent`` of these fields."""
        self.send(server_content=m.ServerContent(**fields), usage_metadata=usage)

    def take(self) -> list[do.Action]:
        """Return what was added, and begin anew."""
        taken, self._actions = self._actions, []
        return taken
