import functools
import math

import pytest

from livekit_nb.errors import RecordingError
from livekit_nb.recording import Recording
from livekit_nb.recording.asking import check_names
from livekit_nb.recording.diagnosis.finding import KINDS, Finding, Findings
from livekit_nb.recording.disk.loading import load
from livekit_nb.recording.events import Event
from livekit_nb.recording.messages import NAMES
from livekit_nb.recording.tables.events import Events
from livekit_nb.wire import kinds
from tests.recording.talks import a_talk


@functools.cache
def talk() -> Recording:
    return a_talk().user("What time is it?", 1.0, 2.0).agent(2.5, 4.0, "Noon.").recording()


EVENTS = Events([Event(0.0, "session.ready"), Event(1.0, "agent.interrupted"), Event(2, "my.own")])


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("tools", "tool"),
        ("tool.cal", "tool.call"),
        ("agent-interrupted", "agent.interrupted"),
        ("interrupted", "agent.interrupted"),
        ("Session", "session"),
        ("my.owm", "my.own"),
    ],
)
def test_a_misspelt_kind_of_event_is_told_with_the_one_that_was_meant(asked, meant):
    with pytest.raises(RecordingError, match=f"Did you mean {meant!r}"):
        EVENTS.of("session", asked)


def test_kinds_of_which_there_are_none_give_an_empty_table():
    assert len(EVENTS.of("tool", "fault", "usage")) == 0
    assert len(EVENTS.of("somebody.elses")) == 0
    assert [event.kind for event in EVENTS.of("my")] == ["my.own"]
    assert len(Findings().of(*KINDS)) == 0
    for name in NAMES:
        assert len(talk().messages.where(kind=name)) == 0


@pytest.mark.parametrize(("asked", "meant"), [("ecco", "echo"), ("slow_turns", "slow_turn")])
def test_a_misspelt_kind_of_finding_is_told(asked, meant):
    found = Findings([Finding("slow_turn", 0.0, 1.0, 0, "", "")])
    with pytest.raises(RecordingError, match=f"Did you mean {meant!r}"):
        found.of(asked)
    with pytest.raises(RecordingError, match=r"There are slow_turn, .*clock_error"):
        found.of("xyzxyz")
    assert len(found.of("slow_turn")) == 1


def test_a_list_of_kinds_is_told_to_want_a_star():
    with pytest.raises(RecordingError, match=r"not a list\. Put a \* before it"):
        EVENTS.of(["tool"])
    with pytest.raises(RecordingError, match="not an Event"):
        check_names([EVENTS[0]], ["tool"], what="events")


def test_a_misspelt_kind_of_message_is_told_and_a_direction_that_is_none():
    messages = talk().messages
    for asked in ("toolcall", "toolCalls", "servercontent.audio", "inputTranscription"):
        with pytest.raises(RecordingError, match="Did you mean"):
            messages.where(kind=asked)
    with pytest.raises(RecordingError, match=r'"sent".*"received"'):
        messages.where(direction="in")
    assert len(messages.where(kind="of a later version")) == 0


def test_the_names_of_messages_are_those_that_kinds_are_made_of():
    of_content = {f"serverContent.{name}" for name in kinds._OF_CONTENT}
    parts = {f"serverContent.{name}" for name in ("audio", "picture", "text", "thought")}
    whole = {*kinds._OF_CLIENT, *kinds._OF_SERVER, "unknown", "unreadable", "other"}
    assert whole | of_content | parts | set(kinds._INPUTS.values()) == NAMES


@pytest.mark.parametrize("side", ["me", None, ["user"], 0])
def test_a_side_that_there_is_not_is_told(side):
    for ask in (talk().speech, talk().peaks):
        with pytest.raises(RecordingError, match=r'"user" .*"agent"'):
            ask(side)


@pytest.mark.parametrize("budget", [-1, -0.1, math.nan, None, "1", True])
def test_a_budget_that_is_no_time_is_refused(budget):
    for given in ({"budget_s": budget}, {"tool_wait_s": budget}):
        with pytest.raises(RecordingError, match=f"{next(iter(given))} is a number of seconds"):
            talk().diagnose(**given)


def test_no_time_and_endless_time_are_budgets():
    assert [f.kind for f in talk().diagnose(budget_s=0)] == ["slow_turn"]
    assert len(talk().diagnose(budget_s=math.inf)) == 0


@pytest.mark.parametrize("path", [None, 3, "", "  ", b"a.wav", ["a.wav"]])
def test_what_is_no_path_is_refused(path):
    for write in (talk().save, talk().export, load):
        with pytest.raises(RecordingError, match="A path is wanted, such as 'talk"):
            write(path)


def test_a_recording_is_not_loaded_again():
    with pytest.raises(RecordingError, match="recording already"):
        load(talk())
