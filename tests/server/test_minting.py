"""google-genai mints tokens at the embedded server and talks with them."""

from __future__ import annotations

import warnings

import pytest
from google import genai
from google.genai import errors, types

MODEL = "gemini-3.8-live"
PUCK = {"speech_config": {"voice_config": {"prebuilt_voice_config": {"voice_name": "Nobody"}}}}


@pytest.fixture
def client(live_server, monkeypatch):
    """Make clients of the official SDK, which finds the server by its environment alone."""
    monkeypatch.setenv("SSL_CERT_FILE", live_server.ca_file)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", live_server.tls_url.replace("wss:", "https:"))

    def make(key="any"):
        return genai.Client(api_key=key, http_options={"api_version": "v1alpha"})

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*experimental.*")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        yield make


def minted(client, **config):
    with client() as minter:
        name = minter.auth_tokens.create(config=config).name
    assert name.startswith("auth_tokens/")
    return name


async def answered(client, token, text="Hello.", model=MODEL, **config):
    """Return the transcript of the answer, without waiting until it would have been heard."""
    config = {"response_modalities": ["AUDIO"], "output_audio_transcription": {}} | config
    user = client(token)
    async with user.aio.live.connect(model=model, config=config) as session:
        await session.send_realtime_input(text=text)
        said = ""
        async for message in session.receive():
            content = message.server_content
            if content and content.output_transcription:
                said += content.output_transcription.text or ""
            if content and content.generation_complete:
                break
        return said


async def test_a_token_is_good_for_one_session(client):
    token = minted(client)
    assert await answered(client, token)
    with pytest.raises(errors.APIError, match="API key not valid: the token was used"):
        await answered(client, token)


async def test_a_token_may_lay_down_the_whole_setup(client):
    laid_down = {
        "model": MODEL,
        "config": {
            "system_instruction": "Your name is Kim.",
            "response_modalities": ["AUDIO"],
            "output_audio_transcription": {},
        },
    }
    token = minted(client, uses=2, live_connect_constraints=laid_down)
    said = await answered(
        client, token, "What is your name?", system_instruction="Your name is Robin.", **PUCK
    )
    assert "Kim" in said


async def test_a_token_may_lay_down_some_fields(client):
    token = minted(
        client,
        live_connect_constraints={"config": {"system_instruction": "Your name is Kim."}},
        lock_additional_fields=[],
    )
    said = await answered(
        client, token, "What is your name?", system_instruction="Your name is Robin."
    )
    assert "Kim" in said


async def test_what_is_not_laid_down_is_the_clients(client):
    token = minted(
        client,
        uses=2,
        live_connect_constraints={
            "model": MODEL,
            "config": {"response_modalities": ["AUDIO"], "temperature": 0.5},
        },
        lock_additional_fields=["top_k"],
    )
    assert "Kim" in await answered(
        client, token, "What is your name?", system_instruction="Your name is Kim."
    )
    with pytest.raises(errors.APIError, match="voice"):
        await answered(client, token, **PUCK)


async def test_resuming_uses_nothing_up(client):
    token = minted(client)
    config = {"response_modalities": ["AUDIO"], "session_resumption": {}}
    handle = None
    user = client(token)
    async with user.aio.live.connect(model=MODEL, config=config) as session:
        await session.send_realtime_input(text="My name is Ada.")
        async for message in session.receive():
            update = message.session_resumption_update
            handle = update.new_handle if update and update.resumable else handle
        async for message in session.receive():  # what follows the turn
            update = message.session_resumption_update
            if update and update.resumable:
                handle = update.new_handle
                assert update.last_consumed_client_message_index == 1
                break
    assert handle
    again = {"session_resumption": types.SessionResumptionConfig(handle=handle)}
    assert "Ada" in await answered(client, token, "What is my name?", **again)


async def test_an_unknown_token_is_refused(client):
    with pytest.raises(errors.APIError, match="API key not valid"):
        await answered(client, "auth_tokens/made-up")


async def test_times_that_are_over_are_refused_when_minting(client):
    with pytest.raises(errors.ClientError, match="expireTime must be within"):
        minted(client, expire_time="2020-01-01T00:00:00Z")
