"""What a page tells the kernel in words: typed and checked JSON messages.

Unknown fields are ignored, unknown types are refused, as is everything out of range: a page is
outside, whatever it says is checked once, here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec

from livekit_nb.errors import WireError

__all__ = [
    "Ask",
    "CameraState",
    "FaultWish",
    "Hello",
    "More",
    "Mute",
    "PageInfo",
    "PageMessage",
    "Playback",
    "Pong",
    "Problem",
    "RecordWish",
    "Refused",
    "Request",
    "Say",
    "Start",
    "Stop",
    "Talk",
    "decode",
    "decode_hello",
    "decode_object",
    "decode_page",
    "encode",
]

MAX_TEXT_BYTES: Final = 16 * 1024

MAX_TYPED: Final = 2000
"""Characters of a typed message."""

_Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
_Time: TypeAlias = Annotated[float, msgspec.Meta(ge=-1e12, le=1e12)]
_Word: TypeAlias = Annotated[str, msgspec.Meta(max_length=64)]
_Line: TypeAlias = Annotated[str, msgspec.Meta(max_length=500)]


class PageInfo(msgspec.Struct):
    """A page about itself.

    Attributes
    ----------
    origin : str
        ``scheme://host[:port]``.
    instance : str
        Made up when the page was loaded; the same after a reconnect, another after a reload.
    path : str
        How it connects: ``proxy``, ``direct`` or ``comm``.
    given : int
        24 kHz samples its playback worklet has been given so far.
    clears : int
        Clears it has obeyed so far.
    """

    origin: _Line
    instance: _Word
    path: Literal["proxy", "direct", "comm"]
    userAgent: _Line = ""  # noqa: N815 - the page's own word
    given: _Count = 0
    clears: _Count = 0


class Hello(msgspec.Struct, tag="hello"):
    """First message on a gateway socket."""

    secret: Annotated[str, msgspec.Meta(max_length=200)]
    page: PageInfo


class Pong(msgspec.Struct, tag="pong"):
    """Answer to a ping, given at once."""

    id: _Count
    kernel_s: _Time
    page_ms: _Time


class Start(msgspec.Struct, tag="start"):
    """The microphone was granted and its frames begin, numbered from 0.

    What begins or ends a conversation (this, :class:`Stop`, most of :class:`Problem`) has a number,
    `command`, which counts from 1 in a page. The kernel says it back with every status, so the page
    can tell what is said of an earlier conversation; and a command that is said again, because a
    connection broke, is obeyed once. 0 is no number.
    """

    device: dict[_Word, Any]
    command: _Count = 0


class Stop(msgspec.Struct, tag="stop"):
    """The person pressed Stop."""

    command: _Count = 0


class Problem(msgspec.Struct, tag="error"):
    """The browser has no microphone, camera or sound for us."""

    where: _Word
    name: _Word
    message: _Line
    command: _Count = 0


class CameraState(msgspec.Struct, tag="camera"):
    """The camera was switched on or off."""

    on: bool
    width: _Count = 0
    height: _Count = 0
    fps: Annotated[float, msgspec.Meta(ge=0, le=60)] = 0.0


class Playback(msgspec.Struct, tag="playback", rename={"first": "from"}):
    """Report of the playback worklet, see :mod:`livekit_nb.browser.playback`.

    Attributes
    ----------
    start_ms : float
        Page time at which the run's first sample reached the loudspeaker, the device's latency
        included.
    output_latency_s : float or None
        That latency as the browser estimates it now; ``None`` where it does not.
    """

    run: _Count
    state: Literal["playing", "ended"]
    first: _Count
    played: _Count
    start_ms: _Time
    reason: Literal["drained", "cleared"] | None = None
    underruns: _Count = 0
    output_latency_s: Annotated[float, msgspec.Meta(ge=0, le=60)] | None = None


class Mute(msgspec.Struct, tag="mute"):
    """The person muted or unmuted the microphone.

    What is asked for in the middle of a conversation (this, :class:`Talk`, :class:`Say`,
    :class:`RecordWish`, :class:`FaultWish`) has a number, `request`, which counts from 1 in a page,
    as a command has: said again because a connection broke, it is obeyed once.
    """

    on: bool
    request: _Count


class Talk(msgspec.Struct, tag="talk"):
    """The person holds the talk key, or has let go of it.

    Attributes
    ----------
    last : int
        When let go: number of the microphone's frame that holds the end of what was said. It is
        usually still on its way.
    """

    on: bool
    request: _Count
    last: _Count = 0


class Say(msgspec.Struct, tag="say"):
    """The person typed a message."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TYPED)]
    request: _Count


class RecordWish(msgspec.Struct, tag="record"):
    """The person wants sound, pictures and words recorded from now on, or not."""

    on: bool
    request: _Count


class FaultWish(msgspec.Struct, tag="fault"):
    """The person wants something to go wrong; `name` is one of ``widgets/faults.py``."""

    name: _Word
    request: _Count


Request: TypeAlias = Mute | Talk | Say | RecordWish | FaultWish


class Ask(msgspec.Struct, tag="ask"):
    """The page wants to know something that it seldom needs, see :mod:`livekit_nb.widgets.answers`.

    Attributes
    ----------
    id : int
        Counts from 1 in a page; the answer says it back. An ask is not said again on another
        connection, and what was asked over an earlier one is not answered.
    what : str
        What it wants to know.
    about : dict
        What more there is to say of it; depends on `what`.
    """

    id: _Count
    what: _Word
    about: dict[_Word, Any] = msgspec.field(default_factory=dict)


class More(msgspec.Struct, tag="more"):
    """The page has a piece of a long answer and wants the next, or (`on` false) no more of it."""

    id: _Count
    on: bool = True


class Refused(msgspec.Struct):
    """What a page said under a number, and cannot be understood.

    It is not obeyed, but it is answered: a page says what has a number again on every connection
    until the kernel has answered it.

    Attributes
    ----------
    command, request : int
        The number; one of them is 0.
    """

    command: _Count = 0
    request: _Count = 0


_Understood: TypeAlias = (
    Pong | Start | Stop | Problem | CameraState | Playback | Request | Ask | More
)

PageMessage: TypeAlias = _Understood | Refused

_decoder: msgspec.json.Decoder[_Understood] = msgspec.json.Decoder(_Understood)
_hello_decoder = msgspec.json.Decoder(Hello)


def decode(text: str) -> PageMessage:
    """Decode a text frame of the gateway; what has at least a number becomes :class:`Refused`.

    Raises
    ------
    WireError
        When it is no message a page may send.
    """
    if len(text) > MAX_TEXT_BYTES:
        raise WireError(f"message of {len(text)} characters from the page")
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        try:
            return _refused(json.loads(text))  # which reads lone surrogates, too
        except (ValueError, RecursionError):
            raise WireError(f"not a page's message: {_reason(error)}") from None


def decode_hello(text: str | bytes) -> Hello:
    """Decode the first text frame of a gateway connection, or raise :class:`WireError`."""
    if isinstance(text, bytes) or len(text) > MAX_TEXT_BYTES:
        raise WireError("the first message must be a hello")
    try:
        return _hello_decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise WireError(f"not a hello: {_reason(error)}") from None


def decode_object(value: Any) -> PageMessage:
    """Check a message that came as an object over a comm; as :func:`decode`."""
    try:
        message: PageMessage = msgspec.convert(value, _Understood)
    except msgspec.ValidationError as error:
        try:
            return _refused(value)
        except ValueError:
            raise WireError(f"not a page's message: {_reason(error)}") from None
    return message


def decode_page(value: Any) -> PageInfo:
    """Check what a page says about itself over a comm, or raise :class:`WireError`."""
    try:
        return msgspec.convert(value, PageInfo)
    except msgspec.ValidationError as error:
        raise WireError(f"not a page's description: {_reason(error)}") from None


def encode(message: Mapping[str, Any]) -> str:
    """Return the JSON text of a message to the page.

    Lone surrogates, which no UTF-8 can carry, become U+FFFD: a tool's result may hold them.
    """
    try:
        return msgspec.json.encode(message).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_well_formed(msgspec.to_builtins(message))).decode()


def _refused(value: Any) -> Refused:
    """Find the number of what cannot be understood; without one it is a ValueError."""
    refused = msgspec.convert(value, Refused)
    if bool(refused.command) == bool(refused.request):
        raise ValueError
    return refused


def _well_formed(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {_well_formed(key): _well_formed(item) for key, item in value.items()}
        case list() | tuple():
            return [_well_formed(item) for item in value]
    return value


def _reason(error: Exception) -> str:
    # msgspec names the path and the expected type; only an unknown tag's value is quoted.
    return str(error)[:200]
