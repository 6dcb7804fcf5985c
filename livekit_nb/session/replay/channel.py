"""A connection to nobody: what is received over it is what a server said in a recording.

Each line comes when it came then. What follows a tool call waits for the tool, which really runs;
by as much as it takes longer, everything after it comes later. An answer waits for somebody to
have said something: who speaks for themselves decides when, and the answer comes as long after
they have finished as it did then (not before it is clear that they have, which takes 0.25 to
0.5 s). When the recorded user speaks too (:meth:`ReplayChannel.accompany`), answers wait for
nothing but their time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf
from typing import Any, Final

import msgspec

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.errors import SessionClosedError
from livekit_nb.session.replay.listening import Listening
from livekit_nb.session.replay.pace import Pace
from livekit_nb.session.replay.restoring import Line
from livekit_nb.session.replay.script import Hold, Script
from livekit_nb.wire.codec import decode_client, encode
from livekit_nb.wire.messages import (
    ClientMessage,
    ServerContent,
    ServerMessage,
    SetupComplete,
    ToolResponse,
)

__all__ = ["ReplayChannel"]

Sound = Callable[[int, int], Any]

_NOTHING: Final = ServerMessage()
_EPSILON_S: Final = 1e-6
_HEARD_OUT_S: Final = 0.5  # after its last sound nobody interrupts a reply any more
_OVER: Final = (
    "The recording that is played back ends here: its agent says nothing more. Connect again to "
    "hear it from the beginning."
)


class ReplayChannel:
    """Plays back one recording, once.

    Parameters
    ----------
    script : Script
    sound : callable
        ``sound(first, count)`` returns samples as they were received, int16, 24 kHz.
    told : int
        How many messages of the client are no question but history.

    Attributes
    ----------
    pace : Pace
        Where the recording stands.
    """

    def __init__(self, script: Script, sound: Sound, told: int = 0) -> None:
        self._loop = asyncio.get_running_loop()
        self.pace = Pace(self._loop.time, script.begun_s)
        self._script = script
        self._sound = sound
        self._told = told
        self._listening = Listening(self._loop.time, script.quickest_s)
        self._changed = asyncio.Event()
        self._accompanied = False
        self._greets = False  # the settings came, and are to be accepted
        self._closed = False
        self._next = 0  # number of the line to be said next
        self._holds = list(reversed(script.holds))
        self._answering: Hold | None = None  # what was waited for last, until its answer begins
        self._results: set[str] = set()  # ids of calls that are done with
        self._heard_s = 0.0  # until when what was said is heard, in seconds of the world
        self._spared = range(0)  # numbers of the lines with which a reply was cut short then
        self._tail = False  # what is left of a reply whose end was told before

    # As a channel ---------------------------------------------------------------------------------

    async def write(self, frame: bytes) -> None:
        """Take in what the client says."""
        self._check_open()
        message = decode_client(frame)
        said = message.realtime_input
        if message.setup is not None:
            self._greets = True
            self._changed.set()
        elif message.tool_response is not None:
            self._take_results(message.tool_response)
            self._changed.set()
        elif said is not None:
            if not self._accompanied and self._listening.hear(said):
                self._changed.set()
        else:
            self._content(message)
        await asyncio.sleep(0)

    async def receive(self) -> bytes:
        """Return the next message when it is due; may be cancelled without losing one."""
        while True:
            self._check_open()
            said, due_s = self._look()
            if said is not None:
                return encode(said)
            await self._until(due_s)

    def abort(self) -> None:
        """Drop it."""
        self._closed = True
        self._changed.set()

    async def close(self) -> None:
        """Close it. Idempotent."""
        self.abort()

    # The recorded user ----------------------------------------------------------------------------

    def accompany(self) -> None:
        """Wait for nobody to speak any more: the recorded user does."""
        self._accompanied = True
        self._stop()
        self._changed.set()

    async def reached(self, at_s: float) -> None:
        """Return when the recording is at a time of its own, or over."""
        while not self._closed and self.pace.now_s < at_s - _EPSILON_S:
            await self._until(None if self.pace.stop_s < at_s else self.pace.due_s(at_s))

    # ----------------------------------------------------------------------------------------------

    def _check_open(self) -> None:
        if self._closed:
            raise SessionClosedError(_OVER, 1000, "the recording is over")

    async def _until(self, due_s: float | None) -> None:
        """Wait for something to change, until a time of the world at most."""
        self._changed.clear()
        try:
            async with asyncio.timeout_at(due_s):
                await self._changed.wait()
        except TimeoutError:
            pass

    def _look(self) -> tuple[ServerMessage | None, float | None]:
        """Return what is to be said now, if anything, and otherwise when to look again at most."""
        if self._greets:
            self._greets = False
            self.pace.go(self._script.begun_s)
            self._stop()
            return ServerMessage(setup_complete=SetupComplete()), None
        self._cut_in()
        while True:
            waiting = self._wait()
            if waiting is not None:
                return waiting
            if self._next >= len(self._script.lines):
                return self._at_the_end()
            line = self._script.lines[self._next]
            if self._waits_for_more(line):
                return None, None
            if self.pace.now_s < line.t - _EPSILON_S:
                return None, self.pace.due_s(line.t)
            message = self._said(line)
            if message != _NOTHING:
                return message, None

    def _at_the_end(self) -> tuple[None, float]:
        due_s = max(self.pace.due_s(self._script.end_s), self._heard_s + _HEARD_OUT_S)
        if self._loop.time() >= due_s - _EPSILON_S:
            self.abort()
            self._check_open()
        return None, due_s

    def _said(self, line: Line) -> ServerMessage:
        """Return the next line as it is said now."""
        index, self._next = self._next, self._next + 1
        if self._answering is not None and index >= self._answering.reply:
            self._answering = None
        if index in self._spared:
            self._tail = True
            content = line.message.server_content
            return msgspec.structs.replace(line.message, server_content=_of_the_user(content))
        content = line.message.server_content
        if line.samples is not None:
            self._tail = False
            begin_s = max(self._heard_s, self._loop.time())
            self._heard_s = begin_s + line.samples[1] / OUTPUT_RATE_HZ
        elif content is not None and content.interrupted:
            self._heard_s = self._loop.time()
        if self._tail and content is not None:
            return msgspec.structs.replace(line.message, server_content=_without_end(content))
        return line.sounding(self._sound)

    # What is waited for ---------------------------------------------------------------------------

    def _wait(self) -> tuple[ServerMessage | None, float | None] | None:
        """Say what there is to do while the next line waits; ``None`` if it does not."""
        while self._holds and self._holds[-1].index <= self._next:
            hold = self._holds[-1]
            if not self._passes(hold):
                return self._without_interruption(hold)
            self._holds.pop()
            self._stop()
        return None

    def _cut_in(self) -> None:
        """Hurry to where the agent was interrupted, when it is being interrupted sooner."""
        hold = self._holds[-1] if self._holds else None
        if hold is None or hold.kind != "began" or hold.cut is None or self._accompanied:
            return
        if self._listening.speaking and self._loop.time() < self._heard_s:
            self.pace.go(max(self.pace.now_s, hold.to_s))

    def _passes(self, hold: Hold) -> bool:
        """Whether there is nothing to wait for any more; the recording's time then goes on."""
        if hold.kind == "results":
            return hold.ids <= self._results
        if self._accompanied:
            return True
        if hold.kind == "began":
            if not self._listening.began:
                return False
            self.pace.go(max(self.pace.now_s, hold.to_s))
            return True
        return self._ended(hold)

    def _ended(self, hold: Hold) -> bool:
        ended_s = self._listening.ended_s
        if ended_s is None or self._listening.speaking:
            return False
        since_s = self._loop.time() - max(ended_s, self._heard_s)
        self.pace.go(max(self.pace.now_s, hold.to_s + max(0.0, since_s)))
        self._listening.answered()
        self._answering = hold
        self._tail = False
        return True

    def _waits_for_more(self, line: Line) -> bool:
        """Whether an answer that is due waits, as the user has gone on speaking."""
        hold = self._answering
        if hold is None or self._next < hold.reply:
            return False
        if self._listening.speaking:
            return True
        ended_s = self._listening.ended_s
        if ended_s is not None:
            self._listening.answered()
            self.pace.go(min(max(hold.to_s + self._loop.time() - ended_s, hold.at_s), line.t))
            self._stop()
        return False

    def _without_interruption(self, hold: Hold) -> tuple[ServerMessage | None, float | None]:
        """Have a reply end by itself that was interrupted then, and is not now."""
        if hold.kind != "began" or hold.cut is None or hold.cut in self._spared:
            return None, None
        due_s = self._heard_s + _HEARD_OUT_S
        if self._loop.time() < due_s - _EPSILON_S:
            return None, due_s
        self._spared = range(hold.index, hold.cut + 1)
        over = ServerContent(generation_complete=True, turn_complete=True)
        return ServerMessage(server_content=over), None

    def _stop(self) -> None:
        """Have the recording's time stop where something is waited for."""
        waited = (h for h in reversed(self._holds) if h.kind == "results" or not self._accompanied)
        hold = next(waited, None)
        self.pace.stop_at(inf if hold is None else hold.at_s)

    def _take_results(self, response: ToolResponse) -> None:
        for result in response.function_responses:
            if result.id is not None and not result.will_continue:
                self._results.add(result.id)

    def _content(self, message: ClientMessage) -> None:
        content = message.client_content
        if content is None:
            return
        if self._told:
            self._told -= 1
        elif content.turn_complete and not self._accompanied:
            self._listening.typed()
            self._changed.set()


def _without_end(content: ServerContent) -> ServerContent | None:
    """Return what a message says besides that the reply is over."""
    left = msgspec.structs.replace(
        content, interrupted=None, generation_complete=None, turn_complete=None
    )
    return None if left == ServerContent() else left


def _of_the_user(content: ServerContent | None) -> ServerContent | None:
    """Return what a message says of the user's words."""
    if content is None:
        return None
    left = ServerContent(
        input_transcription=content.input_transcription,
        interim_input_transcription=content.interim_input_transcription,
    )
    return None if left == ServerContent() else left
