"""Honest words for what is beyond the server, and what is not."""

from __future__ import annotations

from livekit_nb.server.thinking import mood
from livekit_nb.server.thinking.asking import abilities
from livekit_nb.server.thinking.languages import is_foreign
from livekit_nb.server.thinking.smalltalk import Talk
from livekit_nb.server.thinking.words import Utterance

__all__ = ["decline"]


def decline(talk: Talk, utterance: Utterance) -> str:
    """Say that an utterance is beyond the server, and what it can do.

    Parameters
    ----------
    talk : Talk
        What is known of the conversation, the tools among it.
    utterance : Utterance
        What nothing could be made of.
    """
    can = f"I can {abilities(talk.tools, 2)}." if talk.tools else ""
    if is_foreign(utterance.text):
        return f"I am sorry, I understand and speak only English. {can}".strip()
    kind = mood.kind_of(utterance)
    if mood.is_unintelligible(utterance):
        lead = talk.vary("Sorry, I did not understand that.", "I did not understand that.")
        return f"{lead} {can}".strip()
    if kind == "statement":
        lead = talk.vary("I see.", "Okay.")
        return f"{lead} {can or 'I am only a small local server, but I am listening.'}"
    if kind in ("question", "opinion"):
        lead = talk.vary("I don't know that.", "That I can't answer.")
    else:
        lead = talk.vary("I can't help with that here.", "Sorry, I can't do that here.")
    return f"{lead} {can or 'I can chat a little, count, do sums and tell a story.'}"
