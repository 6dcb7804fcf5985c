"""Whose turn it is, as far as it is decided here: mute, push-to-talk, telling the end of speech.

A microphone hands its sound over some time after it was captured; from a page it may be on its way
for a while. So what is decided here (to mute, to let go of the button) is kept as a mark at a time
of *capture*, and takes effect between the frames before and after that time, whenever those come:
the last syllable before a mark is sent, and nothing that was said after it. A mark waits at most
`LATEST_S`; frames from before it that come still later are left out.

What is left out is not recorded either.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from livekit_nb.audio.following import SILENCE_S, SpeechFollower
from livekit_nb.audio.pcm import INPUT_RATE_HZ
from livekit_nb.errors import SettingsError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.io import FrameHandler
from livekit_nb.session.setup.settings import Activity
from livekit_nb.wire.messages import Empty, RealtimeInput

__all__ = ["LATEST_S", "TurnTaking"]

LATEST_S: Final = 1.0
"""How long a mark waits for frames that were captured before it."""

_MOST_LATENCY_S: Final = 0.3  # what a device may say of itself and be believed

Edge = Literal["start", "end", "stream_end"]

_MESSAGES: Final[dict[Edge, RealtimeInput]] = {
    "start": RealtimeInput(activity_start=Empty()),
    "end": RealtimeInput(activity_end=Empty()),
    "stream_end": RealtimeInput(audio_stream_end=True),
}


@dataclass(slots=True, eq=False)
class _Mark:
    """At which time of capture the microphone is opened or closed, and what the server is told."""

    at_s: float
    opens: bool
    edge: Edge | None
    done: asyncio.Future[None] = field(repr=False)
    timer: asyncio.TimerHandle | None = field(default=None, repr=False)


class TurnTaking:
    """Stands between the microphone and the uplink. It outlives connections.

    Parameters
    ----------
    activity : {"auto", "hybrid", "manual"}
    recorder : Recorder
    on_frame : callable
        Takes the frames that are to be recorded and sent.
    send : callable
        Queues a message behind the frames handed over before.
    activity_ends : callable
        How often the server has told that the user stopped speaking.
    silence_s : float, optional
        With ``"hybrid"``: silence after which the server is told that the user has finished.

    Attributes
    ----------
    muted : bool
    pushed : bool
        Whether the user is speaking by their own account (push-to-talk).
    """

    def __init__(
        self,
        activity: Activity,
        recorder: Recorder,
        on_frame: FrameHandler,
        send: Callable[[RealtimeInput], None],
        activity_ends: Callable[[], int] = lambda: 0,
        silence_s: float | None = None,
    ) -> None:
        self.muted = False
        self.pushed = False
        self._activity = activity
        self._recorder = recorder
        self._on_frame = on_frame
        self._send = send
        self._activity_ends = activity_ends
        silence_s = SILENCE_S if silence_s is None else silence_s
        self._follower = SpeechFollower(silence_s) if activity == "hybrid" else None
        self._ends_before = 0
        self._open_from_s = math.inf if activity == "manual" else -math.inf
        self._marks: deque[_Mark] = deque()

    # What the user wants -------------------------------------------------------------------------

    def check_hears(self) -> None:
        """Raise :class:`SettingsError` if what is said now would be heard by nobody."""
        if self._activity == "manual" and not self.pushed:
            raise SettingsError(
                "With activity='manual' nothing is heard between release() and push(). "
                "Await push() before you speak, and release() after."
            )

    async def mute(self) -> None:
        """Hand nothing on that is captured from now on; returns when all before it is sent."""
        if self.muted:
            return
        self.muted = True
        self._recorder.event("mic.muted")
        if self._activity != "manual":
            await self._mark(opens=False, edge="stream_end")
        elif self.pushed:
            await self._mark(opens=False)

    async def unmute(self) -> None:
        """Hand on what is captured from now on."""
        if not self.muted:
            return
        self.muted = False
        self._recorder.event("mic.unmuted")
        if self._activity != "manual" or self.pushed:
            await self._mark(opens=True)

    async def push(self) -> None:
        """Begin to speak.

        Raises
        ------
        SettingsError
            Unless ``activity="manual"``.
        """
        self._check_manual("push()")
        if not self.pushed:
            self.pushed = True
            await self._mark(opens=not self.muted, edge="start")

    async def release(self) -> None:
        """End speaking: what was captured up to now is sent, then the end is told.

        Raises
        ------
        SettingsError
            Unless ``activity="manual"``.
        """
        self._check_manual("release()")
        if self.pushed:
            self.pushed = False
            await self._mark(opens=False, edge="end", after_s=self._input_latency_s())

    def close(self) -> None:
        """Let go whoever waits; nothing more is sent."""
        while self._marks:
            self._settle(self._marks.popleft())
        self._open_from_s = math.inf

    # What the microphone does --------------------------------------------------------------------

    def frame(self, pcm: bytes, captured_s: float, arrived_s: float) -> None:
        """Take in a frame; see :data:`~livekit_nb.session.io.FrameHandler`."""
        end_s = captured_s + len(pcm) / 2 / INPUT_RATE_HZ
        # A frame in which the microphone is opened is heard, and one in which it is closed, too.
        while self._marks and self._marks[0].at_s < end_s:
            if self._marks[0].at_s > captured_s and not self._marks[0].opens:
                break
            self._take_effect(self._marks.popleft())
        if end_s > self._open_from_s:
            self._hear(pcm, captured_s, arrived_s)
        while self._marks and self._marks[0].at_s <= end_s:
            self._take_effect(self._marks.popleft())

    def _hear(self, pcm: bytes, captured_s: float, arrived_s: float) -> None:
        self._on_frame(pcm, captured_s, arrived_s)
        if self._follower is None:
            return
        before = self._follower.speaking
        over = self._follower.hear(pcm)
        if self._follower.speaking and not before:
            self._ends_before = self._activity_ends()
        elif over and self._activity_ends() == self._ends_before:  # else the server was faster
            self._tell("stream_end")

    # Marks ---------------------------------------------------------------------------------------

    async def _mark(self, *, opens: bool, edge: Edge | None = None, after_s: float = 0.0) -> None:
        loop = asyncio.get_running_loop()
        at_s = self._recorder.clock() + after_s
        mark = _Mark(at_s, opens, edge, loop.create_future())
        if not self._marks and (opens or edge == "start"):
            self._take_effect(mark)  # nothing from before is to be waited for
        else:
            self._marks.append(mark)
            mark.timer = loop.call_later(LATEST_S + after_s, self._overdue, mark)
        await asyncio.shield(mark.done)

    def _overdue(self, mark: _Mark) -> None:
        while mark in self._marks:
            self._take_effect(self._marks.popleft())

    def _take_effect(self, mark: _Mark) -> None:
        self._open_from_s = mark.at_s if mark.opens else math.inf
        if self._follower is not None:
            self._follower.reset()
        if mark.edge is not None:
            self._tell(mark.edge)
        self._settle(mark)

    def _settle(self, mark: _Mark) -> None:
        if mark.timer is not None:
            mark.timer.cancel()
        if not mark.done.done():
            mark.done.set_result(None)

    def _tell(self, edge: Edge) -> None:
        self._send(_MESSAGES[edge])
        self._recorder.event("activity.marked", edge=edge)

    def _check_manual(self, what: str) -> None:
        if self._activity != "manual":
            raise SettingsError(
                f"{what} is for push-to-talk, but with activity={self._activity!r} the server "
                "finds out who speaks. Connect with activity='manual'."
            )

    def _input_latency_s(self) -> float:
        """Return how long the device says sound takes from the air to its first sample."""
        for event in reversed(self._recorder.recording.events):
            if event.kind == "mic.started":
                told = event.data.get("input_latency_s")
                if isinstance(told, int | float) and math.isfinite(told):
                    return min(max(float(told), 0.0), _MOST_LATENCY_S)
                break
        return 0.0
