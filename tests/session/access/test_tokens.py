"""Minting ephemeral tokens: the request byte for byte, and what becomes of the answer."""

from __future__ import annotations

import json
import socket
import time
from datetime import UTC, datetime
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.errors import ConnectError, EndpointError, SettingsError
from livekit_nb.session.access import credentials
from livekit_nb.session.access.credentials import Key, Token
from livekit_nb.session.access.endpoint import Endpoint, choose, resolve, resolve_mint
from livekit_nb.session.access.posting import post
from livekit_nb.session.access.tokens import overridden
from tests.session.access.http_desk import desk, http

CANARY = "canary-key-4711"
NAME = "auth_tokens/canary-token-0815"
MINTED = http("200 OK", json.dumps({"name": NAME, "unknown": 1}).encode())


@pytest.fixture(autouse=True)
def _within_a_second(nothing_known: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # 2026-11-22 08:00:00.4 UTC: moments are told in whole seconds, never too early.
    monkeypatch.setattr(time, "time", lambda: 1795334400.4)


async def requested(**settings: Any) -> tuple[str, bytes]:
    """The head and the body of the request for a token."""
    with desk(MINTED) as google:
        await live.mint_token(
            endpoint=f"http://127.0.0.1:{google.port}", api_key=CANARY, **settings
        )
    head, _, body = google.request.partition(b"\r\n\r\n")
    return head.decode().replace(str(google.port), "PORT"), body


async def test_the_request_byte_for_byte() -> None:
    head, body = await requested()
    assert body == (
        b'{"uses":1,"expireTime":"2026-11-22T08:30:01Z",'
        b'"newSessionExpireTime":"2026-11-22T08:01:01Z"}'
    )
    assert head.splitlines() == [
        "POST /v1alpha/auth_tokens HTTP/1.1",
        "Accept-Encoding: identity",
        "X-Goog-Api-Key: canary-key-4711",
        f"Content-Length: {len(body)}",
        "Host: 127.0.0.1:PORT",
        "Content-Type: application/json",
        "User-Agent: livekit-nb",
        "Connection: close",
    ]


async def test_what_is_given_is_locked_and_nothing_else() -> None:
    _, body = await requested(
        uses=0,
        expire_s=7200,
        new_session_expire_s=7200,
        voice="Kore",
        instructions="Speak French.",
        thinking=None,
        interruptions=True,
    )
    assert body == (
        b'{"uses":0,"expireTime":"2026-11-22T10:00:01Z",'
        b'"newSessionExpireTime":"2026-11-22T10:00:01Z",'
        b'"bidiGenerateContentSetup":{"generationConfig":{"speechConfig":{"voiceConfig":'
        b'{"prebuiltVoiceConfig":{"voiceName":"Kore"}}}},'
        b'"systemInstruction":{"parts":[{"text":"Speak French."}],"role":"user"}},'
        b'"fieldMask":"generationConfig.speechConfig,generationConfig.thinkingConfig,'
        b'realtimeInputConfig,systemInstruction"}'
    )


async def test_sampling_is_locked_number_by_number() -> None:
    _, body = await requested(temperature=0.5, media_resolution="low")
    assert json.loads(body)["bidiGenerateContentSetup"] == {
        "generationConfig": {"temperature": 0.5, "mediaResolution": "MEDIA_RESOLUTION_LOW"}
    }
    mask = {"generationConfig.temperature", "generationConfig.mediaResolution"}
    assert set(json.loads(body)["fieldMask"].split(",")) == mask


async def test_everything_locked_is_the_whole_setup_without_a_mask() -> None:
    _, body = await requested(lock="everything", model="gemini-3.8-live", resumption=False)
    sent = json.loads(body)
    assert "fieldMask" not in sent
    assert sent["bidiGenerateContentSetup"] == {
        "model": "models/gemini-3.8-live",
        "generationConfig": {"responseModalities": ["AUDIO"]},
        "inputAudioTranscription": {},
        "outputAudioTranscription": {},
        "contextWindowCompression": {"slidingWindow": {}},
    }


async def test_tools_can_be_locked() -> None:
    def get_weather(city: str) -> str:
        """Weather of a city."""
        return city

    _, body = await requested(tools=[get_weather])
    sent = json.loads(body)
    assert sent["fieldMask"] == "tools"
    (group,) = sent["bidiGenerateContentSetup"]["tools"]
    assert group["functionDeclarations"][0]["name"] == "get_weather"


async def test_a_token_knows_who_minted_it_and_hides_itself() -> None:
    with desk(MINTED) as google:
        url = f"ws://127.0.0.1:{google.port}"
        token = await live.mint_token(uses=2, voice="Kore", endpoint=url, api_key=CANARY)
    assert token.reveal() == NAME
    assert NAME not in repr(token) + str(token)
    assert token.uses == 2
    assert token.locked == ("voice",)
    assert token.ends_before == datetime(2026, 11, 22, 8, 30, 1, tzinfo=UTC)
    assert choose(api_key=token) == f"127.0.0.1:{google.port}"
    endpoint = await resolve(api_key=token)
    assert endpoint.url == (
        f"{url}/ws/google.ai.generativelanguage.v1alpha.GenerativeService."
        "BidiGenerateContentConstrained"
    )
    headers = {name: key.reveal() for name, key in endpoint.headers.items()}
    assert headers == {"Authorization": f"Token {NAME}"}
    assert NAME not in repr(endpoint) + repr(endpoint.headers)


async def test_a_token_as_text_is_one_of_googles() -> None:
    endpoint = await resolve(api_key=NAME)
    assert endpoint.label == "Google"
    assert endpoint.url == (
        "wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1alpha."
        "GenerativeService.BidiGenerateContentConstrained"
    )
    assert list(endpoint.headers) == ["Authorization"]


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("google", "https://generativelanguage.googleapis.com/v1alpha/auth_tokens"),
        (None, "https://generativelanguage.googleapis.com/v1alpha/auth_tokens"),
        ("ws://127.0.0.1:8123", "http://127.0.0.1:8123/v1alpha/auth_tokens"),
        (
            "wss://example.org/gate/ws/google.ai.generativelanguage.v1beta.GenerativeService."
            "BidiGenerateContent",
            "https://example.org/gate/v1alpha/auth_tokens",
        ),
    ],
)
async def test_where_tokens_are_minted(endpoint: str | None, url: str) -> None:
    asked = await resolve_mint(endpoint, CANARY)
    assert asked.url == url
    assert asked.headers["x-goog-api-key"].reveal() == CANARY


async def test_the_key_goes_to_google_in_a_header_and_never_into_the_address() -> None:
    credentials.keep(Key(CANARY))
    asked = await resolve_mint()
    assert CANARY not in asked.url + repr(asked)


async def test_a_token_mints_no_tokens() -> None:
    with pytest.raises(EndpointError, match="mints no tokens"):
        await live.mint_token(api_key=NAME)


def test_an_expired_token_is_explained_before_anybody_connects() -> None:
    token = Token(NAME, ends_before=datetime(2026, 11, 22, 7, 59, 59, tzinfo=UTC), now=time.time)
    with pytest.raises(EndpointError, match=r"until 07:59:59 UTC.*mint_token"):
        live.connect(api_key=token)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"uses": -1}, "how many sessions"),
        ({"uses": True}, "how many sessions"),
        ({"expire_s": float("nan")}, "above 0"),
        ({"expire_s": 72_000}, "20 hours"),
        ({"expire_s": "1h"}, "number of seconds"),
        ({"new_session_expire_s": 0}, "above 0"),
        ({"expire_s": 60, "new_session_expire_s": 61}, "at least new_session_expire_s"),
        ({"lock": "some"}, "'given' or 'everything'"),
        ({"voise": "Kore"}, "Did you mean voice"),
        ({"budget_usd": 1.0}, "budget_usd is no part"),
        ({"history": [("user", "hi")]}, "history is no part"),
        ({"model": "gemini-3.8-live", "thinking": "high"}, "thinking"),
    ],
)
async def test_what_cannot_be_asked_for_is_refused_here(
    settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        await live.mint_token(api_key=CANARY, **settings)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (
            http("400 Bad Request", b'{"error":{"message":"API key not valid. canary-key-4711"}}'),
            400,
            "API key is missing, wrong",
        ),
        (http("400 Bad Request", b'{"error":{"message":"Unknown name"}}'), 400, "one by one"),
        (http("403 Forbidden", b""), 403, "API key is missing, wrong"),
        (http("404 Not Found", b"<html>"), 404, "Check the endpoint"),
        (http("429 Too Many Requests", b""), 429, "asked too often"),
        (http("503 Service Unavailable", b""), 503, "Try again"),
        (
            http("307 Temporary Redirect", b"", "Location: http://127.0.0.1:9/elsewhere"),
            307,
            "not sent after them",
        ),
        (http("200 OK", b"[1]"), None, "no JSON object"),
        (http("200 OK", b"[" * 65536), None, "no JSON object"),
        (http("200 OK", b"\xff\xfe"), None, "no JSON object"),
        (http("200 OK", b"{}"), None, "no token"),
        (http("200 OK", b'{"name":"something/else"}'), None, "no token"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", None, "does not speak HTTP"),
        (b"", None, "does not speak HTTP"),
    ],
)
async def test_refusals_are_explained_and_hold_no_key(
    answer: bytes, code: int | None, words: str
) -> None:
    with desk(answer) as google, pytest.raises(ConnectError, match=words) as caught:
        await live.mint_token(endpoint=f"http://127.0.0.1:{google.port}", api_key=CANARY)
    assert caught.value.code == code
    problem: BaseException | None = caught.value
    while problem is not None:
        assert CANARY not in repr(problem) + str(problem)
        problem = problem.__cause__ or problem.__context__


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(ConnectError, match="nobody listens"):
        post(Endpoint(f"http://127.0.0.1:{port}/", "example"), b"{}", "mint tokens")


@pytest.mark.parametrize(
    ("locked", "given", "lost"),
    [
        (("voice",), ["voice", "model"], ["voice"]),
        (("activity",), ["silence_s"], ["silence_s"]),  # told in the same part of the setup
        (("everything",), ["voice", "history", "tools"], ["voice", "tools"]),
        ((), ["voice"], []),
    ],
)
def test_settings_that_a_token_decides_are_known(
    locked: tuple[str, ...], given: list[str], lost: list[str]
) -> None:
    assert overridden(given, Token("auth_tokens/x", locked=locked)) == lost
    assert overridden(given, Key("x")) == overridden(given, None) == []


def test_who_sets_what_a_token_decides_is_warned() -> None:
    token = Token("auth_tokens/x", minted_by="local", locked=("voice", "instructions"))
    with pytest.warns(UserWarning, match="its own voice, instructions, so") as warned:
        live.connect(api_key=token, voice="Puck", instructions="Be brief.")
    assert warned[0].filename == __file__
    live.connect(api_key=token, temperature=1.0)
