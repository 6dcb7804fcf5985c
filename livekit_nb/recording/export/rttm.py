"""Rich Transcription Time Marked: who spoke when, as tools for diarisation read it.

Ten fields a line, parted by spaces: type, file, channel, onset, duration, and, for a ``SPEAKER``,
``<NA>`` twice, the speaker's name, and ``<NA>`` twice (NIST, *The 2009 (RT-09) Rich Transcription
Meeting Recognition Evaluation Plan*, appendix A). Channels are those of the exported WAV: 1 is the
user, 2 the agent. The stretches are of speech, found in the sound of each side; pauses part them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["write_rttm"]

_SIDES: Final[tuple[Literal["user", "agent"], ...]] = ("user", "agent")


def write_rttm(recording: Recording, path: Path, name: str) -> None:
    """Write a line for each stretch of speech; both speakers, in order of time."""
    file = "_".join(name.split()) or "recording"
    spoken = sorted(
        (segment.start_s, segment.end_s, channel, side)
        for channel, side in enumerate(_SIDES, start=1)
        for segment in recording.speech(side)
    )
    lines = (
        f"SPEAKER {file} {channel} {start_s:.3f} {end_s - start_s:.3f} <NA> <NA> {side} <NA> <NA>\n"
        for start_s, end_s, channel, side in spoken
    )
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
