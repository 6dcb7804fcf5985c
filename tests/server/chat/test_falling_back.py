"""A chat endpoint that is slow, broken or limited: what the user hears all the same."""

from __future__ import annotations

import asyncio

import pytest

from livekit_nb.server.chat.mind import BROKE_OFF, OUTAGE, PATIENCE
from livekit_nb.server.chat.settings import ChatSettings
from tests.server.chat.scripted import answering, calling, fragments, refusing, scripted, text
from tests.server.chat.surroundings import PARIS, WEATHER, talk, told


async def test_a_slow_endpoint_is_excused_once_and_then_heard():
    async with scripted(patience_s=0.001) as (server, endpoint):
        go_on = asyncio.Event()

        async def script(exchange):
            await exchange.begin()
            await go_on.wait()
            await exchange.event(text("Sunny."))
            await exchange.event("[DONE]")
            await exchange.finish()

        server.then(script, answering("Yes."))
        voice = talk(endpoint)
        asking = asyncio.create_task(voice.ask("How is Paris?"))
        await voice.until_said(1)
        go_on.set()
        assert await asking == PATIENCE + "Sunny."
        endpoint.settings = ChatSettings(endpoint.settings.url)
        await voice.ask("Sure?")
        assert told(server)[1] == {"role": "assistant", "content": "Sunny."}


@pytest.mark.parametrize("status", [500, 401])
async def test_when_it_fails_the_built_in_thinker_answers_and_says_so_once(status, caplog):
    async with scripted() as (server, endpoint):
        fail = refusing(status, "no")
        server.then(answering("Hello Ada."), fail, fail, answering("Back."), fail)
        voice = talk(endpoint)
        await voice.ask("My name is Ada.")
        said = await voice.ask("What is my name?")
        assert said.startswith(OUTAGE)
        assert "Ada" in said.removeprefix(OUTAGE)  # it knows what was said to the other
        assert OUTAGE not in await voice.ask("What is two plus three?")
        assert "five" in voice.said or "5" in voice.said
        assert caplog.text.count("The built-in thinker answers meanwhile") == 2
        assert await voice.ask("Are you there?") == "Back."
        assert OUTAGE in await voice.ask("And now?")
        own = [message["content"] for message in told(server) if message["role"] == "assistant"]
        assert all("language model" not in content for content in own)


async def test_when_it_fails_tools_are_called_all_the_same():
    async with scripted() as (server, endpoint):
        server.then(refusing(500, "no"), answering("You're welcome."))
        voice = talk(endpoint, "", WEATHER)
        await voice.ask("What's the weather in Paris?")
        assert voice.said == OUTAGE
        assert voice.calls == [("weather.get", {"city": "Paris"})]
        assert "sunny" in await voice.results(PARIS)
        await voice.ask("Thanks.")
        roles = [message["role"] for message in told(server)]
        assert roles == ["user", "assistant", "tool", "assistant", "user"]


async def test_results_are_spoken_when_it_fails_then():
    async with scripted() as (server, endpoint):
        server.then(calling(("weather_get", '{"city": "Paris"}')), refusing(500, "no"))
        voice = talk(endpoint, "", WEATHER)
        await voice.ask("How is Paris?")
        assert "sunny" in await voice.results(PARIS)


async def test_one_that_breaks_off_is_told():
    async def script(exchange):
        await exchange.begin()
        await exchange.event(text("It is sunny. And"))
        exchange.writer.transport.abort()

    async with scripted() as (server, endpoint):
        server.then(script, answering("Yes."))
        voice = talk(endpoint)
        assert await voice.ask("How is Paris?") == "It is sunny. " + BROKE_OFF
        await voice.ask("Go on.")
        assert told(server)[1] == {"role": "assistant", "content": "It is sunny."}


async def test_calls_of_an_answer_that_broke_off_are_not_made():
    async def script(exchange):
        await exchange.begin()
        for piece in fragments(("weather_get", '{"city": "Paris"}')):
            await exchange.event(piece)
        exchange.writer.transport.abort()

    async with scripted() as (server, endpoint):
        server.then(script)
        voice = talk(endpoint, "", WEATHER)
        await voice.ask("Hello.")
        assert voice.calls == []
        assert voice.said.startswith(OUTAGE)


async def test_a_silent_model_is_a_broken_one():
    async with scripted() as (server, endpoint):
        server.then(answering(""), answering("<think>Hm.</think>"))
        voice = talk(endpoint)
        assert (await voice.ask("What is two plus three?")).startswith(OUTAGE)
        assert "language model" not in await voice.ask("What is two plus four?")
        assert voice.said


@pytest.mark.parametrize("arguments", ['{"city": ', "[1]", "Paris"])
async def test_a_call_that_cannot_be_made_is_asked_for_again(arguments):
    async with scripted() as (server, endpoint):
        server.then(
            calling(("weather_get", arguments)), calling(("weather_get", '{"city": "Paris"}'))
        )
        voice = talk(endpoint, "", WEATHER)
        await voice.ask("How is Paris?")
        assert voice.calls == [("weather.get", {"city": "Paris"})]
        _, call, result = told(server)
        assert call["tool_calls"][0]["function"]["arguments"] == "{}"
        assert "no JSON object" in result["content"]


async def test_tools_that_do_not_exist_are_asked_for_in_vain():
    async with scripted() as (server, endpoint):
        server.then(*[calling(("fly", "{}"))] * 3)
        voice = talk(endpoint, "", WEATHER)
        assert (await voice.ask("Hello.")).startswith(OUTAGE)
        assert voice.calls == []
        assert "there is no such tool" in told(server)[-1]["content"]


async def test_one_without_tools_leaves_them_to_the_built_in_thinker():
    async with scripted() as (server, endpoint):
        server.then(refusing(400, "no tools"), answering("Hello."), answering("Paris is nice."))
        voice = talk(endpoint, "", WEATHER)
        assert await voice.ask("Hello.") == "Hello."
        await voice.ask("What's the weather in Paris?")
        assert voice.calls == [("weather.get", {"city": "Paris"})]
        assert len(server.asked) == 2
        assert "sunny" in await voice.results(PARIS)
        assert await voice.ask("Do you like the city of Paris as such?") == "Paris is nice."
        assert "tools" not in server.asked[-1]


async def test_a_conversation_that_is_too_long_for_it_loses_its_beginning():
    async with scripted() as (server, endpoint):
        too_long = refusing(400, "context_length_exceeded")
        server.then(answering("A."), answering("B."), too_long, answering("C."))
        voice = talk(endpoint)
        await voice.ask("One?")
        await voice.ask("Two?")
        assert await voice.ask("Three?") == "C."
        assert [len(told(server, number)) for number in (2, 3)] == [5, 3]


async def test_endless_calls_end():
    async with scripted() as (server, endpoint):
        server.then(*[calling(("weather_get", '{"city": "Paris"}'))] * 8, answering("Enough."))
        voice = talk(endpoint, "", WEATHER)
        await voice.ask("How is Paris?")
        for _ in range(7):
            await voice.results(PARIS)
            assert voice.calls
        assert await voice.results(PARIS) == "Enough."
        choices = [body.get("tool_choice") for body in server.asked]
        assert choices == [None] * 8 + ["none"]
