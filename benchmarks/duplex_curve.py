"""The embedded server's trade-offs: speed against patience, and stopping against holding.

``python -m benchmarks.duplex_curve`` varies how long the server waits in a pause, by its own rules
(times a factor) and by fixed silences as a client may ask for, and says for each how quickly turns
are answered and how often a hesitating speaker is cut in on. Then it varies how long somebody must
speak before the agent stops (a client's ``prefixPaddingMs``), and says how quickly it stops, and
for how many listener's signs. In accelerated time, with the tune part, unless told otherwise: for
choosing, not for reporting.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

from benchmarks.duplex_corpus.build import FOLDER, build
from livekit_nb.lab import fast_time
from livekit_nb.lab.duplex.corpus import PARTS, Corpus
from livekit_nb.lab.duplex.report import Figures, percentiles
from livekit_nb.lab.duplex.stages import Accelerated, Known
from livekit_nb.lab.duplex.suite import hold_scenario
from livekit_nb.server.hearing.endpointing import Patience
from livekit_nb.server.models import Models
from livekit_nb.session.setup.settings import Settings

TURNS, FLOORS = ("turn", "pause"), ("barge-in", "backchannel")
FACTORS = (0.5, 0.75, 1.0, 1.5, 2.0)
SILENCES_S = (0.2, 0.35, 0.5, 0.8, 1.1)
VOICED_S = (None, 0.2, 0.35, 0.5, 0.7)
SECOND_HEAD = (
    "| voice needed | barge-ins stop it | stop p50 / p95 | signs stop it | goes on after them |",
    "|---|---|---|---|---|",
)
HEAD = (
    "| waits | turns answered | latency p50 / p95 | pauses: cut in | takeover | answered |",
    "|---|---|---|---|---|---|",
)


@contextmanager
def patience(factor: float) -> Iterator[None]:
    """Let the server be so many times as patient as it is."""
    usual = Patience.of

    def of(settings: object) -> Patience:
        found = usual(settings)  # type: ignore[arg-type]
        if found.fixed_s is not None:
            return found
        names = ("complete_s", "unclear_s", "incomplete_s", "brief_s")
        return replace(found, **{name: factor * getattr(found, name) for name in names})

    with patch.object(Patience, "of", of):
        yield


async def point(
    corpus: Corpus, models: Models, settings: Settings, most: int, scenarios: tuple[str, str]
) -> list[Figures]:
    stage = Accelerated(models, settings)
    try:
        return [await hold_scenario(one, corpus, stage, most=most) for one in scenarios]
    finally:
        await stage.close()


def share(figures: Figures, what: str) -> str:
    return f"{100 * figures.shares[what]:.0f} %"


def second_row(name: str, barge: Figures, sign: Figures) -> str:
    return (
        f"| {name} | {share(barge, 'stopped')} of {barge.trials} | "
        f"{percentiles(barge.seconds['stop'])} | {share(sign, 'stopped')} of {sign.trials} | "
        f"{share(sign, 'goes on')} |"
    )


def row(name: str, turn: Figures, pause: Figures) -> str:
    return (
        f"| {name} | {share(turn, 'answered')} of {turn.trials} | "
        f"{percentiles(turn.seconds['latency'])} | {share(pause, 'cut in')} of {pause.trials} | "
        f"{share(pause, 'takeover')} | {share(pause, 'answered')} |"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=PARTS, default="tune")
    parser.add_argument("--most", type=int, default=40, help="trials a scenario, at most")
    chosen = parser.parse_args()
    corpus, models = Corpus(build(FOLDER), chosen.part), Models.load()
    models.recogniser = Known(models.recogniser)  # every point hears much the same
    print(*HEAD, sep="\n")
    for factor in FACTORS:
        with patience(factor):
            found = fast_time.run(point(corpus, models, Settings(), chosen.most, TURNS))
        print(row(f"by the words, times {factor:g}", *found), flush=True)
    for silence_s in SILENCES_S:
        settings = Settings(silence_s=silence_s)
        found = fast_time.run(point(corpus, models, settings, chosen.most, TURNS))
        print(row(f"{silence_s:g} s whatever was said", *found), flush=True)
    print("", *SECOND_HEAD, sep="\n")
    for voiced_s in VOICED_S:
        settings = Settings(prefix_padding_s=voiced_s)
        found = fast_time.run(point(corpus, models, settings, chosen.most, FLOORS))
        name = "as it comes (0.1 s)" if voiced_s is None else f"{voiced_s:g} s"
        print(second_row(name, *found), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
