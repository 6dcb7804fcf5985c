"""What the page asks for in the middle of a conversation, carried out one after the other."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from livekit_nb.browser.messages import FaultWish, Mute, RecordWish, Request, Say, Talk
from livekit_nb.browser.microphone import PageMicrophone
from livekit_nb.errors import LiveError
from livekit_nb.widgets.faults import plan_of
from livekit_nb.wire.fault_plan import FaultPlan

__all__ = ["Conversation", "Wishes"]

LAST_SYLLABLE_S: Final = 1.0
"""How long the end of what was said under the talk key may take to arrive from the page."""

_MOST_WAITING: Final = 64


class Conversation(Protocol):
    """What is asked of a session."""

    async def mute(self) -> None:
        """Hear nothing more."""

    async def unmute(self) -> None:
        """Hear again."""

    async def push(self) -> None:
        """Begin to listen: the talk key is held."""

    async def release(self) -> None:
        """Answer: the talk key was let go."""

    async def send_text(self, text: str) -> None:
        """Take in a typed message."""

    async def record(self, on: bool = True) -> None:
        """Keep sound, pictures and words from now on, or not."""

    async def inject(self, plan: FaultPlan) -> None:
        """Make something go wrong."""


class Wishes:
    """A queue of requests, of 64 at most; a page that asks for more is not heard.

    Parameters
    ----------
    microphone : PageMicrophone
        Knows which frames have arrived.
    on_done : callable
        Called with every request that was carried out, and what to tell of it: empty, or why it
        could not be.
    """

    def __init__(self, microphone: PageMicrophone, on_done: Callable[[Request, str], None]) -> None:
        self._microphone = microphone
        self._on_done = on_done
        self._waiting: deque[Request] = deque()
        self._task: asyncio.Task[None] | None = None

    @property
    def first_waiting(self) -> int | None:
        """Number of the oldest request that is not yet carried out."""
        return self._waiting[0].request if self._waiting else None

    def add(self, request: Request, conversation: Conversation) -> None:
        """Carry out a request after those before it."""
        if len(self._waiting) >= _MOST_WAITING:
            return
        self._waiting.append(request)
        if self._task is None:
            self._task = asyncio.create_task(self._run(conversation))

    def forget(self) -> None:
        """Carry out no more: the conversation they were about is over."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self, conversation: Conversation) -> None:
        while self._waiting:
            request, told = self._waiting[0], ""
            try:
                await self._carry_out(request, conversation)
            except LiveError as error:
                told = str(error)
            except Exception as error:
                # Only its type: the text of an unforeseen error may hold anything.
                told = f"That could not be done: unexpected {type(error).__name__}."
            self._waiting.popleft()
            if not self._waiting:
                self._task = None
            self._on_done(request, told)

    async def _carry_out(self, request: Request, conversation: Conversation) -> None:
        match request:
            case Mute(on=True):
                await conversation.mute()
            case Mute():
                await conversation.unmute()
            case Talk(on=True):
                await conversation.push()
            case Talk(last=last):
                # Not wait_for: before Python 3.12 it loses a cancel that comes with the frame.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LAST_SYLLABLE_S):
                        await self._microphone.arrived(last)
                await conversation.release()
            case Say(text=text):
                await conversation.send_text(text)
            case RecordWish(on=on):
                await conversation.record(on)
            case FaultWish(name=name):
                await conversation.inject(plan_of(name))
