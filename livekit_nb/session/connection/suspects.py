"""Which settings may have made a server fall silent.

What a generation is known to refuse never leaves this machine (:mod:`livekit_nb.wire.refusals`).
When a setup is not answered all the same, every setting that not all generations know is a
suspect; those that did it before come first.
"""

from __future__ import annotations

from livekit_nb.wire.messages import Setup
from livekit_nb.wire.profiles import Profile, model_id, profile_for

__all__ = ["suspects"]

# Name of the setting for people → where it is in the setup. In the order of suspicion: first what
# has been reported to end in silence, then what only some generations have.
_SETTINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("affective", ("generation_config", "enable_affective_dialog")),
    ("proactive", ("proactivity",)),
    ("thinking", ("generation_config", "thinking_config")),
    ("history", ("history_config",)),
    ("turn_coverage", ("realtime_input_config", "turn_coverage")),
    ("interruptions", ("realtime_input_config", "activity_handling")),
    (
        "activity and the detector's settings",
        ("realtime_input_config", "automatic_activity_detection"),
    ),
    ("languages", ("input_audio_transcription", "language_codes")),
    ("compression", ("context_window_compression",)),
    ("tools", ("tools",)),
    ("voice", ("generation_config", "speech_config")),
    ("resumption", ("session_resumption",)),
)
_ALWAYS_FINE = {
    # Every session of ours begins with these, and each generation has been seen to accept them.
    "resumption",
    "compression",
}


def suspects(setup: Setup) -> str:
    """Name the suspects in a setup, and what to do about them."""
    profile = profile_for(setup.model, warn=False)
    held = [name for name, path in _SETTINGS if _is_set(setup, path)]
    first = [name for name in held if name not in _ALWAYS_FINE]
    advice = _model_advice(setup, profile)
    if not held:
        return f"There is no setting in it to suspect. {advice}"
    if not first:
        named = " and ".join(held)
        return f"The only settings in it to suspect are {named} (=False leaves one out). {advice}"
    return (
        f"Suspects in this setup, the likeliest first: {', '.join(first)}. Leave them out one by "
        f"one. {advice}"
    )


def _is_set(setup: Setup, path: tuple[str, ...]) -> bool:
    value: object = setup
    for name in path:
        value = getattr(value, name, None)
    return value is not None and value != []


def _model_advice(setup: Setup, profile: Profile) -> str:
    if model_id(setup.model) != profile.name:
        return "The model is none of those known here: check its name with live.models(), too."
    if profile.status == "legacy":
        return "The model is a legacy one and may have been shut down: live.models() shows others."
    return "If it goes on without any of them, the service may be overloaded: try again later."
