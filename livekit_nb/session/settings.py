"""What a conversation is to be like, and the setup message that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from livekit_nb.errors import SettingsError
from livekit_nb.session.tools import Tool
from livekit_nb.wire.messages import (
    Content,
    GenerationConfig,
    Part,
    PrebuiltVoiceConfig,
    Setup,
    SpeechConfig,
    ToolGroup,
    TranscriptionConfig,
    VoiceConfig,
)
from livekit_nb.wire.profiles import DEFAULT_MODEL, model_id, profile_for
from livekit_nb.wire.refusals import check_setup

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """What a conversation is to be like.

    Parameters
    ----------
    model : str
        Live model, with or without ``models/``.
    instructions : str
        System instruction: who the agent is and how it behaves.
    tools : sequence of Tool
        What it may call.
    voice : str or None
        One of the service's voice names, such as ``"Kore"``; ``None`` leaves the choice to it.
    """

    model: str = DEFAULT_MODEL
    instructions: str = field(default="", repr=False)
    tools: Sequence[Tool] = ()
    voice: str | None = None

    def __post_init__(self) -> None:
        for name in ("model", "instructions"):
            if not isinstance(getattr(self, name), str):
                raise SettingsError(f"{name} is a text, not {type(getattr(self, name)).__name__}.")
        if not self.model.strip():
            raise SettingsError(f"model is empty; leave it out for {DEFAULT_MODEL}.")
        names = [tool.name for tool in self.tools]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise SettingsError(
                f"Two tools are named {', '.join(twice)}; the model could not tell them apart. "
                "Rename one."
            )

    def setup(self) -> Setup:
        """Return the setup message for these settings.

        Raises
        ------
        SettingsError
            If the model would refuse them.
        """
        speech = self.voice and SpeechConfig(
            voice_config=VoiceConfig(
                prebuilt_voice_config=PrebuiltVoiceConfig(voice_name=self.voice)
            )
        )
        setup = Setup(
            model=f"models/{model_id(self.model)}",
            generation_config=GenerationConfig(
                response_modalities=["AUDIO"], speech_config=speech or None
            ),
            system_instruction=Content(parts=[Part(text=self.instructions)], role="user")
            if self.instructions
            else None,
            # An empty list of tools is refused by the 3.1 generation: leave it out.
            tools=[ToolGroup(function_declarations=[tool.declaration for tool in self.tools])]
            if self.tools
            else None,
            input_audio_transcription=TranscriptionConfig(),
            output_audio_transcription=TranscriptionConfig(),
        )
        check_setup(setup, profile_for(self.model))
        return setup
