"""What happened in one conversation: events, sound and the turns made of them."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.activity import Segment
from livekit_nb.recording import display
from livekit_nb.recording.asking import check_seconds, check_side
from livekit_nb.recording.clock import ClockInfo
from livekit_nb.recording.diagnosis.checks import Diagnosis
from livekit_nb.recording.diagnosis.finding import Findings
from livekit_nb.recording.diagnosis.latency import BUDGET_S
from livekit_nb.recording.diagnosis.tools import TOOL_WAIT_S
from livekit_nb.recording.events import Event
from livekit_nb.recording.export import export
from livekit_nb.recording.frames import Frames
from livekit_nb.recording.kept import AGENT_RATE_HZ, USER_RATE_HZ, Kept
from livekit_nb.recording.latency_check import LatencyCheck, check_latency
from livekit_nb.recording.messages import Messages
from livekit_nb.recording.summary import summary_of
from livekit_nb.recording.tables.calls import ToolCalls
from livekit_nb.recording.tables.events import Events
from livekit_nb.recording.tables.turns import Turns
from livekit_nb.recording.tables.usage import Report, Usage
from livekit_nb.recording.tracks import PEAK_STEP_S
from livekit_nb.recording.turns.turn import Turn
from livekit_nb.recording.usage.cost import Cost

__all__ = ["AGENT_RATE_HZ", "USER_RATE_HZ", "Recording"]

Side = Literal["user", "agent"]


class Recording(Kept):
    """A conversation on one time axis, in seconds from its start.

    A recording is a live view: it grows while the conversation goes on, and may be read from any
    thread. Recorders make recordings (`livekit_nb.recording.Recorder`), `livekit_nb.load` those
    that were saved.

    Attributes
    ----------
    started_at : datetime or None
        Date and time of its start, by the machine's clock.
    without : frozenset of str
        What was taken out of it: ``"audio"``, ``"frames"``, ``"text"``; see `redact`.
    path : Path or None
        Where it is written as it happens, or was loaded from.
    """

    def __init__(
        self, *, limit_s: float = 7200.0, now_s: Callable[[], float] | None = None
    ) -> None:
        super().__init__(limit_s=limit_s, now_s=now_s)
        self._diagnosis = Diagnosis(self)

    # What happened

    @property
    def events(self) -> Events:
        """Everything that happened, ordered by time."""
        with self._lock:
            return Events(self._ordered)

    @property
    def turns(self) -> Turns:
        """The turns so far; the last ones may still change while the conversation goes on."""
        with self._lock:
            return Turns(self._turn_log.turns(self._listened_s()))

    @property
    def tools(self) -> ToolCalls:
        """All tool calls in order, those included that were sent again (`ToolCall.repeats`)."""
        with self._lock:
            return ToolCalls(self._turn_log.tools.values())

    @property
    def usage(self) -> Usage:
        """Tokens and dollars as they were reported; the rows add up to `cost`."""
        with self._lock:
            tariff = self._turn_log.ledger.tariff
            bills = self._turn_log.bills(self._listened_s())
        return Usage(
            (Report(bill.t, turn, Cost(bill.tokens, tariff)) for bill, turn in bills),
            tariff=tariff,
        )

    @property
    def messages(self) -> Messages:
        """Every message of the Live API, both ways, so far; see `livekit_nb.recording.messages`."""
        return self._messages.table()

    @property
    def cost(self) -> Cost:
        """What it costs so far: tokens by modality, as the service reported them, and dollars."""
        with self._lock:
            return self._turn_log.ledger.cost

    @property
    def clock(self) -> ClockInfo | None:
        """How the page's clock stands to the recording's, and its devices' latencies, as told last.

        ``None`` without a page. What changed in between is in the ``page.clock`` events.
        """
        with self._lock:
            return self._turn_log.clock.info

    @property
    def dropped_s(self) -> dict[str, float]:
        """Seconds of sound per side not kept: before the start, or beyond what fits in memory."""
        return {
            "user": self._user.dropped / USER_RATE_HZ,
            "agent": self._agent.dropped / AGENT_RATE_HZ,
        }

    @property
    def dropped(self) -> dict[str, float]:
        """What did not fit and was not kept; all 0 if everything was.

        ``user_s``, ``agent_s`` and ``received_s`` are seconds of sound, ``frames`` pictures,
        ``marks`` frames of the microphone (20 ms) whose way was not noted.
        """
        return {
            **{f"{side}_s": dropped_s for side, dropped_s in self.dropped_s.items()},
            "received_s": self._received.dropped / AGENT_RATE_HZ,
            "frames": self._frames.dropped,
            "marks": self._marks.dropped,
        }

    @property
    def frames(self) -> Frames:
        """The pictures that the agent was shown; ``recording.frames[0].jpeg`` is the first."""
        with self._lock:
            return Frames(self._frames.frames)

    def speech(self, side: Side) -> list[Segment]:
        """Find when somebody spoke, in the sound of one side.

        Parameters
        ----------
        side : {"user", "agent"}
            Whose sound: the microphone's, or what was heard of the agent.

        Returns
        -------
        list of Segment
            Stretches with ``start_s`` and ``end_s`` in recording seconds, in order. While the
            conversation goes on, what lies less than a minute back may still change.

        Raises
        ------
        RecordingError
            If there is no such side.
        """
        check_side(side)
        finder = {"user": self._user_speech, "agent": self._agent_sound}[side]
        with self._lock:
            return finder.settled + finder.unsettled()

    @property
    def unrecorded(self) -> list[Segment]:
        """When sound, pictures and words were not kept because recording was off."""
        spans, off_s = [], None
        for event in self.events:
            if event.kind == "recording.paused" and off_s is None:
                off_s = event.t
            elif event.kind == "recording.resumed" and off_s is not None:
                spans.append(Segment(off_s, event.t))
                off_s = None
        if off_s is not None:
            spans.append(Segment(off_s, max(off_s, self.duration_s)))
        return spans

    def received_audio(self, first: int = 0, count: int | None = None) -> npt.NDArray[np.int16]:
        """Return the agent's sound exactly as it was sent, whether it was heard or not.

        Parameters
        ----------
        first, count : int
            The part wanted, in samples from the first one that was sent; by default all.

        Returns
        -------
        numpy.ndarray, shape (samples,), int16
            Mono, 24000 Hz, in order of arrival and without gaps.
        """
        with self._lock:
            length = self._received.length
        # Not while nobody can record: it may have to be read from disk, minute by minute.
        return self._received.read(first, length if count is None else min(first + count, length))

    def user_audio(
        self, start_s: float = 0.0, end_s: float | None = None
    ) -> tuple[npt.NDArray[np.float32], int]:
        """Return the microphone's sound.

        Parameters
        ----------
        start_s, end_s : float
            The part wanted, by default all up to `duration_s`.

        Returns
        -------
        audio : numpy.ndarray, shape (samples,), float32
            Mono, -1…1, silence where nothing was captured.
        rate_hz : int
            16000.
        """
        return self._audio(self._user, start_s, end_s)

    def agent_audio(
        self, start_s: float = 0.0, end_s: float | None = None
    ) -> tuple[npt.NDArray[np.float32], int]:
        """Return what was really heard of the agent, as `user_audio` does; 24000 Hz."""
        return self._audio(self._agent, start_s, end_s)

    def turn_of_reply(self, number: int) -> Turn | None:
        """Find the turn that the agent's ``number``-th reply belongs to.

        Replies and turns are not the same in number: a reply after a tool call continues a turn,
        a reply cut before it was heard leaves no trace, some turns have no reply.

        Parameters
        ----------
        number : int
            Which reply, from 0; see `replies`.

        Returns
        -------
        Turn or None
            Its turn; for a reply without trace the turn it was meant for. ``None`` when there
            was no such reply, or it left no trace and nothing was said that it was meant for.
        """
        with self._lock:
            return self._turn_log.turn_of_reply(number, self._listened_s())

    @property
    def replies(self) -> int:
        """How many times the agent has begun to answer, or ended a turn without a word."""
        with self._lock:
            return len(self._replies.replies)

    @property
    def unanswered(self) -> bool:
        """Whether the user said something last, and nothing has come of it."""
        with self._lock:
            return self._turn_log.unanswered(self._listened_s())

    # Increments, for views that follow a conversation

    @property
    def peak_step_s(self) -> float:
        """Seconds per peak of `peaks`."""
        return PEAK_STEP_S

    def peaks(self, side: Side, since_bin: int = 0) -> list[float]:
        """Peaks of one side, 0…1, in bins of 20 ms; costs as much as there is new.

        Parameters
        ----------
        side : {"user", "agent"}
            Whose sound.
        since_bin : int
            Bins already seen. The first value returned belongs to ``since_bin * 0.02`` seconds;
            the next call wants ``since_bin + len(result)``.
        """
        check_side(side)
        track = {"user": self._user, "agent": self._agent}[side]
        with self._lock:
            return track.peaks(since_bin)

    def events_since(self, count: int) -> list[Event]:
        """Events after the first ``count``, in the order in which they were told."""
        with self._lock:
            return self._told[count:]

    def turns_changed_since(self, version: int = 0) -> tuple[list[Turn], int]:
        """List the turns that are new or different since an earlier call.

        Parameters
        ----------
        version : int
            What the earlier call returned; 0 for all turns.

        Returns
        -------
        turns : list of Turn
            The changed ones; a turn replaces the one with the same ``index``.
        version : int
            For the next call.
        """
        with self._lock:
            return self._turn_log.changed_since(version, self._listened_s())

    @property
    def turn_count(self) -> int:
        """How many turns there are; `turns_changed_since` does not tell of those that vanish."""
        with self._lock:
            return self._turn_log.count(self._listened_s())

    def cut_captions(self, first: int = 0) -> list[tuple[float, str]]:
        """List when replies were interrupted, and the end of each reply's caption nobody heard.

        Parameters
        ----------
        first : int
            From which interruption on. The last few may still change.
        """
        with self._lock:
            return self._replies.cut_captions(first)

    def latency_check(self) -> LatencyCheck:
        """Measure every turn's voice-to-voice latency once more, in the exported sound.

        By an independent detector on the two channels of the stereo file that `export` writes;
        nothing but that file is looked at.

        Returns
        -------
        LatencyCheck
            A table: what is told, how it sounds, and the residual; with ``median_s`` and ``p95_s``
            of the residuals' amounts, and how many turns could not be measured and why
            (``unmeasured``).
        """
        return check_latency(self)

    @property
    def findings(self) -> Findings:
        """What went wrong, when, and what helps; `diagnose` with its defaults."""
        return self._diagnosis.findings()

    def diagnose(self, budget_s: float = BUDGET_S, tool_wait_s: float = TOOL_WAIT_S) -> Findings:
        """Find out what went wrong in the conversation.

        Costs about a second per hour of sound the first time, and what is new after that.

        Parameters
        ----------
        budget_s : float
            Voice-to-voice latency from which on an answer is called slow.
        tool_wait_s : float
            Silence from which on a tool is said to have held up the talk.

        Returns
        -------
        Findings
            In order of time, each with a remedy; `livekit_nb.recording.diagnosis.finding` lists
            the kinds. An empty table: nothing was found.

        Raises
        ------
        RecordingError
            If a limit is no number of seconds, 0 or more.
        """
        check_seconds("budget_s", budget_s)
        check_seconds("tool_wait_s", tool_wait_s)
        return self._diagnosis.findings(budget_s, tool_wait_s)

    # Out of here

    def export(self, path: str | PathLike[str]) -> None:
        """Write the recording in the form that the suffix names; docs/recording.md tells of each.

        An existing file is replaced, as saving a figure does, and in one step: who reads it
        meanwhile finds the old one or the new one, and a failure leaves it as it was.

        Parameters
        ----------
        path : path-like
            ``.wav``, ``.flac``: stereo, 24 kHz, 16 bit, user left, agent right, one time axis.
            ``.txt``: labels for Audacity. ``.TextGrid``: tiers for Praat. ``.rttm``: who spoke
            when. ``.csv``: the turns. ``.json``: everything but sound and pictures. ``.html``: a
            page that needs nothing else, with sound, timeline, words and tables.

        Raises
        ------
        RecordingError
            If the suffix is not known or the file cannot be written.
        """
        export(self, path)

    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Save the recording as one file, which `livekit_nb.load` loads; see ``docs/liverec.md``.

        Nothing is lost by that: sound, pictures, events, turns and figures are exactly the same.
        A conversation that goes on is saved as it is at this moment.

        Parameters
        ----------
        path : path-like
            Where to, by custom with the suffix ``.liverec``; a suffix that names another form, such
            as ``.wav``, is refused (`export` writes those). The file takes its place in one step,
            and only you may read it.
        overwrite : bool
            Whether a file that is there is replaced.

        Raises
        ------
        RecordingError
            If there is such a file, its name is that of another form, or it cannot be written.
        """
        from livekit_nb.recording.disk.saving import save

        save(self, path, overwrite=overwrite)

    def redact(self, *, audio: bool = True, frames: bool = True, text: bool = True) -> Recording:
        """Return a copy without what was said and shown, to be given to others.

        When who spoke, turns, latency, interruptions, tool calls by name, tokens and costs stay.
        So do the findings that need no more.

        Parameters
        ----------
        audio : bool
            Whether the sound of both sides is taken out, peaks included.
        frames : bool
            Whether the pictures are.
        text : bool
            Whether words are: captions, what was typed, written or thought, arguments and results
            of tools, messages of the Live API, error messages, labels of devices; also all that
            events of your own hold.

        Returns
        -------
        Recording
            As it is at this moment; its `without` says what was taken out.
        """
        from livekit_nb.recording.disk.redacting import redacted

        return redacted(self, audio=audio, frames=frames, text=text)

    @property
    def unwritten(self) -> str:
        """Why nothing can be written at the moment where it is to be; empty if all is well."""
        return self._unwritten

    @property
    def damage(self) -> dict[str, float]:
        """What could not be loaded; empty if everything could.

        ``user_s``, ``agent_s`` and ``received_s`` are seconds of sound that are silent instead
        (found when they are read), ``journal`` lines that were left out.
        """
        return dict(self._damage)

    def summary(self) -> str:
        """Say in a few lines what the recording holds; no transcripts."""
        return summary_of(self)

    def __repr__(self) -> str:
        return f"<Recording of {self.duration_s:.1f} s, {display.counted(len(self.turns), 'turn')}>"

    def __str__(self) -> str:
        return self.summary()

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, Any] | display.Bundle:
        """Show the timeline as a picture with alternative text, where something can draw it."""
        drawn = display.picture(self)
        if drawn is None:
            return {"text/plain": self.summary()}
        return display.bundle(*drawn, self.summary())
