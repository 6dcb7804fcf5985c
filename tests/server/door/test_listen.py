"""One port, plain and TLS; who is admitted and who is not."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import http.client
import json
import logging
import queue
import re
import selectors
import socket
import ssl
import threading
from pathlib import Path

import pytest
import trustme
from websockets.exceptions import ConnectionClosed, InvalidStatus

from livekit_nb.errors import ServerStartError
from livekit_nb.server.door import doorkeeper as keeping
from livekit_nb.server.door import listen
from livekit_nb.server.door.doorkeeper import Doorkeeper, bind
from livekit_nb.server.door.listen import Reception
from tests.patience import PATIENCE_S, connect

PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
HANDSHAKES = sorted((Path(__file__).parents[2] / "wire" / "frames").glob("*_handshake.json"))


class Door:
    """A reception with an echo behind it."""

    def __init__(self, reception, port, trust):
        self.reception = reception
        self.port = port
        self.trust = trust

    def connect(self, path=PATH, *, tls=False, **options):
        if tls:
            return connect(f"wss://localhost:{self.port}{path}", ssl=self.trust, **options)
        return connect(f"ws://127.0.0.1:{self.port}{path}", **options)


@contextlib.asynccontextmanager
async def opened(required_key=None, *, with_tls=True, listener=None):
    async def echo(connection):
        async for message in connection:
            if message == "fail":
                raise RuntimeError
            await connection.send(message)

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    listener = listener or bind("127.0.0.1", 0)
    reception = Reception(echo, context if with_tls else None, required_key)
    doorkeeper = Doorkeeper(listener, reception.deliver)
    try:
        yield Door(reception, listener.getsockname()[1], trust)
    finally:
        await asyncio.to_thread(doorkeeper.close)
        await reception.close()


@pytest.fixture
async def door():
    async with opened() as one:
        yield one


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        PATH,
        "/" + PATH,
        "/prefix/of/mine" + PATH,
        PATH.replace("v1beta", "v1"),
        PATH.replace("v1beta", "v1alpha") + "Constrained",
        "/" + PATH + "?key=anything",
        "//ws//" + PATH.removeprefix("/ws/"),
        "/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent",
        "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent",
    ],
)
async def test_every_path_the_sdks_use_is_served_plain_and_with_tls(door, path, tls):
    async with door.connect(path, tls=tls) as connection:
        await connection.send("hello")
        assert await connection.recv() == "hello"


async def test_it_says_that_it_is_the_embedded_server(door):
    async with door.connect() as connection:
        assert connection.response.headers.get_all("Server") == ["livekit-nb"]


@pytest.mark.parametrize("path", ["/", "/ws", PATH + "x", PATH.replace("v1beta", "v2")])
async def test_other_paths_are_not_found(door, path):
    with pytest.raises(InvalidStatus) as caught:
        async with door.connect(path):
            raise AssertionError
    assert caught.value.response.status_code == 404


async def test_health(door):
    def ask():
        connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=PATIENCE_S)
        with contextlib.closing(connection):
            connection.request("GET", "/health")
            response = connection.getresponse()
            return response.status, response.headers["Content-Type"], response.read()

    async with door.connect() as connection:
        await connection.send("x")
        await connection.recv()
        status, kind, body = await asyncio.to_thread(ask)
    assert (status, kind) == (200, "application/json; charset=UTF-8")
    assert body == b'{"status": "ok", "sessions": 0}\n'  # nobody has sent a setup


@pytest.mark.parametrize(
    ("path", "headers", "code", "words"),
    [
        (PATH, {}, 1008, "unregistered callers"),
        (PATH, {"x-goog-api-key": "wrong"}, 1007, "API key not valid"),
        (PATH + "?key=wrong", {}, 1007, "API key not valid"),
        (PATH + "?key=w%C3%B6rong", {}, 1007, "API key not valid"),
        (PATH + "?access_token=wrong", {}, 1007, "API key not valid"),
        (PATH, {"Authorization": "Token wrong"}, 1007, "API key not valid"),
        (PATH, {"Authorization": "Basic right"}, 1008, "unregistered callers"),
        (PATH, {"Authorization": "right"}, 1008, "unregistered callers"),
    ],
)
async def test_a_wrong_key_is_refused_in_the_services_words(path, headers, code, words):
    async with opened("right") as door, door.connect(path, additional_headers=headers) as one:
        with pytest.raises(ConnectionClosed):
            await one.recv()
        assert one.close_code == code
        assert words in (one.close_reason or "")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PATH, {"x-goog-api-key": "right"}),
        (PATH + "?key=right", {}),
        (PATH + "Constrained?access_token=right", {}),
        (PATH + "?access_token=right&alt=json", {}),
        (PATH, {"Authorization": "Token right"}),
        (PATH, {"authorization": "token  right"}),
        (PATH, {"Authorization": "Bearer right"}),
        (PATH, {"X-Goog-Api-Key": "wrong", "Authorization": "Token right"}),
    ],
)
async def test_the_right_key_is_admitted(path, headers):
    async with opened("right") as door, door.connect(path, additional_headers=headers) as one:
        await one.send("hello")
        assert await one.recv() == "hello"


@pytest.mark.parametrize("path", HANDSHAKES, ids=lambda path: path.stem)
async def test_the_handshakes_of_the_official_sdks_are_admitted(path):
    recorded = json.loads(path.read_text())
    theirs = {
        name: value
        for name, value in recorded["headers"]
        if not re.match(r"(?i)host|upgrade|connection|sec-websocket", name)
    }
    key = "vk" if "vertex" in path.name else "k"
    async with (
        opened(key) as door,
        door.connect(recorded["path"], tls=recorded["tls"], additional_headers=theirs) as one,
    ):
        await one.send("hello")
        assert await one.recv() == "hello"


async def test_a_port_that_is_taken_is_told(door):
    with pytest.raises(
        ServerStartError, match=rf"port {door.port} \([^()]+\)\. Another program.*--port 0"
    ):
        bind("127.0.0.1", door.port)


async def test_an_address_of_another_machine_is_told():
    with pytest.raises(ServerStartError, match=r"192\.0\.2\.1 port 0.*--host"):
        bind("192.0.2.1", 0)


@pytest.mark.parametrize("port", [-1, 70_000])
async def test_a_port_that_is_none_is_told(port):
    with pytest.raises(ServerStartError):
        bind("127.0.0.1", port)


async def test_an_untrusted_certificate_does_no_harm(door):
    with pytest.raises(ssl.SSLCertVerificationError):
        async with connect(f"wss://localhost:{door.port}{PATH}", ssl=ssl.create_default_context()):
            raise AssertionError
    async with door.connect(tls=True) as connection:
        await connection.send("still here")
        assert await connection.recv() == "still here"


@pytest.mark.parametrize("rubbish", [b"\x16\x03\x01rubbish" * 9, b"rubbish\r\n\r\n", b"\x00" * 99])
async def test_rubbish_is_dropped_and_others_are_served(door, rubbish):
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(rubbish)
    writer.write_eof()
    await reader.read()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    async with door.connect() as connection:
        await connection.send("fine")
        assert await connection.recv() == "fine"


async def test_without_tls_a_tls_client_is_turned_away():
    async with opened(with_tls=False) as door:
        with pytest.raises((OSError, EOFError)):
            async with door.connect(tls=True):
                raise AssertionError


async def test_who_never_speaks_cannot_keep_others_out(door, monkeypatch):
    monkeypatch.setattr(keeping, "MAX_WAITING", 3)
    silent = [socket.create_connection(("127.0.0.1", door.port)) for _ in range(9)]
    async with door.connect() as connection:
        await connection.send("fine")
        assert await connection.recv() == "fine"
    for one in silent:
        one.close()


class Broken(socket.socket):
    """A connection whose peer has gone, on a system that then refuses options."""

    def setsockopt(self, *_):
        raise OSError(errno.EINVAL, "Invalid argument")


class Troubled(socket.socket):
    """A listener whose first connections fail in the given ways."""

    def __init__(self, *troubles):
        super().__init__(fileno=bind("127.0.0.1", 0).detach())
        self.troubles = list(troubles)
        self.accepted = []

    def accept(self):
        trouble = self.troubles.pop(0) if self.troubles else None
        if isinstance(trouble, int):
            raise OSError(trouble, "Trouble")
        connection, address = super().accept()
        if trouble is Broken:
            connection = Broken(fileno=connection.detach())
        self.accepted.append(connection)
        return connection, address


async def test_a_connection_that_is_already_reset_is_closed_and_others_are_served():
    listener = Troubled(Broken)
    async with opened(listener=listener) as door:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        async with asyncio.timeout(PATIENCE_S):
            assert await reader.read() == b""
        writer.close()
        async with door.connect() as connection:
            await connection.send("fine")
            assert await connection.recv() == "fine"
        assert listener.accepted[0].fileno() == -1


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
async def test_without_file_handles_it_takes_a_breath_and_goes_on(number, monkeypatch):
    breaths = []
    monkeypatch.setattr(keeping.time, "sleep", breaths.append)
    async with opened(listener=Troubled(number, number)) as door, door.connect() as connection:
        await connection.send("fine")
        assert await connection.recv() == "fine"
    assert breaths == [keeping.BREATH_S] * 2


async def test_a_connection_that_is_gone_again_is_no_reason_to_wait(monkeypatch):
    breaths = []
    monkeypatch.setattr(keeping.time, "sleep", breaths.append)
    async with opened(listener=Troubled(errno.ECONNABORTED)) as door, door.connect() as connection:
        await connection.send("fine")
        assert await connection.recv() == "fine"
    assert breaths == []


def test_who_speaks_at_the_moment_of_being_dropped_does_no_harm(monkeypatch):
    known = threading.Semaphore(0)
    hold, go_on = threading.Event(), threading.Event()

    class Held(selectors.DefaultSelector):
        """Reports a new connection and an older one's first byte together, in this order."""

        def register(self, fileobj, events, data=None):
            super().register(fileobj, events, data)
            known.release()

        def select(self, timeout=None):
            found = super().select(timeout)
            if hold.is_set():
                hold.clear()
                go_on.wait()
                found = super().select(0)
            return sorted(found, key=lambda event: event[0].fileobj is not listener)

    listener = bind("127.0.0.1", 0)
    address = listener.getsockname()
    monkeypatch.setattr(keeping, "MAX_WAITING", 1)
    monkeypatch.setattr(selectors, "DefaultSelector", Held)
    delivered = queue.SimpleQueue()
    keeper = Doorkeeper(listener, lambda connection, _: delivered.put(connection))
    with contextlib.closing(keeper), socket.create_connection(address) as first:
        for _ in range(3):  # listener, waker, first
            assert known.acquire(timeout=PATIENCE_S)
        hold.set()
        with socket.create_connection(address) as second:
            first.sendall(b"x")
            go_on.set()
            second.sendall(b"x")
            with delivered.get(timeout=PATIENCE_S) as connection:
                assert connection.getpeername() == second.getsockname()


async def test_a_message_that_is_too_large_is_refused(door, monkeypatch):
    assert listen.MAX_MESSAGE_BYTES == 16 * 2**20
    monkeypatch.setattr(listen, "MAX_MESSAGE_BYTES", 1_000)
    async with door.connect() as connection:
        await connection.send(bytes(1_001))
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        assert connection.close_code == 1009


async def test_a_handler_that_fails_closes_its_own_connection_only(door, caplog):
    async with door.connect() as good, door.connect() as bad:
        await bad.send("fail")
        with pytest.raises(ConnectionClosed):
            await bad.recv()
        assert bad.close_code == 1011
        await good.send("fine")
        assert await good.recv() == "fine"


async def test_keys_and_messages_are_not_logged_even_at_debug(caplog):
    caplog.set_level(logging.DEBUG)
    mute = logging.getLogger("test.client")  # the client here would log what it sends
    mute.disabled = True
    canary = "canary-5e1f"
    async with opened() as door:
        for path, headers in (
            (PATH, {"x-goog-api-key": canary}),
            (PATH + "?key=" + canary, {}),
            ("/elsewhere?key=" + canary, {"x-goog-api-key": canary}),
            (PATH, {"x-goog-api-key": canary, "Upgrade": canary}),
        ):
            with contextlib.suppress(InvalidStatus):
                async with door.connect(path, additional_headers=headers, logger=mute) as one:
                    await one.send(canary)
                    assert await one.recv() == canary
    assert "A session began; 1 open" in caplog.text
    assert "A session ended with code 1000; 0 open" in caplog.text
    assert canary not in caplog.text


async def test_closing_says_goodbye():
    async with opened() as door, contextlib.AsyncExitStack() as stack:
        connection = await stack.enter_async_context(door.connect(tls=True))
        await connection.send("x")
        await connection.recv()
        await door.reception.close()
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        assert connection.close_code == 1001
        assert door.reception.sessions == 0
