"""POST on the port of the WebSocket: what is read, what is refused, what it cannot harm."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import logging
import socket
import ssl

import pytest
import trustme

from livekit_nb.server.door import http_post
from livekit_nb.server.door.doorkeeper import Doorkeeper, bind
from livekit_nb.server.door.listen import Reception
from tests.patience import PATIENCE_S, connect

PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"


@contextlib.asynccontextmanager
async def opened(required_key=None):
    async def echo(connection):
        async for message in connection:
            await connection.send(message)

    async def say(headers, body, address):
        assert address[0] == "127.0.0.1"
        return 200, {"kind": headers.get("X-Kind"), "body": body.decode()}

    async def fail(headers, body, address):
        raise RuntimeError(body.decode())

    async def never(headers, body, address):
        await asyncio.Event().wait()

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    listener = bind("127.0.0.1", 0)
    posts = {"/(.*/)?v1/say": say, "/fail": fail, "/never": never}
    reception = Reception(echo, context, required_key, posts)
    keeper = Doorkeeper(listener, reception.deliver)
    try:
        yield listener.getsockname()[1], trust
    finally:
        await asyncio.to_thread(keeper.close)
        await reception.close()


async def posted(port, path, body=b"", headers=(), *, trust=None):
    def ask():
        if trust is None:
            one = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        else:
            one = http.client.HTTPSConnection("localhost", port, timeout=PATIENCE_S, context=trust)
        with contextlib.closing(one):
            one.request("POST", path, body, dict(headers))
            response = one.getresponse()
            return response.status, json.loads(response.read())

    return await asyncio.to_thread(ask)


async def raw(port, *parts, end=True):
    """Send bytes in parts and return all that is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for part in parts:
        writer.write(part)
        await writer.drain()
    if end:
        writer.write_eof()
    answer = await reader.read()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return answer


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("path", ["/v1/say", "//v1/say", "/prefix/v1/say?key=any"])
async def test_a_post_is_answered_plain_and_with_tls(path, tls):
    async with opened() as (port, trust):
        answer = await posted(
            port, path, b"hello", {"X-Kind": "greeting"}, trust=trust if tls else None
        )
        assert answer == (200, {"kind": "greeting", "body": "hello"})


async def test_websockets_are_served_on_the_same_port_meanwhile():
    async with (
        opened() as (port, _),
        connect(f"ws://127.0.0.1:{port}{PATH}") as one,
    ):
        await one.send("a")
        assert await one.recv() == "a"
        assert (await posted(port, "/v1/say", b"x"))[0] == 200
        await one.send("b")
        assert await one.recv() == "b"


async def test_a_request_that_comes_byte_by_byte_is_read():
    request = b"POST /v1/say HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"
    async with opened() as (port, _):
        answer = await raw(port, *(request[at : at + 1] for at in range(len(request))), end=False)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b'{"kind": null, "body": "hi"}\n')


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST /v1/say HTTP/1.1\r\n\r\n", 411),
        (b"POST /v1/say HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 411),
        (b"POST /v1/say HTTP/1.1\r\nContent-Length: -1\r\n\r\nx", 411),
        (b"POST /v1/say HTTP/1.1\r\nContent-Length: 1e1\r\n\r\nx", 411),
        (b"POST /v1/say HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"POST /v1/say HTTP/1.1\r\nContent-Length: 99999999\r\n\r\nx", 413),
        (b"POST /elsewhere HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", 404),
        (b"POST /v1/sayx HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", 404),
        (b"POST /v1/say\r\nContent-Length: 1\r\n\r\nx", 400),
        (b"POST v1/say HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", 400),
        (b"POST /v1/say HTTP/2\r\nContent-Length: 1\r\n\r\nx", 400),
        (b"POST /v1/say HTTP/1.1\r\nno colon\r\n\r\nx", 400),
        (b"POST /v1/say HTTP/1.1\r\nbad name: x\r\n\r\nx", 400),
        (b"POST /v1/say HTTP/1.1\r\nX: " + b"x" * 99_000 + b"\r\n\r\n", 431),
    ],
)
async def test_a_bad_request_is_refused(head, status):
    async with opened() as (port, _):
        answer = await raw(port, head)
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        body = json.loads(answer.partition(b"\r\n\r\n")[2])
        assert body["error"]["code"] == status
        assert body["error"]["message"]
        assert (await posted(port, "/v1/say", b"still here"))[0] == 200


async def test_a_body_at_the_limit_is_read_and_one_byte_more_is_not(monkeypatch):
    monkeypatch.setattr(http_post, "MAX_BODY_BYTES", 200_000)
    async with opened() as (port, _):
        status, answer = await posted(port, "/v1/say", b"x" * 200_000)
        assert (status, len(answer["body"])) == (200, 200_000)
        assert (await posted(port, "/v1/say", b"x" * 200_001))[0] == 413


@pytest.mark.parametrize(
    "request_bytes", [b"P", b"POST ", b"POST /v1/say HTTP/1.1\r\nContent-Length: 9\r\n\r\nhal"]
)
async def test_who_leaves_in_the_middle_does_no_harm(request_bytes):
    async with opened() as (port, _):
        assert await raw(port, request_bytes) == b""
        assert (await posted(port, "/v1/say", b"x"))[0] == 200


async def test_a_request_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(http_post, "POST_TIMEOUT_S", 0.05)
    async with opened() as (port, _):
        head = b"POST /v1/say HTTP/1.1\r\nContent-Length: 9\r\n\r\n"
        assert (await raw(port, head, end=False)).startswith(b"HTTP/1.1 408 ")
        assert (await posted(port, "/never"))[0] == 408


async def test_a_handler_that_fails_says_nothing_of_what_it_was_sent(caplog):
    caplog.set_level(logging.DEBUG)
    async with opened() as (port, _):
        status, answer = await posted(port, "/fail", b"canary-77aa")
        assert status == 500
        assert "canary" not in json.dumps(answer)
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/say", {}, 403),
        ("/v1/say", {"x-goog-api-key": "wrong"}, 400),
        ("/v1/say?key=wrong", {}, 400),
        ("/v1/say", {"x-goog-api-key": "right"}, 200),
        ("/v1/say?key=right", {}, 200),
        ("/v1/say", {"Authorization": "Bearer right"}, 200),
    ],
)
async def test_where_a_key_is_required_a_post_needs_it_too(path, headers, status):
    async with opened("right") as (port, _):
        assert (await posted(port, path, b"x", headers))[0] == status
