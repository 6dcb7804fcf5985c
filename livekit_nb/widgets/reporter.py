"""Tells a page what its recording gains, while a conversation goes on ten times a second."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

from livekit_nb.browser.link import BrowserLink
from livekit_nb.recording.events import Event
from livekit_nb.recording.recorder import Recorder
from livekit_nb.widgets.feed import Feed

__all__ = ["Reporter"]

PERIOD_S: Final = 0.1

_LEAST_S: Final = 0.04
"""Between two looks for news: what happens meanwhile (an agent's words come in bursts) is told
together."""

_log = logging.getLogger(__name__)

_MAX_BACKLOG: Final = 8
"""While more messages wait for the page the timeline waits too, and then tells all at once."""


class Reporter:
    """Follows one recording after the other.

    Parameters
    ----------
    link : BrowserLink
        The way to the page.
    recorder : Recorder
        Whose recording is told first.
    going_on : callable
        Whether a conversation goes on, so that there is news without an event.

    Attributes
    ----------
    lost : int
        Messages that could not be told; the first is logged.
    """

    def __init__(self, link: BrowserLink, recorder: Recorder, going_on: Callable[[], bool]) -> None:
        self.lost = 0
        self._link = link
        self._going_on = going_on
        self._recorder = recorder
        self._feed = Feed(recorder.recording)
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def started(self) -> bool:
        """Whether :meth:`start` was called."""
        return self._task is not None

    def start(self) -> None:
        """Begin to report, on the running loop."""
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Report nothing more."""
        if self._task is not None:
            self._task.cancel()

    def follow(self, recorder: Recorder) -> None:
        """Report another recording from now on; the page has been told that a new one begins."""
        self._recorder = recorder
        self._feed = Feed(recorder.recording)

        def noted(event: Event) -> None:
            if recorder is self._recorder and not recorder.keeps:
                self._feed.hear(event)
            if self._feed.presses(event) or not self._going_on():
                self.wake()

        recorder.subscribe(noted)

    def again(self) -> None:
        """Tell everything once more: another page is listening."""
        self._feed.rewind()
        self.wake()

    def wake(self) -> None:
        """Look for news now."""
        self._news.set()

    async def _run(self) -> None:
        while True:
            if self._going_on():
                # Not wait_for: before Python 3.12 it loses a cancel that comes with the news.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PERIOD_S):
                        await self._news.wait()
            else:
                await self._news.wait()
            self._news.clear()
            try:
                await self._tell()
            except Exception as error:
                # One piece of news that cannot be told must not silence the rest. Said once, for
                # there may be ten a second; only the type, for the text may hold what was said.
                self.lost += 1
                if self.lost == 1:
                    _log.warning("the timeline left something out: %s", type(error).__name__)
            if self._link.path is None:
                self._feed.forget()
            await asyncio.sleep(_LEAST_S)

    async def _tell(self) -> None:
        while self._link.path is not None:
            if self._link.backlog > _MAX_BACKLOG:
                await asyncio.sleep(PERIOD_S)
                continue
            message = self._feed.news(self._recorder.now_s, going_on=self._going_on())
            if message is None:
                return
            self._link.send_text(message)
