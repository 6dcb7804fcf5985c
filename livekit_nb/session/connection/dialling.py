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
from livekit_nb.session.setup.history import Said, missed, remembered, seed, with_memory
from livekit_nb.session.setup.settings import Settings
from livekit_nb.wire.fault_plan import CONNECTION_HEADER, FAULTS_HEADER, SESSION_HEADER

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
    """

    def __init__(
        self, endpoint: Endpoint, recorder: Recorder, open_transport: OpenTransport, random: Random
    ) -> None:
        self.id = secrets.token_urlsafe(12)
        self.number = 0
        self._endpoint = endpoint
        self._recorder = recorder
        self._open_transport = open_transport
        self._random = random

    @property
    def label(self) -> str:
        """To whom."""
        return self._endpoint.label

    def check(self, settings: Settings) -> None:
        """Raise :class:`SettingsError` if these settings are for another endpoint."""
        if settings.faults is not None and not self._endpoint.is_loopback:
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
                    self._endpoint = await self._endpoint.present()
                return await self._dial(settings, None)
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

    async def again(self, settings: Settings, handle: str | None, untold: int) -> Connection:
        """Make another connection: resume with a handle, or begin afresh with what was said.

        Parameters
        ----------
        settings : Settings
        handle : str or None
        untold : int
            How many of the newest replies the session to be resumed does not know of. They are told
            to it, if its model takes turns by then.

        Raises
        ------
        LiveError
            If there is none.
        """
        self._endpoint = await self._endpoint.present()
        if handle is None:
            settings = with_memory(settings, self._recorder.recording)
            return await self._dial(settings, None)
        said = remembered(self._recorder.recording, newest=untold)
        return await self._dial(settings, handle, said)

    async def _dial(
        self, settings: Settings, handle: str | None, said: Sequence[Said] = ()
    ) -> Connection:
        self.number += 1
        return await Connection.open(
            self._open_transport,
            self._endpoint,
            self._headers(settings),
            self.number,
            settings.setup(handle=handle),
            seed(settings.history, settings.profile)
            if handle is None
            else missed(said, settings.profile),
        )

    def _headers(self, settings: Settings) -> dict[str, str]:
        if not self._endpoint.is_loopback:
            return {}
        headers = {SESSION_HEADER: self.id, CONNECTION_HEADER: str(self.number)}
        if settings.faults is not None:
            headers[FAULTS_HEADER] = settings.faults.to_header()
        return headers
