"""What the service asks for its tokens: a dated table.

US dollars for a million tokens, paid tier, without taxes, the requests of Google Search (14 dollars
for a thousand, after a free number a month) and what a contract may say. Prices change: each entry
says of when it is, and a model that is not here has no price, which is never taken for nothing.

Source: ai.google.dev/gemini-api/docs/pricing, as quoted by third parties on the dates given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["PRICES", "SOURCE", "Prices", "prices_of"]

SOURCE: Final = "https://ai.google.dev/gemini-api/docs/pricing"


@dataclass(frozen=True)
class Prices:
    """Prices of one model.

    Attributes
    ----------
    of : str
        When they were read: year and month, or day.
    input, output : mapping of str to float
        Modality (``TEXT``, ``AUDIO``, …) to US dollars for a million tokens. ``TOOL`` are prompts
        made of tools' results, ``THOUGHTS`` what the model thinks; both are billed as text.
    """

    of: str
    input: Mapping[str, float]
    output: Mapping[str, float]

    def rate(self, direction: str, modality: str) -> tuple[float, bool]:
        """Return the price of a million tokens, and whether it is of just this modality.

        Tokens of a modality without a price (the service did not say which, or a new one) count at
        the dearest there is, so that a sum is never too low.
        """
        rates = self.input if direction == "input" else self.output
        known = rates.get(modality)
        return (max(rates.values()), False) if known is None else (known, True)


def _prices(
    of: str, *, text: float, audio: float, pictures: float, text_out: float, audio_out: float
) -> Prices:
    read = {"TEXT": text, "TOOL": text, "AUDIO": audio, "IMAGE": pictures, "VIDEO": pictures}
    said = {"TEXT": text_out, "THOUGHTS": text_out, "AUDIO": audio_out}
    return Prices(of, MappingProxyType(read), MappingProxyType(said))


_OF_3 = _prices("2026-09", text=0.75, audio=3.0, pictures=1.0, text_out=4.5, audio_out=12.0)
_OF_2_5 = _prices("2026-05-16", text=0.5, audio=3.0, pictures=3.0, text_out=2.0, audio_out=12.0)

PRICES: Final[Mapping[str, Prices]] = MappingProxyType(
    {
        "gemini-3.8-live": _OF_3,
        "gemini-3.8-live-extended-thinking": _OF_3,
        "gemini-3.1-flash-live-preview": _OF_3,
        "gemini-2.5-flash-native-audio-preview-12-2025": _OF_2_5,
    }
)


def prices_of(model: str) -> Prices | None:
    """Return the prices of a model, with or without ``models/``; ``None`` if none are known."""
    return PRICES.get(model.strip().removeprefix("models/"))
