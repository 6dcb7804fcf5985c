"""Who said what when: the turns' two sides as stretches of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["Utterance", "one_line", "said_in", "seconds"]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One side of a turn that was to be heard.

    Attributes
    ----------
    side : {"user", "agent"}
        Whose.
    start_s, end_s : float
        From its first to its last sound, in recording seconds.
    text : str
        What was said, as far as captions tell.
    turn : int
        Index of the turn.
    interrupted : bool
        Whether it is an answer that was cut short.
    """

    side: Literal["user", "agent"]
    start_s: float
    end_s: float
    text: str
    turn: int
    interrupted: bool = False


def said_in(recording: Recording) -> list[Utterance]:
    """List what was said aloud, in order of time; what was typed is not among it.

    Speech that goes on ends with the recording.
    """
    duration_s = recording.duration_s
    said: list[Utterance] = []
    for turn in recording.turns:
        user, agent = turn.user, turn.agent
        if user is not None and user.start is not None and not user.typed:
            end_s = duration_s if user.speech_end is None else user.speech_end
            said.append(Utterance("user", user.start, end_s, user.text, turn.index))
        if agent is not None and agent.first_audible is not None:
            end_s = duration_s if agent.end is None else agent.end
            cut = agent.interrupted
            said.append(Utterance("agent", agent.first_audible, end_s, agent.text, turn.index, cut))
    return sorted(
        (one for one in said if one.end_s > one.start_s), key=lambda one: (one.start_s, one.end_s)
    )


def one_line(text: str) -> str:
    """Put a text on one line: line ends, tabs and control characters become spaces."""
    return " ".join("".join(c if c >= " " and c != "\x7f" else " " for c in text).split())


def seconds(value: float) -> str:
    """Write a time to the microsecond, with a point, never in exponents."""
    return f"{value:.6f}"
