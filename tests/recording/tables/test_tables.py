"""The tables of a recording: turns, events, tool calls and usage."""

import csv
import io
import json
from pathlib import Path

import pytest

from livekit_nb.recording import PART_NAMES, Recording, Turns
from livekit_nb.recording.tables.calls import ToolCalls
from livekit_nb.recording.tables.events import Events
from tests.recording.talks import a_talk
from tests.recording.usage.test_cost import TALK, recorded, report


def conversation() -> Recording:
    """A question with a tool, a reply that is talked into, a typed question, no answer."""
    talk = a_talk().user("the secret word", 1.0, 2.5).tool("find", 2.7, 2.9, key="hush")
    talk.agent(3.2, 6.0, "a hidden answer", cut_s=6.1).user("Stop!", 5.5, 6.8).agent(
        7.3, 9.0, "Ok."
    )
    talk.typed("are you there", 12.0).agent(12.6, 13.0, "Yes.").user("Bye", 15.0, 15.5)
    return talk.tool("hang_up", 15.9).until(20.0).recording()


@pytest.fixture(scope="module")
def recording() -> Recording:
    return conversation()


def test_each_is_a_table_of_its_kind_without_words_in_its_repr(recording):
    assert isinstance(recording.turns, Turns)
    assert isinstance(recording.events, Events)
    assert isinstance(recording.tools, ToolCalls)
    tables = (recording.turns, recording.tools, recording.events, recording.usage)
    assert [repr(table) for table in tables] == [
        "<4 turns, 1 interrupted>",
        "<2 tool calls>",
        f"<{len(recording.events)} events>",
        "<0 reports: no tokens reported>",
    ]
    assert repr(recording.turns[1:]) == "<3 turns, 0 interrupted>"
    words = ("secret", "hidden", "hush")
    for table in tables[:3]:
        assert any(word in str(table) for word in words)
        assert any(word in table._repr_html_() for word in words)


def test_turns_have_all_that_is_known_of_them(recording):
    rows = recording.turns.rows()
    for turn, row in zip(recording.turns, rows, strict=True):
        assert row["turn"] == turn.index
        assert [row[f"{part}_s"] for part in PART_NAMES] == list(turn.latency.parts.values())
        assert row["voice_to_voice_s"] == turn.latency.voice_to_voice
        assert row["floor_transfer_offset_s"] == turn.floor_transfer_offset
        assert row["overlap_s"] == turn.overlap_s
        assert row["barge_in_stop_s"] == turn.barge_in_stop_s
        assert row["interrupted"] is turn.interrupted
    first, second, typed, last = rows
    parts = [first[f"{part}_s"] for part in PART_NAMES]
    assert sum(parts) == pytest.approx(first["voice_to_voice_s"], abs=1e-9)
    assert first["tools"] == ["find"]
    assert first["user_start_s"] == pytest.approx(1.0, abs=0.02)
    assert (typed["typed"], typed["user_end_s"], typed["overlap_s"]) == (True, None, None)
    assert (second["typed"], second["reason"]) == (False, None)
    assert last["agent_text"] is None
    assert last["agent_start_s"] is None
    assert last["floor_transfer_offset_s"] is None
    json.dumps(rows, allow_nan=False)


def test_the_table_of_turns_says_what_cut_and_why_no_answer_came():
    talk = a_talk().user("Hello", 1.0, 2.0)
    talk.event(3.0, "agent.turn_complete", said="nothing", reason="BLOCKLIST")
    shown = str(talk.recording().turns)
    assert "BLOCKLIST" in shown
    assert "typed" not in shown
    assert "yes" in str(conversation().turns).splitlines()[4]


def test_what_was_typed_says_so_where_a_latency_would_stand():
    turns = a_talk().typed("Hello", 1.0).agent(2.0, 3.0, "Hi.").recording().turns
    assert " typed " in str(turns).splitlines()[-1]
    assert ">typed</td>" in turns._repr_html_()
    assert turns.rows()[0]["voice_to_voice_s"] is None
    spoken = a_talk().user("Hello", 1.0, 2.0).agent(2.5, 3.0, "Hi.").recording().turns
    assert "typed" not in str(spoken)


# How turns follow each other


def test_overlap_is_the_sound_of_both_while_the_user_speaks(recording):
    first, second, typed, _ = recording.turns
    assert first.overlap_s == 0.0
    assert second.overlap_s == pytest.approx(0.5, abs=0.03)
    assert second.overlap_s == pytest.approx(first.barge_in_stop_s, abs=0.03)
    assert typed.overlap_s is None
    assert a_talk().agent(1.0, 2.0).recording().turns[0].overlap_s is None


def test_an_agent_that_begins_early_has_a_negative_offset_and_an_overlap():
    (turn,) = a_talk().user("So I was thinking", 1.0, 3.0).agent(2.6, 4.0, "Yes?").recording().turns
    assert turn.floor_transfer_offset == pytest.approx(-0.4, abs=0.02)
    assert turn.overlap_s == pytest.approx(0.4, abs=0.02)
    assert turn.floor_transfer_offset == turn.latency.voice_to_voice


def test_pauses_of_the_agent_are_no_overlap():
    talk = a_talk().user("Tell me", 1.0, 1.8).agent(2.2, 8.0, "Well now", pause=(5.0, 6.0))
    talk.user("Yes but no", 4.5, 5.7, captioned_s=6.5)
    turns = talk.recording().turns
    assert turns[1].overlap_s == pytest.approx(0.5, abs=0.05)


def test_who_asks_while_the_agent_holds_the_floor_is_given_none():
    talk = (
        a_talk().user("Tell me a story", 1.0, 2.0).agent(2.5, 8.0, "Once there was", arrived_s=2.3)
    )
    talk.user("And a song", 4.0, 5.0).agent(8.4, 9.0, "La", arrived_s=8.2)
    first, second = talk.recording().turns
    assert first.floor_transfer_offset == first.latency.voice_to_voice
    assert second.latency.agent_talking == pytest.approx(3.0, abs=0.05)
    assert second.latency.voice_to_voice == pytest.approx(0.4, abs=0.05)
    assert second.floor_transfer_offset is None
    assert second.overlap_s == pytest.approx(1.0, abs=0.05)


# Events, calls


def test_events_are_found_by_kind(recording):
    assert {event.kind for event in recording.events.of("tool")} == {"tool.call", "tool.response"}
    assert [event.kind for event in recording.events.of("tool.call")] == ["tool.call"] * 2
    assert recording.events.of("fault", "other.kinds") == []
    assert recording.events.of("caption")[:1].rows() == [
        {
            "t_s": pytest.approx(2.75),
            "kind": "caption.user",
            "data": {"text": "the secret word", "final": True},
        }
    ]


def test_data_of_an_event_is_json_in_a_csv(recording):
    rows = list(csv.DictReader(io.StringIO(recording.events.to_csv(), newline="")))
    assert len(rows) == len(recording.events)
    for row, event in zip(rows, recording.events, strict=True):
        assert float(row["t_s"]) == event.t
        assert json.loads(row["data"]) == event.data


def test_calls_say_what_became_of_them(recording):
    done, running = recording.tools.rows()
    assert (done["name"], done["outcome"], done["args"]) == ("find", "done", {"key": "hush"})
    assert done["duration_s"] == pytest.approx(0.2)
    assert done["response"] == {"ok": True}
    assert (running["outcome"], running["end_s"], running["duration_s"]) == ("running", None, None)
    talk = (
        a_talk().user("Go", 1.0, 1.5).tool("fly", 2.0).event(2.5, "tool.cancelled", id="call-2.0")
    )
    talk.tool("swim", 3.0).event(
        3.2, "tool.response", id="call-3.0", name="swim", response=None, error="too wet"
    )
    talk.event(4.0, "tool.call", id="again", name="swim", args={}, repeats="call-3.0")
    tools = talk.recording().tools
    assert [row["outcome"] for row in tools.rows()] == ["cancelled", "failed", "sent again"]
    assert "too wet" in str(tools)


# Usage


def test_usage_adds_up_to_the_cost_row_by_row():
    recording = recorded(*TALK)
    usage = recording.usage
    rows = usage.rows()
    assert len(rows) == 3
    assert usage.cost == recording.cost
    assert sum(row["audio_tokens_in"] for row in rows) == recording.cost.tokens.input["AUDIO"]
    assert sum(row["audio_tokens_out"] for row in rows) == recording.cost.tokens.output["AUDIO"]
    assert sum(row["usd"] for row in rows) == pytest.approx(recording.cost.usd)
    assert [row["turn"] for row in rows] == [0, 1, 1]
    for turn in recording.turns:
        mine = [report.tokens.total for report in usage if report.turn == turn.index]
        assert sum(mine) == turn.cost.tokens.total
    assert recording.cost.line in usage.title
    assert usage[:1].title.startswith("1 report: ")


def test_usage_of_settled_turns_keeps_its_turn():
    events = [
        (10.0 * turn + at, kind, data)
        for turn in range(40)
        for at, kind, data in (
            (1.0, "user.text", {"text": "again"}),
            (2.0, "agent.first_audio", {}),
            (3.0, "usage", report(1000 + 10 * turn, 10)),
            (3.0, "agent.turn_complete", {"reason": None}),
        )
    ]
    recording = recorded(*events)
    assert [report.turn for report in recording.usage] == list(range(40))
    assert recording.usage.cost == recording.cost


def test_a_report_that_tells_nothing_new_is_no_row():
    recording = recorded(*TALK[:4], (3.5, "usage", report(1000, 100)), *TALK[4:])
    assert len(recording.usage) == 3
    assert len(recording.events.of("usage")) == 4


def test_every_modality_has_a_column_and_those_that_occur_are_shown():
    data = {
        "prompt_tokens": 30,
        "response_tokens": 5,
        "total_tokens": 40,
        "thoughts_tokens": 5,
        "prompt": {"AUDIO": 10, "SMELL": 20},
        "response": {"TEXT": 5},
    }
    recording = recorded((1.0, "user.text", {"text": "hi"}), (2.0, "usage", data))
    (row,) = recording.usage.rows()
    assert (row["audio_tokens_in"], row["smell_tokens_in"], row["text_tokens_in"]) == (10, 20, 0)
    assert (row["text_tokens_out"], row["thoughts_tokens_out"]) == (5, 5)
    html = recording.usage._repr_html_()
    assert "smell in (tokens)" in html
    assert "image in" not in html


def test_every_column_is_documented(recording):
    told = (Path(__file__).parents[3] / "docs" / "recording.md").read_text(encoding="utf-8")
    for table in (recording.turns, recording.tools, recording.events, recording.usage):
        for column in table.columns:
            assert f"`{column}`" in told
