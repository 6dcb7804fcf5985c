"""The engine's side of a conversation: its beginning, its end, and what a person may ask of it.

:class:`livekit_nb.Session` is what people hold; its coroutines run the ones here on the engine. Who
brings a loop of their own, such as a simulation in accelerated time, calls these directly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from livekit_nb.audio.clip import Clip
from livekit_nb.engine import engine
from livekit_nb.errors import ConnectError, LiveError, SessionClosedError, SettingsError
from livekit_nb.recording.recording import Recording
from livekit_nb.recording.turns.turn import Turn
from livekit_nb.session.fault_injection import tell
from livekit_nb.session.keeping import finish
from livekit_nb.session.parts import Parts
from livekit_nb.session.setup.contents import asked_in, context_update
from livekit_nb.session.virtual import VirtualMicrophone
from livekit_nb.wire.messages import Blob, ClientContent, ClientMessage, RealtimeInput

__all__ = ["Conversation"]


class Conversation(Parts):
    """A conversation, on the loop that opens it.

    Parameters are those of :class:`~livekit_nb.session.parts.Parts`.
    """

    _living: asyncio.Task[None] | None = None
    _leaving: asyncio.Task[None] | None = None

    # From the beginning to the end ------------------------------------------------------------

    async def open(self) -> None:
        """Connect and begin to listen; runs on the engine.

        Raises
        ------
        ConnectError
            If the endpoint cannot be reached or does not accept the settings.
        """
        self._status.set("connecting")
        self._recorder.event(
            "session.connecting", endpoint=self._endpoint.label, model=self._settings.model
        )
        if self._settings.faults is not None:
            tell(self._settings.faults, self._recorder, planned=True)
        try:
            await self._lifeline.open()
            if self._settings.history:
                self._recorder.event("history.seeded", turns=len(self._settings.history))
            self._recorder.event(
                "session.ready",
                model=self._settings.model,
                embedded=self._lifeline.embedded,
                **self._of_replay(),
            )
            self._begin()
        except LiveError as problem:
            refusal = (
                ConnectError(str(problem), problem.code)
                if isinstance(problem, SessionClosedError | ConnectError)  # and its inner kinds
                else problem
            )
            self._recorder.event("session.error", message=str(refusal))
            self._status.set(f"error: {refusal}")
            raise refusal from None
        except BaseException:  # cancelled while connecting: nothing is open
            self._status.set("stopped")
            raise

    def _of_replay(self) -> dict[str, Any]:
        return {} if self._replay is None else {"replay": self._replay.label}

    def _begin(self) -> None:
        engine().hurry()
        self._living = asyncio.create_task(self._live())
        self._living.add_done_callback(self._check)
        self._sink.start(self)
        self._source.start(self._turns.frame)
        if self._video is not None:
            self._video.start_video(self._picture)
        self._status.set("listening")

    async def _live(self) -> None:
        """Converse over as many connections as it takes."""
        end = await self._lifeline.run()
        if self._gate.end is not None:
            return
        self._recorder.event("session.closed", code=end.code, reason=end.reason)
        if end.code == 1000:
            await self._close("stopped", end)
            return
        self._recorder.event("session.error", message=str(end))
        await self._close(f"error: {end}", end)

    def _check(self, task: asyncio.Task[None]) -> None:
        """End the conversation aloud if a part of it failed in a way nobody foresaw."""
        problem = None if task.cancelled() else task.exception()
        if problem is not None:
            end = SessionClosedError(
                f"A part of the conversation failed ({type(problem).__name__}); this is a fault of "
                "livekit_nb, please report it. The recording is kept; start again."
            )
            self._recorder.event("session.error", message=str(end))
            self._closing = asyncio.create_task(self._close(f"error: {end}", end))

    async def _close(self, status: str, cause: SessionClosedError | None = None) -> None:
        """End it. Who is cancelled meanwhile ends it all the same; who ends it again waits, too."""
        if self._leaving is None:
            within = self._living is asyncio.current_task()
            self._leaving = asyncio.create_task(self._leave(within=within))
            self._fall_silent(status, cause)
        await asyncio.shield(self._leaving)

    def _fall_silent(self, status: str, cause: SessionClosedError | None) -> None:
        self._budget.stop()
        self._gate.close(cause or SessionClosedError("The conversation was ended here.", 1000))
        self._source.stop()
        self._turns.close()
        if self._video is not None:
            self._video.stop_video()
        self._sink.stop()
        self._tools.close()
        self._lifeline.uplink.tell_losses()
        if cause is None:
            self._recorder.event("session.closed", code=1000, reason="")
        self._status.set(status)
        if self._living is not None:
            engine().rest()

    async def _leave(self, *, within: bool) -> None:
        """Close the connection; `within` says that the task which holds it waits for that."""
        if self._living is not None and not within:
            self._living.cancel()
            await asyncio.gather(self._living, return_exceptions=True)
        await self._lifeline.close()
        await finish(self._recorder)

    # --------------------------------------------------------------------------------------------

    async def _say(self, pcm: bytes) -> None:
        self._gate.check_open()
        if not isinstance(self._source, VirtualMicrophone):
            raise SettingsError(
                "This conversation listens to a microphone, so clips cannot be spoken into it. "
                "Use live.connect() for a scripted one."
            )
        self._turns.check_hears()
        await self._source.say(pcm)
        self._gate.check_open()

    async def _say_as_recorded(self, recording: Recording) -> None:
        """Have the user of a recording speak: to that recording itself just as they did then."""
        if self._replay is None or not self._replay.is_of(recording):
            samples, rate_hz = recording.user_audio()
            await self._say(Clip(samples, rate_hz).pcm16())
            return
        self._gate.check_open()
        if not isinstance(self._source, VirtualMicrophone):
            raise SettingsError(
                "This conversation listens to a microphone, so the recorded user cannot speak in "
                "it. Use live.connect() to hear both sides, or live.Player(recording)."
            )
        self._turns.check_hears()
        voice, said_s = self._replay.voice()
        self._source.hear(voice.frame)
        for at_s, text in self._replay.typed():
            await self._replay.reached(at_s)
            await self._send_text(text)
        await self._replay.reached(said_s)
        self._gate.check_open()

    async def _send_text(self, text: str) -> None:
        self._gate.check_open()
        try:
            self._send(RealtimeInput(text=text))
        except ValueError:
            raise SettingsError(
                "The text holds characters that are none (half a surrogate pair); it probably came "
                "from a file read with the wrong encoding."
            ) from None
        self._downlink.asked()
        self._recorder.event("user.text", text=text)
        self._status.set("thinking")

    async def _send_content(self, content: ClientContent) -> None:
        self._gate.check_open()
        wanted = bool(content.turn_complete)
        self._lifeline.send(ClientMessage(client_content=content), wants_answer=wanted)
        self._downlink.asked()
        self._recorder.event("content.sent", turns=len(content.turns), turn_complete=wanted)
        self._written += content.turns
        if wanted:
            if asked := asked_in(self._written):
                self._recorder.event("user.text", text=asked)
            self._written.clear()
            self._status.set("thinking")

    async def _update(self, instructions: str | None, tools: Iterable[Any] | None) -> None:
        self._gate.check_open()
        self._settings, message = context_update(self._settings, instructions, tools)
        if tools is not None:
            self._tools.offer(self._settings.tools)
        self._lifeline.send(ClientMessage(context_update=message))
        self._recorder.event(
            "context.updated",
            instructions=instructions is not None,
            tools=None if tools is None else len(self._settings.tools),
        )

    async def _record(self, on: bool) -> None:
        self._gate.check_open()
        self._recorder.record(on)

    async def _in_turn(self, doing: Callable[[], Awaitable[None]]) -> None:
        self._gate.check_open()
        await doing()
        self._gate.check_open()

    async def _send_image(self, picture: Blob, width: int, height: int) -> None:
        self._gate.check_open()
        self._show(picture, width, height)

    async def _next_turn(self, timeout_s: float) -> tuple[int, Turn]:
        """Return the number of the next answer that was heard, and its turn."""
        try:
            async with asyncio.timeout(timeout_s):
                while True:  # a reply cut before it was heard may have no turn: nothing was said
                    number = await self._gate.next()
                    turn = self._recorder.recording.turn_of_reply(number)
                    if turn is not None:
                        return number, turn
        except TimeoutError:
            why = (
                "The push() is still open, and what is said is answered when it has an end: await "
                "release() before."
                if self._turns.pushed
                else "Was something said, and does session.status show that it was heard?"
            )
            raise TimeoutError(f"No answer was complete after {timeout_s:g} s. {why}") from None
