"""Labels, tiers and speaker marks, read by those they are for, or by their format's letter."""

from itertools import pairwise

import parselmouth
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parselmouth.praat import call as praat

from livekit_nb.recording import Recorder, Recording
from livekit_nb.recording.export.utterances import one_line, said_in
from tests.recording.talks import a_talk

HOSTILE = 'He said ""quoted""\n<b>\t\\"x\\" 日本 é \u2028 "'


@pytest.fixture(scope="module")
def recording() -> Recording:
    talk = a_talk().user(HOSTILE, 1.0, 2.5).tool("find", 2.7, 2.9, key="hush")
    talk.agent(3.2, 6.0, "a long answer", cut_s=6.1).user("Stop!", 5.5, 6.8).agent(7.3, 9.0, "Ok.")
    talk.typed("are\tyou there", 12.0).agent(12.6, 13.0, "Yes.").user("Bye", 15.0, 15.5)
    return talk.tool("hang_up", 15.9).until(20.0).recording()


def exported(recording: Recording, path) -> str:
    recording.export(path)
    return path.read_text(encoding="utf-8")


# Audacity


def labels(text: str) -> list[tuple[float, float, str]]:
    """Read a label track as Audacity's manual describes it."""
    found = []
    for line in text.splitlines():
        start_s, end_s, label = line.split("\t")
        found.append((float(start_s), float(end_s), label))
    return found


def test_labels_say_who_said_and_did_what(recording, tmp_path):
    found = labels(exported(recording, tmp_path / "talk.txt"))
    assert found == sorted(found)
    assert [label for _, _, label in found] == [
        f"you: {one_line(HOSTILE)}",
        "tool: find 0.20 s",
        "agent: a long answer",
        "you: Stop!",
        "interrupted",
        "agent: Ok.",
        "typed: are you there",
        "agent: Yes.",
        "you: Bye",
        "tool: hang_up —",
    ]
    first = recording.turns[0]
    assert found[0][:2] == pytest.approx((first.user.start, first.user.speech_end), abs=1e-6)
    cut = found[4]
    assert cut[0] == cut[1] == pytest.approx(first.agent.end, abs=1e-6)
    assert found[-1][1] == pytest.approx(recording.duration_s, abs=1e-6)


# Praat


def tier_number(grid, name: str) -> int:
    names = [praat(grid, "Get tier name", n + 1) for n in range(praat(grid, "Get number of tiers"))]
    return names.index(name) + 1


def intervals(grid, name: str) -> list[tuple[float, float, str]]:
    number = tier_number(grid, name)
    return [
        (
            praat(grid, "Get start time of interval", number, n),
            praat(grid, "Get end time of interval", number, n),
            praat(grid, "Get label of interval", number, n),
        )
        for n in range(1, praat(grid, "Get number of intervals", number) + 1)
    ]


def points(grid, name: str) -> list[tuple[float, str]]:
    number = tier_number(grid, name)
    return [
        (
            praat(grid, "Get time of point", number, n),
            praat(grid, "Get label of point", number, n),
        )
        for n in range(1, praat(grid, "Get number of points", number) + 1)
    ]


def assert_praat_reads(path, recording: Recording) -> parselmouth.TextGrid:
    """Praat itself reads it, and every tier covers the whole time without a gap."""
    grid = parselmouth.read(str(path))
    assert isinstance(grid, parselmouth.TextGrid)
    assert praat(grid, "Get number of tiers") == 5
    end_s = max(recording.duration_s, 0.001)
    assert praat(grid, "Get end time") == pytest.approx(end_s, abs=1e-6)
    for name in ("user", "agent", "turns", "tools"):
        found = intervals(grid, name)
        assert found[0][0] == 0.0
        assert found[-1][1] == praat(grid, "Get end time")
        for (_, end, _), (start, _, _) in pairwise(found):
            assert end == start
        assert all(start < end for start, end, _ in found)
    return grid


def test_praat_reads_words_turns_tools_and_events(recording, tmp_path):
    recording.export(tmp_path / "talk.TextGrid")
    grid = assert_praat_reads(tmp_path / "talk.TextGrid", recording)
    said = [text for _, _, text in intervals(grid, "user") if text]
    assert said == [one_line(HOSTILE), "Stop!", "Bye"]
    assert [text for *_, text in intervals(grid, "agent") if text] == [
        "a long answer",
        "Ok.",
        "Yes.",
    ]
    assert [text for *_, text in intervals(grid, "turns") if text] == ["0", "1", "2", "3"]
    assert [text for *_, text in intervals(grid, "tools") if text] == ["find 0.20 s", "hang_up —"]
    start_s, end_s, _ = next(i for i in intervals(grid, "agent") if i[2] == "a long answer")
    first = recording.turns[0]
    assert (start_s, end_s) == pytest.approx((first.agent.first_audible, first.agent.end), abs=1e-6)
    marks = points(grid, "events")
    assert (12.0, "user.text: are you there") in [(round(t, 6), text) for t, text in marks]
    assert any("agent.interrupted" in text for _, text in marks)
    times = [t for t, _ in marks]
    assert times == sorted(set(times))


def test_what_happened_at_one_moment_is_one_point(tmp_path):
    talk = a_talk().event(1.0, "mic.muted").event(1.0, "fault", kind="drop").until(3.0)
    recording = talk.without_microphone().recording()
    recording.export(tmp_path / "talk.TextGrid")
    grid = assert_praat_reads(tmp_path / "talk.TextGrid", recording)
    assert points(grid, "events") == [(1.0, "mic.muted; fault")]


def test_praat_reads_an_empty_recording(tmp_path):
    Recording().export(tmp_path / "talk.TextGrid")
    assert_praat_reads(tmp_path / "talk.TextGrid", Recording())


words = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@settings(max_examples=25, deadline=None)
@given(st.lists(words, min_size=1, max_size=3))
def test_praat_reads_whatever_was_said(tmp_path_factory, texts):
    pen = Recorder(lambda: 0.0)
    for number, text in enumerate(texts):
        pen.event("user.text", at=float(number + 1), text=text)
    path = tmp_path_factory.mktemp("grid") / "talk.TextGrid"
    pen.recording.export(path)
    grid = assert_praat_reads(path, pen.recording)
    marks = [text for _, text in points(grid, "events")]
    for text, mark in zip(texts, marks, strict=True):
        wanted = f"user.text: {text}" if text else "user.text"
        assert mark == one_line(wanted)


# RTTM


def speakers(text: str) -> list[tuple[str, int, float, float, str]]:
    """Read an RTTM as NIST describes it: file, channel, onset, duration, speaker."""
    found = []
    for line in text.splitlines():
        fields = line.split(" ")
        assert len(fields) == 10
        kind, file, channel, onset, duration, *_ = fields
        assert kind == "SPEAKER"
        assert [fields[n] for n in (5, 6, 8, 9)] == ["<NA>"] * 4
        found.append((file, int(channel), float(onset), float(duration), fields[7]))
    return found


def test_rttm_has_the_speech_of_both(recording, tmp_path):
    found = speakers(exported(recording, tmp_path / "my first talk.rttm"))
    assert {file for file, *_ in found} == {"my_first_talk"}
    assert {(channel, who) for _, channel, _, _, who in found} == {(1, "user"), (2, "agent")}
    onsets = [onset for _, _, onset, _, _ in found]
    assert onsets == sorted(onsets)
    assert all(duration > 0 for *_, duration, _ in found)
    for side in ("user", "agent"):
        mine = [(onset, onset + duration) for _, _, onset, duration, who in found if who == side]
        wanted = [(one.start_s, one.end_s) for one in recording.speech(side)]
        assert mine == [pytest.approx(span, abs=0.0011) for span in wanted]
        utterances = [one for one in said_in(recording) if one.side == side]
        assert len(mine) >= len(utterances)
