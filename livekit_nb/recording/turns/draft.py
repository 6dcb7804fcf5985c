"""A turn in the making, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from livekit_nb.audio.activity import Segment
from livekit_nb.recording.turns.captions import Said
from livekit_nb.recording.turns.replies import Reply
from livekit_nb.recording.usage.counting import Tokens

__all__ = ["Activity", "Audible", "Bill", "Call", "Draft", "Outcome"]

Audible = Callable[[Reply], tuple[float, float] | None]
"""First and last audible moment of a reply, ``None`` if nothing of it was."""


class Activity(NamedTuple):
    """When the server told that it heard speech begin, or end."""

    t: float
    ended: bool


class Call(NamedTuple):
    """When which tool call came, whether the model waits for its result, which call it repeats."""

    t: float
    id: str
    blocking: bool = True
    repeats: str | None = None


class Outcome(NamedTuple):
    """When a tool call came to something: its last or not, to be `spoken` of; or to nothing."""

    t: float
    id: str
    spoken: bool = True
    last: bool = True
    withdrawn: bool = False


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
    owes: bool = False  # a tool came to something that was not spoken of yet

    @property
    def asked(self) -> bool:
        """Whether the user said or typed anything."""
        return bool(self.speech or self.typed or self.captions) or self.started_s is not None

    @property
    def unanswered(self) -> bool:
        """Whether no reply has come, or only one that broke off with its connection."""
        return not self.replies or self.replies[-1].lost

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
