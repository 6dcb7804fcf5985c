"""Makes the connections of a conversation: to whom, with what headers, settings and history."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from random import Random

from livekit_nb.errors import LiveError, SettingsError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.connection.connection import Connection
from livekit_nb.session.connection.opening import Opening
from livekit_nb.session.connection.transport import OpenTransport
from livekit_nb.session.connection.trouble import trouble_of
from livekit_nb.session.connection.wire_log import WireLog
from livekit_nb.session.setup.history import Said, missed, seed, with_memory
from livekit_nb.session.setup.settings import Settings
from livekit_nb.wire.fault_plan import CONNECTION_HEADER, FAULTS_HEADER, SESSION_HEADER
from livekit_nb.wire.messages import ClientMessage

__all__ = ["Dialler"]


class Dialler:
    """Makes one connection after the other.

    Parameters
    ----------
    endpoint : Endpoint
    recorder : Recorder
    open_transport : callable
    random : Random
        Gives the jitter of waits between attempts at the first connection.

    Attributes
    ----------
    id : str
        By which the embedded server knows the conversation; sent to no other.
    number : int
        Number of the last connection that was tried, from 1.
    endpoint : Endpoint
        To whom, as it was reached last: a local server that was started anew is elsewhere.
    """

    def __init__(
        self, endpoint: Endpoint, recorder: Recorder, open_transport: OpenTransport, random: Random
    ) -> None:
        self.id = secrets.token_urlsafe(12)
        self.number = 0
        self.endpoint = endpoint
        self._recorder = recorder
        self._log = WireLog(recorder)
        self._open_transport = open_transport
        self._random = random

    @property
    def label(self) -> str:
        """To whom."""
        return self.endpoint.label

    def check(self, settings: Settings) -> None:
        """Raise :class:`SettingsError` if these settings are for another endpoint."""
        if settings.faults is not None and not self.endpoint.is_loopback:
            raise SettingsError(
                f"faults=… are made by the embedded server, and {self.label} is another. "
                "Connect with endpoint='local', or leave them out."
            )

    async def first(self, settings: Settings) -> Connection:
        """Make the first connection; what passes by itself is tried again, see :mod:`.opening`.

        Raises
        ------
        ConnectError, SessionClosedError
            If nobody is there, or the setup is refused.
        """
        loop = asyncio.get_running_loop()
        opening = Opening(self._random, loop.time())
        while True:
            try:
                if opening.attempt > 1:
                    self.endpoint = await self.endpoint.present()
                return await self._dial(settings)
            except LiveError as problem:
                wait_s = opening.failed(loop.time(), problem)
                if wait_s is None:
                    raise opening.told(loop.time(), problem) from None
                code, reason = trouble_of(problem)
            self._recorder.event(
                "session.connecting",
                endpoint=self.label,
                model=settings.model,
                attempt=opening.attempt,
                code=code,
                reason=reason,
            )
            await asyncio.sleep(wait_s)

    async def again(
        self, settings: Settings, handle: str | None, said: Sequence[Said]
    ) -> Connection:
        """Make another connection.

        Parameters
        ----------
        settings : Settings
        handle : str or None
            Of the session to be resumed; None begins a fresh one.
        said : sequence of (role, text)
            What was said that this session does not know of. It is told, to one that is resumed
            only if its model takes turns by then.

        Raises
        ------
        LiveError
            If there is none.
        """
        self.endpoint = await self.endpoint.present()
        if handle is None:
            return await self._dial(with_memory(settings, said))
        return await self._dial(settings, handle, missed(said, settings.profile))

    async def _dial(
        self,
        settings: Settings,
        handle: str | None = None,
        opening: tuple[ClientMessage, ...] = (),
    ) -> Connection:
        if handle is None:
            opening = seed(settings.history, settings.profile)
        self.number += 1
        self._log.hide(self.endpoint.headers.values())
        return await Connection.open(
            self._open_transport,
            self.endpoint,
            self._headers(settings),
            self.number,
            settings.setup(handle=handle),
            opening,
            log=self._log,
        )

    def _headers(self, settings: Settings) -> dict[str, str]:
        if not self.endpoint.is_loopback:
            return {}
        headers = {SESSION_HEADER: self.id, CONNECTION_HEADER: str(self.number)}
        if settings.faults is not None:
            headers[FAULTS_HEADER] = settings.faults.to_header()
        return headers
