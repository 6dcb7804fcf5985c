"""What a model is told of a Python function."""

from __future__ import annotations

import enum
import functools
from typing import Annotated, Any, Literal

import pytest

import livekit_nb as live
from livekit_nb.errors import ToolArgumentError, ToolDeclarationError
from livekit_nb.session.tools.tool import TIMEOUT_S, Tool


class Size(enum.Enum):
    """Sizes of cups."""

    SMALL = "small"
    LARGE = "large"


def order(
    drink: Literal["tea", "coffee"],
    size: Size,
    cups: int = 1,
    sugar: bool | None = None,
    extras: list[str] | None = None,
    note: Annotated[str, "anything else"] = "",
    price: float = 2.5,
) -> dict[str, Any]:
    """Order a hot drink.

    It takes a while.

    Parameters
    ----------
    drink : str
        What to drink,
        hot only.
    cups : int
        How many.

    Returns
    -------
    dict
        A receipt.
    """
    return {"drink": drink, "size": size.value, "cups": cups}


def test_a_signature_becomes_a_schema() -> None:
    declaration = Tool(order).declaration
    assert declaration.name == "order"
    assert declaration.description == "Order a hot drink. It takes a while."
    assert declaration.parameters_json_schema == {
        "type": "object",
        "properties": {
            "drink": {
                "type": "string",
                "enum": ["tea", "coffee"],
                "description": "What to drink, hot only.",
            },
            "size": {
                "type": "string",
                "enum": ["small", "large"],
                "description": "Sizes of cups.",
            },
            "cups": {"type": "integer", "description": "How many. Default: 1.", "default": 1},
            "sugar": {"type": "boolean"},
            "extras": {"type": "array", "items": {"type": "string"}},
            "note": {"type": "string", "description": "anything else", "default": ""},
            "price": {"type": "number", "description": "Default: 2.5.", "default": 2.5},
        },
        "required": ["drink", "size"],
    }


def test_arguments_arrive_as_the_function_wants_them() -> None:
    arguments = Tool(order).arguments({"drink": "tea", "size": "large", "cups": 2.0, "price": 3})
    assert arguments == {"drink": "tea", "size": Size.LARGE, "cups": 2, "price": 3.0}
    assert order(**arguments)["size"] == "large"


def test_a_note_on_a_parameter_comes_before_what_its_type_says_of_itself() -> None:
    def pour(
        size: Size,
        cup: Annotated[Size, "which cup"],
        other: Size,
    ) -> None:
        """Pour.

        Args:
            size: How much.
            cup: Not this.
        """

    properties = (Tool(pour).declaration.parameters_json_schema or {})["properties"]
    assert [properties[name]["description"] for name in ("size", "cup", "other")] == [
        "How much.",
        "which cup",
        "Sizes of cups.",
    ]


def test_what_may_be_none_may_be_left_out() -> None:
    def find(city: str, near: str | None, far: int = 3) -> None:
        """Find."""

    found = Tool(find)
    assert (found.declaration.parameters_json_schema or {})["required"] == ["city"]
    assert found.arguments({"city": "Rome", "far": None}) == {"city": "Rome", "near": None}


def test_a_cancellation_is_given_and_not_asked_for() -> None:
    def slow(city: str, cancellation: live.Cancellation) -> None:
        """Take long."""

    async def slower(wanted: live.Cancellation | None = None) -> None:
        """Take longer."""

    given = live.Cancellation()
    assert list((Tool(slow).declaration.parameters_json_schema or {})["properties"]) == ["city"]
    assert Tool(slow).arguments({"city": "Rome"}, given) == {"city": "Rome", "cancellation": given}
    assert Tool(slower).declaration.parameters_json_schema is None
    assert Tool(slower).arguments({}, given) == {"wanted": given}
    with pytest.raises(ToolArgumentError, match="no argument cancellation"):
        Tool(slow).arguments({"city": "Rome", "cancellation": True})


def test_a_tool_is_still_a_function() -> None:
    marked = live.tool(order)
    assert marked("tea", Size.SMALL)["cups"] == 1
    assert live.tool(marked) is marked
    assert repr(marked).startswith("<Tool order(")


def test_options_are_kept_and_may_be_changed() -> None:
    @live.tool(blocking=False, scheduling="INTERRUPTED", timeout_s=5, name="book_it")
    async def book(city: str) -> None:
        """Book."""

    assert (book.name, book.declaration.name) == ("book_it", "book_it")
    assert (book.blocking, book.scheduling, book.timeout_s) == (False, "interrupt", 5)
    assert book.is_async
    assert not book.streams
    patient = live.tool(timeout_s=None)(book)
    assert (patient.name, patient.scheduling, patient.timeout_s) == ("book_it", "interrupt", None)
    assert (live.tool(order).blocking, live.tool(order).timeout_s) == (None, TIMEOUT_S)


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"scheduling": "later"}, "'silent', 'when_idle', 'interrupt'"),
        ({"scheduling": 3}, "'silent'"),
        ({"blocking": True, "scheduling": "silent"}, "Leave one of them out"),
        ({"blocking": "no"}, "True or False"),
        ({"timeout_s": 0}, "above 0"),
        ({"timeout_s": float("nan")}, "above 0"),
        ({"timeout_s": True}, "above 0"),
        ({"name": "book it"}, "name="),
        ({"name": ""}, "name="),
        ({"timeout": 3}, "timeout_s"),
    ],
)
def test_options_that_cannot_be_are_refused_with_a_remedy(
    options: dict[str, Any], remedy: str
) -> None:
    with pytest.raises(ToolDeclarationError, match=remedy):
        live.tool(**options)(order)


def test_a_type_that_no_json_carries_is_named_without_the_librarys_advice() -> None:
    def turn(angle: complex) -> None:
        """Turn."""

    with pytest.raises(ToolDeclarationError, match="complex") as refused:
        Tool(turn)
    assert "schema_hook" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_bound_and_partial_functions_are_tools() -> None:
    class Desk:
        def order(self, drink: str) -> str:
            """Order."""
            return drink

    half = functools.partial(order, size=Size.SMALL)
    assert list(Tool(Desk().order).parameters) == ["drink"]
    assert Tool(half).name == "order"
    assert Tool(half).parameters["size"].default is Size.SMALL


def test_no_parameters_means_no_schema() -> None:
    def now() -> str:
        """Tell the time."""
        return "noon"

    assert Tool(now).declaration.parameters_json_schema is None


def untyped(city):
    """Weather."""


def starred(*cities: str) -> None:
    """Weather."""


def keywords(**cities: str) -> None:
    """Weather."""


def unspeakable(thing: object) -> None:
    """Do."""


class Opaque:
    """No JSON can carry this."""


def opaque(thing: Opaque) -> None:
    """Do."""


@pytest.mark.parametrize(
    ("function", "remedy"),
    [
        (untyped, "city: str"),
        (starred, "Name every parameter"),
        (keywords, "Name every parameter"),
        (opaque, "Use str, int"),
        (lambda: None, "plain name"),
        ("weather", "Write a function"),
        (3, "Write a function"),
    ],
)
def test_what_no_model_could_call_is_refused_with_a_remedy(function: Any, remedy: str) -> None:
    with pytest.raises(ToolDeclarationError, match=remedy):
        Tool(function)
