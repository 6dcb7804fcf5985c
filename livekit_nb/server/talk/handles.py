"""Resumption handles as the client gets them: one after every turn, none while it is answered."""

from __future__ import annotations

import secrets

from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.memory import Session
from livekit_nb.server.talk.outbox import Outbox
from livekit_nb.server.talk.usage import TokenCount
from livekit_nb.wire import messages as m

__all__ = ["Handles"]


class Handles:
    """Gives handles and withdraws them.

    Parameters
    ----------
    wanted : bool
        Whether the client asked for any.
    session : Session
    tokens : TokenCount
    out : Outbox
    """

    def __init__(self, *, wanted: bool, session: Session, tokens: TokenCount, out: Outbox) -> None:
        self._wanted = wanted
        self._session = session
        self._tokens = tokens
        self._out = out
        self._resumable = False

    @property
    def due(self) -> bool:
        """Whether the client wants a handle and has none that holds."""
        return self._wanted and not self._resumable

    def offer(self, consumed: int) -> None:
        """Give a handle.

        Parameters
        ----------
        consumed : int
            Number of the last of the client's messages that the session as it is now includes.
        """
        self._resumable = True
        handle = secrets.token_urlsafe(24)
        self._out.add(do.Keep(handle, self._session, self._tokens.copy()))
        update = m.SessionResumptionUpdate(
            new_handle=handle, resumable=True, last_consumed_client_message_index=consumed
        )
        self._out.send(session_resumption_update=update)

    def withdraw(self) -> None:
        """Tell the client that what happens now cannot be resumed."""
        if not self._resumable:
            return
        self._resumable = False
        update = m.SessionResumptionUpdate(new_handle="", resumable=False)
        self._out.send(session_resumption_update=update)
