"""The HTTP side: what goes out, what comes in, and each way in which it fails."""

from __future__ import annotations

import asyncio
import logging

import pytest

from livekit_nb.server.chat import endpoint as module
from livekit_nb.server.chat.endpoint import ChatEndpoint, ChatError, ContextTooLongError
from livekit_nb.server.chat.settings import ChatSettings
from tests.patience import PATIENCE_S
from tests.server.chat.scripted import answering, calling, refusing, scripted, text, tool

ASKED = [{"role": "user", "content": "Hello there, canary words."}]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
SEEING = [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, PICTURE]}]
KEY = "sk-canary-4711"


async def said(endpoint, *question, **more):
    return [delta.content async for delta in endpoint.answer(*(question or (ASKED,)), **more)]


async def test_words_come_as_they_are_written():
    async with scripted() as (server, endpoint):
        go_on = asyncio.Event()

        async def script(exchange):
            await exchange.begin()
            await exchange.event(text("One "))
            await go_on.wait()
            await exchange.event(text("two."))
            await exchange.event("[DONE]")
            await exchange.finish()

        server.then(script)
        answer = endpoint.answer(ASKED)
        assert (await anext(answer)).content == "One "
        go_on.set()
        assert [delta.content async for delta in answer] == ["two."]


async def test_the_model_is_the_first_listed_unless_one_is_named():
    async with scripted() as (server, endpoint):
        server.then(answering("a"), answering("b"))
        await said(endpoint)
        await said(endpoint)
        assert [body["model"] for body in server.asked] == ["first", "first"]
        assert [exchange.path for exchange in server.exchanges] == [
            "/v1/models",
            "/v1/chat/completions",
            "/v1/chat/completions",
        ]
    async with scripted(model="mine") as (server, endpoint):
        server.then(answering("a"))
        await said(endpoint)
        assert [exchange.body["model"] for exchange in server.exchanges] == ["mine"]


async def test_the_request_is_of_the_plainest_kind():
    async with scripted() as (server, endpoint):
        server.then(answering("a"), answering("b"))
        await said(endpoint)
        await said(endpoint, ASKED, [TOOL], tool_choice="required")
        plain, with_tools = server.asked
        assert plain == {"model": "first", "messages": ASKED, "stream": True}
        assert with_tools == plain | {
            "tools": [TOOL],
            "parallel_tool_calls": True,
            "tool_choice": "required",
        }


async def test_the_key_travels_in_a_header_and_is_in_no_log_or_error(caplog):
    caplog.set_level(logging.DEBUG)
    async with scripted(key=KEY) as (server, endpoint):
        server.then(answering("a"), refusing(401, f"Incorrect API key: {KEY}. {ASKED}"))
        await said(endpoint)
        with pytest.raises(ChatError, match="HTTP 401; it wants a key") as failure:
            await said(endpoint)
        endpoint.complain(failure.value)
        authorised = {exchange.headers["authorization"] for exchange in server.exchanges}
        assert authorised == {f"Bearer {KEY}"}
        assert "HTTP 401" in caplog.text
        told = caplog.text + repr(failure.value) + repr(endpoint.settings) + repr(endpoint)
        assert "canary" not in told


async def test_without_a_key_none_is_sent():
    async with scripted() as (server, endpoint):
        server.then(answering("a"))
        await said(endpoint)
        assert "authorization" not in server.exchanges[-1].headers


async def test_hanging_up_closes_the_connection_at_once():
    async with scripted() as (server, endpoint):

        async def script(exchange):
            await exchange.begin()
            await exchange.event(text("One "))
            await exchange.hung_up.wait()

        server.then(script)
        answer = endpoint.answer(ASKED)
        await anext(answer)
        exchange = await server.completions(1)
        assert not exchange.hung_up.is_set()
        await answer.aclose()
        async with asyncio.timeout(PATIENCE_S):
            await exchange.hung_up.wait()


async def test_hanging_up_before_the_first_word_does_too():
    async with scripted() as (server, endpoint):

        async def script(exchange):
            await exchange.hung_up.wait()

        server.then(script)
        asking = asyncio.create_task(said(endpoint))
        exchange = await server.completions(1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        async with asyncio.timeout(PATIENCE_S):
            await exchange.hung_up.wait()


async def test_an_endpoint_that_does_not_stream_is_understood():
    async def script(exchange):
        await exchange.begin(kind="application/json; charset=utf-8")
        message = {"role": "assistant", "content": "Whole."}
        await exchange.write('{"choices": [{"message": ' + str(message).replace("'", '"') + "}]}")
        await exchange.finish()

    async with scripted() as (server, endpoint):
        server.then(script)
        assert await said(endpoint) == ["Whole."]


# Broken endpoints ---------------------------------------------------------------------------------


async def html(exchange):
    await exchange.begin(kind="text/html")
    await exchange.write("<html><body>canary</body></html>")
    await exchange.finish()


async def garbage(exchange):
    await exchange.begin()
    await exchange.event("{canary")
    await exchange.finish()


async def cut_in_the_middle(exchange):
    await exchange.begin()
    await exchange.event(text("Half a "))
    exchange.writer.transport.abort()


async def ended_too_soon(exchange):
    await exchange.begin()
    await exchange.event(text("Half a "))
    await exchange.finish()


async def failing_in_the_middle(exchange):
    await exchange.begin()
    await exchange.event(text("Half a "))
    await exchange.event({"error": {"message": "canary"}})
    await exchange.finish()


async def endless_line(exchange):
    await exchange.begin()
    for _ in range(20):
        await exchange.write("x" * 65_536)
    await exchange.hung_up.wait()


async def endless_calls(exchange):
    await exchange.stream(*(tool(number, name="f", arguments="{}") for number in range(99)))


async def no_http(exchange):
    exchange.writer.write(b"canary\r\n\r\n")
    await exchange.writer.drain()
    exchange.writer.close()


BROKEN = {
    "500": (refusing(500, "canary"), "HTTP 500"),
    "404": (refusing(404, "canary"), "HTTP 404; is the address right"),
    "html": (html, "no stream of events; is the address right"),
    "garbage": (garbage, "no piece of a chat completion"),
    "cut": (cut_in_the_middle, "the connection to it broke"),
    "ended": (ended_too_soon, "only the beginning"),
    "error": (failing_in_the_middle, "an error in the middle"),
    "endless": (endless_line, "an event without end"),
    "no http": (no_http, "the connection to it broke"),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_endpoint_is_told_in_our_words(kind):
    script, words = BROKEN[kind]
    async with scripted() as (server, endpoint):
        server.then(script)
        with pytest.raises(ChatError, match=words) as failure:
            await said(endpoint)
        assert "canary" not in str(failure.value)


async def test_nobody_there():
    async with scripted() as (_, endpoint):
        url = endpoint.settings.url
    gone = ChatEndpoint(ChatSettings(url))
    with pytest.raises(ChatError, match="cannot be reached"):
        await said(gone)
    await gone.close()


async def test_silence_has_an_end():
    async with scripted(model="m", timeout_s=0.01) as (server, endpoint):

        async def script(exchange):
            await exchange.hung_up.wait()

        server.then(script)
        with pytest.raises(ChatError, match="silent for too long"):
            await said(endpoint)


async def test_so_has_a_busy_answer(monkeypatch):
    monkeypatch.setattr(module, "ANSWER_LIMIT_S", 0.01)
    async with scripted(model="m") as (server, endpoint):

        async def script(exchange):
            await exchange.begin()
            while True:
                await exchange.event(text("on and "))

        server.then(script)
        with pytest.raises(ChatError, match="longer than"):
            await said(endpoint)


async def test_an_endpoint_without_models_is_told_and_logged(caplog):
    async with scripted() as (server, endpoint):
        server.models = []
        with pytest.raises(ChatError, match="lists no models; name one with --llm-model"):
            await said(endpoint)
        server.models = refusing(403, "canary")
        await endpoint.check()
        assert "HTTP 403; it wants a key" in caplog.text
        assert "canary" not in caplog.text
        server.models = ["late"]
        server.then(answering("a"))
        assert await said(endpoint) == ["a", None]


async def test_what_is_too_long_is_told_apart():
    message = "request (3031 tokens) exceeds, exceed_context_size_error"
    async with scripted() as (server, endpoint):
        server.then(refusing(400, message))
        with pytest.raises(ContextTooLongError):
            await said(endpoint)


# What an endpoint cannot -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (500, "tools param requires --jinja flag"),
        (400, "registry/tiny does not support tools"),
        (400, '"auto" tool choice requires --enable-auto-tool-choice'),
    ],
)
async def test_an_endpoint_without_tools_gets_none_from_then_on(status, message, caplog):
    async with scripted() as (server, endpoint):
        server.then(refusing(status, message), answering("a"), answering("b"))
        assert endpoint.takes_tools
        await said(endpoint, ASKED, [TOOL])
        assert not endpoint.takes_tools
        await said(endpoint, ASKED, [TOOL])
        assert ["tools" in body for body in server.asked] == [True, False, False]
        assert caplog.text.count("takes no tools") == 1


async def test_one_that_does_not_know_parallel_calls_keeps_its_tools():
    async with scripted() as (server, endpoint):
        message = "Unrecognized request argument supplied: parallel_tool_calls"
        server.then(refusing(400, message), calling(("f", "{}")))
        await said(endpoint, ASKED, [TOOL])
        assert endpoint.takes_tools
        assert ["parallel_tool_calls" in body for body in server.asked] == [True, False]
        assert all("tools" in body for body in server.asked)


async def test_one_that_does_not_see_gets_words_only():
    async with scripted(images=True) as (server, endpoint):
        server.then(refusing(500, "image input is not supported"), answering("a"))
        await said(endpoint, SEEING)
        first, second = server.asked
        assert first["messages"] == SEEING
        assert second["messages"] == [{"role": "user", "content": "What is this?"}]
        assert not endpoint.takes_images


async def test_pictures_are_not_sent_unasked():
    async with scripted() as (server, endpoint):
        server.then(answering("a"))
        await said(endpoint, SEEING)
        assert server.asked[0]["messages"] == [{"role": "user", "content": "What is this?"}]


async def test_any_other_refusal_takes_nothing_away():
    async with scripted() as (server, endpoint):
        server.then(refusing(500, "out of memory"), refusing(400, "tools"))
        for match in ("HTTP 500", "HTTP 400"):
            with pytest.raises(ChatError, match=match):
                await said(endpoint, ASKED, [TOOL] if match == "HTTP 500" else [])
        assert endpoint.takes_tools
        assert len(server.asked) == 2
