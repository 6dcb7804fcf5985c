"""What is said when nobody can be reached, and how long somebody quiet is listened to."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import NoReturn, cast

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosedError, InvalidProxyMessage, InvalidUpgrade
from websockets.http11 import Request, Response

from livekit_nb.errors import ConnectError, SessionClosedError
from livekit_nb.session.access.credentials import Key
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.connection import transport
from livekit_nb.session.connection.transport import Transport
from tests.session.virtual_time import in_virtual_time

CANARY = "canary-key-4711"


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "its name is known to nobody here"),
        (ConnectionRefusedError(111, "refused"), "nobody listens at that address"),
        (TimeoutError(), "no answer within 10 s"),
        (ssl.SSLCertVerificationError("self-signed"), "not trusted.*SSL_CERT_FILE.*ca_file"),
        (InvalidProxyMessage("http://me:password@proxy"), "the proxy does not let"),
        (InvalidUpgrade("Upgrade", None), "does not speak WebSocket"),
        (ImportError("python_socks"), "pip install python-socks"),
        (OSError("Multiple exceptions: …"), "the network does not let the connection through"),
    ],
)
async def test_why_nobody_can_be_reached_is_said_in_plain_words(
    problem: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise problem

    monkeypatch.setattr(transport, "_Connect", refuse)
    with pytest.raises(ConnectError, match=words) as caught:
        await Transport.open(Endpoint("wss://example.org/", "example.org"))
    said = str(caught.value)
    assert said.startswith("example.org cannot be reached: ")
    assert type(problem).__name__ not in said
    assert "password" not in said


@asynccontextmanager
async def listening(
    answer: Callable[[ServerConnection, Request], Response | None],
) -> AsyncIterator[str]:
    async def converse(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async with serve(converse, "127.0.0.1", 0, process_request=answer) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def pointing_to(place: str, status: HTTPStatus) -> Callable[..., Response]:
    def answer(connection: ServerConnection, request: Request) -> Response:
        response = connection.respond(status, "")
        response.headers["Location"] = place
        return response

    return answer


@pytest.mark.parametrize(
    "status", [HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.TEMPORARY_REDIRECT]
)
@pytest.mark.parametrize(
    "header", [{"x-goog-api-key": Key(CANARY)}, {"Authorization": Key(f"Token {CANARY}")}]
)
async def test_a_redirect_is_not_followed_so_that_no_other_place_gets_the_key(
    status: HTTPStatus, header: dict[str, Key]
) -> None:
    asked: list[str] = []

    def note(connection: ServerConnection, request: Request) -> None:
        asked.append(request.path)

    async with (
        listening(note) as other,
        listening(pointing_to(f"{other}/else?key={CANARY}", status)) as first,
    ):
        with pytest.raises(ConnectError, match="give its full address as endpoint=") as caught:
            await Transport.open(Endpoint(f"{first}/x", "example.org", header))
    assert asked == []
    assert caught.value.code == status
    assert f"to {other} (HTTP {status.value})" in str(caught.value)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("/login?next=there", "to another path there (HTTP 302)"),
        ("wss://Elsewhere.example:443/path", "to wss://elsewhere.example (HTTP 302)"),
        ("https://me:password@example.com:8443", "to wss://example.com:8443 (HTTP 302)"),
        (f"wss://{CANARY}.example.com/", "to another place (HTTP 302)"),
        (f"wss://{'x' * 500}/", "to another place (HTTP 302)"),
        ("wss://[odd", "to another place (HTTP 302)"),
        ("wss://host:port", "to another place (HTTP 302)"),
    ],
)
async def test_where_a_redirect_points_is_said_without_what_may_be_secret(
    place: str, words: str
) -> None:
    async with listening(pointing_to(place, HTTPStatus.FOUND)) as url:
        with pytest.raises(ConnectError) as caught:
            await Transport.open(Endpoint(f"{url}/x", "Google", {"x-goog-api-key": Key(CANARY)}))
    assert words in str(caught.value)
    assert CANARY not in str(caught.value).lower()
    assert "password" not in str(caught.value)


class Socket:
    """A socket whose other side sends a message now and then, or answers pings late or never."""

    def __init__(self, message_every_s: float | None, pong_after_s: float | None) -> None:
        self.message_every_s = message_every_s
        self.pong_after_s = pong_after_s
        self.pings = 0
        self.over = asyncio.Event()
        self.transport = self

    def abort(self) -> None:
        self.over.set()

    async def close(self) -> None:
        self.over.set()

    async def ping(self) -> asyncio.Future[float]:
        loop = asyncio.get_running_loop()
        pong: asyncio.Future[float] = loop.create_future()
        self.pings += 1
        if self.pong_after_s is not None:
            loop.call_later(self.pong_after_s, lambda: pong.done() or pong.set_result(0.0))
        return pong

    async def recv(self) -> bytes:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.over.wait(), self.message_every_s)
            raise ConnectionClosedError(None, None)
        return b'{"serverContent":{}}'


def lasts(message_every_s: float | None, pong_after_s: float | None) -> tuple[float, str]:
    """Return how long a connection lasts, ten minutes at most, and why it ended."""

    async def main(clock: Callable[[], float]) -> tuple[float, str]:
        socket = Socket(message_every_s, pong_after_s)
        wire = Transport(cast(ClientConnection, socket))
        reason = ""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(600):
                try:
                    while True:
                        await wire.receive()
                except SessionClosedError as closed:
                    reason = closed.reason
        lasted_s = clock()
        await wire.close()
        await asyncio.sleep(0)
        return lasted_s, reason

    return in_virtual_time(main)


@pytest.mark.parametrize("pong_after_s", [0.01, 8.0, 30.0, 55.0])
def test_a_quiet_connection_whose_pings_are_answered_goes_on(pong_after_s: float) -> None:
    assert lasts(None, pong_after_s) == (600.0, "")


@pytest.mark.parametrize("pong_after_s", [30.0, 90.0, None])
def test_pings_that_are_answered_late_or_never_end_nothing_while_messages_come(
    pong_after_s: float | None,
) -> None:
    assert lasts(25.0, pong_after_s) == (600.0, "")


def test_a_connection_without_any_sign_of_life_is_given_up_after_a_minute() -> None:
    lasted_s, reason = lasts(None, None)
    assert 60.0 <= lasted_s <= 100.0
    assert reason == "no sign of life for 60 s"


@pytest.mark.parametrize(
    ("header", "embedded"),
    [
        ("livekit-nb", True),
        ("livekit-nb-fan", False),
        ("Python/3 websockets", False),
        (None, False),
    ],
)
async def test_the_embedded_server_is_known_by_what_it_says(
    header: str | None, embedded: bool
) -> None:
    async def attend(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async with serve(attend, "127.0.0.1", 0, server_header=header) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        opened = await Transport.open(Endpoint(f"ws://127.0.0.1:{port}/", f"127.0.0.1:{port}"))
        try:
            assert opened.embedded is embedded
        finally:
            await opened.close()
