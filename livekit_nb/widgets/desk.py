"""The Studio's side that runs on the engine: its page, its conversation, its timeline.

The widget class lives on Jupyter's threads and only passes things on; what has a state lives here,
on one thread.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from livekit_nb.browser.comm import SILENT, CommPage, Post
from livekit_nb.browser.comm_watch import Moment, watch
from livekit_nb.browser.frames import unpack
from livekit_nb.browser.gateway import Gateway, shared_gateway
from livekit_nb.browser.link import BrowserLink
from livekit_nb.browser.messages import Ask, FaultWish, More, Request, decode_object, decode_page
from livekit_nb.errors import LiveError, WireError
from livekit_nb.recording.events import Event
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.session import Session
from livekit_nb.session.status import StatusHandler
from livekit_nb.widgets.answering import Answering
from livekit_nb.widgets.faults import LASTING, plan_of
from livekit_nb.widgets.record_switch import RecordSwitch
from livekit_nb.widgets.reporter import Reporter
from livekit_nb.widgets.wishes import Wishes

__all__ = ["Desk", "SessionOpener"]

SessionOpener = Callable[[BrowserLink, Recorder, StatusHandler], Awaitable[Session]]
"""Opens a conversation of that page, into that recorder, telling status changes to that handler."""

_ACTIVE: Final = ("connecting", "listening", "thinking", "speaking", "reconnecting")

_NOT_UNDERSTOOD: Final = (
    "The kernel does not understand what the page asked for. If that happens again, restart the "
    "kernel and reload the page: they may be of different versions."
)

_SILENT_PAGE: Final = (
    "The page has not answered for half a minute, so the conversation was ended. Show the Studio "
    "again, or reload its page, and press Start."
)

PAGE_AWAY_S: Final = 10.0
"""How long a conversation waits for a page whose connection broke."""


async def _always() -> int | None:
    return 0


_TOLD_AT_ONCE: Final = frozenset(
    {
        "mic.muted",
        "mic.unmuted",
        "recording.paused",
        "recording.resumed",
        "recording.unwritten",
        "recording.written",
    }
)


class Desk:
    """Connects one page with one conversation after the other.

    Parameters
    ----------
    open_session : SessionOpener
        Opens a conversation.
    endpoint : str
        Who answers, in words, as far as it is known before a conversation.
    post : callable
        Sends ``(content, buffers)`` over the widget's comm.
    warm_up : callable
        Called when a page shows the widget for the first time, so that Start is quick.
    waiting_for : callable
        Says what a conversation that is being opened has to wait for; empty for nothing special.
    gateway : callable
        Returns the media gateway.
    moment : callable
        Waits for a moment in which the kernel reads comms.
    manual : bool
        Whether the agent listens only while the talk key is held.
    faults : bool
        Whether whoever answers can make things go wrong for teaching.
    record : bool or Path
        As for :class:`~livekit_nb.widgets.record_switch.RecordSwitch`.

    Attributes
    ----------
    status : str
        ``idle``, ``connecting``, ``listening``, ``thinking``, ``speaking``, ``reconnecting``,
        ``stopped`` or ``error: …``.
    session : Session or None
        The conversation that goes on, or the last one.
    recorder : Recorder
        Of the present or last conversation.
    reporter : Reporter
        Tells the page what is recorded.
    """

    def __init__(
        self,
        open_session: SessionOpener,
        endpoint: str,
        post: Post,
        *,
        warm_up: Callable[[], None] = lambda: None,
        waiting_for: Callable[[], str] = lambda: "",
        gateway: Callable[[], Awaitable[Gateway]] = shared_gateway,
        moment: Moment = _always,
        manual: bool = False,
        faults: bool = False,
        record: bool | Path = True,
    ) -> None:
        self.status = "idle"
        self.session: Session | None = None
        self.recorder = Recorder()
        self.link = BrowserLink(self)
        self.reporter = Reporter(self.link, self.recorder, lambda: self.active)
        self._manual = manual
        self._switch = RecordSwitch(record)
        self._faults = faults
        self._notice = ""
        self._fault = ""
        self._wishes = Wishes(self.link.microphone, self._wish_done)
        self._answering = Answering(lambda: self.recorder.recording, self.link.send_text)
        self._endpoint = endpoint
        self._open_session = open_session
        self._post = post
        self._warm_up = warm_up
        self._waiting_for = waiting_for
        self._gateway = gateway
        self._talk: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._moment = moment
        self._comm_page: CommPage | None = None
        self._comm_watch: asyncio.Task[None] | None = None
        self._silent = False
        self._away: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def active(self) -> bool:
        """Whether a conversation goes on."""
        return self.status.startswith(_ACTIVE)

    @property
    def _going_on(self) -> Session | None:
        """The conversation that can be talked to; while it is being opened there is none yet."""
        opened = self._talk is not None and self._talk.done()
        return self.session if opened and self.active else None

    @property
    def endpoint(self) -> str:
        """Who answers, in words; while a conversation is being opened, what it has to wait for."""
        waiting_for = self._waiting_for() if self.status == "connecting" else ""
        return waiting_for or self._endpoint

    # -- the comm ------------------------------------------------------------------------------

    def comm_message(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        """Take in a custom message of the page; what is none of ours is ignored."""
        if self._closed:
            return
        match content:
            case {"type": "where", "origin": str(origin), "from": str(instance)}:
                self._run(self._answer_where(origin, instance))
            case {"type": "open", "page": info}:
                with contextlib.suppress(WireError):
                    self._open_comm(info)
            case {"type": "media", "from": str(instance)} if self.link.path is None:
                # It does not know that it was given up, as after a laptop's sleep.
                told = {"type": "close", "code": SILENT, "reason": "connect anew", "to": instance}
                self._post(told, [])
            case {"type": str(kind), "from": str(instance)}:
                page = self._comm_page
                if page is not None and page.info.instance == instance:
                    self._comm_page_says(page, kind, content, buffers)

    def _comm_page_says(
        self, page: CommPage, kind: str, content: dict[str, Any], buffers: list[bytes]
    ) -> None:
        if not self.link.is_present(page):
            return  # it came back over the gateway, or another page took over
        try:
            match kind, content:
                case "ack", {"count": int(count)}:
                    page.acknowledge(count)
                case "media", {"texts": list(texts)}:
                    for text in texts:
                        self.link.receive(decode_object(text))
                    for data in buffers:
                        self.link.receive_frame(unpack(data))
                case "leave", _:
                    self._leave_comm()
        except WireError as error:
            page.close(error.close_code, str(error)[:120])
            self._leave_comm()

    async def _answer_where(self, origin: str, instance: str) -> None:
        gateway = await self._gateway()
        if not self._closed:
            secret = gateway.issue(origin, self.link)
            here = {"type": "here", "to": instance, "port": gateway.port, "secret": secret}
            self._post(here, [])

    def _open_comm(self, info: Any) -> None:
        page = CommPage(self._post, decode_page(info), self._comm_page_gone)
        mic = self.link.lacks_from(page.info)
        before = self._comm_page
        if before is not None and before.info.instance == page.info.instance:
            before.abandon()
        page.send_text({"type": "welcome", "path": "comm", "mic": mic})
        self.link.attach(page)
        self._comm_page = page
        self._watch_comm(asyncio.create_task(watch(page, self._moment)))

    def _watch_comm(self, watching: asyncio.Task[None] | None) -> None:
        before, self._comm_watch = self._comm_watch, watching
        if before is not None:
            before.cancel()

    def _leave_comm(self) -> None:
        page, self._comm_page = self._comm_page, None
        self._watch_comm(None)
        if page is not None:
            self.link.detach(page)

    def _comm_page_gone(self) -> None:
        self._silent = True
        self._leave_comm()

    # -- LinkListener --------------------------------------------------------------------------

    def page_attached(self, *, resumed: bool) -> None:
        """Tell the page how things stand; another page than before means the microphone is gone."""
        if self._away is not None:
            self._away.cancel()
        self._answering.forget()
        self._silent = False
        if not self.reporter.started:
            self._warm_up()
            self.reporter.start()
        if not resumed and self.active:
            self.stop()
        if self.active:
            self.recorder.event("media.path", path=self.link.path)
        self._tell_status()
        self._tell_cost()
        self.link.send_text({"type": "reset"})
        self.reporter.again()

    def page_detached(self) -> None:
        """Give the page some seconds to come back."""
        if self.active and not self._closed:
            loop = asyncio.get_running_loop()
            self._away = loop.call_later(PAGE_AWAY_S, self._page_lost)

    def start_pressed(self, device: dict[str, Any]) -> None:
        """Begin a conversation, and a recording of its own."""
        previous = self._end_talk()
        self._notice = self._fault = ""
        self._answering.forget()
        self.recorder = self._switch.recorder()
        self.recorder.subscribe(self._noted)
        self.reporter.follow(self.recorder)
        self.link.send_text({"type": "reset"})
        self._set_status("connecting")
        self.recorder.event("mic.started", **device)
        self.recorder.event("media.path", path=self.link.path)
        if (on := self.link.camera) is not None:
            self.media_event("camera.started", None, width=on.width, height=on.height, fps=on.fps)
        self._talk = asyncio.create_task(self._converse(previous, self.recorder))

    def stop_pressed(self) -> None:
        """End the conversation."""
        self.stop()

    def requested(self, request: Request) -> None:
        """Do what was asked for, if there is a conversation that it can be about."""
        self._notice = ""
        session = self._going_on
        if session is None:
            self._tell_status()
        else:
            self._wishes.add(request, session)

    def asked(self, question: Ask | More) -> None:
        """Tell what the recording holds, or more of it."""
        self._answering.take(question)

    def not_understood(self, *, command: bool) -> None:
        """Say so; after a command nobody knows whether the page still has its microphone."""
        if command:
            self.page_problem("page", "NotUnderstood", _NOT_UNDERSTOOD)
        else:
            self._notice = _NOT_UNDERSTOOD
            self._tell_status()

    def _wish_done(self, request: Request, notice: str) -> None:
        self._notice = notice or self._notice
        if isinstance(request, FaultWish) and not notice:
            if self._fault and request.name == "off":
                self.recorder.event("fault", kind="off")
            self._fault = request.name if request.name in LASTING else ""
        self._tell_status()

    async def _fault_again(self) -> None:
        """Make a new connection as bad as was asked for: it begins as a good one."""
        session = self._going_on
        if session is not None:
            with contextlib.suppress(LiveError):
                await session.inject(plan_of(self._fault))

    def _noted(self, event: Event) -> None:
        if event.kind in ("recording.paused", "recording.resumed"):
            self._switch.on = self.recorder.keeps
        if event.kind in _TOLD_AT_ONCE:
            self._tell_status()
        elif event.kind == "usage":
            self._tell_cost()
        elif event.kind == "session.resumed" and self._fault:
            self._run(self._fault_again())

    def page_problem(self, where: str, name: str, message: str) -> None:
        """Show what the browser said; without a microphone or sound there is no conversation.

        It belongs to the recording of a conversation that is going on; one that is over is whole.
        """
        if self.active:
            self.recorder.event("session.error", message=message, where=where, name=name)
        if where != "camera":
            self.stop(f"error: {message}")

    def media_event(self, kind: str, at_s: float | None, **data: Any) -> None:
        """Record what the link noticed; what it tells while nobody talks is no part of it."""
        if self.active or not kind.startswith(("camera.", "page.")):
            if kind == "page.clock":
                data["offset_s"] -= self.recorder.origin_s  # from page time to the recording's
            self.recorder.event(kind, at_s, **data)

    # -- the conversation ----------------------------------------------------------------------

    def stop(self, status: str = "stopped") -> None:
        """End the conversation, if there is one. The recording stays."""
        if self.active:
            self.recorder.event("mic.stopped")
        elif status == "stopped":
            return
        ending = self._end_talk()
        if ending is not None:
            self._run(ending)
        self._set_status(status)

    def close(self) -> None:
        """End everything; the widget is closed."""
        self.stop()
        self._closed = True
        self._answering.forget()
        self.reporter.stop()
        self._watch_comm(None)
        self._run(self._revoke())
        self.link.close()

    async def _revoke(self) -> None:
        (await self._gateway()).revoke(self.link)

    def _end_talk(self) -> Coroutine[Any, Any, None] | None:
        """Let go of the present conversation; returns what ends it, to be awaited."""
        self._wishes.forget()
        talk, self._talk = self._talk, None
        if talk is None:
            return None
        return _ended(talk, self.session)

    async def _converse(
        self, previous: Coroutine[Any, Any, None] | None, recorder: Recorder
    ) -> None:
        if previous is not None:
            await previous

        def on_status(status: str) -> None:
            if recorder is self.recorder and self._talk is not None:
                self._set_status(status)

        try:
            self.session = await self._open_session(self.link, recorder, on_status)
            self._endpoint = self.session.endpoint
            try:
                self._switch.begun(recorder)
            except LiveError:
                await self.session.close()
                raise
            self._tell_status()
        except LiveError as error:
            on_status(f"error: {error}")
        except Exception as error:
            # Only its type: the text of an unforeseen error may hold anything.
            on_status(f"error: unexpected {type(error).__name__} while connecting; try again.")

    def _page_lost(self) -> None:
        self.link.forget_page()
        if self._silent and self.active:
            self.page_problem("page", "Silent", _SILENT_PAGE)
        else:
            self.stop()

    def _set_status(self, status: str) -> None:
        self.status = status
        self._tell_status()
        self.reporter.wake()

    def _tell_status(self) -> None:
        waiting, session = self._wishes.first_waiting, self._going_on
        self.link.send_text(
            {
                "type": "status",
                "status": self.status,
                "endpoint": self.endpoint,
                "command": self.link.command,
                "request": self.link.request if waiting is None else waiting - 1,
                "muted": session is not None and session.muted,
                "manual": self._manual,
                "faults": self._faults,
                "fault": self._fault,
                "notice": self._notice,
                "recording": self._switch.told(self.recorder, active=self.active),
            }
        )

    def _tell_cost(self) -> None:
        cost = self.recorder.recording.cost
        text = f"Cost: {cost.line}." if cost.tokens else ""
        self.link.send_text({"type": "cost", "text": text, "detail": str(cost) if text else ""})

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _ended(talk: asyncio.Task[None], session: Session | None) -> None:
    if not talk.done():
        talk.cancel()
        await asyncio.gather(talk, return_exceptions=True)
    if session is not None:
        await session.close()
