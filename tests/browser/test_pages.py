"""A link and its pages: one takes over from the other, goes, comes back, counts on."""

from __future__ import annotations

import pytest

from livekit_nb.browser.link import REPLACED, BrowserLink
from livekit_nb.browser.messages import (
    CameraState,
    FaultWish,
    Mute,
    Playback,
    Pong,
    Say,
    Start,
    Talk,
)
from tests.browser.pages import FakePage, Heard, Owner, attached, pcm


async def test_each_page_counts_its_own_commands(link: BrowserLink, owner: Owner) -> None:
    page = attached(link)
    link.receive(Start({}, 5))
    link.detach(page)
    link.forget_page()
    attached(link, FakePage())
    assert link.command == 5  # it shall know that it is told of its own conversation
    attached(link, FakePage("page-2"))
    assert link.command == 0
    link.receive(Start({}, 5))
    assert owner.told.count(("start", {})) == 2


async def test_an_old_page_that_says_its_start_again_is_not_obeyed_again(
    link: BrowserLink, owner: Owner
) -> None:
    attached(link)
    link.receive(Start({}, 1))
    attached(link, FakePage("page-2"))
    link.receive(Start({}, 1))
    attached(link)
    assert link.command == 1
    link.receive(Start({}, 1))
    assert owner.told.count(("start", {})) == 2
    link.receive(Start({}, 2))
    assert owner.told.count(("start", {})) == 3


async def test_of_many_pages_the_last_are_remembered(link: BrowserLink) -> None:
    for number in range(100):
        attached(link, FakePage(f"page-{number}"))
        link.receive(Start({}, 1))
    attached(link, FakePage("page-50"))
    assert link.command == 1
    attached(link, FakePage("page-0"))
    assert link.command == 0
    assert len(link._known) == 64


async def test_a_page_that_connects_anew_is_not_told_that_another_took_over(
    link: BrowserLink,
) -> None:
    first = attached(link)
    attached(link)
    assert first.closed == (1000, "this page has connected anew")


async def test_each_pages_camera_is_known(link: BrowserLink) -> None:
    attached(link)
    on = CameraState(True, 768, 576, 1.0)
    link.receive(on)
    attached(link, FakePage("page-2"))
    assert link.camera is None
    attached(link)
    assert link.camera == on
    link.receive(CameraState(False))
    assert link.camera is None


async def test_a_second_page_takes_over(link: BrowserLink, owner: Owner) -> None:
    first = attached(link)
    second = FakePage("page-2")
    link.attach(second)
    assert first.closed is not None
    assert first.closed[0] == REPLACED
    link.detach(first)  # its connection ends only now
    assert link.path == "gateway"
    link.loudspeaker.play(pcm(10))
    assert (first.frames, len(second.frames)) == ([], 1)
    assert owner.told == [("attached", False), ("attached", False)]


async def test_a_page_that_comes_back_hears_the_rest(link: BrowserLink, owner: Owner) -> None:
    page = attached(link)
    heard = Heard()
    link.loudspeaker.start(heard)
    link.loudspeaker.play(pcm(4800))
    link.receive(Playback(1, "playing", 0, 1200, 41_000.0))
    link.detach(page)
    link.loudspeaker.play(pcm(2400, 4800))
    link.loudspeaker.turn_complete()
    again = FakePage(given=3600)
    link.attach(again)
    assert again.sound == pcm(3600, 3600)
    assert again.kinds() == ["flush"]
    link.receive(Playback(1, "ended", 0, 7200, 41_000.0, "drained"))
    assert heard.sound == pcm(7200)
    assert ("attached", True) in owner.told


async def test_a_clear_that_never_arrived_is_sent_again(link: BrowserLink) -> None:
    page = attached(link)
    link.loudspeaker.play(pcm(4800))
    link.detach(page)
    link.loudspeaker.clear()
    again = FakePage(given=4800, clears=0)
    link.attach(again)
    assert again.kinds() == ["clear"]


async def test_a_reloaded_page_hears_nothing_of_before(link: BrowserLink) -> None:
    page = attached(link)
    heard = Heard()
    link.loudspeaker.start(heard)
    link.loudspeaker.play(pcm(4800))
    link.detach(page)
    other = FakePage("page-2")
    link.attach(other)
    assert other.frames == []
    assert heard.ends == [(0.0, True)]
    assert link.clock.offset_s is None  # it has another clock


async def test_the_clock_takes_no_answers_to_pings_of_another_connection(
    link: BrowserLink,
) -> None:
    attached(link)
    other = FakePage("page-2")
    link.attach(other)
    asked = other.texts[0]["id"]
    for ping_id in (asked - 1, asked + 1):
        link.receive(Pong(ping_id, 100.0, 40_000.0))
        assert link.clock.offset_s is None
    link.receive(Pong(asked, 100.0, 2_000.0))
    assert link.clock.offset_s == pytest.approx(98.0)


async def test_a_page_that_was_given_up_counts_as_new(link: BrowserLink, owner: Owner) -> None:
    page = attached(link)
    link.detach(page)
    link.forget_page()
    link.attach(FakePage())
    assert owner.told == [("attached", False), "detached", ("attached", False)]


@pytest.mark.parametrize("given_up", [True, False])
async def test_a_page_that_counts_on_is_understood(
    link: BrowserLink, owner: Owner, given_up: bool
) -> None:
    page = attached(link)
    link.loudspeaker.play(pcm(480))
    link.detach(page)
    if given_up:
        link.forget_page()
    heard = Heard()
    back = attached(link, FakePage(given=100_000, clears=3))
    link.loudspeaker.start(heard)
    link.loudspeaker.play(pcm(24_000))
    link.loudspeaker.turn_complete()
    link.receive(Playback(8, "playing", 100_000, 0, 41_000.0, underruns=5))
    link.receive(Playback(8, "ended", 100_000, 24_000, 41_000.0, "drained", 6))
    assert heard.sound == pcm(24_000)
    assert heard.ends == [(pytest.approx(1.0), False)]
    assert back.kinds() == ["flush"]
    told = [what for what in owner.told if what[0] == "playback.underrun"]
    assert told == [("playback.underrun", {"count": 1})]


async def test_a_page_that_counts_on_is_told_to_be_silent_once(link: BrowserLink) -> None:
    page = attached(link)
    link.detach(page)
    link.forget_page()
    attached(link, FakePage(given=100_000, clears=3))
    link.loudspeaker.clear()
    again = FakePage(given=100_000, clears=3)  # the connection broke before it heard of that
    link.attach(again)
    assert again.kinds() == ["clear"]


async def test_requests_are_obeyed_once_each_page_counting_its_own(
    link: BrowserLink, owner: Owner
) -> None:
    asked = [Mute(True, 1), Talk(True, 2), Talk(False, 3, last=7), Say("hi", 4), FaultWish("x", 5)]
    attached(link)
    for request in asked[:3]:
        link.receive(request)
    attached(link)  # the same page, connected anew, says again what was not answered
    for request in asked[1:]:
        link.receive(request)
    assert [told for told in owner.told if told in asked] == asked
    assert link.request == 5
    attached(link, FakePage("another page"))
    assert link.request == 0
    link.receive(Mute(False, 1))
    assert owner.told[-1] == Mute(False, 1)


async def test_a_page_that_comes_back_is_not_sent_what_was_to_be_cleared(
    link: BrowserLink,
) -> None:
    page = attached(link)
    heard = Heard()
    link.loudspeaker.start(heard)
    link.loudspeaker.play(pcm(480))
    link.detach(page)
    link.loudspeaker.play(pcm(960, 1))  # nobody gets it
    link.loudspeaker.clear()
    link.loudspeaker.play(pcm(240, 2))
    back = attached(link, FakePage(given=480, clears=0))
    assert [text for text in back.texts if text["type"] in ("clear", "skip")] == [
        {"type": "clear"},
        {"type": "skip", "samples": 960},
    ]
    assert back.sound == pcm(240, 2)
    # What the page then says of itself: all was dropped, and the rest has the numbers after it.
    link.receive(Playback(1, "ended", 0, 100, 0.0, "cleared"))
    link.receive(Playback(2, "playing", 1440, 240, 0.0))
    assert b"".join(piece for piece, _ in heard.pieces) == pcm(480)[:200] + pcm(240, 2)


async def test_a_page_that_had_obeyed_the_clear_is_sent_what_it_lacks(link: BrowserLink) -> None:
    page = attached(link)
    link.loudspeaker.play(pcm(480))
    link.loudspeaker.clear()
    link.detach(page)
    link.loudspeaker.play(pcm(240, 2))
    back = attached(link, FakePage(given=480, clears=1))
    assert [kind for kind in back.kinds() if kind in ("clear", "skip")] == []
    assert back.sound == pcm(240, 2)
