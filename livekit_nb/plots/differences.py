"""Recordings side by side in figures: medians with intervals, counts, cost, and what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from livekit_nb.errors import RecordingError
from livekit_nb.plots.bootstrap import Estimate, median, median_difference, paired_difference
from livekit_nb.plots.several import Named
from livekit_nb.plots.view import outages_of
from livekit_nb.recording import PART_NAMES, Recording, Turn
from livekit_nb.recording.tables.table import Column, Table

__all__ = [
    "BARGE_IN",
    "COST",
    "VOICE_TO_VOICE",
    "Measure",
    "Measures",
    "correspond",
    "difference_table",
]

_SAME_LENGTH_S: Final = 0.15

PerTurn = Callable[[Turn], float | None]
Whole = Callable[[Recording], float | None]


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: what was measured in each recording, and how that differs from the first.

    Attributes
    ----------
    name : str
        What it is, its unit included where it has one.
    decimals : int
    values : tuple of Estimate
        Of each recording.
    differences : tuple of Estimate
        Of each recording but the first: how much more it is than in the first.
    paired : tuple of bool
        Whether these are medians of differences turn by turn.
    """

    name: str
    decimals: int
    values: tuple[Estimate, ...]
    differences: tuple[Estimate, ...]
    paired: tuple[bool, ...]


class Measures(Table[Measure]):
    """Measures of several recordings."""

    noun = "measure"


VOICE_TO_VOICE: Final = "voice-to-voice (s)"
BARGE_IN: Final = "barge-in stop (s)"
COST: Final = "cost at list prices (USD)"

_PER_TURN: Final[dict[str, PerTurn]] = {
    VOICE_TO_VOICE: lambda turn: turn.latency.voice_to_voice,
    **{
        f"· {name.replace('_', ' ')} (s)": lambda turn, name=name: turn.latency.parts[name]  # type: ignore[misc]
        for name in PART_NAMES
    },
    "time to first audio (s)": lambda turn: turn.latency.time_to_first_audio,
    BARGE_IN: lambda turn: turn.barge_in_stop_s,
}


def _count(turns: Sequence[Turn], wanted: Callable[[Turn], bool]) -> float:
    return float(sum(1 for turn in turns if wanted(turn)))


_WHOLE: Final[dict[str, tuple[int, Whole]]] = {
    "length (s)": (1, lambda recording: recording.duration_s),
    "turns": (0, lambda recording: float(len(recording.turns))),
    "unanswered turns": (0, lambda recording: _count(recording.turns, lambda t: t.agent is None)),
    "interrupted turns": (0, lambda recording: _count(recording.turns, lambda t: t.interrupted)),
    "overlap in all (s)": (2, lambda rec: sum(turn.overlap_s or 0.0 for turn in rec.turns)),
    "tool calls": (0, lambda rec: float(sum(call.repeats is None for call in rec.tools))),
    "failed tool calls": (0, lambda rec: float(sum(call.error is not None for call in rec.tools))),
    "outages": (0, lambda recording: float(len(outages_of(recording)))),
    "tokens in": (0, lambda recording: _tokens(recording, "input")),
    "tokens out": (0, lambda recording: _tokens(recording, "output")),
    COST: (6, lambda recording: recording.cost.list_usd),
}


def _tokens(recording: Recording, direction: str) -> float | None:
    tokens = recording.cost.tokens
    counts = tokens.input if direction == "input" else tokens.output
    return float(sum(counts.values())) if tokens else None


def difference_table(shown: Sequence[Named], *, paired: bool | None) -> Measures:
    """Measure each recording, and how it differs from the first, if there are several.

    Parameters
    ----------
    shown : sequence of Named
        The recordings.
    paired : bool or None
        Whether differences are taken turn by turn; ``None``: where the turns correspond.

    Raises
    ------
    RecordingError
        If `paired` is true, and turns do not correspond.
    """
    base, *others = [one.recording for one in shown]
    pairs = [None if paired is False else correspond(base, other) for other in others]
    if paired and None in pairs:
        raise RecordingError(
            "These recordings cannot be compared turn by turn: the user did not say the same "
            f"things in {shown[0].name!r} and {shown[pairs.index(None) + 1].name!r} (as many, each "
            "as long or typed alike). Leave paired out to compare medians."
        )
    turns = [list(recording.turns) for recording in (base, *others)]
    measures = [_per_turn(name, of, turns, pairs) for name, of in _PER_TURN.items()]
    measures = [m for m in measures if any(value.value is not None for value in m.values)]
    for name, (decimals, whole) in _WHOLE.items():
        values = [whole(recording) for recording in (base, *others)]
        differences = [
            None if value is None or values[0] is None else value - values[0]
            for value in values[1:]
        ]
        measures.append(
            Measure(
                name,
                decimals,
                tuple(Estimate(value, n=1) for value in values),
                tuple(Estimate(value, n=1) for value in differences),
                (False,) * len(others),
            )
        )
    caption = (
        _CAPTION if len(shown) == 1 else f"{_CAPTION}; differences are from the first recording"
    )
    return Measures(
        measures, layout=_layout([one.name for one in shown], measures), caption=caption
    )


_CAPTION: Final = "medians with 95 % bootstrap intervals"


def _per_turn(
    name: str,
    of: PerTurn,
    turns: list[list[Turn]],
    pairs: list[list[tuple[int, int]] | None],
) -> Measure:
    values = [[value for turn in each if (value := of(turn)) is not None] for each in turns]
    differences, are_paired = [], []
    for number, pair in enumerate(pairs, start=1):
        both = [
            (one, other)
            for here, there in pair or ()
            if (one := of(turns[0][here])) is not None
            and (other := of(turns[number][there])) is not None
        ]
        are_paired.append(bool(both))
        if both:
            ones, others = zip(*both, strict=True)
            differences.append(paired_difference(others, ones))
        else:
            differences.append(median_difference(values[number], values[0]))
    return Measure(
        name, 3, tuple(median(each) for each in values), tuple(differences), tuple(are_paired)
    )


def correspond(one: Recording, other: Recording) -> list[tuple[int, int]] | None:
    """Find which turns of two recordings are the same question, asked again.

    They are if the user has as many turns in both, and each is as long as the other's (within
    0.15 s), or typed in the same words: a script, a set of clips.

    Returns
    -------
    list of (int, int) or None
        Places of the turns in both recordings; ``None`` if they do not correspond.
    """
    here = [turn for turn in one.turns if turn.user is not None]
    there = [turn for turn in other.turns if turn.user is not None]
    if not here or len(here) != len(there):
        return None
    if all(_same(a, b) for a, b in zip(here, there, strict=True)):
        return [(a.index, b.index) for a, b in zip(here, there, strict=True)]
    return None


def _same(one: Turn, other: Turn) -> bool:
    a, b = one.user, other.user
    if a is None or b is None or a.typed != b.typed:
        return False
    if a.typed:
        return a.text == b.text
    if a.start is None or b.start is None or a.speech_end is None or b.speech_end is None:
        return False
    return abs((a.speech_end - a.start) - (b.speech_end - b.start)) <= _SAME_LENGTH_S


def _layout(names: list[str], measures: list[Measure]) -> list[Column[Any]]:
    columns: list[Column[Any]] = [Column("measure", lambda row: row.name)]
    for n, name in enumerate(names):
        columns += _columns(f"{n + 1}", name, _value(n), signed=False)
    for n, name in enumerate(names[1:]):
        head = f"{name} less {names[0]}"
        columns += _columns(f"{n + 2}_less_1", head, _difference(n), signed=True)
        by_turn = any(measure.paired[n] for measure in measures)
        columns.append(Column(f"paired_{n + 2}", _is_paired(n), "turn by turn", shown=by_turn))
    return columns


def _value(n: int) -> Callable[[Measure], Estimate]:
    return lambda row: row.values[n]


def _difference(n: int) -> Callable[[Measure], Estimate]:
    return lambda row: row.differences[n]


def _is_paired(n: int) -> Callable[[Measure], bool]:
    return lambda row: row.paired[n]


def _columns(
    suffix: str, head: str, of: Callable[[Measure], Estimate], *, signed: bool
) -> list[Column[Any]]:
    def show(row: Measure) -> str:
        return _written(of(row), row.decimals, signed=signed)

    return [
        Column(f"value_{suffix}", lambda row: of(row).value, head, decimals=3, show=show),
        Column(f"low_{suffix}", lambda row: of(row).low, decimals=3, shown=False),
        Column(f"high_{suffix}", lambda row: of(row).high, decimals=3, shown=False),
        Column(f"n_{suffix}", lambda row: of(row).n, decimals=0, shown=False),
    ]


def _written(estimate: Estimate, decimals: int, *, signed: bool) -> str:
    """Write a value, and its interval where there is one."""

    def written(value: float) -> str:
        return f"{round(value, decimals) + 0.0:{'+' if signed else ''},.{decimals}f}"

    if estimate.value is None:
        return "—"
    if estimate.low is None or estimate.high is None:
        return written(estimate.value)
    return f"{written(estimate.value)} [{written(estimate.low)}, {written(estimate.high)}]"
