"""Settings as keyword arguments: typed in one place, explained in one place."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Literal, TypedDict, TypeVar, Unpack

from livekit_nb.errors import SettingsError
from livekit_nb.session.setup.settings import (
    Activity,
    Coverage,
    Resolution,
    Sensitivity,
    Settings,
)
from livekit_nb.session.tools.offer import as_tools
from livekit_nb.wire.fault_plan import FaultPlan
from livekit_nb.wire.profiles import profile_for

__all__ = ["Keywords", "refuse_unknown", "settings_of", "takes_settings"]

F = TypeVar("F", bound=Callable[..., Any])

_MARK = "**settings\n"
_BEGINS = 5  # so many letters at the beginning are no chance


class Keywords(TypedDict, total=False):
    """The fields of :class:`Settings` but the first two, as a caller may give them."""

    model: str | None
    voice: str | None
    activity: Activity
    interruptions: bool
    turn_coverage: Coverage | None
    start_sensitivity: Sensitivity | None
    end_sensitivity: Sensitivity | None
    prefix_padding_s: float | None
    silence_s: float | None
    thinking: str | int | None
    include_thoughts: bool
    temperature: float | None
    top_p: float | None
    top_k: int | None
    max_output_tokens: int | None
    seed: int | None
    media_resolution: Resolution | None
    safety: Mapping[str, str] | None
    languages: Sequence[str]
    history: Sequence[tuple[Literal["user", "model"], str]]
    resumption: bool
    compression: bool
    proactive: bool | None
    affective: bool | None
    budget_usd: float | None
    faults: FaultPlan | None


def takes_settings(function: F) -> F:
    """Show every setting in the signature of `function`, and explain it where it says so.

    Editors and ``?`` read the signature, so what ``**settings`` stands for is completed there. In
    the docstring the line ``**settings`` is replaced by the parameters of :class:`Settings`.
    """
    own = inspect.signature(function)
    before = [p for p in own.parameters.values() if p.kind is not p.VAR_KEYWORD]
    added = [
        inspect.Parameter(
            item.name, inspect.Parameter.KEYWORD_ONLY, default=item.default, annotation=item.type
        )
        for item in fields(Settings)
        if item.name not in own.parameters
    ]
    vars(function)["__signature__"] = own.replace(parameters=[*before, *added])
    if function.__doc__:
        _, explained = inspect.cleandoc(Settings.__doc__ or "").split("----------\n", 1)
        function.__doc__ = inspect.cleandoc(function.__doc__).replace(_MARK, explained + "\n")
    return function


def refuse_unknown(what: str, function: Callable[..., object], given: Mapping[str, object]) -> None:
    """Raise :class:`SettingsError` if `function` does not know one of the given, with a hint."""
    parameters = inspect.signature(function).parameters.values()
    known = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD and p.name != "self"]
    unknown = [name for name in given if name not in known]
    if not unknown:
        return
    near = _nearest(unknown[0], known)
    meant = {"tools": "tools=[…]"}
    hint = (
        f"Did you mean {meant.get(near[0], f'{near[0]}=…')}?"
        if near
        else f"It takes {', '.join(known)}."
    )
    raise SettingsError(f"{what} has no setting {unknown[0]}=. {hint}")


def _nearest(name: str, known: list[str]) -> list[str]:
    """Return the one that begins like it, or else the one that is most like it, if any is."""
    alike = [one for one in known if one[:_BEGINS] == name[:_BEGINS] and len(name) >= _BEGINS]
    begun = difflib.get_close_matches(name, alike, n=1, cutoff=0.0)
    return begun or difflib.get_close_matches(name, known, n=1)


def settings_of(
    tools: Iterable[Any] | None = None, instructions: str = "", **given: Unpack[Keywords]
) -> Settings:
    """Return settings from what a user passes.

    Raises
    ------
    SettingsError, ToolDeclarationError
        If something in it cannot be told to a model.
    """
    plain: dict[str, Any] = dict(given)
    if given.get("model") is None:
        plain.pop("model", None)
    settings = Settings(tools=tuple(as_tools(tools)), instructions=instructions, **plain)
    profile_for(settings.model)  # warns of an unknown model, here and once
    settings.setup()  # refuse now what the model would refuse later
    return settings
