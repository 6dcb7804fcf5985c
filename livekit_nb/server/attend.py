"""Attends to one connection: carries out what the conversation asks for.

The conversation itself (:mod:`livekit_nb.server.talk.conversation`) is without I/O. This shell
reads frames, keeps its timer, hands heavy work to the models' threads, and writes. Recognition,
thinking and speaking report back on the event loop, so the conversation is only ever touched there.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import logging
import traceback
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from livekit_nb.audio.pcm import INPUT_RATE_HZ, to_pcm16
from livekit_nb.audio.tone import tone_of
from livekit_nb.errors import LiveError, WireError
from livekit_nb.server.door.house import House
from livekit_nb.server.door.token_desk import Grant
from livekit_nb.server.eyes.album import Album, examine, too_late
from livekit_nb.server.eyes.glance import Scene, look
from livekit_nb.server.models import Models
from livekit_nb.server.slicing import sliced
from livekit_nb.server.speaking.synthesis import Clause
from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.agreement import Agreement
from livekit_nb.server.talk.conversation import Conversation
from livekit_nb.server.talk.limits import UNLIMITED, Limits
from livekit_nb.server.talk.memory import Checkpoint, Memories, Session
from livekit_nb.server.talk.mind import Mind, Turn
from livekit_nb.server.tally import Tally
from livekit_nb.server.thinking import Plan, ToolResult
from livekit_nb.server.thinking.sight import closer_look
from livekit_nb.server.writing import Writer
from livekit_nb.wire.codec import decode_client

__all__ = ["Attendant"]

T = TypeVar("T")

log = logging.getLogger(__name__)

MAX_REPLY_CHARACTERS = 4_000
CLOSER_LOOK_S = 8.0  #: a question about a picture is answered by then, whatever was found


class Attendant:
    """Runs one conversation over one WebSocket connection.

    Parameters
    ----------
    connection : websockets.asyncio.connection.Connection
    models : Models
    memories : Memories
    limits : Limits
        How long the connection and its session may last.
    grant : Grant, optional
        What the client's token allows, when it came with one.
    house : House, optional
        Where it takes place; by default nobody counts.
    mind : callable, optional
        Makes the mind of a session that is not resumed; by default the built-in one.
    """

    def __init__(
        self,
        connection: Connection,
        models: Models,
        memories: Memories,
        limits: Limits = UNLIMITED,
        grant: Grant | None = None,
        house: House | None = None,
        mind: Callable[[], Mind] | None = None,
    ) -> None:
        self._connection = connection
        self._house = house or House()
        self._tally = Tally(self._house.metrics)
        self._models = models
        self._memories = memories
        self._loop = asyncio.get_running_loop()
        self._conversation = Conversation(
            models.detector(),
            recall=memories.recall,
            limits=limits,
            opened_at=self._loop.time(),
            grant=grant,
            refusal=lambda resumed: self._house.refusal(resumed=resumed),
        )
        self._session: Session | None = None
        self._mind = (mind or Mind)()
        self._voice = ""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._thinking = asyncio.Lock()  # the mind is asked in the order in which things happened
        self._talking = asyncio.Lock()  # one text is spoken after the other
        self._turn: tuple[int, Turn] | None = None  # the reply that is thought about
        self._hushed = 0  # the last reply that was stopped
        self._looking: asyncio.Task[Any] | None = None
        self._picture: bytes | None = None  # the newest; older ones not yet looked at are dropped
        self._shown: bytes | None = None  # the picture that was looked at last
        self._album = Album()
        self._speaking: dict[int, set[asyncio.Task[Any]]] = {}  # by reply, while there are any
        self._writer = Writer(connection, self._house.metrics.sent.inc)
        self._kinds = {
            models.ears: "recognise",
            models.mouths: "speak",
            models.minds: "think",
            models.eyes: "look",
        }
        self._running = True

    async def run(self) -> None:
        """Serve the connection until either side closes it."""
        writer = self._start(self._writer.run())
        self._perform([])  # the first timer
        self._house.entered(self)
        try:
            async for frame in self._connection:
                self._house.metrics.received.inc(len(frame))
                await self._receive(frame)
                if self._writer.closing:
                    await writer
                    break
        except ConnectionClosed:
            pass
        finally:
            self._house.left(self)
            self._running = False
            if self._timer is not None:
                self._timer.cancel()
            if self._session is not None and self._session.in_use == self._is_open:
                self._session.left_at = self._loop.time()  # no other connection has resumed it
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def stop(self, at: float, close: tuple[int, str]) -> None:
        """Tell the client that its connection ends at a time of the loop, and end it then."""
        self._perform(self._conversation.stop(at, close, self._loop.time()))

    # In ---------------------------------------------------------------------------------------

    async def _receive(self, frame: bytes | str) -> None:
        try:
            message = decode_client(frame)
        except WireError as error:
            self._perform([do.Close(error.close_code, str(error))])
            return
        parts = itertools.chain(sliced(message), [None])
        for part, following in itertools.pairwise(parts):
            assert part is not None
            now, whole = self._loop.time(), following is None
            self._perform(self._conversation.receive(part, now, whole=whole))
            if self._writer.closing:
                return
            if not whole:
                await asyncio.sleep(0)

    # Out --------------------------------------------------------------------------------------

    def _perform(self, actions: list[do.Action]) -> None:
        for action in actions:
            self._carry_out(action)
        wake_at = self._conversation.wake_at
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if wake_at is not None:
            self._timer = self._loop.call_at(wake_at, self._tick)

    def _tick(self) -> None:
        self._timer = None
        # A timer may fire a clock tick early; what is due by then is due.
        self._perform(self._conversation.tick(self._loop.time() + 1e-4))

    def _carry_out(self, action: do.Action) -> None:
        match action:
            case do.Send(message):
                self._writer.send(message)
                self._tally.sent(message, self._loop.time(), self._conversation.voiced_at)
            case do.Close(code, reason):
                self._writer.close(code, reason)
            case do.Recognise():
                self._start(self._recognise(action))
            case do.Hear(reply, text, speech):
                self._start(self._hear(reply, text, speech))
            case do.Weigh(reply, answers):
                self._start(self._weigh(reply, answers))
            case do.Speak(reply):
                task = self._start(self._speak(action))
                self._speaking.setdefault(reply, set()).add(task)
                task.add_done_callback(functools.partial(self._spoken, reply))
            case do.Hush(reply, for_good):
                for task in self._speaking.pop(reply, ()) if for_good else ():
                    task.cancel()
                self._hushed = reply
                if self._turn is not None and self._turn[0] == reply:
                    self._turn[1].stopped.set()
                self._writer.hush()
            case do.Spoken(text, interrupted):
                self._start(self._think(self._mind.spoken, text, interrupted))
            case do.Remember(role, text):
                self._start(self._think(self._mind.remember, role, text))
            case do.Look(image):
                self._picture = image
                if self._looking is None or self._looking.done():
                    self._looking = self._start(self._look())
            case do.Keep(handle, session, tokens):
                checkpoint = Checkpoint(session, self._mind, tokens)
                self._memories.keep(handle, checkpoint, self._loop.time())
                self._start(self._fix(checkpoint))
            case do.Forget(kept):
                self._start(self._think(self._mind.forget, kept))
            case do.Expire(session):
                self._memories.forget(session)
            case do.Begin(agreement, session, resumed):
                self._session = session
                self._house.began(self, resumed=resumed is not None)
                session.left_at, session.in_use = None, self._is_open
                self._voice = agreement.voice
                self._start(self._run(self._models.mouths, self._models.voice.prepare, self._voice))
                if resumed is not None:
                    self._mind = resumed.mind.twin()
                self._instruct(agreement)
            case do.Instruct(agreement):
                self._instruct(agreement)

    def _is_open(self) -> bool:
        return self._running and self._connection.state is State.OPEN and not self._writer.closing

    async def _fix(self, checkpoint: Checkpoint) -> None:
        """Let a checkpoint know what was said by now, and no more."""
        checkpoint.mind = await self._think(checkpoint.mind.twin)

    def _instruct(self, agreement: Agreement) -> None:
        told = agreement.instructions, agreement.declarations
        self._start(self._think(self._mind.instruct, *told))

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _spoken(self, reply: int, task: asyncio.Task[Any]) -> None:
        tasks = self._speaking.get(reply, set())
        tasks.discard(task)
        if not tasks:
            self._speaking.pop(reply, None)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._writer.closing:
            # Without its text, which might hold what was said.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("A conversation failed with %s at\n%s", type(error).__name__, where)
            self._house.metrics.errors.inc()
            self._carry_out(do.Close(1011, "Internal error encountered."))

    # Work on the models' threads ----------------------------------------------------------------

    async def _run(self, pool: Any, function: Callable[..., T], *arguments: Any) -> T:
        kind = self._kinds.get(pool, "other")
        return await self._house.work(kind, pool, function, *arguments)

    async def _recognise(self, action: do.Recognise) -> None:
        def work() -> tuple[str, float]:
            # A person who goes on makes the words so far worthless: then nothing is computed.
            wanted = functools.partial(self._conversation.wants, action.key)
            text = self._models.recogniser.transcribe(action.samples, wanted).text
            return text, self._mind.looks_complete(text) if text else 0.0

        text, completeness = await self._run(self._models.ears, work)
        now = self._loop.time()
        self._perform(self._conversation.recognised(action.key, text, completeness, now))

    async def _think(self, function: Callable[..., T], *arguments: Any) -> T:
        async with self._thinking:
            return await self._run(self._models.minds, function, *arguments)

    async def _hear(self, reply: int, text: str, speech: do.Speech | None) -> None:
        async with self._thinking:
            if self._looking is not None and not self._looking.done():
                await asyncio.wait([self._looking])
            scene = await self._see(text)
            measuring = self._start(self._measure(speech))  # beside the thinking
            with self._begun(reply, measuring) as turn:
                may_decline = speech is not None and speech.chosen
                meant = self._mind.is_meant, text, speech.quiet_s if speech else None
                if may_decline and not await turn.run(*meant):
                    await turn.tell(Plan(declined=True))
                else:
                    await self._mind.answer(text, scene, turn)

    async def _measure(self, speech: do.Speech | None) -> None:
        """Find out how something was said, where that matters."""
        tone = None
        if speech is not None and speech.samples is not None:
            told = speech.samples, INPUT_RATE_HZ, speech.text
            tone = await self._run(self._models.ears, tone_of, *told)
        if self._session is not None:
            self._session.bearings.heard(tone)

    async def _weigh(self, reply: int, answers: tuple[do.Answer, ...]) -> None:
        results = [ToolResult(item.name, item.args, item.response, item.failed) for item in answers]
        async with self._thinking:
            with self._begun(reply) as turn:
                await self._mind.weigh(results, turn)

    @contextlib.contextmanager
    def _begun(self, reply: int, measuring: asyncio.Task[None] | None = None) -> Iterator[Turn]:
        """Begin a turn of the mind; what `measuring` finds out changes how the reply sounds."""

        async def tell(plan: Plan, *, last: bool = True) -> None:
            if measuring is not None:
                await measuring
            if self._session is not None:
                plan = self._session.bearings.suit(plan)
            now = self._loop.time()
            self._perform(self._conversation.planned(reply, plan, now, last=last))

        run = functools.partial(self._run, self._models.minds)
        turn = Turn(run, tell, picture=self._shown)
        if reply <= self._hushed:
            turn.stopped.set()
        self._turn = reply, turn
        try:
            yield turn
        finally:
            self._turn = None

    async def _speak(self, action: do.Speak) -> None:
        reply = action.reply
        clauses = self._models.voice.stream(
            action.text[:MAX_REPLY_CHARACTERS],
            voice=self._voice,
            pace=action.manner.pace,
            loudness_db=action.manner.loudness_db,
            whole=action.whole,
        )
        async with self._talking:
            while True:
                clause = await self._run(self._models.mouths, next, clauses, None)
                if clause is None:
                    break
                assert isinstance(clause, Clause)
                pcm = to_pcm16(clause.pcm)
                now = self._loop.time()
                self._perform(self._conversation.voiced(reply, pcm, clause.caption, now))
            self._perform(self._conversation.voiced_all(reply, self._loop.time()))

    async def _look(self) -> None:
        while self._picture is not None:
            image, self._picture = self._picture, None
            try:
                scene = await self._run(self._models.eyes, look, image)
            except LiveError:
                self._perform([do.Close(1007, "Unable to process input image.")])
                return
            self._shown = image
            now = self._loop.time()
            self._album.add(scene, image, now)
            self._perform(self._conversation.seen(scene, now))

    async def _see(self, text: str) -> Scene | None:
        """Return what the camera shows, looked at as closely as `text` wants to know it."""
        now = self._loop.time()
        wanted, pair = closer_look(text), self._album.pair(now)
        if wanted is None or pair is None:
            return self._conversation.scene(now)
        shot, before = pair
        self._album.talk_about(shot)
        closer = self._models.closer
        work = self._run(closer.pool, examine, closer, shot, before, wanted, now)
        try:
            return await asyncio.wait_for(work, CLOSER_LOOK_S)
        except TimeoutError:
            return too_late(shot, now)
