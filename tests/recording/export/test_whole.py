import csv
import json

import pytest

from livekit_nb.recording import Recording
from livekit_nb.recording.export.whole import FORMAT, VERSION
from tests.recording.talks import a_talk
from tests.recording.usage.test_cost import TALK, recorded


@pytest.fixture(scope="module")
def recording() -> Recording:
    talk = a_talk().user("=SUM(A1)", 1.0, 2.5).tool("find", 2.7, 2.9, key="hush")
    talk.agent(3.2, 6.0, 'a "long" answer', cut_s=6.1).user("Stop!", 5.5, 6.8).camera(1.0, 4.0)
    return talk.agent(7.3, 9.0, "Ok.").typed("half \ud83d", 12.0).until(20.0).recording()


def test_json_has_everything_but_sound_and_pictures_exactly(recording, tmp_path):
    recording.export(tmp_path / "talk.json")
    data = json.loads((tmp_path / "talk.json").read_bytes())
    assert (data["format"], data["version"]) == (FORMAT, VERSION)
    assert data["duration_s"] == recording.duration_s
    for name in ("turns", "tools", "usage", "frames", "events", "findings"):
        assert data[name] == getattr(recording, name).rows()
    for side in ("user", "agent"):
        wanted = [[one.start_s, one.end_s] for one in recording.speech(side)]
        assert data[f"{side}_speech_s"] == wanted
    assert len(data["frames"]) == 3
    assert data["turns"][0]["interrupted"] is True
    assert data["turns"][1]["barge_in_stop_s"] is None
    assert data["model"] is data["clock"] is None
    assert data["dropped"] == recording.dropped


def test_json_says_what_it_cost_and_who_answered(tmp_path):
    recording = recorded(*TALK)
    recording.export(tmp_path / "talk.json")
    data = json.loads((tmp_path / "talk.json").read_bytes())
    assert data["cost"]["usd"] == recording.cost.usd
    assert data["cost"]["tokens_in"] == recording.cost.tokens.input
    assert data["model"] == recording.cost.tariff.model
    assert sum(row["usd"] for row in data["usage"]) == pytest.approx(data["cost"]["usd"])


def test_csv_has_the_turns_without_formulas(recording, tmp_path):
    recording.export(tmp_path / "talk.csv")
    with (tmp_path / "talk.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(recording.turns.columns)
    assert rows[0]["user_text"] == "'=SUM(A1)"
    assert rows[0]["agent_text"] == recording.turns[0].agent.text
    for row, turn in zip(rows, recording.turns, strict=True):
        known = turn.latency.voice_to_voice
        assert row["voice_to_voice_s"] == ("" if known is None else repr(known))
