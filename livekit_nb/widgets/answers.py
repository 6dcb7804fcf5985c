"""What a page may ask about a recording, and the answers.

An answer is made on any thread, and may take a moment; it changes nothing. Each kind of question
has a struct here, which says what may be asked for and within which bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from livekit_nb.errors import LiveError
from livekit_nb.recording.recording import Recording
from livekit_nb.widgets import message_answers, sights

__all__ = ["answer"]

_ANSWERS: Final[dict[str, Callable[[Recording, Mapping[str, Any]], dict[str, Any]]]] = {
    "messages": message_answers.messages,
    "body": message_answers.body,
    "spectra": sights.spectra,
    "frame": sights.frame,
}


def answer(recording: Recording, ask: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page wants to know.

    Parameters
    ----------
    recording : Recording
        What is asked about; may still grow.
    ask : mapping
        ``what``, and what that needs beside.

    Returns
    -------
    dict
        JSON-like. Where there is no answer, ``error`` says why; never with what was asked for, or
        what the recording holds.
    """
    try:
        find = _ANSWERS.get(ask["what"])
        if find is None:
            return {"error": "The kernel has no answer to that; reload the page."}
        return find(recording, ask)
    except LiveError as error:
        return {"error": str(error)}
    except msgspec.ValidationError as error:
        return {"error": f"The page asked for what cannot be: {error}"}
    except Exception as error:
        # Only its type: the text of an unforeseen error may hold anything.
        return {"error": f"There is no answer: unexpected {type(error).__name__}."}
