"""Every error this package raises on purpose, as one tree.

::

    LiveError
    ├── SettingsError          a setting the model would refuse; raised before connecting
    ├── AudioError             audio of a wrong type, shape or rate; an unreadable file
    ├── WireError              a frame that is no Live API message
    ├── EndpointError          nobody to talk to
    │   ├── MissingPackagesError   packages of an extra are not installed
    │   ├── ServerStartError       the embedded server did not start, or its port is taken
    │   └── ConnectError           the endpoint refused or could not be reached
    ├── SessionClosedError     the conversation is over; carries close code and reason
    ├── MessageLostError       what was written was refused, or lost with what was; say it anew
    ├── ToolDeclarationError   a Python function that cannot be offered as a tool
    ├── ToolArgumentError      what a model sent does not fit the tool; told to the model
    ├── ToolError              a tool cannot do what was asked; raise it to tell the model why
    ├── ToolCancelledError     a tool looked whether its call is still wanted, and it is not
    ├── MediaError             the browser has no microphone, camera or sound for us
    └── RecordingError         a recording that cannot be read, written or drawn

Each message says what went wrong, the likely cause and the remedy. No message ever contains a key,
audio or a transcript.
"""

from __future__ import annotations

__all__ = [
    "AudioError",
    "ConnectError",
    "EndpointError",
    "LiveError",
    "MediaError",
    "MessageLostError",
    "MissingPackagesError",
    "RecordingError",
    "ServerStartError",
    "SessionClosedError",
    "SettingsError",
    "ToolArgumentError",
    "ToolCancelledError",
    "ToolDeclarationError",
    "ToolError",
    "WireError",
]


class LiveError(Exception):
    """Base of all errors of livekit_nb."""


class SettingsError(LiveError, ValueError):
    """A setting that the chosen model would choke on, told before connecting."""


class AudioError(LiveError, ValueError):
    """Audio of a wrong type, shape or rate, or a file that cannot be read."""


class WireError(LiveError, ValueError):
    """A frame that is no Live API message.

    Attributes
    ----------
    close_code : int
        WebSocket close code a server answers such a frame with (1007, RFC 6455 §7.4.1).
    """

    close_code = 1007


class EndpointError(LiveError):
    """Nobody to talk to."""


class MissingPackagesError(EndpointError, ImportError):
    """The packages of an extra are not installed."""


class ServerStartError(EndpointError):
    """The embedded server did not start."""


class ConnectError(EndpointError):
    """The endpoint could not be reached, or refused the session.

    Attributes
    ----------
    code : int or None
        WebSocket close code, or HTTP status of a refused upgrade, when there was one.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class SessionClosedError(LiveError):
    """The conversation is over.

    Attributes
    ----------
    code : int
        WebSocket close code; 1006 when the connection just broke.
    reason : str
        The reason the other side gave, possibly empty.
    """

    def __init__(self, message: str, code: int = 1006, reason: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason


class MessageLostError(LiveError):
    """What was written will have no answer: the service refused it, or something beside it.

    The conversation goes on.
    """


class ToolDeclarationError(LiveError, TypeError):
    """A Python function that cannot be offered to the model as a tool."""


class ToolArgumentError(LiveError, ValueError):
    """What a model sent does not fit the tool; the message is told to the model."""


class ToolError(LiveError):
    """A tool cannot do what was asked; the message is told to the model as it is."""


class ToolCancelledError(LiveError):
    """Nobody waits for the tool's result any longer."""


class MediaError(LiveError):
    """The browser has no microphone, camera or sound for us."""


class RecordingError(LiveError):
    """A recording that cannot be read, written or drawn."""
