"""Speech to converse with: what a scripted caller says."""

from __future__ import annotations

from livekit_nb.audio.clip import Clip
from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.errors import SettingsError

__all__ = ["speech"]


def speech(text: str, *, voice: str = "Puck", pace: float = 1.0) -> Clip:
    """Speak a text with the local voice.

    Parameters
    ----------
    text : str
        English. Numbers, times and units are read out.
    voice : str
        One of the local voices, which bear the names of the service's; the embedded server
        answers with ``"Kore"`` unless told otherwise, so callers speak with another by default.
    pace : float
        Speed, 0.5 (slow) to 2 (fast).

    Returns
    -------
    Clip
        24 kHz mono at about -20 dBFS.

    Raises
    ------
    MissingPackagesError
        If the local voice is not installed; the message holds the command that does it.
    SettingsError
        If there is no such voice, or nothing to say.
    """
    from livekit_nb.server.speaking.synthesis import (
        synthesise,  # loads a model: only when asked for
    )

    if not isinstance(text, str) or not text.strip():
        raise SettingsError("speech takes a text that is not empty.")
    if not 0.5 <= pace <= 2.0:
        raise SettingsError(f"pace is from 0.5 (slow) to 2 (fast), not {pace!r}.")
    return Clip(synthesise(text, voice=voice, pace=pace), OUTPUT_RATE_HZ)
