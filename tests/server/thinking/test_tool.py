"""Declarations of every dialect become the same tool."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from livekit_nb.server.thinking import Tool
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.tool import split_name

OPENAPI = {
    "type": "OBJECT",
    "properties": {
        "city": {"type": "STRING", "description": "The city"},
        "days": {"type": "INTEGER", "nullable": True},
        "units": {"type": "STRING", "enum": ["metric", "imperial"]},
    },
    "required": ["city"],
}
JSON_SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"$ref": "#/$defs/City"},
        "days": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        "units": {"oneOf": [{"const": "metric"}, {"const": "imperial"}]},
    },
    "required": ["city"],
    "$defs": {"City": {"type": "string", "description": "The city"}},
}


@pytest.mark.parametrize(
    ("key", "schema"),
    [
        ("parameters", OPENAPI),
        ("parametersJsonSchema", JSON_SCHEMA),
        ("parameters_json_schema", JSON_SCHEMA),
    ],
)
def test_dialects_give_the_same_parameters(key: str, schema: dict[str, object]) -> None:
    tool = Tool.from_declaration({"name": "forecast", "description": "Forecast", key: schema})
    told = [(p.name, p.type, p.required, p.enum) for p in tool.slots]
    assert told == [
        ("city", "string", True, ()),
        ("days", "integer", False, ()),
        ("units", "string", False, ("metric", "imperial")),
    ]
    assert tool.slots[0].description == "The city"


def test_types_given_as_a_list_are_reduced_to_what_is_not_null() -> None:
    schema = {"type": "object", "properties": {"n": {"type": ["null", "number"], "maximum": 5}}}
    (parameter,) = Tool.from_declaration({"name": "x", "parametersJsonSchema": schema}).slots
    assert (parameter.type, parameter.maximum) == ("number", 5.0)


def test_a_tool_without_parameters_has_no_slots() -> None:
    tool = Tool.from_declaration({"name": "stop"})
    assert tool.slots == ()
    assert tool.parameters == {"type": "object"}


def test_a_reference_to_itself_does_not_hang() -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "#/properties/a"}}}
    assert Tool.from_declaration({"name": "x", "parameters": schema}).slots[0].name == "a"


@example({"properties": {}, "required": [[]]})
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "type",
                        "properties",
                        "items",
                        "enum",
                        "required",
                        "anyOf",
                        "$ref",
                        "description",
                        "minimum",
                    ]
                ),
                inner,
            )
        ),
    )
)
def test_no_schema_is_too_strange_to_read(schema: object) -> None:
    tool = Tool.from_declaration({"name": "x", "description": schema, "parameters": schema})
    assert isinstance(tool.slots, tuple)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("getWeatherForCity", ("get", "weather", "for", "city")),
        ("set_HTTPTimeout", ("set", "http", "timeout")),
        ("party-size", ("party", "size")),
    ],
)
def test_names_are_split_into_words(name: str, words: tuple[str, ...]) -> None:
    assert split_name(name) == words


@pytest.mark.parametrize(
    ("name", "schema", "role"),
    [
        ("city", {}, "place"),
        ("to", {"description": "Name of the recipient"}, "person"),
        ("to", {"description": "Target language"}, "language"),
        ("to", {"description": "Where to go"}, "destination"),
        ("fromUnit", {"description": "unit of the value"}, "unit"),
        ("due", {"description": "When"}, "moment"),
        ("start", {"description": "ISO 8601 date and time"}, "moment"),
        ("showtime", {"description": "Time, e.g. '8:15 PM'"}, "time"),
        ("title", {"description": "Film title"}, "media"),
        ("x", {"description": "E-mail text", "type": "boolean"}, "boolean"),
        ("day", {"format": "date"}, "date"),
        ("thing", {}, "item"),
        ("qux", {}, "text"),
    ],
)
def test_roles_follow_name_and_description(name: str, schema: dict[str, str], role: str) -> None:
    declared = {"type": "object", "properties": {name: {"type": "string", **schema}}}
    (parameter,) = Tool.from_declaration({"name": "t", "parameters": declared}).slots
    assert role_of(parameter) == role


def test_parts_of_objects_are_parameters_of_their_own_and_come_back_as_objects():
    address = {
        "type": "OBJECT",
        "properties": {"street": {"type": "STRING"}, "city": {"type": "STRING"}},
        "required": ["city"],
    }
    deliver = Tool.from_declaration(
        {
            "name": "deliver",
            "parameters": {
                "type": "OBJECT",
                "properties": {"to": address, "billing": address, "count": {"type": "INTEGER"}},
                "required": ["to"],
            },
        }
    )
    required = {p.name for p in deliver.slots if p.required}
    assert required == {"to.city"}
    values = {"to.city": "Leeds", "count": 2}
    assert deliver.nested(values) == {"to": {"city": "Leeds"}, "count": 2}
    assert deliver.flat(deliver.nested(values)) == values
    assert deliver.nested({"billing.street": "7 Oak Street"}) == {}
