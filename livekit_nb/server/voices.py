"""The voices by their official names, and the timbre that stands for each here.

The thirty voice names of the Live API are mapped onto timbres of one recorded speaker: they differ
audibly, but they are not Google's voices.
"""

from __future__ import annotations

from dataclasses import dataclass

from livekit_nb.errors import SettingsError

__all__ = ["DEFAULT_VOICE", "VOICES", "Timbre", "timbre_of"]


@dataclass(frozen=True)
class Timbre:
    """How a speaker differs from the recorded one.

    Attributes
    ----------
    pitch : float
        Factor on the fundamental frequency (1 is about 200 Hz).
    formants : float
        Factor on the frequencies of the spectrum: below 1 a longer vocal tract.
    pace : float
        Factor on the speed.
    """

    pitch: float = 1.0
    formants: float = 1.0
    pace: float = 1.0


DEFAULT_VOICE = "Kore"

VOICES: dict[str, Timbre] = {
    "Kore": Timbre(),
    "Zephyr": Timbre(1.12, 1.03, 1.03),
    "Puck": Timbre(0.72, 0.92, 1.05),
    "Charon": Timbre(0.58, 0.88, 0.97),
    "Fenrir": Timbre(0.66, 0.9, 1.08),
    "Leda": Timbre(1.2, 1.06, 1.02),
    "Orus": Timbre(0.6, 0.9, 1.0),
    "Aoede": Timbre(1.06, 1.0, 1.04),
    "Callirrhoe": Timbre(0.97, 1.0, 0.96),
    "Autonoe": Timbre(1.1, 1.01, 1.0),
    "Enceladus": Timbre(0.62, 0.87, 0.94),
    "Iapetus": Timbre(0.68, 0.93, 1.0),
    "Umbriel": Timbre(0.64, 0.92, 0.95),
    "Algieba": Timbre(0.6, 0.92, 0.97),
    "Despina": Timbre(0.95, 0.98, 0.98),
    "Erinome": Timbre(1.03, 0.97, 1.0),
    "Algenib": Timbre(0.55, 0.86, 0.96),
    "Rasalgethi": Timbre(0.65, 0.88, 1.0),
    "Laomedeia": Timbre(1.15, 1.0, 1.06),
    "Achernar": Timbre(1.08, 1.05, 0.95),
    "Alnilam": Timbre(0.63, 0.9, 1.03),
    "Schedar": Timbre(0.67, 0.91, 0.98),
    "Gacrux": Timbre(0.85, 0.95, 0.95),
    "Pulcherrima": Timbre(0.92, 1.0, 1.05),
    "Achird": Timbre(0.7, 0.94, 1.03),
    "Zubenelgenubi": Timbre(0.66, 0.94, 0.97),
    "Vindemiatrix": Timbre(0.9, 0.97, 0.94),
    "Sadachbia": Timbre(0.74, 0.93, 1.08),
    "Sadaltager": Timbre(0.61, 0.89, 0.98),
    "Sulafat": Timbre(0.93, 1.02, 0.97),
}
"""Official voice names and the timbre that stands for each here."""


def timbre_of(voice: str) -> Timbre:
    """Timbre of a voice name.

    Raises
    ------
    SettingsError
        If there is no such voice.
    """
    for name, timbre in VOICES.items():
        if name.lower() == voice.lower():
            return timbre
    raise SettingsError(f"There is no voice {voice[:40]!r}. Known are {', '.join(VOICES)}.")
