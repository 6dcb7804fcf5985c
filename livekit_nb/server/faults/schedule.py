"""When which fault strikes on one connection: without I/O and without a clock of its own.

Every frame of either side passes through here, with the time, and so does the timer; what comes
out are the effects to carry out, in order. ``docs/faults.md`` says what every kind does.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from livekit_nb.errors import WireError
from livekit_nb.server.talk.playback import seconds_of
from livekit_nb.wire.codec import decode_client, decode_server, encode
from livekit_nb.wire.fault_kinds import CLOSE, SLOW_SETUP_S, TIME_LEFT_S, Direction, Fault
from livekit_nb.wire.fault_plan import FaultPlan
from livekit_nb.wire.messages import GoAway, ServerContent, ServerMessage

__all__ = ["Abort", "Close", "Deliver", "Effect", "Frame", "Schedule", "Transmit"]

Frame = bytes | str

GARBAGE = b'\x16{"serverContent": {"modelTurn": \xff'  #: neither JSON nor UTF-8
DEADLINE = (1011, "Deadline expired before operation could complete.")
UNKNOWN_HANDLE = (1008, "BidiGenerateContent session not found")
INTO_ANSWER_S = 0.5  #: a fault in the n-th answer strikes when so much of its sound was sent
AFTER_S = 0.05  #: and so much later, so that what was sent may arrive
MAX_HELD_BYTES = 16 * 2**20  #: what a server that is silent for a while may have to say by then


@dataclass(frozen=True)
class Transmit:
    """Send this to the client."""

    frame: Frame = field(repr=False)


@dataclass(frozen=True)
class Deliver:
    """Give this to the server."""

    frame: Frame = field(repr=False)


@dataclass(frozen=True)
class Close:
    """Close the connection, behind what was sent before."""

    code: int
    reason: str


@dataclass(frozen=True)
class Abort:
    """Break the connection off at once."""


Effect = Transmit | Deliver | Close | Abort


@dataclass(eq=False)
class _Armed:
    """A fault that waits for its moment, and from where it counts."""

    fault: Fault
    since: float
    bytes_before: int
    answers_before: int

    def meant(self, answer: int) -> bool:
        """Whether it is about the connection's `answer`-th answer."""
        turn = self.fault.turn
        return turn is not None and turn == answer - self.answers_before


class Schedule:
    """The faults of one connection. Times are seconds of any monotonic clock."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []
        self._timers: list[tuple[float, int, Fault | Close]] = []
        self._order = itertools.count()
        self._bytes: dict[Direction, int] = {"up": 0, "down": 0}
        self._greeted = False  # the client has sent its setup
        self._held: deque[Frame] = deque()
        self._held_bytes = 0
        self._silent_until = -math.inf
        self._answers = 0
        self._answering = False
        self._sent_s = 0.0  # sound of the present answer
        self._unanswered = False  # the present answer is withheld
        self._forgotten = False  # no handle is given for it
        self._cut = False  # the rest of the present answer is withheld
        self.over = False
        """Whether a fault has ended the connection."""

    def inject(self, plan: FaultPlan, connection: int | None, now: float) -> list[Effect]:
        """Let a plan's faults strike; their times, bytes and turns count from here.

        What an earlier plan had still in store is given up, and a silence ends with all that the
        server had to say.
        """
        self._armed.clear()
        self._timers.clear()
        effects = self._speak_again()
        for fault in plan.for_connection(connection).faults:
            if fault.at_s is not None and fault.kind != "duplicate_tool_call":
                self._at(now + fault.at_s, fault)
                continue
            before = self._bytes[fault.direction]
            self._armed.append(_Armed(fault, now, before, self._answers))
        return effects

    @property
    def silent(self) -> bool:
        """Whether the server says nothing at present."""
        return self._silent_until > -math.inf

    @property
    def wake_at(self) -> float | None:
        """When :meth:`tick` wants to be called, or None."""
        if self.over:
            return None
        times = [self._timers[0][0]] if self._timers else []
        if math.isfinite(self._silent_until):
            times.append(self._silent_until)
        return min(times, default=None)

    # What happens ---------------------------------------------------------------------------------

    def tick(self, now: float) -> list[Effect]:
        """Do what is due."""
        effects: list[Effect] = []
        while not self.over:
            timer_at = self._timers[0][0] if self._timers else math.inf
            if self.silent and self._silent_until <= min(now, timer_at):
                effects += self._speak_again()
            elif timer_at <= now:
                at, _, due = heapq.heappop(self._timers)
                effects += self._end(due) if isinstance(due, Close) else self._strike(due, at)
            else:
                break
        return effects

    def received(self, frame: Frame, now: float) -> list[Effect]:
        """Take what the client sent."""
        if self.over:
            return []
        effects = self._passed("up", len(frame), now)
        if not self.over and not self._greeted:
            self._greeted = True
            effects += self._greet(frame)
        return effects if self.over else [*effects, Deliver(frame)]

    def sending(self, frame: Frame, now: float) -> list[Effect]:
        """Take what the server wants to send."""
        if self.over:
            return []
        effects = self._passed("down", len(frame), now)
        if self.over:
            return effects
        message = decode_server(frame)
        if message.setup_complete is not None:
            self._set_up(now)
        self._begin(message)
        withheld = self._withheld(message)
        if not withheld:
            effects += self._emit(frame)
            if message.tool_call is not None and self._twice(now):
                effects += self._emit(frame)
        self._follow(message, now, withheld=withheld)
        return effects

    # Faults ---------------------------------------------------------------------------------------

    def _at(self, at: float, due: Fault | Close) -> None:
        heapq.heappush(self._timers, (at, next(self._order), due))

    def _strike(self, fault: Fault, now: float) -> list[Effect]:
        match fault.kind:
            case "go_away":
                left_s = TIME_LEFT_S if fault.time_left_s is None else fault.time_left_s
                self._at(now + left_s, Close(*DEADLINE))
                return self._emit(encode(ServerMessage(go_away=GoAway(time_left=f"{left_s:g}s"))))
            case "drop":
                self.over = True
                return [Abort()]
            case "close":
                reason = fault.reason if fault.reason is not None else ""
                if fault.code is None:
                    return self._end(Close(CLOSE[0], fault.reason or CLOSE[1]))
                return self._end(Close(fault.code, reason))
            case "stall":
                until = math.inf if fault.for_s is None else now + fault.for_s
                self._silent_until = max(self._silent_until, until)
                return []
            case "garbage":
                return self._emit(GARBAGE)
            case "phantom_interrupted":
                return self._interrupt()
        return []

    def _end(self, close: Close) -> list[Effect]:
        self.over = True
        return [close]

    def _interrupt(self) -> list[Effect]:
        """Say that the answer was interrupted; what is left of it never comes."""
        effects = self._content(interrupted=True)
        if self._answering and not self._cut and not self._unanswered:
            self._cut = True
            effects += self._content(turn_complete=True)
        return effects

    def _content(self, **fields: Any) -> list[Effect]:
        return self._emit(encode(ServerMessage(server_content=ServerContent(**fields))))

    def _passed(self, way: Direction, size: int, now: float) -> list[Effect]:
        """Count bytes; strike what was to strike at one of them."""
        self._bytes[way] += size
        effects: list[Effect] = []
        for armed in list(self._armed):
            fault = armed.fault
            reached = self._bytes[way] - armed.bytes_before
            if fault.at_byte is None or fault.direction != way or reached < fault.at_byte:
                continue
            self._armed.remove(armed)
            if not self.over:
                effects += self._strike(fault, now)
        return effects

    def _take(self, kind: str) -> Fault | None:
        for armed in self._armed:
            if armed.fault.kind == kind:
                self._armed.remove(armed)
                return armed.fault
        return None

    def _greet(self, frame: Frame) -> list[Effect]:
        """Look whether the client resumes a session, if that is to be refused."""
        if not any(armed.fault.kind == "refuse_handle" for armed in self._armed):
            return []
        try:
            setup = decode_client(frame).setup
        except WireError:
            return []  # the server says what is wrong with it
        resumption = setup.session_resumption if setup is not None else None
        if resumption is None or not resumption.handle:
            return []
        return self._end(Close(*UNKNOWN_HANDLE))

    def _set_up(self, now: float) -> None:
        if self._take("no_setup") is not None:
            self._silent_until = math.inf
        slow = self._take("slow_setup")
        if slow is not None:
            for_s = SLOW_SETUP_S if slow.for_s is None else slow.for_s
            self._silent_until = max(self._silent_until, now + for_s)

    def _twice(self, now: float) -> bool:
        """Whether the present tool call is to be told twice."""
        for armed in self._armed:
            fault = armed.fault
            if fault.kind != "duplicate_tool_call":
                continue
            if fault.turn is not None:
                due = armed.meant(self._answers)
            else:
                due = now >= armed.since + (fault.at_s or 0.0)
            if due:
                self._armed.remove(armed)
                return True
        return False

    # Silence --------------------------------------------------------------------------------------

    def _emit(self, frame: Frame) -> list[Effect]:
        if not self.silent:
            return [Transmit(frame)]
        self._held.append(frame)
        self._held_bytes += len(frame)
        if self._held_bytes <= MAX_HELD_BYTES:
            return []
        if math.isfinite(self._silent_until):
            self.over = True
            return [Abort()]
        self._held.clear()  # for good: nobody waits for it, so it is no failure to forget it
        return []

    def _speak_again(self) -> list[Effect]:
        self._silent_until = -math.inf
        frames, self._held, self._held_bytes = self._held, deque(), 0
        return [Transmit(frame) for frame in frames]

    # The agent's answers --------------------------------------------------------------------------

    def _begin(self, message: ServerMessage) -> None:
        """Note that a new answer begins, and whether it is one that is withheld."""
        if self._answering or not (_sound(message) or message.tool_call is not None):
            return
        self._answers += 1
        self._answering = True
        self._sent_s = 0.0
        self._cut = self._forgotten = False
        for armed in list(self._armed):
            if armed.fault.kind == "silent_turn" and armed.meant(self._answers):
                self._armed.remove(armed)
                self._unanswered = self._forgotten = True

    def _withheld(self, message: ServerMessage) -> bool:
        content = message.server_content
        if self._forgotten and message.session_resumption_update is not None:
            return True
        if self._unanswered and (message.tool_call or message.tool_call_cancellation):
            return True
        if content is None or not (self._unanswered or self._cut):
            return False
        return bool(
            content.model_turn is not None
            or content.output_transcription is not None
            or content.generation_complete
            or content.turn_complete
            or content.interrupted
        )

    def _follow(self, message: ServerMessage, now: float, *, withheld: bool) -> None:
        """Follow the answer; strike what was to strike in the middle of it."""
        if not self._answering:
            return
        self._sent_s += _sound(message)
        content = message.server_content
        ended = content is not None and bool(content.turn_complete)
        if content is not None and content.interaction_status == "IN_PROGRESS":
            ended = False
        if not withheld and (ended or message.tool_call or self._sent_s >= INTO_ANSWER_S):
            for armed in list(self._armed):
                if armed.fault.kind != "duplicate_tool_call" and armed.meant(self._answers):
                    self._armed.remove(armed)
                    self._at(now + AFTER_S, armed.fault)
        if ended:
            self._answering = self._unanswered = self._cut = False


def _sound(message: ServerMessage) -> float:
    """Seconds of audio in a message."""
    content = message.server_content
    if content is None or content.model_turn is None:
        return 0.0
    blobs = (part.inline_data for part in content.model_turn.parts)
    return sum(seconds_of(blob.data) for blob in blobs if blob is not None)
