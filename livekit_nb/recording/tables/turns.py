"""The turns of a recording as a table."""

from __future__ import annotations

from collections.abc import Callable

from livekit_nb.recording.tables.table import Column, Table
from livekit_nb.recording.turns.latency import PART_NAMES
from livekit_nb.recording.turns.turn import Turn

__all__ = ["Turns"]


def _part(name: str) -> Callable[[Turn], float | None]:
    return lambda turn: turn.latency.parts[name]


def _start_s(turn: Turn) -> float | None:
    starts = (
        turn.user.start if turn.user else None,
        turn.agent.first_audible if turn.agent else None,
    )
    return next((start for start in starts if start is not None), None)


def _waited(turn: Turn) -> float | str | None:
    """Tell how long an answer took, or why that is unknown: what was typed has no last sound."""
    waited_s = turn.latency.voice_to_voice
    typed = turn.user is not None and turn.user.typed
    return "typed" if waited_s is None and typed else waited_s


class Turns(Table[Turn]):
    """The turns of a recording, which show themselves as a table; see `Table`.

    The table says who said what when: who looks at all turns asks for that. Its ``repr`` holds no
    words.
    """

    noun = "turn"
    layout = (
        Column("turn", lambda turn: turn.index, decimals=0),
        Column("start_s", _start_s, "start", unit="s", decimals=2),
        Column("user_text", lambda turn: turn.user.text if turn.user else None, "you"),
        Column(
            "agent_text",
            lambda turn: turn.agent.text if turn.agent else None,
            "agent",
            show=lambda turn: turn.agent.text if turn.agent else turn.reason,
        ),
        Column("agent_unheard", lambda turn: turn.agent.unheard if turn.agent else "", shown=False),
        Column("interrupted", lambda turn: turn.interrupted, "cut"),
        Column("tools", lambda turn: turn.runs),
        Column(
            "voice_to_voice_s",
            lambda turn: turn.latency.voice_to_voice,
            "voice-to-voice",
            unit="s",
            decimals=2,
            show=_waited,
        ),
        Column(
            "barge_in_stop_s",
            lambda turn: turn.barge_in_stop_s,
            "barge-in stop",
            unit="s",
            decimals=2,
        ),
        Column("overlap_s", lambda turn: turn.overlap_s, "overlap", unit="s", decimals=2),
        *(
            Column(name, value, decimals=3, shown=False)
            for name, value in (
                ("floor_transfer_offset_s", lambda turn: turn.floor_transfer_offset),
                ("user_start_s", lambda turn: turn.user.start if turn.user else None),
                ("user_end_s", lambda turn: turn.user.speech_end if turn.user else None),
                ("agent_start_s", lambda turn: turn.agent.first_audible if turn.agent else None),
                ("agent_end_s", lambda turn: turn.agent.end if turn.agent else None),
                ("time_to_first_audio_s", lambda turn: turn.latency.time_to_first_audio),
                ("agent_talking_s", lambda turn: turn.latency.agent_talking),
                ("endpointing_s", lambda turn: turn.latency.endpointing),
                ("thinking_s", lambda turn: turn.latency.thinking),
                ("clock_error_s", lambda turn: turn.latency.error_s),
            )
        ),
        *(Column(f"{name}_s", _part(name), decimals=3, shown=False) for name in PART_NAMES),
        Column("typed", lambda turn: turn.user is not None and turn.user.typed, shown=False),
        Column("reason", lambda turn: turn.reason, shown=False),
        Column("tokens_in", lambda turn: _tokens(turn, "input"), decimals=0, shown=False),
        Column("tokens_out", lambda turn: _tokens(turn, "output"), decimals=0, shown=False),
        Column("usd", lambda turn: turn.cost.usd, decimals=6, shown=False),
        Column("list_usd", lambda turn: turn.cost.list_usd, decimals=6, shown=False),
    )

    @property
    def title(self) -> str:
        """How many turns, and how many of them were interrupted."""
        return f"{super().title}, {sum(turn.interrupted for turn in self)} interrupted"


def _tokens(turn: Turn, direction: str) -> int | None:
    """Tokens reported, ``None`` while nothing was."""
    tokens = turn.cost.tokens
    counts = tokens.input if direction == "input" else tokens.output
    return sum(counts.values()) if tokens else None
