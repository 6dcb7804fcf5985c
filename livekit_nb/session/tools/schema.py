"""Python types as JSON schemas that a model can fill in, without references.

The schema says what :func:`msgspec.convert` takes: both follow from the same type. Where something
may be left out, that it may be null is not told: models then write ``null`` for no good reason.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import enum
import inspect
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import NODEFAULT, UNSET

from livekit_nb.session.tools.docstrings import read_docstring

__all__ = ["MISSING", "accepts_none", "schema_of", "with_default"]

MISSING = inspect.Parameter.empty
"""Stands for a default that is not there."""

_PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_LISTS = frozenset(
    (list, set, frozenset, collections.abc.Sequence, collections.abc.MutableSequence)
) | {collections.abc.Collection, collections.abc.Set, collections.abc.MutableSet}
_DICTS = frozenset((dict, collections.abc.Mapping, collections.abc.MutableMapping))
_MOST_DEFAULT = 80  # characters of a default that are worth telling


def schema_of(kind: Any) -> dict[str, Any]:
    """Return the JSON schema of a type.

    Parameters
    ----------
    kind : type
        ``str``, ``int``, ``float``, ``bool``, ``Any``, ``Literal``, enums, lists, sets, tuples and
        dicts of those, ``TypedDict``, dataclasses and msgspec structs, ``Optional`` and unions,
        nested as you like; ``Annotated`` with a text describes what is in it. Times, UUIDs and
        whatever else msgspec converts from JSON, too.

    Returns
    -------
    dict

    Raises
    ------
    TypeError
        If no JSON can carry the type, or the type holds itself.
    """
    msgspec.json.Decoder(kind)  # refuses what could not be told apart when it comes back
    return _without_null(_schema(kind, ()))


def accepts_none(kind: Any) -> bool:
    """Whether ``None`` is a value of this type."""
    inner = _unwrapped(kind)[0]
    if inner is None or inner is type(None) or inner is Any:
        return True
    origin = typing.get_origin(inner)
    if origin is typing.Literal:
        return None in typing.get_args(inner)
    return origin in (typing.Union, types.UnionType) and any(
        accepts_none(option) for option in typing.get_args(inner)
    )


def with_default(schema: dict[str, Any], default: Any) -> dict[str, Any]:
    """Return a schema that tells its default: for programs as ``default``, for models in words.

    Models are shown descriptions; the service documents that it ignores ``default``.
    """
    if default is MISSING or default is None:
        return schema
    try:
        value = msgspec.to_builtins(default, str_keys=True)
        told = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    except (TypeError, ValueError, RecursionError):
        return schema
    schema = {**schema, "default": value}
    if 0 < len(told) <= _MOST_DEFAULT:
        said = schema.get("description", "").strip()
        said = said if not said or said[-1] in ".!?" else f"{said}."
        schema["description"] = f"{said} Default: {told}.".strip()
    return schema


def _unwrapped(kind: Any) -> tuple[Any, list[Any]]:
    """Return what is inside ``Annotated``, ``NewType`` and type aliases, and the annotations."""
    extras: list[Any] = []
    while True:
        if typing.get_origin(kind) is typing.Annotated:
            kind, *more = typing.get_args(kind)
            extras += more
        elif typing.get_origin(kind) in (typing.Required, typing.NotRequired):
            (kind,) = typing.get_args(kind)
        elif isinstance(kind, typing.NewType):
            kind = kind.__supertype__
        elif type(kind).__name__ == "TypeAliasType":
            kind = kind.__value__
        else:
            return kind, extras


def _schema(kind: Any, within: tuple[Any, ...]) -> dict[str, Any]:
    inner, extras = _unwrapped(kind)
    if any(inner is outer for outer in within):
        raise TypeError(f"{getattr(inner, '__name__', inner)} holds itself")
    result = _bare(inner, within)
    limits = [extra for extra in extras if isinstance(extra, msgspec.Meta)]
    if limits:
        told = _by_msgspec(typing.Annotated[(inner, *limits)])
        result |= {key: value for key, value in told.items() if key not in result}
    words = [text for extra in extras if (text := _words(extra))]
    if words:
        result["description"] = words[0]
    return result


def _words(extra: Any) -> str:
    """Return what an annotation says in words: a text, ``Meta(description=…)`` or ``Doc(…)``."""
    if isinstance(extra, str):
        return " ".join(extra.split())
    said = getattr(extra, "documentation", None) or getattr(extra, "description", None)
    return " ".join(said.split()) if isinstance(said, str) else ""


def _bare(kind: Any, within: tuple[Any, ...]) -> dict[str, Any]:
    """Return the schema of a type that is not wrapped."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return {}
    if kind is None or kind in _PLAIN:
        return {"type": _PLAIN[type(None) if kind is None else kind]}
    if origin is typing.Literal:
        return _choice(_flat(arguments))
    if origin in (typing.Union, types.UnionType):
        return _union(arguments, within)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _choice((member.value for member in kind), _described(kind))
    if (origin or kind) in _LISTS:
        items = _schema(arguments[0], within) if arguments else {}
        unique = issubclass(origin or kind, collections.abc.Set)
        return {"type": "array", "items": items} | ({"uniqueItems": True} if unique else {})
    if (origin or kind) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return {"type": "array", "items": _schema(arguments[0], within)}
    if (origin or kind) in _DICTS:
        values = _schema(arguments[1], within) if arguments else {}
        return {"type": "object"} | ({"additionalProperties": values} if values else {})
    fields = _fields(kind)
    if fields is not None:
        return _object(kind, fields, (*within, kind))
    return _by_msgspec(kind)


def _flat(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        nested = typing.get_origin(value) is typing.Literal
        yield from _flat(typing.get_args(value)) if nested else (value,)


def _choice(values: Iterable[Any], description: str = "") -> dict[str, Any]:
    values = list(dict.fromkeys(values))
    allowed = [value for value in values if value is not None]
    kinds = {_PLAIN.get(type(value)) for value in allowed}
    result: dict[str, Any] = {"type": kinds.pop()} if len(kinds) == 1 else {}
    result["enum"] = allowed
    if description:
        result["description"] = description
    return result if allowed == values else _or_null(result)


def _union(options: tuple[Any, ...], within: tuple[Any, ...]) -> dict[str, Any]:
    some = [option for option in options if option is not type(None)]
    schemas = [_schema(option, within) for option in some]
    result = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return result if len(some) == len(options) else _or_null(result)


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that takes null, too."""
    if not schema or {"type": "null"} in schema.get("anyOf", ()):
        return schema
    if isinstance(schema.get("type"), str):
        result = {**schema, "type": [schema["type"], "null"]}
        return result | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    return {"anyOf": [schema, {"type": "null"}]}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that does not tell that null is taken."""
    schema = dict(schema)
    if isinstance(schema.get("type"), list):
        (schema["type"],) = (name for name in schema["type"] if name != "null")
        if "enum" in schema:
            schema["enum"] = [value for value in schema["enum"] if value is not None]
    options = schema.get("anyOf", ())
    if {"type": "null"} in options:
        schema["anyOf"] = [option for option in options if option != {"type": "null"}]
        if len(schema["anyOf"]) == 1:
            (only,) = schema.pop("anyOf")
            schema = {**only, **schema}
    return schema


class _Field(typing.NamedTuple):
    name: str
    kind: Any
    default: Any
    required: bool


def _fields(kind: Any) -> list[_Field] | None:
    """Return what an object of this type holds, or None if it is none of ours."""
    if not isinstance(kind, type):
        return None
    if typing.is_typeddict(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        # Its own __required_keys__ does not see through annotations that are kept as texts.
        told = msgspec.inspect.type_info(kind)
        assert isinstance(told, msgspec.inspect.TypedDictType)
        needed = {item.name for item in told.fields if item.required}
        return [_Field(name, hint, MISSING, name in needed) for name, hint in hints.items()]
    if issubclass(kind, msgspec.Struct) and not kind.__struct_config__.array_like:
        hints = typing.get_type_hints(kind, include_extras=True)
        return [
            _Field(item.encode_name, hints[item.name], _default(item.default), item.required)
            for item in msgspec.structs.fields(kind)
        ]
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        return [
            _Field(
                item.name,
                hints[item.name],
                _default(item.default),
                item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING,
            )
            for item in dataclasses.fields(kind)
            if item.init
        ]
    return None


def _default(value: Any) -> Any:
    absent = (dataclasses.MISSING, NODEFAULT, UNSET)
    return MISSING if any(value is item for item in absent) else value


def _object(kind: Any, fields: list[_Field], within: tuple[Any, ...]) -> dict[str, Any]:
    notes = read_docstring(inspect.cleandoc(kind.__doc__ or "")).notes
    properties: dict[str, Any] = {}
    required = [item.name for item in fields if item.required]
    tag_field, tag = _tag(kind)
    if tag_field:
        properties[tag_field] = _choice([tag])
        required.insert(0, tag_field)
    for item in fields:
        schema = _schema(item.kind, within)
        schema = schema if item.required else _without_null(schema)
        if item.name in notes:
            schema.setdefault("description", notes[item.name])
        properties[item.name] = with_default(schema, item.default)
    result: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        result["required"] = required
    description = _described(kind)
    return result | ({"description": description} if description else {})


def _tag(kind: Any) -> tuple[str, Any]:
    config = getattr(kind, "__struct_config__", None)
    return (config.tag_field, config.tag) if config is not None and config.tag else ("", None)


def _described(kind: type) -> str:
    """Return what a class says of itself, unless Python wrote it."""
    text = inspect.cleandoc(kind.__doc__ or "")
    made = text.startswith(f"{kind.__name__}(") or text == "An enumeration."
    return "" if made else read_docstring(text).purpose


def _by_msgspec(kind: Any) -> dict[str, Any]:
    """Return the schema msgspec knows for a type, with its references written out."""
    (schema,), definitions = msgspec.json.schema_components([kind], ref_template="{name}")
    result = _inlined(schema, definitions)
    assert isinstance(result, dict)
    return result


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"]], definitions)
    return {key: _inlined(value, definitions) for key, value in schema.items()}
