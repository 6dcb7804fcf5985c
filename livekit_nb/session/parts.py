"""What a conversation is made of, and how its parts hear of each other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from random import Random

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.errors import MessageLostError, SessionClosedError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.budget import Budget
from livekit_nb.session.connection.exchange import says
from livekit_nb.session.connection.lifeline import Lifeline
from livekit_nb.session.connection.transport import OpenTransport, Transport
from livekit_nb.session.downlink import Downlink
from livekit_nb.session.io import AudioSink, AudioSource, VideoSource
from livekit_nb.session.replay.replay import Replay
from livekit_nb.session.setup.settings import Settings
from livekit_nb.session.status import Status, StatusHandler
from livekit_nb.session.tools.running import ToolRunner
from livekit_nb.session.turn_gate import TurnGate
from livekit_nb.session.turn_taking import TurnTaking
from livekit_nb.session.virtual import VirtualLoudspeaker, VirtualMicrophone
from livekit_nb.wire.messages import (
    Blob,
    ClientMessage,
    Content,
    FunctionResponse,
    RealtimeInput,
    ServerContent,
    ServerMessage,
    ToolResponse,
)

__all__ = ["Parts"]

HEARD_OUT_S = 3.0  # so long after the agent's last word a server may begin to react to what waited


class Parts(ABC):
    """The parts of a conversation, put together, and what flows between them.

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
    replay : Replay, optional
        The recording that answers; it opens the connection.
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
        replay: Replay | None = None,
    ) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._replay = replay
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
        opens = open_transport if replay is None else replay.open
        self._lifeline = Lifeline(self, endpoint, self._recorder, opens, random)
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

    @abstractmethod
    async def _close(self, status: str, cause: SessionClosedError | None = None) -> None:
        """End the conversation, with the status it is to have then."""

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
        if message.server_content is not None:
            self._told(message.server_content, phantom=phantom)

    def _told(self, content: ServerContent, *, phantom: bool) -> None:
        """Note of which results of tools the model has told by now."""
        if says(content):
            self._tools.spoke()
        if content.generation_complete or content.turn_complete:
            if phantom or content.interaction_status == "IN_PROGRESS":
                self._tools.paused()
            else:
                self._tools.turn_over()
        elif content.interrupted and not phantom:
            self._tools.paused()

    def disconnected(self) -> None:
        """Show that another connection is sought; what was received goes on playing."""
        self._downlink.disconnected()
        self._tools.paused()
        self._status.set("reconnecting")
        self._status.away = True

    def unanswered(self) -> None:
        """Tell that no answer comes, and is not waited for any more."""
        self._recorder.event("agent.silent")
        if self._status.now == "thinking":
            self._status.set("listening")

    def lost(self, problem: MessageLostError) -> None:
        """Tell who waits for the answer that none will come."""
        self._gate.fail(problem)

    def reconnected(self, *, waiting: bool) -> None:
        """Show that the conversation goes on."""
        self._status.away = False
        self._status.set("thinking" if waiting else "listening")

    # From the parts to the service ----------------------------------------------------------------

    def _send(self, message: RealtimeInput) -> None:
        self._lifeline.send(
            ClientMessage(realtime_input=message), wants_answer=message.text is not None
        )

    def _respond(self, response: FunctionResponse, connection: int) -> bool:
        answer = ToolResponse(function_responses=[response])
        return self._lifeline.respond(ClientMessage(tool_response=answer), connection)

    def _picture(self, jpeg: bytes, width: int, height: int, captured_s: float) -> None:
        self._show(Blob(data=jpeg, mime_type="image/jpeg"), width, height)

    def _show(self, picture: Blob, width: int, height: int) -> None:
        self._recorder.frame(picture.data, width, height)
        self._send(RealtimeInput(video=picture))

    # From the loudspeaker -------------------------------------------------------------------------

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
