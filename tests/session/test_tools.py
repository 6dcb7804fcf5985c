"""What a model is told of a Python function."""

from __future__ import annotations

import enum
from typing import Annotated, Any, Literal

import msgspec
import pytest

import livekit_nb as live
from livekit_nb.errors import ToolDeclarationError
from livekit_nb.session.tools import Tool, as_tools


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
                "enum": ["coffee", "tea"],
                "description": "What to drink, hot only.",
            },
            "size": {
                "type": "string",
                "enum": ["large", "small"],
                "description": "Sizes of cups.",
            },
            "cups": {"type": "integer", "description": "How many."},
            "sugar": {"type": "boolean"},
            "extras": {"type": "array", "items": {"type": "string"}},
            "note": {"type": "string", "description": "anything else"},
            "price": {"type": "number"},
        },
        "required": ["drink", "size"],
    }


def test_arguments_arrive_as_the_function_wants_them() -> None:
    arguments = Tool(order).arguments({"drink": "tea", "size": "large", "cups": 2.0, "price": 3})
    assert arguments == {"drink": "tea", "size": Size.LARGE, "cups": 2, "price": 3.0}
    assert order(**arguments)["size"] == "large"


@pytest.mark.parametrize(
    "args",
    [{"drink": "water", "size": "large"}, {"drink": "tea"}, {"drink": "tea", "size": "huge"}],
)
def test_arguments_that_do_not_fit_are_refused(args: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        Tool(order).arguments(args)


def test_other_manners_of_docstring_are_read() -> None:
    def google(a: str, b: int = 2) -> None:
        """Do it.

        Args:
            a: The first.
            b (int): The second
                of two.
        """

    def rest(a: str) -> None:
        """Do it.

        :param a: The first.
        :returns: nothing
        """

    schema = Tool(google).declaration.parameters_json_schema
    assert schema is not None
    assert schema["properties"]["a"]["description"] == "The first."
    assert schema["properties"]["b"]["description"] == "The second of two."
    schema = Tool(rest).declaration.parameters_json_schema
    assert schema is not None
    assert schema["properties"]["a"]["description"] == "The first."
    assert Tool(rest).declaration.description == "Do it."


def test_a_tool_is_still_a_function() -> None:
    marked = live.tool(order)
    assert marked("tea", Size.SMALL)["cups"] == 1
    assert live.tool(marked) is marked
    assert repr(marked).startswith("<Tool order(")


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


def test_one_tool_or_many() -> None:
    assert as_tools(None) == []
    assert [tool.name for tool in as_tools(order)] == ["order"]
    assert [tool.name for tool in as_tools([order, live.tool(starless)])] == ["order", "starless"]


def starless(city: str) -> None:
    """Weather."""
