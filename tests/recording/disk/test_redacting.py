"""What is taken out of a recording is not in it any more, and everything else is."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import livekit_nb as live
from livekit_nb.recording import Recording
from livekit_nb.recording.events import KINDS, Event
from livekit_nb.recording.words import REMOVED, without_words
from tests.recording.disk.made_up import Story, assert_same
from tests.recording.talks import a_talk

CANARY = "Canary-Tweety-7351"
PICTURE = b"\xff\xd8" + CANARY.encode()


@pytest.fixture(scope="module")
def story() -> Story:
    """A conversation with the canary wherever words can be."""
    story = Story()
    words = {
        name: f"{CANARY} {name}"
        for name in ("text", "message", "reason", "label", "response", "why", "language", "error")
    }
    for kind in sorted(KINDS - {"video.frame", "tool.call", "usage"}):
        kept = {"agent.turn_complete": ("reason",), "playback.ended": ("reason",)}.get(kind, ())
        details: dict[str, Any] = {name: text for name, text in words.items() if name not in kept}
        story.pen.event(kind, **details, deep={CANARY: [CANARY]}, number=5)
    story.pen.event("my.note", **{CANARY: CANARY, "number": 5})
    for number in range(2):
        story.tell(
            [
                ("user", 80, True, True),
                ("caption.user", f"Is there a {CANARY}?", True),
                ("wait", 0.5),
                ("call", number, "look", CANARY),
                ("wait", 0.3),
                ("result", number, "look", {CANARY: [CANARY]}),
                ("caption.agent", f" {CANARY}"),
                ("agent", 20, 9, True),
                ("caption.agent", f" sings {CANARY}"),
                ("user", 20, True, True),
                ("over", "cut"),
                ("frame", PICTURE),
                ("message", "sent", CANARY),
                ("message", "received", CANARY),
                ("user.text", CANARY),
                ("usage", 90, 40),
            ]
        )
        story.pen.event("agent.thought", text=CANARY)
        story.pen.event("tool.response", id="c0", name="look", response=None, error=CANARY)
    return story


def bytes_of(path: Path) -> bytes:
    """Every part, unpacked, and the file as it is."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    return b"\n".join([*parts, path.read_bytes()])


def test_nothing_of_the_words_survives(story: Story, tmp_path: Path):
    story.recording.save(tmp_path / "whole.liverec")
    whole = bytes_of(tmp_path / "whole.liverec")
    assert whole.count(CANARY.encode()) > 100  # it is there to be found
    copy = story.recording.redact()
    copy.save(tmp_path / "copy.liverec")
    for data in (bytes_of(tmp_path / "copy.liverec"), everything(copy).encode()):
        assert CANARY.encode() not in data
        assert b"Tweety" not in data
    for suffix in ("json", "csv", "txt", "TextGrid", "rttm", "html"):
        copy.export(tmp_path / f"copy.{suffix}")
        exported = (tmp_path / f"copy.{suffix}").read_text(encoding="utf-8", errors="replace")
        assert CANARY not in exported
    loaded = live.load(tmp_path / "copy.liverec")
    assert_same(loaded, copy)
    assert loaded.without == {"audio", "frames", "text"}
    assert "without sound, pictures, words" in loaded.summary()


def everything(recording: Recording) -> str:
    """What a recording holds, as far as it can be walked to."""
    seen: set[int] = set()
    found: list[str] = []

    def walk(thing: Any) -> None:
        module = isinstance(thing, dict) and "__builtins__" in thing  # its names are not ours
        if id(thing) in seen or isinstance(thing, type) or module:
            return
        seen.add(id(thing))
        if isinstance(thing, str | bytes):
            found.append(str(thing))
        elif isinstance(thing, dict):
            for key, value in thing.items():
                walk(key)
                walk(value)
        elif isinstance(thing, list | tuple | set | frozenset):
            for item in thing:
                walk(item)
        elif callable(thing):
            closure = getattr(thing, "__closure__", None)  # some objects have any attribute
            for cell in closure if isinstance(closure, tuple) else ():
                walk(cell.cell_contents)
            walk(getattr(thing, "__self__", None))
        elif type(thing).__module__.startswith(("livekit_nb", "tests", "collections")):
            walk(getattr(thing, "__dict__", None))
            for name in getattr(type(thing), "__slots__", ()):
                walk(getattr(thing, name, None))

    walk(recording)
    return "\n".join(found)


def test_what_has_no_words_stays(story: Story):
    recording, copy = story.recording, story.recording.redact()
    assert copy.speech("user") == recording.speech("user")
    assert copy.speech("agent") == recording.speech("agent")
    assert copy.duration_s == recording.duration_s
    assert copy.cost == recording.cost
    assert copy.usage == recording.usage
    assert copy.clock == recording.clock
    assert [(e.t, e.kind) for e in copy.events] == [(e.t, e.kind) for e in recording.events]
    assert len(copy.turns) == len(recording.turns) > 1
    for redacted, turn in zip(copy.turns, recording.turns, strict=True):
        assert redacted.latency == turn.latency
        assert redacted.barge_in_stop_s == turn.barge_in_stop_s
        assert redacted.cost == turn.cost
        assert [call.name for call in redacted.tools] == [call.name for call in turn.tools]
        row, whole = redacted.row(), turn.row()
        texts = {name for name in row if name.endswith("_text") or name == "agent_unheard"}
        assert {n: v for n, v in row.items() if n not in texts} == {
            n: v for n, v in whole.items() if n not in texts
        }
        assert {row[name] for name in texts} == {""}
    assert [call.error for call in copy.tools if call.error] == [REMOVED]
    assert [(m.t, m.kind, m.size, m.body) for m in copy.messages] == [
        (m.t, m.kind, m.size, None) for m in recording.messages
    ]
    assert [(f.t, f.size, f.jpeg) for f in copy.frames] == [
        (f.t, f.size, None) for f in recording.frames
    ]
    assert not np.any(copy.user_audio()[0])
    assert not np.any(copy.received_audio())
    assert not any(copy.peaks("user"))
    assert len(copy.peaks("user")) == len(recording.peaks("user"))
    assert len(copy.received_audio()) == len(recording.received_audio())
    assert live.plots.timeline(copy).alt
    assert {f.kind for f in copy.findings} <= {f.kind for f in recording.findings}


def test_each_can_be_taken_out_alone(story: Story, tmp_path: Path):
    recording = story.recording
    nothing = recording.redact(audio=False, frames=False, text=False)
    assert_same(nothing, recording)
    silent = recording.redact(frames=False, text=False)
    assert not np.any(silent.agent_audio()[0])
    assert silent.turns == recording.turns
    assert silent.frames[0].jpeg == PICTURE
    unseen = recording.redact(audio=False, text=False)
    assert unseen.frames[0].jpeg is None
    assert np.array_equal(unseen.user_audio()[0], recording.user_audio()[0])
    assert unseen.without == {"frames"}
    wordless = unseen.redact(audio=False)
    assert wordless.without == {"frames", "text"}
    assert np.array_equal(wordless.received_audio(), recording.received_audio())
    assert wordless.peaks("agent") == recording.peaks("agent")
    wordless.save(tmp_path / "wordless.liverec")
    assert_same(live.load(tmp_path / "wordless.liverec"), wordless)


def test_a_copy_stays_as_it_was_made():
    copies = []

    def look(recording: Recording) -> None:
        if not copies and recording.duration_s > 3.0:
            copies.append((recording.redact(audio=False), recording.user_audio()[0]))

    recording = a_talk().user("One.", 0.5, 4.5).agent(5.0, 6.0, "Two.").recording(look)
    (copy, sound) = copies[0]
    assert np.array_equal(copy.user_audio()[0], sound)
    assert copy.duration_s < recording.duration_s


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_event_of_ours_keeps_a_text_that_nobody_named(kind: str):
    event = without_words(Event(1.0, kind, {"anything": CANARY, "deep": {"a": CANARY}, "n": 2}))
    assert event.t == 1.0
    assert CANARY not in str(event)
    assert event.data["n"] == 2


def test_a_result_that_is_a_number_is_one_that_was_told():
    for kind in ("tool.response", "tool.progress", "tool.late"):
        event = without_words(Event(1.0, kind, {"id": "a", "response": 4711, "duration_s": 2.0}))
        assert event.data == {"id": "a", "duration_s": 2.0}
