"""The client's tools, read from any dialect of function declaration into one shape.

A declaration's schema comes as OpenAPI subset (``parameters``, upper-case types) or as JSON Schema
(``parametersJsonSchema`` / ``parameters_json_schema``, lower-case types, ``anyOf``, ``$ref``).
`Tool` keeps it as JSON Schema with lower-case types; `Parameter` is the view thinking works on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from livekit_nb.server.thinking.context import told_by_tool

_TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object"})
_SCHEMA_KEYS = (
    "parameters",
    "parametersJsonSchema",
    "parameters_json_schema",
    "inputSchema",
    "input_schema",
)
_DEPTH_LIMIT = 12


def split_name(name: str) -> tuple[str, ...]:
    """Split an identifier into its lower-case words.

    >>> split_name("getWeatherForCity_v2")
    ('get', 'weather', 'for', 'city', 'v2')
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word)


@dataclass(frozen=True, eq=False)
class Parameter:
    """One argument a tool takes; compared by identity, so that what is known of it can be kept.

    Parameters
    ----------
    name : str
        Key in the call's arguments.
    type : str
        ``string``, ``integer``, ``number``, ``boolean``, ``array`` or ``object``.
    description : str
        The client's words about it, possibly empty.
    enum : tuple
        The values allowed, empty when open.
    required : bool
        Whether a call without it is refused.
    format : str
        JSON Schema ``format`` in lower case (``date``, ``time``, ``date-time``, …) or ``""``.
    minimum, maximum : float or None
        Bounds of a number.
    items : Parameter or None
        What an array holds.
    properties : tuple of Parameter
        What an object holds.
    hint : str
        The role its tool's purpose gives it, ``""`` when that tells nothing; see `context`.
    side : str
        ``"from"`` or ``"to"`` for one of a pair that its tool's purpose tells apart, else ``""``.
    path : tuple of str
        The keys that lead to it when it is part of an object: ``("address", "city")``.
    completes : bool
        Whether an optional object of which it is a part is left out when it is not said.
    """

    name: str
    type: str = "string"
    description: str = ""
    enum: tuple[Any, ...] = ()
    required: bool = False
    format: str = ""
    minimum: float | None = None
    maximum: float | None = None
    items: Parameter | None = None
    properties: tuple[Parameter, ...] = ()
    hint: str = ""
    side: str = ""
    path: tuple[str, ...] = ()
    completes: bool = False

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Lower-case words of the name."""
        return split_name(self.name)


@dataclass(frozen=True, eq=False)
class Tool:
    """A tool the client declared; compared by identity, so that what is known of it can be kept.

    Parameters
    ----------
    name : str
        The name to call it by.
    description : str
        The client's words about what it does.
    parameters : Mapping
        JSON Schema of its arguments: ``{"type": "object", "properties": …, "required": […]}``
        with lower-case types, references resolved and nullable unions reduced to what they hold.
    """

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_declaration(cls, declaration: Mapping[str, Any]) -> Tool:
        """Read a function declaration of any dialect; what cannot be read is left out."""
        schema: Any = next(
            (declaration[key] for key in _SCHEMA_KEYS if isinstance(declaration.get(key), Mapping)),
            {},
        )
        description = declaration.get("description")
        return cls(
            name=str(declaration.get("name") or ""),
            description=description.strip() if isinstance(description, str) else "",
            parameters=_normalise(schema, schema, 0) | {"type": "object"},
        )

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Lower-case words of the name."""
        return split_name(self.name)

    @cached_property
    def slots(self) -> tuple[Parameter, ...]:
        """The arguments in the order of the declaration, those inside objects one by one.

        What is part of an object is named with a dot ("address.city").
        """
        declared = _properties(self.parameters)
        parts = [part for parameter in declared for part in _parts(parameter)]
        told = [self._told(parameter) for parameter in parts]
        return told_by_tool(told, self.words, self.description)

    def nested(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return arguments by name as a call takes them, objects put together again."""
        left_out = {
            p.path[0] for p in self.slots if p.completes and p.path and p.name not in values
        }
        args: dict[str, Any] = {}
        for parameter in self.slots:
            path = parameter.path or (parameter.name,)
            if parameter.name not in values or path[0] in left_out:
                continue
            inner = args
            for key in path[:-1]:
                inner = inner.setdefault(key, {})
            inner[path[-1]] = values[parameter.name]
        return args

    def flat(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """Return a call's arguments by name, those inside objects one by one."""
        found: dict[str, Any] = {}
        for parameter in self.slots:
            value: Any = args
            for key in parameter.path or (parameter.name,):
                value = value.get(key) if isinstance(value, Mapping) else None
            if value is not None:
                found[parameter.name] = value
        return found

    def _told(self, parameter: Parameter) -> Parameter:
        """Say of a bare ``from`` or ``to`` what the tool converts, when it tells."""
        bare = {"from", "to", "source", "target"}.issuperset(parameter.words)
        if not bare or parameter.description or parameter.enum or parameter.type != "string":
            return parameter
        about = " ".join((*self.words, self.description.lower()))
        for noun in ("currency", "language", "unit"):
            if re.search(rf"\b{noun[:-1]}(?:y|ies|e|es|t|ts)\b", about):
                side = "from" if {"from", "source"} & set(parameter.words) else "to"
                return replace(parameter, description=f"{noun} to convert {side}")
        return parameter


def _properties(schema: Mapping[str, Any]) -> tuple[Parameter, ...]:
    required = schema.get("required") or ()
    return tuple(
        _parameter(name, sub, name in required)
        for name, sub in (schema.get("properties") or {}).items()
    )


def _parts(parameter: Parameter, *, optional: bool = False) -> list[Parameter]:
    """Return the parts of an object as parameters of their own; anything else as it is."""
    if parameter.type != "object" or not parameter.properties:
        return [parameter]
    optional = optional or not parameter.required
    parts = []
    for inner in parameter.properties:
        path = (*(parameter.path or (parameter.name,)), inner.name)
        one = replace(
            inner,
            name=".".join(path),
            path=path,
            required=inner.required and not optional,
            completes=inner.required and optional,
        )
        parts += _parts(one, optional=optional)
    return parts


def _parameter(name: str, schema: Mapping[str, Any], required: bool) -> Parameter:
    items = schema.get("items")
    return Parameter(
        name=name,
        type=schema.get("type", "string"),
        description=schema.get("description", ""),
        enum=tuple(schema.get("enum", ())),
        required=required,
        format=schema.get("format", ""),
        minimum=schema.get("minimum"),
        maximum=schema.get("maximum"),
        items=_parameter(name, items, True) if isinstance(items, Mapping) else None,
        properties=_properties(schema),
    )


def _normalise(schema: Any, root: Any, depth: int) -> dict[str, Any]:
    """Return the schema with one spelling of everything thinking looks at."""
    if not isinstance(schema, Mapping) or depth > _DEPTH_LIMIT:
        return {"type": "string"}
    schema = _resolve(schema, root, depth)
    out: dict[str, Any] = {"type": _type_of(schema)}
    text = schema.get("description") or schema.get("title")
    if isinstance(text, str):
        out["description"] = text.strip()
    values = schema.get("enum")
    if values is None and "const" in schema:
        values = [schema["const"]]
    if isinstance(values, list | tuple):
        out["enum"] = [value for value in values if value is not None]
    if isinstance(schema.get("format"), str):
        out["format"] = schema["format"].lower()
    if schema.get("default") is not None:
        out["default"] = schema["default"]
    for bound in ("minimum", "maximum"):
        try:
            out[bound] = float(schema[bound])
        except (KeyError, TypeError, ValueError):
            continue
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        out["properties"] = {
            str(name): _normalise(sub, root, depth + 1) for name, sub in properties.items()
        }
        out["type"] = "object"
        required = schema.get("required")
        if isinstance(required, list | tuple):
            names = [name for name in required if isinstance(name, str)]
            out["required"] = [name for name in names if name in out["properties"]]
    if out["type"] == "array":
        out["items"] = _normalise(schema.get("items") or {}, root, depth + 1)
    return out


def _resolve(schema: Mapping[str, Any], root: Any, depth: int) -> Mapping[str, Any]:
    """Follow a reference and reduce a union to its first part that is not null."""
    for _ in range(_DEPTH_LIMIT - depth):
        reference = schema.get("$ref", schema.get("ref"))
        if isinstance(reference, str) and reference.startswith("#"):
            target: Any = root
            for step in reference.lstrip("#/").split("/"):
                target = target.get(step) if isinstance(target, Mapping) else None
            rest = {key: value for key, value in schema.items() if key not in ("$ref", "ref")}
            schema = {**(target if isinstance(target, Mapping) else {}), **rest}
            continue
        parts = next(
            (schema[k] for k in ("anyOf", "any_of", "oneOf", "allOf") if schema.get(k)), None
        )
        if not isinstance(parts, list | tuple):
            return schema
        some = [p for p in parts if isinstance(p, Mapping) and _type_name(p.get("type")) != "null"]
        rest = {k: v for k, v in schema.items() if k not in ("anyOf", "any_of", "oneOf", "allOf")}
        consts = [p["const"] for p in some if "const" in p]
        first = {"enum": consts} if some and len(consts) == len(some) else (some or [{}])[0]
        schema = {**first, **rest}
    return schema


def _type_name(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = next((v for v in value if _type_name(v) != "null"), "")
    return str(getattr(value, "value", value) or "").lower()


def _type_of(schema: Mapping[str, Any]) -> str:
    name = _type_name(schema.get("type"))
    if name in _TYPES:
        return name
    values = schema.get("enum")
    if not isinstance(values, list | tuple) or not values:
        values = [schema.get("const")]
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return "boolean"
    return "integer" if kinds == {int} else "string"
