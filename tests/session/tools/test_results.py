"""What tools return, as JSON."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import livekit_nb as live
from livekit_nb.errors import ToolDeclarationError
from livekit_nb.session.tools.results import MOST_BYTES, as_response


class Sky(enum.Enum):
    CLEAR = "clear"


@dataclasses.dataclass
class Weather:
    sky: Sky
    at: datetime.date


class Card(msgspec.Struct, rename="camel"):
    card_number: int


@pytest.mark.parametrize(
    ("value", "response"),
    [
        (Weather(Sky.CLEAR, datetime.date(2026, 1, 2)), {"sky": "clear", "at": "2026-01-02"}),
        (Card(5), {"cardNumber": 5}),
        ({1: {2}}, {"1": [2]}),
        ([np.int64(1), np.array([1.5, 2.5])], {"result": [1, [1.5, 2.5]]}),
        (np.array(3), {"result": 3}),
        ("words", {"result": "words"}),
        ({"error": "no such city"}, {"error": "no such city"}),
    ],
)
def test_plain_things_come_of_it(value: Any, response: dict[str, Any]) -> None:
    assert as_response(value) == response


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(JSON)
def test_a_response_is_an_object_that_says_something_and_the_value_is_in_it(value: Any) -> None:
    response = as_response(value)
    assert response
    assert json.loads(msgspec.json.encode(response)) == response
    if isinstance(value, dict) and value:
        assert response == value
    elif value is not None and value != {}:
        assert response["result"] == value
        assert set(response) == ({"result", "status"} if value in ("", []) else {"result"})


def test_what_is_too_long_or_no_text_is_refused() -> None:
    as_response("x" * (MOST_BYTES - 100))
    with pytest.raises(ValueError, match="too long for a conversation"):
        as_response("x" * MOST_BYTES)
    with pytest.raises(ValueError, match="surrogate"):
        as_response({"name": "caf\udce9"})
    with pytest.raises(TypeError, match="no JSON"):
        as_response({"it": object()})


def test_a_result_tells_when_it_is_spoken_of() -> None:
    assert live.ToolResult(1, scheduling="INTERRUPTED").scheduling == "interrupt"
    with pytest.raises(ToolDeclarationError, match="'silent', 'when_idle', 'interrupt'"):
        live.ToolResult(1, scheduling="soon")
    assert "JPEG" not in repr(live.ToolResult(images=[(b"JPEG", "image/jpeg")]))


@pytest.mark.parametrize(
    "images",
    [
        [b"\x89PNG"],
        b"\x89PNG",
        "image.png",
        (b"\x89PNG", "image/png"),
        [(object(), "image/png")],
        [(b"\x89PNG", "png")],
        [("image/png", b"\x89PNG")],
        [(b"\x89PNG", None)],
        [(b"\x89PNG", "image/\udce9")],
        {b"\x89PNG": "image/png"},
        None,
        object(),
    ],
)
def test_pictures_that_are_none_are_refused_where_they_are_given(images: Any) -> None:
    with pytest.raises(ToolDeclarationError, match=r"a list of \(bytes, type\).*getvalue\(\)"):
        live.ToolResult("a plot", images=images)


def test_pictures_are_kept_as_they_were_given() -> None:
    drawn = bytearray(b"PNG")
    result = live.ToolResult(images=((data, "image/png") for data in (drawn, memoryview(drawn))))  # type: ignore[arg-type]
    drawn[:] = b"GIF"
    assert result.images == ((b"PNG", "image/png"),) * 2
