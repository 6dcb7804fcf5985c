"""Which thing belongs to which turn.

* Speech and typed text before a reply belong to the turn of that reply, unless more than
  `_UNANSWERED_S` lie between two of them: then the earlier one is a turn without an answer.
* Speech wholly inside the agent's audible reply that neither interrupted it, nor was captioned,
  nor was answered is a backchannel (or an echo), and no turn.
* A reply after a tool call continues the turn of the call.
* A reply that was cut before anything of it was heard leaves no trace: the user was not finished.
* A turn that the model ended without a word is over; a later answer to it all the same is part of
  it, and so is what the user adds when the model waits for more.
* What the service counted belongs to the turn of the latest reply or tool call.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from livekit_nb.audio.activity import Segment
from livekit_nb.recording.captions import Said
from livekit_nb.recording.replies import Reply
from livekit_nb.recording.usage import Tokens

__all__ = ["Audible", "Bill", "Call", "Draft", "sort_into_drafts"]

_UNANSWERED_S: Final = 3.0
_CAPTION_DELAY_S: Final = 0.2  # a recogniser needs to hear something first
_CAPTION_REACH_S: Final = 2.0  # a caption this long after a sound may be of that sound
_ONLY_REACH_S: Final = 10.0  # and so long after, if what was said before has its caption
_ROOM_S: Final = 0.2  # how far a backchannel may outlast the agent

Audible = Callable[[Reply], tuple[float, float] | None]
"""First and last audible moment of a reply, ``None`` if nothing of it was."""


class Call(NamedTuple):
    """When which tool call came."""

    t: float
    id: str


class Bill(NamedTuple):
    """When how many tokens were reported."""

    t: float
    tokens: Tokens


@dataclass(slots=True, eq=False)
class Draft:
    """A turn in the making."""

    opened_s: float
    started_s: float | None = None
    speech: list[Segment] = field(default_factory=list)
    typed: list[Said] = field(default_factory=list)
    captions: list[Said] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    aside: list[Segment] = field(default_factory=list)  # backchannels, if they are any
    bills: list[Bill] = field(default_factory=list)

    @property
    def asked(self) -> bool:
        """Whether the user said or typed anything."""
        return bool(self.speech or self.typed or self.captions) or self.started_s is not None

    @property
    def waiting(self) -> bool:
        """Whether it may go on with what the user says: nothing has come of it so far."""
        return self.asked and all(
            reply.silent and reply.reason == "NEED_MORE_INPUT" for reply in self.replies
        )

    @property
    def last_input_s(self) -> float:
        """When the user last spoke or typed."""
        ends = [segment.end_s for segment in self.speech] + [text.t for text in self.typed]
        return max(ends, default=self.opened_s)


def sort_into_drafts(
    speech: Sequence[Segment],
    typed: Sequence[Said],
    calls: Sequence[Call],
    replies: Sequence[Reply],
    captions: Sequence[Said],
    bills: Sequence[Bill],
    audible: Audible,
) -> list[Draft]:
    """Sort what was heard and told, each in order of time, into turns in the making."""
    items: list[tuple[float, int, Any]] = [
        *((segment.start_s, 0, segment) for segment in speech),
        *((text.t, 1, text) for text in typed),
        *((call.t, 2, call) for call in calls),
        *((reply.opened_s, 3, reply) for reply in replies),
        *((text.t, 4, text) for text in captions),
        *((bill.t, 5, bill) for bill in bills),
    ]
    items.sort(key=lambda item: item[:2])
    inputs_s = [t for t, rank, _ in items if rank < 2]
    sorter = _Sorter(inputs_s, captions, audible)
    for t, rank, item in items:
        if rank == 0:
            sorter.hear(item)
        elif rank == 1:
            sorter.ask(t).typed.append(item)
        elif rank == 2:
            sorter.call(item)
        elif rank == 3:
            sorter.reply(item)
        elif rank == 4:
            sorter.caption(item)
        else:
            sorter.bill(item)
    return sorter.drafts


class _Sorter:
    """Takes things in the order in which they happened."""

    def __init__(
        self, inputs_s: Sequence[float], captions: Sequence[Said], audible: Audible
    ) -> None:
        self.drafts: list[Draft] = []
        self._inputs_s = inputs_s
        self._answered: Draft | None = None  # the one that the agent turned to last
        self._captions = captions
        self._audible = audible

    def new(self, opened_s: float) -> Draft:
        """Open a turn."""
        self.drafts.append(Draft(opened_s))
        return self.drafts[-1]

    def hear(self, segment: Segment) -> None:
        """Take in speech of the user."""
        if (
            self.drafts
            and self.drafts[-1].replies
            and self._is_aside(self.drafts[-1].replies[-1], segment)
        ):
            self.drafts[-1].aside.append(segment)
            return
        draft = self.ask(segment.start_s)
        draft.speech.append(segment)

    def ask(self, t: float) -> Draft:
        """Find the turn that user input at ``t`` belongs to, or open one."""
        if self.drafts:
            draft = self.drafts[-1]
            if draft.waiting and (draft.calls or t - draft.last_input_s <= _UNANSWERED_S):
                return draft
        draft = self.new(t)
        draft.started_s = t
        return draft

    def call(self, call: Call) -> None:
        """Take in a tool call."""
        self._answered = self.drafts[-1] if self.drafts else self.new(call.t)
        self._answered.calls.append(call)

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
            if self.drafts and not self.drafts[-1].replies:
                self.drafts[-1].replies.append(reply)
            return
        if not self.drafts:
            self.new(reply.opened_s)
        draft = self.drafts[-1]
        if draft.replies and not draft.replies[-1].silent:
            before = draft.replies[-1]
            answered = [s for s in draft.aside if s.start_s > before.opened_s]
            called = any(call.t >= before.opened_s for call in draft.calls)
            if not called:
                draft = self.new(reply.opened_s)
                if answered:
                    self.drafts[-2].aside = [s for s in self.drafts[-2].aside if s not in answered]
                    draft.opened_s = draft.started_s = answered[0].start_s
                    draft.speech.extend(answered)
        draft.replies.append(reply)
        self._answered = draft
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
            if ended_s is not None and ended_s < caption.t and not draft.aside:
                draft = self.new(caption.t)
        draft.captions.append(caption)

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
