"""An Audacity label track: what was said, called and cut, as labels under the waveform.

One label a line: start, end and text, parted by tabs, times in seconds; a label whose end is its
start is a point (https://manual.audacityteam.org/man/importing_and_exporting_labels.html).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from livekit_nb.recording.export.utterances import one_line, said_in, seconds

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["write_labels"]

_WHO = {"user": "you", "agent": "agent"}


def write_labels(recording: Recording, path: Path, name: str) -> None:
    """Write a label for each utterance, interruption, typed text and tool call."""
    duration_s = recording.duration_s
    labels: list[tuple[float, float, str]] = []
    for said in said_in(recording):
        labels.append((said.start_s, said.end_s, f"{_WHO[said.side]}: {said.text}"))
        if said.interrupted:
            labels.append((said.end_s, said.end_s, "interrupted"))
    labels.extend(
        (event.t, event.t, f"typed: {event.data.get('text', '')}")
        for event in recording.events.of("user.text")
    )
    for call in recording.tools:
        if call.repeats is None:
            end_s = duration_s if call.end is None else call.end
            labels.append((call.start, end_s, f"tool: {call}"))
    lines = (
        f"{seconds(start_s)}\t{seconds(end_s)}\t{one_line(text)}\n"
        for start_s, end_s, text in sorted(labels)
    )
    path.write_text("".join(lines), encoding="utf-8", errors="backslashreplace", newline="\n")
