"""Whether a conversation is recorded, and where to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import livekit_nb as live
from livekit_nb.errors import ConnectError, RecordingError, SessionClosedError, SettingsError
from livekit_nb.session.keeping import as_record, next_free
from tests.recording.disk.made_up import assert_same
from tests.session.scripted_server import Caller, scripted

CANARY = "Canary-Tweety-7351"


async def parrot(caller: Caller) -> None:
    """Says something whenever something is typed."""
    await caller.setup()
    for _ in range(2):
        await caller.hear_text()
        await caller.answer(0.3, f"the {CANARY}")
    await caller.until_goodbye()


async def test_a_conversation_is_written_as_it_happens(tmp_path: Path) -> None:
    path = tmp_path / "talk.liverec"
    async with scripted(parrot) as url, live.connect(endpoint=url, record=path) as session:
        assert session.recording.path == path
        await session.send_text("hi")
        await session.next_turn()
        assert path.is_dir()
    loaded = live.load(path)
    assert_same(loaded, session.recording)
    assert loaded.turns[0].agent is not None
    assert loaded.turns[0].agent.text == f"the {CANARY}"
    assert np.any(loaded.received_audio())
    assert loaded.events[-1].kind == "session.closed"


async def test_nothing_that_is_said_is_kept_unless_it_is_to_be(tmp_path: Path) -> None:
    async with scripted(parrot) as url, live.connect(endpoint=url, record=False) as session:
        assert session.records is False
        await session.send_text(CANARY)
        turn = await session.next_turn()
        assert turn.agent is not None
        assert turn.agent.text == ""
        assert turn.agent.complete
        await session.record()
        assert session.records is True
        await session.send_text("hi")
        turn = await session.next_turn()
        assert turn.agent is not None
        assert turn.agent.text == f"the {CANARY}"
        await session.record(False)
    with pytest.raises(SessionClosedError):
        await session.record()
    first, second = session.recording.turns
    assert first.user is not None
    assert first.user.text == ""
    assert second.user is not None
    assert second.user.text == "hi"
    assert len(session.recording.unrecorded) == 2


@pytest.mark.parametrize("record", [None, 1, "", 3.5, ["talk.liverec"], b"talk"])
async def test_what_is_no_place_is_refused_at_once(record: Any) -> None:
    with pytest.raises(SettingsError, match="record= is True"):
        live.connect(endpoint="local", record=record)


@pytest.mark.parametrize("record", ["yes", "True", " off "])
async def test_an_answer_is_no_place(record: str) -> None:
    with pytest.raises(SettingsError, match="record=True or record=False, or a path"):
        live.connect(endpoint="local", record=record)


@pytest.mark.parametrize("name", ["talk.txt", "talk.WAV"])
async def test_a_place_named_like_another_form_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=rf"export\('{name}'\)"):
        live.connect(endpoint="local", record=tmp_path / name)
    with pytest.raises(SettingsError, match=r"record='talk\.liverec'\.$"):
        live.connect(endpoint="local", record=tmp_path / "talk.mp3")
    for kept in ("talk", "talk.2026", "talk.liverec"):
        assert as_record(tmp_path / kept) == tmp_path / kept


async def test_what_is_there_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "talk.liverec").write_text("mine")
    with pytest.raises(RecordingError, match="exists already"):
        live.connect(endpoint="local", record=tmp_path / "talk.liverec")
    with pytest.raises(RecordingError, match="There is no folder"):
        live.connect(endpoint="local", record=str(tmp_path / "nowhere" / "talk.liverec"))
    assert as_record(str(tmp_path / "new.liverec")) == tmp_path / "new.liverec"


async def test_a_place_that_was_taken_meanwhile_ends_the_conversation(tmp_path: Path) -> None:
    path = tmp_path / "talk.liverec"
    async with scripted(parrot) as url:
        connecting = live.connect(endpoint=url, record=path)
        path.write_text("mine")
        with pytest.raises(RecordingError, match="exists already"):
            await connecting
    assert path.read_text() == "mine"


async def test_a_conversation_that_never_began_leaves_nothing_behind(tmp_path: Path) -> None:
    async def refuse(caller: Caller) -> None:
        await caller.hear()
        await caller.socket.close(1007, "no")

    async with scripted(refuse) as url:
        with pytest.raises(ConnectError):
            await live.connect(endpoint=url, record=tmp_path / "talk.liverec")
    assert not (tmp_path / "talk.liverec").exists()


def test_the_next_free_name_is_numbered(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        path = next_free(tmp_path / "talk.liverec")
        path.touch()
        names.append(path.name)
    assert names == ["talk.liverec", "talk-2.liverec", "talk-3.liverec"]
