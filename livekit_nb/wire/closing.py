"""Why a connection ended: close codes and reasons in plain words.

Codes are those of RFC 6455 §7.4.1; the reasons are texts the Live API has been seen to close
with, collected from its documentation and the issue trackers of its SDKs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from livekit_nb.errors import SettingsError

__all__ = ["Closing", "explain"]


@dataclass(frozen=True)
class Closing:
    """A close code and reason, explained.

    Attributes
    ----------
    code : int
    reason : str
        As the other side gave them.
    meaning, cause, remedy : str
        What it says, why that is likely so here, and what to do.
    """

    code: int
    reason: str
    meaning: str
    cause: str
    remedy: str

    def __str__(self) -> str:
        given = f"{self.code} {self.reason}".strip()
        told = f"close {given}" if self.code >= 100 else given
        return f"{self.meaning} ({told}). {self.cause} {self.remedy}".strip()


# (words in the reason, lower case) → meaning, cause, remedy. The first match counts.
_REASONS: tuple[tuple[str, str, str, str], ...] = (
    (
        "token was used",
        "The ephemeral token is used up",
        "It begins as many sessions as it was minted for (uses=), one by default.",
        "Mint a new one with live.mint_token(), with uses= as large as you need.",
    ),
    (
        "token's time",
        "The ephemeral token begins no sessions any more",
        "It does so for a minute after it was minted, unless new_session_expire_s= says longer.",
        "Mint a new one with live.mint_token().",
    ),
    (
        "api key not valid",
        "The API key was refused",
        "It is mistyped, was deleted, or belongs to another service; an ephemeral token may be "
        "over, or was minted elsewhere.",
        "Check GEMINI_API_KEY, make a new key in Google AI Studio, or mint a new token.",
    ),
    (
        "api key expired",
        "The API key has expired",
        "Keys can be given an end date, ephemeral tokens have one.",
        "Make a new key in Google AI Studio, or a new token with live.mint_token().",
    ),
    (
        "leaked",
        "The API key was reported as leaked",
        "It was found in public and has been blocked.",
        "Make a new key, and keep it out of notebooks and repositories.",
    ),
    (
        "unregistered callers",
        "No valid credential reached the service",
        "An ephemeral token was sent to the method for keys, or no key was sent.",
        "Set GEMINI_API_KEY or pass api_key=….",
    ),
    (
        "quota",
        "A quota is used up",
        "Too many sessions or tokens for this key's tier.",
        "Wait, close other sessions, or use a paid tier.",
    ),
    (
        "non-audio request",
        "The model answers with its voice only",
        "Another response modality than AUDIO was asked for.",
        "Ask for AUDIO and read the words from the output transcription.",
    ),
    (
        "response modalities",
        "The model does not answer in that modality",
        "Live models of today speak; they do not write.",
        "Ask for AUDIO and read the words from the output transcription.",
    ),
    (
        "voice api_name",
        "The model has no voice of that name",
        "It is mistyped.",
        "Use one of the service's names, such as 'Kore', or leave it out.",
    ),
    (
        "setup message did not come",
        "The client connected and said nothing",
        "The setup is the first message of a connection, and the server had waited long enough.",
        "Send the setup as soon as the connection is open.",
    ),
    (
        "explicit activity control",
        "The user's activity was marked although the server detects it",
        "activityStart and activityEnd are for automaticActivityDetection.disabled only.",
        "Leave the marks out, or disable the automatic detection in the setup.",
    ),
    (
        "mediachunks",
        "The field mediaChunks was taken away",
        "An old client or example sends it; newer models know audio, video and text.",
        "Update the client, or send realtimeInput.audio and realtimeInput.video.",
    ),
    (
        "not found for api version",
        "The model is not offered",
        "Its name is mistyped, or it was shut down.",
        "Use model='gemini-3.8-live'.",
    ),
    (
        "requested entity was not found",
        "The model or session is unknown there",
        "The model's name is mistyped, or it is not offered at this address or to this key.",
        "Use model='gemini-3.8-live'; live.models() shows the names.",
    ),
    (
        "session not found",
        "The session to resume is unknown",
        "The handle is older than the service keeps it.",
        "Start a fresh session.",
    ),
    (
        "invalid argument",
        "The service refused a setting or message",
        "A setting this model does not know, or a message it does not take in this state.",
        "Compare the settings with the model's profile: live.models().",
    ),
    (
        "not implemented, or supported",
        "The service does not offer this",
        "A feature this model does not have, or audio sent while a tool ran.",
        "Leave the newest setting out and try again.",
    ),
    (
        "deadline expired",
        "The connection's time was over",
        "A connection lasts about ten minutes.",
        "Start again; the recording is kept.",
    ),
    (
        "aborted",
        "The service broke the session off",
        "It has been seen to do so after some minutes, without a fault of the client.",
        "Start again; the recording is kept.",
    ),
    (
        "unavailable",
        "The service is overloaded",
        "It happens at busy times.",
        "Try again in a moment.",
    ),
    (
        "no sign of life",
        "Nothing came from the other side any more",
        "The network is gone, or a router forgot the connection.",
        "Check the network and start again; the recording is kept.",
    ),
    (
        "keepalive",
        "Pings were not answered in time",
        "The network stalled.",
        "Check the network and start again.",
    ),
)

_CODES: dict[int, tuple[str, str, str]] = {
    # Not of any server: what a recording's session.reconnecting tells in place of a close code.
    0: (
        "Nobody could be reached",
        "The network is away, or no server listens there.",
        "The conversation goes on by itself if that passes within two minutes.",
    ),
    1: (
        "The server fell silent and the connection was left for another",
        "Nothing came for 15 s or more although something was asked, and no tool was running.",
        "Nothing is to be done: what was asked is asked again over the new connection.",
    ),
    2: (
        "The server sent what is no message",
        "It is no Live API, something on the way changes messages, or it is a fault on demand.",
        "The conversation goes on over another connection; if it comes again, check the endpoint.",
    ),
    1000: ("The connection was closed normally", "", ""),
    1001: ("The server is going away", "It was stopped.", "Start again."),
    1006: (
        "The connection broke without a goodbye",
        "The network dropped, or the server process ended.",
        "Start again; the recording is kept.",
    ),
    1007: (
        "The server could not accept a message",
        "A frame was malformed, or a setting does not fit the model.",
        "Compare the settings with the model's profile: live.models().",
    ),
    1008: (
        "The server refused by policy",
        "Wrong model, feature or credential.",
        "Check the model's name and the key.",
    ),
    1009: ("A message was too large", "An image or clip is too big.", "Send smaller pieces."),
    1011: (
        "The server had an internal error",
        "The fault is on its side.",
        "Start again; the recording is kept.",
    ),
}


# (code, or None for any; words in the reason; what was sent last) → likely cause, remedy.
# Each is a report of the issue trackers: what had been sent when the service closed.
_AFTER: tuple[tuple[int, str, str, str, str], ...] = (
    (
        1007,
        "",
        "setup",
        "The setup was the last thing sent: one of its settings does not fit the model.",
        "Compare the settings with the model's profile: live.models().",
    ),
    (
        1008,
        "",
        "setup",
        "The setup was the last thing sent: the model, a tool or the key is not allowed there.",
        "Check the model's name with live.models(), then the key.",
    ),
    (
        1011,
        "internal error",
        "setup",
        "The setup was the last thing sent: some settings end like this, and so does resuming "
        "while the old connection is still open.",
        "Leave the newest setting out, or try again in a moment.",
    ),
    (
        1008,
        "",
        "toolResponse",
        "A tool's result was sent shortly before: the model may have been gone from the call, or "
        "sound arrived while it waited for the result.",
        "Let tools answer quickly, or declare them NON_BLOCKING where the model allows it.",
    ),
    (
        1007,
        "",
        "toolResponse",
        "A tool's result was sent shortly before: it may answer an id the model does not know, or "
        "not be an object.",
        "Return a dict of plain values from the tool.",
    ),
    (
        1011,
        "",
        "toolResponse",
        "A tool's result was sent shortly before; the service has been seen to fail at large ones.",
        "Return less from the tool.",
    ),
    (
        1007,
        "",
        "clientContent",
        "clientContent was sent shortly before: some models take it only before the conversation.",
        "Type with send_text, and give what was said before as history=….",
    ),
    (
        1007,
        "",
        "contextUpdate",
        "contextUpdate was sent shortly before: not every model takes it.",
        "Begin a new conversation with the new instructions or tools.",
    ),
    (
        1007,
        "",
        "realtimeInput.activityEnd",
        "An end of activity was marked shortly before: without sound since its start, or without "
        "a start, it is refused.",
        "Hold the button while you speak.",
    ),
    (
        1007,
        "",
        "realtimeInput.activityStart",
        "A start of activity was marked shortly before, which is for activity='manual' only.",
        "Connect with activity='manual'.",
    ),
    (
        1007,
        "",
        "realtimeInput.mediaChunks",
        "mediaChunks was sent, which newer models refuse.",
        "Send realtimeInput.audio and realtimeInput.video.",
    ),
    (
        1007,
        "",
        "realtimeInput.video",
        "A picture was sent shortly before: it may be none the service can read.",
        "Send JPEG or PNG pictures, one a second at most.",
    ),
    (
        1009,
        "",
        "realtimeInput.video",
        "A picture was sent shortly before, and it was too large.",
        "Send smaller pictures.",
    ),
)


def explain(code: int, reason: str = "", after: Sequence[str] = ()) -> Closing:
    """Explain why a connection was closed.

    Parameters
    ----------
    code : int
        WebSocket close code; 1006 if the connection just broke. Or 0, 1 or 2, as a recording's
        ``session.reconnecting`` has them.
    reason : str
        The text that came with it.
    after : sequence of str
        What was sent last, the newest at the end, such as ``("toolResponse",
        "realtimeInput.audio")``: it tells more about the likely cause than a general reason does.

    Raises
    ------
    SettingsError
        If the code is no number, or the reason no text.

    Examples
    --------
    >>> explain(1008, "Operation is not implemented, or supported, or enabled.").meaning
    'The service does not offer this'
    """
    if not isinstance(code, int) or isinstance(code, bool) or not isinstance(reason, str):
        raise SettingsError(
            "explain takes a close code and the reason that came with it: live.explain(1008, "
            f"'Requested entity was not found.'), not {type(code).__name__} and "
            f"{type(reason).__name__}."
        )
    closing = _of_reason(code, reason)
    if closing is not None and not _is_general(reason):
        return closing
    if closing is None:
        given = (f"The connection was closed with code {code}", "", "Start again.")
        closing = Closing(code, reason, *_CODES.get(code, given))
    # Sound goes up all the time and explains nothing; the newest of the rest does.
    for kind in [kind for kind in reversed(tuple(after)) if kind != "realtimeInput.audio"]:
        for wanted, words, sent, cause, remedy in _AFTER:
            if wanted == code and sent == kind and words in reason.lower():
                return replace(closing, cause=cause, remedy=remedy)
    return closing


def _of_reason(code: int, reason: str) -> Closing | None:
    lowered = reason.lower()
    for words, meaning, cause, remedy in _REASONS:
        if words in lowered:
            return Closing(code, reason, meaning, cause, remedy)
    return None


def _is_general(reason: str) -> bool:
    """Whether the reason is one the service gives for many things."""
    return any(words in reason.lower() for words in _GENERAL)


_GENERAL = ("invalid argument", "not implemented, or supported")
