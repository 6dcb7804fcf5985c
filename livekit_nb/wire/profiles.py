"""What each generation of Live models accepts, refuses and does.

One table serves both sides: the client refuses a setting before connecting, with the remedy, and
the embedded server closes the connection as that generation would.

Sources: ai.google.dev model pages of Gemini 3.1 Flash Live, 3.8 Live and 2.5 native audio, the
migration guides, and issues of the official SDKs about refused settings (1007 and 1008 closes).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

from livekit_nb.errors import SettingsError
from livekit_nb.wire.messages import Setup

__all__ = [
    "DEFAULT_MODEL",
    "INVALID_ARGUMENT",
    "PROFILES",
    "Profile",
    "Refusal",
    "check_setup",
    "model_id",
    "profile_for",
    "refusals",
]

DEFAULT_MODEL = "gemini-3.8-live"
"""The current stable Live model."""

INVALID_ARGUMENT = (1007, "Request contains an invalid argument.")


@dataclass(frozen=True)
class Profile:
    """One generation of Live models.

    Attributes
    ----------
    name : str
        Model id, without ``models/``.
    thinking_levels : tuple of str
        Accepted values of ``thinkingLevel``, lower case; empty when the setting must be left out.
    thinking_budget : bool
        Whether ``thinkingBudget`` is accepted.
    affective_dialog : bool
        Whether ``enableAffectiveDialog`` is accepted.
    proactive_audio : str
        ``"optional"``, ``"never"`` or ``"always"``.
    tool_behaviors : tuple of str
        Accepted values of a declaration's ``behavior``; the first is the default.
    content_mid_session : bool
        Whether ``clientContent`` is accepted after the history was seeded.
    parts_together : bool
        Whether one event may carry audio and transcript at once.
    turn_coverage : str
        Default of ``turnCoverage``.
    """

    name: str
    thinking_levels: tuple[str, ...]
    thinking_budget: bool
    affective_dialog: bool
    proactive_audio: str
    tool_behaviors: tuple[str, ...]
    content_mid_session: bool
    parts_together: bool
    turn_coverage: str


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
    remedy: str
    close: tuple[int, str] | None = INVALID_ARGUMENT


_BOTH = "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO"

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            name="gemini-3.8-live",
            thinking_levels=(),
            thinking_budget=False,
            affective_dialog=False,
            proactive_audio="always",
            tool_behaviors=("NON_BLOCKING", "BLOCKING"),
            content_mid_session=True,
            parts_together=True,
            turn_coverage=_BOTH,
        ),
        Profile(
            name="gemini-3.8-live-extended-thinking",
            thinking_levels=("low", "medium", "high"),
            thinking_budget=False,
            affective_dialog=False,
            proactive_audio="always",
            tool_behaviors=("NON_BLOCKING",),
            content_mid_session=True,
            parts_together=True,
            turn_coverage=_BOTH,
        ),
        Profile(
            name="gemini-3.1-flash-live-preview",
            thinking_levels=("minimal", "low", "medium", "high"),
            thinking_budget=False,
            affective_dialog=False,
            proactive_audio="never",
            tool_behaviors=("BLOCKING",),
            content_mid_session=False,
            parts_together=True,
            turn_coverage=_BOTH,
        ),
        Profile(
            name="gemini-2.5-flash-native-audio-preview-12-2025",
            thinking_levels=(),
            thinking_budget=True,
            affective_dialog=True,
            proactive_audio="optional",
            tool_behaviors=("BLOCKING", "NON_BLOCKING"),
            content_mid_session=True,
            parts_together=False,
            turn_coverage="TURN_INCLUDES_ONLY_ACTIVITY",
        ),
    )
}


def model_id(model: str) -> str:
    """Return a model's bare id from ``models/<id>`` or a longer resource path."""
    return model.rsplit("/", 1)[-1]


def profile_for(model: str, *, warn: bool = True) -> Profile:
    """Return the profile of `model`; an unknown one gets the newest, with a warning."""
    name = model_id(model)
    if name in PROFILES:
        return PROFILES[name]
    if warn:
        warnings.warn(
            f"Unknown Live model {name!r}: treating it as {DEFAULT_MODEL}. "
            f"Known are {', '.join(PROFILES)}.",
            stacklevel=3,
        )
    return PROFILES[DEFAULT_MODEL]


def refusals(setup: Setup, profile: Profile) -> list[Refusal]:
    """Return every setting in `setup` which a model of this profile refuses."""
    return [refusal for rule in _RULES if (refusal := rule(setup, profile)) is not None]


def check_setup(setup: Setup, profile: Profile) -> None:
    """Raise :class:`SettingsError` if the model would refuse `setup`, naming every remedy."""
    found = refusals(setup, profile)
    if found:
        lines = "; ".join(f"{item.setting}: {item.problem} {item.remedy}" for item in found)
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


def _thinking_level(setup: Setup, profile: Profile) -> Refusal | None:
    config = setup.generation_config and setup.generation_config.thinking_config
    if not config or config.thinking_level is None:
        return None
    if config.thinking_level.lower() in profile.thinking_levels:
        return None
    allowed = ", ".join(profile.thinking_levels)
    return Refusal(
        "thinking_level",
        f"{config.thinking_level!r} is not accepted.",
        f"Use one of {allowed}." if allowed else "Leave it out.",
    )


def _thinking_budget(setup: Setup, profile: Profile) -> Refusal | None:
    config = setup.generation_config and setup.generation_config.thinking_config
    if not config or config.thinking_budget is None or profile.thinking_budget:
        return None
    remedy = "Use thinking_level." if profile.thinking_levels else "Leave it out."
    return Refusal("thinking_budget", "is a setting of the 2.5 generation.", remedy)


def _affective_dialog(setup: Setup, profile: Profile) -> Refusal | None:
    config = setup.generation_config
    if not config or config.enable_affective_dialog is None or profile.affective_dialog:
        return None
    # The 3.1 generation never answers a setup with this flag; 3.8 closes.
    silent = profile.proactive_audio == "never"
    return Refusal(
        "enable_affective_dialog",
        "is not known to this model.",
        "Leave it out, or use a 2.5 native audio model.",
        None if silent else INVALID_ARGUMENT,
    )


def _proactive_audio(setup: Setup, profile: Profile) -> Refusal | None:
    wanted = setup.proactivity.proactive_audio if setup.proactivity else None
    if wanted is None or profile.proactive_audio == "optional":
        return None
    if profile.proactive_audio == "never":
        return Refusal("proactive_audio", "is not supported.", "Leave it out.", None)
    if wanted:
        return None
    return Refusal("proactive_audio", "cannot be switched off.", "Leave it out.")


def _behaviors(setup: Setup, profile: Profile) -> Refusal | None:
    for group in setup.tools or []:
        for declaration in group.function_declarations or []:
            wanted = (declaration.behavior or profile.tool_behaviors[0]).upper()
            if wanted not in (*profile.tool_behaviors, "UNSPECIFIED", "BEHAVIOR_UNSPECIFIED"):
                return Refusal(
                    f"behavior of tool {declaration.name!r}",
                    f"{wanted} is not supported.",
                    f"Use {' or '.join(profile.tool_behaviors)}.",
                )
    return None


def _empty_tools(setup: Setup, profile: Profile) -> Refusal | None:
    if setup.tools is None or setup.tools or profile.content_mid_session:
        return None
    return Refusal("tools", "an empty list is refused.", "Leave it out.")


_RULES: tuple[Callable[[Setup, Profile], Refusal | None], ...] = (
    _modalities,
    _thinking_level,
    _thinking_budget,
    _affective_dialog,
    _proactive_audio,
    _behaviors,
    _empty_tools,
)
