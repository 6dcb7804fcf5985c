from __future__ import annotations

from typing import Any

from livekit_nb.browser.comm import MAX_IN_FLIGHT, MAX_SILENT_S, MAX_WAITING_BYTES, CommPage
from livekit_nb.browser.messages import PageInfo

INFO = PageInfo("http://localhost:8888", "page-1", "comm")


class Sent:
    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, Any], list[bytes]]] = []
        self.gone = 0
        self.page = CommPage(self.post, INFO, self.go)

    def post(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.posts.append((content, buffers))

    def go(self) -> None:
        self.gone += 1


def test_messages_are_numbered_for_acknowledgement() -> None:
    sent = Sent()
    sent.page.send_text({"type": "status"})
    sent.page.send_frame(b"abc")
    assert sent.posts == [
        ({"type": "media", "to": "page-1", "n": 1, "texts": [{"type": "status"}]}, []),
        ({"type": "media", "to": "page-1", "n": 2, "texts": []}, [b"abc"]),
    ]


def test_what_no_json_can_carry_is_replaced() -> None:
    sent = Sent()
    sent.page.send_text({"type": "feed", "data": ("a\ud800", float("nan"))})
    assert sent.posts[0][0]["texts"] == [{"type": "feed", "data": ["a\ufffd", None]}]


def test_only_so_many_are_on_their_way_and_the_rest_shares_messages_in_order() -> None:
    sent = Sent()
    frames = [bytes([n]) for n in range(MAX_IN_FLIGHT + 10)]
    for frame in frames:
        sent.page.send_frame(frame)
    sent.page.send_text({"type": "flush"})
    assert (len(sent.posts), sent.page.backlog) == (MAX_IN_FLIGHT, 11)
    sent.page.acknowledge(2)
    assert sent.posts[-2][1] == frames[MAX_IN_FLIGHT:]
    assert sent.posts[-1][0]["texts"] == [{"type": "flush"}]
    assert [buffer for _, buffers in sent.posts for buffer in buffers] == frames


def test_an_acknowledgement_of_what_was_never_sent_opens_no_window() -> None:
    sent = Sent()
    sent.page.acknowledge(10**9)
    for _ in range(2 * MAX_IN_FLIGHT):
        sent.page.send_frame(b"x")
    assert len(sent.posts) == MAX_IN_FLIGHT


def test_a_ping_does_not_queue() -> None:
    sent = Sent()
    for _ in range(MAX_IN_FLIGHT):
        sent.page.send_frame(b"x")
    sent.page.send_text({"type": "ping", "id": 1, "kernel_s": 0.0})
    assert sent.page.backlog == 0


def test_a_page_that_takes_nothing_counts_as_gone() -> None:
    sent = Sent()
    for _ in range(MAX_IN_FLIGHT + MAX_WAITING_BYTES // 100_000 + 1):
        sent.page.send_frame(bytes(100_000))
    assert sent.gone == 1
    sent.page.send_frame(b"x")
    assert sent.page.backlog == 0
    assert sent.posts[-1][0]["type"] == "close", "should it be there after all, it connects anew"


def test_a_page_that_acknowledges_nothing_counts_as_gone() -> None:
    sent = Sent()
    sent.page.waited(10 * MAX_SILENT_S)
    sent.page.send_text({"type": "status"})
    sent.page.waited(MAX_SILENT_S - 1)
    sent.page.acknowledge(1)
    sent.page.send_text({"type": "status"})
    sent.page.waited(MAX_SILENT_S - 1)
    sent.page.acknowledge(1)
    assert sent.gone == 0
    sent.page.waited(1)
    sent.page.waited(MAX_SILENT_S)
    assert sent.gone == 1
    assert sent.page.closed
    assert [content["type"] for content, _ in sent.posts] == ["media", "media", "close"]


def test_closing_says_so_once() -> None:
    sent = Sent()
    sent.page.close(4001, "elsewhere")
    sent.page.close(1000, "again")
    sent.page.send_text({"type": "status"})
    close = {"type": "close", "to": "page-1", "code": 4001, "reason": "elsewhere"}
    assert sent.posts == [(close, [])]
