"""What is written rather than spoken: turns of a conversation, and changes of what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from livekit_nb.errors import SettingsError
from livekit_nb.session.setup.setting_checks import check_flag, checked_turns
from livekit_nb.session.setup.settings import Settings
from livekit_nb.session.tools.offer import as_tools, tool_groups
from livekit_nb.wire.messages import (
    Blob,
    ClientContent,
    Content,
    ContextUpdate,
    ContextUpdateTools,
    Part,
)
from livekit_nb.wire.profiles import Profile

__all__ = ["asked_in", "client_content", "contents", "context_update", "picture"]

# How a picture of each kind begins.
_SIGNATURES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}


def contents(turns: Iterable[tuple[str, str]]) -> list[Content]:
    """Return turns as the wire wants them."""
    return [Content(role=role, parts=[Part(text=text)]) for role, text in turns]


def client_content(
    turns: str | Sequence[tuple[str, str]], turn_complete: bool, profile: Profile
) -> ClientContent:
    """Return turns to be added to a conversation that goes on.

    Raises
    ------
    SettingsError
        If they are no turns, or the model takes none by now.
    """
    check_flag("turn_complete", turn_complete)
    said = checked_turns("turns", [("user", turns)] if isinstance(turns, str) else turns)
    if not said and not turn_complete:
        raise SettingsError("send_content was given no turns, and no answer is asked for.")
    if not profile.content_mid_session:
        raise SettingsError(
            f"{profile.name} takes turns only before the conversation begins, and would close it. "
            "Use send_text(…) for what the user types now, and history=[…] when connecting for "
            "what was said before."
        )
    return ClientContent(turns=contents(said), turn_complete=turn_complete)


def picture(data: bytes, width: int, height: int) -> Blob:
    """Return a picture as the wire wants it.

    Parameters
    ----------
    data : bytes
        A JPEG or PNG file.
    width, height : int
        In pixels.

    Raises
    ------
    SettingsError
        If it is none. The service would close the connection.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise SettingsError(
            f"send_image takes the bytes of a JPEG or PNG file, not {type(data).__name__}: "
            "Path('picture.jpg').read_bytes() are some."
        )
    for name, size in (("width", width), ("height", height)):
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            shown = size if isinstance(size, int | float) else type(size).__name__
            raise SettingsError(f"{name}= is in pixels, a whole number from 1, not {shown}.")
    for mime_type, signature in _SIGNATURES.items():
        if bytes(data[: len(signature)]) == signature:
            return Blob(data=bytes(data), mime_type=mime_type)
    raise SettingsError(
        f"These {len(data)} bytes are no JPEG or PNG file (they do not begin as one), so the model "
        "could not see them. Pixels have to be encoded first, with Pillow: "
        "picture.save(file, 'JPEG')."
    )


def asked_in(turns: Iterable[Content]) -> str:
    """Return what the user asks with them: their turns since the model's last."""
    asked: list[str] = []
    for turn in turns:
        if turn.role == "model":
            asked.clear()
        else:
            asked.append(turn.text)
    return "\n".join(asked)


def context_update(
    settings: Settings, instructions: str | None, tools: Any
) -> tuple[Settings, ContextUpdate]:
    """Return the settings from now on, and the message that tells the model of them.

    Parameters
    ----------
    settings : Settings
        As they are.
    instructions : str or None
        The new system instruction; ``None`` keeps the present one.
    tools : sequence or None
        The new tools, an empty one for none at all; ``None`` keeps the present ones.

    Raises
    ------
    SettingsError, ToolDeclarationError
        If nothing is new, something cannot be told, or the model takes no changes.
    """
    if instructions is None and tools is None:
        raise SettingsError("update() changes instructions=…, tools=[…] or both; it got neither.")
    profile = settings.profile
    if not profile.context_update:
        raise SettingsError(
            f"{profile.name} takes no changes while a conversation goes on. Connect anew with "
            "them, and with history=[…] for what was said so far."
        )
    changes: dict[str, Any] = {}
    if instructions is not None:
        changes["instructions"] = instructions
    if tools is not None:
        changes["tools"] = tuple(as_tools(tools))
    changed = replace(settings, **changes)
    changed.setup()  # refuses what the model would refuse
    offered = None
    if tools is not None:
        offered = ContextUpdateTools(tools=tool_groups(changed.tools, profile) or [])
    instruction = None
    if instructions is not None:
        instruction = Content(parts=[Part(text=instructions)], role="user")
    return changed, ContextUpdate(system_instruction=instruction, tools=offered)
