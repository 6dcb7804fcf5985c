"""Whole conversations with a running server, frame by frame."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json
import types
import urllib.request

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from livekit_nb.server.attend import Attendant
from livekit_nb.server.talk.memory import Memories
from livekit_nb.server.writing import short_reason
from tests import pictures, speech
from tests.patience import PATIENCE_S, connect, connect_sync
from tests.server.eyes import looking
from tests.server.microphone import Microphone
from tests.server.talks import loudness

TIMER = {
    "name": "set_timer",
    "description": "Set a timer.",
    "parameters": {
        "type": "OBJECT",
        "properties": {"minutes": {"type": "INTEGER"}},
        "required": ["minutes"],
    },
}
SETUP = {
    "model": "models/gemini-3.8-live",
    "inputAudioTranscription": {},
    "outputAudioTranscription": {},
    "tools": [{"functionDeclarations": [TIMER]}],
}


class Client:
    """A client that speaks plain JSON."""

    def __init__(self, connection):
        self.connection = connection

    async def send(self, **message):
        await self.connection.send(json.dumps(message))

    async def receive(self):
        return json.loads(await self.connection.recv())

    async def audio(self, pcm, rate_hz=16_000):
        data = base64.b64encode(pcm).decode()
        blob = {"data": data, "mimeType": f"audio/pcm;rate={rate_hz}"}
        await self.send(realtimeInput={"audio": blob})

    async def turn(self):
        """Read until the turn is complete; calls are answered with success."""
        messages = []
        while True:
            message = await self.receive()
            messages.append(message)
            for call in message.get("toolCall", {}).get("functionCalls", []):
                result = {"id": call["id"], "name": call["name"], "response": {"result": "done"}}
                await self.send(toolResponse={"functionResponses": [result]})
            if message.get("serverContent", {}).get("turnComplete"):
                return messages


def texts(messages, kind):
    found = (message.get("serverContent", {}).get(kind, {}) for message in messages)
    return "".join(item.get("text", "") for item in found)


def calls(messages):
    return [
        call["args"]
        for message in messages
        for call in message.get("toolCall", {}).get("functionCalls", [])
    ]


@contextlib.asynccontextmanager
async def opened(server, **setup):
    async with connect(server.live_url, max_size=None) as connection:
        client = Client(connection)
        await client.send(setup=SETUP | setup)
        assert await client.receive() == {"setupComplete": {}}
        yield client


async def test_frames_are_binary_as_the_services_are(live_server):
    async with connect(live_server.live_url) as connection:
        await connection.send(json.dumps({"setup": SETUP}))
        assert isinstance(await connection.recv(), bytes)


async def test_a_hesitating_person_is_heard_out(live_server):
    async with opened(live_server) as client, Microphone(client.audio) as microphone:
        pause = bytes(2 * 16_000 * 7 // 10)
        both = speech.pcm("timer_unfinished") + pause + speech.pcm("timer_ten")
        microphone.say(both)
        messages = await client.turn()
        heard = texts(messages, "inputTranscription").lower()
        assert heard.count("timer") == 2
        assert calls(messages) == [{"minutes": 10}]


async def test_a_clip_sent_at_once_is_answered(live_server):
    async with opened(live_server) as client:
        await client.audio(speech.pcm("timer_ten"))
        await client.send(realtimeInput={"audioStreamEnd": True})
        assert calls(await client.turn()) == [{"minutes": 10}]


async def test_the_camera_is_asked(live_server):
    picture = Image.new("RGB", (320, 240), (20, 40, 210))
    file = io.BytesIO()
    picture.save(file, "JPEG")
    data = base64.b64encode(file.getvalue()).decode()
    async with opened(live_server) as client:
        await client.send(realtimeInput={"video": {"data": data, "mimeType": "image/jpeg"}})
        await client.audio(speech.pcm("colour"))
        await client.send(realtimeInput={"audioStreamEnd": True})
        messages = await client.turn()
        assert "blue" in texts(messages, "outputTranscription").lower()
        usage = messages[-1]["usageMetadata"]["promptTokensDetails"]
        assert {"modality": "VIDEO", "tokenCount": 258} in usage


async def test_the_camera_is_looked_at_closely_when_asked_and_compared_with_before(live_server):
    async with opened(live_server) as client:

        async def said(picture, question):
            data = base64.b64encode(picture).decode()
            await client.send(realtimeInput={"video": {"data": data, "mimeType": "image/jpeg"}})
            while True:
                await client.send(realtimeInput={"text": question})
                answer = texts(await client.turn(), "outputTranscription")
                if "ask me again" not in answer:  # as it says on a very busy machine
                    return answer

        assert "It looks like a cup." in await said(pictures.encoded("coffee"), "What is this?")
        answer = await said(looking.encoded(looking.sign("Gate 7")), "What changed?")
        assert "no longer see what looked like a cup" in answer
        assert "the print now says Gate 7" in answer


async def test_a_damaged_picture_closes_with_1007(live_server):
    async with opened(live_server) as client:
        await client.send(realtimeInput={"video": {"data": "AAAA", "mimeType": "image/jpeg"}})
        with pytest.raises(ConnectionClosed):
            await client.receive()
        assert client.connection.close_code == 1007


async def test_a_session_is_resumed_with_what_was_said(live_server):
    async with connect(live_server.live_url, max_size=None) as connection:
        client = Client(connection)
        await client.send(setup=SETUP | {"sessionResumption": {}})
        await client.receive()
        await client.receive()
        await client.send(realtimeInput={"text": "My name is Ada."})
        await client.turn()
        handle = (await client.receive())["sessionResumptionUpdate"]["newHandle"]
    async with connect(live_server.live_url, max_size=None) as connection:
        client = Client(connection)
        await client.send(setup=SETUP | {"sessionResumption": {"handle": handle}})
        await client.send(realtimeInput={"text": "What is my name?"})
        assert "Ada" in texts(await client.turn(), "outputTranscription")


async def test_a_very_long_message_does_not_hold_up_others(live_server):
    async with opened(live_server) as greedy, opened(live_server) as other:
        rng = np.random.default_rng(0)
        noise = (rng.normal(0, 300, 16_000 * 60)).astype("<i2").tobytes()
        await greedy.audio(noise)
        await greedy.send(realtimeInput={"text": "Hello."})
        await other.send(realtimeInput={"text": "Hello."})
        first, _ = await asyncio.wait(
            [asyncio.create_task(other.turn()), late := asyncio.create_task(greedy.turn())],
            return_when=asyncio.FIRST_COMPLETED,
        )
        assert late not in first
        assert texts(await late, "outputTranscription")


def health(server):
    with urllib.request.urlopen(server.url.replace("ws://", "http://") + "/health") as answer:
        return json.load(answer)


async def test_who_leaves_amid_a_reply_leaves_nothing_behind(live_server):
    async with opened(live_server) as client:
        await client.send(realtimeInput={"text": "Tell me a story."})
        while "modelTurn" not in (await client.receive()).get("serverContent", {}):
            pass
        client.connection.transport.abort()
    async with opened(live_server) as client:
        await client.send(realtimeInput={"text": "Hello."})
        assert texts(await client.turn(), "outputTranscription")
        assert (await asyncio.to_thread(health, live_server))["sessions"] == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "setup",
                    "realtimeInput",
                    "realtime_input",
                    "audio",
                    "data",
                    "toolResponse",
                    "text",
                ]
            )
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
RUBBISH = (
    st.binary(max_size=60)
    | st.text(max_size=60)
    | JSON.map(json.dumps)
    | JSON.map(lambda value: json.dumps({"realtimeInput": {"audio": value, "video": value}}))
    | JSON.map(lambda value: json.dumps({"toolResponse": {"functionResponses": value}}))
    | JSON.map(lambda value: json.dumps({"setup": value}))
)


@given(rubbish=st.lists(RUBBISH, min_size=1, max_size=4), set_up=st.booleans())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rubbish_is_refused_with_a_reason_or_tolerated_and_others_go_on(
    live_server, rubbish, set_up
):
    with connect_sync(live_server.live_url) as good:
        good.send(json.dumps({"setup": SETUP}))
        assert good.recv() == b'{"setupComplete":{}}'
        with connect_sync(live_server.live_url) as bad:
            with contextlib.suppress(ConnectionClosed):
                if set_up:
                    bad.send(json.dumps({"setup": SETUP}))
                for frame in rubbish:
                    bad.send(frame)
                bad.send("{")  # this at the latest is refused
                while True:
                    bad.recv(timeout=PATIENCE_S)
            assert bad.close_code in (1007, 1008)
            assert 0 < len(bad.close_reason.encode()) <= 123
        good.send(json.dumps({"realtimeInput": {"text": "Hello."}}))
        while "modelTurn" not in json.loads(good.recv(timeout=PATIENCE_S)).get("serverContent", {}):
            pass


@pytest.mark.parametrize("frame", [{"unheardOf": 1}, {}])
def test_a_message_of_an_unknown_kind_is_refused_with_the_kinds_there_are(live_server, frame):
    with connect_sync(live_server.live_url) as connection:
        connection.send(json.dumps({"setup": SETUP}))
        assert connection.recv() == b'{"setupComplete":{}}'
        connection.send(json.dumps(frame))
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=PATIENCE_S)
    assert connection.close_code == 1007
    assert connection.close_reason == (
        "A client message holds one of setup, clientContent, realtimeInput, toolResponse and "
        "contextUpdate; this one holds 0."
    )


def no_models():
    voice = types.SimpleNamespace(prepare=lambda name: None, stream=lambda text, **how: iter(()))
    return types.SimpleNamespace(
        detector=lambda: loudness, voice=voice, minds=None, mouths=None, ears=None, eyes=None
    )


class Wire:
    """A connection without a network; nobody notices that it is closed before `end` is called."""

    def __init__(self):
        self.state = State.OPEN
        self.sent = asyncio.Queue()
        self._frames = asyncio.Queue()

    def say(self, **message):
        self._frames.put_nowait(json.dumps(message))

    def end(self):
        self._frames.put_nowait(None)

    async def send(self, frame, text=None):
        self.sent.put_nowait(json.loads(frame))

    async def hear(self, kind):
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = await self.sent.get()
                if kind in message:
                    return message[kind]

    def __aiter__(self):
        return self

    async def __anext__(self):
        frame = await self._frames.get()
        if frame is None:
            raise StopAsyncIteration
        return frame


async def test_a_connection_that_ends_late_leaves_no_session_that_another_has_resumed():
    memories, old, new = Memories(), Wire(), Wire()
    first = asyncio.create_task(Attendant(old, no_models(), memories).run())
    old.say(setup=SETUP | {"sessionResumption": {}})
    handle = (await old.hear("sessionResumptionUpdate"))["newHandle"]
    old.state = State.CLOSED
    second = asyncio.create_task(Attendant(new, no_models(), memories).run())
    new.say(setup=SETUP | {"sessionResumption": {"handle": handle}})
    await new.hear("setupComplete")
    session = memories.recall(handle, asyncio.get_running_loop().time()).session
    old.end()
    await first
    assert session.left_at is None
    new.end()
    await second
    assert session.left_at is not None


async def test_replies_that_were_spoken_leave_nothing_behind():
    attendant = Attendant(None, no_models(), Memories())
    await attendant._receive(json.dumps({"setup": SETUP}))
    for _ in range(3):
        await attendant._receive(json.dumps({"realtimeInput": {"text": "Hello."}}))
        spoke = False
        while attendant._tasks:
            spoke |= bool(attendant._speaking)
            await asyncio.wait(attendant._tasks, return_when=asyncio.FIRST_COMPLETED)
        assert spoke
        assert attendant._speaking == {}


@pytest.mark.parametrize("reason", ["short", "é" * 200, "x" * 122 + "€"])
def test_reasons_fit_into_a_close_frame(reason):
    cut = short_reason(reason)
    assert len(cut.encode()) <= 123
    assert reason.startswith(cut)
    assert len(cut.encode()) > 119 or cut == reason
