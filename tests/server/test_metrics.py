"""What is counted: in a form that Prometheus reads, bounded, and without secrets."""

from __future__ import annotations

import subprocess
import sys

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as read_text

from livekit_nb.server.metrics import CLOSE_CODES, KINDS_OF_WORK, REFUSALS, Metrics
from livekit_nb.server.tally import Tally
from livekit_nb.wire import messages as m


def figures(metrics):
    """Return the value of every series, by name and labels."""
    _, text = metrics.page()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in read_text(text.decode())
        for sample in family.samples
    }


def test_the_page_is_prometheus_text_and_on_request_openmetrics():
    kind, text = Metrics().page()
    assert kind == "text/plain; version=0.0.4; charset=utf-8"
    assert "livekit_nb_sessions_open" in {family.name for family in read_text(text.decode())}
    kind, text = Metrics().page("application/openmetrics-text; version=1.0.0, text/plain;q=0.5")
    assert kind.startswith("application/openmetrics-text; version=1.0.0")
    assert "livekit_nb_turns" in {family.name for family in read_openmetrics(text.decode())}


@pytest.mark.parametrize("accept", ["\x00", "text/plain;version=", ";;;,,,", "a" * 9999, "*/*"])
def test_whatever_is_accepted_the_page_can_be_read(accept):
    _, text = Metrics().page(accept)
    assert list(read_text(text.decode()))


def test_every_series_is_there_from_the_beginning_so_their_number_is_bounded():
    metrics = Metrics()
    before = figures(metrics)
    for code in [*range(1000, 1016), 3000, 4999, None]:
        metrics.closed(code)
    for reason in REFUSALS:
        metrics.refused(reason)
    for kind in KINDS_OF_WORK:
        metrics.worked(kind, 0.1, 0.2)
    for after_tool in (False, True):
        metrics.answered(0.3, after_tool=after_tool)
        metrics.began(resumed=after_tool)
    after = figures(metrics)
    assert after.keys() == before.keys()
    assert len(after) < 300
    closed = {code: after["livekit_nb_connections_closed_total", code] for code in CLOSE_CODES}
    assert closed == dict.fromkeys(CLOSE_CODES, 1) | {"1006": 2, "other": 10}


def test_of_this_process_memory_and_time_are_told():
    names = {name for name, *_ in figures(Metrics())}
    told = {"process_resident_memory_bytes", "process_cpu_seconds_total"} <= names
    assert told == (sys.platform == "linux")


def test_two_servers_in_one_process_count_apart():
    one, other = Metrics(), Metrics()
    one.turns.inc()
    assert figures(one)["livekit_nb_turns_total",] == 1
    assert figures(other)["livekit_nb_turns_total",] == 0


def test_without_the_package_the_command_that_installs_it_is_told():
    code = (
        "import sys; sys.modules['prometheus_client'] = None\n"
        "from livekit_nb.server.metrics import Metrics\n"
        "Metrics()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False
    )
    assert "MissingPackagesError" in done.stderr
    assert "pip install 'livekit-nb[local]'" in done.stderr


# What a conversation adds ---------------------------------------------------------------------


def spoken():
    blob = m.Blob(data=b"\0\0", mime_type="audio/pcm;rate=24000")
    content = m.Content(role="model", parts=[m.Part(inline_data=blob)])
    return m.ServerMessage(server_content=m.ServerContent(model_turn=content))


def thought():
    content = m.Content(role="model", parts=[m.Part(text="hm", thought=True)])
    return m.ServerMessage(server_content=m.ServerContent(model_turn=content))


def ended(**fields):
    return m.ServerMessage(server_content=m.ServerContent(turn_complete=True, **fields))


def called():
    calls = [m.FunctionCall(id="1", name="f", args={}), m.FunctionCall(id="2", name="g", args={})]
    return m.ServerMessage(tool_call=m.ToolCall(function_calls=calls))


class Conversation:
    def __init__(self):
        self.metrics = Metrics()
        self.tally = Tally(self.metrics)

    def send(self, *messages, at=10.0, voiced_at=None):
        for message in messages:
            self.tally.sent(message, at, voiced_at)

    def counted(self, name, *labels):
        return figures(self.metrics)[f"livekit_nb_{name}", *labels]

    def waits(self, after="question"):
        count = self.counted("first_audio_seconds_count", after)
        return count, pytest.approx(self.counted("first_audio_seconds_sum", after))


def test_an_answer_takes_from_the_last_voice_to_the_first_audio():
    talk = Conversation()
    talk.send(thought(), at=9.9, voiced_at=9.7)  # nothing to hear yet
    talk.send(spoken(), at=10.0, voiced_at=9.7)
    talk.send(spoken(), spoken(), at=10.5, voiced_at=9.7)
    talk.send(ended(), at=11.0, voiced_at=9.7)
    assert talk.waits() == (1, 0.3)
    talk.send(spoken(), ended(), at=15.0, voiced_at=14.5)
    assert talk.waits() == (2, 0.8)
    assert talk.counted("turns_total") == 2
    assert talk.counted("interruptions_total") == 0


def test_what_was_typed_has_no_end_that_was_heard():
    talk = Conversation()
    talk.send(spoken(), ended(), at=10.0)
    talk.send(spoken(), ended(), at=20.0, voiced_at=9.0)
    talk.send(spoken(), ended(), at=30.0, voiced_at=9.0)  # typed, and nobody has spoken since
    assert talk.waits() == (1, 11.0)


def test_answers_for_which_functions_were_called_are_counted_apart():
    talk = Conversation()
    talk.send(called(), at=10.0, voiced_at=9.5)
    talk.send(spoken(), ended(), at=12.5, voiced_at=9.5)
    talk.send(spoken(), ended(), at=20.0, voiced_at=19.6)
    assert talk.counted("tool_calls_total") == 2
    assert talk.waits("tool") == (1, 3.0)
    assert talk.waits() == (1, 0.4)


def test_an_interruption_is_counted_and_the_next_answer_measured():
    talk = Conversation()
    talk.send(spoken(), at=10.0, voiced_at=9.5)
    talk.send(m.ServerMessage(server_content=m.ServerContent(interrupted=True)), at=11.0)
    talk.send(ended(), at=11.0)
    talk.send(spoken(), at=13.0, voiced_at=12.6)
    assert talk.counted("interruptions_total") == 1
    assert talk.counted("turns_total") == 1
    assert talk.waits() == (2, 0.9)
