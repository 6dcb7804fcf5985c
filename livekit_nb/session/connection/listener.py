"""Whose conversation a lifeline keeps: what it asks of them, and what it tells them."""

from __future__ import annotations

from typing import Protocol

from livekit_nb.errors import MessageLostError
from livekit_nb.session.setup.settings import Settings
from livekit_nb.wire.messages import ServerMessage

__all__ = ["Listener"]


class Listener(Protocol):
    """Whose conversation it is."""

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        ...

    @property
    def busy(self) -> bool:
        """Whether a tool runs."""
        ...

    @property
    def talks_on(self) -> bool:
        """Whether the agent is heard saying what must be heard out before it reacts."""
        ...

    def received(self, message: ServerMessage, connection: int, *, phantom: bool) -> None:
        """Act on a message that came over connection number `connection`.

        `phantom`: it says that a reply was interrupted, or then is over, and nobody has done that.
        """
        ...

    def disconnected(self) -> None:
        """Know that the connection is gone, and another one is sought."""
        ...

    def unanswered(self) -> None:
        """Know that a question was put again and is let be, since nothing came of that either."""
        ...

    def lost(self, problem: MessageLostError) -> None:
        """Know that what was asked in writing was lost, and no answer to it will come."""
        ...

    def reconnected(self, *, waiting: bool) -> None:
        """Know that the conversation goes on; `waiting`: an answer is still due."""
        ...
