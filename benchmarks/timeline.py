"""The live timeline after a minute and after an hour: frames, work, memory, the kernel's share.

A made-up talk (an exchange every nine seconds, every fourth reply interrupted, every third with a
tool call, a picture a second for a tenth of the time) goes through the real recorder and the real
feed into the real page, faster than it would happen. Then, in headless Chromium without a GPU, the
timeline follows while news come ten times a second, is scrolled and zoomed once a frame, and shows
everything; each for some seconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.table import Row, percentiles
from livekit_nb.recording.recorder import Recorder
from livekit_nb.widgets.feed import Feed
from tests.chromium import arguments, executable
from tests.recording.talks import pcm, voice
from tests.widgets.fake_comm import FakeComm
from tests.widgets.host import Host

EXCHANGE_S = 9.0
TICK_S = 0.1
SECONDS = 4.0
"""How long each thing is watched."""

SAID = "And what do you think about that, if I may ask you once more?"
ANSWER = (
    "It depends on what you want of it: some like it, others would rather have it the other way."
)


class Hour:
    """A talk that goes on as long as it is asked to, on a clock of its own."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self.recorder = Recorder(clock=lambda: self._now_s)
        self.feed = Feed(self.recorder.recording)
        self.told_s: list[float] = []
        """Processor seconds that each message took to make."""
        room = np.random.default_rng(0).standard_normal(16_000) * 10 ** (-66 / 20)
        self._room = [pcm(room[n : n + 320]) for n in range(0, 16_000, 320)]
        said = voice(2.4, 16_000) + np.resize(room, 38_400)
        self._said = [pcm(said[n : n + 320]) for n in range(0, len(said), 320)]
        answer = voice(3.6, 24_000, 210.0)
        self._answer = [pcm(answer[n : n + 2_400]) for n in range(0, len(answer), 2_400)]
        self._frame = 0

    def ticks(self, until_s: float, *, every: int = 1) -> Iterator[dict[str, Any]]:
        """Let it go on; what the page is told, in every so many ticks."""
        while self._now_s < until_s:
            self._now_s += TICK_S
            self._happen()
            if round(self._now_s / TICK_S) % every:
                continue
            begun_s = time.thread_time()
            message = self.feed.news(self._now_s, going_on=True)
            self.told_s.append(time.thread_time() - begun_s)
            if message is not None:
                yield message

    def _happen(self) -> None:
        """What happens within one tick."""
        pen, now_s = self.recorder, self._now_s
        while (self._frame + 1) * 0.02 <= now_s:
            at_s = self._frame * 0.02
            frame = round(at_s % EXCHANGE_S / 0.02)
            speech = 0 <= frame - 50 < len(self._said)
            sound = self._said[frame - 50] if speech else self._room[frame % 50]
            pen.user_audio(sound, at_s, now_s)
            pen.user_sent(320, now_s)
            self._frame += 1
        number, tick = divmod(round(now_s / TICK_S), round(EXCHANGE_S / TICK_S))
        cut = number % 4 == 3
        played = tick - 41
        if tick in (20, 28):
            pen.event("caption.user", text=SAID[: tick + 4], final=False)
        elif tick == 36:
            pen.event("caption.user", text=SAID, final=True)
            if number % 3 == 0:
                pen.event("tool.call", id=f"{number}", name="look_up", args={"number": number})
                done = {"id": f"{number}", "name": "look_up", "response": {"found": number}}
                pen.event("tool.response", **done, duration_s=0.08, error=None)
        elif tick == 40:
            pen.event("agent.first_audio")
            for piece in self._answer:
                pen.agent_received(piece, now_s)
                pen.agent_handed(2_400, now_s)
            for at, word in enumerate(ANSWER.split()):
                pen.event("caption.agent", text=f" {word}" if at else word)
        if 0 <= played < (15 if cut else len(self._answer)):
            pen.agent_played(self._answer[played], now_s - TICK_S)
        if played == 15 and cut:
            pen.event("agent.interrupted")
        if played == len(self._answer) and not cut:
            pen.event("agent.turn_complete", reason="")
        if number % 10 == 0 and tick % 10 == 0:
            pen.event("video.frame", width=640, height=480, bytes=20_000)


TELL = """(messages) => {
  const { studio } = window;
  const last = messages.at(-1).now_s;
  studio.kernelStatus = "listening";
  const now_s = performance.now() / 1000;
  for (const message of messages) studio.story.apply(message, now_s + message.now_s - last);
  for (const listener of studio.listeners) for (const what of ["state", "story"]) listener(what);
}"""

WATCH = """async ([messages, act, milliseconds]) => {
  const { studio } = window;
  const plot = document.querySelector(".lk-plot");
  const { left, width, top } = document.querySelector(".lk-window").getBoundingClientRect();
  const at = { bubbles: true, cancelable: true, clientX: left + width / 2, clientY: top + 90 };
  const wheel = (options) => plot.dispatchEvent(new WheelEvent("wheel", { ...at, ...options }));
  const deeds = {
    follow: () => {},
    scroll: (n) => wheel({ deltaX: Math.floor(n / 60) % 2 ? 12 : -12 }),
    zoom: (n) => wheel({ deltaY: Math.floor(n / 45) % 2 ? -8 : 8, ctrlKey: true }),
  };
  const begun = performance.now();
  const frames = [];
  await new Promise((done) => {
    const step = (ms) => {
      frames.push(ms);
      deeds[act](frames.length);
      while (messages.length && performance.now() - begun > messages[0].after_ms) {
        const { message } = messages.shift();
        const what = studio.story.apply(message, performance.now() / 1000);
        for (const listener of studio.listeners) listener(what);
      }
      if (performance.now() - begun > milliseconds) done();
      else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  return frames;
}"""


@dataclass
class Watched:
    """What was seen of a few seconds."""

    frames_per_s: float
    slowest_ms: float
    work_ms: float
    """Processor time of the page's main thread, per frame."""


def metric(tools: CDPSession, name: str) -> float:
    """One of Chromium's own measurements of the page."""
    metrics = tools.send("Performance.getMetrics")["metrics"]
    return float(next(entry["value"] for entry in metrics if entry["name"] == name))


def watch(page: Page, tools: CDPSession, hour: Hour, act: str) -> Watched:
    """Do something for some seconds while the talk goes on."""
    begin_s = hour.recorder.now_s
    news = [
        {"after_ms": 1000 * (message["now_s"] - begin_s), "message": message}
        for message in hour.ticks(begin_s + SECONDS)
    ]
    page.evaluate("document.querySelector('.lk-plot').scrollIntoView()")
    before_s = metric(tools, "TaskDuration")
    frames = np.array(page.evaluate(WATCH, [news, act, 1000 * SECONDS]))
    busy_s = metric(tools, "TaskDuration") - before_s
    apart_ms = np.diff(frames)
    return Watched(
        1000 * len(apart_ms) / float(frames[-1] - frames[0]),
        float(np.percentile(apart_ms, 99)),
        1000 * busy_s / len(apart_ms),
    )


def heap(tools: CDPSession) -> float:
    """Megabytes that the page's scripts hold."""
    tools.send("HeapProfiler.collectGarbage")
    return metric(tools, "JSHeapUsedSize") / 1e6


def tell(page: Page, hour: Hour, until_s: float) -> None:
    """Let the talk go on without anybody looking."""
    messages: list[dict[str, Any]] = []
    for message in hour.ticks(until_s, every=10):
        messages.append(message)
        if len(messages) == 600:
            page.evaluate(TELL, messages)
            messages = []
    if messages:
        page.evaluate(TELL, messages)


def look(page: Page, tools: CDPSession, hour: Hour, when: str) -> tuple[list[Row], float]:
    """Watch it in each way."""
    rows = []
    del hour.told_s[:]
    for act, words in (("follow", "followed"), ("scroll", "scrolled"), ("zoom", "zoomed")):
        page.get_by_test_id("studio-timeline").press("End")
        seen = watch(page, tools, hour, act)
        rows.append(_row(f"timeline {words}, after {when}", seen))
    page.get_by_test_id("studio-timeline").press("Home")
    rows.append(_row(f"timeline of everything, after {when}", watch(page, tools, hour, "follow")))
    for _ in range(30):
        page.get_by_test_id("studio-timeline").press("+")
    held = heap(tools)
    rows.append(
        Row(f"kernel: one message of news, p50 / p95, after {when}", percentiles(hour.told_s))
    )
    return rows, held


def _row(what: str, seen: Watched) -> Row:
    return Row(
        what,
        f"{seen.frames_per_s:.0f} frames/s (1 % further apart than {seen.slowest_ms:.0f} ms)",
        f"{seen.work_ms:.1f} ms of the page's main thread a frame",
    )


def run() -> list[Row]:
    """Measure."""
    comm = FakeComm()
    comm.on_msg(lambda message: None)
    hour = Hour()
    with sync_playwright() as playwright, Host(comm) as host:
        browser = playwright.chromium.launch(executable_path=executable(), args=arguments())
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(host.url)
        page.get_by_test_id("studio").wait_for()
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable", {"timeDomain": "threadTicks"})
        tell(page, hour, 60.0)
        rows, before = look(page, tools, hour, "a minute")
        tell(page, hour, 3600.0)
        later, after = look(page, tools, hour, "an hour")
        browser.close()
    turns = hour.recorder.recording.turn_count
    grown = Row(
        f"page: scripts' memory after an hour of {turns} turns",
        f"{after:.1f} MB",
        f"{before:.1f} MB after a minute",
    )
    return [*rows, *later, grown]
