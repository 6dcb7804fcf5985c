"""Ephemeral tokens: minted over HTTP, enforced where the WebSocket begins and at the setup."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from websockets.datastructures import Headers

from livekit_nb.server.door import token_desk as minting
from livekit_nb.server.door.token_desk import Grant, TokenDesk
from livekit_nb.wire.messages import Setup
from tests.server.talks import Talk

NOW = 1_800_000_000.0
OPEN, CLOSED = True, False
METHOD = "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContent"


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(clock):
    return TokenDesk(clock)


def minted(desk, headers=None, **order):
    body = json.dumps(order).encode()
    status, answer = asyncio.run(desk.post(Headers(headers or {}), body, ("127.0.0.1", 1)))
    assert status == 200, answer
    assert list(answer) == ["name"]
    return answer["name"]


def refused(desk, body, headers=None):
    status, answer = asyncio.run(desk.post(Headers(headers or {}), body, ("127.0.0.1", 1)))
    assert answer["error"]["code"] == status
    return status, answer["error"]["message"]


def admitted(desk, name, *, method=True, query=False):
    target = METHOD + (f"?access_token={name}" if query else "")
    headers = Headers({} if query else {"Authorization": f"Token {name}"})
    return desk.admit(headers, target, constrained_method=method)


def iso(seconds):
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def test_a_token_is_named_as_the_sdks_expect_and_no_two_are_alike(desk):
    first, second = minted(desk), minted(desk)
    assert first.startswith("auth_tokens/")
    assert len(first) > 40
    assert first != second


@pytest.mark.parametrize("query", [False, True])
def test_it_is_good_at_the_method_for_tokens_only(desk, query):
    name = minted(desk)
    assert isinstance(admitted(desk, name, query=query), Grant)
    code, words = admitted(desk, name, method=False, query=query)
    assert code == 1008
    assert "unregistered callers" in words


def test_who_has_no_token_is_not_its_business(desk):
    assert desk.admit(Headers({"x-goog-api-key": "k"}), METHOD, constrained_method=True) is None


def test_an_unknown_token_is_refused(desk):
    minted(desk)
    assert admitted(desk, "auth_tokens/made-up") == (
        1007,
        "API key not valid. Please pass a valid API key.",
    )


def test_after_half_an_hour_it_has_expired(desk, clock):
    name = minted(desk)
    grant = admitted(desk, name)
    assert grant.left_s == 1800
    clock.now += 1799.9
    assert admitted(desk, name) is grant
    clock.now += 0.1
    code, words = admitted(desk, name)
    assert code == 1007
    assert "expired" in words


@pytest.mark.parametrize(
    ("order", "uses"),
    [({}, 1), ({"uses": 1}, 1), ({"uses": 3}, 3), ({"uses": "2"}, 2), ({"uses": 0}, 9)],
)
def test_it_is_good_for_so_many_sessions(desk, order, uses):
    grant = admitted(desk, minted(desk, **order))
    for _ in range(uses):
        assert grant.begin() is None
    last = grant.begin()
    assert last == (None if order.get("uses") == 0 else minting.USED_UP)


def test_a_session_must_begin_within_a_minute(desk, clock):
    grant = admitted(desk, minted(desk, uses=0))
    clock.now += 59.9
    assert grant.begin() is None
    clock.now += 0.1
    assert grant.begin() == minting.TOO_LATE


def test_times_may_be_chosen(desk, clock):
    name = minted(desk, expireTime=iso(NOW + 7200), newSessionExpireTime=iso(NOW + 600))
    grant = admitted(desk, name)
    clock.now += 599
    assert grant.begin() is None
    assert grant.left_s == 6601


@pytest.mark.parametrize("name", ["expireTime", "newSessionExpireTime"])
@pytest.mark.parametrize("text", [iso(NOW - 1), iso(NOW), iso(NOW + 20 * 3600 + 1), "tomorrow", ""])
def test_other_times_are_refused(desk, name, text):
    status, words = refused(desk, json.dumps({name: text}).encode())
    assert status == 400
    assert name in words


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"\xff",
        b'{"uses":-1}',
        b'{"uses":"many"}',
        b'{"uses":1.5}',
        b'{"bidiGenerateContentSetup":{"model":1}}',
        b'{"bidiGenerateContentSetup":[]}',
        b"[" * 100_000,
    ],
)
def test_a_bad_order_is_refused(desk, body):
    assert refused(desk, body)[0] == 400
    assert len(desk) == 0


def test_a_token_cannot_mint_another_one(desk):
    name = minted(desk)
    assert refused(desk, b"{}", {"x-goog-api-key": name})[0] == 403


@pytest.mark.parametrize(
    "order",
    [
        {"bidiGenerateContentSetup": {"model": "models/ours"}},
        {"bidiGenerateContentSetup": {"setup": {"model": "models/ours"}}},
        {"bidi_generate_content_setup": {"model": "models/ours"}, "field_mask": "model"},
    ],
)
def test_what_is_laid_down_counts(desk, order):
    grant = admitted(desk, minted(desk, **order))
    assert grant.constrain(Setup(model="models/theirs")).model == "models/ours"


def test_expired_tokens_make_room_and_so_do_the_oldest(desk, clock, monkeypatch):
    monkeypatch.setattr(minting, "MAX_TOKENS", 3)
    first = minted(desk)
    clock.now += 1800
    names = [minted(desk) for _ in range(4)]
    assert len(desk) == 3
    assert isinstance(admitted(desk, first), tuple)
    assert [isinstance(admitted(desk, name), Grant) for name in names] == [CLOSED] + [OPEN] * 3


def test_a_token_shows_nothing_of_its_setup_in_its_repr(desk):
    setup = {"systemInstruction": {"parts": [{"text": "canary-91"}]}}
    assert "canary" not in repr(admitted(desk, minted(desk, bidiGenerateContentSetup=setup)))


# In the conversation ------------------------------------------------------------------------------


def test_a_conversation_is_set_up_as_the_token_says(desk):
    order = {"bidiGenerateContentSetup": {"model": "models/gemini-1.0-pro"}}
    talk = Talk({}, grant=admitted(desk, minted(desk, **order)))
    assert talk.closed is not None
    assert talk.closed[0] == 1008


def test_a_second_session_with_a_token_for_one_is_refused(desk):
    grant = admitted(desk, minted(desk))
    assert Talk({}, grant=grant).closed is None
    assert Talk({}, grant=grant).closed == minting.USED_UP


def test_a_setup_that_is_refused_uses_nothing_up(desk):
    grant = admitted(desk, minted(desk))
    assert Talk({"model": "models/gemini-1.0-pro"}, grant=grant).closed is not None
    assert Talk({}, grant=grant).closed is None


def test_when_the_token_expires_the_connection_ends(desk):
    name = minted(desk, expireTime=iso(NOW + 100), newSessionExpireTime=iso(NOW + 100))
    talk = Talk({}, grant=admitted(desk, name))
    talk.advance(99.9)
    assert talk.closed is None
    talk.advance(0.2)
    assert talk.closed == minting.EXPIRED
    assert [message["goAway"] for message in talk.sent if "goAway" in message] == [
        {"timeLeft": "50s"}
    ]
