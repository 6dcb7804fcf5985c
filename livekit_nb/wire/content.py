"""What both sides send: contents and their parts, bytes, tool calls and their results."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, field

__all__ = [
    "Blob",
    "CodeExecutionResult",
    "Content",
    "Empty",
    "ExecutableCode",
    "FileData",
    "FunctionCall",
    "FunctionResponse",
    "FunctionResponsePart",
    "Message",
    "Part",
]


class Message(Struct, rename="camel", omit_defaults=True, kw_only=True):
    """Base of all wire structs: camelCase names, defaults left out.

    Its ``repr`` shows which fields are set and how much they hold, never words, sound or keys.
    """

    def __repr__(self) -> str:
        given = (
            f"{name}={_shape(value)}"
            for name in self.__struct_fields__
            if (value := getattr(self, name)) not in (None, UNSET)
        )
        return f"{type(self).__name__}({', '.join(given)})"


def _shape(value: object) -> str:
    """Describe a value without telling what it says."""
    if isinstance(value, str):
        return f"<{len(value)} characters>"
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, dict):
        return f"<{len(value)} entries>"
    if isinstance(value, list):
        return f"[{', '.join(map(_shape, value))}]"
    return repr(value)


class Empty(Message):
    """A message whose presence is all it says, such as ``{"activityStart": {}}``."""


class Blob(Message):
    """Bytes with a type; base64 on the wire (standard alphabet when we write it)."""

    data: bytes = b""
    mime_type: str = ""


class FileData(Message):
    """A file the service already has, by its address."""

    file_uri: str | None = None
    mime_type: str | None = None
    display_name: str | None = None


class FunctionCall(Message):
    """The model wants a tool run; ``args`` is free-form JSON.

    ``partial_args`` and ``will_continue`` are of calls whose arguments are streamed.
    """

    id: str | None = None
    name: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    partial_args: list[dict[str, Any]] | None = None
    will_continue: bool | None = None


class FunctionResponsePart(Message):
    """A picture or file that is a part of a tool's result."""

    inline_data: Blob | None = None
    file_data: FileData | None = None


class FunctionResponse(Message):
    """A tool's result; ``response`` is free-form JSON.

    ``scheduling`` (``SILENT``, ``WHEN_IDLE``, ``INTERRUPT``) and ``will_continue`` are of calls
    that do not block.
    """

    id: str | None = None
    name: str | None = None
    response: dict[str, Any] | None = None
    parts: list[FunctionResponsePart] | None = None
    scheduling: str | None = None
    will_continue: bool | None = None


class ExecutableCode(Message):
    """Code which the service's own interpreter is to run."""

    code: str | None = None
    language: str | None = None
    id: str | None = None


class CodeExecutionResult(Message):
    """What that code printed."""

    outcome: str | None = None
    output: str | None = None
    id: str | None = None


class Part(Message):
    """One part of a content: text, bytes, a thought, or something about tools."""

    text: str | None = None
    inline_data: Blob | None = None
    thought: bool | None = None
    thought_signature: bytes | None = None
    file_data: FileData | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None
    executable_code: ExecutableCode | None = None
    code_execution_result: CodeExecutionResult | None = None
    media_resolution: dict[str, Any] | None = None
    video_metadata: dict[str, Any] | None = None
    part_metadata: dict[str, Any] | None = None


class Content(Message):
    """What one side said: a role and its parts."""

    parts: list[Part] = field(default_factory=list)
    role: str | None = None

    @property
    def text(self) -> str:
        """All text parts but thoughts, joined."""
        return "".join(part.text for part in self.parts if part.text and not part.thought)
