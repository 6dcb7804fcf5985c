"""Typing a key in."""

from __future__ import annotations

import getpass
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.engine import engine
from livekit_nb.errors import EndpointError
from livekit_nb.session.access import credentials
from livekit_nb.session.access.endpoint import choose, resolve
from tests.patience import PATIENCE_S

CANARY = "canary-key-4711"

pytestmark = pytest.mark.usefixtures("nothing_known")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[str]]:
    """Have a person type this at the next prompt; returns the prompts."""
    prompts: list[str] = []

    def arrange(text: Any) -> list[str]:
        def ask(prompt: str = "", stream: Any = None) -> str:
            prompts.append(prompt)
            if isinstance(text, Exception):
                raise text
            return str(text)

        monkeypatch.setattr(getpass, "getpass", ask)
        return prompts

    return arrange


async def test_an_entered_key_is_googles_and_nobody_elses(typed: Any) -> None:
    prompts = typed(f" {CANARY} \n")
    said = live.enter_key()
    assert repr(said) == (
        "Kept in memory for this process only. Google answers, unless an endpoint is given."
    )
    assert CANARY not in repr(vars(said)) + repr(prompts)
    assert choose() == "Google"
    assert (await resolve()).headers["x-goog-api-key"].reveal() == CANARY
    assert choose("local") == "local server"
    assert (await resolve("ws://example.org")).headers == {}


def test_nothing_entered_forgets_the_key(typed: Any) -> None:
    typed("")
    assert repr(live.enter_key()) == "No key. The local server answers."
    typed(CANARY)
    live.enter_key()
    typed("  ")
    assert repr(live.enter_key()) == "Forgotten. The local server answers."
    assert choose() == "local server"


async def test_a_token_may_be_entered(typed: Any) -> None:
    typed(f"auth_tokens/{CANARY}")
    assert "Google answers through a token" in repr(live.enter_key())
    endpoint = await resolve()
    assert "v1alpha" in endpoint.url
    assert endpoint.url.endswith("BidiGenerateContentConstrained")


def test_what_is_no_key_is_refused_and_the_known_one_stays(typed: Any) -> None:
    typed(CANARY)
    live.enter_key()
    typed("oops two words")
    with pytest.raises(EndpointError, match="Copy it again") as caught:
        live.enter_key()
    assert "oops" not in str(caught.value)
    assert credentials.current_key().reveal() == CANARY  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "problem", [EOFError(), OSError("no stdin"), NotImplementedError("no stdin")]
)
def test_without_a_person_it_says_what_to_do(typed: Any, problem: Exception) -> None:
    typed(problem)
    with pytest.raises(EndpointError, match=r"nobody is there.*GEMINI_API_KEY") as caught:
        live.enter_key()
    assert caught.value.__context__ is None


def test_a_terminal_that_would_show_the_key_is_not_typed_into(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = []

    def shows(prompt: str = "", stream: Any = None) -> str:
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, 2)
        read.append(prompt)
        return CANARY

    monkeypatch.setattr(getpass, "getpass", shows)
    with pytest.raises(EndpointError, match="would show it"):
        live.enter_key()
    assert read == []


async def test_it_does_not_wait_on_the_engines_thread() -> None:
    async def inside() -> None:
        live.enter_key()

    with pytest.raises(EndpointError, match="async tool"):
        engine().submit(inside()).result(PATIENCE_S)
