"""All checks together: good conversations, looks that cost little, and nothing that was said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from livekit_nb.recording import Recorder, Recording
from livekit_nb.recording.diagnosis import KINDS, echo
from livekit_nb.recording.diagnosis.evidence import Evidence
from livekit_nb.recording.diagnosis.lags import Copy, find_copy
from tests.recording.diagnosis.conversations import Caller, Room, hold, kinds, mhm
from tests.recording.talks import Talk, a_talk, pcm, voice


def get_weather(city: str) -> dict[str, object]:
    """Current weather for a city."""
    return {"city": city, "sky": "clear", "celsius": {"Paris": 21, "Berlin": 18}.get(city, 19)}


async def _a_good_talk(caller: Caller) -> None:
    for name in ("weather_paris", "and_berlin", "weather_madrid"):
        await caller.ask(name)
        await caller.wait(0.7)
    await caller.say("story")
    await caller.until_heard(0.8)
    caller.room.sound(0.3 * mhm(0.2))
    await caller.answer()
    await caller.wait(0.8)
    await caller.ask("convert")


def test_a_good_talk_has_no_findings() -> None:
    room = Room(noise_dbfs=-45.0, seed=2)
    recording = hold(_a_good_talk, room=room, tools=[get_weather])
    assert len(recording.turns) == 5
    assert recording.findings == []
    assert "no findings" in recording.summary()
    assert repr(recording.findings) == "<0 findings>"


def slow() -> Recording:
    talk = a_talk().user("What's the secret?", 1.0, 2.0).agent(6.0, 8.0, "It is a banana.")
    return talk.until(12.0).recording()


def test_findings_show_what_to_do_and_hold_no_words() -> None:
    recording = slow()
    findings = recording.findings
    assert kinds(recording) == ["slow_turn"]
    assert "1 finding: slow answer" in recording.summary()
    for shown in (str(findings), findings._repr_html_()):
        assert "slow answer" in shown
        assert findings[0].message.split(";")[0] in shown
        assert findings[0].remedy.split("`")[0].strip() in shown
    for text in (repr(findings), str(findings), findings.to_json(), repr(findings[0])):
        assert "banana" not in text
        assert "secret" not in text
    (row,) = findings.rows()
    assert row["kind"] == "slow_turn"
    assert row["turn"] == 0


def test_every_kind_has_a_title_and_says_what_its_value_is() -> None:
    assert all(kind.title and kind.value for kind in KINDS.values())


def test_findings_are_made_once_until_something_happens() -> None:
    clock = [0.0]
    recorder = Recorder(lambda: clock[0])
    recording = recorder.recording
    first = recording.findings
    assert recording.findings is first
    assert recording.diagnose(budget_s=1.0) is recording.diagnose(budget_s=1.0)
    clock[0] = 1.0
    recorder.event("message.lost", messages=2, kinds=["realtimeInput.text"])
    assert recording.findings is not first
    assert kinds(recording) == ["message_lost"]


def test_what_was_found_while_it_went_on_is_what_is_found_at_the_end() -> None:
    looks: list[list[str]] = []
    watched = slow_and_fine().recording(watch=lambda live: looks.append(kinds(live)))
    assert watched.findings == slow_and_fine().recording().findings
    assert looks[-1] == kinds(watched) == ["slow_turn"]


def slow_and_fine() -> Talk:
    made = a_talk().user("What's the secret?", 1.0, 2.0).agent(6.0, 8.0, "A banana.")
    return made.user("And why?", 9.0, 10.0).agent(10.4, 12.0, "Nobody knows.").until(14.0)


def test_a_recording_without_sound_is_judged_by_what_is_left() -> None:
    recording = slow().redact()
    assert kinds(recording) == ["slow_turn"]


def test_what_was_not_kept_is_held_against_nobody() -> None:
    talk = a_talk().user("What is the weather like today in Paris?", 1.0, 3.0)
    talk.event(0.5, "mic.started", rate_hz=48_000).agent(3.4, 5.0, "Sunny.")
    talk.event(6.0, "recording.paused").user("", 7.0, 10.0).agent(10.4, 12.0)
    assert kinds(talk.until(40.0).recording()) == []
    heard = a_talk().user("What is the weather like today in Paris?", 1.0, 3.0)
    heard.agent(3.4, 5.0, "Sunny.").user("", 7.0, 10.0).agent(10.4, 12.0)
    assert kinds(heard.until(40.0).recording()) == ["missed_words"]


def long_talk(minutes: int) -> Recording:
    """Half of the time the agent speaks, the user every ten seconds."""
    clock = [0.0]
    recorder = Recorder(lambda: clock[0], limit_s=7200.0)
    random = np.random.default_rng(0)
    agent = np.concatenate([voice(5.0, 24_000, 210.0), np.zeros(120_000)])
    agent += np.where(agent != 0.0, 0.02 * random.standard_normal(len(agent)), 0.0)
    user = np.zeros(160_000)
    user[100_000:124_000] += voice(1.5, 16_000)
    user += 0.0005 * random.standard_normal(len(user))
    for number in range(minutes * 6):
        begun_s = 10.0 * number
        clock[0] = begun_s + 10.0
        recorder.user_audio(pcm(user), begun_s, clock[0])
        recorder.event("caption.user", begun_s + 8.0, text="what is that", final=True)
        recorder.event("agent.first_audio", begun_s + 10.0)
        recorder.agent_received(pcm(agent[:120_000]), begun_s + 10.0)
        recorder.agent_handed(120_000, begun_s + 10.0)
        recorder.agent_played(pcm(agent[:120_000]), begun_s + 10.1)
        recorder.event("agent.turn_complete", begun_s + 15.2, reason="")
    return recorder.recording


def test_the_cost_of_a_look_is_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[float] = []

    def counted(sound: np.ndarray, other: np.ndarray) -> Copy | None:
        looked.append(float(len(sound)))
        return find_copy(sound, other)

    monkeypatch.setattr(echo, "find_copy", counted)
    recording = long_talk(2)
    evidence = Evidence(recording, {})
    echo.find_echoes(evidence)
    first = len(looked)
    assert first >= 20
    echo.find_echoes(Evidence(recording, evidence.memory))
    assert len(looked) - first <= 5  # what lies less than a quarter of a minute back


def test_of_a_long_talk_every_other_stretch_is_looked_at() -> None:
    starts = [4.0 * number for number in range(1000)]
    chosen = echo._chosen(starts)
    assert chosen == starts[::8]
    assert echo._chosen(starts[:200]) == starts[:200]


def test_the_documentation_tells_of_every_kind() -> None:
    text = (Path(__file__).parents[3] / "docs" / "findings.md").read_text(encoding="utf-8")
    told = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    assert [kind for kind in told if kind in KINDS] == list(KINDS)


@pytest.mark.parametrize("junk", ["x", None, [1], float("nan"), float("inf"), -5])
def test_events_that_tell_no_amount_do_no_harm(junk: object):
    talk = a_talk().user("Hello.", 1.0, 3.0).agent(4.0, 6.0, "Hi.")
    for kind, name in (
        ("playback.underrun", "count"),
        ("uplink.lost", "frames"),
        ("message.lost", "messages"),
        ("session.resumed", "silent_s"),
        ("session.resumed", "outage_s"),
    ):
        talk.event(4.5, kind, **{name: junk})
    recording = talk.recording()
    assert "of sound not kept" not in recording.summary()
    for finding in recording.findings:
        assert "nan" not in finding.message
