"""What a tool returns, as the JSON object the wire wants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from livekit_nb.errors import ToolDeclarationError
from livekit_nb.wire.messages import Blob, FunctionResponsePart

__all__ = [
    "MOST_BYTES",
    "MOST_PICTURE_BYTES",
    "SCHEDULINGS",
    "Gathered",
    "ToolResult",
    "as_response",
    "checked_scheduling",
]

SCHEDULINGS = {"silent": "SILENT", "when_idle": "WHEN_IDLE", "interrupt": "INTERRUPT"}
"""When a model speaks of a result it did not wait for.

One model page writes ``INTERRUPTED``; the reference, the protocol and both official SDKs write
``INTERRUPT``, and a name which the service does not know would end the conversation.
"""

MOST_BYTES = 256 * 1024
"""A longer result is not sent: it would fill half of a model's context."""


MOST_PICTURE_BYTES = 16 * 2**20
"""More bytes of pictures are not gathered for one result."""


def checked_scheduling(value: object) -> str | None:
    """Return a scheduling as it is written here, or raise :class:`ToolDeclarationError`."""
    if value is None:
        return None
    word = value.lower().replace("interrupted", "interrupt") if isinstance(value, str) else ""
    if word not in SCHEDULINGS:
        raise ToolDeclarationError(
            f"scheduling={value!r} is none: use {', '.join(map(repr, SCHEDULINGS))}, or leave it "
            "out, and the model speaks of the result when it is idle."
        )
    return word


def _checked_images(images: object) -> tuple[tuple[bytes, str], ...]:
    """Return pictures as they are sent, or raise :class:`ToolDeclarationError`."""
    if isinstance(images, Iterable) and not isinstance(images, str | bytes | Mapping):
        pictures = tuple(images)
        if all(map(_is_image, pictures)):
            return tuple((bytes(data), kind) for data, kind in pictures)
    raise ToolDeclarationError(
        "images= of a ToolResult is a list of (bytes, type), such as [(png, 'image/png')]: files "
        "as they would be saved. Write pictures of a library into an io.BytesIO first, and pass "
        "its getvalue()."
    )


def _is_image(picture: object) -> bool:
    if not (isinstance(picture, Sequence) and len(picture) == 2):
        return False
    data, kind = picture
    return isinstance(data, bytes | bytearray | memoryview) and (
        isinstance(kind, str) and kind.isascii() and "/" in kind
    )


@dataclass(frozen=True)
class ToolResult:
    """A result that says more than its value; a plain value is enough for most tools.

    Parameters
    ----------
    value : Any
        What the tool found; anything JSON can carry. ``None`` means that it is done.
    scheduling : str, optional
        ``"silent"``: the model knows, and says nothing. ``"when_idle"``: it waits until nobody
        speaks. ``"interrupt"``: it interrupts itself. Only for tools that do not block, and not
        on every model; elsewhere it is left out.
    last : bool
        Of a generator: whether nothing comes after this, so that the model is told so at once.
    images : sequence of (bytes, str)
        Pictures the model is to look at, each with its type, such as ``"image/png"``.

    Raises
    ------
    ToolDeclarationError
        If there is no such scheduling, or `images` are none.

    Examples
    --------
    >>> def remember(note: str) -> ToolResult:
    ...     '''Note something down, without a word.'''
    ...     return ToolResult({"noted": note}, scheduling="silent")
    """

    value: Any = None
    scheduling: str | None = None
    last: bool = False
    images: Sequence[tuple[bytes, str]] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scheduling", checked_scheduling(self.scheduling))
        object.__setattr__(self, "images", _checked_images(self.images))

    def parts(self) -> list[FunctionResponsePart] | None:
        """Return the pictures as the wire wants them."""
        return [
            FunctionResponsePart(inline_data=Blob(data=data, mime_type=kind))
            for data, kind in self.images
        ] or None


def as_response(value: Any) -> dict[str, Any]:
    """Return a tool's result as the JSON object the wire wants.

    A model that gets an empty result tends to call again, so an empty one says that it is done.

    Raises
    ------
    TypeError, ValueError
        If no JSON can carry it, or it is longer than :data:`MOST_BYTES`.
    """
    plain = msgspec.to_builtins(value, str_keys=True, enc_hook=_plain)
    if plain is None or plain == {}:
        response: dict[str, Any] = {"status": "done"}
    elif isinstance(plain, dict):
        response = plain
    else:
        response = {"result": plain}
        if plain in ("", []):
            response["status"] = "done"
    _check_size(response)
    return response


class Gathered:
    """Results of a generator that its model is told of together.

    Together they are no longer than one may be (:data:`MOST_BYTES`), with pictures of
    :data:`MOST_PICTURE_BYTES` at most: a generator need not end by itself.
    """

    def __init__(self) -> None:
        self._responses: list[dict[str, Any]] = []
        self._parts: list[FunctionResponsePart] = []
        self._bytes = self._picture_bytes = 0

    def __len__(self) -> int:
        return len(self._responses)

    def add(self, response: dict[str, Any], result: ToolResult) -> None:
        """Keep one more, as :func:`as_response` made it.

        Raises
        ------
        ValueError
            If that is too much for one conversation.
        """
        self._bytes = _check_size(response, self._bytes + len(", "))
        self._picture_bytes += sum(len(data) for data, _ in result.images)
        if self._picture_bytes > MOST_PICTURE_BYTES:
            raise ValueError(
                "the tool's pictures are too large for a conversation (at most "
                f"{MOST_PICTURE_BYTES // 2**20} MiB together); return fewer, or smaller ones"
            )
        self._responses.append(response)
        self._parts += result.parts() or []

    def told(self) -> tuple[dict[str, Any], list[FunctionResponsePart] | None]:
        """Return all of them as one result, and its pictures."""
        several = len(self._responses) > 1
        response = {"results": self._responses} if several else self._responses[0]
        return response, self._parts or None


def _check_size(response: dict[str, Any], before: int = 0) -> int:
    """Return the bytes of a result and of those before it, or raise :class:`ValueError`."""
    try:
        size = before + len(msgspec.json.encode(response))
    except UnicodeEncodeError:
        raise ValueError(
            "the tool's result cannot be sent: it holds half a surrogate pair, as texts read with "
            "the wrong encoding do"
        ) from None
    if size > MOST_BYTES:
        raise ValueError(
            f"the tool's result is too long for a conversation ({size // 1024} KiB, at most "
            f"{MOST_BYTES // 1024}); return less"
        )
    return size


def _plain(value: Any) -> Any:
    """Convert what numpy and its kin return."""
    for method in ("item", "tolist"):
        convert = getattr(value, method, None)
        if convert is not None and (method == "tolist" or getattr(value, "size", 1) == 1):
            return convert()
    raise TypeError(
        f"the tool returned a {type(value).__name__}, which is no JSON; return plain values"
    )
