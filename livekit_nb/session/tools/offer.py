"""The tools a conversation offers, told in the way its model takes them.

Generations of models differ in whether a conversation waits for a tool (``behavior``) and whether
a result may say when it is spoken of (``scheduling``). A tool that leaves that open is adapted;
one that asks for what its model does not do is refused before connecting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from livekit_nb.errors import SettingsError
from livekit_nb.session.tools.builtin import BuiltinTool, builtin_tool
from livekit_nb.session.tools.tool import Tool, tool
from livekit_nb.wire.messages import FunctionDeclaration, ToolGroup
from livekit_nb.wire.profiles import Profile
from livekit_nb.wire.refusals import scheduling_refusal

__all__ = ["AnyTool", "Manner", "as_tools", "manner_of", "tool_groups"]

AnyTool = Tool | BuiltinTool


def as_tools(tools: object) -> list[AnyTool]:
    """Return tools from functions, tools, names of the service's own, and lists of them.

    Raises
    ------
    ToolDeclarationError
        If something among them cannot be offered, with the remedy.
    """
    if tools is None:
        return []
    if isinstance(tools, BuiltinTool):
        return [tools]
    if isinstance(tools, str | Mapping):
        return [builtin_tool(tools)]
    if isinstance(tools, Iterable) and not callable(tools):
        return [found for item in tools for found in as_tools(item)]
    return [tool(_callable(tools))]


def _callable(thing: Any) -> Callable[..., Any]:
    return thing  # type: ignore[no-any-return]  # what is none is refused where a tool is made


@dataclass(frozen=True)
class Manner:
    """How calls of a tool are handled with a model of some generation.

    Attributes
    ----------
    behavior : str or None
        What the declaration says; ``None`` leaves it to the model.
    blocking : bool
        Whether the conversation waits, so that there is one result and nothing streams.
    scheduled : bool
        Whether a result may say when it is spoken of.
    """

    behavior: str | None
    blocking: bool
    scheduled: bool


def manner_of(offered: Tool, profile: Profile) -> Manner:
    """Say how calls of a tool are handled with a model of this profile."""
    choices = profile.tool_behaviors
    wanted: str | None = None
    if offered.blocking is not None:
        wanted = "BLOCKING" if offered.blocking else "NON_BLOCKING"
    elif (offered.streams or offered.scheduling) and "NON_BLOCKING" in choices:
        wanted = "NON_BLOCKING"
    blocking = (wanted or choices[0]) == "BLOCKING"
    behavior = None if choices == (wanted,) else wanted  # what goes without saying is not said
    return Manner(behavior, blocking, profile.scheduling and not blocking)


def tool_groups(tools: Iterable[AnyTool], profile: Profile) -> list[ToolGroup] | None:
    """Return what the setup message says of the tools; ``None`` where there are none.

    Raises
    ------
    SettingsError
        If a tool asks for a scheduling that the model does not heed.
    """
    tools = list(tools)
    declarations = [_declared(item, profile) for item in tools if isinstance(item, Tool)]
    groups = [ToolGroup(function_declarations=declarations)] if declarations else []
    groups += [item.group() for item in tools if isinstance(item, BuiltinTool)]
    return groups or None  # an empty list is refused by the 3.1 generation


def _declared(offered: Tool, profile: Profile) -> FunctionDeclaration:
    refusal = offered.scheduling and scheduling_refusal(offered.name, profile)
    if refusal:
        raise SettingsError(
            f"{profile.name} would not heed this. {refusal.setting}: {refusal.problem} "
            f"{refusal.remedy}"
        )
    behavior = manner_of(offered, profile).behavior
    return msgspec.structs.replace(offered.declaration, behavior=behavior)
