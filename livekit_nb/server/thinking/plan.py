"""What goes into thinking and what comes out: scenes, plans, calls and results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from livekit_nb.server.thinking.manner import USUAL, Manner


class Scene(Protocol):
    """What the camera sees, in the little that thinking needs of it."""

    @property
    def colour(self) -> str:
        """Name of the dominant colour, ``""`` when there is none."""

    @property
    def brightness(self) -> str:
        """How light it is, in a word such as ``"dark"`` or ``"bright"``."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Texts of the QR and bar codes in view."""

    @property
    def covered(self) -> bool:
        """Whether the lens seems to be covered."""

    @property
    def even(self) -> bool:
        """Whether there is nothing to be seen but one even surface."""

    @property
    def text(self) -> tuple[str, ...] | None:
        """Lines of print; None when nobody has looked for any."""

    @property
    def guesses(self) -> tuple[tuple[str, float], ...] | None:
        """What is in the middle and how sure that is, 0 to 1; None when nobody has looked."""

    @property
    def lacking(self) -> str:
        """Why nobody could look closer, as a sentence; ``""`` if somebody could."""

    @property
    def changes(self) -> tuple[str, ...] | None:
        """What is different from a picture before; None without one."""

    def describe(self) -> str:
        """Say what is seen, as a sentence fragment ("mostly red, in bright light")."""


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One tool to call.

    Parameters
    ----------
    name : str
        Name of a declared tool.
    args : Mapping[str, Any]
        JSON values by parameter name; optional ones only when they were said.
    """

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do about an utterance: say something, or call tools, or both.

    Parameters
    ----------
    say : str
        Words to speak, ``""`` for none.
    calls : tuple of PlannedCall
        Tools to call; their results are then given to ``Thinker.tool_results``.
    thought : str
        What was decided, in words.
    asks : bool
        Whether the words ask for something without which a tool cannot be called.
    manner : Manner
        How the words are to be spoken.
    declined : bool
        Whether there is no answer, because it was said to somebody else.
    """

    say: str = ""
    calls: tuple[PlannedCall, ...] = ()
    thought: str = ""
    asks: bool = False
    manner: Manner = USUAL
    declined: bool = False


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What the client's tool answered.

    Parameters
    ----------
    name : str
        The tool.
    args : Mapping[str, Any]
        The arguments it was called with.
    response : Mapping[str, Any]
        Its answer, a JSON object of any shape.
    error : bool
        Whether the call failed; an ``"error"`` key in the response means the same.
    """

    name: str
    args: Mapping[str, Any]
    response: Mapping[str, Any]
    error: bool = False
