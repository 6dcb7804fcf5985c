"""Media frames between the page and the kernel.

A binary frame is a 16-byte little-endian header and a payload:

====== ======== ==================================================================
offset type     meaning
====== ======== ==================================================================
0      u8       kind, see :class:`Kind`
1      u8       version, 1
2      u16      flags, 0
4      u32      sequence number of its kind
8      f64      time in milliseconds on the page's ``performance.now()`` scale
====== ======== ==================================================================

The same bytes travel over the gateway's WebSocket and over a widget's comm; ``js/lib/frames.js``
is the other side.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from livekit_nb.errors import WireError

__all__ = [
    "HEADER_BYTES",
    "MIC_FRAME_BYTES",
    "VERSION",
    "Frame",
    "Kind",
    "jpeg_size",
    "pack",
    "unpack",
]

VERSION: Final = 1
_HEADER: Final = struct.Struct("<BBHId")
HEADER_BYTES: Final = _HEADER.size

MIC_FRAME_BYTES: Final = 640
"""20 ms of s16le mono at 16 kHz."""

_MAX_TIME_MS: Final = 1e12


class Kind(IntEnum):
    """What a frame carries."""

    MIC = 1
    """Page to kernel: s16le mono at 16 kHz, 20 ms; the time is that of its first sample."""
    FRAME = 2
    """Page to kernel: one JPEG picture; the time is when it was grabbed."""
    PLAY = 16
    """Kernel to page: s16le mono at 24 kHz; the time is 0."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One media frame.

    Attributes
    ----------
    kind : Kind
        What the payload is.
    seq : int
        Counts the frames of this kind from 0, modulo 2**32.
    time_ms : float
        Page time in milliseconds.
    payload : bytes
        Sound or picture; never part of ``repr``.
    """

    kind: Kind
    seq: int
    time_ms: float
    payload: bytes

    def __repr__(self) -> str:
        return f"<Frame {self.kind.name} seq={self.seq} {len(self.payload)} bytes>"


def pack(kind: Kind, seq: int, time_ms: float, payload: bytes) -> bytes:
    """Encode one frame; `seq` is taken modulo 2**32."""
    return _HEADER.pack(kind, VERSION, 0, seq & 0xFFFFFFFF, time_ms) + payload


def unpack(data: bytes | bytearray | memoryview) -> Frame:
    """Decode one frame that came from a page.

    Raises
    ------
    WireError
        When the data is no frame of this version: too short, unknown kind, impossible time, a
        microphone frame that is not whole samples, a picture that is no JPEG.
    """
    if len(data) < HEADER_BYTES:
        raise WireError(
            f"a media frame has at least {HEADER_BYTES} bytes, this one has {len(data)}"
        )
    number, version, _flags, seq, time_ms = _HEADER.unpack_from(data)
    if version != VERSION:
        raise WireError(
            f"media frame of version {version}, expected {VERSION}: the page runs another version "
            "of livekit_nb; reload it"
        )
    try:
        kind = Kind(number)
    except ValueError:
        raise WireError(f"media frame of unknown kind {number}") from None
    if not math.isfinite(time_ms) or not 0 <= time_ms < _MAX_TIME_MS:
        raise WireError("media frame with an impossible time")
    payload = bytes(data[HEADER_BYTES:])
    if kind is not Kind.FRAME and len(payload) % 2:
        raise WireError("media frame with half a sample")
    if kind is Kind.MIC and not 0 < len(payload) <= 10 * MIC_FRAME_BYTES:
        raise WireError(f"microphone frame of {len(payload)} bytes, expected {MIC_FRAME_BYTES}")
    return Frame(kind, seq, time_ms, payload)


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a JPEG picture, from its frame header (ITU-T T.81, B.2.2).

    Raises
    ------
    WireError
        When `data` is no JPEG picture.
    """
    if data[:2] != b"\xff\xd8":
        raise WireError("the picture is no JPEG")
    position = 2
    while position + 9 < len(data):
        if data[position] != 0xFF:
            break
        marker = data[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, position + 5)
            if width and height:
                return width, height
            break
        (length,) = struct.unpack_from(">H", data, position + 2)
        if length < 2:
            break
        position += 2 + length
    raise WireError("the picture is a damaged JPEG")
