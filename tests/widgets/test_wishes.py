from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from livekit_nb.browser.messages import FaultWish, Mute, RecordWish, Request, Say, Talk
from livekit_nb.browser.microphone import PageMicrophone
from livekit_nb.browser.page import LinkCounters
from livekit_nb.errors import SettingsError
from livekit_nb.widgets import wishes as module
from livekit_nb.widgets.faults import FAULTS, plan_of
from livekit_nb.widgets.wishes import Wishes


class Talking:
    """A conversation that keeps what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.refusal: Exception | None = None

    async def _do(self, what: object) -> None:
        await asyncio.sleep(0)
        if self.refusal is not None:
            raise self.refusal
        self.asked.append(what)

    async def mute(self) -> None:
        await self._do("mute")

    async def unmute(self) -> None:
        await self._do("unmute")

    async def push(self) -> None:
        await self._do("push")

    async def release(self) -> None:
        await self._do("release")

    async def send_text(self, text: str) -> None:
        await self._do(text)

    async def record(self, on: bool = True) -> None:
        await self._do(f"record {on}")

    async def inject(self, plan: object) -> None:
        await self._do(plan)


class Bench:
    def __init__(self) -> None:
        self.microphone = PageMicrophone(LinkCounters(), lambda _frames: None)
        self.microphone.begin(0.0)
        self.talking = Talking()
        self.done: list[tuple[int, str]] = []
        self.wishes = Wishes(self.microphone, self._note)
        self._news = asyncio.Event()

    def _note(self, request: Request, notice: str) -> None:
        self.done.append((request.request, notice))
        self._news.set()

    def ask(self, *requests: Request) -> None:
        for request in requests:
            self.wishes.add(request, self.talking)

    async def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._news.clear()
            await self._news.wait()

    def hear(self, frames: range) -> None:
        for seq in frames:
            self.microphone.take(seq, bytes(640), 0.0, 0.0)


@pytest.fixture
async def bench() -> Bench:
    return Bench()


async def test_they_are_carried_out_one_after_the_other(bench: Bench) -> None:
    wishes = Mute(True, 1), Mute(False, 2), Say("hello", 3), FaultWish("drop", 4)
    bench.ask(*wishes, RecordWish(False, 5))
    assert bench.wishes.first_waiting == 1
    await bench.until(lambda: len(bench.done) == 5)
    assert bench.talking.asked == ["mute", "unmute", "hello", FAULTS["drop"], "record False"]
    assert bench.done == [(1, ""), (2, ""), (3, ""), (4, ""), (5, "")]
    assert bench.wishes.first_waiting is None
    bench.ask(Say("again", 6))
    await bench.until(lambda: len(bench.done) == 6)


async def test_letting_go_waits_for_the_last_syllable(bench: Bench) -> None:
    bench.hear(range(5))
    bench.ask(Talk(True, 1), Talk(False, 2, last=7))
    await bench.until(lambda: len(bench.done) == 1)
    bench.hear(range(5, 7))
    for _ in range(20):
        await asyncio.sleep(0)
    assert bench.talking.asked == ["push"]
    assert bench.wishes.first_waiting == 2
    bench.hear(range(7, 8))
    await bench.until(lambda: len(bench.done) == 2)
    assert bench.talking.asked == ["push", "release"]


async def test_a_syllable_that_never_comes_is_not_waited_for_long(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LAST_SYLLABLE_S", 0.0)
    bench.ask(Talk(True, 1), Talk(False, 2, last=1000))
    await bench.until(lambda: len(bench.done) == 2)
    assert bench.talking.asked == ["push", "release"]


async def test_what_cannot_be_done_is_told_and_the_next_is_done(bench: Bench) -> None:
    bench.talking.refusal = SettingsError("There is no microphone to mute.")
    bench.ask(Mute(True, 1))
    await bench.until(lambda: len(bench.done) == 1)
    bench.talking.refusal = ValueError("a secret")
    bench.ask(Say("x", 2), FaultWish("meteorite", 3))
    await bench.until(lambda: len(bench.done) == 3)
    bench.talking.refusal = None
    bench.ask(Mute(True, 4))
    await bench.until(lambda: len(bench.done) == 4)
    notices = [notice for _, notice in bench.done]
    assert notices[0] == "There is no microphone to mute."
    assert "ValueError" in notices[1]
    assert "secret" not in notices[1]
    assert "meteorite" in notices[2]
    assert notices[3] == ""


async def test_of_a_conversation_that_is_over_nothing_more_is_done(bench: Bench) -> None:
    bench.ask(Say("one", 1), Say("two", 2))
    bench.wishes.forget()
    for _ in range(20):
        await asyncio.sleep(0)
    assert bench.talking.asked == []
    assert bench.wishes.first_waiting is None
    bench.ask(Say("three", 3))
    await bench.until(lambda: len(bench.done) == 1)
    assert bench.talking.asked == ["three"]


async def test_stop_in_the_moment_in_which_the_last_syllable_comes(bench: Bench) -> None:
    bench.ask(Talk(False, 1, last=0))
    for _ in range(20):
        await asyncio.sleep(0)
    bench.hear(range(1))
    bench.wishes.forget()
    bench.ask(Say("one", 2), Say("two", 3))
    await bench.until(lambda: len(bench.done) == 2)
    assert bench.talking.asked == ["one", "two"], "the talk key was of the conversation before"
    assert bench.done == [(2, ""), (3, "")]


async def test_a_page_that_asks_for_too_much_is_not_heard(bench: Bench) -> None:
    bench.ask(*(Say(str(n), n) for n in range(1, 101)))
    await bench.until(lambda: bench.wishes.first_waiting is None)
    assert len(bench.talking.asked) == 64


def test_every_entry_of_the_menu_means_a_plan() -> None:
    menu = {name: bool(plan_of(name)) for name in FAULTS}
    assert menu == dict.fromkeys(menu, True) | {"off": False}
    with pytest.raises(SettingsError, match="meteorite"):
        plan_of("meteorite")
