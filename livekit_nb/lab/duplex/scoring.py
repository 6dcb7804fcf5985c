"""Scores of single trials, by the definitions of Full-Duplex-Bench where it has one.

*v1* is Lin et al., "Full-Duplex-Bench" (arXiv 2503.04721), *v1.5* its sequel (arXiv 2507.23159).
Their definitions were read from the published evaluation code
(github.com/DanielLin94144/Full-Duplex-Bench, folder ``v1_v1.5/evaluation``):

* *Takeover* (``eval_pause_handling.py``, ``eval_smooth_turn_taking.py``): the agent's words last
  from the first to the last at least 1 s, or are more than three. They are counted in what a
  recogniser of ours hears in the agent's sound, there CrisperWhisper's.
* *Latency* (likewise): the agent's first sound minus the end of the user's turn, not less than 0,
  and only where there was a takeover.
* *Stop and response latency* (``get_timing.py``): voice activity; gaps of at most 0.5 s in the
  agent's voice are bridged. Stop: from where both are heard to where one of them ends. There, an
  agent that never stops gets the length of the user's speech; here it did not stop. Response: from
  the user's end to the agent's next beginning.

Said beside them: *cut in*, any sound of the agent while the user is not done (stricter than
takeover), and *answered*, a quarter of a second of its voice after the user's end (more lenient:
"You're welcome." is no takeover).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from livekit_nb.lab.duplex.timeline import Timeline, merged, within

__all__ = ["Answer", "BargeIn", "Hold", "Patient", "answer", "barge_in", "hold", "patient"]

TAKEOVER_S, TAKEOVER_WORDS = 1.0, 3
AGENT_GAP_S = 0.5
AUDIBLE_S = 0.25
RESUMES_S = 3.0


@dataclass(frozen=True)
class Patient:
    """How the agent bore a speaker who pauses.

    Attributes
    ----------
    takeover : bool
        v1: it took the turn before the user's end.
    cut_in : bool
        It was audible before the user's end at all.
    answered : bool
        It began to speak after the user's end.
    latency_s : float or None
        From the user's end to its first sound after that; None if it was speaking by then.
    """

    takeover: bool
    cut_in: bool
    answered: bool
    latency_s: float | None


@dataclass(frozen=True)
class Answer:
    """How the agent took a turn that was given to it; v1's smooth turn-taking.

    Attributes
    ----------
    takeover : bool
    answered : bool
        It was audible at all.
    early : bool
        It was audible before the user's end.
    latency_s : float or None
        Where it answered; 0 if it was early.
    """

    takeover: bool
    answered: bool
    early: bool
    latency_s: float | None


@dataclass(frozen=True)
class BargeIn:
    """How the agent let itself be interrupted; v1's takeover with v1.5's latencies.

    Attributes
    ----------
    spoke : bool
        Whether it was speaking when the user began; without that there is nothing to stop.
    stop_s : float or None
        From the user's first sound to its last; None if it did not stop while the user spoke.
    takeover : bool
        It took the turn after the user's end.
    response_s : float or None
        From the user's end to its next beginning.
    """

    spoke: bool
    stop_s: float | None
    takeover: bool
    response_s: float | None


@dataclass(frozen=True)
class Hold:
    """Whether the agent kept the floor while something was heard that was not for it.

    Attributes
    ----------
    spoke : bool
        Whether it was speaking when that began.
    held : bool
        It went on without a gap of more than 0.5 s until a second after the end of that.
    resumed : bool
        It held, or spoke again within 3 s after the end of that. What it said then is not judged.
    silent_s : float
        How long it was silent, from its break to its next sound (or until listening ended).
    """

    spoke: bool
    held: bool
    resumed: bool
    silent_s: float


def _takes(timeline: Timeline, start_s: float, end_s: float = math.inf) -> bool:
    """Whether the agent takes the turn between two times (v1)."""
    said = within(timeline.agent, start_s, end_s)
    if not said:
        return False
    words = sum(n for one, n in timeline.words if start_s <= one.start_s and one.end_s <= end_s)
    return said[-1].end_s - said[0].start_s >= TAKEOVER_S or words > TAKEOVER_WORDS


def _answers(timeline: Timeline, start_s: float) -> bool:
    """Whether it takes the turn after a time; one that still speaks when listening ends does."""
    said = within(timeline.agent, start_s)
    speaks = bool(said) and said[-1].end_s >= timeline.end_s - 0.1
    return speaks or _takes(timeline, start_s)


def patient(timeline: Timeline, line: int = -1) -> Patient:
    """Score a line of a hesitating speaker."""
    user = timeline.user[line]
    during = within(timeline.agent, user.start_s, user.end_s)
    # A voice that runs on over the user's end is no answer to all of it.
    after = [one for one in merged(timeline.agent, 0.2) if one.start_s >= user.end_s]
    return Patient(
        takeover=_takes(timeline, user.start_s, user.end_s),
        cut_in=bool(during),
        answered=sum(one.duration_s for one in after) >= AUDIBLE_S,
        latency_s=after[0].start_s - user.end_s if after else None,
    )


def answer(timeline: Timeline, line: int = -1) -> Answer:
    """Score the answer to a line that leaves the turn to the agent."""
    user = timeline.user[line]
    early = bool(within(timeline.agent, user.start_s, user.end_s))
    said = within(timeline.agent, user.start_s)
    takeover = _answers(timeline, user.start_s)
    answered = sum(one.duration_s for one in said) >= AUDIBLE_S
    latency_s = max(0.0, said[0].start_s - user.end_s) if answered else None
    return Answer(takeover, answered, early, latency_s)


def barge_in(timeline: Timeline, line: int = -1) -> BargeIn:
    """Score a line that was said into the agent's turn."""
    user = timeline.user[line]
    agent = merged(timeline.agent, AGENT_GAP_S)
    spoken = [one for one in agent if one.start_s <= user.start_s < one.end_s]
    stops = [one.end_s for one in spoken if one.end_s < user.end_s]
    next_s = next((one.start_s for one in agent if one.start_s > user.end_s), None)
    return BargeIn(
        spoke=bool(spoken),
        stop_s=stops[0] - user.start_s if stops else None,
        takeover=next_s is not None and _answers(timeline, next_s),
        response_s=None if next_s is None else next_s - user.end_s,
    )


def hold(timeline: Timeline, start_s: float, end_s: float) -> Hold:
    """Score the agent's turn while something else was heard from `start_s` to `end_s`."""
    agent = merged(timeline.agent, AGENT_GAP_S)
    spoken = [one for one in agent if one.start_s <= start_s < one.end_s]
    if not spoken:
        return Hold(spoke=False, held=False, resumed=False, silent_s=0.0)
    broken_s = spoken[0].end_s
    held = broken_s >= min(end_s + 1.0, timeline.end_s - 0.1)
    again_s = next((one.start_s for one in agent if one.start_s > broken_s), None)
    return Hold(
        spoke=True,
        held=held,
        resumed=held or (again_s is not None and again_s <= end_s + RESUMES_S),
        silent_s=0.0 if held else (timeline.end_s if again_s is None else again_s) - broken_s,
    )
