"""What a page asks is answered in pieces, one after the other, off the engine's loop."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from livekit_nb.browser.messages import Ask, More, Start
from livekit_nb.errors import RecordingError
from livekit_nb.recording.recording import Recording
from livekit_nb.widgets import answers
from livekit_nb.widgets.answering import MAX_ANSWER, MOST_WAITING, PIECE
from livekit_nb.widgets.desk import Desk
from tests.browser.pages import FakePage
from tests.widgets.desks import Posts, comm_page, say

About = Mapping[str, Any]


def told(page: FakePage) -> list[Mapping[str, Any]]:
    return [text for text in page.texts if text["type"] == "answer"]


async def answered(desk: Desk, page: FakePage, number: int) -> dict[str, Any]:
    """Take an answer in as a page does."""
    text, seen = "", 0
    while True:
        await page.until(lambda after=seen: len(told(page)) > after)
        piece = told(page)[seen]
        seen += 1
        if piece["id"] != number:
            continue
        assert len(piece["text"]) <= PIECE
        text += piece["text"]
        if piece["last"]:
            return dict(json.loads(text))
        assert seen == len(told(page)), "the next piece waits until it is asked for"
        desk.link.receive(More(number))


@pytest.fixture
async def page(desk: Desk) -> FakePage:
    page = FakePage()
    desk.link.attach(page)
    return page


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions of the tests' own."""

    def length(_: Recording, ask: About) -> dict[str, Any]:
        return {"text": "ä" * ask["n"]}

    def thread(_: Recording, __: About) -> dict[str, Any]:
        return {"name": threading.current_thread().name, "all": threading.active_count()}

    def fail(_: Recording, ask: About) -> dict[str, Any]:
        if "why" in ask:
            raise RecordingError(ask["why"])
        raise KeyError("secret")

    def unwritable(_: Recording, __: About) -> dict[str, Any]:
        return {"number": object()}

    for kind in (length, thread, fail, unwritable):
        monkeypatch.setitem(answers._ANSWERS, kind.__name__, kind)


@pytest.mark.parametrize("n", [0, 1, PIECE - 11, PIECE - 10, 5 * PIECE, 200_000])
async def test_an_answer_of_any_length_arrives_whole(desk: Desk, page: FakePage, n: int) -> None:
    desk.link.receive(Ask(1, "length", {"n": n}))
    assert await answered(desk, page, 1) == {"text": "ä" * n}


async def test_what_cannot_be_answered_says_why_and_shows_nothing(
    desk: Desk, page: FakePage
) -> None:
    asks: list[tuple[str, dict[str, Any], str]] = [
        ("nonsense", {}, "no answer to that"),
        ("fail", {"why": "It is over."}, "It is over."),
        ("fail", {}, "unexpected KeyError"),
        ("length", {"n": MAX_ANSWER}, "too long"),
        ("unwritable", {}, "cannot be told: TypeError"),
        ("fail", {}, "unexpected KeyError"),
    ]
    for number, (what, about, why) in enumerate(asks, 1):
        desk.link.receive(Ask(number, what, about))
        answer = await answered(desk, page, number)
        assert why in answer["error"]
        assert "secret" not in str(answer)


async def test_answers_are_made_on_another_thread_one_after_the_other_in_order(
    desk: Desk, page: FakePage
) -> None:
    for number in range(1, 6):
        desk.link.receive(Ask(number, "thread"))
    await answered(desk, page, 5)
    assert [one["id"] for one in told(page)] == [1, 2, 3, 4, 5]
    assert threading.current_thread().name not in {
        json.loads(one["text"])["name"] for one in told(page)
    }


async def test_who_asks_too_much_at_once_is_told_so(desk: Desk, page: FakePage) -> None:
    for number in range(1, MOST_WAITING + 3):
        desk.link.receive(Ask(number, "thread"))
    assert [one["id"] for one in told(page)] == [MOST_WAITING + 1, MOST_WAITING + 2]
    assert "too much" in told(page)[0]["text"]
    assert "error" not in await answered(desk, page, MOST_WAITING)


async def test_a_page_that_wants_no_more_of_an_answer_gets_the_next(
    desk: Desk, page: FakePage
) -> None:
    desk.link.receive(Ask(1, "length", {"n": 3 * PIECE}))
    desk.link.receive(Ask(2, "thread"))
    await page.until(lambda: len(told(page)) == 1)
    desk.link.receive(More(7))  # of something else
    desk.link.receive(More(1, on=False))
    desk.link.receive(More(1, on=False))
    await answered(desk, page, 2)
    assert [one["id"] for one in told(page)] == [1, 2]


async def test_another_page_and_another_recording_get_no_answers_to_what_was_asked_before(
    desk: Desk, page: FakePage
) -> None:
    desk.link.receive(Ask(1, "length", {"n": 3 * PIECE}))
    desk.link.receive(Ask(2, "thread"))
    await page.until(lambda: len(told(page)) == 1)
    other = FakePage("page-2")
    desk.link.attach(other)
    desk.link.receive(More(1))
    desk.link.receive(Ask(1, "length", {"n": PIECE}))
    await other.until(lambda: len(told(other)) == 1)
    desk.link.receive(Start({}))
    desk.link.receive(Ask(2, "thread"))
    await answered(desk, other, 2)
    assert ([one["id"] for one in told(page)], [one["id"] for one in told(other)]) == ([1], [1, 2])


async def test_over_the_comm_it_is_the_same(desk: Desk, posts: Posts) -> None:
    await comm_page(desk, posts)
    say(desk, {"type": "ask", "id": 1, "what": "length", "about": {"n": PIECE}})
    await posts.until(lambda _: len(pieces(posts)) == 1)
    assert not pieces(posts)[0]["last"]
    say(desk, {"type": "more", "id": 1})
    await posts.until(lambda _: len(pieces(posts)) == 2)
    assert pieces(posts)[1]["last"]
    text = "".join(one["text"] for one in pieces(posts))
    assert json.loads(text) == {"text": "ä" * PIECE}


def pieces(posts: Posts) -> list[dict[str, Any]]:
    return [text for text in posts.texts() if text["type"] == "answer"]


async def test_a_closed_desk_answers_nothing(desk: Desk, page: FakePage) -> None:
    desk.link.receive(Ask(1, "length", {"n": 3 * PIECE}))
    await page.until(lambda: len(told(page)) == 1)
    desk.close()
    desk.asked(More(1))
    await asyncio.sleep(0)
    assert len(told(page)) == 1
