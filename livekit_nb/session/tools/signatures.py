"""What a function's signature says of its parameters, or why no model could fill them in."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable, Mapping
from typing import Any

from livekit_nb.errors import ToolDeclarationError
from livekit_nb.session.tools.arguments import Parameter
from livekit_nb.session.tools.cancellation import Cancellation
from livekit_nb.session.tools.schema import MISSING, schema_of, with_default

__all__ = ["plain_function", "read_parameters", "schema_of_all"]


def plain_function(function: Callable[..., Any]) -> Any:
    """Return what carries a callable's name, annotations and docstring."""
    while isinstance(function, functools.partial):
        function = function.func
    if inspect.isroutine(function) or inspect.isclass(function):
        return function
    return _Face(function)


class _Face:
    """A callable object, seen as a function."""

    def __init__(self, thing: Any) -> None:
        call = type(thing).__call__
        self.__call__ = call
        self.__name__ = getattr(thing, "__name__", type(thing).__name__)
        self.__doc__ = call.__doc__ or type(thing).__doc__
        self.__annotations__ = getattr(call, "__annotations__", {})
        self.__wrapped__ = call


def read_parameters(
    function: Callable[..., Any], plain: Any, name: str, notes: Mapping[str, str]
) -> tuple[dict[str, Parameter], str]:
    """Return the parameters the model fills in, and the one that is given a `Cancellation`."""
    try:
        hints = typing.get_type_hints(plain, include_extras=True)
        signature = inspect.signature(function)
    except (NameError, TypeError, ValueError) as error:
        raise ToolDeclarationError(
            f"Tool {name!r}: its annotations cannot be read ({error}). "
            "Define the types before the function."
        ) from error
    result, cancellation = {}, ""
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
        kind = hints[parameter.name]
        if Cancellation in (kind, *typing.get_args(kind)):
            cancellation = parameter.name
            continue
        schema = _schema(kind, name, parameter.name)
        if parameter.name in notes and not _describes_itself(kind):
            schema["description"] = notes[parameter.name]
        default = MISSING if parameter.default is parameter.empty else parameter.default
        result[parameter.name] = Parameter(kind, default, with_default(schema, default))
    return result, cancellation


def _plainly(error: Exception) -> str:
    """Say which type it is; the library's advice is for who writes encoders."""
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[-1].rstrip(".")


def _schema(kind: Any, name: str, parameter: str) -> dict[str, Any]:
    try:
        return schema_of(kind)
    except (TypeError, NameError, RecursionError) as error:
        raise ToolDeclarationError(
            f"Tool {name!r}: parameter {parameter!r} has a type no JSON can carry "
            f"({_plainly(error)}). Use str, int, float, bool, Literal, an Enum, a dataclass, a "
            "TypedDict, or lists and dicts of them."
        ) from error


def _describes_itself(kind: Any) -> bool:
    """Whether the annotation itself says what the parameter is, which comes before the notes."""
    return any(
        isinstance(extra, str) or getattr(extra, "documentation", None)
        for extra in getattr(kind, "__metadata__", ())
    )


def schema_of_all(parameters: Mapping[str, Parameter]) -> dict[str, Any] | None:
    """Return the schema of all parameters; a tool without any has none."""
    if not parameters:
        return None
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: parameter.schema for name, parameter in parameters.items()},
    }
    required = [name for name, parameter in parameters.items() if parameter.required]
    return schema | ({"required": required} if required else {})
