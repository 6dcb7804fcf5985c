"""Who answers."""

from __future__ import annotations

import pytest

from livekit_nb.errors import EndpointError
from livekit_nb.session.access.endpoint import choose, resolve

KEY = "canary-key-123"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(variable, raising=False)


def test_without_a_key_the_local_server_answers() -> None:
    assert choose() == "local server"


def test_with_a_key_google_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose(api_key=KEY) == "Google"
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    assert choose() == "Google"
    assert choose("local") == "local server"


async def test_google_gets_the_key_in_a_header_at_the_documented_address() -> None:
    endpoint = await resolve(api_key=f" {KEY}\n")
    assert endpoint.url == (
        "wss://generativelanguage.googleapis.com"
        "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
    )
    assert {name: key.reveal() for name, key in endpoint.headers.items()} == {"x-goog-api-key": KEY}
    assert endpoint.ssl_context is not None
    assert KEY not in repr(endpoint) + repr(endpoint.headers)


async def test_a_key_from_the_environment_goes_to_google_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    assert (await resolve("ws://example.org")).headers == {}
    assert (await resolve("google")).headers["x-goog-api-key"].reveal() == KEY


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("ws://127.0.0.1:8123", "ws://127.0.0.1:8123/ws/google.ai.generativelanguage."),
        ("http://localhost:8123/", "ws://localhost:8123/ws/google.ai.generativelanguage."),
        ("https://example.org/live/socket", "wss://example.org/live/socket"),
        ("wss://example.org/a?x=1", "wss://example.org/a?x=1"),
    ],
)
async def test_any_url_can_answer(given: str, url: str) -> None:
    assert (await resolve(given)).url.startswith(url)


@pytest.mark.parametrize(
    ("endpoint", "key", "hint"),
    [
        ("google", None, "GEMINI_API_KEY"),
        ("googel", None, "Did you mean 'google'"),
        ("Lokal", None, "Did you mean 'local'.* recording, or its path"),
        ("nowhere", None, "no endpoint. Use 'google'.* ends in '.liverec'"),
        (KEY, None, "no endpoint. Use"),
        ("ftp://example.org", None, "no endpoint"),
        ("ws://", None, "no endpoint"),
        (7, None, "a recording or its path.* int"),
        ("ws://u:p@example.org", None, "api_key"),
        (f"ws://example.org?key={KEY}", None, "api_key"),
        (None, "", "empty"),
        (None, "two words", "Copy it again"),
        (None, "sch\u00f6n", "Copy it again"),
    ],
)
async def test_what_is_no_endpoint_is_refused_with_a_remedy(
    endpoint: object, key: str | None, hint: str
) -> None:
    with pytest.raises(EndpointError, match=hint) as caught:
        await resolve(endpoint, key)
    assert KEY not in str(caught.value)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize("url", ["ws://127.0.0.1:99999", "ws://127.0.0.1:abc", "ws://[::1"])
def test_a_url_that_cannot_be_read_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(EndpointError, match="Write it like") as caught:
        choose(url)
    assert url not in str(caught.value)
    assert caught.value.__context__ is None
