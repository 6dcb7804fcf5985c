"""Whole conversations over the Live protocol, in which a chat endpoint thinks."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import io

from PIL import Image

from livekit_nb.lab.synthetic import QuickModels
from livekit_nb.server.attend import Attendant
from livekit_nb.server.chat.mind import ChatMind
from livekit_nb.server.talk.memory import Memories
from tests.patience import PATIENCE_S
from tests.server.chat.scripted import answering, calling, fragments, scripted, text
from tests.server.chat.surroundings import WEATHER, told
from tests.server.test_attend import Wire

MODEL = {"model": "models/gemini-3.8-live", "outputAudioTranscription": {}}
SETUP = MODEL | {
    "systemInstruction": {"parts": [{"text": "You are Kim."}]},
    "tools": [{"functionDeclarations": [WEATHER]}],
}


@contextlib.asynccontextmanager
async def opened(endpoint, memories=None, **setup):
    wire = Wire()
    mind = functools.partial(ChatMind, endpoint)
    attendant = Attendant(
        wire, QuickModels(), Memories() if memories is None else memories, mind=mind
    )
    running = asyncio.create_task(attendant.run())
    wire.say(setup=SETUP | setup)
    await wire.hear("setupComplete")
    try:
        yield wire
    finally:
        wire.end()
        await running


async def until(wire, kind):
    """Read until there is content of a kind; return the captions up to then."""
    words = ""
    while True:
        content = await wire.hear("serverContent")
        words += content.get("outputTranscription", {}).get("text", "")
        if kind in content:
            return words


async def test_the_first_clause_is_heard_while_the_rest_is_written():
    async with scripted() as (server, endpoint), opened(endpoint) as wire:
        go_on = asyncio.Event()

        async def script(exchange):
            await exchange.begin()
            await exchange.event(text("It is sunny today, and it is warm. "))
            await exchange.event(text("B"))
            await go_on.wait()
            await exchange.event(text("ye."))
            await exchange.event("[DONE]")
            await exchange.finish()

        server.then(script)
        wire.say(realtimeInput={"text": "How is Paris?"})
        words = await until(wire, "modelTurn")
        while "warm. " not in words:
            words += await until(wire, "outputTranscription")
        go_on.set()
        words += await until(wire, "turnComplete")
        assert words == "It is sunny today, and it is warm. Bye."
        assert "You are Kim." in server.asked[0]["messages"][0]["content"]


async def test_a_function_is_called_and_its_result_spoken_in_the_same_turn():
    async with scripted() as (server, endpoint), opened(endpoint) as wire:
        pieces = [text("One moment. "), *fragments(("weather_get", '{"city": "Paris"}'))]

        async def script(exchange):
            await exchange.stream(*pieces, reason="tool_calls")

        server.then(script, answering("It is ", "sunny."), answering("Yes."))
        wire.say(realtimeInput={"text": "How is Paris?"})
        (call,) = (await wire.hear("toolCall"))["functionCalls"]
        assert (call["name"], call["args"]) == ("weather.get", {"city": "Paris"})
        response = {"id": call["id"], "name": call["name"], "response": {"sky": "sunny"}}
        wire.say(toolResponse={"functionResponses": [response]})
        assert (await until(wire, "turnComplete")).endswith("It is sunny.")
        wire.say(realtimeInput={"text": "Sure?"})
        await until(wire, "turnComplete")
        said = [(message["role"], message["content"]) for message in told(server)[:-1]]
        assert said[1:] == [
            ("assistant", "One moment."),
            ("tool", '{"sky": "sunny"}'),
            ("assistant", "It is sunny."),
        ]


async def test_barge_in_hangs_up_at_once_and_the_next_question_does_not_wait():
    async with scripted() as (server, endpoint), opened(endpoint) as wire:

        async def script(exchange):
            await exchange.begin()
            await exchange.event(text("First this. Then that. And "))
            await exchange.hung_up.wait()

        server.then(script, answering("Stopped."))
        wire.say(realtimeInput={"text": "Tell me a story."})
        await until(wire, "modelTurn")
        wire.say(realtimeInput={"text": "Stop."})
        assert "Then that." not in await until(wire, "interrupted")
        exchange = server.exchanges[-1]
        async with asyncio.timeout(PATIENCE_S):
            await exchange.hung_up.wait()
        await until(wire, "turnComplete")
        assert await until(wire, "turnComplete") == "Stopped."
        heard = "".join(m["content"] for m in told(server) if m["role"] == "assistant")
        assert "Then that." not in heard


async def test_while_it_thinks_the_conversation_listens():
    async with scripted() as (server, endpoint), opened(endpoint) as wire:

        async def script(exchange):
            await exchange.hung_up.wait()

        server.then(script, answering("Hello."))
        wire.say(realtimeInput={"text": "What is the meaning of it all?"})
        await server.completions(1)
        wire.say(realtimeInput={"text": "Never mind."})
        assert await until(wire, "turnComplete") == "Hello."
        assert len(server.asked) == 2


async def test_who_leaves_while_it_thinks_hangs_up():
    async with scripted() as (server, endpoint):

        async def script(exchange):
            await exchange.hung_up.wait()

        server.then(script)
        async with opened(endpoint) as wire:
            wire.say(realtimeInput={"text": "How is Paris?"})
            exchange = await server.completions(1)
        async with asyncio.timeout(PATIENCE_S):
            await exchange.hung_up.wait()


async def test_a_session_is_resumed_with_what_was_said():
    async with scripted() as (server, endpoint):
        memories = Memories()
        server.then(answering("Hello Ada."), answering("Ada."))
        async with opened(endpoint, memories, sessionResumption={}) as wire:
            await wire.hear("sessionResumptionUpdate")
            wire.say(realtimeInput={"text": "I am Ada."})
            await until(wire, "turnComplete")
            handle = (await wire.hear("sessionResumptionUpdate"))["newHandle"]
        async with opened(endpoint, memories, sessionResumption={"handle": handle}) as wire:
            wire.say(realtimeInput={"text": "Who am I?"})
            await until(wire, "turnComplete")
        assert [message["content"] for message in told(server)][:2] == ["I am Ada.", "Hello Ada."]


async def test_the_camera_is_shown_to_a_model_that_sees():
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 20, 20)).save(file, "JPEG")
    data = base64.b64encode(file.getvalue()).decode()
    async with scripted(images=True) as (server, endpoint), opened(endpoint) as wire:
        server.then(answering("Red."))
        wire.say(realtimeInput={"video": {"data": data, "mimeType": "image/jpeg"}})
        wire.say(realtimeInput={"text": "Do you like it?"})
        await until(wire, "turnComplete")
        words, picture = told(server)[-1]["content"]
        assert "mostly red" in words["text"]
        assert picture["image_url"]["url"] == f"data:image/jpeg;base64,{data}"


async def test_other_instructions_and_tools_hold_from_then_on():
    async with scripted() as (server, endpoint), opened(endpoint) as wire:
        server.then(answering("Kim."), answering("Robin."))
        wire.say(realtimeInput={"text": "Who are you?"})
        await until(wire, "turnComplete")
        wire.say(contextUpdate={"systemInstruction": {"parts": [{"text": "You are Robin."}]}})
        wire.say(realtimeInput={"text": "And now?"})
        await until(wire, "turnComplete")
        assert "You are Robin." in server.asked[-1]["messages"][0]["content"]


async def test_a_call_in_the_background_is_told_when_its_result_comes():
    async with scripted() as (server, endpoint), opened(endpoint) as wire:
        server.then(calling(("weather_get", '{"city": "Paris"}')), answering("Hello."))
        wire.say(realtimeInput={"text": "How is Paris?"})
        (call,) = (await wire.hear("toolCall"))["functionCalls"]
        wire.say(realtimeInput={"text": "Hello."})
        assert await until(wire, "turnComplete") == "Hello."
        assert [message["content"] for message in told(server)][2] == '{"status": "no result yet"}'
        server.then(answering("It is sunny."))
        response = {"id": call["id"], "name": call["name"], "response": {"sky": "sunny"}}
        wire.say(toolResponse={"functionResponses": [response]})
        assert await until(wire, "turnComplete") == "It is sunny."
        assert '"sky": "sunny"' in told(server)[-1]["content"]
