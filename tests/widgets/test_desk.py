from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import pytest

from livekit_nb.browser.frames import Kind, pack
from livekit_nb.browser.gateway import Gateway
from livekit_nb.browser.link import BrowserLink
from livekit_nb.browser.messages import CameraState, FaultWish, Mute, Say, Start, Stop, Talk, encode
from livekit_nb.recording.recorder import Recorder
from livekit_nb.widgets.desk import Desk
from tests.browser.pages import ORIGIN, FakePage, pcm
from tests.widgets.sessions import ENDPOINT, Opener, UnreachableError

COMM_PAGE = {"origin": ORIGIN, "instance": "comm-1", "path": "comm"}


class Posts:
    """The comm's other end."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, Any], list[bytes]]] = []
        self.news = asyncio.Event()

    def __call__(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.posts.append((content, buffers))
        self.news.set()

    async def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            for content, _ in self.posts:
                if condition(content):
                    return content
            self.news.clear()
            await self.news.wait()

    def texts(self) -> list[dict[str, Any]]:
        return [text for content, _ in self.posts for text in content.get("texts", [])]


@pytest.fixture
def opener() -> Opener:
    return Opener()


@pytest.fixture
def posts() -> Posts:
    return Posts()


@pytest.fixture
async def desk(opener: Opener, posts: Posts) -> AsyncIterator[Desk]:
    gateway = Gateway()
    await gateway.start()

    async def given() -> Gateway:
        return gateway

    async def open_(link: BrowserLink, recorder: Recorder, on_status: Any) -> Any:
        return await opener(
            None,
            source=link.microphone,
            sink=link.loudspeaker,
            video=link,
            recorder=recorder,
            on_status=on_status,
        )

    desk = Desk(open_, "somebody", posts, gateway=given)
    yield desk
    desk.close()
    await settle(desk)
    await gateway.close()


async def settle(desk: Desk) -> None:
    """Until everything the desk has begun is done."""
    for _ in range(20):
        await asyncio.sleep(0)
    tasks = [task for task in (desk._talk, *desk._tasks) if task is not None]
    await asyncio.gather(*tasks, return_exceptions=True)
    for _ in range(20):
        await asyncio.sleep(0)


async def talking(desk: Desk, page: FakePage | None = None) -> FakePage:
    page = page or FakePage()
    desk.link.attach(page)
    desk.link.receive(Start({"label": "Mic", "rate_hz": 48000}))
    await settle(desk)
    return page


def kinds(desk: Desk) -> list[str]:
    return [event.kind for event in desk.recorder.recording.events]


def statuses(page: FakePage) -> list[str]:
    return [text["status"] for text in page.texts if text["type"] == "status"]


async def test_start_opens_a_conversation_with_a_recording_of_its_own(
    desk: Desk, opener: Opener
) -> None:
    page = await talking(desk)
    assert statuses(page)[:3] == ["idle", "connecting", "listening"]
    assert kinds(desk) == ["mic.started", "media.path"]
    assert desk.recorder.recording.events[0].data["label"] == "Mic"
    assert desk.session is opener.sessions[0]  # type: ignore[comparison-overlap]
    assert desk.endpoint == ENDPOINT
    desk.link.receive_frame(_mic(0))
    assert len(opener.sessions[0].frames) == 1


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
    await _begin(desk)
    assert (desk.status, desk.endpoint) == ("connecting", "starting the server …")
    opener.hold.set()
    await settle(desk)
    assert (desk.status, desk.endpoint) == ("listening", ENDPOINT)


async def test_stop_while_connecting_gives_up(desk: Desk, opener: Opener) -> None:
    opener.hold = asyncio.Event()
    await _begin(desk)
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
    await settle(desk)
    feeds = [text for text in page.texts if text["type"] == "feed"]
    told = [event["kind"] for feed in feeds for event in feed["events"]]
    assert told == ["mic.started", "media.path", "caption.user"]


async def test_news_that_cannot_be_told_do_not_silence_the_rest(
    desk: Desk, opener: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    class Picky(FakePage):
        def send_text(self, message: Mapping[str, Any]) -> None:
            if "unspeakable" in encode(message):
                raise TypeError("unspeakable")
            super().send_text(message)

    page = await talking(desk, Picky())
    for text in ("unspeakable", "unspeakable, too", "hello"):
        opener.sessions[0].recorder.event("mark", text=text)
        await settle(desk)
    told = [event["data"].get("text") for text in page.texts for event in text.get("events", [])]
    assert told[-1] == "hello"
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
    await _comm_page(desk, posts)
    problem = {"type": "error", "name": "NotAllowedError", "message": "The device was refused."}
    _say(desk, problem | {"where": "camera"})
    assert desk.status == "idle"
    _say(desk, problem | {"where": "microphone"})
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


async def test_where_is_answered_with_a_place_and_a_fresh_secret(desk: Desk, posts: Posts) -> None:
    for _ in range(2):
        desk.comm_message({"type": "where", "origin": ORIGIN, "from": "comm-1"}, [])
    await settle(desk)
    (first, _), (second, _) = posts.posts
    assert (first["type"], first["to"], first["port"] > 0) == ("here", "comm-1", True)
    assert first["secret"] != second["secret"]


async def test_over_the_comm_it_is_the_same_conversation(
    desk: Desk, posts: Posts, opener: Opener
) -> None:
    await _comm_page(desk, posts)
    _say(desk, {"type": "start", "device": {}})
    await settle(desk)
    assert desk.link.path == "comm"
    frames = [pack(Kind.MIC, seq, 0.0, pcm(320)) for seq in range(3)]
    _post(desk, {"type": "media", "texts": []}, frames)
    assert len(opener.sessions[0].frames) == 3
    opener.sessions[0].sink.play(pcm(480))
    assert any(buffers and len(buffers[0]) == 16 + 960 for _, buffers in posts.posts)
    _post(desk, {"type": "ack", "count": 3})
    _post(desk, {"type": "leave"})
    assert desk.link.path is None


async def test_pages_that_share_the_comm_do_not_disturb_each_other(
    desk: Desk, posts: Posts, opener: Opener
) -> None:
    await _comm_page(desk, posts)
    desk.comm_message({"type": "open", "page": COMM_PAGE | {"instance": "comm-2"}}, [])
    closes = [content for content, _ in posts.posts if content["type"] == "close"]
    assert [(close["to"], close["code"]) for close in closes] == [("comm-1", 4001)]
    before = len(posts.posts)
    _say(desk, {"type": "start", "device": {}})
    _say(desk, {"type": "nonsense"})
    _post(desk, {"type": "leave"})
    assert (desk.status, desk.link.path, len(posts.posts)) == ("idle", "comm", before)
    _say(desk, {"type": "start", "device": {}}, instance="comm-2")
    await settle(desk)
    assert desk.status == "listening"
    assert {content["to"] for content, _ in posts.posts[before:]} == {"comm-2"}


async def test_a_page_that_opens_the_comm_again_keeps_it(
    desk: Desk, posts: Posts, opener: Opener
) -> None:
    await _comm_page(desk, posts)
    desk.comm_message({"type": "open", "page": COMM_PAGE}, [])
    assert [content["type"] for content, _ in posts.posts if content["type"] == "close"] == []
    _say(desk, {"type": "start", "device": {}})
    await settle(desk)
    assert (desk.status, desk.link.path) == ("listening", "comm")


async def test_a_page_that_has_found_the_gateway_is_no_longer_heard_over_the_comm(
    desk: Desk, posts: Posts
) -> None:
    await _comm_page(desk, posts)
    desk.link.attach(FakePage("comm-1"))
    _say(desk, {"type": "start", "device": {}})
    _post(desk, {"type": "leave"})
    assert (desk.status, desk.link.path) == ("idle", "gateway")


@pytest.mark.parametrize(
    ("content", "buffers"),
    [
        ({"type": "media", "texts": [{"type": "nonsense"}]}, []),
        ({"type": "media", "texts": []}, [b"short"]),
    ],
)
async def test_garbage_over_the_comm_ends_the_connection(
    desk: Desk, posts: Posts, content: dict[str, Any], buffers: list[bytes]
) -> None:
    await _comm_page(desk, posts)
    _post(desk, content, buffers)
    assert posts.posts[-1][0]["code"] == 1007
    assert desk.link.path is None


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"type": "where"},
        {"type": "open", "page": 3},
        {"type": "ack", "count": "x", "from": "comm-1"},
        {"type": "media", "texts": [{"type": "stop"}], "from": 3},
        {"type": 1},
    ],
)
async def test_foreign_messages_are_ignored(
    desk: Desk, posts: Posts, content: dict[str, Any]
) -> None:
    desk.comm_message(content, [])
    await settle(desk)
    assert posts.posts == []


async def test_a_closed_desk_is_silent(desk: Desk, opener: Opener, posts: Posts) -> None:
    page = await talking(desk)
    desk.close()
    await settle(desk)
    assert opener.sessions[0].closed
    assert page.closed is not None
    desk.comm_message({"type": "where", "origin": ORIGIN, "from": "comm-1"}, [])
    await settle(desk)
    assert posts.posts == []


def _mic(seq: int) -> Any:
    from livekit_nb.browser.frames import Frame

    return Frame(Kind.MIC, seq, 0.0, pcm(320))


async def _begin(desk: Desk) -> None:
    desk.link.attach(FakePage())
    desk.link.receive(Start({}))
    for _ in range(10):
        await asyncio.sleep(0)


async def _comm_page(desk: Desk, posts: Posts) -> None:
    desk.comm_message({"type": "open", "page": COMM_PAGE}, [])
    assert posts.texts()[0] == {"type": "welcome", "path": "comm", "mic": None}


def _say(desk: Desk, text: dict[str, Any], instance: str = "comm-1") -> None:
    _post(desk, {"type": "media", "texts": [text]}, instance=instance)


def _post(
    desk: Desk, content: dict[str, Any], buffers: Sequence[bytes] = (), instance: str = "comm-1"
) -> None:
    desk.comm_message(content | {"from": instance}, list(buffers))


def last_status(page: FakePage) -> dict[str, Any]:
    return dict(next(text for text in reversed(page.texts) if text["type"] == "status"))


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
        desk.link.receive_frame(_mic(seq))
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


async def test_reconnecting_is_part_of_a_conversation(desk: Desk, opener: Opener) -> None:
    page = await talking(desk)
    opener.sessions[0].on_status("reconnecting")
    assert desk.active
    assert last_status(page)["status"] == "reconnecting"
    desk.link.receive_frame(_mic(0))
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
