"""The client's function declarations, as a chat endpoint takes them.

The Live API's ``parameters`` are an OpenAPI subset: upper-case types, ``nullable``, 64-bit numbers
as text. ``parametersJsonSchema`` is JSON Schema already and stays as it is. Names may hold dots and
colons there, and only letters, digits, ``_`` and ``-`` here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Offer", "json_schema"]

_NO_PARAMETERS: dict[str, Any] = {"type": "object", "properties": {}}
_COUNTS = frozenset(
    {"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"}
)
_KEPT = frozenset(
    {"title", "description", "format", "enum", "default", "minimum", "maximum", "pattern"}
)
_DEPTH = 32
MAX_NAME = 64


class Offer:
    """The tools of one setup under the names that a chat endpoint takes.

    Parameters
    ----------
    declarations : sequence of mapping
        Function declarations as plain camelCase JSON.
    """

    def __init__(self, declarations: Sequence[Mapping[str, Any]] = ()) -> None:
        self.tools: list[dict[str, Any]] = []
        """What goes into a request's ``tools``."""
        self._declared: dict[str, str] = {}  # by the name offered
        for declaration in declarations:
            self._add(declaration)

    def _add(self, declaration: Mapping[str, Any]) -> None:
        declared = str(declaration.get("name") or "")
        name = base = re.sub(r"[^A-Za-z0-9_-]", "_", declared)[:MAX_NAME] or "_"
        count = 1
        while name in self._declared:
            count += 1
            name = f"{base[: MAX_NAME - 4]}_{count}"
        self._declared[name] = declared
        given = declaration.get("parametersJsonSchema")
        described = declaration.get("parameters")
        if isinstance(given, Mapping):
            parameters = dict(given)
        elif isinstance(described, Mapping):
            parameters = {**_NO_PARAMETERS, **json_schema(described), "type": "object"}
        else:
            parameters = _NO_PARAMETERS
        function: dict[str, Any] = {"name": name, "parameters": parameters}
        if declaration.get("description"):
            function["description"] = declaration["description"]
        self.tools.append({"type": "function", "function": function})

    def declared(self, name: str) -> str | None:
        """Return the client's own name of a tool, None for one it did not declare."""
        return self._declared.get(name)

    def offered(self, declared: str) -> str:
        """Return the name under which a tool of the client is offered."""
        return next((key for key, value in self._declared.items() if value == declared), "_")


def json_schema(schema: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Return the Live API's kind of schema as JSON Schema.

    Parameters
    ----------
    schema : mapping
        Plain camelCase JSON.
    depth : int
        How deep it is nested; what is nested deeper than anybody means it is left open.
    """
    if depth > _DEPTH:
        return {}
    out = {key: schema[key] for key in _KEPT if schema.get(key) is not None}
    kind = str(schema.get("type") or "").lower()
    if kind and kind != "type_unspecified":
        out["type"] = [kind, "null"] if schema.get("nullable") else kind
    if schema.get("nullable") and "enum" in out:
        out["enum"] = [*out["enum"], None]
    if out.get("format") == "enum":
        del out["format"]  # says only that there is one
    if "example" in schema:
        out["examples"] = [schema["example"]]
    for key in _COUNTS & schema.keys():
        try:
            out[key] = int(schema[key])
        except (TypeError, ValueError):
            continue
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        out["properties"] = {
            str(name): json_schema(part, depth + 1)
            for name, part in properties.items()
            if isinstance(part, Mapping)
        }
    if isinstance(schema.get("required"), Sequence) and not isinstance(schema["required"], str):
        out["required"] = list(schema["required"])
    if isinstance(schema.get("items"), Mapping):
        out["items"] = json_schema(schema["items"], depth + 1)
    if isinstance(schema.get("anyOf"), Sequence):
        parts = [part for part in schema["anyOf"] if isinstance(part, Mapping)]
        out["anyOf"] = [json_schema(part, depth + 1) for part in parts]
    return out
