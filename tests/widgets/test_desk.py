"""A desk's conversations: begun, ended, told to the page, kept through reloads."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from livekit_nb.browser.messages import CameraState, Pong, Start, Stop, encode
from livekit_nb.widgets.desk import Desk
from tests.browser.pages import ORIGIN, FakePage, mic
from tests.widgets.desks import Posts, begin, comm_page, kinds, say, settle, statuses, talking
from tests.widgets.sessions import ENDPOINT, Opener, UnreachableError


async def test_start_opens_a_conversation_with_a_recording_of_its_own(
    desk: Desk, opener: Opener
) -> None:
    page = await talking(desk)
    assert statuses(page)[:3] == ["idle", "connecting", "listening"]
    assert kinds(desk) == ["mic.started", "media.path"]
    assert desk.recorder.recording.events[0].data["label"] == "Mic"
    assert desk.session is opener.sessions[0]  # type: ignore[comparison-overlap]
    assert desk.endpoint == ENDPOINT
    desk.link.receive_frame(mic(0))
    assert len(opener.sessions[0].frames) == 1


async def test_the_page_s_clock_is_told_on_the_recording_s_own(desk: Desk) -> None:
    desk.link.attach(FakePage())
    now_s = desk.recorder.clock()
    desk.link.receive(Pong(1, now_s, 5000.0))
    assert kinds(desk) == [], "nobody talks"
    desk.link.receive(Start({"input_latency_s": 0.01, "output_latency_s": 0.02}))
    await settle(desk)
    assert kinds(desk) == ["mic.started", "media.path", "page.clock"]
    clock = desk.recorder.recording.clock
    assert clock is not None
    assert clock.offset_s is not None
    assert clock.error_s is not None
    assert clock.offset_s + 5.0 == pytest.approx(
        now_s - desk.recorder.origin_s, abs=clock.error_s + 1e-6
    )
    assert (clock.input_latency_s, clock.output_latency_s) == (0.01, 0.02)


async def test_stop_closes_it_and_keeps_the_recording(desk: Desk, opener: Opener) -> None:
    page = await talking(desk)
    desk.link.receive(Stop())
    await settle(desk)
    assert desk.status == "stopped"
    assert opener.sessions[0].closed
    assert statuses(page)[-1] == "stopped"
    assert kinds(desk)[-1] == "mic.stopped"
    desk.link.receive(Stop())
    assert kinds(desk).count("mic.stopped") == 1


async def test_starting_again_ends_the_old_conversation_first(desk: Desk, opener: Opener) -> None:
    await talking(desk)
    first = desk.recorder
    desk.link.receive(Start({}))
    await settle(desk)
    assert [session.closed for session in opener.sessions] == [True, False]
    assert desk.recorder is not first
    assert desk.status == "listening"
    opener.sessions[0].on_status("error: late news of the old one")
    assert desk.status == "listening"


async def test_every_status_says_after_which_command_it_is(desk: Desk, opener: Opener) -> None:
    page = FakePage()
    desk.link.attach(page)
    desk.link.receive(Start({}, 1))
    await settle(desk)
    desk.link.receive(Stop(2))
    desk.link.receive(Start({}, 3))  # at once, as within one round trip
    await settle(desk)
    told = [(text["command"], text["status"]) for text in page.texts if text["type"] == "status"]
    assert list(dict.fromkeys(told)) == [
        *((0, "idle"), (1, "connecting"), (1, "listening")),
        *((2, "stopped"), (3, "connecting"), (3, "listening")),
    ]
    assert [session.closed for session in opener.sessions] == [True, False]


async def test_what_start_has_to_wait_for_is_said(desk: Desk, opener: Opener) -> None:
    waiting_for = ["starting the server …"]
    desk._waiting_for = lambda: waiting_for[0]
    opener.hold = asyncio.Event()
    await begin(desk)
    assert (desk.status, desk.endpoint) == ("connecting", "starting the server …")
    opener.hold.set()
    await settle(desk)
    assert (desk.status, desk.endpoint) == ("listening", ENDPOINT)


async def test_stop_while_connecting_gives_up(desk: Desk, opener: Opener) -> None:
    opener.hold = asyncio.Event()
    await begin(desk)
    assert desk.status == "connecting"
    desk.link.receive(Stop())
    await settle(desk)
    assert desk.status == "stopped"
    assert opener.sessions == []


async def test_an_endpoint_that_does_not_answer_is_told_in_words(
    desk: Desk, opener: Opener
) -> None:
    opener.error = UnreachableError("Nobody answers. Start somebody.")
    page = await talking(desk)
    assert statuses(page)[-1] == "error: Nobody answers. Start somebody."
    opener.error = None
    desk.link.receive(Start({}))
    await settle(desk)
    assert desk.status == "listening"


async def test_an_unforeseen_error_does_not_show_its_text(desk: Desk, opener: Opener) -> None:
    opener.error = RuntimeError("key=secret")
    await talking(desk)
    assert desk.status == "error: unexpected RuntimeError while connecting; try again."


async def test_the_page_is_told_what_is_recorded(desk: Desk, opener: Opener) -> None:
    page = await talking(desk)
    opener.sessions[0].recorder.event("caption.user", text="hello", final=True)
    await page.until(lambda: "hello" in told_texts(page))
    feeds = [text for text in page.texts if text["type"] == "feed"]
    told = [event["kind"] for feed in feeds for event in feed["events"]]
    assert told == ["mic.started", "media.path", "caption.user"]


def told_texts(page: FakePage) -> list[str | None]:
    return [event["data"].get("text") for text in page.texts for event in text.get("events", [])]


async def test_news_that_cannot_be_told_do_not_silence_the_rest(
    desk: Desk, opener: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    refused = asyncio.Event()

    class Picky(FakePage):
        def send_text(self, message: Mapping[str, Any]) -> None:
            if "unspeakable" in encode(message):
                refused.set()
                raise TypeError("unspeakable")
            super().send_text(message)

    page = await talking(desk, Picky())
    for text in ("unspeakable", "unspeakable, too"):
        opener.sessions[0].recorder.event("mark", text=text)
        await refused.wait()
        refused.clear()
    opener.sessions[0].recorder.event("mark", text="hello")
    await page.until(lambda: "hello" in told_texts(page))
    assert desk.reporter.lost == 2
    assert [record.getMessage() for record in caplog.records] == [
        "the timeline left something out: TypeError"
    ]


async def test_a_busy_page_is_told_later_and_all_at_once(desk: Desk, opener: Opener) -> None:
    page = await talking(desk)
    page.backlog = 100
    told = len(page.texts)
    for n in range(5):
        opener.sessions[0].recorder.event("mark", number=n)
    await settle(desk)
    assert [text for text in page.texts[told:] if text["type"] == "feed"] == []
    page.backlog = 0
    await page.until(lambda: any(text["type"] == "feed" for text in page.texts[told:]))
    feeds = [text for text in page.texts[told:] if text["type"] == "feed"]
    assert [event["data"]["number"] for event in feeds[0]["events"]] == [0, 1, 2, 3, 4]


async def test_a_reloaded_page_sees_everything_and_the_microphone_is_gone(
    desk: Desk, opener: Opener
) -> None:
    await talking(desk)
    again = FakePage("page-2")
    desk.link.attach(again)
    await settle(desk)
    await again.until(lambda: "feed" in again.kinds())
    assert desk.status == "stopped"
    assert opener.sessions[0].closed
    assert [kind for kind in again.kinds() if kind in ("reset", "feed")][:2] == ["reset", "feed"]
    assert statuses(again)[-1] == "stopped"
    events = [event["kind"] for text in again.texts for event in text.get("events", [])]
    assert events[0] == "mic.started"


async def test_a_dropped_connection_does_not_end_the_conversation(
    desk: Desk, opener: Opener
) -> None:
    page = await talking(desk)
    desk.link.detach(page)
    desk.link.attach(FakePage(page.info.instance))
    await settle(desk)
    assert desk.status == "listening"
    assert not opener.sessions[0].closed
    assert kinds(desk).count("media.path") == 2


async def test_a_page_that_stays_away_ends_it(desk: Desk, opener: Opener) -> None:
    page = await talking(desk)
    desk.link.detach(page)
    desk._page_lost()  # what the timer does after ten seconds
    await settle(desk)
    assert desk.status == "stopped"
    assert opener.sessions[0].closed


async def test_a_refused_microphone_is_an_error_a_refused_camera_is_not(
    desk: Desk, posts: Posts
) -> None:
    await comm_page(desk, posts)
    problem = {"type": "error", "name": "NotAllowedError", "message": "The device was refused."}
    say(desk, problem | {"where": "camera"})
    assert desk.status == "idle"
    say(desk, problem | {"where": "microphone"})
    assert desk.status == "error: The device was refused."
    assert not desk.recorder.recording.events, "they are no part of the conversation before"


async def test_a_device_that_fails_is_told_in_the_recording_of_the_conversation(
    desk: Desk,
) -> None:
    await talking(desk)
    for where in ("camera", "microphone"):
        desk.page_problem(where, "AbortError", "The device went away.")
    failed = [e.data["where"] for e in desk.recorder.recording.events if e.kind == "session.error"]
    assert failed == ["camera", "microphone"]
    assert desk.status == "error: The device went away."
    await settle(desk)


async def test_the_camera_is_told_in_the_conversation_that_sees_it(desk: Desk) -> None:
    on = CameraState(True, 768, 576, 1.0)
    desk.link.attach(FakePage())
    desk.link.receive(on)
    assert not desk.recorder.recording.events
    desk.link.receive(Start({}))
    await settle(desk)
    desk.link.receive(CameraState(False))
    desk.link.receive(on)
    desk.link.receive(Stop())
    await settle(desk)
    told = kinds(desk)
    desk.link.receive(CameraState(False))
    assert kinds(desk) == told
    assert [kind for kind in told if kind.startswith("camera")] == [
        *("camera.started", "camera.stopped", "camera.started")
    ]
    first = next(e for e in desk.recorder.recording.events if e.kind == "camera.started")
    assert first.data == {"width": 768, "height": 576, "fps": 1.0}
    desk.link.receive(Start({}))
    await settle(desk)
    assert "camera.started" not in kinds(desk), "it is off"


async def test_a_closed_desk_is_silent(desk: Desk, opener: Opener, posts: Posts) -> None:
    page = await talking(desk)
    desk.close()
    await settle(desk)
    assert opener.sessions[0].closed
    assert page.closed is not None
    desk.comm_message({"type": "where", "origin": ORIGIN, "from": "comm-1"}, [])
    await settle(desk)
    assert posts.posts == []
