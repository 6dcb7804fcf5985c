"""One conversation with a Live model, from connecting to goodbye, as people hold it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy.typing as npt

from livekit_nb.audio.clip import Clip, as_clip
from livekit_nb.engine import bridge
from livekit_nb.errors import SettingsError
from livekit_nb.recording.recording import Recording
from livekit_nb.recording.turns.turn import Turn
from livekit_nb.recording.usage.cost import Cost
from livekit_nb.session.access.endpoint import in_words
from livekit_nb.session.conversation import Conversation
from livekit_nb.session.fault_injection import inject
from livekit_nb.session.setup.contents import client_content, picture
from livekit_nb.session.setup.keywords import refuse_unknown
from livekit_nb.session.status import checked, checked_wait
from livekit_nb.wire.fault_plan import FaultPlan

__all__ = ["Session"]

TURN_TIMEOUT_S = 60.0
_SHOWN = 60  # characters of a status in a repr


class Session(Conversation):
    """A conversation. Make one with :func:`livekit_nb.connect`.

    It outlives its connections: when one is lost or comes to its end, the conversation goes on over
    another (:mod:`livekit_nb.session.connection.lifeline`), while microphone and loudspeaker stay
    as they are.

    Its coroutines may be awaited from any event loop; the conversation itself runs on the engine.

    Parameters
    ----------
    settings, endpoint, source, sink, … :
        Those of :class:`~livekit_nb.session.parts.Parts`, where they are explained.
    """

    # What a person asks of it --------------------------------------------------------------

    @property
    def endpoint(self) -> str:
        """Who answers, in words."""
        if self._replay is not None:
            return self._replay.label
        return in_words(self._endpoint.label, self._settings.model)

    @property
    def status(self) -> str:
        """What is going on.

        One of ``idle``, ``connecting``, ``listening``, ``thinking``, ``speaking``,
        ``reconnecting``, ``stopped``, or ``error: …`` with the reason.
        """
        return self._status.now

    @property
    def recording(self) -> Recording:
        """Everything that happened so far; it grows while the conversation goes on."""
        return self._recorder.recording

    @property
    def records(self) -> bool:
        """Whether sound, pictures and words are recorded just now."""
        return self._recorder.keeps

    async def record(self, on: bool = True) -> None:
        """Record sound, pictures and words from here on, or (``False``) do not.

        What is not recorded is neither in memory nor written, and cannot be had later. When who
        spoke, turns and latency are recorded all the same.

        Raises
        ------
        SessionClosedError
            If the conversation is over.
        """
        await bridge(self._record(bool(on)))

    @property
    def cost(self) -> Cost:
        """What it costs so far; it is known as far as the service has reported it."""
        return self._recorder.recording.cost

    @property
    def reconnects(self) -> int:
        """How many times the conversation went on over another connection."""
        return self._lifeline.reconnects

    async def say(self, sound: Clip | Recording | tuple[npt.ArrayLike, int] | str | Path) -> None:
        """Speak a clip into the conversation, in real time; returns when its end has been said.

        Parameters
        ----------
        sound : Clip, Recording, (samples, rate_hz), or path
            What is said. Clips queue behind each other. Of a recording, what its user said; when
            that recording is what answers (``endpoint=recording``), then and what they said then,
            and what they typed.

        Raises
        ------
        AudioError
            If that is no audio; the conversation goes on.
        SessionClosedError
            If the conversation is over.
        """
        if isinstance(sound, Recording):
            await bridge(self._say_as_recorded(sound))
            return
        pcm = as_clip(sound).pcm16()
        await bridge(self._say(pcm))

    async def send_text(self, text: str) -> None:
        """Type a message to the agent; it answers aloud."""
        if not isinstance(text, str) or not text.strip():
            raise SettingsError("send_text takes a text that is not empty.")
        await bridge(self._send_text(text))

    async def send_content(
        self, turns: str | Sequence[tuple[str, str]], turn_complete: bool = True
    ) -> None:
        """Add turns to what was said, in writing; interrupts the agent.

        Parameters
        ----------
        turns : sequence of (role, text), or text
            With the roles ``"user"`` and ``"model"``. A text alone is the user's.
        turn_complete : bool
            Whether an answer is wanted; without, the agent waits for more.

        Raises
        ------
        SettingsError
            If they are no turns, or the model takes none while a conversation goes on.
        """
        content = client_content(turns, turn_complete, self._settings.profile)
        await bridge(self._send_content(content))

    async def update(
        self,
        instructions: str | None = None,
        tools: Iterable[Any] | None = None,
        **unknown: Any,
    ) -> None:
        """Replace the instructions, the tools (an empty list: none), or both, from here on.

        Raises
        ------
        SettingsError, ToolDeclarationError
            If the model would refuse them, or takes no changes while a conversation goes on.
        """
        refuse_unknown("session.update", type(self).update, unknown)
        await bridge(self._update(instructions, tools))

    @property
    def muted(self) -> bool:
        """Whether the microphone is muted."""
        return self._turns.muted

    async def mute(self) -> None:
        """Mute the microphone: what is captured from now on is neither sent nor recorded.

        What was said before is still sent, and the server is told that no more comes.
        """
        await bridge(self._in_turn(self._turns.mute))

    async def unmute(self) -> None:
        """Listen to the microphone again."""
        await bridge(self._in_turn(self._turns.unmute))

    async def push(self) -> None:
        """Begin to speak (push-to-talk, ``activity="manual"``); interrupts the agent."""
        await bridge(self._in_turn(self._turns.push))

    async def release(self) -> None:
        """End speaking; returns when all that was captured up to now is on its way.

        Without a :meth:`push` before there is nothing to end, and nothing happens.

        Frames that are still to come from a page are waited for, a second at most.
        """
        await bridge(self._in_turn(self._turns.release))

    async def send_image(self, jpeg: bytes, width: int, height: int) -> None:
        """Show the agent a picture (a JPEG or PNG file) of `width` by `height` pixels.

        Raises
        ------
        SettingsError
            If that is no such file.
        SessionClosedError
            If the conversation is over.
        """
        await bridge(self._send_image(picture(jpeg, width, height), width, height))

    async def next_turn(self, timeout_s: float = TURN_TIMEOUT_S) -> Turn:
        """Wait for the agent's next answer to be spoken to its end, or interrupted.

        Answers are handed out in order, each once. Cancelling while it waits loses none.

        A turn that the model ended without a word is handed out, too: its ``agent`` is ``None``,
        and its ``reason`` is what the service gave for it, if anything: ``"RESPONSE_REJECTED"`` or
        another refusal, ``"NEED_MORE_INPUT"`` when it waits for the rest of a sentence; none after
        a tool with silent results, and when the model chose not to answer. Should an answer come
        after all, it is handed out as any other, and is in the same turn.

        Raises
        ------
        SessionClosedError
            If the conversation ends before.
        MessageLostError
            If what was asked was refused by the service, or lost with what was. The conversation
            goes on.
        TimeoutError
            If no answer is complete after `timeout_s` seconds.
        """
        _, turn = await bridge(
            self._next_turn(checked_wait(timeout_s)),
            unclaimed=lambda found: self._gate.put_back(found[0]),
        )
        return turn

    async def until(self, status: str, timeout_s: float = TURN_TIMEOUT_S) -> None:
        """Wait until the conversation is in a status, such as ``"speaking"``.

        Returns at once if it already is; a status that passes quickly is not missed.

        Raises
        ------
        SettingsError
            If there is no such status.
        SessionClosedError
            If the conversation ends before.
        TimeoutError
            After `timeout_s` seconds.
        """
        await bridge(self._status.until(checked(status), checked_wait(timeout_s)))

    async def inject(self, plan: FaultPlan) -> None:
        """Let things go wrong from now on, in a conversation with the local server.

        Parameters
        ----------
        plan : FaultPlan
            As of ``live.faults(…)``. It replaces what was planned before; an empty one makes
            everything go well again.

        Raises
        ------
        SettingsError
            If it is none, or another server answers.
        ConnectError
            If the server does not take it, such as between two connections.
        SessionClosedError
            If the conversation is over.
        """
        await bridge(self._inject(plan))

    async def _inject(self, plan: FaultPlan) -> None:
        self._gate.check_open()
        await inject(plan, self._lifeline.endpoint, self._lifeline.id, self._recorder)

    async def close(self) -> None:
        """End the conversation. Idempotent; the recording stays."""
        await bridge(self._close("stopped"))

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        status = textwrap.shorten(self.status, _SHOWN, placeholder=" …")
        return f"<Session with {self.endpoint}: {status}>"
