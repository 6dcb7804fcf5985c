"""The recording as figures: its turns as CSV, everything that is no sound or picture as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from livekit_nb.recording.tables.table import as_json

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["FORMAT", "VERSION", "write_csv", "write_json"]

FORMAT: Final = "livekit-nb export"
VERSION: Final = 1
"""Raised when a reader of an older one would be misled; new names do not raise it."""


def write_csv(recording: Recording, path: Path, name: str) -> None:
    """Write the turns, a row each; texts that spreadsheets take for formulas are guarded."""
    recording.turns.to_csv(path)


def write_json(recording: Recording, path: Path, name: str) -> None:
    """Write one object; its lists have a row a line. docs/recording.md describes its names."""
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        separator = "{\n"
        for key, value in _parts(recording):
            file.write(f"{separator}{as_json(key)}: ")
            if isinstance(value, list) and value:
                file.write("[\n" + ",\n".join(as_json(row) for row in value) + "\n]")
            else:
                file.write(as_json(value))
            separator = ",\n"
        file.write("\n}\n")


def _parts(recording: Recording) -> Iterator[tuple[str, Any]]:
    cost = recording.cost
    yield "format", FORMAT
    yield "version", VERSION
    yield "duration_s", recording.duration_s
    yield "clock", None if recording.clock is None else asdict(recording.clock)
    yield "dropped", recording.dropped
    yield "model", cost.tariff.model or None
    yield "endpoint", cost.tariff.endpoint or None
    yield (
        "cost",
        {
            "tokens_in": dict(cost.tokens.input),
            "tokens_out": dict(cost.tokens.output),
            "usd": cost.usd,
            "list_usd": cost.list_usd,
        },
    )
    for side in ("user", "agent"):
        segments = recording.speech("user" if side == "user" else "agent")
        yield f"{side}_speech_s", [[one.start_s, one.end_s] for one in segments]
    yield "findings", recording.findings.rows()
    yield "turns", recording.turns.rows()
    yield "tools", recording.tools.rows()
    yield "usage", recording.usage.rows()
    yield "frames", recording.frames.rows()
    yield "events", recording.events.rows()
