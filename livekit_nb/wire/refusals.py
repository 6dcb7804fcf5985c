"""Settings a generation of Live models chokes on: what is wrong, what to do, how it would close.

Each rule looks at one setting. The client applies them before it connects, the embedded server
when the setup arrives. Sources as of :mod:`livekit_nb.wire.profiles`; which members of
``generationConfig`` no Live model supports is listed in the WebSockets API reference.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from livekit_nb.errors import SettingsError
from livekit_nb.wire.messages import (
    FunctionDeclaration,
    GenerationConfig,
    Setup,
    ThinkingConfig,
    ToolGroup,
)
from livekit_nb.wire.profiles import Profile

__all__ = ["INVALID_ARGUMENT", "Refusal", "check_setup", "refusals", "scheduling_refusal"]

INVALID_ARGUMENT = (1007, "Request contains an invalid argument.")
NOT_OFFERED = (1008, "Operation is not implemented, or supported, or enabled.")

# What a setting is called where people give it.
_KEYWORDS = {
    "thinking_level": "thinking",
    "thinking_budget": "thinking",
    "thinking_config": "include_thoughts",
    "proactivity": "proactive",
    "proactive_audio": "proactive",
    "enable_affective_dialog": "affective",
}
_NO_SETTINGS = (
    "stop_sequences",
    "response_mime_type",
    "response_schema",
    "response_json_schema",
    "response_logprobs",
    "logprobs",
    "audio_timestamp",
    "routing_config",
)


@dataclass(frozen=True)
class Refusal:
    """A setting a model refuses.

    Attributes
    ----------
    setting, problem, remedy : str
        For the person.
    close : tuple of (int, str) or None
        Close code and reason the service answers with; ``None`` when it just never answers.
    """

    setting: str
    problem: str
    remedy: str = "Leave it out."
    close: tuple[int, str] | None = INVALID_ARGUMENT


def refusals(setup: Setup, profile: Profile) -> list[Refusal]:
    """Return every setting in `setup` which a model of this profile refuses."""
    return [refusal for rule in _RULES if (refusal := rule(setup, profile)) is not None]


def check_setup(setup: Setup, profile: Profile) -> None:
    """Raise :class:`SettingsError` if the model would refuse `setup`, naming every remedy."""
    found = refusals(setup, profile)
    if found:
        lines = "; ".join(
            f"{_KEYWORDS.get(item.setting, item.setting)}: {item.problem} {item.remedy}"
            for item in found
        )
        raise SettingsError(f"{profile.name} would refuse this setup. {lines}")


def _modalities(setup: Setup, profile: Profile) -> Refusal | None:
    config = setup.generation_config
    wanted = [item.upper() for item in (config and config.response_modalities) or []]
    if not wanted or wanted == ["AUDIO"]:
        return None
    return Refusal(
        "response_modalities",
        f"only AUDIO is spoken by this model, not {', '.join(wanted)}.",
        "Ask for AUDIO and read the words from the output transcription.",
        (1007, "Cannot extract voices from a non-audio request."),
    )


def _thinking(setup: Setup) -> ThinkingConfig | None:
    return setup.generation_config.thinking_config if setup.generation_config else None


def _thinking_level(setup: Setup, profile: Profile) -> Refusal | None:
    config = _thinking(setup)
    if config is None or config.thinking_level is None:
        return None
    if config.thinking_level.lower() in profile.thinking_levels:
        return None
    allowed = ", ".join(profile.thinking_levels)
    without = "Use a number of tokens." if profile.thinking_budget else "Leave it out."
    return Refusal(
        "thinking_level",
        f"level {config.thinking_level.lower()!r} is not accepted.",
        f"Use one of {allowed}." if allowed else without,
    )


def _thinking_budget(setup: Setup, profile: Profile) -> Refusal | None:
    config = _thinking(setup)
    if config is None or config.thinking_budget is None or profile.thinking_budget:
        return None
    levels = ", ".join(profile.thinking_levels)
    remedy = f"Use a level: one of {levels}." if levels else "Leave it out."
    return Refusal("thinking_budget", "a budget is a setting of the 2.5 generation.", remedy)


def _thinking_config(setup: Setup, profile: Profile) -> Refusal | None:
    config = _thinking(setup)
    if config is None or profile.thinking_levels or profile.thinking_budget:
        return None
    if config.thinking_level is not None or config.thinking_budget is not None:
        return None  # told already
    return Refusal("thinking_config", "this model thinks as it sees fit.")


def _sampling(setup: Setup, profile: Profile) -> Refusal | None:
    """Refuse numbers out of the ranges of the Gemini API's ``GenerationConfig``."""
    config = setup.generation_config
    most: dict[str, tuple[float, float]] = {
        "temperature": (0, 2),
        "top_p": (0, 1),
        "top_k": (1, math.inf),
        "max_output_tokens": (1, profile.output_tokens or math.inf),
        "seed": (-(2**31), 2**31 - 1),
    }
    for name, (low, high) in most.items():
        value = getattr(config, name, None)
        if value is not None and not low <= value <= high:
            span = f"from {low} to {high}" if math.isfinite(high) else f"of {low} or more"
            return Refusal(name, f"{value} is out of range.", f"Use a number {span}.")
    return None


def _affective_dialog(setup: Setup, profile: Profile) -> Refusal | None:
    config = setup.generation_config
    if not config or config.enable_affective_dialog is None or profile.affective_dialog:
        return None
    return Refusal(
        "enable_affective_dialog",
        "is not known to this model.",
        "Leave it out, or use a 2.5 native audio model.",
        None if profile.falls_silent else INVALID_ARGUMENT,
    )


def _proactivity(setup: Setup, profile: Profile) -> Refusal | None:
    wanted = setup.proactivity
    if wanted is None or profile.proactive_audio == "optional":
        return None
    if profile.proactive_audio == "never":
        if wanted.proactive_audio is None and wanted.proactive_video is None:
            return None
        close = None if profile.falls_silent else INVALID_ARGUMENT
        return Refusal("proactivity", "is not supported.", close=close)
    if wanted.proactive_audio is not False:
        return None
    return Refusal("proactive_audio", "cannot be switched off.")


def _members(setup: Setup, profile: Profile) -> Refusal | None:
    config = setup.generation_config or GenerationConfig()
    wanted = [name for name in _NO_SETTINGS if getattr(config, name) is not None]
    if not wanted:
        return None
    return Refusal(", ".join(wanted), "no Live model supports that.")


def _speakers(setup: Setup, profile: Profile) -> Refusal | None:
    speech = setup.generation_config and setup.generation_config.speech_config
    if not speech or speech.multi_speaker_voice_config is None:
        return None
    return Refusal(
        "multi_speaker_voice_config", "a Live model speaks with one voice.", "Use voice_config."
    )


def _translation(setup: Setup, profile: Profile) -> Refusal | None:
    config = setup.generation_config
    if not config or config.translation_config is None or "translate" in setup.model:
        return None
    return Refusal(
        "translation_config",
        "this model does not translate by itself.",
        "Leave it out and ask for it in the instructions, or use a Live Translate model.",
    )


def _declarations(setup: Setup) -> list[FunctionDeclaration]:
    return [item for group in setup.tools or [] for item in group.function_declarations or []]


def _behaviors(setup: Setup, profile: Profile) -> Refusal | None:
    for declaration in _declarations(setup):
        wanted = (declaration.behavior or profile.tool_behaviors[0]).upper()
        if wanted not in (*profile.tool_behaviors, "UNSPECIFIED", "BEHAVIOR_UNSPECIFIED"):
            return Refusal(
                f"behavior of tool {declaration.name!r}",
                f"{wanted} is not supported.",
                f"Use {' or '.join(map(_in_python, profile.tool_behaviors))}, or leave it out.",
            )
    return None


def _in_python(behavior: str) -> str:
    return f"{behavior} (blocking={behavior == 'BLOCKING'})"


def scheduling_refusal(tool: str, profile: Profile) -> Refusal | None:
    """Say why results of a tool cannot be scheduled, or None if they can.

    No setup tells of it: a model that does not heed it just speaks when it likes.
    """
    if profile.scheduling:
        return None
    waits = profile.tool_behaviors == ("BLOCKING",)
    problem = "it waits for every result." if waits else "it speaks of results when it likes."
    return Refusal(f"scheduling of tool {tool!r}", problem, close=None)


def _own_tools(setup: Setup, profile: Profile) -> Refusal | None:
    for group in setup.tools or []:
        for name in ToolGroup.__struct_fields__:
            offered = name in ("function_declarations", *profile.own_tools)
            if not offered and getattr(group, name) is not None:
                has = f" (it has {', '.join(profile.own_tools)})" if profile.own_tools else ""
                remedy = f"Leave it out{has}, or offer a function of your own for it."
                return Refusal(f"tool {name}", "this model has no such.", remedy, NOT_OFFERED)
    return None


def _empty_tools(setup: Setup, profile: Profile) -> Refusal | None:
    if setup.tools is None or setup.tools or not profile.wants_empty_left_out:
        return None
    return Refusal("tools", "an empty list is refused.")


def _null_handle(setup: Setup, profile: Profile) -> Refusal | None:
    resumption = setup.session_resumption
    if resumption is None or resumption.handle is not None or not profile.wants_empty_left_out:
        return None
    return Refusal("session_resumption.handle", "null is refused.")


_RULES: tuple[Callable[[Setup, Profile], Refusal | None], ...] = (
    _modalities,
    _thinking_level,
    _thinking_budget,
    _thinking_config,
    _sampling,
    _affective_dialog,
    _proactivity,
    _members,
    _speakers,
    _translation,
    _behaviors,
    _own_tools,
    _empty_tools,
    _null_handle,
)
