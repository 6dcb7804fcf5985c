"""The service's own tools, such as Google Search: named, not written."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from livekit_nb.errors import ToolDeclarationError
from livekit_nb.wire.messages import ToolGroup

__all__ = ["BuiltinTool", "builtin_tool"]

NAMES = (
    "google_search",
    "code_execution",
    "url_context",
    "google_maps",
    "file_search",
    "computer_use",
    "google_search_retrieval",
    "enterprise_web_search",
)


@dataclass(frozen=True)
class BuiltinTool:
    """A tool that the service runs itself; what it finds comes with the answer.

    Parameters
    ----------
    name : str
        Such as ``"google_search"``. Which a model has, says ``live.models()``.
    settings : dict, optional
        Its settings, as the service's reference names them; most need none.

    Raises
    ------
    ToolDeclarationError
        If the service has no such tool.
    """

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            near = difflib.get_close_matches(self.name, NAMES, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(NAMES[:5])}."
            raise ToolDeclarationError(
                f"The service has no tool {self.name!r}. {hint} A tool of your own is passed as "
                "the function, not by its name."
            )

    def group(self) -> ToolGroup:
        """Return what the setup message says of it."""
        group = ToolGroup()
        setattr(group, self.name, dict(self.settings))
        return group


def builtin_tool(named: str | Mapping[str, Any]) -> BuiltinTool:
    """Return a tool of the service from its name, or from ``{name: settings}``."""
    if isinstance(named, str):
        return BuiltinTool(named)
    if len(named) != 1 or not isinstance(next(iter(named.values())), Mapping):
        raise ToolDeclarationError(
            "A tool of the service with settings is written {'name': {…settings…}}, one by one."
        )
    ((name, settings),) = named.items()
    return BuiltinTool(name, settings)
