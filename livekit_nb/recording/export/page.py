"""A page with sound, timeline, words and tables that needs nothing but a browser.

Nothing is fetched: style, script and sound are in the page, and its content security policy lets
it load nothing else and run no script but its own (by hash), so that nothing anybody said can do
anything. All that was said is escaped besides.

The sound of the first minutes is lossless (FLAC); of longer talks it is MP3 at 64 kbit/s, which
all browsers play: five minutes of a talk are some 8 MB as FLAC, an hour 115 MB, and 29 MB as MP3.
Base64 makes a third more of both. Without MP3 in libsndfile (before 1.1) it is FLAC always.
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections.abc import Iterator
from datetime import UTC
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from livekit_nb.recording.answerer import answerer
from livekit_nb.recording.display import counted
from livekit_nb.recording.export.drawing import clock, timeline_svg
from livekit_nb.recording.export.sound import write_flac, write_sound
from livekit_nb.recording.tables.view import html_of

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording
    from livekit_nb.recording.tables.table import Table
    from livekit_nb.recording.turns.turn import Turn

__all__ = ["LOSSLESS_S", "write_page"]

LOSSLESS_S: Final = 300.0
"""Up to this length the sound of a page is lossless."""

_PIECE: Final = 3 * 2**18
_SPEEDS: Final = ("0.5", "0.75", "1", "1.25", "1.5", "2", "3")


def write_page(recording: Recording, path: Path, name: str) -> None:
    """Write the page; the sound passes through a temporary file beside it."""
    style, script = _asset("page.css"), _asset("page.js")
    with path.open("wb") as page:
        for text in _before_the_sound(recording, name, style, script):
            page.write(text.encode("utf-8", "backslashreplace"))
        _write_sound(recording, page, path.parent)
        page.write(f"</script>\n<script>{script}</script>\n</body>\n</html>\n".encode())


@cache
def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _before_the_sound(recording: Recording, name: str, style: str, script: str) -> Iterator[str]:
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "media-src blob:; base-uri 'none'; form-action 'none'"
    )
    turns = recording.turns
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(name)}</title>\n<style>{style}</style>\n</head>\n"
        f'<body data-duration="{recording.duration_s!r}">\n<main>\n<h1>{escape(name)}</h1>\n'
        f'<p class="about">{escape(_about(recording))}</p>\n'
        f'<p class="summary">{escape(recording.summary())}</p>\n'
    )
    yield _player(recording)
    yield '<h2 id="said">What was said</h2>\n<ol class="words" tabindex="0" aria-labelledby="said">'
    for turn in turns:
        yield _turn(turn, recording.duration_s)
    yield "</ol>\n" if turns else "</ol>\n<p>Nothing was said.</p>\n"
    findings = recording.findings
    if findings:
        yield _figures("What went wrong", findings, shown=True)
    yield _figures("Turns in figures", turns)
    if recording.tools:
        yield _figures("Tool calls", recording.tools)
    if recording.usage:
        yield _figures("Tokens and cost", recording.usage)
    yield (
        "</main>\n<noscript><p>The sound and what follows it need JavaScript; the words and "
        "figures do not.</p></noscript>\n"
    )


def _about(recording: Recording) -> str:
    """Say what the page is, to somebody who was sent nothing but it."""
    who, when = answerer(recording), recording.started_at
    spoken_to = f" with {who}" if who else ""
    on = "" if when is None else f" on {when.astimezone(UTC):%Y-%m-%d at %H:%M} UTC"
    return f"A conversation{spoken_to}, recorded by livekit_nb{on}."


def _player(recording: Recording) -> str:
    duration = clock(recording.duration_s)
    speeds = "".join(
        f'<option value="{speed}"{" selected" if speed == "1" else ""}>{speed}&times;</option>'
        for speed in _SPEEDS
    )
    tools = '<span class="tool">tools</span>' if recording.tools else ""
    camera = '<span class="camera">camera</span>' if len(recording.frames) else ""
    return (
        '<section class="player" aria-label="Player">\n<div class="controls">\n'
        '<audio controls preload="auto"></audio>\n'
        f'<label>Speed <select id="speed">{speeds}</select></label>\n'
        '<span class="zoom">'
        '<button id="narrower" type="button" aria-label="Zoom out">&minus;</button>\n'
        '<button id="wider" type="button" aria-label="Zoom in">+</button></span>\n'
        '<label><input id="follow" type="checkbox" checked> follow the words</label>\n</div>\n'
        '<div class="lanes"><div class="names" aria-hidden="true"><span class="user">you</span>'
        f'<span class="agent">agent</span>{tools}{camera}</div>\n'
        '<div class="strip" role="slider" tabindex="0" aria-label="Position in the conversation" '
        f'aria-valuemin="0" aria-valuemax="{int(recording.duration_s)}" aria-valuenow="0" '
        f'aria-valuetext="0:00 of {duration}">{timeline_svg(recording)}</div></div>\n</section>\n'
        '<p class="hint"><kbd>space</kbd> plays and pauses, <kbd>←</kbd> <kbd>→</kbd> go five '
        "seconds, <kbd>p</kbd> <kbd>n</kbd> to the previous and next to speak, <kbd>+</kbd> "
        "<kbd>&minus;</kbd> zoom. A click on the timeline or on a time goes there.</p>\n"
    )


def _turn(turn: Turn, duration_s: float) -> str:
    user, agent = turn.user, turn.agent
    lines = []
    if user is not None:
        end_s = user.start if user.typed else user.speech_end
        lines.append(_said("user", user.start, end_s, duration_s, escape(user.text)))
    if agent is not None:
        text = escape(agent.text)
        if agent.unheard:
            text += f' <span class="unheard">{escape(agent.unheard)}</span>'
        lines.append(_said("agent", agent.first_audible, agent.end, duration_s, text))
    notes = ["typed"] if user is not None and user.typed else []
    notes += [str(call) for call in turn.tools if call.repeats is None]
    waited_s = turn.latency.voice_to_voice
    if waited_s is not None:
        notes.append(f"answered after {waited_s:.2f} s")
    if turn.interrupted:
        stop_s = turn.barge_in_stop_s
        notes.append("interrupted" + ("" if stop_s is None else f", silent after {stop_s:.2f} s"))
    if agent is None:
        notes.append(f"no answer: {turn.reason}" if turn.reason else "no answer")
    note = f'<p class="note">{escape(" · ".join(notes))}</p>' if notes else ""
    return f"<li>{''.join(lines)}{note}</li>\n"


def _said(
    side: str, start_s: float | None, end_s: float | None, duration_s: float, text: str
) -> str:
    who = "You" if side == "user" else "Agent"
    words = f'<span class="who">{who}</span><p dir="auto">{text or "…"}</p>'
    if start_s is None:
        return f'<div class="said {side}" data-from="-1" data-to="-1"><span></span>{words}</div>'
    end_s = duration_s if end_s is None else end_s
    return (
        f'<div class="said {side}" data-from="{start_s!r}" data-to="{end_s!r}">'
        f'<button class="at" type="button" data-t="{start_s!r}" '
        f'aria-label="Go to {clock(start_s)}">{clock(start_s)}</button>{words}</div>'
    )


def _figures(title: str, table: Table[Any], *, shown: bool = False) -> str:
    columns = [column for column in table.layout if column.shown]
    drawn = html_of(columns, table, table.title, most=1000)
    return (
        f"<details{' open' if shown else ''}><summary>{escape(title)} "
        f"({counted(len(table), table.noun)})</summary>{drawn}</details>\n"
    )


def _write_sound(recording: Recording, page: BinaryIO, folder: Path) -> None:
    """Encode the sound and write it as base64, neither of them ever whole in memory."""
    import soundfile

    lossless = recording.duration_s <= LOSSLESS_S or "MP3" not in soundfile.available_formats()
    kind = "audio/flac" if lossless else "audio/mpeg"
    page.write(f'<script id="sound" type="text/plain" data-type="{kind}">'.encode())
    with tempfile.TemporaryDirectory(prefix=".sound-", dir=folder) as nest:
        file = Path(nest) / "sound"
        if lossless:
            write_flac(recording, file, "")
        else:
            _write_mp3(recording, file)
        with file.open("rb") as sound:
            while piece := sound.read(_PIECE):
                page.write(base64.b64encode(piece))


def _write_mp3(recording: Recording, path: Path) -> None:
    """64 kbit/s for both sides together, at a constant rate: players seek in it exactly.

    Less would leave no room for the header that says how much of the beginning is the encoder's
    delay, and the sound would be 46 ms late.
    """
    write_sound(
        recording,
        path,
        format="MP3",
        subtype="MPEG_LAYER_III",
        bitrate_mode="CONSTANT",
        compression_level=0.6,
    )
