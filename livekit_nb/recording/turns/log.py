"""Making turns of what was heard and told, a few at a time.

Only the last few turns can still change: a caption comes late, a tool returns, the agent is still
speaking. Earlier turns are settled and never computed again, so a look at the turns costs the
same after an hour as after a minute.

`livekit_nb.recording.turns.drafts` says how turns are cut.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from livekit_nb.recording.capture import FrameMarks
from livekit_nb.recording.clock import ClockLog
from livekit_nb.recording.events import Event
from livekit_nb.recording.turns.captions import Said, joined
from livekit_nb.recording.turns.draft import Activity, Bill, Call, Draft, Outcome
from livekit_nb.recording.turns.drafts import sort_into_drafts
from livekit_nb.recording.turns.replies import Reply, ReplyLog
from livekit_nb.recording.turns.speech import SpeechFinder
from livekit_nb.recording.turns.telling import Teller
from livekit_nb.recording.turns.turn import ToolCall, Turn
from livekit_nb.recording.usage.cost import Ledger

__all__ = ["TurnLog"]

_OPEN_TURNS: Final = 3
_MOST_OPEN_TURNS: Final = 16
_MADE_ANEW: Final = "not sent: it was made anew"


class TurnLog:
    """The turns of a recording, kept up to date at a bounded cost.

    Parameters
    ----------
    user_speech, agent_sound : SpeechFinder
        Speech on the microphone track and sound on the agent's track.
    replies : ReplyLog
        The agent's replies.
    marks : FrameMarks
        Times of the microphone frames.
    user_rate_hz : int
        Sample rate of the microphone track.

    Attributes
    ----------
    tools : dict of str to ToolCall
        All tool calls by id, in order.
    ledger : Ledger
        What it costs.
    clock : ClockLog
        What is known of the page's clock.
    """

    def __init__(
        self,
        user_speech: SpeechFinder,
        agent_sound: SpeechFinder,
        replies: ReplyLog,
        marks: FrameMarks,
        user_rate_hz: int,
        *,
        open_turns: int = _OPEN_TURNS,
    ) -> None:
        self.tools: dict[str, ToolCall] = {}
        self.ledger = Ledger()
        self.clock = ClockLog()
        self._activity: list[Activity] = []
        self._user_speech = user_speech
        self._agent_sound = agent_sound
        self._replies = replies
        self._teller = Teller(
            self.tools,
            self._audible,
            marks,
            user_rate_hz,
            self.ledger,
            replies.replies,
            clock=self.clock,
            activity=self._activity,
            sounding=agent_sound.between,
        )
        self._open_turns = open_turns
        self._typed: list[Said] = []
        self._captions: list[Said] = []
        self._calls: list[Call] = []
        self._outcomes: list[Outcome] = []
        self._bills: list[Bill] = []
        self._all_bills: list[Bill] = []
        self._payers: dict[int, int] = {}  # id of a bill → index of its turn
        self._cut_s = 0.0  # before this time everything is settled
        self._cut_replies = 0
        self._settled = 0
        self._turns: list[Turn] = []
        self._versions: list[int] = []
        self._amended: dict[int, int] = {}  # settled turns whose tool answered later → version
        self._owners: dict[int, int] = {}  # number of a reply → index of its turn
        self._version = 0
        self._dirty = True
        self._listened_s = -1.0
        self._unanswered = False

    def add(self, event: Event) -> None:
        """Take in an event."""
        data, t = event.data, event.t
        tokens = self.ledger.add(event)
        match event.kind:
            case "caption.user":
                text = Said(t, str(data.get("text", "")), bool(data.get("final", True)))
                self._captions.append(text)
            case "user.text":
                self._typed.append(Said(t, str(data.get("text", "")), True))
            case "caption.agent":
                self._replies.caption(str(data.get("text", "")), t)
            case "agent.first_audio":
                self._replies.first_audio(t)
            case "agent.turn_complete":
                reason, said = data.get("reason"), data.get("said")
                self._replies.ended(t, interrupted=False, reason=reason or None, said=said)
            case "agent.interrupted":
                self._replies.ended(t, interrupted=True)
            case "tool.call":
                repeated = self._repeated(event)
                call = ToolCall(
                    id=_call_id(data, len(self.tools)),
                    name=str(data.get("name", "")),
                    args=dict(data.get("args") or {}),
                    start=t,
                    repeats=repeated,
                )
                self.tools[call.id] = call
                blocking = data.get("blocking") is not False
                self._calls.append(Call(t, call.id, blocking, repeated))
            case "usage":
                self._all_bills.append(bill := Bill(t, tokens))
                self._bills.append(bill)
            case "session.resumed":
                if data.get("replayed_s"):
                    self._say_again()
            case "session.ready":
                self._teller.ready_s = t
            case "activity.start" | "activity.end":
                self._activity.append(Activity(t, event.kind == "activity.end"))
            case "mic.started":
                self.clock.started(t, data)
            case "page.clock":
                self.clock.told(t, data)
            case "tool.progress" | "tool.response" | "tool.cancelled" | "tool.late":
                self._outcomes.append(_outcome(event))
                self._answer(event)
            case _:
                return
        self.touch()

    def touch(self) -> None:
        """Say that something changed: the next look computes the open turns again."""
        self._dirty = True

    def turns(self, listened_s: float) -> list[Turn]:
        """All turns, in order. ``listened_s``: up to when the microphone's sound is known."""
        self._update(listened_s)
        return list(self._turns)

    def changed_since(self, version: int, listened_s: float) -> tuple[list[Turn], int]:
        """List the turns that changed after ``version``, and the version now."""
        self._update(listened_s)
        first = len(self._turns)
        while first > 0 and (first > self._settled or self._versions[first - 1] > version):
            first -= 1
        late = [n for n, stamp in self._amended.items() if stamp > version and n < first]
        changed = [self._turns[number] for number in sorted(late)]
        stamped = zip(self._turns[first:], self._versions[first:], strict=True)
        changed += [turn for turn, stamp in stamped if stamp > version]
        return changed, self._version

    def count(self, listened_s: float) -> int:
        """Count the turns; they may become fewer when two turns turn out to be one."""
        self._update(listened_s)
        return len(self._turns)

    def bills(self, listened_s: float) -> list[tuple[Bill, int | None]]:
        """All reports of tokens that told anything new, each with the index of its turn."""
        self._update(listened_s)
        return [(bill, self._payers.get(id(bill))) for bill in self._all_bills if bill.tokens]

    @property
    def owners(self) -> dict[int, int]:
        """Number of each reply → index of its turn, as of the last look. Not to be changed."""
        return self._owners

    @property
    def payers(self) -> list[int | None]:
        """Index of the turn of every report of tokens, as they were at the last look."""
        return [self._payers.get(id(bill)) for bill in self._all_bills]

    def restore(
        self,
        events: Iterable[Event],
        turns: Sequence[Turn],
        tools: Iterable[ToolCall],
        owners: Mapping[int, int],
        payers: Mapping[int, int],
        listened_s: float,
        *,
        unanswered: bool,
    ) -> None:
        """Become the log of a conversation that was recorded before; nothing is computed anew."""
        for event in events:
            tokens = self.ledger.add(event)
            if event.kind == "usage":
                self._all_bills.append(Bill(event.t, tokens))
            elif event.kind == "mic.started":
                self.clock.started(event.t, event.data)
            elif event.kind == "page.clock":
                self.clock.told(event.t, event.data)
        for number, turn in payers.items():
            if 0 <= number < len(self._all_bills):
                self._payers[id(self._all_bills[number])] = turn
        self.tools.update((call.id, call) for call in tools)
        self._owners.update(owners)
        self._turns = list(turns)
        self._settled = len(self._turns)
        self._version = 1
        self._versions = [1] * len(self._turns)
        self._unanswered = unanswered
        self._listened_s = listened_s
        self._dirty = False

    def turn_of_reply(self, number: int, listened_s: float) -> Turn | None:
        """Find the turn of the ``number``-th reply; `Recording.turn_of_reply` tells."""
        self._update(listened_s)
        if not 0 <= number < len(self._replies.replies):
            return None
        owner = self._owners.get(number, 0)
        return self._turns[min(owner, len(self._turns) - 1)] if self._turns else None

    def unanswered(self, listened_s: float) -> bool:
        """Whether somebody said something last, and nothing has come of it."""
        self._update(listened_s)
        return self._unanswered

    def _say_again(self) -> None:
        """Let what was captioned since the last reply be replaced: it is about to be heard anew."""
        last = self._replies.replies[-1] if self._replies.replies else None
        since_s = -1.0 if last is None else last.opened_s if last.ended_s is None else last.ended_s
        drafts = self._drafts()
        if drafts and drafts[-1].captions and drafts[-1].unanswered:
            # Said while the agent finished its reply, and to be answered after it; or the reply
            # broke off, and what it answers is put again.
            first_s = drafts[-1].captions[0].t
        else:
            first_s = math.inf
        tail = [item for item in self._captions if item.t > since_s or item.t >= first_s]
        if tail:
            self._captions[-len(tail) :] = [Said(tail[-1].t, joined(tail, ()), final=False)]

    def _repeated(self, event: Event) -> str | None:
        """End a call that goes on under another id, and return its own."""
        repeats = event.data.get("repeats")
        call = self.tools.get(str(repeats))
        if call is not None and call.end is None:
            self.tools[call.id] = replace(call, end=event.t, error=_MADE_ANEW)
            self._amend(self.tools[call.id])
        return None if repeats is None else str(repeats)

    def _answer(self, event: Event) -> None:
        data = event.data
        call = self.tools.get(str(data.get("id", "")))
        if call is None:
            named = [c for c in self.tools.values() if c.name == data.get("name") and c.end is None]
            if not named:
                return
            call = named[0]
        self.tools[call.id] = _answered(call, event)
        self._amend(self.tools[call.id])
        self._took(call, event.data.get("duration_s"))

    def _took(self, call: ToolCall, duration_s: Any) -> None:
        """Note how long the run took which a call that was sent again has its result from."""
        known: ToolCall | None = call
        passed: set[str] = set()
        while known is not None and known.repeats is not None:
            if known.id in passed:
                return  # an older id came once more: they repeat each other
            passed.add(known.id)
            known = self.tools.get(known.repeats)
        ran_on = known is not call and known is not None and known.error == _MADE_ANEW
        if ran_on and known is not None and isinstance(duration_s, int | float):
            self.tools[known.id] = replace(known, duration=float(duration_s))
            self._amend(self.tools[known.id])

    def _amend(self, call: ToolCall) -> None:
        """Put a call into its turn if that is settled: a tool may answer many turns later."""
        for number in reversed(range(self._settled)):
            turn = self._turns[number]
            if any(known.id == call.id for known in turn.tools):
                tools = tuple(call if known.id == call.id else known for known in turn.tools)
                self._version += 1
                self._turns[number] = replace(turn, tools=tools)
                self._amended[number] = self._version
                return
            if turn.tools and turn.tools[-1].start < call.start:
                return  # it was called later than this, so it is in an open turn

    def _update(self, listened_s: float) -> None:
        # Once speech has been followed by enough silence, more silence changes nothing.
        if not self._dirty and (listened_s == self._listened_s):
            return
        self._dirty = False
        self._listened_s = listened_s
        drafts = self._drafts()
        for reply in self._replies.replies[self._cut_replies :]:
            begun = [n for n, draft in enumerate(drafts) if draft.opened_s <= reply.opened_s]
            held = [n for n, draft in enumerate(drafts) if reply in draft.replies]
            self._owners[reply.number] = self._settled + max(held or begun, default=0)
        for number, draft in enumerate(drafts):
            self._payers.update((id(bill), self._settled + number) for bill in draft.bills)
        window = [
            self._teller.turn(
                draft, _following(draft, drafts[number + 1 :]), self._settled + number, listened_s
            )
            for number, draft in enumerate(drafts)
        ]
        self._unanswered = bool(drafts) and drafts[-1].asked and drafts[-1].unanswered
        self._keep(window)
        self._settle(drafts)

    def _keep(self, window: list[Turn]) -> None:
        if window == self._turns[self._settled :]:
            return
        self._version += 1
        for number, turn in enumerate(window, start=self._settled):
            if number == len(self._turns):
                self._turns.append(turn)
                self._versions.append(self._version)
            elif self._turns[number] != turn:
                self._turns[number] = turn
                self._versions[number] = self._version
        del self._turns[self._settled + len(window) :], self._versions[len(self._turns) :]

    def _settle(self, drafts: list[Draft]) -> None:
        count = len(drafts) - self._open_turns
        if count <= 0:
            return
        if len(drafts) <= _MOST_OPEN_TURNS:
            for number, draft in enumerate(drafts[:count]):
                if draft.owes or any(self.tools[call.id].end is None for call in draft.calls):
                    count = number
                    break
        while count > 0 and not _apart(drafts[:count], drafts[count:]):
            count -= 1
        if count <= 0:
            return
        done, rest = drafts[:count], drafts[count]
        gone = {
            id(item) for draft in done for item in (*draft.typed, *draft.captions, *draft.bills)
        }
        called = {call.id for draft in done for call in draft.calls}
        self._cut_s = rest.opened_s
        kept = rest.replies or next((d.replies for d in drafts[count:] if d.replies), [])
        self._cut_replies = kept[0].number if kept else len(self._replies.replies)
        self._typed = [text for text in self._typed if id(text) not in gone]
        self._captions = [text for text in self._captions if id(text) not in gone]
        self._bills = [bill for bill in self._bills if id(bill) not in gone]
        self._calls = [call for call in self._calls if call.id not in called]
        self._outcomes = [outcome for outcome in self._outcomes if outcome.id not in called]
        self._activity[:] = [edge for edge in self._activity if edge.t >= self._cut_s]
        self._settled += count

    def _drafts(self) -> list[Draft]:
        return sort_into_drafts(
            self._user_speech.since(self._cut_s),
            self._typed,
            self._calls,
            self._replies.replies[self._cut_replies :],
            self._captions,
            self._bills,
            self._audible,
            self._outcomes,
        )

    def _audible(self, reply: Reply) -> tuple[float, float] | None:
        if not reply.heard:
            return None
        return self._agent_sound.span(reply.heard[0][0], reply.heard[-1][1])


def _following(draft: Draft, later: Sequence[Draft]) -> Draft | None:
    """Find the turn that followed the last reply of one; it may have come after others."""
    since_s = draft.replies[-1].opened_s if draft.replies else draft.opened_s
    return next((other for other in later if other.opened_s >= since_s), None)


def _apart(done: Sequence[Draft], rest: Sequence[Draft]) -> bool:
    """Whether no reply of some turns came after one of the later turns."""
    last = max((reply.number for draft in done for reply in draft.replies), default=-1)
    return all(reply.number > last for draft in rest for reply in draft.replies)


def _outcome(event: Event) -> Outcome:
    """Return what an event says of a call: whether it is spoken of, over, or withdrawn."""
    return Outcome(
        event.t,
        str(event.data.get("id", "")),
        spoken=event.kind != "tool.late" and event.data.get("scheduling") != "SILENT",
        last=event.kind != "tool.progress",
        withdrawn=event.kind == "tool.cancelled",
    )


def _call_id(data: Any, number: int) -> str:
    return str(data.get("id") or f"call-{number}")


def _answered(call: ToolCall, event: Event) -> ToolCall:
    """Return a call as it is after an event about it."""
    data = event.data
    if event.kind == "tool.progress":
        return replace(call, progress=(*call.progress, data.get("response")))
    if event.kind == "tool.cancelled":
        return replace(call, end=event.t, cancelled=True)
    if event.kind == "tool.late":
        if call.end is not None:
            return call
        unsent = f"not sent: {data.get('why', '')}"  # there is a result, but nobody to tell
        return replace(call, end=event.t, response=data.get("response"), error=unsent)
    took = data.get("duration_s")
    error = data.get("error")
    duration_s = float(took) if isinstance(took, int | float) else event.t - call.start
    return replace(
        call,
        end=event.t,
        response=data.get("response"),
        error=None if error in (None, False, "") else str(error),
        duration=duration_s if call.repeats is None else None,
    )
