"""What the conversation asks its surroundings to do.

:class:`~livekit_nb.server.talk.conversation.Conversation` does no I/O and never waits. Whatever
takes time is one of these actions; results come back through the conversation's methods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from livekit_nb.audio.pcm import Samples
from livekit_nb.server.talk.agreement import Agreement
from livekit_nb.server.talk.memory import Checkpoint, Session
from livekit_nb.server.talk.usage import TokenCount
from livekit_nb.server.thinking.manner import USUAL, Manner
from livekit_nb.wire.messages import ServerMessage

__all__ = [
    "Action", "Answer", "Begin", "Close", "Expire", "Forget", "Hear", "Hush", "Instruct", "Keep",
    "Look", "PlanLike", "Recognise", "Remember", "Send", "Speak", "Speech", "Spoken", "Weigh",
]  # fmt: skip


class CallLike(Protocol):
    """A tool call the thinker wants made."""

    @property
    def name(self) -> str:
        """Name of a declared function."""

    @property
    def args(self) -> Mapping[str, Any]:
        """Its arguments."""


class PlanLike(Protocol):
    """What the thinker wants to do: speak, call tools, or both."""

    @property
    def say(self) -> str:
        """Text to speak, possibly empty."""

    @property
    def calls(self) -> Sequence[CallLike]:
        """Calls to make, possibly none."""

    @property
    def thought(self) -> str:
        """What was decided, in words."""

    @property
    def asks(self) -> bool:
        """Whether something is asked for without which a tool cannot be called."""

    @property
    def manner(self) -> Manner:
        """How the text is to be spoken."""

    @property
    def declined(self) -> bool:
        """Whether there is to be no answer, because it was said to somebody else."""


@dataclass(frozen=True)
class Begin:
    """The setup was accepted: make ready to think with these instructions and tools.

    Attributes
    ----------
    agreement : Agreement
    session : Session
    resumed : Checkpoint or None
        Where an earlier connection's session is taken up.
    """

    agreement: Agreement
    session: Session
    resumed: Checkpoint | None = None


@dataclass(frozen=True)
class Instruct:
    """Think with these instructions and tools from now on; what was said stays known."""

    agreement: Agreement


@dataclass(frozen=True)
class Send:
    """Send a message to the client."""

    message: ServerMessage


@dataclass(frozen=True)
class Close:
    """Close the connection."""

    code: int
    reason: str


@dataclass(frozen=True)
class Recognise:
    """Recognise speech; answer with ``recognised(key, …)``."""

    key: int
    samples: Samples = field(repr=False)


@dataclass(frozen=True)
class Speech:
    """What matters of a turn that was spoken, besides all that was asked with it.

    Attributes
    ----------
    text : str
        Its own words.
    samples : ndarray of float32, shape (n,), or None
        Its audio at 16 kHz; None where the way it was said changes nothing.
    chosen : bool
        Whether the model may leave it without an answer, because it was not said to it.
    quiet_s : float or None
        Seconds from the end of the last reply to its beginning, 0 if it began amid the reply; None
        before the first reply.
    """

    text: str = field(repr=False)
    samples: Samples | None = field(repr=False)
    chosen: bool
    quiet_s: float | None


@dataclass(frozen=True)
class Hear:
    """Tell the thinker what the user said; answer with ``planned(reply, …)``."""

    reply: int
    text: str = field(repr=False)
    speech: Speech | None = None


@dataclass(frozen=True)
class Answer:
    """Result of a tool call."""

    name: str
    args: Mapping[str, Any] = field(repr=False)
    response: Mapping[str, Any] = field(repr=False)

    @property
    def failed(self) -> bool:
        """Whether the tool reported an error (the documented key is ``error``)."""
        return "error" in self.response


@dataclass(frozen=True)
class Weigh:
    """Tell the thinker what the tools answered; answer with ``planned(reply, …)``."""

    reply: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Remember:
    """Put something said before into the thinker's memory (roles ``user`` and ``model``)."""

    role: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Spoken:
    """Tell the thinker what the user really heard of the last reply."""

    text: str = field(repr=False)
    interrupted: bool = False


@dataclass(frozen=True)
class Speak:
    """Speak a text; answer with ``voiced(reply, …)`` per clause and then ``voiced_all``.

    Attributes
    ----------
    reply : int
    text : str
    manner : Manner
    whole : bool
        Whether it is one clause as it is, because more of the same text comes before or after it.
    """

    reply: int
    text: str = field(repr=False)
    manner: Manner = USUAL
    whole: bool = False


@dataclass(frozen=True)
class Hush:
    """Drop what the model says and was not yet written to the socket, and stop speaking for it.

    Attributes
    ----------
    reply : int
    for_good : bool
        Whether that is sure; otherwise it may be gone on with, and what is being spoken is still
        wanted.
    """

    reply: int
    for_good: bool = True


@dataclass(frozen=True)
class Look:
    """Look at a picture; answer with ``seen(…)``."""

    image: bytes = field(repr=False)


@dataclass(frozen=True)
class Keep:
    """Keep the session as it is now under a resumption handle."""

    handle: str = field(repr=False)
    session: Session
    tokens: TokenCount


@dataclass(frozen=True)
class Forget:
    """Forget all but so many of the user's last turns: they left the context."""

    kept: int


@dataclass(frozen=True)
class Expire:
    """The session is over: nobody can resume it any more."""

    session: Session


Action = (
    Begin
    | Instruct
    | Send
    | Close
    | Recognise
    | Hear
    | Weigh
    | Remember
    | Spoken
    | Speak
    | Hush
    | Look
    | Keep
    | Forget
    | Expire
)
