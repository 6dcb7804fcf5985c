"""The voices by their official names, and the timbre that stands for each here.

The thirty voice names of the Live API are mapped onto timbres of one recorded speaker: they differ
audibly, but they are not Google's voices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    span : float
        How far the pitch goes up and down: below 1 even, above 1 lively.
    tilt_db : float
        How much brighter (above 0) or duller an octave is than the one below it, in decibels.
    breath : float
        Noise of breath beside the voice, as a share of it: 0 none, 0.2 much.
    """

    pitch: float = 1.0
    formants: float = 1.0
    pace: float = 1.0
    span: float = 1.0
    tilt_db: float = 0.0
    breath: float = 0.0

    @property
    def is_recorded(self) -> bool:
        """Whether it is the recorded speaker, at whatever pace."""
        return replace(self, pace=1.0) == Timbre()


DEFAULT_VOICE = "Kore"

# Neighbours differ by 1.05 just noticeable differences of pitch (a factor of 1.12) or of the length
# of the vocal tract (1.11); the first eight by two and more. High and low are those
# of the official voices, the rest goes by their descriptions ("breathy", "lively").
VOICES: dict[str, Timbre] = {
    "Kore": Timbre(),
    "Zephyr": Timbre(1.265, 1.0, 1.03, tilt_db=1.5),
    "Puck": Timbre(0.7, 1.0, 1.05, span=1.25),
    "Charon": Timbre(0.485, 0.81, 0.97),
    "Fenrir": Timbre(0.555, 1.0, 1.08, span=1.3),
    "Leda": Timbre(1.42, 1.23, 1.02),
    "Orus": Timbre(0.63, 0.81, 1.0, tilt_db=1.0),
    "Aoede": Timbre(1.0, 1.23, 1.04, breath=0.08),
    # The other official names.
    "Callirrhoe": Timbre(0.89, 1.11, 0.96),
    "Autonoe": Timbre(1.125, 1.11, 1.0, tilt_db=1.5),
    "Enceladus": Timbre(0.71, 0.81, 0.94, breath=0.2),
    "Iapetus": Timbre(0.625, 1.0, 1.0, tilt_db=1.0),
    "Umbriel": Timbre(0.625, 0.9, 0.95),
    "Algieba": Timbre(0.555, 0.9, 0.97, tilt_db=-1.5),
    "Despina": Timbre(1.0, 1.11, 0.98, tilt_db=-1.5),
    "Erinome": Timbre(1.125, 1.0, 1.0, tilt_db=1.0),
    "Algenib": Timbre(0.43, 0.81, 0.96, span=0.8, tilt_db=1.0),
    "Rasalgethi": Timbre(0.7, 0.9, 1.0),
    "Laomedeia": Timbre(1.52, 1.0, 1.06, span=1.2),
    "Achernar": Timbre(1.125, 1.23, 0.95, tilt_db=-2.0, breath=0.06),
    "Alnilam": Timbre(0.495, 0.9, 1.03),
    "Schedar": Timbre(0.56, 0.81, 0.98, span=0.6),
    "Gacrux": Timbre(0.79, 0.9, 0.95),
    "Pulcherrima": Timbre(0.89, 1.0, 1.05, tilt_db=1.5),
    "Achird": Timbre(0.79, 1.0, 1.03),
    "Zubenelgenubi": Timbre(0.7, 1.11, 0.97, span=0.85),
    "Vindemiatrix": Timbre(0.89, 0.9, 0.94, tilt_db=-1.0, breath=0.05),
    "Sadachbia": Timbre(0.79, 1.11, 1.08, span=1.3),
    "Sadaltager": Timbre(0.495, 1.0, 0.98),
    "Sulafat": Timbre(1.0, 0.9, 0.97, tilt_db=-1.5),
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
