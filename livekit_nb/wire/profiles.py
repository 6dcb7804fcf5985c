"""What each generation of Live models accepts and does.

One table serves both sides: the client refuses a setting before connecting, and the embedded
server behaves as that generation does. Which settings are refused, and how, is in
:mod:`livekit_nb.wire.refusals`.

Sources: ai.google.dev model pages of Gemini 3.1 Flash Live, 3.8 Live and 2.5 native audio, the
migration guides, and issues of the official SDKs about refused settings (1007 and 1008 closes).
Where they say nothing, which is so of ``context_update``, the table says what fits the rest of it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

__all__ = ["DEFAULT_MODEL", "PROFILES", "Profile", "model_id", "profile_for"]

DEFAULT_MODEL = "gemini-3.8-live"
"""The current stable Live model."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One generation of Live models.

    Attributes
    ----------
    name : str
        Model id, without ``models/``.
    status : str
        ``"current"`` or ``"legacy"``, as of November 2026.
    thinking_levels : tuple of str
        Accepted values of ``thinkingLevel``, lower case; empty when the setting must be left out.
    thinking_budget : bool
        Whether ``thinkingBudget`` is accepted.
    output_tokens : int or None
        The most ``maxOutputTokens`` may ask for; ``None`` where its model page says none.
    affective_dialog : bool
        Whether ``enableAffectiveDialog`` is accepted.
    proactive_audio : str
        ``"optional"``, ``"never"`` or ``"always"``.
    tool_behaviors : tuple of str
        Accepted values of a declaration's ``behavior``; the first is the default.
    scheduling : bool
        Whether ``scheduling`` in results of calls that do not block is heeded.
    own_tools : tuple of str
        The service's own tools that may be declared; the model pages name no other.
    history_config : bool
        Whether ``historyConfig`` announces a history. The 2.5 generation is older than that setting
        and documented to be given ``clientContent`` with ``turnComplete: false`` instead.
    content_mid_session : bool
        Whether ``clientContent`` is accepted after the history was seeded.
    context_update : bool
        Whether ``contextUpdate`` is accepted; without it the setup is immutable.
    media_chunks : bool
        Whether the deprecated ``mediaChunks`` is still accepted.
    parts_together : bool
        Whether one event may carry audio and transcript at once.
    interaction_status : bool
        Whether ``interactionStatus`` comes with ``turnComplete``.
    tells_waiting : bool
        Whether it tells that it waits for more: ``waitingForInput``, and the reason
        ``NEED_MORE_INPUT`` of a ``turnComplete``.
    turn_coverage : str
        Default of ``turnCoverage``.
    wants_empty_left_out : bool
        Whether an empty list of tools and a null handle are refused.
    falls_silent : bool
        Whether a setup with flags it does not know is never answered, instead of refused.
    """

    name: str
    status: str
    thinking_levels: tuple[str, ...] = ()
    thinking_budget: bool = False
    output_tokens: int | None = 65_536
    affective_dialog: bool = False
    proactive_audio: str
    tool_behaviors: tuple[str, ...]
    scheduling: bool
    own_tools: tuple[str, ...] = ("google_search",)
    history_config: bool = True
    content_mid_session: bool = True
    context_update: bool = False
    media_chunks: bool = False
    parts_together: bool = True
    interaction_status: bool = False
    tells_waiting: bool = False
    turn_coverage: str = "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO"
    wants_empty_left_out: bool = False
    falls_silent: bool = False


PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            name="gemini-3.8-live",
            status="current",
            proactive_audio="always",
            tool_behaviors=("NON_BLOCKING", "BLOCKING"),
            scheduling=True,
            context_update=True,
            tells_waiting=True,
        ),
        Profile(
            name="gemini-3.8-live-extended-thinking",
            status="current",
            thinking_levels=("low", "medium", "high"),
            proactive_audio="always",
            tool_behaviors=("NON_BLOCKING",),
            scheduling=False,
            context_update=True,
            interaction_status=True,
            tells_waiting=True,
        ),
        Profile(
            name="gemini-3.1-flash-live-preview",
            status="legacy",
            thinking_levels=("minimal", "low", "medium", "high"),
            proactive_audio="never",
            tool_behaviors=("BLOCKING",),
            scheduling=False,
            content_mid_session=False,
            wants_empty_left_out=True,
            falls_silent=True,
        ),
        Profile(
            name="gemini-2.5-flash-native-audio-preview-12-2025",
            status="legacy",
            thinking_budget=True,
            output_tokens=None,
            history_config=False,
            affective_dialog=True,
            proactive_audio="optional",
            tool_behaviors=("BLOCKING", "NON_BLOCKING"),
            scheduling=True,
            media_chunks=True,
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
