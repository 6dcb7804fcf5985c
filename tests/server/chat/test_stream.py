"""Bytes to events, events to words and calls."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.server.chat.stream import (
    MAX_CALLS,
    MAX_EVENT_BYTES,
    Collected,
    EventReader,
    Fragment,
    MalformedStreamError,
    read_piece,
)

STREAM = (
    ": keep\ndata: one\n\nevent: x\r\ndata:two\r\ndata: lines\r\n\r\n\n\ndata: drei…\n\ndata: half"
)


@given(st.lists(st.integers(0, len(STREAM.encode())), max_size=6))
def test_events_are_the_same_however_the_bytes_are_cut(cuts):
    data, reader, events = STREAM.encode(), EventReader(), []
    edges = [0, *sorted(cuts), len(data)]
    for start, stop in itertools.pairwise(edges):
        events += reader.feed(data[start:stop])
    assert events == ["one", "two\nlines", "drei…"]


@pytest.mark.parametrize("line", [b"x" * 1000, b"data: " + b"x" * 1000 + b"\n"])
def test_an_event_without_end_is_not_kept(line):
    reader = EventReader()

    def feed():
        for _ in range(2 * MAX_EVENT_BYTES // len(line)):
            reader.feed(line)

    with pytest.raises(MalformedStreamError, match="without end"):
        feed()


@given(st.text() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_what_is_no_piece_is_refused_or_says_nothing(data):
    try:
        delta, reason = read_piece(data)
    except MalformedStreamError:
        return
    assert (delta.content, reason) == (None, None)


def calls(*fragments):
    collected = Collected()
    for fragment in fragments:
        delta = {"choices": [{"delta": {"tool_calls": [fragment]}}]}
        for item in read_piece(json.dumps(delta))[0].tool_calls:
            collected.add(item)
    return [(call.id, call.name, call.arguments) for call in collected.calls]


def fragment(arguments=None, name=None, **more):
    return {"function": {"name": name, "arguments": arguments}} | more


BOTH = [("a", "f", '{"x": 1}'), ("b", "g", "{}")]


@pytest.mark.parametrize(
    "fragments",
    [
        # one after the other, in pieces
        [
            fragment("", "f", index=0, id="a"),
            fragment('{"x"', index=0),
            fragment(": 1}", index=0),
            fragment("{}", "g", index=1, id="b"),
        ],
        # interleaved
        [
            fragment("{", "f", index=0, id="a"),
            fragment("{", "g", index=1, id="b"),
            fragment('"x": 1}', index=0),
            fragment("}", index=1),
        ],
        # without an index
        [fragment('{"x": 1', "f", id="a"), fragment("}"), fragment("{}", "g", id="b")],
        # always the same index
        [fragment('{"x": 1}', "f", index=0, id="a"), fragment("{}", "g", index=0, id="b")],
        # the name again with each piece
        [
            fragment('{"x": ', "f", index=0, id="a"),
            fragment("1}", "f", index=0, id="a"),
            fragment("{}", "g", index=1, id="b"),
        ],
    ],
)
def test_calls_are_put_together_as_endpoints_write_them(fragments):
    assert calls(*fragments) == BOTH


def test_arguments_may_come_as_an_object():
    assert calls(fragment({"x": 1}, "f", index=0, id="a")) == [("a", "f", '{"x":1}')]


def test_calls_without_end_are_refused():
    collected = Collected()
    for number in range(MAX_CALLS):
        collected.add(Fragment(index=number))
    with pytest.raises(MalformedStreamError, match="without end"):
        collected.add(Fragment(index=MAX_CALLS))
