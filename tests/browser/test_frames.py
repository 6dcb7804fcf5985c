from __future__ import annotations

import contextlib
import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from livekit_nb.browser.frames import HEADER_BYTES, Kind, jpeg_size, pack, unpack
from livekit_nb.errors import WireError


def jpeg(width: int, height: int, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, "JPEG", **options)
    return buffer.getvalue()


@given(st.integers(0, 2**32 - 1), st.floats(0, 1e11), st.integers(1, 3200))
def test_a_microphone_frame_survives_the_round_trip(seq: int, time_ms: float, samples: int) -> None:
    payload = bytes(range(256)) * 25
    payload = payload[: 2 * samples]
    frame = unpack(pack(Kind.MIC, seq, time_ms, payload))
    assert (frame.kind, frame.seq, frame.time_ms, frame.payload) == (
        Kind.MIC,
        seq,
        time_ms,
        payload,
    )


def test_the_header_is_the_agreed_sixteen_bytes() -> None:
    assert HEADER_BYTES == 16
    header = b"\x10\x01\x00\x00\x02\x01\x00\x00" + struct.pack("<d", 1.0)
    assert pack(Kind.PLAY, 258, 1.0, b"") == header


def test_sequence_numbers_wrap() -> None:
    assert unpack(pack(Kind.MIC, 2**32 + 3, 0.0, b"\0\0")).seq == 3


def test_any_buffer_will_do() -> None:
    data = b"xx" + pack(Kind.MIC, 1, 2.0, b"\1\2")
    assert unpack(memoryview(data)[2:]).payload == b"\1\2"
    assert unpack(bytearray(data[2:])).payload == b"\1\2"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "at least 16"),
        (b"\1\1" + bytes(13), "at least 16"),
        (pack(Kind.MIC, 0, 0.0, bytes(640)).replace(b"\1\1", b"\1\2", 1), "version 2"),
        (b"\7\1" + bytes(14), "unknown kind 7"),
        (pack(Kind.MIC, 0, float("nan"), bytes(640)), "impossible time"),
        (pack(Kind.MIC, 0, -1.0, bytes(640)), "impossible time"),
        (pack(Kind.MIC, 0, 0.0, bytes(641)), "half a sample"),
        (pack(Kind.MIC, 0, 0.0, b""), "0 bytes"),
        (pack(Kind.MIC, 0, 0.0, bytes(100_000)), "100000 bytes"),
    ],
)
def test_garbage_is_refused_with_a_reason(data: bytes, what: str) -> None:
    with pytest.raises(WireError, match=what):
        unpack(data)


@given(st.binary(max_size=80))
def test_garbage_raises_nothing_else(data: bytes) -> None:
    with contextlib.suppress(WireError):
        unpack(data)


def test_a_frame_does_not_show_what_it_carries() -> None:
    assert repr(unpack(pack(Kind.MIC, 5, 0.0, b"\1\2"))) == "<Frame MIC seq=5 2 bytes>"


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"quality": 30, "comment": b"x" * 99}]
)
def test_the_size_of_a_jpeg_is_read_from_it(options: dict[str, object]) -> None:
    assert jpeg_size(jpeg(768, 432, **options)) == (768, 432)


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n", b"\xff\xd8", jpeg(8, 8)[:30], b"\xff\xd8" + b"\0" * 50]
)
def test_what_is_no_jpeg_is_refused(data: bytes) -> None:
    with pytest.raises(WireError, match="JPEG"):
        jpeg_size(data)


@given(st.binary(max_size=200))
def test_damaged_pictures_raise_nothing_else(data: bytes) -> None:
    with contextlib.suppress(WireError):
        jpeg_size(b"\xff\xd8" + data)
