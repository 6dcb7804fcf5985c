"""A chat endpoint as the thinking part, with the voice and the tools played by the test."""

from __future__ import annotations

import asyncio
import base64

from livekit_nb.server.chat.mind import MANNERS
from livekit_nb.server.eyes.glance import Scene
from livekit_nb.server.thinking import ToolResult
from tests.patience import PATIENCE_S
from tests.server.chat.scripted import answering, calling, fragments, scripted, text
from tests.server.chat.surroundings import NOTE, PARIS, WEATHER, Voice, talk, told


async def test_clauses_are_told_as_soon_as_they_are_whole():
    async with scripted() as (server, endpoint):
        go_on = asyncio.Event()

        async def script(exchange):
            await exchange.begin()
            for words in ("In Paris it is sun", "ny today, and ", "warm too", ". B"):
                await exchange.event(text(words))
            await go_on.wait()
            await exchange.event(text("ye!"))
            await exchange.event("[DONE]")
            await exchange.finish()

        server.then(script)
        voice = talk(endpoint)
        asking = asyncio.create_task(voice.ask("How is Paris?"))
        await voice.until_said(2)
        assert [plan.say for plan in voice.plans] == [
            "In Paris it is sunny today, ",
            "and warm too. ",
        ]
        go_on.set()
        assert await asking == "In Paris it is sunny today, and warm too. Bye!"


async def test_instructions_history_and_the_moment_are_told():
    async with scripted() as (server, endpoint):
        server.then(answering("Hello", " Ada."), answering("Ada."))
        voice = talk(endpoint, "You are Kim.")
        await voice.ask("I am Ada.")
        await voice.ask("Who am I?")
        assert server.asked[0]["messages"][0] == {
            "role": "system",
            "content": f"You are Kim.\n\n{MANNERS}",
        }
        assert told(server, 0) == [{"role": "user", "content": "I am Ada." + NOTE}]
        assert told(server, 1) == [
            {"role": "user", "content": "I am Ada."},
            {"role": "assistant", "content": "Hello Ada."},
            {"role": "user", "content": "Who am I?" + NOTE},
        ]


async def test_what_was_said_before_the_session_is_told_and_what_left_it_is_not():
    async with scripted() as (server, endpoint):
        server.then(*[answering("Yes.")] * 2)
        voice = talk(endpoint)
        for role, words in (("user", "I am Ada."), ("model", "Hello Ada."), ("user", "Really?")):
            voice.mind.remember(role, words)
        await voice.ask("Who am I?")
        assert [message["content"] for message in told(server)] == [
            "I am Ada.",
            "Hello Ada.",
            "Really?\nWho am I?" + NOTE,
        ]
        voice.mind.forget(1)
        await voice.ask("And now?")
        assert [message["content"] for message in told(server)] == [
            "Who am I?",
            "Yes.",
            "And now?" + NOTE,
        ]


async def test_a_tool_is_called_and_its_result_told():
    async with scripted() as (server, endpoint):
        server.then(calling(("weather_get", '{"city": "Paris"}')), answering("It is sunny."))
        voice = talk(endpoint, "", WEATHER)
        await voice.ask("How is Paris?")
        assert voice.calls == [("weather.get", {"city": "Paris"})]
        (offered,) = server.asked[0]["tools"]
        assert offered["function"] == {
            "name": "weather_get",
            "description": "Current weather for a city.",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string", "description": "Name of the city"}},
                "required": ["city"],
            },
        }
        assert await voice.results(PARIS) == "It is sunny."
        call = {"name": "weather_get", "arguments": '{"city": "Paris"}'}
        assert told(server) == [
            {"role": "user", "content": "How is Paris?" + NOTE},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "key0", "type": "function", "function": call}],
            },
            {"role": "tool", "tool_call_id": "key0", "content": '{"sky": "sunny"}'},
        ]


async def test_calls_side_by_side_after_words():
    both = [("weather_get", f'{{"city": "{city}"}}') for city in ("Paris", "Rome")]

    async def script(exchange):
        await exchange.stream(text("I look it up."), *fragments(*both), reason="tool_calls")

    async with scripted() as (server, endpoint):
        server.then(script, answering("Both sunny."))
        voice = talk(endpoint, "", WEATHER)
        assert await voice.ask("Paris and Rome?") == "I look it up."
        assert [args["city"] for _, args in voice.calls] == ["Paris", "Rome"]
        rome = ToolResult("weather.get", {"city": "Rome"}, {"sky": "blue"})
        await voice.results(rome, PARIS)
        messages = told(server)
        assert messages[1]["content"] == "I look it up."
        assert [message["content"] for message in messages[2:]] == [
            '{"sky": "sunny"}',
            '{"sky": "blue"}',
        ]


async def test_an_interruption_hangs_up_and_only_what_was_heard_was_said():
    async with scripted() as (server, endpoint):

        async def script(exchange):
            await exchange.begin()
            await exchange.event(text("It is sunny. It is warm. And "))
            await exchange.hung_up.wait()

        server.then(script, answering("Rome, then."))
        voice = talk(endpoint)
        answering_it = asyncio.create_task(voice.mind.answer("Paris?", None, voice.begin()))
        await voice.until_said(2)
        voice.turn.stopped.set()
        await answering_it
        exchange = await server.completions(1)
        async with asyncio.timeout(PATIENCE_S):
            await exchange.hung_up.wait()
        assert voice.ended == 0
        voice.mind.spoken("It is sunny. It ", interrupted=True)
        await voice.ask("No, Rome.")
        assert told(server) == [
            {"role": "user", "content": "Paris?"},
            {"role": "assistant", "content": "It is sunny. It"},
            {"role": "user", "content": "No, Rome." + NOTE},
        ]


async def test_who_had_only_paused_has_asked_one_question():
    async with scripted() as (server, endpoint):

        async def script(exchange):
            await exchange.hung_up.wait()

        server.then(script, answering("Done."))
        voice = talk(endpoint)
        asking = asyncio.create_task(voice.mind.answer("Set a timer for", None, voice.begin()))
        await server.completions(1)
        voice.turn.stopped.set()
        await asking
        voice.mind.spoken("", interrupted=True)
        await voice.ask("Set a timer for ten minutes")
        assert told(server) == [{"role": "user", "content": "Set a timer for ten minutes" + NOTE}]


async def test_a_turn_that_nobody_waits_for_asks_nothing():
    async with scripted() as (server, endpoint):
        voice = talk(endpoint)
        voice.begin().stopped.set()
        await voice.mind.answer("Hello?", None, voice.turn)
        assert server.exchanges == []
        assert voice.plans == []


async def test_a_late_result_is_told_as_news():
    async with scripted() as (server, endpoint):
        server.then(
            calling(("weather_get", '{"city": "Paris"}')), answering("Hi."), answering("Sunny.")
        )
        voice = talk(endpoint, "", WEATHER)
        await voice.ask("How is Paris?")
        voice.mind.spoken("", interrupted=False)
        await voice.ask("Hello.")
        assert told(server)[2]["content"] == '{"status": "no result yet"}'
        assert await voice.results(PARIS) == "Sunny."
        assert '"sky": "sunny"' in told(server)[-1]["content"]
        assert told(server)[-1]["role"] == "user"


SCENE = Scene(("red",), 0.5)


async def test_the_camera_is_told_in_words_or_shown():
    async with scripted(images=True) as (server, endpoint):
        server.then(*[answering("Yes.")] * 3)
        voice = talk(endpoint)
        await voice.ask("And this?", SCENE.aged(3.0), b"\xff\xd8jpeg")
        words, picture = told(server)[-1]["content"]
        assert words["text"].endswith("The user's camera shows: mostly red.)")
        address = picture["image_url"]["url"]
        assert address == "data:image/jpeg;base64," + base64.b64encode(b"\xff\xd8jpeg").decode()
        await voice.ask("And this?", SCENE.aged(3600.0), b"\xff\xd8jpeg")
        assert told(server)[-1]["content"] == "And this?" + NOTE
    async with scripted() as (server, endpoint):
        server.then(answering("Yes."))
        await talk(endpoint).ask("And this?", SCENE, b"\xff\xd8jpeg")
        assert isinstance(told(server)[-1]["content"], str)


async def test_thoughts_are_told_as_thoughts_and_not_spoken():
    async def script(exchange):
        thought = {"choices": [{"delta": {"reasoning_content": "Hm, Paris."}}]}
        await exchange.stream(thought, text("Sunny. And "), text("warm."))

    async with scripted() as (server, endpoint):
        server.then(script)
        voice = talk(endpoint)
        assert await voice.ask("How is Paris?") == "Sunny. And warm."
        assert [plan.thought for plan in voice.plans] == ["Hm, Paris.", "", ""]


async def test_speaking_slower_is_done_and_not_only_said():
    async with scripted() as (server, endpoint):
        server.then(answering("I will."), answering("Sunny."))
        voice = talk(endpoint)
        await voice.ask("Please speak more slowly.")
        await voice.ask("How is Paris?")
        assert voice.plans[0].manner.pace < 1.0


async def test_a_twin_goes_on_by_itself():
    async with scripted() as (server, endpoint):
        server.then(*[answering("Yes.")] * 3)
        voice = talk(endpoint)
        await voice.ask("One?")
        twin = Voice(voice.mind.twin())
        await voice.ask("Two?")
        await twin.ask("Three?")
        assert [message["content"] for message in told(server)] == ["One?", "Yes.", "Three?" + NOTE]


async def test_no_words_are_not_worth_a_request():
    async with scripted() as (server, endpoint):
        voice = talk(endpoint)
        assert "did not catch" in await voice.ask("  ")
        assert server.exchanges == []


async def test_requests_are_json_that_anybody_reads():
    async with scripted() as (server, endpoint):
        server.then(answering("Ja."))
        await talk(endpoint).ask("Grüße \udc80 \x00?")
        assert told(server)[0]["content"] == "Grüße \udc80 \x00?" + NOTE
