from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.browser.messages import (
    MAX_TEXT_BYTES,
    MAX_TYPED,
    Ask,
    FaultWish,
    More,
    Mute,
    Playback,
    Pong,
    RecordWish,
    Refused,
    Say,
    Start,
    Talk,
    decode,
    decode_hello,
    decode_object,
    decode_page,
    encode,
)
from livekit_nb.errors import WireError

PAGE = {"origin": "http://localhost:8888", "instance": "abc", "path": "proxy"}


def test_messages_are_typed() -> None:
    assert decode('{"type":"pong","id":1,"kernel_s":2.5,"page_ms":3}') == Pong(1, 2.5, 3.0)
    report = decode(
        '{"type":"playback","run":2,"state":"ended","from":480,"played":96,"start_ms":12.5,'
        '"reason":"cleared","underruns":1,"news":"of a later version"}'
    )
    assert report == Playback(2, "ended", 480, 96, 12.5, "cleared", 1)
    assert decode_object({"type": "start", "device": {"rate_hz": 48000}}) == Start(
        {"rate_hz": 48000}
    )
    assert decode('{"type":"mute","on":true,"request":1}') == Mute(True, 1)
    assert decode('{"type":"talk","on":false,"request":2,"last":9}') == Talk(False, 2, 9)
    assert decode('{"type":"record","on":false,"request":4}') == RecordWish(False, 4)
    assert decode('{"type":"fault","name":"drop","request":3}') == FaultWish("drop", 3)
    ask = decode('{"type":"ask","id":4,"what":"body","about":{"number":7}}')
    assert (ask, decode('{"type":"ask","id":5,"what":"x"}')) == (
        Ask(4, "body", {"number": 7}),
        Ask(5, "x", {}),
    )
    assert decode('{"type":"more","id":4,"on":false}') == More(4, on=False)


def test_the_longest_typed_message_fits_however_it_is_written() -> None:
    text = "\u0001" * MAX_TYPED  # six characters each, as JSON escapes them
    message = json.dumps({"type": "say", "text": text, "request": 1})
    assert len(message) < MAX_TEXT_BYTES
    assert decode(message) == Say(text, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "null",
        '{"type":"nonsense"}',
        '{"type":"pong","id":-1,"kernel_s":0,"page_ms":0}',
        '{"type":"pong","id":1,"kernel_s":1e300,"page_ms":0}',
        '{"type":"pong","id":1,"kernel_s":"0","page_ms":0}',
        '{"type":"start","device":[]}',
        '{"type":"error","where":"microphone","name":"x","message":"' + "y" * 501 + '"}',
        '{"type":"start","device":{"a":"' + "y" * 20_000 + '"}}',
        "[" * 15_000,
        '{"type":"mute","on":true}',
        '{"type":"ask","id":1}',
        '{"type":"ask","id":1,"what":"body","about":[]}',
        '{"type":"ask","id":1,"what":"' + "y" * 65 + '"}',
        '{"type":"more","id":"1"}',
        '{"type":"mute","on":1,"request":-1}',
        '{"type":"mute","on":1,"request":1,"command":1}',
        '{"type":"mute","on":1,"request":' + "9" * 5000 + "}",
        '{"type":"mute","on":1,"request":1',
    ],
)
def test_what_no_page_may_say_is_refused(text: str) -> None:
    with pytest.raises(WireError):
        decode(text)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ('{"type":"mute","on":1,"request":1}', Refused(request=1)),
        ('{"type":"talk","on":false,"request":1,"last":-1}', Refused(request=1)),
        ('{"type":"say","text":"","request":2}', Refused(request=2)),
        ('{"type":"say","text":"a\\ud800","request":2}', Refused(request=2)),
        ('{"type":"say","text":"' + "y" * 2001 + '","request":3}', Refused(request=3)),
        ('{"type":"fault","name":"' + "y" * 65 + '","request":4}', Refused(request=4)),
        ('{"type":"of a later version","command":5}', Refused(command=5)),
        ('{"type":"start","device":{"label":"\\udc00"},"command":6}', Refused(command=6)),
        (
            '{"type":"error","where":"x","name":"x","message":"' + "y" * 501 + '","command":7}',
            Refused(command=7),
        ),
    ],
)
def test_what_has_a_number_can_be_answered_though_it_is_not_understood(
    text: str, refused: Refused
) -> None:
    assert decode(text) == refused
    if "\\u" not in text:  # an object may hold what no text can carry
        assert decode_object(json.loads(text)) == refused


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_objects_that_are_no_messages_are_refused(value: object) -> None:
    with pytest.raises(WireError):
        decode_object(value)


def test_a_hello_says_who_is_there() -> None:
    hello = decode_hello(
        '{"type":"hello","secret":"s","page":{"origin":"http://localhost:8888",'
        '"instance":"abc","path":"direct","userAgent":"x","given":7,"clears":1}}'
    )
    assert (hello.secret, hello.page.path, hello.page.given) == ("s", "direct", 7)
    assert decode_page(PAGE).clears == 0


@pytest.mark.parametrize("text", [b"\0", "{}", '{"type":"hello"}', '{"type":"stop"}', "x" * 20_000])
def test_other_first_messages_are_refused(text: str | bytes) -> None:
    with pytest.raises(WireError):
        decode_hello(text)


def test_a_page_with_an_unknown_path_is_refused() -> None:
    with pytest.raises(WireError):
        decode_page(PAGE | {"path": "pigeon"})


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_text_reaches_the_page_with_lone_surrogates_replaced(text: str) -> None:
    expected = re.sub("[\ud800-\udfff]", "\ufffd", text)
    # A high and a low one side by side are a pair, and make the one character they stand for.
    pair = re.search("[\ud800-\udbff][\udc00-\udfff]", text)
    told = json.loads(encode({"type": "feed", text: [text, (text,)]}))
    if pair is None:
        assert told == {"type": "feed", expected: [expected, [expected]]}
    assert not re.search("[\ud800-\udfff]", repr(told))
