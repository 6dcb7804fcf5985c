"""The engine's side of a conversation: its parts put together, its beginning and its end.

:class:`livekit_nb.Session` is what people hold; its coroutines run the ones here on the engine. Who
brings a loop of their own, such as a simulation in accelerated time, calls these directly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from random import Random
from typing import Any

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.engine import engine
from livekit_nb.errors import ConnectError, LiveError, SessionClosedError, SettingsError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.turns import Turn
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.budget import Budget
from livekit_nb.session.connection.lifeline import Lifeline
from livekit_nb.session.connection.transport import OpenTransport, Transport
from livekit_nb.session.downlink import Downlink
from livekit_nb.session.io import AudioSink, AudioSource, VideoSource
from livekit_nb.session.setup.contents import asked_in, context_update
from livekit_nb.session.setup.settings import Settings
from livekit_nb.session.status import Status, StatusHandler
from livekit_nb.session.tools.running import ToolRunner
from livekit_nb.session.turn_gate import TurnGate
from livekit_nb.session.turn_taking import TurnTaking
from livekit_nb.session.virtual import VirtualLoudspeaker, VirtualMicrophone
from livekit_nb.wire.messages import (
    Blob,
    ClientContent,
    ClientMessage,
    Content,
    FunctionResponse,
    RealtimeInput,
    ServerMessage,
    ToolResponse,
)

__all__ = ["Conversation"]

HEARD_OUT_S = 3.0  # so long after the agent's last word a server may begin to react to what waited


class Conversation:
    """A conversation, on the loop that opens it.

    Parameters
    ----------
    settings : Settings
    endpoint : Endpoint
    source, sink : AudioSource, AudioSink, optional
        Where sound comes from and goes to; without them a virtual microphone, into which
        :meth:`say` speaks, and a virtual loudspeaker.
    video : VideoSource, optional
    recorder : Recorder, optional
    on_status : callable, optional
        Told every change of :attr:`status`, on the engine's thread.
    open_transport : callable, optional
        Opens a connection; see :data:`livekit_nb.session.connection.transport.OpenTransport`.
    random : Random, optional
        Gives the jitter of waits before another connection is tried.
    """

    def __init__(
        self,
        settings: Settings,
        endpoint: Endpoint,
        *,
        source: AudioSource | None = None,
        sink: AudioSink | None = None,
        video: VideoSource | None = None,
        recorder: Recorder | None = None,
        on_status: StatusHandler | None = None,
        open_transport: OpenTransport = Transport.open,
        random: Random | None = None,
    ) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._recorder = recorder or Recorder()
        self._source: AudioSource = source or VirtualMicrophone(self._recorder.clock)
        self._sink: AudioSink = sink or VirtualLoudspeaker(self._recorder.clock)
        self._video = video
        self._tools = ToolRunner(settings.tools, self._recorder, self._respond, settings.profile)
        self._gate = TurnGate()
        self._status = Status(self._gate, on_status)
        self._downlink = Downlink(
            self._recorder, self._sink, self._tools, self._gate, self._status.set
        )
        self._lifeline = Lifeline(self, endpoint, self._recorder, open_transport, random)
        self._turns = TurnTaking(
            settings.activity,
            self._recorder,
            self._lifeline.frame,
            self._send,
            lambda: self._downlink.activity_ends,
            settings.silence_s,
        )
        self._heard_until_s: float | None = None
        self._written: list[Content] = []  # turns no answer was asked for yet
        self._budget = Budget(settings.budget_usd, self._recorder, self._gate, self._close)
        self._living: asyncio.Task[None] | None = None

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
        try:
            await self._lifeline.open()
            if self._settings.history:
                self._recorder.event("history.seeded", turns=len(self._settings.history))
            self._recorder.event("session.ready", model=self._settings.model)
            self._begin()
        except LiveError as problem:
            refusal = (
                ConnectError(str(problem), problem.code)
                if isinstance(problem, SessionClosedError)
                else problem
            )
            self._recorder.event("session.error", message=str(refusal))
            self._status.set(f"error: {refusal}")
            raise refusal from None
        except BaseException:  # cancelled while connecting: nothing is open
            self._status.set("stopped")
            raise

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
        if self._gate.end is not None:
            return
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
            if self._living is not asyncio.current_task():
                self._living.cancel()
                await asyncio.gather(self._living, return_exceptions=True)
        await self._lifeline.close()

    # Listener: what the lifeline asks and tells -------------------------------------------------

    @property
    def settings(self) -> Settings:
        """What the conversation is like."""
        return self._settings

    @property
    def busy(self) -> bool:
        """Whether a tool runs."""
        return self._tools.pending > 0

    @property
    def talks_on(self) -> bool:
        """Whether the agent is heard saying what must be heard out before it reacts."""
        if self._settings.interruptions or self._heard_until_s is None:
            return False
        return self._recorder.clock() - self._heard_until_s < HEARD_OUT_S

    def received(self, message: ServerMessage, connection: int, *, phantom: bool) -> None:
        """Act on a message of the server; as :meth:`Listener.received`."""
        self._downlink.handle(message, connection, phantom=phantom)
        content = message.server_content
        told = content is not None and (content.generation_complete or content.turn_complete)
        if told and not phantom:
            self._tools.turn_over()

    def disconnected(self) -> None:
        """Show that another connection is sought; what was received goes on playing."""
        self._downlink.disconnected()
        self._status.set("reconnecting")
        self._status.away = True

    def reconnected(self, *, waiting: bool) -> None:
        """Show that the conversation goes on."""
        self._status.away = False
        self._status.set("thinking" if waiting else "listening")

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

    async def _in_turn(self, doing: Callable[[], Awaitable[None]]) -> None:
        self._gate.check_open()
        await doing()
        self._gate.check_open()

    async def _send_image(self, jpeg: bytes, width: int, height: int) -> None:
        self._gate.check_open()
        self._picture(jpeg, width, height, self._recorder.clock())

    async def _next_turn(self, timeout_s: float) -> tuple[int, Turn]:
        """Return the number of the next answer that was heard, and its turn."""

        async def traced() -> tuple[int, Turn]:
            while True:  # a reply cut before it was heard may have no turn: nothing was said yet
                number = await self._gate.next()
                turn = self._recorder.recording.turn_of_reply(number)
                if turn is not None:
                    return number, turn

        try:
            return await asyncio.wait_for(traced(), timeout_s)
        except TimeoutError:
            raise TimeoutError(
                f"No answer was complete after {timeout_s:g} s. Was something said, and does "
                "session.status show that it was heard?"
            ) from None

    def _send(self, message: RealtimeInput) -> None:
        self._lifeline.send(
            ClientMessage(realtime_input=message), wants_answer=message.text is not None
        )

    def _respond(self, response: FunctionResponse, connection: int) -> bool:
        answer = ToolResponse(function_responses=[response])
        return self._lifeline.respond(ClientMessage(tool_response=answer), connection)

    def _picture(self, jpeg: bytes, width: int, height: int, captured_s: float) -> None:
        self._recorder.event("video.frame", width=width, height=height, bytes=len(jpeg))
        self._send(RealtimeInput(video=Blob(data=jpeg, mime_type="image/jpeg")))

    # PlaybackListener --------------------------------------------------------------------------

    def played(self, pcm: bytes, start_s: float) -> None:
        """Record what was heard."""
        self._recorder.agent_played(pcm, start_s)
        self._heard_until_s = start_s + len(pcm) / 2 / OUTPUT_RATE_HZ

    def finished(self, position_s: float, interrupted: bool) -> None:
        """Hand out the answers that waited for their last word to be heard."""
        self._gate.heard()
        self._budget.check()
        if not interrupted and self._status.now == "speaking":
            self._status.set("listening")
