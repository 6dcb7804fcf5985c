from __future__ import annotations

import asyncio

from livekit_nb.browser.link import BrowserLink
from livekit_nb.recording.recorder import Recorder
from livekit_nb.widgets.reporter import Reporter
from tests.browser.pages import FakePage, Owner


async def test_what_happens_is_told_until_it_is_stopped() -> None:
    link, recorder = BrowserLink(Owner()), Recorder()
    reporter = Reporter(link, recorder, lambda: True)
    reporter.follow(recorder)
    reporter.start()
    link.attach(page := FakePage())
    recorder.event("mic.started")
    await page.until(lambda: "feed" in page.kinds())
    reporter.stop()
    assert reporter.lost == 0
    link.close()


async def test_it_stops_in_the_moment_in_which_there_is_news() -> None:
    before = asyncio.all_tasks()
    reporter = Reporter(BrowserLink(Owner()), Recorder(), lambda: True)
    reporter.start()
    (task,) = asyncio.all_tasks() - before
    for _ in range(20):
        await asyncio.sleep(0)
    reporter.wake()
    reporter.stop()
    for _ in range(20):
        await asyncio.sleep(0)
    assert task.done()
