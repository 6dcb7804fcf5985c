"""A recording as somebody to talk to: what is given as ``endpoint=``, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Final

from livekit_nb.recording.disk.loading import load
from livekit_nb.recording.recording import Recording
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.replay.channel import ReplayChannel
from livekit_nb.session.replay.script import script_of
from livekit_nb.session.replay.voice import RecordedVoice

__all__ = ["Recorded", "Replay", "recorded"]

_SUFFIX: Final = ".liverec"


class Recorded:
    """The server's side of a recording, ready to be played back as often as is wanted.

    Parameters
    ----------
    recording : Recording

    Attributes
    ----------
    recording : Recording
    model : str
        Which model answered then.
    label : str
        Who answers now: a recording, and of whom.

    Raises
    ------
    RecordingError
        If it does not hold what the server said.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.script = script_of(recording)
        connecting = next((e for e in recording.events if e.kind == "session.connecting"), None)
        data: Mapping[str, object] = {} if connecting is None else connecting.data
        self.model = str(data.get("model") or "")
        who = str(data.get("endpoint") or "")
        of = " · ".join(filter(None, (who, self.model.removeprefix("models/"))))
        self.label = who if who.startswith("recording of ") else f"recording of {of} (played back)"

    def play(self, *, told: int = 0) -> Replay:
        """Return it as it is played back once; parameters as of :class:`ReplayChannel`."""
        return Replay(self, told)


class Replay:
    """One conversation with a recording.

    Attributes
    ----------
    label : str
        Who answers.
    endpoint : Endpoint
        A name for it; it has no address.
    """

    def __init__(self, recorded: Recorded, told: int = 0) -> None:
        self.label = recorded.label
        self.endpoint = Endpoint("recording:", recorded.label)
        self._recorded = recorded
        self._told = told
        self._channel: ReplayChannel | None = None

    async def open(self, endpoint: Endpoint, headers: Mapping[str, str]) -> ReplayChannel:
        """Open a connection to it: an ``open_transport`` of a session."""
        sound = self._recorded.recording.received_audio
        self._channel = ReplayChannel(self._recorded.script, sound, self._told)
        return self._channel

    def is_of(self, recording: Recording) -> bool:
        """Whether it is this recording that is played back."""
        return self._recorded.recording is recording

    def voice(self) -> tuple[RecordedVoice, float]:
        """Have the recorded user speak from here on.

        Returns
        -------
        voice : RecordedVoice
        said_s : float
            When its last word is said, in seconds of the recording.
        """
        assert self._channel is not None
        self._channel.accompany()
        script = self._recorded.script
        said_s = max((one.end_s for one in script.said), default=script.begun_s)
        recording = self._recorded.recording
        return RecordedVoice(recording, self._channel.pace, script.end_s), said_s

    def typed(self) -> list[tuple[float, str]]:
        """List what the recorded user is yet to type, and when."""
        assert self._channel is not None
        now_s = self._channel.pace.now_s
        return [(t, text) for t, text in self._recorded.script.typed if t >= now_s]

    async def reached(self, at_s: float) -> None:
        """Return when a time of the recording has come, or it is over."""
        assert self._channel is not None
        await self._channel.reached(at_s)


def recorded(endpoint: object) -> Recorded | None:
    """Return the recording that an ``endpoint=`` means, ``None`` if it means something else.

    Parameters
    ----------
    endpoint : Recording, path-like, or anything else
        A text is a path if it ends in ``.liverec``.

    Raises
    ------
    RecordingError
        If there is no such recording, or it cannot be played back.
    """
    if isinstance(endpoint, Recorded):
        return endpoint
    if isinstance(endpoint, Recording):
        return Recorded(endpoint)
    if isinstance(endpoint, PathLike) or (
        isinstance(endpoint, str) and endpoint.strip().rstrip("/\\").endswith(_SUFFIX)
    ):
        return Recorded(load(endpoint))
    return None
