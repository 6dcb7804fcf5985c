"""What a model sent, as the values a function takes, or an error the model can speak about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from livekit_nb.errors import ToolArgumentError
from livekit_nb.session.tools.schema import MISSING, accepts_none

__all__ = ["Parameter", "convert_arguments"]

_EXPECTED = re.compile(r"Expected `(?P<wanted>[^`]+)`(?P<limit>[^,]*)(?:, got `(?P<got>[^`]+)`)?$")
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "nothing",
}


class Parameter(NamedTuple):
    """One parameter of a function.

    Attributes
    ----------
    kind : type
    default : Any
        :data:`~livekit_nb.session.tools.schema.MISSING` where there is none.
    schema : dict
        What the model is told.
    """

    kind: Any
    default: Any
    schema: dict[str, Any]

    @property
    def required(self) -> bool:
        """Whether a call without it cannot be made."""
        return self.default is MISSING and not accepts_none(self.kind)


def convert_arguments(
    parameters: Mapping[str, Parameter], args: Mapping[str, Any]
) -> dict[str, Any]:
    """Turn what the model sent into what the function takes.

    Numbers and flags written as texts are understood, and null for what may be left out.

    Raises
    ------
    ToolArgumentError
        If an argument is missing, unknown or of another type; every problem is named.
    """
    problems = []
    unknown = sorted(set(args) - set(parameters))
    if unknown:
        known = ", ".join(parameters) or "no arguments"
        problems.append(f"there is no argument {', '.join(unknown)}; it takes {known}")
    result = {}
    for name, parameter in parameters.items():
        value = args.get(name)
        if value is None and not accepts_none(parameter.kind):
            if parameter.required:
                problems.append(f"argument {name} is missing")
        elif name in args:
            try:
                result[name] = msgspec.convert(value, parameter.kind, strict=False, str_keys=True)
            except msgspec.ValidationError as error:
                problems.append(f"argument {name}{_spoken(str(error), parameter.schema)}")
        elif parameter.default is MISSING:
            result[name] = None
    if problems:
        raise ToolArgumentError("; ".join(problems))
    return result


def _spoken(problem: str, schema: Mapping[str, Any]) -> str:
    """Say what is wrong with an argument, as it continues ``argument <name>``."""
    said, _, path = problem.partition(" - at ")
    place = _place(path)
    match = _EXPECTED.match(said)
    if match:
        wanted = _in_words(match["wanted"])
        got = f", not {_in_words(match['got'])}" if match["got"] else ""
        said = f"should be {wanted}{match['limit']}{got}"
    elif said.startswith("Object missing required field"):
        said = f"lacks {said.rsplit(' ', 1)[1].strip('`')}"
    else:
        said = f"is not accepted ({said[:1].lower()}{said[1:]})"
    allowed = list(_choices(schema, path))
    if allowed:
        said += f"; it is one of {', '.join(allowed)}"
    return f"{place} {said}"


def _in_words(kinds: str) -> str:
    return " or ".join(_WORDS.get(kind, kind) for kind in kinds.split(" | "))


def _place(path: str) -> str:
    """Say where in an argument, as ``, in address.street``."""
    inside = path.strip("`").removeprefix("$").lstrip(".").replace("[...]", "")
    return f", in {inside}" if inside and " " not in inside else ""


def _choices(schema: Mapping[str, Any], path: str) -> Iterable[str]:
    """Return the values allowed at a place of the argument, if it is a choice."""
    found: Any = schema
    for name, index in re.findall(r"\.(\w+)|\[(\d+|\.\.\.)\]", path.strip("`").removeprefix("$")):
        found = _within(found, name, index)
        if not isinstance(found, Mapping):  # a schema may be true or false, too
            return ()
    return (str(value) for value in found.get("enum", ()) if value is not None)


def _within(schema: Mapping[str, Any], name: str, index: str) -> Any:
    """Return the schema of a field by its name, or of an element by its place."""
    if name:
        return schema.get("properties", {}).get(name)
    first = schema.get("prefixItems", ())
    if index.isdigit() and int(index) < len(first):
        return first[int(index)]
    return schema.get("items")
