"""Does a recording tell the latency that is to be heard? An independent measurement.

The recording is exported as everybody would, and each turn is measured anew in that stereo file, as
somebody would with an audio editor: from the end of what the left channel says to the beginning of
what the right channel says. The detector (`livekit_nb.audio.edges`) shares nothing with the one
that turns are made with, and no event, time stamp or message is looked at; a turn's own times only
tell where in the file to look, with seconds to spare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.activity import Segment
from livekit_nb.audio.edges import utterances
from livekit_nb.recording.tables.table import Column, Table
from livekit_nb.recording.turns.turn import Turn

if TYPE_CHECKING:
    import soundfile

    from livekit_nb.recording.recording import Recording

__all__ = ["CheckedTurn", "LatencyCheck", "check_latency"]

_BEFORE_S: Final = 1.0
_BEHIND_S: Final = 0.6
_ANSWER_S: Final = 5.0
_SAME_S: Final = 0.1
_LONGEST_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class CheckedTurn:
    """One turn, measured twice.

    Attributes
    ----------
    turn : int
        Its `Turn.index`.
    voice_to_voice : float or None
        Seconds, as `Latency.voice_to_voice` tells.
    acoustic_s : float or None
        Seconds in the exported file; ``None`` if it could not be measured.
    residual_s : float or None
        The second minus the first: positive when it sounds longer than it is told.
    why : str
        Why it could not be measured; empty if it could.
    """

    turn: int
    voice_to_voice: float | None
    acoustic_s: float | None = None
    residual_s: float | None = None
    why: str = ""


class LatencyCheck(Table[CheckedTurn]):
    """Voice-to-voice latency of each turn, as it is told and as it sounds."""

    noun: ClassVar[str] = "turn"
    layout = (
        Column("turn", lambda row: row.turn, decimals=0),
        Column("voice_to_voice_s", lambda row: row.voice_to_voice, "told", unit="s", decimals=3),
        Column("acoustic_s", lambda row: row.acoustic_s, "sounds", unit="s", decimals=3),
        Column("residual_s", lambda row: row.residual_s, "residual", unit="s", decimals=3),
        Column("why", lambda row: row.why, "not measured because"),
    )

    @property
    def residuals_s(self) -> list[float]:
        """Acoustic minus told, of every turn that could be measured, in seconds."""
        return [row.residual_s for row in self if row.residual_s is not None]

    @property
    def median_s(self) -> float | None:
        """Median of the residuals' amounts, in seconds; ``None`` if nothing could be measured."""
        return self._quantile(0.5)

    @property
    def p95_s(self) -> float | None:
        """95 % of the residuals are at most that large, in seconds, or so negative."""
        return self._quantile(0.95)

    @property
    def unmeasured(self) -> dict[str, int]:
        """How many turns could not be measured, by reason."""
        reasons = [row.why for row in self if row.why]
        return {why: reasons.count(why) for why in dict.fromkeys(reasons)}

    @property
    def title(self) -> str:
        """What came out, in a line."""
        median_s, p95_s = self.median_s, self.p95_s
        measured = f"{len(self.residuals_s)} of {len(self)} turns measured"
        if median_s is None or p95_s is None:
            return measured
        return f"{measured}, residual {1000 * median_s:.0f} ms median, {1000 * p95_s:.0f} ms p95"

    def _quantile(self, share: float) -> float | None:
        amounts = np.abs(self.residuals_s)
        return float(np.quantile(amounts, share)) if len(amounts) else None


def check_latency(recording: Recording) -> LatencyCheck:
    """Measure every turn in the exported file; `Recording.latency_check` tells."""
    import soundfile

    turns = recording.turns
    if "audio" in recording.without:
        gone = "the sound was taken out"
        told = [(turn.index, turn.latency.voice_to_voice) for turn in turns]
        return LatencyCheck(CheckedTurn(*each, why=gone) for each in told)
    off = recording.unrecorded
    with TemporaryDirectory() as folder:
        path = Path(folder) / "recording.wav"
        recording.export(path)
        with soundfile.SoundFile(path) as file:
            return LatencyCheck(
                _checked(
                    file, turn, turns[number - 1] if number else None, turns[number + 1 :], off
                )
                for number, turn in enumerate(turns)
            )


def _checked(
    file: soundfile.SoundFile,
    turn: Turn,
    before: Turn | None,
    later: Sequence[Turn],
    off: Sequence[Segment],
) -> CheckedTurn:
    told = turn.latency.voice_to_voice
    user, agent = turn.user, turn.agent
    if user is None:
        return CheckedTurn(turn.index, told, why="nobody asked")
    if user.typed or user.start is None or user.speech_end is None:
        return CheckedTurn(turn.index, told, why="nothing was said")
    if agent is None or agent.first_audible is None:
        return CheckedTurn(turn.index, told, why="no answer was heard")
    if told is None:
        return CheckedTurn(turn.index, told, why="latency unknown")
    if any(span.start_s < agent.first_audible and span.end_s > user.start for span in off):
        return CheckedTurn(turn.index, told, why="recording was off")
    following = later[0].user if later else None
    until_s = agent.first_audible + _ANSWER_S
    if following is not None and following.start is not None:
        until_s = max(agent.first_audible + _BEHIND_S, min(until_s, following.start))
    previous_s = before.agent.end if before is not None and before.agent is not None else None
    answers = _said(file, 1, min(user.start, previous_s or user.start) - _BEFORE_S, until_s)
    fresh = [s for s in answers if previous_s is None or s.start_s > previous_s - _SAME_S]
    fresh = [s for s in fresh if s.start_s > user.start - _BEFORE_S / 2]
    if not fresh:
        return CheckedTurn(turn.index, told, why="no answer found in the file")
    begun_s = fresh[0].start_s
    ends = [
        s.end_s
        for s in _said(file, 0, user.start - _BEFORE_S, max(begun_s, user.speech_end) + _BEHIND_S)
        if s.start_s < max(begun_s, user.speech_end) and s.end_s > user.start
    ]
    if not ends:
        return CheckedTurn(turn.index, told, why="no question found in the file")
    ended_s = ends[-1]
    if turn.latency.agent_talking:
        talked = [s.end_s for s in answers if s.end_s <= begun_s and s not in fresh]
        if not talked:
            return CheckedTurn(turn.index, told, why="not found when the agent fell silent")
        ended_s = max(ended_s, talked[-1])
    acoustic_s = begun_s - ended_s
    return CheckedTurn(turn.index, told, acoustic_s, acoustic_s - told)


def _said(file: soundfile.SoundFile, channel: int, start_s: float, end_s: float) -> list[Segment]:
    """Find what one channel says between two moments, in seconds of the file."""
    rate_hz = file.samplerate
    first = max(0, round(max(start_s, end_s - _LONGEST_S) * rate_hz))
    file.seek(min(first, file.frames))
    stereo: npt.NDArray[np.float32] = file.read(
        max(0, round(end_s * rate_hz) - first), dtype="float32", always_2d=True
    )
    begin_s = first / rate_hz
    return [
        Segment(begin_s + found.start_s, begin_s + found.end_s)
        for found in utterances(stereo[:, channel], rate_hz)
    ]
