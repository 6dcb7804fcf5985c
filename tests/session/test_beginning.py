"""How a conversation begins, or does not: the key, the settings, and what is told when it fails."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.errors import ConnectError, EndpointError, SettingsError
from livekit_nb.session.connection import connection as connection_module
from tests.patience import PATIENCE_S
from tests.session.scripted_server import Caller, scripted


async def test_the_key_travels_in_a_header_and_nowhere_else() -> None:
    seen: Future[tuple[str, str | None]] = Future()

    async def script(caller: Caller) -> None:
        request = caller.socket.request
        assert request is not None
        seen.set_result((request.path, request.headers.get("x-goog-api-key")))
        await caller.setup()
        await caller.until_goodbye()

    async with (
        scripted(script) as url,
        live.connect(endpoint=url, api_key="canary-key-123") as session,
    ):
        path, key = await asyncio.wrap_future(seen)
        shown = repr(session) + repr(session.recording) + repr(vars(session))
    assert key == "canary-key-123"
    assert path == "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
    assert "canary" not in shown


@pytest.mark.parametrize(
    ("model", "chosen", "version"),
    [
        ("gemini-2.5-flash-native-audio-preview-12-2025", {"proactive": True}, "v1alpha"),
        ("gemini-2.5-flash-native-audio-preview-12-2025", {"affective": True}, "v1alpha"),
        ("gemini-2.5-flash-native-audio-preview-12-2025", {}, "v1beta"),
        ("gemini-3.8-live", {"proactive": True}, "v1beta"),
    ],
)
async def test_what_only_one_version_of_the_api_knows_is_asked_of_that(
    model: str, chosen: dict[str, Any], version: str
) -> None:
    asked: Future[str] = Future()

    async def script(caller: Caller) -> None:
        assert caller.socket.request is not None
        asked.set_result(caller.socket.request.path)
        await caller.setup()
        await caller.until_goodbye()

    async with (
        scripted(script) as url,
        live.connect(endpoint=url, model=model, **chosen),
    ):
        path = await asyncio.wrap_future(asked)
    assert f".{version}.GenerativeService.BidiGenerateContent" in path


async def test_the_key_is_in_no_log_and_no_repr(caplog: pytest.LogCaptureFixture) -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.until_goodbye()

    caplog.set_level(logging.DEBUG)
    async with scripted(script) as url:
        connecting = live.connect(endpoint=url, api_key="canary-key-123")
        shown = repr(connecting) + repr(vars(connecting))
        await (await connecting).close()
    with pytest.raises(EndpointError) as caught:
        live.connect(endpoint="canary-key-123")
    # The test's own server writes down what it receives; our side must not.
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("websockets.server")]
    assert "canary" not in shown + str(caught.value) + "".join(ours)


async def test_cancelling_while_connecting_leaves_nothing_open() -> None:
    begun: Future[None] = Future()
    ended: Future[None] = Future()

    async def script(caller: Caller) -> None:
        await caller.hear()
        begun.set_result(None)
        await caller.socket.wait_closed()
        ended.set_result(None)

    async with scripted(script) as url:
        task = asyncio.ensure_future(live.connect(endpoint=url)._open())
        await asyncio.wrap_future(begun)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(asyncio.wrap_future(ended), PATIENCE_S)


async def test_a_wrong_key_is_explained() -> None:
    async def script(caller: Caller) -> None:
        await caller.hear()
        await caller.socket.close(1007, "API key not valid. Please pass a valid API key.")

    async with scripted(script) as url:
        with pytest.raises(ConnectError, match=r"key was refused.*1007.*GEMINI_API_KEY") as caught:
            await live.connect(endpoint=url, api_key="canary-key-123")
    assert caught.value.code == 1007
    assert "canary" not in str(caught.value)


async def test_a_setup_that_is_never_answered_is_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection_module, "SETUP_TIMEOUT_S", 0.05)

    async def script(caller: Caller) -> None:
        await caller.until_goodbye()

    async with scripted(script) as url:
        with pytest.raises(
            ConnectError, match=r"within 0\.05 s.*The only settings in it to suspect are"
        ):
            await live.connect(endpoint=url)


def test_what_is_not_awaited_says_so() -> None:
    connecting = live.connect(endpoint="local")
    for name in ("say", "next_turn", "recording", "close"):
        with pytest.raises(AttributeError, match=rf"\.{name} .*session = await live\.connect"):
            getattr(connecting, name)
    with pytest.raises(AttributeError, match="no attribute 'sey'"):
        connecting.sey  # noqa: B018 (the access is the test)
    with pytest.raises(SettingsError, match="async with"), connecting:
        raise AssertionError


async def test_nobody_there_is_explained() -> None:
    with pytest.raises(ConnectError, match="cannot be reached"):
        await live.connect(endpoint="ws://127.0.0.1:9")


@pytest.mark.parametrize(
    ("unknown", "hint"),
    [
        ({"tool": len}, r"live.connect has no setting tool=\. Did you mean tools=\[…\]\?"),
        ({"instruction": "x"}, "Did you mean instructions=…"),
        ({"proactivity": True}, "Did you mean proactive=…"),
        ({"temprature": 1.0}, "Did you mean temperature=…"),
        (
            {"colour": "x"},
            "It takes tools, instructions, endpoint, api_key, record, model, voice, activity",
        ),
    ],
)
def test_a_setting_that_there_is_not_is_told_with_the_one_that_was_meant(
    unknown: dict[str, Any], hint: str
) -> None:
    with pytest.raises(SettingsError, match=hint):
        live.connect(**unknown)
