"""Keeps one conversation connected: opens connections, notices their end, opens the next.

What to do is decided in :mod:`livekit_nb.session.connection.survival`; here it is done. The
order matters in two places: the old socket is closed before the session is resumed, since the
service refuses a session that is still open elsewhere; and messages that were received before the
end are acted on before anything is given up.
"""

from __future__ import annotations

import asyncio
import contextlib
from random import Random

from livekit_nb.audio.pcm import FRAME_MS
from livekit_nb.errors import (
    AudioError,
    LiveError,
    MessageLostError,
    SessionClosedError,
    WireError,
)
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.connection.connection import Connection
from livekit_nb.session.connection.dialling import Dialler
from livekit_nb.session.connection.exchange import Exchange
from livekit_nb.session.connection.listener import Listener
from livekit_nb.session.connection.survival import Survival
from livekit_nb.session.connection.transport import OpenTransport
from livekit_nb.session.connection.trouble import trouble_of
from livekit_nb.session.connection.uplink import Uplink
from livekit_nb.session.connection.verdict import Change, GiveUp, Retry
from livekit_nb.session.setup.history import Said, remembered
from livekit_nb.wire.durations import seconds_of
from livekit_nb.wire.messages import ClientMessage

__all__ = ["Lifeline"]

_LAST_WORDS_S = 1.0  # for what was received, when writing has failed first


class Lifeline:
    """The connections of one conversation, one after the other.

    Parameters
    ----------
    listener : Listener
    endpoint : Endpoint
    recorder : Recorder
    open_transport : callable
    random : Random, optional
        Gives the jitter of the back-off.

    Attributes
    ----------
    uplink : Uplink
    reconnects : int
        How many times the conversation went on over another connection.
    connected : bool
        Whether there is a connection at the moment.
    """

    def __init__(
        self,
        listener: Listener,
        endpoint: Endpoint,
        recorder: Recorder,
        open_transport: OpenTransport,
        random: Random | None = None,
    ) -> None:
        self.reconnects = 0
        self.connected = False
        self.uplink = Uplink(recorder)
        self._listener = listener
        self._recorder = recorder
        chance = random or Random()  # noqa: S311
        self._dialler = Dialler(endpoint, recorder, open_transport, chance)
        self._dialler.check(listener.settings)
        self._survival = Survival(chance, resumes=listener.settings.resumption)
        chooses = listener.settings.profile.proactive_audio == "always"
        self._exchange = Exchange(
            self.uplink,
            self._survival,
            lambda: listener.busy,
            insists=1 if chooses else 2,
            trusts_silence=bool(listener.settings.proactive),
        )
        self._connection: Connection | None = None
        self._stir = asyncio.Event()

    @property
    def id(self) -> str:
        """By which the embedded server knows the conversation; sent to no other."""
        return self._dialler.id

    @property
    def endpoint(self) -> Endpoint:
        """Who answers, as it was reached last."""
        return self._dialler.endpoint

    # In -------------------------------------------------------------------------------------------

    def frame(self, pcm: bytes, captured_s: float, arrived_s: float) -> None:
        """Take in a microphone frame; as :meth:`Uplink.frame`."""
        if self.uplink.frame(pcm, captured_s, arrived_s):
            self._asked(self.uplink.spoken_to, spoken=True)

    def send(self, message: ClientMessage, *, wants_answer: bool = False) -> None:
        """Send a message, now or over the next connection.

        Raises
        ------
        ValueError
            If it cannot be written.
        """
        if self.uplink.message(message) or wants_answer:
            self._asked(self.uplink.end, spoken=False)

    def respond(self, message: ClientMessage, connection: int) -> bool:
        """Send a tool's result over the connection that asked; whether that is still there.

        Raises
        ------
        ValueError
            If it cannot be written.
        """
        if not self.connected or connection != self._dialler.number:
            return False
        self.uplink.message(message, connection=connection)
        results = message.tool_response.function_responses if message.tool_response else []
        self._exchange.responded(aloud=any(item.scheduling != "SILENT" for item in results))
        return True

    def _asked(self, position: int, *, spoken: bool) -> None:
        self._exchange.asked(position, self._now_s(), spoken=spoken)
        self._stir.set()

    # Connections ----------------------------------------------------------------------------------

    @property
    def embedded(self) -> bool:
        """Whether the embedded server answers, as it says itself."""
        return self._connection is not None and self._connection.embedded

    async def open(self) -> None:
        """Open the first connection; as :meth:`Dialler.first`.

        Raises
        ------
        ConnectError, SessionClosedError
            If nobody is there, or the setup is refused.
        """
        self._take(await self._dialler.first(self._listener.settings))

    async def run(self) -> SessionClosedError:
        """Converse until nothing helps any more; returns why."""
        while True:
            assert self._connection is not None
            connection = self._connection
            end = await self._converse(connection)
            self.connected = False
            lost_s = self._now_s()
            code, reason = (end.code, end.reason) if isinstance(end, Change) else trouble_of(end)
            closed = self._closed(connection, end)
            if isinstance(end, Change):
                step = self._survival.changing(lost_s)
            else:
                step = self._survival.ended(lost_s, code, reason)
            if isinstance(step, GiveUp):
                return closed
            if not step.cautious:
                self._tell_attempt(step, code, reason)
            self._listener.disconnected()
            self._exchange.lost()
            await connection.close()
            replayed = self._rewind(connection, step, closed)
            if step.cautious:  # behind the error that was told, which has an outage of its own
                self._tell_attempt(step, code, reason)
            silent_s = end.silent_s if isinstance(end, Change) else 0.0
            gone = await self._reconnect(step, closed, replayed, lost_s, silent_s)
            if gone is not None:
                return gone

    def _rewind(self, connection: Connection, step: Retry, closed: SessionClosedError) -> int:
        """Decide what is said again; returns how many frames.

        What a server choked on is better not sent again, nor is what may have been it. But a
        picture never is, so if it was the picture, everything else may be.
        """
        seen = "realtimeInput.video" in connection.last_sent
        blames = "image" in closed.reason.lower() or step.attempt == 1
        doubtful = step.cautious and not (seen and blames)
        replayed = self.uplink.rewind(only_audio=doubtful)
        refused, problem = self.uplink.refused, str(closed)
        if refused:
            problem += (
                f" What was written and had no answer yet (messages: {len(refused)}) is not sent "
                "again, as it may be what was refused: write it anew, in another way."
            )
        if step.cautious:
            self._recorder.event("session.error", message=problem)
        if self._exchange.asked_with(refused):
            self._exchange.let_be()
            if not replayed:
                self._listener.lost(MessageLostError(problem))
        elif self.uplink.drained:
            self._exchange.let_be()  # there is nothing to ask again
        return replayed

    def abort(self) -> None:
        """Drop the connection without a goodbye."""
        if self._connection is not None:
            self._connection.abort()

    async def close(self) -> None:
        """Close the connection, if there is one."""
        self.connected = False
        if self._connection is not None:
            await self._connection.close()

    def _take(self, connection: Connection) -> None:
        self._connection = connection
        self._exchange.opened(connection.opening)
        self._survival.opened(self._now_s())
        self.connected = True

    async def _reconnect(
        self,
        step: Retry,
        closed: SessionClosedError,
        replayed: int,
        lost_s: float,
        silent_s: float,
    ) -> SessionClosedError | None:
        """Try until there is a connection; returns why there will be none."""
        while True:
            await asyncio.sleep(step.delay_s)
            try:
                replayed -= self._exchange.moved_on()
                settings, said = self._listener.settings, self._said(step.handle)
                self._take(await self._dialler.again(settings, step.handle, said))
                break
            except LiveError as problem:
                code, reason = trouble_of(problem)
                following = self._survival.ended(self._now_s(), code, reason)
                if isinstance(following, GiveUp):
                    return SessionClosedError(
                        f"{closed} A new connection was sought for {following.tried_s:.0f} s in "
                        f"vain; the last time: {problem}",
                        closed.code,
                        closed.reason,
                    )
                step = following
                self._tell_attempt(step, code, reason)
        if step.handle is None:
            self._exchange.began_afresh()
        self.reconnects += 1
        self._recorder.event(
            "session.resumed",
            attempt=step.attempt,
            fresh=step.handle is None,
            outage_s=self._now_s() - lost_s,
            replayed_s=replayed * FRAME_MS / 1000,
            **({"silent_s": silent_s} if silent_s else {}),
        )
        if replayed:
            self._recorder.event("uplink.replayed", frames=replayed)
        self._listener.reconnected(waiting=not self._exchange.settled)
        return None

    def _said(self, handle: str | None) -> list[Said]:
        """Return what the session of the next connection does not know of by itself."""
        return remembered(
            self._recorder.recording,
            newest=None if handle is None else self._exchange.untold,
            asked_again=self._exchange.asks_again,
        )

    def _tell_attempt(self, step: Retry, code: int, reason: str) -> None:
        self._recorder.event("session.reconnecting", attempt=step.attempt, code=code, reason=reason)

    # One connection -------------------------------------------------------------------------------

    async def _converse(self, connection: Connection) -> LiveError | Change:
        """Read, write and watch until the connection is over; returns why."""
        reading = asyncio.create_task(self._read(connection))
        writing = asyncio.create_task(self._write(connection))
        watching = asyncio.create_task(self._watch())
        tasks: tuple[asyncio.Task[LiveError | Change], ...] = (reading, watching, writing)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if writing.done() and not reading.done() and not watching.done():
                await asyncio.wait((reading,), timeout=_LAST_WORDS_S)
            return next(task for task in tasks if task.done()).result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, connection: Connection) -> LiveError | Change:
        try:
            while True:
                message = await connection.receive()
                phantom = self._exchange.is_phantom(message)
                self._listener.received(message, connection.number, phantom=phantom)
                if message.go_away is not None:
                    self._recorder.event(
                        "session.going_away", time_left_s=seconds_of(message.go_away.time_left)
                    )
                self._exchange.message(message, self._now_s())
                self._stir.set()
        except (SessionClosedError, WireError, AudioError) as end:
            return end

    async def _write(self, connection: Connection) -> LiveError | Change:
        try:
            await self.uplink.run(connection)
        except SessionClosedError as end:
            return end

    async def _watch(self) -> LiveError | Change:
        """Wait until it is time to leave the connection."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._survival.next_check_s(self._now_s())):
                    await self._stir.wait()
            self._stir.clear()
            busy = self._listener.busy or self._listener.talks_on
            due = self._survival.due(self._now_s(), paused=self._paused, busy=busy)
            if due is not None and (not due.stalled or self._insist()):
                return due

    def _insist(self) -> bool:
        """Whether another connection is to be tried because no answer comes; as of the exchange."""
        before = self._exchange.given_up
        insists = self._exchange.insist()
        if self._exchange.given_up > before:
            self._listener.unanswered()
        return insists

    def _closed(self, connection: Connection, end: LiveError | Change) -> SessionClosedError:
        """Say why a connection ended, with what was sent last taken into account."""
        if isinstance(end, SessionClosedError):
            return connection.explained(end)
        if isinstance(end, Change):
            return SessionClosedError(f"The connection was given up: {end.reason}.", end.code)
        return SessionClosedError(f"{self._dialler.label} sent what is no answer: {end}")

    @property
    def _paused(self) -> bool:
        """Whether nobody would notice if the connection were changed now."""
        quiet = self.uplink.ear.paused and self.uplink.drained
        return quiet and self._exchange.settled and not self._listener.busy

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()
