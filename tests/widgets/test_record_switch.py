"""Recording, shown and switched in a Studio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.browser.messages import RecordWish, Start, Stop
from livekit_nb.errors import RecordingError, SettingsError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.widgets.desk import Desk
from livekit_nb.widgets.feed import Feed
from livekit_nb.widgets.record_switch import RecordSwitch
from livekit_nb.widgets.studio import Studio
from tests.browser.pages import FakePage
from tests.widgets.desks import last_status, settle, talking
from tests.widgets.sessions import Opener

CANARY = "Canary-Tweety-7351"


def told(page: FakePage) -> dict[str, Any]:
    recording: dict[str, Any] = last_status(page)["recording"]
    return recording


def captions(page: FakePage) -> list[str]:
    events = [event for text in page.texts if text["type"] == "feed" for event in text["events"]]
    return [event["data"]["text"] for event in events if event["kind"] == "caption.user"]


async def test_it_is_shown_and_switched_in_mid_conversation(desk: Desk, opener: Opener) -> None:
    page = FakePage()
    desk.link.attach(page)
    assert told(page) == {"on": True, "text": "will record", "file": ""}
    await talking(desk, page)
    assert told(page) == {"on": True, "text": "recording", "file": ""}
    desk.link.receive(RecordWish(False, 1))
    await page.until(lambda: last_status(page)["request"] == 1)
    assert told(page) == {"on": False, "text": "not recording", "file": ""}
    assert desk.recorder.keeps is False
    desk.link.receive(RecordWish(True, 2))
    await page.until(lambda: last_status(page)["request"] == 2)
    assert told(page) == {"on": True, "text": "recording", "file": ""}
    desk.recorder.record(False)  # a cell
    assert told(page) == {"on": False, "text": "not recording", "file": ""}


async def test_who_switched_it_off_finds_it_off_after_the_next_start(desk: Desk) -> None:
    page = await talking(desk)
    desk.link.receive(RecordWish(False, 1))
    await settle(desk)
    desk.link.receive(Stop())
    await settle(desk)
    assert told(page) == {"on": False, "text": "will not record", "file": ""}
    desk.link.receive(Start({}))
    await settle(desk)
    assert told(page) == {"on": False, "text": "not recording", "file": ""}
    assert desk.recorder.recording.events[0].kind == "recording.paused"


async def test_words_are_shown_while_they_are_said_and_not_after_a_reload(desk: Desk) -> None:
    page = await talking(desk)
    desk.recorder.event("caption.user", text="before", final=True)
    desk.recorder.record(False)
    desk.recorder.event("caption.user", text=CANARY, final=True)
    await page.until(lambda: len(captions(page)) == 2)
    assert captions(page) == ["before", CANARY]
    assert CANARY not in "".join(map(str, desk.recorder.recording.events))
    desk.link.detach(page)
    again = FakePage()
    desk.link.attach(again)
    await again.until(lambda: len(captions(again)) == 2)
    assert captions(again) == ["before", ""]
    assert CANARY not in str(again.texts)


async def test_nobody_is_told_later_what_was_said_while_no_page_was_there(desk: Desk) -> None:
    page = await talking(desk)
    desk.recorder.record(False)
    desk.link.detach(page)
    desk.recorder.event("caption.user", text=CANARY, final=True)
    await settle(desk)
    again = FakePage()
    desk.link.attach(again)
    await again.until(lambda: len(captions(again)) == 1)
    assert captions(again) == [""]


def test_what_passes_is_told_once_and_in_its_place() -> None:
    pen = Recorder(clock=lambda: 0.0, record=False)
    feed = Feed(pen.recording)
    pen.subscribe(feed.hear)
    for text in ("one", "two"):
        pen.event("caption.user", text=text, final=True)
        pen.event("agent.thought", text=text)
    message = feed.news(1.0)
    assert message is not None
    assert [e["data"].get("text") for e in message["events"]] == [None, "one", "one", "two", "two"]
    assert not feed._passing
    feed.rewind()
    message = feed.news(1.0)
    assert message is not None
    assert [e["data"].get("text") for e in message["events"]] == [None, "", "", "", ""]


def test_each_start_is_written_beside_the_first(tmp_path: Path) -> None:
    switch = RecordSwitch(tmp_path / "talk.liverec")
    for name in ("talk.liverec", "talk-2.liverec"):
        recorder = switch.recorder()
        switch.begun(recorder)
        text = f"recording to {name}"
        assert switch.told(recorder, active=True) == {"on": True, "text": text, "file": name}
        recorder.event("user.text", text=name)
        recorder.finish()
        assert live.load(tmp_path / name).events[0].data == {"text": name}
    assert switch.told(recorder, active=False) == {"on": True, "text": "will record", "file": ""}


def test_a_disk_that_takes_nothing_is_shown(tmp_path: Path) -> None:
    switch = RecordSwitch(tmp_path / "talk.liverec")
    recorder = switch.recorder()
    switch.begun(recorder)
    recorder.recording._unwritten = "No space left on device"
    assert switch.told(recorder, active=True)["text"] == (
        "recording, not written: No space left on device"
    )
    recorder.finish()


def test_a_studio_takes_record_as_connect_does(tmp_path: Path) -> None:
    studio = Studio(record=False, endpoint="local")
    assert studio._desk._switch.on is False
    studio.close()
    (tmp_path / "talk.liverec").touch()
    with pytest.raises(RecordingError, match="exists already"):
        Studio(record=tmp_path / "talk.liverec", endpoint="local")
    with pytest.raises(SettingsError, match="record= is True"):
        Studio(record=3, endpoint="local")  # type: ignore[arg-type]
