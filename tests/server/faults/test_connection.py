"""Each fault as a client of the real server meets it, over a real socket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import urllib.request
from contextlib import asynccontextmanager

import pytest
from websockets.exceptions import ConnectionClosed

import livekit_nb as live
from livekit_nb.wire.fault_plan import (
    CONNECTION_HEADER,
    FAULTS_HEADER,
    FAULTS_PATH,
    SESSION_HEADER,
    FaultPlan,
)
from tests.live_server import running_server
from tests.patience import PATIENCE_S, connect

TOOL = {"functionDeclarations": [{"name": "get_time_table", "description": "Time table of trains"}]}
ASK, CALL = "What is 3 plus 4?", "Please get the time table of the trains."


class Client:
    """A client without any cleverness."""

    def __init__(self, socket):
        self.socket = socket
        self.got = []

    async def send(self, **message):
        await self.socket.send(json.dumps(message))

    async def ask(self, text=ASK):
        await self.send(realtimeInput={"text": text})

    async def next(self):
        async with asyncio.timeout(PATIENCE_S):
            self.got.append(json.loads(await self.socket.recv()))
        return self.got[-1]

    async def until(self, key):
        """Read until a message, or what the server says, has this field."""
        while True:
            message = await self.next()
            if key in message or key in message.get("serverContent", {}):
                return message

    async def answer(self, end="generationComplete"):
        """Read an answer; "turnComplete" comes seconds later, when it would have been heard."""
        begun = len(self.got)
        await self.until(end)
        return [
            message
            for message in self.got[begun:]
            if "modelTurn" in message.get("serverContent", {})
        ]

    async def end(self):
        """Read until the connection is closed; return code and reason."""
        try:
            while True:
                await self.next()
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")


@asynccontextmanager
async def client(server, plan=None, setup=None, **headers):
    if plan is not None:
        headers[FAULTS_HEADER] = plan.to_header()
    async with connect(server.live_url, additional_headers=headers, max_size=None) as socket:
        one = Client(socket)
        with contextlib.suppress(ConnectionClosed):  # refused already: the test reads why
            await one.send(setup={"model": "models/gemini-3.8-live"} | (setup or {}))
        yield one


async def test_without_a_plan_nothing_is_wrapped_and_nothing_happens(live_server):
    async with client(live_server) as one:
        await one.until("setupComplete")
        await one.ask()
        assert await one.answer("turnComplete")


async def test_go_away(live_server):
    plan = live.faults(go_away={"at_s": 0.1, "time_left_s": 0.3})
    async with client(live_server, plan) as one:
        assert (await one.until("goAway"))["goAway"] == {"timeLeft": "0.3s"}
        assert await one.end() == (1011, "Deadline expired before operation could complete.")


@pytest.mark.parametrize("way", ["up", "down"])
async def test_drop_at_a_byte(live_server, way):
    plan = live.faults(drop={"at_byte": 40_000, "direction": way})
    async with client(live_server, plan) as one:
        await one.until("setupComplete")
        await one.ask("Tell me a story.")
        if way == "up":
            await one.ask("x" * 41_000)
        assert await one.end() == (1006, "")  # no goodbye
        if way == "down":
            assert sum(len(json.dumps(message)) for message in one.got) < 60_000


async def test_close(live_server):
    plan = live.faults(close={"turn": 1, "code": 1008, "reason": "Because."})
    async with client(live_server, plan) as one:
        await one.until("setupComplete")
        await one.ask("Tell me a story.")
        await one.until("modelTurn")
        assert await one.end() == (1008, "Because.")


async def test_stall_and_then_on(live_server):
    plan = live.faults(stall={"at_s": 0.0, "for_s": 1.0})
    began_s = time.monotonic()
    async with client(live_server, plan) as one:
        await one.until("setupComplete")
        assert time.monotonic() > began_s + 0.9  # it was held back, however fast all else was
        await one.ask()
        assert await one.answer()


async def test_a_silent_turn_and_then_on(live_server):
    async with client(live_server, live.faults(silent_turn=1)) as one:
        await one.until("setupComplete")
        asked, answers = 0, []
        while not answers and asked < 10:  # as people do: say it again when there is no answer
            asked += 1
            await one.ask()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(3):
                    answers = await one.answer()
        assert asked > 1
        assert answers


async def test_phantom_interruption(live_server):
    async with client(live_server, live.faults(phantom_interrupted={"turn": 1})) as one:
        await one.until("setupComplete")
        await one.ask("Tell me a story.")
        await one.until("interrupted")
        assert any("modelTurn" in m.get("serverContent", {}) for m in one.got)
        await one.ask()
        kinds = [(await one.next()).get("serverContent", {}) for _ in range(2)]
        assert "turnComplete" in kinds[0]
        assert "modelTurn" in kinds[1]  # of the next answer


async def test_duplicate_tool_call(live_server):
    plan = live.faults(duplicate_tool_call=True)
    async with client(live_server, plan, {"tools": [TOOL]}) as one:
        await one.until("setupComplete")
        await one.ask(CALL)
        first, second = [await one.until("toolCall") for _ in range(2)]
        assert first == second
        (call,) = first["toolCall"]["functionCalls"]
        await one.send(toolResponse={"functionResponses": [call | {"response": {"next": "6:10"}}]})
        assert await one.answer()


async def test_slow_setup(live_server):
    began_s = time.monotonic()
    async with client(live_server, live.faults(slow_setup=0.7)) as one:
        assert await one.next() == {"setupComplete": {}}
        assert time.monotonic() > began_s + 0.6


async def test_no_setup(live_server):
    async with client(live_server, live.faults(no_setup=True, close=0.8)) as one:
        await one.end()
        assert one.got == []


async def test_refused_handle(live_server):
    handle = {"sessionResumption": {"handle": "x"}}
    async with client(live_server, live.faults(refuse_handle=True), handle) as one:
        assert await one.end() == (1008, "BidiGenerateContent session not found")


async def test_garbage(live_server):
    async with client(live_server, live.faults(garbage=0.1)) as one:
        with pytest.raises(ValueError):  # before or after the setup is complete
            await one.until("turnComplete")


async def test_the_same_answer_over_a_bad_network(live_server):
    plan = live.faults(
        delay_s=0.03,
        jitter_s=0.03,
        loss=0.02,
        bandwidth_bps=1_000_000,
        phantom_interrupted={"at_s": 60},
    )
    heard = []
    for faulty in (None, plan):
        async with client(live_server, faulty, {"outputAudioTranscription": {}}) as one:
            await one.until("setupComplete")
            await one.ask()
            heard.append(
                [
                    part["inlineData"]["data"]
                    for message in await one.answer()
                    for part in message["serverContent"]["modelTurn"]["parts"]
                ]
            )
    assert heard[0] == heard[1]


async def test_a_plan_is_for_one_connection_of_its_conversation(live_server):
    plan = live.faults(close={"at_s": 0, "connection": 2})
    for number, ends in (("1", False), ("2", True), ("3", False)):
        async with client(live_server, plan, **{CONNECTION_HEADER: number}) as one:
            if ends:
                assert (await one.end())[0] == 1011
            else:
                await one.until("setupComplete")
                await one.ask()
                assert await one.answer()


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({FAULTS_HEADER: "nonsense"}, "cannot be read"),
        ({CONNECTION_HEADER: "two"}, "a number from 1"),
        ({CONNECTION_HEADER: "0"}, "a number from 1"),
        ({SESSION_HEADER: "s" * 200}, "too long"),
    ],
)
async def test_a_plan_that_is_none_is_refused_in_words(live_server, headers, words):
    async with client(live_server, **headers) as one:
        code, reason = await one.end()
        assert code == 1007
        assert words in reason


def post(server, body, session="s1"):
    request = urllib.request.Request(
        server.url.replace("ws:", "http:") + FAULTS_PATH, body, {SESSION_HEADER: session}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


async def test_faults_for_a_conversation_that_is_going_on(live_server):
    async with client(live_server, **{SESSION_HEADER: "s1"}) as one:
        await one.until("setupComplete")
        await one.ask()
        assert await one.answer("turnComplete")
        plan = live.faults(close={"turn": 1, "code": 1001})  # turns count from here
        status, answer = await asyncio.to_thread(post, live_server, b'{"faults":[{"kind":"x"}]}')
        assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
        status, answer = await asyncio.to_thread(post, live_server, plan.to_json(), "other")
        assert (status, answer["error"]["status"]) == (404, "NOT_FOUND")
        told = await asyncio.to_thread(post, live_server, plan.to_json())
        assert told == (200, {"faults": 1})
        await one.ask("Tell me a story.")
        assert await one.end() == (1001, "")


async def test_a_plan_for_every_conversation_of_a_server(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('[[faults]]\nkind = "close"\nat_s = 0.2\ncode = 1001\n')
    with running_server("--faults", str(path), quick=True) as server:
        for _ in range(2):
            async with client(server) as one:
                assert await one.end() == (1001, "")
        async with client(server, FaultPlan()) as one:  # a plan of one's own counts
            await one.until("setupComplete")
            await one.ask()
            assert await one.answer()
