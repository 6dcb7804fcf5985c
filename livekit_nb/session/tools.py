"""Python functions as tools: what the model is told of them, and how they are run."""

from __future__ import annotations

import enum
import inspect
import re
import typing
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from livekit_nb.errors import ToolDeclarationError
from livekit_nb.wire.messages import FunctionDeclaration

__all__ = ["Tool", "as_tools", "tool"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,63}$")
_SECTION = re.compile(r"^(parameters|args|arguments|returns?|yields?|raises|notes?|examples?):?$")
_ITEM = re.compile(r"^(:param )?\s*\**(\w+)\s*(\([^)]*\))?\s*:\s*(.*)$")


class Tool:
    """A Python function an agent may call.

    It can still be called as a function. Type annotations become the schema the model fills in;
    the docstring becomes the description, a ``Parameters`` or ``Args`` section those of the
    parameters (or ``Annotated[str, "what it is"]``).

    Parameters
    ----------
    function : callable
        A plain or ``async`` function. Plain ones run on a thread of their own, so they may block.

    Raises
    ------
    ToolDeclarationError
        If the function cannot be told to a model, with the remedy.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        if not callable(function):
            raise ToolDeclarationError(
                f"A tool is a function, but this is {type(function).__name__}. "
                "Write a function and pass it, or mark it with @live.tool."
            )
        self.function = function
        self.name = getattr(function, "__name__", type(function).__name__)
        if not _NAME.match(self.name):
            raise ToolDeclarationError(
                f"{self.name!r} is no name a model can call; use def with a plain name."
            )
        self.parameters = _parameter_types(function, self.name)
        self.declaration = self._declare()
        self.__doc__ = function.__doc__
        self.__name__ = self.name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function itself."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<Tool {self.name}({', '.join(self.parameters)})>"

    @property
    def is_async(self) -> bool:
        """Whether the function is a coroutine function."""
        return inspect.iscoroutinefunction(self.function)

    def arguments(self, args: dict[str, Any]) -> dict[str, Any]:
        """Turn what the model sent into what the function takes.

        Raises
        ------
        msgspec.ValidationError
            If an argument is missing, unknown or of another type; the message may be told to the
            model, which then often corrects itself.
        """
        unknown = sorted(set(args) - set(self.parameters))
        if unknown:
            raise msgspec.ValidationError(f"unknown argument {', '.join(unknown)}")
        result = {}
        for name, (kind, required) in self.parameters.items():
            if name in args:
                value = args[name]
                if isinstance(value, float) and value.is_integer() and kind is int:
                    value = int(value)  # JSON has one kind of number; models write 5.0 for 5
                try:
                    result[name] = msgspec.convert(value, kind, strict=False)
                except msgspec.ValidationError as error:
                    raise msgspec.ValidationError(f"argument {name}: {error}") from None
            elif required:
                raise msgspec.ValidationError(f"argument {name} is missing")
        return result

    def _declare(self) -> FunctionDeclaration:
        summary, notes = _read_docstring(inspect.getdoc(self.function) or "")
        if not self.parameters:
            return FunctionDeclaration(name=self.name, description=summary or None)
        properties = {}
        for name, (kind, _) in self.parameters.items():
            try:
                schema = _schema(kind)
            except (TypeError, RecursionError) as error:
                raise ToolDeclarationError(
                    f"Tool {self.name!r}: parameter {name!r} has a type no JSON can carry "
                    f"({kind!r}). Use str, int, float, bool, Literal, an Enum, or lists of them."
                ) from error
            if name in notes and "description" not in schema:
                schema["description"] = notes[name]
            properties[name] = schema
        parameters: dict[str, Any] = {"type": "object", "properties": properties}
        required = [name for name, (_, needed) in self.parameters.items() if needed]
        if required:
            parameters["required"] = required
        return FunctionDeclaration(
            name=self.name, description=summary or None, parameters_json_schema=parameters
        )


def tool(function: Callable[..., Any]) -> Tool:
    """Mark a function as a tool; it can still be called.

    Examples
    --------
    >>> @tool
    ... def get_weather(city: str) -> dict:
    ...     '''Current weather for a city.'''
    ...     return {"city": city, "celsius": 21}
    >>> get_weather("Paris")
    {'city': 'Paris', 'celsius': 21}
    """
    return function if isinstance(function, Tool) else Tool(function)


def as_tools(functions: Iterable[Callable[..., Any]] | Callable[..., Any] | None) -> list[Tool]:
    """Return tools from functions and tools mixed."""
    if functions is None:
        return []
    if callable(functions):
        functions = [functions]
    return [tool(item) for item in functions]


def _parameter_types(function: Callable[..., Any], name: str) -> dict[str, tuple[Any, bool]]:
    """Return ``{parameter: (type, required)}``."""
    try:
        hints = typing.get_type_hints(function, include_extras=True)
        signature = inspect.signature(function)
    except (NameError, TypeError, ValueError) as error:
        raise ToolDeclarationError(
            f"Tool {name!r}: its annotations cannot be read ({error}). "
            "Define the types before the function."
        ) from error
    result = {}
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise ToolDeclarationError(
                f"Tool {name!r} takes *{parameter.name}, which no schema can describe. "
                "Name every parameter."
            )
        if parameter.kind is parameter.POSITIONAL_ONLY:
            raise ToolDeclarationError(
                f"Tool {name!r}: parameter {parameter.name!r} is positional-only, but a model "
                "names its arguments. Remove the '/'."
            )
        if parameter.name not in hints:
            raise ToolDeclarationError(
                f"Tool {name!r}: parameter {parameter.name!r} has no type, so the model cannot "
                f"know what to send. Annotate it, for example {parameter.name}: str."
            )
        result[parameter.name] = (hints[parameter.name], parameter.default is parameter.empty)
    return result


def _schema(kind: Any) -> dict[str, Any]:
    """Return the JSON schema of a Python type, without references."""
    result: dict[str, Any]
    description = None
    if typing.get_origin(kind) is typing.Annotated:
        kind, *extras = typing.get_args(kind)
        description = next((item for item in extras if isinstance(item, str)), None)
    (schema,), definitions = msgspec.json.schema_components([kind], ref_template="{name}")
    result = _inlined(schema, definitions, kind)
    if description:
        result["description"] = description
    return result


def _inlined(schema: Any, definitions: dict[str, Any], kind: Any) -> Any:
    if isinstance(schema, list):
        return [_inlined(item, definitions, kind) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"]], definitions, kind)
    schema = {key: _inlined(value, definitions, kind) for key, value in schema.items()}
    options = schema.get("anyOf")
    if options and {"type": "null"} in options and len(options) == 2:
        # Optional[X]: a model leaves it out rather than sending null.
        return next(option for option in options if option != {"type": "null"})
    if "enum" in schema and "type" not in schema:
        values = schema["enum"]
        schema["type"] = "string" if all(isinstance(v, str) for v in values) else "integer"
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            schema.pop("title", None)
    return schema


def _read_docstring(text: str) -> tuple[str, dict[str, str]]:
    """Split a docstring into its description and what it says of each parameter.

    Understands numpy, Google and reStructuredText manners.
    """
    summary: list[str] = []
    notes: dict[str, str] = {}
    lines = text.splitlines()
    section, current = "", ""
    for index, line in enumerate(lines):
        stripped = line.strip()
        heading = _SECTION.match(stripped.lower())
        ruled = index + 1 < len(lines) and set(lines[index + 1].strip()) == {"-"}
        if heading and (ruled or stripped.endswith(":")):
            section, current = heading[1], ""
        elif stripped.startswith(":param "):
            match = _ITEM.match(stripped)
            if match:
                notes[match[2]] = match[4]
        elif stripped.startswith((":return", ":raise", ":rtype")):
            section = "returns"
        elif section in ("parameters", "args", "arguments") and set(stripped) != {"-"}:
            indent = len(line) - len(line.lstrip())
            match = _ITEM.match(stripped)
            bare = re.match(r"^(\w+)$", stripped)
            if match and (not current or indent <= 4):
                # numpy writes "name : type" and explains below; Google explains on the line.
                current = match[2]
                typed = stripped.startswith(f"{current} :")
                notes[current] = "" if typed else match[4]
            elif bare and indent == 0:
                current = bare[1]
                notes[current] = ""
            elif current and stripped:
                notes[current] = f"{notes[current]} {stripped}".strip()
        elif not section:
            summary.append(stripped)
    return " ".join(" ".join(summary).split()), {k: v for k, v in notes.items() if v}
