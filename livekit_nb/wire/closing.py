"""Why a connection ended: close codes and reasons in plain words.

Codes are those of RFC 6455 §7.4.1; the reasons are texts the Live API has been seen to close
with, collected from its documentation and the issue trackers of its SDKs.
"""

from __future__ import annotations

from dataclasses import dataclass

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
        return f"{self.meaning} (close {given}). {self.cause} {self.remedy}".strip()


# (words in the reason, lower case) → meaning, cause, remedy. The first match counts.
_REASONS: tuple[tuple[str, str, str, str], ...] = (
    (
        "api key not valid",
        "The API key was refused",
        "It is mistyped, was deleted, or belongs to another service.",
        "Check GEMINI_API_KEY, or make a new key in Google AI Studio.",
    ),
    (
        "api key expired",
        "The API key has expired",
        "Keys can be given an end date.",
        "Make a new key in Google AI Studio.",
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
        "keepalive",
        "Pings were not answered in time",
        "The network stalled.",
        "Check the network and start again.",
    ),
)

_CODES: dict[int, tuple[str, str, str]] = {
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


def explain(code: int, reason: str = "") -> Closing:
    """Explain why a connection was closed.

    Parameters
    ----------
    code : int
        WebSocket close code; 1006 if the connection just broke.
    reason : str
        The text that came with it.
    """
    lowered = reason.lower()
    for words, meaning, cause, remedy in _REASONS:
        if words in lowered:
            return Closing(code, reason, meaning, cause, remedy)
    meaning, cause, remedy = _CODES.get(
        code, (f"The connection was closed with code {code}", "", "Start again.")
    )
    return Closing(code, reason, meaning, cause, remedy)
