"""Tells a page what it asks for, without disturbing the sound that goes the same way.

Answers are made off the engine's loop, one after the other. A long one is cut into pieces, and the
next piece goes out when the page has said that it has the one before: so there is never more than
one piece between a frame of sound and the page, however slow the way is.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from livekit_nb.browser.messages import Ask, More, encode
from livekit_nb.recording.recording import Recording
from livekit_nb.widgets.answers import answer

__all__ = ["Answering"]

PIECE: Final = 16 * 1024
"""Characters of an answer in one message: 0.1 s of a way that carries a megabit a second."""

PAUSE_S: Final = 0.01
"""Between two pieces: a page that asks without end says a hundred things a second, and the gateway
takes it for no flood; and it gets 1.6 MB a second."""

MAX_ANSWER: Final = 400_000
"""Characters; 200 kB as base64 and what belongs to it."""

MOST_WAITING: Final = 32

_BUSY: Final = {"error": "The page asks for too much at once."}
_TOO_LONG: Final = {"error": "The answer is too long: ask for less at once."}


class Answering:
    """Answers one page after the other.

    At most 32 questions wait; one that finds no place is answered so at once.

    Parameters
    ----------
    recording : callable
        Returns the recording that is asked about.
    send : callable
        Sends a message to the page.
    """

    def __init__(
        self, recording: Callable[[], Recording], send: Callable[[Mapping[str, Any]], object]
    ) -> None:
        self._recording = recording
        self._send = send
        self._waiting: deque[Ask] = deque()
        self._task: asyncio.Task[None] | None = None
        self._wanted: asyncio.Future[bool] | None = None
        self._telling = 0

    def take(self, question: Ask | More) -> None:
        """Take in what the page asks."""
        match question:
            case More(id=number, on=on):
                if number == self._telling and self._wanted and not self._wanted.done():
                    self._wanted.set_result(on)
            case Ask(id=number) if len(self._waiting) >= MOST_WAITING:
                self._piece(number, encode(_BUSY), last=True)
            case Ask():
                self._waiting.append(question)
                if self._task is None:
                    self._task = asyncio.create_task(self._run())

    def forget(self) -> None:
        """Answer nothing that was asked before: the page, or what it asked about, is another."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        while self._waiting:
            ask = self._waiting.popleft()
            recording = self._recording()
            await self._tell(ask.id, await asyncio.to_thread(_in_words, recording, ask))
        self._task = None

    async def _tell(self, number: int, text: str) -> None:
        self._telling = number
        for first in range(0, len(text), PIECE):
            last = first + PIECE >= len(text)
            self._wanted = asyncio.get_running_loop().create_future()
            self._piece(number, text[first : first + PIECE], last=last)
            await asyncio.sleep(PAUSE_S)
            if last or not await self._wanted:
                return

    def _piece(self, number: int, text: str, *, last: bool) -> None:
        self._send({"type": "answer", "id": number, "text": text, "last": last})


def _in_words(recording: Recording, ask: Ask) -> str:
    """Return the answer as JSON."""
    try:
        text = encode(answer(recording, {**ask.about, "what": ask.what}))
    except Exception as error:  # one answer that cannot be written must not end the others
        return encode({"error": f"The answer cannot be told: {type(error).__name__}."})
    return text if len(text) <= MAX_ANSWER else encode(_TOO_LONG)
