"""How well an agent takes turns: the scenario suite of `livekit_nb.lab.duplex`, in real time.

``python -m benchmarks.duplex`` holds every trial of the test part with the embedded server;
``--help`` lists what can be chosen. The corpus is built first, if it is not there.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.duplex_corpus.build import FOLDER, build
from livekit_nb.engine import engine
from livekit_nb.lab import fast_time
from livekit_nb.lab.duplex.caller import Outcome, Stage
from livekit_nb.lab.duplex.corpus import PARTS, Corpus
from livekit_nb.lab.duplex.report import NOTES, Figures, published, table
from livekit_nb.lab.duplex.scenarios import SCENARIOS
from livekit_nb.lab.duplex.stages import Accelerated, OverTheWire
from livekit_nb.lab.duplex.suite import hold_scenario
from livekit_nb.server.models import Models
from livekit_nb.session.setup.settings import Settings


def told(outcome: Outcome) -> None:
    """Say how it goes, for those who wait."""
    line = outcome.timeline
    user = [f"{one.start_s:.2f}-{one.end_s:.2f}" for one in line.user] if line else ["not reached"]
    agent = [f"{one.start_s:.2f}-{one.end_s:.2f}" for one in line.agent] if line else []
    what = f"{outcome.trial.scenario} {outcome.trial.lines[-1].clip.name}"
    print(f"  {what}: {' '.join(user)} | {' '.join(agent)} | {outcome.words}", file=sys.stderr)


def measure(
    chosen: Sequence[str],
    corpus: Corpus,
    settings: Settings,
    *,
    endpoint: str | None = None,
    accelerated: bool = False,
    most: int | None = None,
    at_once: int = 1,
) -> list[Figures]:
    """Hold the chosen scenarios, one after the other."""

    async def hold(stage: Stage) -> list[Figures]:
        rows = []
        for scenario in chosen:
            how = {"most": most, "at_once": at_once, "told": told}
            rows.append(await hold_scenario(scenario, corpus, stage, **how))
            print(table(rows[-1:]).splitlines()[-1], file=sys.stderr, flush=True)
        return rows

    async def fast() -> list[Figures]:
        stage = Accelerated(Models.load(), settings)
        try:
            return await hold(stage)
        finally:
            await stage.close()

    if accelerated:
        return fast_time.run(fast())
    return engine().submit(hold(OverTheWire(endpoint, settings))).result()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=", ".join(SCENARIOS))
    parser.add_argument("--part", choices=PARTS, default="test")
    parser.add_argument("--endpoint", default="local", help="local, google or a URL")
    parser.add_argument("--model", help="Live model, where the endpoint has several")
    parser.add_argument("--silence", type=float, help="seconds that end a turn; else adaptive")
    parser.add_argument("--most", type=int, help="trials a scenario, at most")
    parser.add_argument("--at-once", type=int, default=1, help="conversations at once")
    parser.add_argument("--accelerated", action="store_true", help="in memory, in fast time")
    parser.add_argument("--corpus", type=Path, help="folder; else this project's, built if needed")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.scenarios if name not in SCENARIOS]:
        parser.error(f"no scenario {', '.join(unknown)}")
    settings = Settings(silence_s=chosen.silence)
    if chosen.model:
        settings = Settings(silence_s=chosen.silence, model=chosen.model)
    rows = measure(
        chosen.scenarios or list(SCENARIOS),
        Corpus(chosen.corpus or build(FOLDER), chosen.part),
        settings,
        endpoint=chosen.endpoint,
        accelerated=chosen.accelerated,
        most=chosen.most,
        at_once=chosen.at_once,
    )
    time = "accelerated time" if chosen.accelerated else "real time"
    load = f"load of the machine (1 min) {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"{chosen.part} part, {chosen.endpoint}, {time}, {load}\n")
    print(table(rows), "", published(rows, f"{chosen.endpoint}, here"), "", NOTES, sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
