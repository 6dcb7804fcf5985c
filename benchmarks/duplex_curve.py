"""The embedded server's trade-off between speed and patience, over its endpointing.

``python -m benchmarks.duplex_curve`` varies how long the server waits in a pause, by its own rules
(times a factor) and by fixed silences as a client may ask for, and says for each how quickly turns
are answered and how often a hesitating speaker is cut in on. In accelerated time, with the tune
part, unless told otherwise: for choosing, not for reporting.
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
from livekit_nb.server.endpointing import Patience
from livekit_nb.server.models import Models
from livekit_nb.session.setup.settings import Settings

FACTORS = (0.5, 0.75, 1.0, 1.5, 2.0)
SILENCES_S = (0.2, 0.35, 0.5, 0.8, 1.1)
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


async def point(corpus: Corpus, models: Models, settings: Settings, most: int) -> list[Figures]:
    stage = Accelerated(models, settings)
    try:
        return [await hold_scenario(one, corpus, stage, most=most) for one in ("turn", "pause")]
    finally:
        await stage.close()


def row(name: str, turn: Figures, pause: Figures) -> str:
    def share(figures: Figures, what: str) -> str:
        return f"{100 * figures.shares[what]:.0f} %"

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
            found = fast_time.run(point(corpus, models, Settings(), chosen.most))
        print(row(f"by the words, times {factor:g}", *found), flush=True)
    for silence_s in SILENCES_S:
        settings = Settings(silence_s=silence_s)
        found = fast_time.run(point(corpus, models, settings, chosen.most))
        print(row(f"{silence_s:g} s whatever was said", *found), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
