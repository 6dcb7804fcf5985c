"""Keys and tokens that show themselves to nobody."""

from __future__ import annotations

import copy
import os
import pickle
from datetime import UTC, datetime

import pytest

from livekit_nb.errors import EndpointError
from livekit_nb.session.access import credentials
from livekit_nb.session.access.credentials import Key, Token, checked_key

CANARY = "canary-key-4711"
NAME = f"auth_tokens/{CANARY}"

pytestmark = pytest.mark.usefixtures("nothing_known")


def until(begins: float | None = 60.0, ends: float | None = 1800.0, now: float = 0.0) -> Token:
    moments = [None if at is None else datetime.fromtimestamp(at, UTC) for at in (begins, ends)]
    return Token(NAME, uses=1, begins_before=moments[0], ends_before=moments[1], now=lambda: now)


@pytest.mark.parametrize("key", [Key(CANARY), Token(NAME), until()])
def test_no_way_of_looking_at_a_key_shows_it(key: Key) -> None:
    looks = [repr(key), str(key), f"{key}", f"{key!r:>40}", repr([key]), repr(dir(key))]
    assert CANARY not in "".join(looks)
    assert CANARY in key.reveal()


@pytest.mark.parametrize("key", [Key(CANARY), until()])
def test_a_key_is_not_written_down(key: Key) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="not pickled") as caught:
            pickle.dumps({"key": key}, protocol)
        assert CANARY not in str(caught.value)
    assert copy.copy(key) is key
    assert copy.deepcopy([key])[0] is key
    with pytest.raises(TypeError):
        vars(key)


def test_what_begins_as_a_token_is_one() -> None:
    assert isinstance(checked_key(f" {NAME}\n"), Token)
    assert not isinstance(checked_key(CANARY), Token)
    token = until()
    assert checked_key(token) is token


@pytest.mark.parametrize("text", ["", " ", f"{CANARY} {CANARY}", f"{CANARY}\u00fc", f"{CANARY}\0"])
def test_what_is_no_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(EndpointError) as caught:
        checked_key(text)
    assert CANARY not in str(caught.value)
    frame = caught.tb
    while frame is not None:
        if frame.tb_frame.f_code.co_name == "checked_key":
            assert CANARY not in repr(frame.tb_frame.f_locals)
        frame = frame.tb_next


def test_what_is_no_text_is_no_key() -> None:
    with pytest.raises(EndpointError, match=r"not a text \(int\)"):
        checked_key(7)  # type: ignore[arg-type]


def test_an_entered_key_comes_before_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    assert credentials.current_key() is None
    monkeypatch.setenv("GOOGLE_API_KEY", "from-google-variable")
    monkeypatch.setenv("GEMINI_API_KEY", "from-gemini-variable")
    found = credentials.current_key()
    assert found is not None
    assert found.reveal() == "from-gemini-variable"
    credentials.keep(Key(CANARY))
    assert credentials.current_key() is not None
    assert credentials.current_key().reveal() == CANARY  # type: ignore[union-attr]
    assert credentials.forget()
    assert not credentials.forget()
    assert credentials.current_key().reveal() == "from-gemini-variable"  # type: ignore[union-attr]


def test_children_inherit_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in credentials.KEY_VARIABLES:
        monkeypatch.setenv(variable, CANARY)
    monkeypatch.setenv("SOMETHING_ELSE", "stays")
    credentials.keep(Key(CANARY))
    environment = credentials.environment_for_children()
    assert CANARY not in repr(environment)
    assert environment["SOMETHING_ELSE"] == "stays"
    assert set(os.environ) - set(environment) == set(credentials.KEY_VARIABLES)


def test_a_token_says_when_it_is_good() -> None:
    assert repr(until()) == (
        "<Token for google: 1 session; to begin before 00:01:00 UTC; to end before 00:30:00 UTC>"
    )
    assert repr(Token(NAME)) == "<Token for google>"
    assert "any number of sessions" in repr(Token(NAME, uses=0))
    assert "locked: voice, model" in repr(Token(NAME, locked=("voice", "model")))


@pytest.mark.parametrize(
    ("now", "words"),
    [(59.0, None), (60.0, "could begin sessions until 00:01:00"), (1800.0, "used until 00:30:00")],
)
def test_a_token_says_when_its_time_is_over(now: float, words: str | None) -> None:
    token = until(now=now)
    why = token.why_not()
    assert (why is None) == (words is None)
    assert token.expired == (words is not None)
    if words is not None and why is not None:
        assert words in why
        assert "mint_token" in why
        assert "expired" in repr(token)
