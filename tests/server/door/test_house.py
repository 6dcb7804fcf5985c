"""The house: its pages on the one port, who is let in, and how it closes."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import ssl

import pytest
import trustme
from prometheus_client.parser import text_string_to_metric_families as read_text
from websockets.exceptions import ConnectionClosed

from livekit_nb.lab.fast_time import run as run_fast
from livekit_nb.lab.in_memory import pair
from livekit_nb.lab.synthetic import QuickModels, spoken
from livekit_nb.server.attend import Attendant
from livekit_nb.server.door.capacity import Capacity
from livekit_nb.server.door.doorkeeper import Doorkeeper, bind
from livekit_nb.server.door.house import UNAVAILABLE, House
from livekit_nb.server.door.listen import Reception
from livekit_nb.server.faults.desk import FaultDesk
from livekit_nb.server.talk.limits import Limits
from livekit_nb.server.talk.memory import Memories
from livekit_nb.wire.codec import decode_server
from tests.live_server import PATH
from tests.patience import connect

SETUP = '{"setup":{"model":"models/gemini-3.8-live","sessionResumption":{}}}'


class Full(Capacity):
    """Has room for one."""

    def admits(self, ages_s):
        return not ages_s


def figures(house):
    _, text = house.metrics.page()
    return {
        (sample.name.removeprefix("livekit_nb_"), *sample.labels.values()): sample.value
        for family in read_text(text.decode())
        for sample in family.samples
    }


# Pages ----------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def opened(house, *, tls=None):
    async def echo(connection):
        async for message in connection:
            await connection.send(message)

    async def post(headers, body, address):
        return 200, {}

    reception = Reception(echo, tls, "right", {"/post": post}, house=house)
    listener = bind("127.0.0.1", 0)
    keeper = Doorkeeper(listener, reception.deliver)
    try:
        yield listener.getsockname()[1]
    finally:
        await asyncio.to_thread(keeper.close)
        await reception.close()


async def asked(port, method, path, *, version="1.1", headers="", body=b""):
    """Send a request; return status, headers and body of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{method} {path} HTTP/{version}\r\nHost: x\r\n{headers}\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines), body


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/healthz?x=1", "//metrics"])
async def test_pages_are_read_with_get_and_without_a_key_and_head_tells_the_same(path):
    async with opened(House()) as port:
        status, told, body = await asked(port, "GET", path)
        assert (status, told["Content-Length"]) == (200, str(len(body)))
        head = await asked(port, "HEAD", path)
    assert head[0] == 200
    assert head[1]["Content-Type"] == told["Content-Type"]
    assert head[2] == b""


async def test_pages_are_there_over_tls_too():
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    async with opened(House(), tls=context) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trust)
        writer.write(b"GET /readyz HTTP/1.1\r\n\r\n")
        assert (await reader.read()).endswith(b'{"status": "ready"}\n')
        writer.close()


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("POST", "/metrics", 405, "GET, HEAD"),
        ("PUT", "/healthz", 405, "GET, HEAD"),
        ("OPTIONS", "/metrics", 405, "GET, HEAD"),
        ("BREW", "/readyz", 405, "GET, HEAD"),
        ("GET", "/post", 405, "POST"),
        ("HEAD", "/post", 405, "POST"),
        ("DELETE", "/post", 405, "POST"),
        ("PUT", "/elsewhere", 404, None),
        ("GET", "/elsewhere", 404, None),
        ("get", "/metrics", 405, "GET, HEAD"),
        ("B@D", "/metrics", 400, None),
    ],
)
async def test_other_methods_are_refused_and_what_is_allowed_is_told(method, path, status, allowed):
    async with opened(House()) as port:
        answer = await asked(port, method, path, headers="Content-Length: 0\r\n")
        assert (answer[0], answer[1].get("Allow")) == (status, allowed)
        assert (await asked(port, "GET", "/healthz"))[0] == 200


@pytest.mark.parametrize(
    "data",
    [
        b"GET /metrics\r\n\r\n",
        b"GET /metrics HTTP/9.9\r\n\r\n",
        b"GET " + b"a" * 100_000,
        b"HEAD " + b"a" * 100_000,
        b"GET /metrics HTTP/1.1\r\n" + b"x: y\r\n" * 5_000,
        b"GET /metrics HTTP/1.1\r\nAccept: \xff\x00\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"HEAD /metrics HTTP/1.1\r\n\x00: \x00\r\n\r\n",
        b"\r\n\r\n\r\n\r\n",
        b"GET \xff HTTP/1.1\r\n\r\n",
    ],
)
async def test_garbage_does_not_hurt_who_asks_next(data):
    async with opened(House()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        writer.write_eof()
        with contextlib.suppress(OSError):
            await reader.read()
        writer.close()
        assert (await asked(port, "GET", "/healthz"))[0] == 200


async def test_who_is_refused_at_the_door_is_counted():
    house = House()
    async with opened(house) as port:
        async with connect(f"ws://127.0.0.1:{port}{PATH}?key=wrong") as one:
            with pytest.raises(ConnectionClosed):
                await one.recv()
        async with connect(f"ws://127.0.0.1:{port}{PATH}?key=right") as one:
            await one.send("hello")
            await one.recv()
    told = figures(house)  # when the reception is closed, so are they
    assert told["refused_total", "key"] == 1
    assert told["connections_closed_total", "1007"] == 1


# Room -----------------------------------------------------------------------------------------


class Talk:
    """A connection in memory, attended to in a house."""

    def __init__(self, house, memories=None, limits=None):
        self.client, server = pair()
        self.house = house
        known = Memories() if memories is None else memories, limits or Limits()
        self.task = asyncio.create_task(self.attend(server, *known))

    async def attend(self, server, memories, limits):
        async with FaultDesk().at(server) as attended:
            await Attendant(attended, QuickModels(), memories, limits, house=self.house).run()
        await server.close()

    async def begin(self, setup=SETUP):
        await self.client.send(setup)
        return decode_server(await self.client.recv())

    async def until(self, wanted):
        while True:
            message = decode_server(await self.client.recv())
            if (found := wanted(message)) is not None:
                return found

    async def closed(self):
        """Read to the end; return code and reason."""
        try:
            while True:
                await self.client.recv()
        except ConnectionClosed as end:
            await self.task
            return end.rcvd.code, end.rcvd.reason


def fast(test):
    """Run a test in accelerated time."""

    def run():
        run_fast(test())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


@fast
async def test_one_too_many_is_refused_in_the_services_words_and_the_others_talk_on():
    house = House(Full())
    first = Talk(house)
    assert (await first.begin()).setup_complete is not None
    second = Talk(house)
    await second.client.send(SETUP)
    assert await second.closed() == UNAVAILABLE == (1011, "The service is currently unavailable.")
    assert json.loads(house.page("/readyz", {}).body) == {"status": "busy"}
    assert house.page("/readyz", {}).status == 503
    await first.client.send('{"realtimeInput":{"text":"Hello."}}')
    await first.until(lambda message: message.server_content and message.server_content.model_turn)
    await first.client.close()
    await first.task
    assert house.page("/readyz", {}).status == 200
    told = figures(house)
    assert told["refused_total", "busy"] == 1
    assert (told["sessions_total", "new"], told["sessions_open",]) == (1, 0)


@fast
async def test_who_resumes_is_let_in_however_full_it_is():
    house, memories = House(Full()), Memories()
    first = Talk(house, memories)
    await first.begin()
    handle = await first.until(
        lambda message: (
            message.session_resumption_update and message.session_resumption_update.new_handle
        )
    )
    await first.client.close()
    await first.task
    await Talk(house).begin()
    again = Talk(house, memories)
    setup = SETUP.replace('"sessionResumption":{}', f'"sessionResumption":{{"handle":"{handle}"}}')
    assert (await again.begin(setup)).setup_complete is not None
    assert figures(house)["sessions_total", "resumed"] == 1


@fast
async def test_what_a_talk_costs_is_counted():
    house = House()
    talk = Talk(house)
    await talk.begin()
    pcm = spoken("Hello there.") + bytes(48_000)
    loop, sent = asyncio.get_running_loop(), 0
    for start in range(0, len(pcm), 640):
        data = base64.b64encode(pcm[start : start + 640]).decode()
        message = (
            f'{{"realtimeInput":{{"audio":{{"data":"{data}","mimeType":"audio/pcm;rate=16000"}}}}}}'
        )
        sent += len(message)
        await talk.client.send(message)
        await asyncio.sleep(0.02)
    await talk.until(lambda m: (m.server_content and m.server_content.turn_complete) or None)
    told = figures(house)
    assert told["turns_total",] == told["first_audio_seconds_count", "question"] == 1
    assert 0.1 < told["first_audio_seconds_sum", "question"] < 1.0  # with time for recognition
    assert told["received_bytes_total",] == sent + len(SETUP)
    assert told["sent_bytes_total",] > 48_000
    assert told["work_seconds_count", "recognise"] >= 1
    assert told["work_seconds_count", "speak"] >= 2
    assert told["work_seconds_count", "think"] >= 2
    assert loop.time() < 60


# The end ----------------------------------------------------------------------------------------


@fast
async def test_closing_it_tells_who_talks_and_waits_until_they_have_left():
    house, loop = House(), asyncio.get_running_loop()
    talk, silent = Talk(house), Talk(house)
    await talk.begin()
    closing = asyncio.create_task(house.empty(8.0, asyncio.Event()))
    assert await silent.closed() == (1001, "The server is stopping.")  # it had no setup
    left = await talk.until(lambda message: message.go_away and message.go_away.time_left)
    assert left == "8s"
    assert house.page("/readyz", {}).status == 503
    assert house.page("/healthz", {}).status == 200
    newcomer = Talk(house)
    await newcomer.client.send(SETUP)
    assert await newcomer.closed() == UNAVAILABLE
    began_at = loop.time()
    await asyncio.sleep(3.0)
    assert not closing.done()
    await talk.client.close()
    await closing
    assert loop.time() - began_at == pytest.approx(3.0, abs=0.01)
    assert figures(house)["refused_total", "stopping"] == 1


@fast
async def test_who_does_not_leave_is_closed_when_the_time_is_over():
    house, loop = House(), asyncio.get_running_loop()
    talk = Talk(house)
    await talk.begin()
    began_at = loop.time()
    await house.empty(8.0, asyncio.Event())
    assert loop.time() - began_at == pytest.approx(8.0, abs=0.01)
    assert await talk.closed() == (1001, "The server is stopping.")


@fast
async def test_the_end_does_not_outlast_a_limit_that_comes_before():
    house = House()
    talk = Talk(house, limits=Limits(connection_s=4.0))
    await talk.begin()
    await house.empty(8.0, asyncio.Event())
    assert (await talk.closed())[0] == 1011


@fast
async def test_in_a_hurry_nobody_is_waited_for():
    house, loop, hurry = House(), asyncio.get_running_loop(), asyncio.Event()
    talk = Talk(house)
    await talk.begin()
    loop.call_later(1.0, hurry.set)
    began_at = loop.time()
    await house.empty(8.0, hurry)
    assert loop.time() - began_at == pytest.approx(1.0, abs=0.01)
    talk.task.cancel()


@fast
async def test_an_empty_house_closes_at_once():
    loop = asyncio.get_running_loop()
    began_at = loop.time()
    await House().empty(8.0, asyncio.Event())
    assert loop.time() - began_at < 0.01


@fast
async def test_the_load_is_measured_while_it_is_open():
    class Counting(Capacity):
        samples = 0

        def sample(self, late_s):
            self.samples += 1
            super().sample(late_s)

    capacity = Counting()
    async with House(capacity).measured():
        await asyncio.sleep(10.1)
    assert capacity.samples == 41
    await asyncio.sleep(10.0)
    assert capacity.samples == 41
