"""People who read: recordings that no detector of this package was ever adjusted on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

SENTENCES = {
    "ten_of_clubs": "Ten of clubs.",
    "four_queen_of_clubs": "Four, queen of clubs.",
    "seven_of_clubs": "Seven of clubs.",
    "eight_of_spades": "Eight of spades, four of clubs, seven of hearts.",
    "go_forward": "Go forward ten meters.",
    "go_somewhere": "Go somewhere and do something.",
    "young_man": "He was not an ill-disposed young man.",
    "ill_disposed": "Unless to be rather cold-hearted and rather selfish is to be ill-disposed.",
    "amiable_woman": "Had he married a more amiable woman, he might have been made still more"
    " respectable than he was.",
    "amiable_himself": "He might even have been made amiable himself.",
}


def samples(name: str) -> npt.NDArray[np.float32]:
    """Load a recording as float32 at 16 kHz."""
    audio, rate_hz = soundfile.read(Path(__file__).parent / f"{name}.flac", dtype="float32")
    assert rate_hz == 16_000
    return audio
