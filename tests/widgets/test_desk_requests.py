"""What is asked of a desk in mid-conversation: mute, talk, a message, a fault."""

from __future__ import annotations

import asyncio

from livekit_nb.browser.messages import FaultWish, Mute, Refused, Say, Start, Stop, Talk
from livekit_nb.widgets.desk import Desk
from tests.browser.pages import FakePage, mic
from tests.widgets.desks import kinds, last_status, settle, talking
from tests.widgets.sessions import Opener, UnreachableError


async def test_what_is_asked_for_reaches_the_conversation_in_order(
    desk: Desk, opener: Opener
) -> None:
    page = await talking(desk)
    session = opener.sessions[0]
    for request in (Mute(True, 1), Say("hello", 2), Talk(True, 3), FaultWish("off", 4)):
        desk.link.receive(request)
    assert last_status(page)["request"] == 0
    await page.until(lambda: last_status(page)["request"] == 4)
    assert [what for what, _ in session.done] == ["mute", "send_text", "push", "inject"]
    assert last_status(page)["muted"] is True
    assert "mic.muted" in kinds(desk)


async def test_a_cell_that_mutes_is_told_to_the_page(desk: Desk, opener: Opener) -> None:
    page = await talking(desk)
    assert last_status(page)["muted"] is False
    await opener.sessions[0].mute()
    assert last_status(page)["muted"] is True
    before = len(page.texts)
    desk.link.receive(Start({}))
    await settle(desk)
    since = [text for text in page.texts[before:] if text["type"] == "status"]
    assert [status["status"] for status in since[:2]] == ["connecting", "listening"]
    assert not any(status["muted"] for status in since), "another conversation, another session"


async def test_the_last_syllable_is_heard_before_the_key_counts_as_let_go(
    desk: Desk, opener: Opener
) -> None:
    page = await talking(desk)
    session = opener.sessions[0]
    desk.link.receive(Talk(True, 1))
    desk.link.receive(Talk(False, 2, last=2))
    for seq in range(3):
        assert [what for what, _ in session.done if what == "release"] == []
        desk.link.receive_frame(mic(seq))
        await asyncio.sleep(0)
    await page.until(lambda: last_status(page)["request"] == 2)
    assert [what for what, _ in session.done] == ["push", "release"]
    assert session.done[1] == ("release", 3), "with all that was said"


async def test_what_the_conversation_refuses_is_said_and_forgotten_with_the_next_wish(
    desk: Desk, opener: Opener
) -> None:
    page = await talking(desk)
    opener.sessions[0].refusal = UnreachableError("Nobody takes letters.")
    desk.link.receive(Say("hello", 1))
    await page.until(lambda: last_status(page)["notice"] == "Nobody takes letters.")
    opener.sessions[0].refusal = None
    desk.link.receive(Say("hello", 2))
    await page.until(lambda: last_status(page)["request"] == 2)
    assert last_status(page)["notice"] == ""


async def test_without_a_conversation_a_wish_is_answered_and_comes_to_nothing(
    desk: Desk, opener: Opener
) -> None:
    page = FakePage()
    desk.link.attach(page)
    desk.link.receive(Mute(True, 1))
    assert (last_status(page)["request"], last_status(page)["muted"]) == (1, False)
    await talking(desk, page)
    desk.link.receive(Stop())
    await settle(desk)
    desk.link.receive(Say("anyone?", 2))
    await settle(desk)
    assert last_status(page)["request"] == 2
    assert opener.sessions[0].done == []


async def test_what_is_not_understood_is_answered_so_that_it_is_not_said_again(desk: Desk) -> None:
    page = await talking(desk)
    desk.link.receive(Refused(request=1))
    status = last_status(page)
    assert (status["request"], status["status"]) == (1, "listening")
    assert "does not understand" in status["notice"]
    desk.link.receive(Refused(command=1))
    status = last_status(page)
    assert status["command"] == 1
    assert status["status"].startswith("error: The kernel does not understand")


async def test_reconnecting_is_part_of_a_conversation(desk: Desk, opener: Opener) -> None:
    page = await talking(desk)
    opener.sessions[0].on_status("reconnecting")
    assert desk.active
    assert last_status(page)["status"] == "reconnecting"
    desk.link.receive_frame(mic(0))
    assert len(opener.sessions[0].frames) == 1, "the microphone is still heard"
    desk.link.receive(Stop())
    await settle(desk)
    assert opener.sessions[0].closed


async def test_the_cost_is_told_as_it_grows_and_to_a_page_that_comes_later(desk: Desk) -> None:
    page = await talking(desk)
    costs = [text for text in page.texts if text["type"] == "cost"]
    assert [cost["text"] for cost in costs] == [""]
    desk.recorder.event("session.connecting", endpoint="local server", model="gemini-3.8-live")
    counted = {"prompt_tokens": 1000, "response_tokens": 0, "prompt": {"AUDIO": 1000}}
    desk.recorder.event("usage", **counted, response={}, total_tokens=1000)
    told = [text for text in page.texts if text["type"] == "cost"][-1]
    assert "1,000 tokens in" in told["text"]
    assert "would cost" in told["text"]
    desk.link.attach(again := FakePage())
    assert told in again.texts
