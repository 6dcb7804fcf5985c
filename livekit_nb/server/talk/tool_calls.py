"""Calls of the client's tools: which are open, and which results wait to be spoken.

Calls made together are a batch, whose results are spoken together. A tool that answers with
``willContinue`` goes on: each of its results is a batch of its own, and its call stays open.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from livekit_nb.server.talk import actions as do
from livekit_nb.wire.messages import FunctionCall, FunctionResponse

__all__ = ["Batch", "ToolCalls"]


@dataclass(eq=False)
class Batch:
    """Calls made together, until all are answered.

    Attributes
    ----------
    reply : int
        The reply that made them.
    waiting : set of str
        Ids of those without a result.
    done : set of str
        Ids of those with one.
    answers : list of Answer
    silent : bool
        Whether nobody is to hear of it (every result came with ``SILENT``).
    urgent : bool
        Whether the model is to be interrupted for it (a result came with ``INTERRUPT``).
    background : bool
        Whether there is a result among them for which the conversation did not wait.
    """

    reply: int
    waiting: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    answers: list[do.Answer] = field(default_factory=list)
    silent: bool = True
    urgent: bool = False
    background: bool = False

    def take(self, key: str, answer: do.Answer, scheduling: str, *, blocking: bool) -> None:
        """Add a result."""
        self.waiting.discard(key)
        self.done.add(key)
        self.answers.append(answer)
        self.silent &= scheduling == "SILENT"
        # The reference says INTERRUPT, one model page INTERRUPTED.
        self.urgent |= scheduling.startswith("INTERRUPT")
        self.background |= not blocking


@dataclass
class _Call:
    name: str
    args: dict[str, Any]
    blocking: bool
    batch: Batch


class ToolCalls:
    """Keeps the calls of one conversation.

    Parameters
    ----------
    scheduling : bool
        Whether the model heeds ``scheduling`` in results of calls that do not block.
    """

    def __init__(self, *, scheduling: bool = True) -> None:
        self._scheduling = scheduling
        self._open: dict[str, _Call] = {}
        self.ready: deque[Batch] = deque()
        """Batches that are answered and wait for a moment to be spoken, urgent ones first."""

    @property
    def open(self) -> list[str]:
        """Ids of the calls that are not answered yet, in the order they were made."""
        return list(self._open)

    def runs_for(self, reply: int) -> bool:
        """Whether a call which that reply made is not answered yet."""
        return any(call.batch.reply == reply for call in self._open.values())

    def make(
        self, wanted: Iterable[do.CallLike], reply: int, blocking: Mapping[str, bool]
    ) -> list[FunctionCall]:
        """Open calls for a reply, and return what to send."""
        batch = Batch(reply)
        calls = []
        for call in wanted:
            key = f"function-call-{secrets.randbits(60)}"
            args = dict(call.args)
            self._open[key] = _Call(call.name, args, blocking.get(call.name, True), batch)
            batch.waiting.add(key)
            calls.append(FunctionCall(id=key, name=call.name, args=args))
        return calls

    def answer(self, item: FunctionResponse) -> tuple[Batch, do.Answer] | None:
        """Take a result; None if nobody waits for it (cancelled meanwhile, or never asked for)."""
        key = item.id or next(
            (key for key, call in self._open.items() if call.name == item.name), ""
        )
        call = self._open.get(key)
        if call is None:
            return None
        answer = do.Answer(call.name, call.args, item.response or {})
        heeded = self._scheduling and not call.blocking
        scheduling = (item.scheduling or "").upper() if heeded else ""
        if item.will_continue and not call.blocking:
            batch = Batch(call.batch.reply)
        elif item.will_continue:
            return None  # whoever waits, waits for the final result
        else:
            del self._open[key]
            batch = call.batch
        batch.take(key, answer, scheduling, blocking=call.blocking)
        self._queue(batch)
        return batch, answer

    def _queue(self, batch: Batch) -> None:
        """Let a batch wait to be spoken if it is complete."""
        if batch.waiting or not batch.answers:
            return
        # Somebody is interrupted for an urgent one, so it cannot wait behind those that wait.
        place = sum(item.urgent for item in self.ready) if batch.urgent else len(self.ready)
        self.ready.insert(place, batch)

    def blocks(self, keys: Iterable[str]) -> bool:
        """Whether the conversation waits for one of these calls."""
        return any(self._open[key].blocking for key in keys if key in self._open)

    def cancel(self, keys: Iterable[str], *, background: bool) -> list[str]:
        """Close open ones among these calls and return their ids.

        Results of calls made together with them wait for them no longer.

        Parameters
        ----------
        keys : iterable of str
        background : bool
            Whether those which do not block are cancelled too.
        """
        found = (key for key in keys if key in self._open)
        cancelled = sorted(key for key in found if background or self._open[key].blocking)
        batches = dict.fromkeys(self._open[key].batch for key in cancelled)
        for key in cancelled:
            self._open.pop(key).batch.waiting.discard(key)
        for batch in batches:
            self._queue(batch)
        return cancelled

    def forget(self, reply: int) -> None:
        """Drop results which a reply that was interrupted had waited for.

        Those of calls in the background are spoken all the same, as if they had come later.
        """
        kept = (batch for batch in self.ready if batch.reply != reply or batch.background)
        self.ready = deque(kept)
