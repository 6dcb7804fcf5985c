"""A mind whose answers a chat endpoint writes, with the built-in thinker to fall back on.

Words are spoken as they are written, clause by clause. When the user interrupts, the connection to
the endpoint is closed at once, and of the answer only what was heard is kept. When the endpoint
fails before it has said anything, the built-in thinker answers this turn; when it breaks off later,
that is said. An endpoint that takes no tools leaves their choice to the built-in thinker.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from typing import Any, Self, TypeVar

from livekit_nb.server.chat.declarations import Offer
from livekit_nb.server.chat.endpoint import ChatEndpoint, ChatError, ContextTooLongError
from livekit_nb.server.chat.history import Call, History
from livekit_nb.server.chat.spoken import SpokenText
from livekit_nb.server.chat.stream import Collected, CollectedCall, MalformedStreamError
from livekit_nb.server.eyes.glance import Scene
from livekit_nb.server.talk.mind import Mind, Turn
from livekit_nb.server.thinking import Manner, Plan, PlannedCall, ToolResult
from livekit_nb.server.thinking.manner import asked_manner, told_manner
from livekit_nb.server.thinking.words import Utterance

__all__ = ["BROKE_OFF", "MANNERS", "OUTAGE", "PATIENCE", "ChatMind"]

T = TypeVar("T")

MAX_ROUNDS = 8  #: times that one turn may call tools; then the model has to say something
MAX_MENDS = 2  #: requests beyond the first, for calls that cannot be made and talks too long
MAX_WISH_CHARACTERS = 200  #: longer words are no mere wish to be spoken to otherwise
SCENE_AGE_S = 60.0  #: what the camera showed before is not told

MANNERS = (
    "This is a live conversation by voice. What you write is spoken aloud at once, so answer as "
    "people talk: one to three short, plain sentences, without markdown, lists, emoji or web "
    "addresses. The user's words come from speech recognition and may hold mistakes. When asked "
    "to speak more slowly, faster, louder or more quietly, say that you will; it is done for you."
)
PATIENCE = "One moment, I am still thinking. "
OUTAGE = "My language model does not answer, so I answer without it. "
BROKE_OFF = " Sorry, my language model broke off there."


class ChatMind(Mind):
    """A mind for one conversation.

    Parameters
    ----------
    endpoint : ChatEndpoint
    clock : callable
        Local time.
    """

    def __init__(
        self, endpoint: ChatEndpoint, clock: Callable[[], datetime] = datetime.now
    ) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._clock = clock
        self._history = History()
        self._instructions = ""
        self._offer = Offer()
        self._manner = Manner()
        self._note = ""  # what the model is told of the present moment
        self._picture_url = ""
        self._rounds = 0
        self._alone = False  # the built-in thinker answers the present turn
        self._outage = False  # the user was told that the endpoint does not answer
        self._behind = False  # the built-in thinker has not been told everything

    # What a mind is told --------------------------------------------------------------------------

    def instruct(self, instructions: str, declarations: Sequence[Mapping[str, Any]]) -> None:
        """Think with these from now on; see :meth:`Mind.instruct`."""
        super().instruct(instructions, declarations)
        if instructions != self._instructions:
            self._instructions, self._manner = instructions, told_manner(instructions)
        self._offer = Offer(declarations)

    def forget(self, kept: int) -> None:
        """Forget everything before the user's last `kept` turns."""
        super().forget(kept)
        self._history.forget(kept)

    def twin(self) -> Self:
        """Return a mind that knows the same and goes on by itself."""
        twin = super().twin()
        twin._history = self._history.copy()
        return twin

    def spoken(self, text: str, interrupted: bool) -> None:
        """Take note of what the user really heard."""
        super().spoken(text, interrupted)
        self._history.spoken(text, interrupted)
        self._picture_url = ""  # large, and of the past

    def remember(self, role: str, text: str) -> None:
        """Take in something said before."""
        super().remember(role, text)
        self._history.remember(role, text)

    # What it does about it ------------------------------------------------------------------------

    async def answer(self, text: str, scene: Scene | None, turn: Turn) -> None:
        """Answer what the user said."""
        if not text.strip():
            await super().answer(text, scene, turn)
            return
        self._history.ask(text)
        self._rounds = 0
        self._alone = False
        self._look(scene, turn.picture)
        self._heed(text)
        if self._offer.tools and not self._endpoint.takes_tools:
            plan = await turn.run(self._hear_after_all, text, scene)
            if plan.calls or plan.asks:
                self._alone = True
                await self._carry_out(plan, turn)
            else:
                await self._ask(turn, lambda: plan)
        elif await self._ask(turn, lambda: self._hear_after_all(text, scene)):
            self._said.append(("user", text))
            self._behind = True

    async def weigh(self, results: Sequence[ToolResult], turn: Turn) -> None:
        """Say, or do, what follows from what tools answered."""
        for result in results:
            self._history.answered(result.name, result.args, result.response)
        self._rounds += 1
        if self._alone:
            await self._carry_out(await turn.run(self.tool_results, results), turn)
        else:
            await self._ask(turn, lambda: self.tool_results(results))

    def _hear_after_all(self, text: str, scene: Scene | None) -> Plan:
        """Let the built-in thinker answer, who may have missed what was said before."""
        with self._lock:
            if self._behind:
                self._begin_anew()
                self._behind = False
        return self.hear(text, scene)

    def _look(self, scene: Scene | None, picture: bytes | None) -> None:
        """Note what the model is to know of this moment besides the words."""
        notes = [f"It is {self._clock():%A, %d %B %Y, %H:%M}."]
        self._picture_url = ""
        if scene is not None and scene.age_s <= SCENE_AGE_S:
            notes.append(f"The user's camera shows: {scene.tell()}.")
            if picture is not None and self._endpoint.takes_images:
                kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
                data = base64.b64encode(picture).decode()
                self._picture_url = f"data:image/{kind};base64,{data}"
        self._note = " ".join(notes)

    def _heed(self, text: str) -> None:
        """Change the manner of speaking if that is what is asked for."""
        if len(text) > MAX_WISH_CHARACTERS:
            return
        wish = asked_manner(Utterance(text).line, bare=not self._offer.tools)
        if wish is not None:
            self._manner = self._manner.more(wish[0])

    async def _ask(self, turn: Turn, otherwise: Callable[[], Plan]) -> bool:
        """Let the endpoint answer; return whether it is to be left at what it said.

        Parameters
        ----------
        turn : Turn
        otherwise : callable
            What the built-in thinker does if the endpoint says nothing; may take long.
        """
        telling = _Telling(turn, self._history, self._manner)
        try:
            calls = await _unless(turn.stopped, self._converse(telling))
        except ChatError as error:
            self._endpoint.complain(error)
            if telling.begun:
                await telling.say(BROKE_OFF, own=True)
                await turn.tell(Plan())
                return True
            if not self._outage:
                await telling.say(OUTAGE, own=True)
            self._outage = self._alone = True
            await self._carry_out(await turn.run(otherwise), turn)
            return False
        if calls is not None:
            self._outage = False
            await turn.tell(Plan(calls=calls, thought=telling.thought()))
        return True

    async def _carry_out(self, plan: Plan, turn: Turn) -> None:
        """Do what the built-in thinker wants."""
        if plan.say:
            self._history.tell(plan.say)
        calls = [
            Call(
                f"own_{self._rounds}_{number}",
                self._offer.offered(call.name),
                json.dumps(dict(call.args), default=str),
                call.name,
                call.args,
            )
            for number, call in enumerate(plan.calls)
        ]
        if calls:
            self._history.call(calls)
        await turn.tell(plan)

    async def _converse(self, telling: _Telling) -> tuple[PlannedCall, ...]:
        """Let the endpoint answer until its calls can be made; return them."""
        for left in reversed(range(MAX_MENDS + 1)):
            try:
                collected = await self._stream(telling)
            except ContextTooLongError:
                if not left or not self._history.forget_half():
                    raise
                continue
            calls = self._understood(collected)
            if calls is not None:
                return calls
        raise ChatError("it called tools in a way that cannot be followed")

    async def _stream(self, telling: _Telling) -> list[CollectedCall]:
        """Speak one answer as it comes; return the calls it ends with."""
        system = f"{self._instructions}\n\n{MANNERS}".strip()
        messages = [
            {"role": "system", "content": system},
            *self._history.messages(self._note, self._picture_url),
        ]
        choice = "none" if self._rounds >= MAX_ROUNDS else ""
        text, collected = SpokenText(), Collected()
        telling.text = text
        waiting = asyncio.create_task(telling.wait(self._endpoint.settings.patience_s))
        try:
            answer = self._endpoint.answer(messages, self._offer.tools, tool_choice=choice)
            async with aclosing(answer) as deltas:
                async for delta in deltas:
                    text.think(delta.reasoning_content or delta.reasoning or "")
                    for fragment in delta.tool_calls or ():
                        collected.add(fragment)
                    for clause in text.feed(delta.content or ""):
                        waiting.cancel()
                        await telling.say(clause)
                    if text.full:
                        break
            for clause in text.finish():
                await telling.say(clause)
        except MalformedStreamError as error:
            raise ChatError(f"it sent {error}") from None
        finally:
            waiting.cancel()
        if not collected.calls and not telling.begun:
            raise ChatError("it said nothing")
        return collected.calls

    def _understood(self, collected: Sequence[CollectedCall]) -> tuple[PlannedCall, ...] | None:
        """Return the calls, None if one of them cannot be made; then the model is told why."""
        calls: list[Call] = []
        wrong = False
        for number, item in enumerate(collected):
            key = item.id or f"call_{self._rounds}_{number}"
            declared = self._offer.declared(item.name)
            args = _object(item.arguments or "{}")
            call = Call(key, item.name or "_", item.arguments or "{}", declared or "", args or {})
            if declared is None:
                call.result = '{"error": "there is no such tool"}'
            elif args is None:
                call.arguments, call.result = "{}", '{"error": "the arguments are no JSON object"}'
            wrong = wrong or call.result is not None
            calls.append(call)
        if wrong:
            for call in calls:
                call.result = call.result or '{"error": "not called yet, call it again"}'
        if calls:
            self._history.call(calls)
        return None if wrong else tuple(PlannedCall(call.declared, call.args) for call in calls)


class _Telling:
    """Passes words on to the voice as they come, and to the history."""

    def __init__(self, turn: Turn, history: History, manner: Manner) -> None:
        self._turn = turn
        self._history = history
        self._plan = Plan(manner=manner)
        self.text: SpokenText | None = None
        self.begun = False
        """Whether words of the model were said."""

    async def say(self, words: str, *, own: bool = False) -> None:
        """Say words of the model, or `own` ones."""
        self.begun = self.begun or not own
        self._history.tell(words, own=own)
        thought = "" if own else self.thought()
        await self._turn.tell(replace(self._plan, say=words, thought=thought), last=False)

    async def wait(self, patience_s: float) -> None:
        """Say after a while that it takes time, once in a turn of the user."""
        await asyncio.sleep(patience_s)
        if not self._turn.excused:
            self._turn.excused = True
            await self.say(PATIENCE, own=True)

    def thought(self) -> str:
        """Take what was thought before the answer."""
        thought = self.text.thought if self.text is not None else ""
        if self.text is not None:
            self.text.thought = ""
        return thought


async def _unless(stopped: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Do something unless, or until, an event comes; then it is cancelled, and None returned."""
    if stopped.is_set():
        work.close()
        return None
    task, stop = asyncio.ensure_future(work), asyncio.ensure_future(stopped.wait())
    try:
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for future in (task, stop):
            future.cancel()
        await asyncio.gather(task, stop, return_exceptions=True)
    return None if task.cancelled() else task.result()


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
