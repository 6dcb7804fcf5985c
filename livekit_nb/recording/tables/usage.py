"""Tokens and dollars, generation by generation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from livekit_nb.recording.tables.table import Column, Table
from livekit_nb.recording.usage.cost import Cost, Tariff
from livekit_nb.recording.usage.counting import NOTHING, Tokens

__all__ = ["Report", "Usage"]

_INPUT: Final = ("TEXT", "AUDIO", "IMAGE", "VIDEO", "DOCUMENT", "TOOL", "UNKNOWN")
_OUTPUT: Final = ("TEXT", "AUDIO", "THOUGHTS", "UNKNOWN")


@dataclass(frozen=True, slots=True)
class Report:
    """What one report of the service added.

    Attributes
    ----------
    t : float
        When it came, in recording seconds.
    turn : int or None
        Index of the turn whose generation it is of.
    cost : Cost
        The tokens that no report before had counted, and their price.
    """

    t: float
    turn: int | None
    cost: Cost

    @property
    def tokens(self) -> Tokens:
        """The tokens, by modality."""
        return self.cost.tokens


class Usage(Table[Report]):
    """What the service reported that it read and made, as a table; see `Table`.

    Each token is in one row, so the columns add up to `Recording.cost`. Reports that told nothing
    new are left out; all are among the events.
    """

    noun = "report"

    def __init__(self, reports: Iterable[Report] = (), *, tariff: Tariff | None = None) -> None:
        super().__init__(reports)
        self._tariff = tariff if tariff is not None else Tariff()
        total = self.cost.tokens
        self.layout = (
            Column("t_s", lambda report: report.t, "time", unit="s", decimals=2),
            Column("turn", lambda report: report.turn, decimals=0),
            *(
                _tokens(modality, _read, "in", shown=modality in total.input)
                for modality in dict.fromkeys((*_INPUT, *sorted(total.input)))
            ),
            *(
                _tokens(modality, _said, "out", shown=modality in total.output)
                for modality in dict.fromkeys((*_OUTPUT, *sorted(total.output)))
            ),
            Column("usd", lambda report: report.cost.usd, "to pay", unit="USD", decimals=6),
            Column(
                "list_usd",
                lambda report: report.cost.list_usd,
                "at list price",
                unit="USD",
                decimals=6,
            ),
        )

    @property
    def cost(self) -> Cost:
        """Of all rows together."""
        return Cost(sum((report.tokens for report in self), NOTHING), self._tariff)

    @property
    def title(self) -> str:
        """How many reports, and what they come to."""
        return f"{super().title}: {self.cost.line}"


def _read(report: Report, modality: str) -> int:
    return report.tokens.input.get(modality, 0)


def _said(report: Report, modality: str) -> int:
    return report.tokens.output.get(modality, 0)


def _tokens(
    modality: str, count: Callable[[Report, str], int], way: str, *, shown: bool
) -> Column[Report]:
    name = modality.lower()
    return Column(
        f"{name}_tokens_{way}",
        lambda report: count(report, modality),
        f"{name} {way}",
        unit="tokens",
        decimals=0,
        shown=shown,
    )
