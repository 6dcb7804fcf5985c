"""What a recording holds, in a few lines that nobody's words are in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from livekit_nb.recording.display import counted

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["summary_of"]

_TOLD_S: Final = 0.05
"""Less of lost sound is not worth a line, which would say 0.0 s."""


def summary_of(recording: Recording) -> str:
    """Say what a recording holds; see `Recording.summary`."""
    turns = recording.turns
    cut = sum(turn.interrupted for turn in turns)
    calls = [call for call in recording.tools if call.repeats is None]
    waits = sorted(wait for turn in turns if (wait := turn.latency.voice_to_voice) is not None)
    lines = [
        f"{recording.duration_s:.1f} s, {counted(len(turns), 'turn')} ({cut} interrupted), "
        f"{counted(len(calls), 'tool call')}, "
        f"{counted(len(recording.events), 'event')}"
    ]
    if waits:
        middle = float(np.median(waits))
        lines.append(f"voice-to-voice latency: median {middle:.2f} s, longest {waits[-1]:.2f} s")
    if recording.cost.tariff.replayed:
        lines.append("played back from a recording: the agent's times are of then, not of now")
    if recording.cost.tokens:
        lines.append(f"cost: {recording.cost.line}")
    if recording.without:
        taken = {"audio": "sound", "frames": "pictures", "text": "words"}
        lines.append(f"without {', '.join(taken.get(n, n) for n in sorted(recording.without))}")
    if off := recording.unrecorded:
        seconds = sum(span.duration_s for span in off)
        lines.append(f"recording was off for {seconds:.1f} s: no sound, pictures and words")
    if recording.unwritten:
        lines.append(f"not written at the moment ({recording.unwritten}); save() it elsewhere")
    if recording.damage:
        found = ", ".join(f"{name} {count:g}" for name, count in recording.damage.items())
        lines.append(f"damaged, and left out: {found}")
    lines.append(recording.findings.line)
    lost = {side: s for side, s in recording.dropped_s.items() if s >= _TOLD_S}
    lines.extend(
        f"{side}: {s:.1f} s of sound not kept (before the start, or beyond what fits in memory)"
        for side, s in lost.items()
    )
    return "\n".join(lines)
