"""What went wrong in a conversation: one finding, a table of them, and what their kinds mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from livekit_nb.recording.asking import check_names
from livekit_nb.recording.tables.table import Column, Table

__all__ = ["KINDS", "Finding", "Findings", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What findings of a kind are about.

    Attributes
    ----------
    title : str
        A few words, as the table shows them.
    value : str
        What `Finding.value` is, unit included.
    """

    title: str
    value: str


KINDS: Final[Mapping[str, Kind]] = {
    "slow_turn": Kind("slow answer", "seconds from the user's last sound to the answer's first"),
    "silent_turn": Kind("no answer", "seconds from the user's last sound until that was known"),
    "refused_turn": Kind("answer refused", "seconds from the user's last sound to the refusal"),
    "unheard_answer": Kind("answer not heard", "seconds from its first byte to the end"),
    "unanswered": Kind("left unanswered", "seconds waited before somebody spoke again, or the end"),
    "underrun": Kind("gaps in the voice", "how often playback ran dry"),
    "echo": Kind("echo", "level of the echo, in dB of the agent's voice"),
    "false_barge_in": Kind("false interruption", "seconds of the answer heard before it"),
    "missed_words": Kind("transcript misses words", "seconds of speech without words"),
    "repeated_sentence": Kind("said twice", "words in the sentence"),
    "blocking_tool": Kind("tool held up the talk", "seconds of silence while it ran"),
    "failed_tool": Kind("tool failed", "seconds it took"),
    "clipping": Kind("microphone too loud", "share of the samples at full scale, in %"),
    "too_quiet": Kind("microphone too quiet", "level of the speech, in dBFS"),
    "noisy": Kind("noisy microphone", "speech above noise, in dB"),
    "dead_microphone": Kind("microphone silent", "seconds without any sound"),
    "uplink_loss": Kind("speech lost on the way", "seconds of microphone that were never sent"),
    "message_lost": Kind("message lost", "how many messages"),
    "outage": Kind("connection gone", "seconds until the talk went on"),
    "ended_by_error": Kind("ended by an error", "the close code, if there was one"),
    "clock_error": Kind("clocks uncertain", "largest error of the page's clock, in seconds"),
}
"""All kinds of findings, in the order in which the documentation tells of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that went wrong, and what can be done about it.

    Attributes
    ----------
    kind : str
        What it is; `KINDS` lists all.
    start_s, end_s : float
        From when to when, in recording seconds.
    turn : int or None
        Index of the turn that it concerns, if it is one.
    message : str
        What was found, in words and figures; nothing that anybody said.
    remedy : str
        What can be done about it.
    value : float or None
        Its size; `KINDS` tells what is measured, and in which unit.
    quote : str
        Words that it is about, where there are any. Not part of ``repr``, nor of tables:
        ``print(finding)`` says them.
    """

    kind: str
    start_s: float
    end_s: float
    turn: int | None
    message: str
    remedy: str
    value: float | None = None
    quote: str = field(default="", repr=False)

    @property
    def title(self) -> str:
        """The kind in a few words."""
        return KINDS[self.kind].title

    def __str__(self) -> str:
        quoted = f'\n  "{self.quote}"' if self.quote else ""
        return (
            f"{self.start_s:.2f} to {self.end_s:.2f} s, {self.title}: {self.message}{quoted}\n"
            f"  {self.remedy}"
        )


class Findings(Table[Finding]):
    """What went wrong, in order of time. Its table says what happened, and what to do."""

    noun = "finding"
    layout = (
        Column("kind", lambda found: found.kind, "what", show=lambda found: found.title),
        Column("start_s", lambda found: found.start_s, "from", unit="s", decimals=1),
        Column("end_s", lambda found: found.end_s, "to", unit="s", decimals=1),
        Column("turn", lambda found: found.turn, "turn", decimals=0),
        Column("message", lambda found: found.message, "what happened"),
        Column("remedy", lambda found: found.remedy, "what to do"),
        Column("value", lambda found: found.value, decimals=3, shown=False),
    )

    def __str__(self) -> str:
        return "\n".join([self.title, *(str(found) for found in self)])

    @property
    def line(self) -> str:
        """What there is, in a line: ``"2 findings: echo, slow answer"``."""
        if not self:
            return "no findings"
        counts = Counter(found.title for found in self)
        told = (title if n == 1 else f"{title} ({n})" for title, n in counts.items())
        return f"{self.title}: {', '.join(told)}"

    def of(self, *kinds: str) -> Findings:
        """Only the findings of some kinds.

        Parameters
        ----------
        *kinds : str
            Kinds such as ``"echo"``; `KINDS` lists all.

        Raises
        ------
        RecordingError
            If there is no such kind.
        """
        check_names(kinds, list(KINDS), what="findings", closed=True)
        return Findings(found for found in self if found.kind in kinds)
