"""What a conversation costs: tokens by modality, at dated prices.

The embedded server costs nothing; what the same tokens would cost at Google's prices is said all
the same. Where no price is known, none is said: unknown is never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html import escape
from typing import Final, NamedTuple

from livekit_nb.recording.events import Event
from livekit_nb.recording.usage.counting import NOTHING, Tally, Tokens, tokens_of
from livekit_nb.recording.usage.prices import Prices, prices_of

__all__ = ["LOCAL", "Cost", "CostLine", "Ledger", "Tariff"]

LOCAL: Final = "local server"
"""Who answers for nothing, as ``session.connecting`` names it."""

_MILLION: Final = 1e6
_WORDS: Final = {"TOOL": "tool results", "THOUGHTS": "thoughts", "UNKNOWN": "not told what"}


@dataclass(frozen=True)
class Tariff:
    """Who answers as which model, and what that costs.

    Attributes
    ----------
    model, endpoint : str
        Empty while not known.
    embedded : bool
        Whether who answers says that it is the embedded server, wherever that runs.
    replayed : bool
        Whether nobody answers: a recording is played back, and its tokens were paid for then.
    """

    model: str = ""
    endpoint: str = ""
    embedded: bool = False
    replayed: bool = False

    @property
    def prices(self) -> Prices | None:
        """Google's prices of the model, ``None`` when they are not known."""
        return prices_of(self.model)

    @property
    def free(self) -> bool:
        """Whether nobody sends a bill: the embedded server answers, or a recording."""
        return self.embedded or self.replayed or self.endpoint == LOCAL

    @property
    def why_free(self) -> str:
        """Who answers for nothing."""
        return "a recording is played back" if self.replayed else "the local server answers"


class CostLine(NamedTuple):
    """Tokens of one kind, and their price; ``None`` when it is not known."""

    what: str
    tokens: int
    usd: float | None


@dataclass(frozen=True, repr=False)
class Cost:
    """What a turn or a whole conversation costs.

    Attributes
    ----------
    tokens : Tokens
        By modality.
    tariff : Tariff
        Who is paid, for which model.
    """

    tokens: Tokens = NOTHING
    tariff: Tariff = field(default_factory=Tariff)

    @property
    def usd(self) -> float | None:
        """US dollars to pay: 0 with the embedded server, ``None`` when it is not known.

        It is not known before the service has reported what it counted, and for models without a
        known price.
        """
        return 0.0 if self.tariff.free else self.list_usd

    @property
    def list_usd(self) -> float | None:
        """US dollars at Google's prices, whoever answers; ``None`` when it is not known."""
        if self.tariff.prices is None or not self.tokens:
            return None
        return sum(line.usd for line in self.lines if line.usd is not None)

    @property
    def at_most(self) -> bool:
        """Whether some tokens' price was not known, so that the dearest was taken for them."""
        prices = self.tariff.prices
        return prices is not None and not all(
            prices.rate(direction, modality)[1]
            for direction, counts in self._directions
            for modality in counts
        )

    @property
    def lines(self) -> list[CostLine]:
        """Tokens and US dollars (at Google's prices) of each kind."""
        prices = self.tariff.prices
        return [
            CostLine(
                f"{_WORDS.get(modality, modality.lower())} {direction.removesuffix('put')}",
                count,
                None if prices is None else count * prices.rate(direction, modality)[0] / _MILLION,
            )
            for direction, counts in self._directions
            for modality, count in sorted(counts.items())
        ]

    @property
    def _directions(self) -> tuple[tuple[str, dict[str, int]], ...]:
        return ("input", dict(self.tokens.input)), ("output", dict(self.tokens.output))

    def __repr__(self) -> str:
        return f"<Cost: {self.line}>"

    def __str__(self) -> str:
        lines = [self.line]
        for line in self.lines:
            price = "" if line.usd is None else f"  {_dollars(line.usd):>10}"
            lines.append(f"{line.what:<18}{line.tokens:>10,} tokens{price}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(line.what)}</th><td>{line.tokens:,}</td>"
            f"<td>{'—' if line.usd is None else _dollars(line.usd)}</td></tr>"
            for line in self.lines
        )
        heads = "<tr><th></th><th>tokens</th><th>US dollars</th></tr>"
        return (
            f"<table><caption>{escape(self.line)}</caption><thead>{heads}</thead>"
            f"<tbody>{rows}</tbody></table>"
        )

    @property
    def line(self) -> str:
        """Say in one line what it costs, and why that is what it is."""
        if not self.tokens:
            nothing = f"nothing ({self.tariff.why_free}); " if self.tariff.free else ""
            return f"{nothing}no tokens reported"
        read, said = (sum(counts.values()) for _, counts in self._directions)
        tokens = f"{read:,} tokens in, {said:,} out"
        amount, prices = self.list_usd, self.tariff.prices
        if prices is None or amount is None:
            model = self.tariff.model.removeprefix("models/")
            unknown = f"no price known for {model}" if model else "no price known"
            if self.tariff.free:
                return f"nothing ({self.tariff.why_free}); {unknown}; {tokens}"
            return f"{unknown}; {tokens}"
        price = f"{'at most ' if self.at_most else ''}{_dollars(amount)}"
        dated = f"at Google's prices of {prices.of}"
        if self.tariff.free:
            return f"nothing ({self.tariff.why_free}); would cost {price} {dated}; {tokens}"
        return f"{price} {dated}; {tokens}"


class Ledger:
    """Keeps the costs of a recording.

    Attributes
    ----------
    tariff : Tariff
        Of the conversation that is recorded.
    """

    def __init__(self) -> None:
        self.tariff = Tariff()
        self._tally = Tally()

    def add(self, event: Event) -> Tokens:
        """Take in any event; returns the tokens it adds."""
        if event.kind == "usage":
            return self._tally.add(tokens_of(event.data))
        if event.kind == "session.connecting":
            self.tariff = Tariff(
                str(event.data.get("model", "")), str(event.data.get("endpoint", ""))
            )
        if event.kind == "session.ready" and event.data.get("embedded") is True:
            self.tariff = replace(self.tariff, embedded=True)
        if event.kind == "session.ready" and event.data.get("replay"):
            self.tariff = replace(self.tariff, replayed=True)
        self._tally.see(event)
        return NOTHING

    @property
    def cost(self) -> Cost:
        """Of everything so far."""
        return Cost(self._tally.total, self.tariff)


def _dollars(amount: float) -> str:
    """Write an amount so that it never reads as nothing."""
    if amount >= 1:
        return f"${amount:,.2f}"
    return f"${amount:.4f}" if amount >= 0.001 else f"${amount:.6f}"
