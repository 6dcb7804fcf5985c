"""Written turns and changes of context: what they become, and what of it reaches a server."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.errors import SettingsError
from livekit_nb.session.setup.contents import (
    asked_in,
    client_content,
    contents,
    context_update,
    picture,
)
from livekit_nb.session.setup.settings import Settings
from livekit_nb.wire.codec import encode
from livekit_nb.wire.messages import Blob, ClientMessage
from livekit_nb.wire.profiles import PROFILES, profile_for
from tests.session.scripted_server import Caller, scripted

NEWEST = profile_for("gemini-3.8-live")
TAKES_NO_CONTENT = [name for name, one in PROFILES.items() if not one.content_mid_session]
TAKES_NO_CHANGES = [name for name, one in PROFILES.items() if not one.context_update]


def get_weather(city: str) -> dict:
    """Get weather for a city."""
    return {"city": city}


def test_turns_are_written_as_the_official_sdk_writes_them() -> None:
    content = client_content([("user", "I like tea."), ("model", "Noted.")], False, NEWEST)
    assert encode(ClientMessage(client_content=content)) == (
        b'{"clientContent":{"turns":[{"parts":[{"text":"I like tea."}],"role":"user"},'
        b'{"parts":[{"text":"Noted."}],"role":"model"}],"turnComplete":false}}'
    )


def test_a_text_is_a_turn_of_the_user() -> None:
    content = client_content("hi", True, NEWEST)
    assert content == client_content([("user", "hi")], True, NEWEST)


def test_an_answer_may_be_asked_for_without_more_words() -> None:
    content = client_content([], True, NEWEST)
    assert encode(ClientMessage(client_content=content)) == (
        b'{"clientContent":{"turnComplete":true}}'
    )


@pytest.mark.parametrize(
    ("turns", "turn_complete", "hint"),
    [
        ([], False, "no turns"),
        ([("assistant", "hi")], True, "called 'model'"),
        (["hi"], True, "no pair"),
        ("", True, "has no text"),
        (7, True, "list of pairs"),
        ("caf\udce9", True, "surrogate"),
        ("hi", "yes", "turn_complete is True or False"),
    ],
)
def test_what_are_no_turns_is_refused(turns: Any, turn_complete: Any, hint: str) -> None:
    with pytest.raises(SettingsError, match=hint):
        client_content(turns, turn_complete, NEWEST)


@pytest.mark.parametrize("model", TAKES_NO_CONTENT)
def test_a_model_that_takes_none_by_now_is_named_with_the_way_that_works(model: str) -> None:
    with pytest.raises(SettingsError, match=rf"{model}.*send_text.*history="):
        client_content("hi", True, profile_for(model))


def test_what_is_asked_is_what_follows_the_models_last_word() -> None:
    turns = [("user", "a"), ("model", "b"), ("user", "c"), ("user", "d")]
    assert asked_in(contents(turns)) == "c\nd"
    assert asked_in(contents(turns[:2])) == ""


def test_a_change_names_only_what_changes() -> None:
    before = Settings(instructions="Be brief.")
    changed, message = context_update(before, "Be kind.", None)
    assert (changed.instructions, changed.tools) == ("Be kind.", before.tools)
    assert encode(ClientMessage(context_update=message)) == (
        b'{"contextUpdate":{"systemInstruction":{"parts":[{"text":"Be kind."}],"role":"user"}}}'
    )
    changed, message = context_update(before, None, [get_weather])
    assert changed.instructions == "Be brief."
    assert [tool.name for tool in changed.tools] == ["get_weather"]
    assert b"systemInstruction" not in encode(ClientMessage(context_update=message))
    changed, message = context_update(changed, None, [])
    assert changed.tools == ()
    assert (
        encode(ClientMessage(context_update=message)) == b'{"contextUpdate":{"tools":{"tools":[]}}}'
    )


@pytest.mark.parametrize(
    ("instructions", "tools", "hint"),
    [(None, None, "neither"), (7, None, "text"), (None, [get_weather, get_weather], "Two tools")],
)
def test_a_change_that_is_none_is_refused(instructions: Any, tools: Any, hint: str) -> None:
    with pytest.raises(SettingsError, match=hint):
        context_update(Settings(), instructions, tools)


@pytest.mark.parametrize("model", TAKES_NO_CHANGES)
def test_a_model_that_takes_no_changes_is_named_with_the_way_that_works(model: str) -> None:
    with pytest.raises(SettingsError, match=f"{model} takes no changes.*Connect anew"):
        context_update(Settings(model=model), "Be kind.", None)


async def test_written_turns_are_asked_when_they_are_complete() -> None:
    heard: Future[list[ClientMessage]] = Future()

    async def script(caller: Caller) -> None:
        await caller.setup()
        heard.set_result([await caller.hear() for _ in range(3)])
        await caller.answer(0.05, "It rains.")
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.send_content([("user", "I am in Rome."), ("model", "Ah!")], False)
        await session.send_content("What's the weather", turn_complete=False)
        await session.send_content("here?")
        assert session.status in ("thinking", "speaking")
        turn = await session.next_turn()
        sent = await asyncio.wrap_future(heard)
        events = [event for event in session.recording.events if event.kind == "content.sent"]
    complete = [message.client_content and message.client_content.turn_complete for message in sent]
    assert complete == [False, False, True]
    assert [event.data["turns"] for event in events] == [2, 1, 1]
    assert turn.user is not None
    assert turn.user.text == "What's the weather\nhere?"
    assert turn.agent is not None
    assert turn.agent.text == "It rains."


async def test_a_change_is_known_to_the_runner_and_to_the_next_connection() -> None:
    setups: list[ClientMessage] = []
    changed: Future[ClientMessage] = Future()

    async def script(caller: Caller) -> None:
        setups.append(await caller.setup())
        if len(setups) == 1:
            changed.set_result(await caller.hear())
            await caller.call(("1", "get_weather", {"city": "Rome"}))
            await caller.hear_results()
            caller.socket.transport.abort()
            return
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.update(instructions="You are Max.", tools=[get_weather])
        message = await asyncio.wrap_future(changed)
        await session.until("reconnecting")
        await session.until("listening")
        events = {event.kind: event.data for event in session.recording.events}
        reconnects = session.reconnects
    assert message.context_update is not None
    assert reconnects == 1
    assert events["tool.response"]["response"] == {"city": "Rome"}
    assert events["context.updated"] == {"instructions": True, "tools": 1}
    before, after = (message.setup for message in setups)
    assert before is not None
    assert after is not None
    assert before.tools is None
    assert after.tools is not None
    assert after.system_instruction is not None
    assert after.system_instruction.text == "You are Max."


@pytest.mark.parametrize("model", PROFILES)
async def test_a_history_is_told_before_anything_else_and_once(model: str) -> None:
    first: Future[ClientMessage] = Future()
    setups: list[ClientMessage] = []
    again: Future[ClientMessage] = Future()

    async def script(caller: Caller) -> None:
        setups.append(await caller.setup())
        if len(setups) == 1:
            message = await caller.hear()
            assert not caller.audio
            first.set_result(message)
            await caller.socket.send(
                '{"sessionResumptionUpdate": {"newHandle": "h", "resumable": true}}'
            )
            await caller.hear_audio(3200)
            caller.socket.transport.abort()
            return
        again.set_result(await caller.hear())
        await caller.until_goodbye()

    history = [("user", "I am Ada."), ("model", "Hello Ada!")]
    async with (
        scripted(script) as url,
        live.connect(endpoint=url, model=model, history=history) as session,
    ):
        content = (await asyncio.wrap_future(first)).client_content
        await session.until("reconnecting")
        await session.until("listening")
        await session.send_text("Who am I?")
        message = await asyncio.wrap_future(again)
        kinds = [event.kind for event in session.recording.events]
    assert content is not None
    assert [(turn.role, turn.text) for turn in content.turns] == history
    announced, resumed = (one.setup for one in setups)
    assert announced is not None
    assert (announced.history_config is not None) is profile_for(model).history_config
    assert content.turn_complete is profile_for(model).history_config
    assert resumed is not None
    assert resumed.session_resumption is not None
    assert resumed.session_resumption.handle == "h"
    assert resumed.history_config is None
    assert message.realtime_input is not None
    assert message.realtime_input.text == "Who am I?"
    assert kinds.count("history.seeded") == 1


@pytest.mark.parametrize(
    ("data", "mime_type"),
    [(b"\xff\xd8\xff\xe0rest", "image/jpeg"), (b"\x89PNG\r\n\x1a\nrest", "image/png")],
)
def test_a_picture_is_told_by_how_it_begins(data: bytes, mime_type: str) -> None:
    assert picture(data, 3, 4) == Blob(data=data, mime_type=mime_type)
    assert picture(bytearray(data), 3, 4).data == data


@pytest.mark.parametrize(
    ("data", "width", "height", "remedy"),
    [
        (b"xx", 3, 4, "no JPEG or PNG"),
        (b"", 3, 4, "no JPEG or PNG"),
        ("picture.jpg", 3, 4, "read_bytes"),
        (b"\xff\xd8\xff", 0, 4, "width= is in pixels"),
        (b"\xff\xd8\xff", 3, 4.5, "height= is in pixels"),
        (b"\xff\xd8\xff", True, 4, "width= is in pixels"),
        (b"\xff\xd8\xff", 3, "4", "height= is in pixels"),
    ],
)
def test_what_is_no_picture_is_refused(data: Any, width: Any, height: Any, remedy: str) -> None:
    with pytest.raises(SettingsError, match=remedy):
        picture(data, width, height)
