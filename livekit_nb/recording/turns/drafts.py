"""Which thing belongs to which turn.

* Speech and typed text before a reply belong to the turn of that reply, unless more than
  `_UNANSWERED_S` lie between two of them: then the earlier one is a turn without an answer.
* Speech wholly inside the agent's audible reply that neither interrupted it, nor was captioned,
  nor was answered is a backchannel (or an echo), and no turn.
* A reply after a tool call continues the turn of the call.
* What the user says while a tool runs for which the model does not wait is a turn of its own,
  unless it withdraws that call: then the user was not finished.
* What such a tool came to belongs to the turn that called it, also when it is spoken of after
  another question was answered. A question that waits for its answer gets it first, unless the user
  is still putting it, or waits for a tool that has come to nothing yet.
* A reply that was cut before anything of it was heard leaves no trace: the user was not finished.
* An answer that broke off with its connection and the one given anew belong to one turn: the user
  asked once.
* A turn that the model ended without a word is over; a later answer to it all the same is part of
  it, and so is what the user adds when the model waits for more.
* What the service counted belongs to the turn of the latest reply or tool call.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final

from livekit_nb.audio.activity import Segment
from livekit_nb.recording.turns.captions import Said
from livekit_nb.recording.turns.draft import Audible, Bill, Call, Draft, Outcome
from livekit_nb.recording.turns.replies import Reply

__all__ = ["sort_into_drafts"]

_UNANSWERED_S: Final = 3.0
_CAPTION_DELAY_S: Final = 0.2  # a recogniser needs to hear something first
_CAPTION_REACH_S: Final = 2.0  # a caption this long after a sound may be of that sound
_ONLY_REACH_S: Final = 10.0  # and so long after, if what was said before has its caption
_ROOM_S: Final = 0.2  # how far a backchannel may outlast the agent


def sort_into_drafts(
    speech: Sequence[Segment],
    typed: Sequence[Said],
    calls: Sequence[Call],
    replies: Sequence[Reply],
    captions: Sequence[Said],
    bills: Sequence[Bill],
    audible: Audible,
    outcomes: Sequence[Outcome] = (),
) -> list[Draft]:
    """Sort what was heard and told, each in order of time, into turns in the making."""
    items: list[tuple[float, int, Any]] = [
        *((segment.start_s, 0, segment) for segment in speech),
        *((text.t, 1, text) for text in typed),
        *((call.t, 2, call) for call in calls),
        *((outcome.t, 3, outcome) for outcome in outcomes),
        *((reply.opened_s, 4, reply) for reply in replies),
        *((text.t, 5, text) for text in captions),
        *((bill.t, 6, bill) for bill in bills),
    ]
    items.sort(key=lambda item: item[:2])
    inputs_s = [t for t, rank, _ in items if rank < 2]
    sorter = _Sorter(inputs_s, captions, outcomes, audible)
    for t, rank, item in items:
        if rank == 0:
            sorter.hear(item)
        elif rank == 1:
            sorter.ask(t, t).typed.append(item)
        elif rank == 2:
            sorter.call(item)
        elif rank == 3:
            sorter.come_to(item)
        elif rank == 4:
            sorter.reply(item)
        elif rank == 5:
            sorter.caption(item)
        else:
            sorter.bill(item)
    for draft, _ in sorter.owed:
        draft.owes = True
    return sorter.drafts


class _Sorter:
    """Takes things in the order in which they happened."""

    def __init__(
        self,
        inputs_s: Sequence[float],
        captions: Sequence[Said],
        outcomes: Sequence[Outcome],
        audible: Audible,
    ) -> None:
        self.drafts: list[Draft] = []
        self.owed: list[tuple[Draft, Outcome]] = []  # not spoken of yet
        self._inputs_s = inputs_s
        self._outcomes = outcomes
        self._answered: Draft | None = None  # the one that the agent turned to last
        self._spoken: Draft | None = None  # the one that has its last reply with a sound
        self._captions = captions
        self._audible = audible

    def new(self, opened_s: float) -> Draft:
        """Open a turn."""
        self.drafts.append(Draft(opened_s))
        return self.drafts[-1]

    def hear(self, segment: Segment) -> None:
        """Take in speech of the user."""
        if (
            self._spoken is not None
            and _sounding(self.drafts[-1])
            and self._is_aside(self._spoken.replies[-1], segment)
        ):
            self._spoken.aside.append(segment)
            return
        draft = self.ask(segment.start_s, segment.end_s)
        draft.speech.append(segment)

    def ask(self, t: float, until_s: float) -> Draft:
        """Find the turn that user input from ``t`` on belongs to, or open one."""
        if self.drafts:
            draft = self.drafts[-1]
            goes_on = draft.calls or t - draft.last_input_s <= _UNANSWERED_S
            if draft.waiting and goes_on and not self._works(draft, t, until_s):
                return draft
        draft = self.new(t)
        draft.started_s = t
        return draft

    def call(self, call: Call) -> None:
        """Take in a tool call."""
        self._answered = self._caller(call.repeats) or (
            self.drafts[-1] if self.drafts else self.new(call.t)
        )
        self._answered.calls.append(call)

    def come_to(self, outcome: Outcome) -> None:
        """Take in what a tool call came to; the model speaks of it when it finds the time."""
        if outcome.withdrawn or not outcome.spoken:
            return
        draft = self._caller(outcome.id)
        if draft is not None and not any(
            call.id == outcome.id and call.blocking for call in draft.calls
        ):
            self.owed.append((draft, outcome))

    def bill(self, bill: Bill) -> None:
        """Take in what the service counted."""
        if self._answered is None and self.drafts:
            self._answered = self.drafts[-1]
        if self._answered is not None:
            self._answered.bills.append(bill)

    def reply(self, reply: Reply) -> None:
        """Take in a reply of the agent."""
        spoken_over: Segment | None = None
        if self.drafts and self.drafts[-1].speech and reply.interrupted_s is not None:
            last = self.drafts[-1].speech[-1]
            spoken_over = last if last.end_s > reply.interrupted_s else None
        if reply.unheard:
            self._answered = self.drafts[-1] if self.drafts else None
            return
        if reply.silent:
            if self.drafts and self.drafts[-1].unanswered:
                self.drafts[-1].replies.append(reply)
            return
        if not self.drafts:
            self.new(reply.opened_s)
        draft = self._owing(reply) or self._next(reply)
        draft.replies.append(reply)
        self._answered = self._spoken = draft
        self.owed = [
            (owing, outcome)
            for owing, outcome in self.owed
            if owing is not draft and outcome.t >= draft.opened_s
        ]
        if spoken_over is not None and spoken_over in draft.speech:
            draft.speech.remove(spoken_over)
            draft = self.new(spoken_over.start_s)
            draft.started_s = spoken_over.start_s
            draft.speech.append(spoken_over)

    def caption(self, caption: Said) -> None:
        """Take in a caption of what the user said."""
        if not self.drafts:
            self.new(caption.t)
        draft = self.drafts[-1]
        only = draft.started_s if not draft.captions and not draft.replies else None
        if only is not None and caption.t < only + _CAPTION_DELAY_S and len(self.drafts) > 1:
            draft = self.drafts[-2]
        elif draft.replies and draft.captions:
            ended_s = draft.replies[-1].ended_s
            over = ended_s is not None and ended_s < caption.t and not draft.replies[-1].lost
            if over and not draft.aside:
                draft = self.new(caption.t)
        draft.captions.append(caption)

    def _caller(self, call_id: str | None) -> Draft | None:
        """Find the turn that a call was made in."""
        made = (d for d in reversed(self.drafts) if any(call.id == call_id for call in d.calls))
        return next(made, None)

    def _works(self, draft: Draft, t: float, until_s: float) -> bool:
        """Whether a tool of a turn works on behind what the user says from ``t`` on."""
        for call in draft.calls:
            ends = [o for o in self._outcomes if o.id == call.id]
            over = any(o.last and o.t <= (until_s if o.withdrawn else t) for o in ends)
            if not call.blocking and call.t < t and not over:
                return True
        return False

    def _owing(self, reply: Reply) -> Draft | None:
        """Find the turn whose tool came to what a reply is about, if it is about that."""
        if not self.owed:
            return None
        draft, outcome = self.owed[0]
        last = self.drafts[-1]
        speaking = bool(last.speech) and last.speech[-1].end_s > reply.opened_s
        if draft is last or speaking or not _expecting(last):
            return draft
        ids = {call.id for call in last.calls}
        told = any(o.id in ids and o.t <= reply.opened_s for o in self._outcomes)
        works = bool(last.calls) and last.calls[-1].t <= outcome.t and not told
        return draft if works else None

    def _next(self, reply: Reply) -> Draft:
        """Find the turn that a reply belongs to when no tool owes it, or open one."""
        draft = self.drafts[-1]
        if _expecting(draft):
            return draft
        assert self._spoken is not None
        spoken, before_s = self._spoken, self._spoken.replies[-1].opened_s
        draft = self.new(reply.opened_s)
        answered = [s for s in spoken.aside if s.start_s > before_s]
        if answered:
            spoken.aside = [s for s in spoken.aside if s not in answered]
            draft.opened_s = draft.started_s = answered[0].start_s
            draft.speech.extend(answered)
        return draft

    def _is_aside(self, reply: Reply, segment: Segment) -> bool:
        """Whether speech that began after ``reply`` opened is a backchannel or an echo of it."""
        audible = self._audible(reply)
        if audible is None or segment.start_s < audible[0]:
            return False
        last_s = audible[1]
        playing = reply.interrupted_s is None and (
            reply.ended_s is None or reply.played < reply.received
        )
        if segment.start_s > last_s or (segment.end_s > last_s + _ROOM_S and not playing):
            return False
        draft = self.drafts[-1]
        told = draft.typed or any(caption.t < segment.start_s for caption in draft.captions)
        until_s = segment.end_s + _CAPTION_REACH_S
        if reply.interrupted_s is not None and segment.start_s <= reply.interrupted_s <= until_s:
            return False
        if told:
            until_s = max(until_s, min(segment.end_s + _ONLY_REACH_S, self._next_input_s(segment)))
        return not any(
            segment.start_s + _CAPTION_DELAY_S <= caption.t <= until_s for caption in self._captions
        )

    def _next_input_s(self, segment: Segment) -> float:
        """When the user speaks or types next after ``segment``."""
        number = bisect_right(self._inputs_s, segment.start_s)
        return self._inputs_s[number] if number < len(self._inputs_s) else math.inf


def _sounding(draft: Draft) -> bool:
    """Whether the last that came of a turn was a reply with words."""
    return bool(draft.replies) and not draft.replies[-1].silent


def _expecting(draft: Draft) -> bool:
    """Whether a turn awaits a reply: its first one, one given anew, or one after a tool call."""
    if not _sounding(draft) or draft.replies[-1].lost:
        return True
    return any(call.t >= draft.replies[-1].opened_s for call in draft.calls)
