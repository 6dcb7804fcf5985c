"""All checks, one after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from livekit_nb.recording.diagnosis import connection, level, silence, tools
from livekit_nb.recording.diagnosis.barge_in import false_barge_ins
from livekit_nb.recording.diagnosis.echo import echoes
from livekit_nb.recording.diagnosis.evidence import Evidence
from livekit_nb.recording.diagnosis.finding import Finding, Findings
from livekit_nb.recording.diagnosis.latency import BUDGET_S, slow_turns
from livekit_nb.recording.diagnosis.playback import underruns
from livekit_nb.recording.diagnosis.repetition import repeated_sentences
from livekit_nb.recording.diagnosis.tools import TOOL_WAIT_S
from livekit_nb.recording.diagnosis.transcript import missed_words

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["Diagnosis"]


class Diagnosis:
    """Finds out what went wrong in a recording, and remembers it until that has changed.

    What was measured of sound that does not change any more is kept, so another look at a growing
    recording costs what is new. May be asked from any thread.

    Parameters
    ----------
    recording : Recording
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._memory: dict[Any, Any] = {}
        self._lock = threading.Lock()
        self._known: dict[tuple[float, float], Findings] = {}
        self._of: object = None

    def findings(self, budget_s: float = BUDGET_S, tool_wait_s: float = TOOL_WAIT_S) -> Findings:
        """Return all findings, in order of time; `Recording.diagnose` explains the parameters."""
        with self._lock:
            recording = self._recording
            ends = recording._user.length, recording._agent.length
            state = len(recording.events), recording.duration_s, *ends
            if state != self._of:
                self._known.clear()
                self._of = state
            asked = (budget_s, tool_wait_s)
            if asked not in self._known:
                evidence = Evidence(recording, self._memory)
                found = sorted(
                    _all(evidence, budget_s, tool_wait_s), key=lambda one: (one.start_s, one.end_s)
                )
                self._known[asked] = Findings(found)
            return self._known[asked]


def _all(evidence: Evidence, budget_s: float, tool_wait_s: float) -> Iterator[Finding]:
    families: Iterable[Iterable[Finding]] = (
        slow_turns(evidence, budget_s),
        silence.silent_turns(evidence),
        silence.unanswered(evidence),
        silence.unheard_answers(evidence),
        underruns(evidence),
        echoes(evidence),
        false_barge_ins(evidence),
        missed_words(evidence),
        repeated_sentences(evidence),
        tools.blocking_tools(evidence, tool_wait_s),
        tools.failed_tools(evidence),
        level.bad_levels(evidence),
        level.dead_microphones(evidence),
        connection.outages(evidence),
        connection.lost_sound(evidence),
        connection.lost_messages(evidence),
        connection.ends_by_error(evidence),
        connection.uncertain_clocks(evidence),
    )
    for family in families:
        yield from family
