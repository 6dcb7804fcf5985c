"""What a client's ``setup`` means for the conversation, or why it is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from livekit_nb.server.hearing.activity import Sensitivity
from livekit_nb.server.hearing.endpointing import Patience
from livekit_nb.server.speaking.voices import DEFAULT_VOICE, VOICES
from livekit_nb.server.talk.usage import FRAME_TOKENS, FRAME_TOKENS_LOW, WINDOW_TOKENS
from livekit_nb.wire.messages import ContextUpdate, FunctionDeclaration, Setup, ToolGroup
from livekit_nb.wire.profiles import PROFILES, Profile, model_id, profile_for
from livekit_nb.wire.refusals import INVALID_ARGUMENT, refusals

__all__ = ["Agreement", "Refused", "agree", "amend"]


#: Values of ``turnCoverage``.
COVERAGES = (
    "TURN_INCLUDES_ONLY_ACTIVITY",
    "TURN_INCLUDES_ALL_INPUT",
    "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO",
)


class Refused(Exception):  # noqa: N818 - an outcome of the protocol, not a fault
    """A message is refused, and with it the conversation.

    Attributes
    ----------
    close : tuple of (int, str) or None
        Close code and reason; None when the service just never answers.
    """

    def __init__(self, close: tuple[int, str] | None) -> None:
        super().__init__(close[1] if close else "never answered")
        self.close = close


@dataclass(frozen=True)
class Agreement:
    """Settings of one conversation, read from its setup.

    Attributes
    ----------
    profile : Profile
        The model generation that is played here.
    instructions : str
    declarations : tuple of dict
        Function declarations as plain camelCase JSON.
    blocking : dict of str to bool
        For each function whether the conversation waits for its result.
    voice : str
    input_captions, output_captions : bool
        Whether transcripts of the user's and the model's speech are wanted.
    manual : bool
        Whether the client marks the user's activity itself.
    interrupting : bool
        Whether the user's speech interrupts the model.
    sensitivity : Sensitivity
    patience : Patience
    all_video : bool
        Whether pictures that come while nobody speaks are part of the next turn.
    all_audio : bool
        Whether silence is part of a turn.
    vad_signal : bool
        Whether speech is signalled in the older way too.
    seeding : bool
        Whether the first ``clientContent`` is history to be read silently.
    resumption : bool
        Whether resumption handles are wanted.
    handle : str or None
        The handle of a session to resume.
    frame_tokens : int
    thoughts : bool
        Whether what the model thinks is wanted.
    interim : bool
        Whether words are wanted while they are being said.
    compression : tuple of (int, int) or None
        With how many tokens in the context the oldest turns leave it, and until how many are left.
    affective : bool
        Whether replies suit the way the user speaks.
    chooses : bool
        Whether what is not said to the model may stay without an answer.
    """

    profile: Profile
    instructions: str = field(default="", repr=False)
    declarations: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    blocking: dict[str, bool] = field(default_factory=dict)
    voice: str = DEFAULT_VOICE
    input_captions: bool = False
    output_captions: bool = False
    manual: bool = False
    interrupting: bool = True
    sensitivity: Sensitivity = field(default_factory=Sensitivity)
    patience: Patience = field(default_factory=Patience)
    all_video: bool = True
    all_audio: bool = False
    vad_signal: bool = False
    seeding: bool = False
    resumption: bool = False
    handle: str | None = field(default=None, repr=False)
    frame_tokens: int = FRAME_TOKENS
    thoughts: bool = False
    interim: bool = False
    compression: tuple[int, int] | None = None
    affective: bool = False
    chooses: bool = False

    @property
    def preamble(self) -> list[str]:
        """Texts which the model reads before everything that is said."""
        return [self.instructions, *map(str, self.declarations)]


def agree(setup: Setup) -> Agreement:
    """Read a setup.

    Raises
    ------
    Refused
        If the model of that name would not accept it, with the close it would answer with.
    """
    profile = _profile(setup.model)
    for refusal in refusals(setup, profile):
        raise Refused(refusal.close)
    config = setup.generation_config
    realtime = setup.realtime_input_config
    detection = realtime.automatic_activity_detection if realtime else None
    low = config is not None and str(config.media_resolution).upper().endswith("LOW")
    handling = str(realtime.activity_handling).upper() if realtime else ""
    coverage = str(realtime.turn_coverage).upper() if realtime and realtime.turn_coverage else ""
    if coverage not in COVERAGES:
        coverage = profile.turn_coverage
    history = setup.history_config
    return Agreement(
        profile=profile,
        instructions=setup.system_instruction.text if setup.system_instruction else "",
        **_tools(setup.tools or [], profile),
        voice=_voice(setup),
        input_captions=setup.input_audio_transcription is not None,
        output_captions=setup.output_audio_transcription is not None,
        manual=bool(detection and detection.disabled),
        interrupting=handling != "NO_INTERRUPTION",
        sensitivity=Sensitivity.of(detection),
        patience=Patience.of(detection),
        all_video=coverage != "TURN_INCLUDES_ONLY_ACTIVITY",
        all_audio=coverage == "TURN_INCLUDES_ALL_INPUT",
        vad_signal=bool(setup.explicit_vad_signal),
        seeding=bool(history and history.initial_history_in_client_content),
        resumption=setup.session_resumption is not None,
        handle=(setup.session_resumption.handle or None) if setup.session_resumption else None,
        frame_tokens=FRAME_TOKENS_LOW if low else FRAME_TOKENS,
        thoughts=bool(
            config and config.thinking_config and config.thinking_config.include_thoughts
        ),
        interim=bool(realtime and realtime.interim_transcript_timestamp_enabled),
        compression=_compression(setup),
        affective=bool(config and config.enable_affective_dialog),
        chooses=_chooses(setup, profile),
    )


def _chooses(setup: Setup, profile: Profile) -> bool:
    """Whether audio is proactive: the model may keep silent, and will not if it cannot."""
    wanted = setup.proactivity is not None and setup.proactivity.proactive_audio
    return profile.proactive_audio == "always" or bool(wanted)


def _compression(setup: Setup) -> tuple[int, int] | None:
    """Return when the context is shortened and to what, by default as documented."""
    wanted = setup.context_window_compression
    if wanted is None or wanted.sliding_window is None:
        return None  # a trigger without a way to compress
    trigger = wanted.trigger_tokens
    trigger = WINDOW_TOKENS * 4 // 5 if trigger is None else trigger
    target = wanted.sliding_window.target_tokens
    return trigger, min(trigger // 2 if target is None else target, trigger)


def amend(agreement: Agreement, update: ContextUpdate) -> Agreement:
    """Return what holds after a ``contextUpdate``.

    Raises
    ------
    Refused
        If the model takes none, or would not accept these tools.
    """
    if not agreement.profile.context_update:
        raise Refused(INVALID_ARGUMENT)
    if update.system_instruction is not None:
        agreement = replace(agreement, instructions=update.system_instruction.text)
    if update.tools is not None:
        tools = update.tools.tools or []
        for refusal in refusals(Setup(tools=tools), agreement.profile):
            raise Refused(refusal.close)
        agreement = replace(agreement, **_tools(tools, agreement.profile))
    return agreement


def _tools(groups: Iterable[ToolGroup], profile: Profile) -> dict[str, Any]:
    """Return the parts of an agreement which tell about tools."""
    declared = [item for group in groups for item in group.function_declarations or []]
    return {
        "declarations": tuple(msgspec.to_builtins(item) for item in declared),
        "blocking": {item.name: _blocks(item, profile) for item in declared},
    }


def _profile(model: str) -> Profile:
    """Return the model's profile; a Live model that came after this code gets the newest."""
    name = model_id(model)
    future = name.startswith("gemini-") and ("live" in name or "native-audio" in name)
    if name not in PROFILES and not future:
        shown = name[:24] or "(none)"
        raise Refused(
            (1008, f"models/{shown} is not found for API version v1, or is not supported for live.")
        )
    return profile_for(name, warn=False)


def _blocks(declaration: FunctionDeclaration, profile: Profile) -> bool:
    wanted = (declaration.behavior or "").upper()
    if wanted not in profile.tool_behaviors:
        wanted = profile.tool_behaviors[0]
    return wanted == "BLOCKING"


def _voice(setup: Setup) -> str:
    """Return the voice's official name."""
    config = setup.generation_config and setup.generation_config.speech_config
    voice = config.voice_config if config else None
    wanted = voice.prebuilt_voice_config.voice_name if voice and voice.prebuilt_voice_config else ""
    if not wanted:
        return DEFAULT_VOICE
    for name in VOICES:
        if name.lower() == wanted.lower():
            return name
    raise Refused((1007, f"Requested voice api_name '{wanted[:30]}' is not available for model."))
