"""Gaps in the agent's voice, as a page reports them over its link."""

from __future__ import annotations

import pytest

from livekit_nb.browser.link import BrowserLink
from livekit_nb.browser.messages import Playback, Start
from livekit_nb.recording import Recorder, Recording
from tests.browser.pages import Clock, Owner, attached
from tests.recording.diagnosis.conversations import kinds, the
from tests.recording.talks import pcm, voice


class Desk(Owner):
    """Writes what the link tells, and what was heard, as a conversation with a page does."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def media_event(self, kind: str, at_s: float | None, **data: object) -> None:
        self._recorder.event(kind, at_s, **data)

    def played(self, sound: bytes, start_s: float) -> None:
        self._recorder.agent_played(sound, start_s)

    def finished(self, position_s: float, interrupted: bool) -> None:
        pass


async def answered(*, gap_s: float, tool: bool = False) -> Recording:
    """An answer whose second half comes late by `gap_s`; a page's time of 40 s is 100 s here."""
    clock = Clock()
    recorder = Recorder(clock)
    desk = Desk(recorder)
    link = BrowserLink(desk, clock=clock)
    attached(link)
    link.receive(Start({}))
    link.loudspeaker.start(desk)
    recorder.event("user.text", text="Hello?")
    half = pcm(voice(1.0, 24_000, 210.0))

    def arrive(sound: bytes) -> None:
        recorder.event("agent.first_audio")
        recorder.agent_received(sound, clock.now_s)
        recorder.agent_handed(len(sound) // 2, clock.now_s)
        link.loudspeaker.play(sound)

    clock.now_s = 100.5
    arrive(half)
    link.receive(Playback(1, "playing", 0, 0, 40_600.0))
    if not gap_s:
        arrive(half)
        link.loudspeaker.turn_complete()
        clock.now_s = 102.7
        link.receive(Playback(1, "ended", 0, 48_000, 40_600.0, "drained", 0))
    else:
        clock.now_s = 101.6
        if tool:
            recorder.event("tool.call", id="a", name="look", args={}, blocking=True)
        link.receive(Playback(1, "ended", 0, 24_000, 40_600.0, "drained", 1))
        clock.now_s = 101.6 + gap_s
        if tool:
            recorder.event("tool.response", id="a", name="look", response={}, error=None)
        arrive(half)
        link.receive(Playback(2, "playing", 24_000, 0, 41_600.0 + 1000 * gap_s, None, 1))
        link.loudspeaker.turn_complete()
        clock.now_s += 1.1
        link.receive(Playback(2, "ended", 24_000, 24_000, 41_600.0 + 1000 * gap_s, "drained", 1))
    recorder.event("agent.turn_complete", reason="")
    link.close()
    return recorder.recording


async def test_a_voice_that_breaks_off_is_told_with_its_gap() -> None:
    recording = await answered(gap_s=0.8)
    found = the("underrun", recording)
    assert found.value == 1.0
    assert found.turn == 0
    assert "once, for 800 ms in all" in found.message
    assert found.start_s == pytest.approx(1.6, abs=0.05)
    assert found.end_s == pytest.approx(2.4, abs=0.05)


async def test_a_voice_without_gaps_and_one_that_waits_for_a_tool_are_no_finding() -> None:
    assert kinds(await answered(gap_s=0.0)) == []
    assert kinds(await answered(gap_s=0.8, tool=True)) == []
