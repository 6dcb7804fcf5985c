"""The log of messages: against a plain list, whatever comes and however much."""

from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livekit_nb.errors import RecordingError
from livekit_nb.recording import messages
from livekit_nb.recording.messages import Message, MessageLog, Messages, names_in
from livekit_nb.recording.recorder import Recorder

KINDS = ("realtimeInput.audio", "toolCall", "serverContent.audio+turnComplete, usageMetadata")
WORDS = "nobody's business"

one = st.tuples(
    st.sampled_from(["sent", "received"]),
    st.sampled_from(KINDS),
    st.integers(0, 2**40),
    st.one_of(st.none(), st.text(max_size=300)),
    st.integers(0, 100_000),
    st.lists(st.integers(1, 5000), max_size=3),
)


@given(st.lists(one, max_size=60), st.integers(1, 80), st.integers(200, 5000))
@settings(max_examples=150, deadline=None)
def test_a_log_is_the_end_of_a_list_of_all_that_was_told(
    told: list[tuple], most: int, most_bytes: int
) -> None:
    log = MessageLog(max_messages=most, max_bodies_bytes=most_bytes)
    expected: list[Message] = []
    samples = 0
    for number, (direction, kind, size, body, connection, pieces) in enumerate(told):
        t = number / 7
        assert log.add(t, direction, kind, size, body, connection=connection) == number
        brought = None
        if direction == "received" and pieces:
            brought = (samples, sum(pieces))
            for count in pieces:
                log.brought(samples, count)
                samples += count
        size, connection = min(size, 2**32 - 1), min(connection, 65535)
        body = None if body is None else body.encode("utf-8", "replace").decode()
        expected.append(Message(t, direction, kind, size, connection, number, body, brought))
    assert len(log) == len(told)
    kept = list(log.table())
    assert len(kept) == len(told) - log.dropped <= most
    bodies = [message.number for message in kept if message.body is not None]
    for message, wanted in zip(kept, expected[log.dropped :], strict=True):
        if message.body is None and wanted.body is not None:
            assert all(message.number < number for number in bodies), "the oldest go first"
            wanted = Message(*[getattr(wanted, name) for name in FIELDS], None, wanted.samples)
        assert message == wanted
    size = sum(len(message.body.encode()) for message in kept if message.body is not None)
    assert size <= most_bytes
    had = sum(message.body is not None for message in expected)
    assert had == len(bodies) + log.bodies_dropped
    counts = {key: count for key, count in log.kinds().items() if count}
    assert counts == {
        key: sum((message.direction, message.kind) == key for message in kept) for key in counts
    }
    assert sum(counts.values()) == len(kept)
    sent = log.find(lambda direction, kind: direction == "sent" and "audio" in kind)
    assert sent.tolist() == [
        message.number
        for message in kept
        if message.direction == "sent" and "audio" in message.kind
    ]


FIELDS = ("t", "direction", "kind", "size", "connection", "number")


def test_sound_is_of_the_message_that_was_received_last() -> None:
    recorder = Recorder(clock=lambda: 5.0)
    recorder.agent_received(bytes(20), 5.0)  # of no message: nobody told of one
    recorder.message("received", "serverContent.audio", 500)
    recorder.agent_received(bytes(960), 5.0)
    recorder.message("sent", "realtimeInput.audio", 900)
    recorder.agent_received(bytes(480), 5.0)  # the same message, its second part
    recorder.message("received", "serverContent", 60, "{}")
    recorder.message("received", "serverContent.audio", 60, samples=(9, 1))
    told = recorder.recording.messages
    assert [message.samples for message in told] == [(10, 720), None, None, (9, 1)]
    assert [message.number for message in told] == [0, 1, 2, 3]


def test_a_table_of_messages_finds_and_shows_them_without_their_words() -> None:
    recorder = Recorder(clock=lambda: 0.0)
    for kind, body in (("setup", f'{{"a":"{WORDS}"}}'), ("realtimeInput.audio", None)):
        recorder.message("sent", kind, 1234, body, connection=1)
    recorder.message("received", KINDS[2], 99, '{"b":1}', connection=1, at=2.5)
    table = recorder.recording.messages
    assert isinstance(table, Messages)
    assert table[0].body == f'{{"a":"{WORDS}"}}'
    assert [message.number for message in table.where(direction="sent")] == [0, 1]
    assert [message.number for message in table.where(kind="serverContent")] == [2]
    assert [message.number for message in table.where(kind="usageMetadata")] == [2]
    assert table.where(kind="serverContent", direction="sent") == []
    for shown in (repr(table), str(table), table._repr_html_(), repr(table[0]), repr(list(table))):
        assert WORDS not in shown
    assert WORDS in str(table[0])
    assert "1,234" in str(table)
    assert table.rows()[2] == {
        "number": 2,
        "t_s": 2.5,
        "direction": "received",
        "kind": KINDS[2],
        "bytes": 99,
        "connection": 1,
        "body": '{"b":1}',
        "samples": None,
    }
    recorder.message("sent", "toolResponse", 5)
    assert len(table) == 3, "it is a picture of the moment"
    assert [message.number for message in table[-1:]] == [2]


def test_messages_are_the_same_one_by_one_and_many_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(messages, "_AT_ONCE", 3)
    log = MessageLog(max_messages=32)
    for number in range(40):
        log.add(number / 8, "received", f"kind{number % 3}", number, "{}" if number % 5 else None)
        if number % 2:
            log.brought(100 * number, 100)
    table = log.table()
    one_by_one = [log.message(number) for number in range(log.dropped, len(log))]
    assert list(table) == one_by_one
    for part in (slice(5, 18), slice(None, None, -1), slice(1, None, 4), slice(7, 7)):
        assert list(table[part]) == one_by_one[part]
    for _ in range(8):
        log.add(9.0, "sent", "later", 1)
    with pytest.raises(RecordingError, match="no longer kept"):
        list(table)


def test_without_texts_everything_else_is_kept() -> None:
    log = MessageLog(keeps_bodies=False)
    log.add(1.0, "sent", "setup", 10, "{}")
    assert log.message(0) == Message(1.0, "sent", "setup", 10, 0, 0)
    assert log.bodies_dropped == 0


@pytest.mark.parametrize(
    ("number", "why"), [(-1, "has not been"), (0, "no longer"), (9, "has not")]
)
def test_a_message_that_is_not_there_is_an_error_that_says_why(number: int, why: str) -> None:
    log = MessageLog(max_messages=2)
    for n in range(4):
        log.add(n, "sent", "setup", 10)
    with pytest.raises(RecordingError, match=why):
        log.message(number)


def test_kinds_without_end_become_one() -> None:
    log = MessageLog()
    for n in range(3000):
        log.add(0.0, "received", f"field{n}", 10)
    assert log.message(2999).kind == "other"
    assert len(log.kinds()) < 1100
    assert sum(log.kinds().values()) == 3000


def test_a_message_costs_few_bytes() -> None:
    log = MessageLog()
    for _ in range(100_000):
        log.add(1.0, "sent", "realtimeInput.audio", 900, connection=1)
    columns = [value for value in vars(log).values() if isinstance(value, array)]
    used = sum(column.buffer_info()[1] * column.itemsize for column in columns)
    assert used == 16 * 100_000
    assert math.isclose(log.message(99_999).t, 1.0)


def test_a_kind_names_everything_in_it() -> None:
    assert names_in("serverContent.audio+turnComplete, usageMetadata") == {
        "serverContent",
        "serverContent.audio",
        "serverContent.turnComplete",
        "usageMetadata",
    }
    assert names_in("setup") == {"setup"}
