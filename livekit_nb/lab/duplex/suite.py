"""The suite: scenarios are held trial by trial, and scored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from livekit_nb.errors import LiveError
from livekit_nb.lab.duplex.caller import Outcome, Stage, hold_trial
from livekit_nb.lab.duplex.corpus import Corpus
from livekit_nb.lab.duplex.report import Figures, figures
from livekit_nb.lab.duplex.scenarios import Trial, trials

__all__ = ["hold_scenario"]

LOST_S = 0.1  #: a trial in which the machine stalled for longer is held once more


async def hold_scenario(
    scenario: str,
    corpus: Corpus,
    stage: Stage,
    *,
    most: int | None = None,
    at_once: int = 1,
    told: Callable[[Outcome], object] = lambda outcome: None,
) -> Figures:
    """Hold all trials of a scenario.

    Parameters
    ----------
    scenario : str
    corpus : Corpus
    stage : Stage
    most : int, optional
        No more than so many trials.
    at_once : int
        How many conversations go on at once: more is quicker, and disturbs latencies.
    told : callable, optional
        Given every outcome as it is there.
    """
    places = asyncio.Semaphore(at_once)

    async def hold(trial: Trial) -> Outcome:
        async with places:
            outcome = await _hold(trial, corpus, stage)
            told(outcome)
            return outcome

    outcomes: Sequence[Outcome] = await asyncio.gather(
        *(hold(trial) for trial in trials(corpus, scenario, most))
    )
    return figures(scenario, outcomes)


async def _hold(trial: Trial, corpus: Corpus, stage: Stage) -> Outcome:
    for _ in range(2):
        try:
            outcome = await hold_trial(trial, corpus, stage)
        except LiveError:
            outcome = Outcome(trial, None)
            continue
        if outcome.timeline is None or outcome.timeline.lost_s <= LOST_S:
            break
    return outcome
