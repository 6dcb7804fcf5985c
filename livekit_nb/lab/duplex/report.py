"""The suite's tables: the figures of every scenario, and the published ones beside ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from livekit_nb.lab.duplex import scoring
from livekit_nb.lab.duplex.caller import Outcome
from livekit_nb.lab.duplex.timeline import Timeline
from livekit_nb.lab.duplex.wording import error_rate

__all__ = ["NOTES", "PUBLISHED", "Figures", "figures", "percentiles", "published", "table"]


NOTHING = "-"


@dataclass(frozen=True)
class Figures:
    """What came out of one scenario.

    Attributes
    ----------
    scenario : str
    trials : int
        Those that came to the line that is scored.
    failed : int
        The others; above all, an agent that was silent when it should have spoken before.
    shares : dict
        Share of the trials by what happened in them, 0..1.
    seconds : dict
        Measured times by name, of those trials that have one.
    wer : float or None
        Word error rate of the server's own transcript.
    """

    scenario: str
    trials: int
    failed: int
    shares: Mapping[str, float]
    seconds: Mapping[str, Sequence[float]]
    wer: float | None = None


PUBLISHED = (
    ("dGSLM", "0.934 / 0.935", "0.975", "0.352", "0.917", "2.531"),
    ("Moshi", "0.985 / 0.980", "0.941", "0.265", "1.000", "0.257"),
    ("Freeze-Omni", "0.642 / 0.481", "0.336", "0.953", "0.867", "1.409"),
    ("Gemini Live (2.0 Flash)", "0.255 / 0.310", "0.655", "1.301", "0.891", "1.183"),
    ("PersonaPlex", "0.482 / 0.444", "0.958", "0.219", "0.940", "0.271"),
    ("MiniCPM-o 4.5", "0.117 / 0.125", "1.000", "1.541", "0.915", "0.904"),
)
"""Full-Duplex-Bench v1, Table III (arXiv 2503.04721); PersonaPlex from arXiv 2606.11167, MiniCPM-o
from a third party's run. Pause: synthetic / Candor. Latencies are means in seconds."""

NOTES = """\
Comparable: the definitions of takeover and latency (v1's code), and that each trial is a
conversation of its own. Not comparable: the clips (theirs are recordings of conversations and other
synthetic voices, ours scripted lines of a few voices, mostly synthetic), the room, and the way to
the agent (they ran most models on files, here sound travels in real time and is scored as it would
be played), and the recogniser that counts the words of short answers. v1's score of the answer's
content and v1.5's kind of reaction are given by a language model as judge, and are not made here.
"cut in" is stricter than takeover: any sound before the speaker's end. "held": no gap over 0.5 s
until 1 s after the event; "goes on": held, or spoke again within 3 s after it."""


def figures(scenario: str, outcomes: Iterable[Outcome]) -> Figures:
    """Score the outcomes of one scenario."""
    told = list(outcomes)
    reached = [one for one in told if one.timeline is not None]
    timelines = [one.timeline for one in reached if one.timeline is not None]
    shares, seconds, skipped = _SCORES.get(scenario, _answers)(timelines)
    pairs = [(one.trial.lines[-1].clip.text, one.words) for one in reached]
    heard = any(words for _, words in pairs) and scenario in _RECOGNISED
    return Figures(
        scenario,
        len(timelines) - skipped,
        len(told) - len(timelines) + skipped,
        shares,
        seconds,
        error_rate(pairs) if heard else None,
    )


_V1 = "latency (v1)"  # only of takeovers, and with those that came early as 0; for the mean
_Scored = tuple[dict[str, float], dict[str, list[float]], int]
_RECOGNISED = ("turn", "noise 20 dB", "noise 10 dB", "babble 15 dB", "brief")


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values) if values else float("nan")


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _answers(timelines: Sequence[Timeline]) -> _Scored:
    scores = [scoring.answer(one) for one in timelines]
    return (
        {
            "takeover": _share(one.takeover for one in scores),
            "answered": _share(one.answered for one in scores),
            "cut in": _share(one.early for one in scores),
        },
        {
            "latency": _known(one.latency_s for one in scores if not one.early),
            _V1: _known(one.latency_s for one in scores if one.takeover),
        },
        0,
    )


def _patience(timelines: Sequence[Timeline]) -> _Scored:
    scores = [scoring.patient(one) for one in timelines]
    return (
        {
            "takeover": _share(one.takeover for one in scores),
            "cut in": _share(one.cut_in for one in scores),
            "answered": _share(one.answered for one in scores),
        },
        {"latency": _known(one.latency_s for one in scores)},
        0,
    )


def _barge_ins(timelines: Sequence[Timeline]) -> _Scored:
    scores = [scoring.barge_in(one) for one in timelines]
    spoken = [one for one in scores if one.spoke]
    return (
        {
            "takeover": _share(one.takeover for one in spoken),
            "stopped": _share(one.stop_s is not None for one in spoken),
        },
        {
            "stop": _known(one.stop_s for one in spoken),
            "response": _known(one.response_s for one in spoken if one.takeover),
        },
        len(scores) - len(spoken),
    )


def _holds(timelines: Sequence[Timeline]) -> _Scored:
    return _held([scoring.hold(one, one.user[-1].start_s, one.user[-1].end_s) for one in timelines])


def _echoes(timelines: Sequence[Timeline]) -> _Scored:
    """There is no event: the first four seconds of the agent's own voice are one."""
    scores = []
    for one in timelines:
        said = [span for span in one.agent if span.start_s > one.user[-1].end_s]
        if said:
            start_s = said[0].start_s
            scores.append(scoring.hold(one, start_s, start_s + 4.0))
    return _held(scores)


def _held(scores: Sequence[scoring.Hold]) -> _Scored:
    spoken = [one for one in scores if one.spoke]
    return (
        {
            "stopped": _share(not one.held for one in spoken),
            "goes on": _share(one.resumed for one in spoken),
        },
        {"silence": [one.silent_s for one in spoken if not one.held]},
        len(scores) - len(spoken),
    )


_SCORES: dict[str, Callable[[Sequence[Timeline]], _Scored]] = {
    "pause": _patience,
    "barge-in": _barge_ins,
    "barge-in, echo": _barge_ins,
    "backchannel": _holds,
    "aside": _holds,
    "background": _holds,
    "echo": _echoes,
}


def percentiles(seconds: Sequence[float]) -> str:
    """Return ``p50 / p95`` in milliseconds."""
    if not len(seconds):
        return NOTHING
    p50, p95 = np.percentile(np.asarray(seconds) * 1000, [50, 95])
    return f"{p50:.0f} / {p95:.0f} ms"


def table(rows: Iterable[Figures]) -> str:
    """Return a Markdown table with a row a scenario."""
    lines = ["| scenario | trials | what happened | p50 / p95 |", "|---|---|---|---|"]
    for row in rows:
        count = f"{row.trials}" + (f" ({row.failed} more not reached)" if row.failed else "")
        shares = [f"{name} {100 * share:.0f} %" for name, share in row.shares.items() if row.trials]
        if row.wer is not None:
            shares.append(f"WER {100 * row.wer:.1f} %")
        times = [
            f"{name} {percentiles(values)}"
            for name, values in row.seconds.items()
            if values and name != _V1
        ]
        lines.append(f"| {row.scenario} | {count} | {', '.join(shares)} | {', '.join(times)} |")
    return "\n".join(lines)


def published(rows: Iterable[Figures], name: str) -> str:
    """Return a Markdown table of v1's figures: ours under `name`, and the published ones."""
    by = {row.scenario: row for row in rows}

    def share(scenario: str) -> str:
        row = by.get(scenario)
        return f"{row.shares['takeover']:.3f} (n={row.trials})" if row and row.trials else NOTHING

    def mean(scenario: str, what: str) -> str:
        row = by.get(scenario)
        return f"{np.mean(row.seconds[what]):.3f}" if row and row.seconds[what] else NOTHING

    ours = (
        name,
        share("pause"),
        share("turn"),
        mean("turn", _V1),
        share("barge-in"),
        mean("barge-in", "response"),
    )
    lines = [
        "| | pause takeover ↓ | turn takeover ↑ | latency, s | "
        "interruption takeover ↑ | latency, s |",
        "|---|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in (ours, *PUBLISHED)),
    ]
    return "\n".join(lines)
