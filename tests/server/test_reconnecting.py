"""Sessions over several connections of a running server."""

from __future__ import annotations

import asyncio
import contextlib

from websockets.exceptions import ConnectionClosed

from tests.live_server import running_server
from tests.patience import connect
from tests.server.test_attend import SETUP, Client, texts


@contextlib.asynccontextmanager
async def connected(server, **setup):
    async with connect(server.live_url, max_size=None) as connection:
        client = Client(connection)
        await client.send(setup=SETUP | setup)
        yield client


def resuming(handle):
    return {"sessionResumption": {"handle": handle}}


async def offered(client):
    """Wait for the next handle; return the whole update."""
    while True:
        update = (await client.receive()).get("sessionResumptionUpdate", {})
        if update.get("resumable"):
            return update


async def told(client, text):
    """Say something, hear the answer, and return it with the update after it."""
    await client.send(realtimeInput={"text": text})
    answer = texts(await client.turn(), "outputTranscription")
    return answer, await offered(client)


async def closed(client):
    with contextlib.suppress(ConnectionClosed):
        while True:
            await client.receive()
    return client.connection.close_code, client.connection.close_reason


async def test_a_handle_leads_back_to_its_own_moment(live_server):
    async with connected(live_server, sessionResumption={}) as client:
        first = (await offered(client))["newHandle"]
        _, update = await told(client, "My name is Ada.")
        assert update["lastConsumedClientMessageIndex"] == "1"
        await told(client, "My name is Bob.")
    for handle, name in ((update["newHandle"], "Ada"), (first, "have not told me")):
        async with connected(live_server, **resuming(handle)) as client:
            answer, _ = await told(client, "What is my name?")
            assert name in answer


async def test_a_connection_that_breaks_in_the_middle_of_an_answer_loses_that_answer_only(
    live_server,
):
    async with connected(live_server, sessionResumption={}) as client:
        await offered(client)
        _, update = await told(client, "My name is Ada.")
        await client.send(realtimeInput={"text": "My name is Bob. Count to twenty."})
        while "serverContent" not in await client.receive():
            pass
        client.connection.transport.abort()
    async with connected(live_server, **resuming(update["newHandle"])) as client:
        answer, _ = await told(client, "What is my name?")
        assert "Ada" in answer


async def test_while_the_old_connection_is_open_the_session_cannot_be_resumed(live_server):
    async with connected(live_server, sessionResumption={}) as old:
        handle = (await offered(old))["newHandle"]
        async with connected(live_server, **resuming(handle)) as client:
            assert await closed(client) == (1011, "Internal error encountered.")
        await old.connection.close()
        async with connected(live_server, **resuming(handle)) as client:
            assert await client.receive() == {"setupComplete": {}}


async def test_another_model_cannot_take_up_a_session(live_server):
    async with connected(live_server, sessionResumption={}) as client:
        handle = (await offered(client))["newHandle"]
    other = {"model": "models/gemini-2.5-flash-native-audio-preview-12-2025"}
    async with connected(live_server, **resuming(handle), **other) as client:
        assert await closed(client) == (1007, "Request contains an invalid argument.")


async def test_a_call_that_was_open_is_dropped_and_made_again_when_asked_again(live_server):
    async with connected(live_server, sessionResumption={}) as client:
        handle = (await offered(client))["newHandle"]
        await client.send(realtimeInput={"text": "Set a timer for five minutes."})
        while "toolCall" not in (message := await client.receive()):
            pass
        old = message["toolCall"]["functionCalls"][0]
    async with connected(live_server, **resuming(handle)) as client:
        await offered(client)
        response = {"id": old["id"], "name": old["name"], "response": {"result": "ok"}}
        await client.send(toolResponse={"functionResponses": [response]})
        await client.send(realtimeInput={"text": "Set a timer for five minutes."})
        while "toolCall" not in (message := await client.receive()):
            assert "serverContent" not in message  # the late result is not spoken about
        again = message["toolCall"]["functionCalls"][0]
        assert again["args"] == old["args"] == {"minutes": 5}
        assert again["id"] != old["id"]


async def test_what_left_the_window_is_forgotten(live_server):
    window = {"triggerTokens": 1, "slidingWindow": {"targetTokens": 1}}  # the last turn stays
    async with connected(live_server, contextWindowCompression=window) as client:

        async def answered(text):
            await client.send(realtimeInput={"text": text})
            return texts(await client.turn(), "outputTranscription")

        await answered("My name is Ada.")
        assert "Ada" in await answered("What is my name?")
        await answered("Hello.")
        assert "Ada" not in await answered("What is my name?")


EXPIRED = 1011, "Deadline expired before operation could complete."


async def test_a_connection_ends_when_its_time_is_over_and_its_session_goes_on():
    with running_server("--connection-limit-s", "3", quick=True) as server:
        async with connected(server, sessionResumption={}) as client:
            handle = (await offered(client))["newHandle"]
            while "goAway" not in (message := await client.receive()):
                pass
            left_s = float(message["goAway"]["timeLeft"].removesuffix("s"))
            assert 0 <= left_s <= 0.3  # a tenth, and less on a machine that was busy just then
            assert await closed(client) == EXPIRED
        async with connected(server, **resuming(handle)) as client:
            assert await offered(client)


async def test_a_session_ends_when_its_time_is_over():
    limits = ("--session-limit-s", "3", "--video-session-limit-s", "0")
    with running_server(*limits, quick=True) as server:
        async with connected(server, sessionResumption={}) as client:
            handle = (await offered(client))["newHandle"]
            assert await closed(client) == EXPIRED
        async with connected(server, **resuming(handle)) as client:
            assert await closed(client) == (1008, "BidiGenerateContent session not found")


async def test_many_connections_come_and_go_and_leave_nothing_open(live_server):
    async def one(number):
        async with connected(live_server, sessionResumption={}) as client:
            handle = (await offered(client))["newHandle"]
        async with connected(live_server, **resuming(handle)) as client:
            return (await offered(client))["newHandle"] != handle

    assert all(await asyncio.gather(*map(one, range(30))))
