"""A conversation as it is held, saved and loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

import livekit_nb as live
from livekit_nb.session.session import Session
from livekit_nb.session.setup.contents import picture
from tests.recording.disk.made_up import assert_same
from tests.session.memory_server import Line, MemoryServer, converse


@live.tool
def weather(city: str) -> str:
    """Look out of the window."""
    return f"sunny in {city}"


async def script(line: Line) -> None:
    await line.accept()
    await line.hear_text()
    line.answer("hello there")
    await line.hear_text()
    line.call("call-1", "weather", city="Paris")
    while (await line.hear()).tool_response is None:
        pass
    line.answer("it is sunny")
    await line.left.wait()


async def ask(session: Session, server: MemoryServer) -> None:
    for text in ("hello", "the weather?"):
        await session._send_text(text)
        await session._next_turn(600)
    await session._send_image(picture(b"\xff\xd8\xff picture", 64, 48), 64, 48)


@pytest.mark.parametrize("words", [True, False])
def test_it_is_the_same_afterwards(tmp_path: Path, words: bool) -> None:
    recording = converse([script], ask, tools=(weather,))
    if not words:
        recording = recording.redact(audio=False, frames=False)
    recording.save(tmp_path / "talk.liverec")
    loaded = live.load(tmp_path / "talk.liverec")
    assert_same(loaded, recording)
    assert [call.name for call in loaded.tools] == ["weather"]
    assert {"setup", "toolResponse"} <= {message.kind for message in loaded.messages}
    said = [turn.agent.text for turn in loaded.turns if turn.agent]
    assert said == (["hello there", "it is sunny"] if words else ["", ""])
    assert len(loaded.received_audio()) > 0
