"""What models send, and what they are told of it."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal

import msgspec
import pytest

from livekit_nb.errors import ToolArgumentError
from livekit_nb.session.tools.arguments import Parameter, convert_arguments
from livekit_nb.session.tools.schema import MISSING, schema_of


@dataclasses.dataclass
class Address:
    street: str
    number: int
    kind: Literal["home", "work"] = "home"


def told(kind: Any, value: Any) -> str:
    with pytest.raises(ToolArgumentError) as caught:
        convert_arguments({"it": Parameter(kind, MISSING, schema_of(kind))}, {"it": value})
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (int, "many", "argument it should be a whole number, not text"),
        (int, 2.5, "argument it should be a whole number, not a number"),
        (str, 5, "argument it should be text, not a whole number"),
        (bool, [], "argument it should be true or false, not a list"),
        (float | None, {}, "argument it should be a number or nothing, not an object"),
        (list[int], "a", "argument it should be a list, not text"),
        (list[int], [1, "a"], "argument it, in [1] should be a whole number, not text"),
        (Address, {"street": "A"}, "argument it lacks number"),
        (Address, {"street": "A", "number": None}, "argument it, in number should be a whole"),
        (
            Literal["tea", "coffee"],
            "water",
            "argument it is not accepted (invalid enum value 'water'); it is one of tea, coffee",
        ),
        (
            list[Address],
            [{"street": "A", "number": 1, "kind": "pub"}],
            "argument it, in [0].kind is not accepted (invalid enum value 'pub'); "
            "it is one of home, work",
        ),
        (tuple[int, str], ["x", "y"], "argument it, in [0] should be a whole number, not text"),
        (
            tuple[int, Literal["tea", "coffee"]],
            [1, "water"],
            "argument it, in [1] is not accepted (invalid enum value 'water'); "
            "it is one of coffee, tea",
        ),
        (
            tuple[int, str],
            [1, "y", 2],
            "argument it is not accepted (expected `array` of length 2, got 3)",
        ),
        (dict[str, Literal["tea"]], {"a": "water"}, "argument it is not accepted (invalid enum"),
        (Annotated[int, msgspec.Meta(le=5)], 9, "argument it should be a whole number <= 5"),
    ],
)
def test_what_does_not_fit_is_said_in_words(kind: Any, value: Any, words: str) -> None:
    assert told(kind, value).startswith(words)


@pytest.mark.parametrize(
    ("kind", "sent", "value"),
    [
        (int, "5", 5),
        (int, 5.0, 5),
        (float, "2.5", 2.5),
        (float, 3, 3.0),
        (bool, "true", True),
        (list[int], [1.0, "2"], [1, 2]),
        (dict[int, str], {"1": "a"}, {1: "a"}),
    ],
)
def test_numbers_and_flags_written_as_texts_are_understood(
    kind: Any, sent: Any, value: Any
) -> None:
    result = convert_arguments({"it": Parameter(kind, MISSING, {})}, {"it": sent})
    assert result == {"it": value}
    assert type(result["it"]) is type(value)


def test_null_stands_for_what_may_be_left_out() -> None:
    parameters = {
        "days": Parameter(int, 3, {}),
        "near": Parameter(str | None, MISSING, {}),
        "far": Parameter(str | None, "there", {}),
    }
    assert convert_arguments(parameters, {"days": None}) == {"near": None}
    assert convert_arguments(parameters, {"far": None}) == {"near": None, "far": None}


def test_every_problem_is_named() -> None:
    parameters = {"a": Parameter(int, MISSING, {}), "b": Parameter(int, MISSING, {})}
    with pytest.raises(ToolArgumentError) as caught:
        convert_arguments(parameters, {"b": "x", "c": 1, "d": 2})
    assert str(caught.value) == (
        "there is no argument c, d; it takes a, b; argument a is missing; "
        "argument b should be a whole number, not text"
    )
