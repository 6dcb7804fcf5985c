"""Both wire decoders, fed with what nobody should send: an error of one kind, or a message."""

from __future__ import annotations

import base64
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import pytest

from livekit_nb.errors import WireError
from livekit_nb.wire.codec import decode_client, decode_server, encode
from livekit_nb.wire.messages import ClientMessage, ServerMessage
from tests.hostile.mutation import CANARY, frames

CASES = 6_000
"""Of each decoder; ``python -m benchmarks fuzz`` runs millions."""


Decode = Callable[[bytes | str], msgspec.Struct]


def attempt(frame: bytes | str, decode: Decode) -> tuple[msgspec.Struct | None, str]:
    """The message, or why there is none."""
    try:
        return decode(frame), ""
    except WireError as refused:
        return None, str(refused)


def check(frame: bytes | str, decode: Decode) -> bool:
    """Whether a frame is a message; what is none must be refused in the one agreed way."""
    message, refusal = attempt(frame, decode)
    assert CANARY not in refusal
    assert len(refusal) < 400
    if message is None:
        return False
    shown = repr(message)
    assert CANARY not in shown
    assert CANARY.split()[0] not in shown
    written = encode(message)  # type: ignore[arg-type]
    assert encode(decode(written)) == written  # type: ignore[arg-type]
    return True


@pytest.mark.parametrize(
    ("kind", "decode", "seed"),
    [(ClientMessage, decode_client, 1), (ServerMessage, decode_server, 2)],
)
def test_damaged_messages_are_messages_or_refused(
    kind: type[msgspec.Struct], decode: Decode, seed: int
) -> None:
    taken = sum(check(frame, decode) for frame in frames(kind, seed, CASES))
    assert CASES / 10 < taken < CASES * 9 / 10  # both ways are really gone


@contextmanager
def peak_bytes() -> Iterator[Callable[[], int]]:
    """Memory that Python code took at most, above what there was."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    try:
        yield lambda: tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


SIZE = 2**20
BOMBS = {
    "deep lists": b"[" * SIZE,
    "deep objects": b'{"setup":' * (SIZE // 9),
    "deep arguments": b'{"toolCall":{"functionCalls":[{"args":' + b'{"a":' * (SIZE // 5),
    "empty objects": b'{"clientContent":{"turns":[' + b"{}," * (SIZE // 3) + b"{}]}}",
    "empty parts": b'{"serverContent":{"modelTurn":{"parts":[' + b"{}," * (SIZE // 3) + b"{}]}}}",
    "empty lists": b'{"x":[' + b"[]," * (SIZE // 3) + b"[]]}",
    "nulls": b'{"toolResponse":{"functionResponses":[' + b"null," * (SIZE // 5) + b"null]}}",
    "numbers": b'{"x_y":[' + b"1e9," * (SIZE // 4) + b"0]}",
    "short texts": b'{"x_y":[' + b'"a",' * (SIZE // 4) + b'"a"]}',
    "names": b"{" + b"".join(b'"%d":0,' % n for n in range(SIZE // 10)) + b'"a_":0}',
    "a long number": b'{"usageMetadata":{"promptTokenCount":' + b"9" * SIZE + b"}}",
    "base64": b'{"realtimeInput":{"audio":{"data":"' + b"AAAA" * (SIZE // 4) + b'"}}}',
    "snake base64": b'{"realtime_input":{"audio":{"data":"' + b"-_-_" * (SIZE // 4) + b'"}}}',
    "no base64": b'{"realtimeInput":{"audio":{"data":"' + b"!" * SIZE + b'"}}}',
    "escapes": b'{"realtimeInput":{"text":"' + b"\\u00e9" * (SIZE // 6) + b'"}}',
    "half of a pair": b'{"realtimeInput":{"text":"' + b"\\ud83d" * (SIZE // 6) + b'"}}',
    "blanks": b" " * SIZE,
    "bad UTF-8": b'{"realtimeInput":{"text":"' + b"\xff" * SIZE + b'"}}',
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("decode", [decode_client, decode_server])
def test_a_bomb_takes_no_more_than_a_few_times_its_size(name: str, decode: Decode) -> None:
    frame = BOMBS[name]
    with peak_bytes() as peak:
        message, refusal = attempt(frame, decode)
        assert peak() < 24 * SIZE, f"{peak() / SIZE:.1f} times its size"
    assert len(refusal) < 400
    if message is not None:
        assert len(repr(message)) < 1000


def test_arguments_may_be_as_deep_as_anything_reasonable() -> None:
    depth = 200
    frame = '{"toolCall":{"functionCalls":[{"id":"1","name":"f","args":' + '{"a":' * depth
    message = decode_server(frame + "1" + "}" * depth + "}]}}")
    assert message.tool_call is not None
    assert len(message.tool_call.function_calls) == 1


def test_a_picture_and_a_long_history_are_no_bombs() -> None:
    picture = base64.b64encode(bytes(3 * 2**20)).decode()
    message = decode_client(
        f'{{"realtimeInput":{{"video":{{"data":"{picture}","mimeType":"image/jpeg"}}}}}}'
    )
    assert message.realtime_input is not None
    turn = '{"role":"user","parts":[{"text":"one, two, three, and so on"}]}'
    turns = ",".join([turn] * 5000)
    history = decode_client(f'{{"clientContent":{{"turns":[{turns}]}}}}')
    assert history.client_content is not None
    assert len(history.client_content.turns or []) == 5000


def test_deep_frames_leave_the_stack_as_it_was() -> None:
    before = sys.getrecursionlimit()
    for frame in (b"[" * 10**6, b'{"setup":' * 10**5, b'{"a_b":' * 10**5):
        with pytest.raises(WireError):
            decode_client(frame)
    assert sys.getrecursionlimit() == before
