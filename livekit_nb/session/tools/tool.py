"""Python functions as tools: what the model is told of them, and how their calls are handled."""

from __future__ import annotations

import copy
import inspect
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, overload

import msgspec

from livekit_nb.errors import ToolDeclarationError
from livekit_nb.session.tools.arguments import convert_arguments
from livekit_nb.session.tools.cancellation import Cancellation
from livekit_nb.session.tools.docstrings import read_docstring
from livekit_nb.session.tools.invoking import is_async, is_generator
from livekit_nb.session.tools.results import checked_scheduling
from livekit_nb.session.tools.signatures import plain_function, read_parameters, schema_of_all
from livekit_nb.wire.messages import FunctionDeclaration

__all__ = ["TIMEOUT_S", "Tool", "tool"]

TIMEOUT_S = 60.0
"""How long a model waits for a tool's result, unless the tool says otherwise."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,63}$")


class Tool:
    """A Python function an agent may call.

    It can still be called as a function. Type annotations become the schema the model fills in;
    the docstring becomes the description, a ``Parameters`` or ``Args`` section those of the
    parameters (or ``Annotated[str, "what it is"]``). A parameter annotated with
    :class:`~livekit_nb.session.tools.cancellation.Cancellation` is not told to the model.

    A generator function (plain or ``async``) streams: the model is told of each result as it is
    yielded, and the value it returns closes the call. A generator that just ends closes it
    silently.

    Parameters
    ----------
    function : callable
        A plain or ``async`` function. Plain ones run on a thread of their own, so they may block.
    name : str, optional
        What the model calls it; the function's name by default.
    blocking : bool, optional
        Whether the conversation waits for the result. By default as the model does it: 3.8 goes
        on talking, 3.1 and 2.5 wait. Generators do not block where the model allows that.
    scheduling : str, optional
        When the model speaks of a result it did not wait for: ``"when_idle"``, ``"interrupt"``
        (at once), or ``"silent"`` (it knows, and says nothing; errors are spoken all the same).
    timeout_s : float or None
        How long the model waits for a result, or a generator's next one, in seconds; then it is
        told that it took too long, and what comes later is only recorded. ``None``: for ever.

    Raises
    ------
    ToolDeclarationError
        If the function cannot be told to a model, with the remedy.

    Attributes
    ----------
    declaration : FunctionDeclaration
        What a model is told, but for its behaviour, which depends on the model.
    is_async, streams : bool
        Whether it runs on the engine's loop; whether it is a generator function.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str | None = None,
        blocking: bool | None = None,
        scheduling: str | None = None,
        timeout_s: float | None = TIMEOUT_S,
    ) -> None:
        if not callable(function):
            raise ToolDeclarationError(
                f"A tool is a function, but this is {type(function).__name__}. "
                "Write a function and pass it, or mark it with @live.tool."
            )
        self.function = function
        plain = plain_function(function)
        self._set_name(str(getattr(plain, "__name__", "")) if name is None else name)
        self._set_manner(blocking, scheduling, timeout_s)
        self.is_async = is_async(plain)
        self.streams = is_generator(plain)
        docstring = read_docstring(inspect.getdoc(plain))
        self.parameters, self._told_of_cancellation = read_parameters(
            function, plain, self.name, docstring.notes
        )
        self.declaration = FunctionDeclaration(
            name=self.name,
            description=docstring.purpose or None,
            parameters_json_schema=schema_of_all(self.parameters),
        )
        self.__doc__ = plain.__doc__
        self.__name__ = self.name

    def _set_name(self, name: str) -> None:
        if not isinstance(name, str) or not _NAME.match(name):
            raise ToolDeclarationError(
                f"{name!r} is no name a model can call; use def with a plain name, or name=."
            )
        self.name = name

    def _set_manner(
        self, blocking: bool | None, scheduling: str | None, timeout_s: float | None
    ) -> None:
        if blocking is not None and not isinstance(blocking, bool):
            raise ToolDeclarationError(
                f"Tool {self.name!r}: blocking is True or False, not {type(blocking).__name__}."
            )
        number = isinstance(timeout_s, int | float) and not isinstance(timeout_s, bool)
        if timeout_s is not None and not (number and 0 < timeout_s < math.inf):
            raise ToolDeclarationError(
                f"Tool {self.name!r}: timeout_s is a number of seconds above 0, or None for no "
                "limit."
            )
        self.blocking = blocking
        self.scheduling = checked_scheduling(scheduling)
        self.timeout_s = timeout_s
        if blocking and self.scheduling:
            raise ToolDeclarationError(
                f"Tool {self.name!r}: scheduling={scheduling!r} is for results nobody waits for, "
                "but blocking=True has the conversation wait. Leave one of them out."
            )

    def with_options(self, **options: Any) -> Tool:
        """Return this tool with another ``name``, ``blocking``, ``scheduling`` or ``timeout_s``."""
        changed = copy.copy(self)
        kept = {key: getattr(self, key) for key in ("blocking", "scheduling", "timeout_s")}
        changed._set_name(options.pop("name", self.name))
        changed._set_manner(**{**kept, **options})
        changed.declaration = msgspec.structs.replace(self.declaration, name=changed.name)
        return changed

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function itself."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<Tool {self.name}({', '.join(self.parameters)})>"

    def arguments(
        self, args: Mapping[str, Any], cancellation: Cancellation | None = None
    ) -> dict[str, Any]:
        """Turn what the model sent into what the function takes.

        Parameters
        ----------
        args : mapping
        cancellation : Cancellation, optional
            Handed to a function that wants one.

        Raises
        ------
        ToolArgumentError
            If an argument is missing, unknown or of another type; the message may be told to the
            model, which then often corrects itself.
        """
        result = convert_arguments(self.parameters, args)
        if self._told_of_cancellation:
            result[self._told_of_cancellation] = cancellation or Cancellation()
        return result


@overload
def tool(function: Callable[..., Any], /) -> Tool: ...


@overload
def tool(
    *,
    name: str | None = ...,
    blocking: bool | None = ...,
    scheduling: str | None = ...,
    timeout_s: float | None = ...,
) -> Callable[[Callable[..., Any]], Tool]: ...


def tool(
    function: Callable[..., Any] | None = None,
    /,
    **options: Any,
) -> Tool | Callable[[Callable[..., Any]], Tool]:
    """Mark a function as a tool; it can still be called.

    Parameters
    ----------
    function : callable
        A plain or ``async`` function, or a generator function, which streams its results.
    name, blocking, scheduling, timeout_s
        As of :class:`Tool`: ``@tool(blocking=False, scheduling="silent", timeout_s=5)``.

    Examples
    --------
    >>> @tool
    ... def get_weather(city: str) -> dict:
    ...     '''Current weather for a city.'''
    ...     return {"city": city, "celsius": 21}
    >>> get_weather("Paris")
    {'city': 'Paris', 'celsius': 21}

    >>> @tool(blocking=False, scheduling="interrupt", timeout_s=300)
    ... async def find_flight(city: str) -> dict:
    ...     '''Find a flight. The conversation goes on meanwhile.'''
    ...     return {"city": city, "departs": "noon"}
    """
    unknown = sorted(set(options) - {"name", "blocking", "scheduling", "timeout_s"})
    if unknown:
        raise ToolDeclarationError(
            f"live.tool has no option {unknown[0]}=. It takes name, blocking, scheduling and "
            "timeout_s."
        )
    if function is None:
        return lambda wanted: _made(wanted, options)
    return _made(function, options)


def _made(function: Callable[..., Any], options: Mapping[str, Any]) -> Tool:
    if not isinstance(function, Tool):
        return Tool(function, **options)
    return function.with_options(**options) if options else function
