"""Types as schemas, and what comes back."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, NewType, NotRequired, TypedDict

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.errors import ToolArgumentError
from livekit_nb.session.tools.arguments import Parameter, convert_arguments
from livekit_nb.session.tools.schema import MISSING, accepts_none, schema_of, with_default


class Size(enum.Enum):
    """Sizes of cups."""

    SMALL = "small"
    LARGE = "large"


class Floor(enum.IntEnum):
    GROUND = 0
    FIRST = 1


@dataclasses.dataclass
class Address:
    """Where somebody lives.

    Attributes
    ----------
    street : str
        With the number.
    """

    street: str
    zip: Annotated[str, "five digits"] = ""
    floor: Floor | None = None
    key: int = dataclasses.field(default=7, init=False)


class Person(TypedDict):
    """A person.

    Parameters
    ----------
    name : str
        The whole name.
    """

    name: str
    home: Address
    phones: NotRequired[list[str]]


class Card(msgspec.Struct, rename="camel", tag="card"):
    owner_name: str
    limit: Annotated[int, msgspec.Meta(ge=0, le=500)] = 100
    tags: list[str] = msgspec.field(default_factory=list)


class Point(NamedTuple):
    x: int
    y: int = 0


@dataclasses.dataclass
class Node:
    children: list[Node]


Metres = NewType("Metres", float)


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (str, {"type": "string"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (Any, {}),
        (Metres, {"type": "number"}),
        (Literal["b", "a"], {"type": "string", "enum": ["b", "a"]}),
        (Literal[3, 1], {"type": "integer", "enum": [3, 1]}),
        (Literal["a", 1], {"enum": ["a", 1]}),
        (Literal["a", None], {"type": "string", "enum": ["a"]}),
        (Size, {"type": "string", "enum": ["small", "large"], "description": "Sizes of cups."}),
        (Floor, {"type": "integer", "enum": [0, 1]}),
        (int | None, {"type": "integer"}),
        (int | str, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        (int | str | None, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (list, {"type": "array", "items": {}}),
        (
            list[int | None],
            {"type": "array", "items": {"type": ["integer", "null"]}},
        ),
        (Sequence[bool], {"type": "array", "items": {"type": "boolean"}}),
        (set[str], {"type": "array", "items": {"type": "string"}, "uniqueItems": True}),
        (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}),
        (
            tuple[int, str],
            {
                "type": "array",
                "prefixItems": [{"type": "integer"}, {"type": "string"}],
                "items": False,
                "minItems": 2,
                "maxItems": 2,
            },
        ),
        (dict[str, float], {"type": "object", "additionalProperties": {"type": "number"}}),
        (dict, {"type": "object"}),
        (Mapping[str, Any], {"type": "object"}),
        (datetime.date, {"type": "string", "format": "date"}),
        (uuid.UUID, {"type": "string", "format": "uuid"}),
        (Annotated[int, "how many"], {"type": "integer", "description": "how many"}),
        (
            Annotated[int, msgspec.Meta(ge=1, le=5, description="stars")],
            {"type": "integer", "minimum": 1, "maximum": 5, "description": "stars"},
        ),
        (
            Annotated[list[Annotated[str, "a word"]], "words"],
            {
                "type": "array",
                "items": {"type": "string", "description": "a word"},
                "description": "words",
            },
        ),
        (
            Address,
            {
                "type": "object",
                "description": "Where somebody lives.",
                "properties": {
                    "street": {"type": "string", "description": "With the number."},
                    "zip": {"type": "string", "description": "five digits", "default": ""},
                    "floor": {"type": "integer", "enum": [0, 1]},
                },
                "required": ["street"],
            },
        ),
        (
            Card,
            {
                "type": "object",
                "properties": {
                    "type": {"type": "string", "enum": ["card"]},
                    "ownerName": {"type": "string"},
                    "limit": {
                        "type": "integer",
                        "minimum": 0,
                        "maximum": 500,
                        "default": 100,
                        "description": "Default: 100.",
                    },
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["type", "ownerName"],
            },
        ),
    ],
)
def test_a_type_becomes_a_schema(kind: Any, schema: dict[str, Any]) -> None:
    assert schema_of(kind) == schema
    jsonschema.Draft202012Validator.check_schema(schema)


def test_objects_are_nested_without_references() -> None:
    schema = schema_of(list[Person])
    assert "$ref" not in json.dumps(schema)
    person = schema["items"]
    assert person["required"] == ["name", "home"]
    assert person["properties"]["name"]["description"] == "The whole name."
    assert person["properties"]["home"] == schema_of(Address)


@pytest.mark.parametrize("kind", [Node, list[Node], type, complex, Address | Person, object()])
def test_what_no_json_can_carry_is_refused(kind: Any) -> None:
    with pytest.raises((TypeError, RecursionError)):
        schema_of(kind)


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [
        (int | None, True),
        (None, True),
        (Any, True),
        (Annotated[int | None, "x"], True),
        (Literal["a", None], True),
        (int | Annotated[str | None, "x"], True),
        (int, False),
        (Literal["None"], False),
        (list[None], False),
    ],
)
def test_whether_nothing_is_a_value(kind: Any, accepted: bool) -> None:
    assert accepts_none(kind) is accepted


@pytest.mark.parametrize(
    ("default", "told"),
    [
        (MISSING, {}),
        (None, {}),
        (object(), {}),
        (3, {"default": 3, "description": "Default: 3."}),
        (Size.SMALL, {"default": "small", "description": "Default: small."}),
        ([], {"default": [], "description": "Default: []."}),
        ("x" * 100, {"default": "x" * 100}),
    ],
)
def test_defaults_are_told_in_words(default: Any, told: dict[str, Any]) -> None:
    assert with_default({}, default) == told


def test_a_default_continues_the_description() -> None:
    assert with_default({"description": "How many"}, 3)["description"] == "How many. Default: 3."
    assert with_default({"description": "Many?"}, 3)["description"] == "Many? Default: 3."


# There and back -----------------------------------------------------------------------------------

LEAVES = st.sampled_from(
    [
        *(str, int, float, bool, Size, Floor, Literal["a", "b"], Literal[1, 2]),
        *(datetime.date, uuid.UUID, decimal.Decimal, Annotated[str, "a text"]),
    ]
)


def _nested(kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    fields = st.dictionaries(st.sampled_from("abcdef"), kinds, min_size=1, max_size=3)
    return st.one_of(
        kinds.map(lambda kind: list[kind]),  # type: ignore[valid-type]
        kinds.map(lambda kind: dict[str, kind]),  # type: ignore[valid-type]
        kinds.map(lambda kind: tuple[kind, ...]),
        kinds.map(lambda kind: kind | None),
        fields.map(lambda found: dataclasses.make_dataclass("Made", found.items())),
        fields.map(lambda found: msgspec.defstruct("Built", list(found.items()), rename="pascal")),
        fields.map(lambda found: TypedDict("Typed", found)),  # type: ignore[operator]
    )


KINDS = st.recursive(LEAVES, _nested, max_leaves=5)


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type, built by looking at it in another way than the code under test does."""
    info = msgspec.inspect.type_info(kind)
    return _values(info)


def _values(info: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    i = msgspec.inspect
    match info:
        case i.Metadata():
            return _values(info.type)
        case i.StrType():
            return st.text(max_size=5)
        case i.BoolType():
            return st.booleans()
        case i.IntType():
            return st.integers(-(2**53), 2**53)
        case i.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False)
        case i.NoneType():
            return st.none()
        case i.EnumType():
            return st.sampled_from(list(info.cls))
        case i.LiteralType():
            return st.sampled_from(info.values)
        case i.DateType():
            return st.dates()
        case i.UUIDType():
            return st.uuids()
        case i.DecimalType():
            return st.decimals(allow_nan=False, allow_infinity=False, places=2)
        case i.ListType():
            return st.lists(_values(info.item_type), max_size=3)
        case i.VarTupleType():
            return st.lists(_values(info.item_type), max_size=3).map(tuple)
        case i.DictType():
            return st.dictionaries(st.text(max_size=3), _values(info.value_type), max_size=3)
        case i.UnionType():
            return st.one_of(*(_values(option) for option in info.types))
        case i.TypedDictType():
            return st.fixed_dictionaries({f.name: _values(f.type) for f in info.fields})
        case i.StructType() | i.DataclassType():
            fields = {field.name: _values(field.type) for field in info.fields}
            return st.fixed_dictionaries(fields).map(lambda given: info.cls(**given))
    raise AssertionError(info)


@given(st.data())
def test_what_the_schema_allows_is_what_the_function_gets(data: st.DataObject) -> None:
    kind = data.draw(KINDS)
    value = data.draw(values_of(kind))
    schema = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    sent = json.loads(msgspec.json.encode(value))
    if sent is not None:  # that nothing is allowed is not told; it may be left out
        jsonschema.validate(sent, schema)
    parameters = {"it": Parameter(kind, MISSING, schema)}
    assert convert_arguments(parameters, {"it": sent}) == {"it": value}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_whatever_comes_is_a_value_of_the_type_or_an_error_in_words(data: st.DataObject) -> None:
    kind = data.draw(KINDS)
    parameters = {"it": Parameter(kind, MISSING, schema_of(kind))}
    sent = data.draw(JSON)
    try:
        value = convert_arguments(parameters, {"it": sent})["it"]
    except ToolArgumentError as error:
        problem = str(error)
    else:
        assert msgspec.convert(msgspec.to_builtins(value), kind, strict=False) == value
        return
    assert problem.startswith("argument it")
    assert "`" not in problem
