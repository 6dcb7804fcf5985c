"""What was said before, as a model is told it: given by the user, or kept from a lost session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from livekit_nb.recording.recording import Recording
from livekit_nb.session.setup.contents import contents
from livekit_nb.session.setup.settings import Settings
from livekit_nb.wire.messages import ClientContent, ClientMessage
from livekit_nb.wire.profiles import Profile

__all__ = ["MAX_CHARACTERS", "Said", "missed", "remembered", "seed", "with_memory"]

Said = tuple[Literal["user", "model"], str]

MAX_CHARACTERS: Final = 4_000
"""Of the captions of a lost session so much is told, the newest first: some minutes of talk."""

_MAX_TURN: Final = 600  # characters of one side of one turn

_NOTE: Final = (
    "The connection to the earlier session was lost, and this one continues it. What was said "
    "before is given as far as it was captioned: captions may be wrong, and the oldest part may be "
    "missing. Do not greet again, and do not repeat what was said; if something is needed that is "
    "not there, ask for it."
)


def seed(history: Sequence[Said], profile: Profile) -> tuple[ClientMessage, ...]:
    """Return the messages that tell a model what was said before, without asking for an answer.

    Where the setup has announced a history, its last message is complete; a generation that knows
    no such announcement would answer that, and is told that more is to come.
    """
    if not history:
        return ()
    announced = profile.history_config
    content = ClientContent(turns=contents(history), turn_complete=announced)
    return (ClientMessage(client_content=content),)


def missed(said: Sequence[Said], profile: Profile) -> tuple[ClientMessage, ...]:
    """Return the messages that tell a session which is resumed what it does not know of.

    A handle stands for the session as it was when it was given. A reply that was complete, but with
    no handle yet when its connection ended, is not asked for again; and nothing but this tells the
    model that it was ever given. A generation that takes turns only at the beginning is told
    nothing.
    """
    if not said or not profile.content_mid_session:
        return ()
    content = ClientContent(turns=contents(said), turn_complete=False)
    return (ClientMessage(client_content=content),)


def remembered(
    recording: Recording, newest: int | None = None, *, asked_again: bool = False
) -> list[Said]:
    """Return what both sides have said so far, from the recording's captions.

    Only what was answered: a question that was not is about to be asked again. Long turns are cut,
    and of long conversations the newest :data:`MAX_CHARACTERS` characters are kept.

    Parameters
    ----------
    recording : Recording
    newest : int, optional
        Of how many turns at most.
    asked_again : bool
        Whether the question whose answer broke off with its connection will be put again, so that
        neither belongs to what was said.
    """
    said: list[Said] = []
    left = MAX_CHARACTERS
    turns = 0
    for turn in reversed(recording.turns):
        if turns == newest:
            break
        if turn.agent is None or not turn.agent.complete or not turn.agent.text:
            continue
        if asked_again and turn.reason == "CONNECTION_LOST":
            asked_again = False
            continue
        pair: list[Said] = [("model", _short(turn.agent.text))]
        if turn.user is not None and turn.user.text:
            pair.append(("user", _short(turn.user.text)))
        left -= sum(len(text) for _, text in pair)
        if left < 0:
            break
        said.extend(pair)
        turns += 1
    return said[::-1]


def with_memory(settings: Settings, said: Sequence[Said]) -> Settings:
    """Return settings that begin a fresh session where a lost one ended.

    Parameters
    ----------
    settings : Settings
    said : sequence of (role, text)
        What was :func:`remembered`.


    Every generation takes a history before the conversation, so it is given as one; that it comes
    from captions is said in the system instruction.
    """
    if not said:
        return settings
    instructions = f"{settings.instructions}\n\n{_NOTE}" if settings.instructions else _NOTE
    return replace(settings, history=(*settings.history, *said), instructions=instructions)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MAX_TURN else text[: _MAX_TURN - 1].rstrip() + "…"
