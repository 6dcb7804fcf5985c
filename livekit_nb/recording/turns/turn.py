"""Turns: who spoke when, what was called, how long the answer took.

A turn is one thing the user said (or typed) and the agent's answer to it, tool calls in between
included. Either side may be missing: speech that was never answered, an agent that speaks first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from livekit_nb.recording.turns.latency import Latency
from livekit_nb.recording.usage.cost import Cost

__all__ = ["AgentSide", "ToolCall", "Turn", "UserSide"]


@dataclass(frozen=True, slots=True)
class UserSide:
    """What the user did in a turn. Times are recording seconds.

    Attributes
    ----------
    start : float or None
        Onset of the speech in the recorded microphone audio, or when the text was typed.
    speech_end : float or None
        End of the last sound of the speech in the recorded microphone audio. ``None`` while it
        goes on, and for typed text.
    text : str
        What was heard (the captions) or typed. Not part of ``repr``.
    typed : bool
        Whether it was typed: nothing was said.
    speaking : bool
        Whether the speech goes on: it has begun, and its end is not known yet.
    """

    start: float | None
    speech_end: float | None
    text: str = field(default="", repr=False)
    typed: bool = False
    speaking: bool = False


@dataclass(frozen=True, slots=True)
class AgentSide:
    """The agent's answer in a turn. Times are recording seconds.

    Attributes
    ----------
    first_audible : float or None
        First sample really heard that is not silence. ``None`` before it, and for silent answers.
    end : float or None
        Last audible sample heard so far.
    text : str
        What the agent said (the captions). Of an interrupted answer: what of it was heard, to the
        word, as far as captions tell when it was spoken. Where an answer broke off with its
        connection and was given anew, ``…`` stands between the two. Not part of ``repr``.
    unheard : str
        The end of an interrupted answer that nobody heard. Not part of ``repr``.
    interrupted : bool
        Whether it was cut short.
    complete : bool
        Whether the agent's answer is over (complete or interrupted).
    """

    first_audible: float | None
    end: float | None
    text: str = field(default="", repr=False)
    interrupted: bool = False
    complete: bool = False
    unheard: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a tool. Times are recording seconds.

    Attributes
    ----------
    id, name : str
        The call's identity and the tool's name.
    args : dict
        Arguments chosen by the model. Not part of ``repr``.
    start : float
        When the call arrived.
    end : float or None
        When it was answered or cancelled; ``None`` while it runs.
    response : Any
        What the tool returned. Not part of ``repr``.
    error : str or None
        What went wrong, when the tool failed.
    cancelled : bool
        Whether the service withdrew the call.
    duration : float or None
        Seconds the tool itself took, as measured by who ran it, else ``end - start``. ``None`` for
        a call that was sent again: it did not run for that.
    progress : tuple
        Results before the last, of a tool that tells of several. Not part of ``repr``.
    repeats : str or None
        Id of the earlier call that this is the same as: the model sent it again after a loss of
        its connection, the tool did not run again, and this one got the earlier one's result.
    """

    id: str
    name: str
    args: dict[str, Any] = field(repr=False)
    start: float
    end: float | None = None
    response: Any = field(default=None, repr=False)
    error: str | None = field(default=None, repr=False)
    cancelled: bool = False
    duration: float | None = None
    repeats: str | None = None
    progress: tuple[Any, ...] = field(default=(), repr=False)

    @property
    def state(self) -> str:
        """What became of it, in a word or figure: how long it took, or why that is not known."""
        if self.repeats is not None:
            return "sent again"
        return "cancelled" if self.cancelled else _duration(self.duration)

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


@dataclass(frozen=True, slots=True, repr=False)
class Turn:
    """One exchange.

    A turn shows itself without words, so that none stay in a log or a saved notebook unasked:
    ``print(turn)`` says them.

    Attributes
    ----------
    index : int
        Place in the recording's turns, from 0.
    user : UserSide or None
        ``None`` when the agent spoke unasked.
    agent : AgentSide or None
        ``None`` when nobody answered (yet).
    reason : str or None
        Why the model ended the turn, in the service's own word, such as ``"RESPONSE_REJECTED"`` or
        ``"NEED_MORE_INPUT"``; ``None`` if it gave none, which is usual.
    tools : tuple of ToolCall
        Calls made on the way, those included that were sent again (see `ToolCall.repeats`).
    latency : Latency
        Where the waiting time went.
    barge_in_stop_s : float or None
        For an interrupted turn: seconds from the user's onset in the microphone to the agent's
        last audible sample, so how long its voice went on. ``None`` when there was no
        interruption, when it came without an onset (typed text, speech that had begun before the
        agent was audible), and when the agent was silent at the onset and stayed so: who cuts into
        a pause stops no voice, and 0 would claim that one was stopped at once.
    cost : Cost
        Tokens that were reported for this turn, and what they cost. All that the model has in its
        context is read, and billed, in every turn anew.
    overlap_s : float or None
        Seconds of the user's speech in which the agent was to be heard too: of its own answer, when
        that began early, or of an earlier one that the user talked into. ``None`` when nothing was
        said aloud. Words of agreement that leave the agent the floor ("mhm") are not the user's
        turn, and not counted.
    """

    index: int
    user: UserSide | None
    agent: AgentSide | None
    tools: tuple[ToolCall, ...] = ()
    latency: Latency = field(default_factory=Latency)
    barge_in_stop_s: float | None = None
    cost: Cost = field(default_factory=Cost, hash=False)
    reason: str | None = None
    overlap_s: float | None = None

    @property
    def floor_transfer_offset(self) -> float | None:
        """Seconds from the end of the user's speech to the agent's first audible sample.

        Positive is a gap, negative an overlap: the agent began before the user had finished. It is
        the measure that studies of turn-taking among people use (de Ruiter, Mitterer and Enfield,
        *Language* 82, 2006, https://doi.org/10.1353/lan.2006.0130; Heldner and Edlund, *Journal of
        Phonetics* 38, 2010, https://doi.org/10.1016/j.wocn.2010.08.002). It is the voice-to-voice
        latency of turns in which the floor went from the user to the agent. ``None`` where it did
        not: when nobody said or answered anything aloud, and when the agent still held the floor,
        so that it went on talking as the user finished (`Latency.agent_talking`).
        """
        return None if self.latency.agent_talking else self.latency.voice_to_voice

    @property
    def interrupted(self) -> bool:
        """Whether the agent was cut short: by the user, or, as happens, by a slip of the service.

        In the latter case the question is put again, and the whole answer is in a later turn.
        """
        return self.agent is not None and self.agent.interrupted

    def row(self) -> dict[str, Any]:
        """Flatten the turn to JSON-like values: a row of a table, a message to a live view."""
        user, agent = self.user, self.agent
        return {
            "index": self.index,
            "user_start": user.start if user else None,
            "user_end": user.speech_end if user else None,
            "typed": user is not None and user.typed,
            "speaking": user is not None and user.speaking,
            "agent_start": agent.first_audible if agent else None,
            "agent_end": agent.end if agent else None,
            "interrupted": self.interrupted,
            "user_text": user.text if user else "",
            "agent_text": agent.text if agent else "",
            "agent_unheard": agent.unheard if agent else "",
            "reason": self.reason,
            "tools": self.runs,
            "voice_to_voice": self.latency.voice_to_voice,
            "barge_in_stop_s": self.barge_in_stop_s,
        }

    def __repr__(self) -> str:
        return f"<Turn {self.index}: {', '.join(self._facts())}>"

    def _facts(self) -> list[str]:
        """Say what kind of turn it is, in a few words that are nobody's."""
        facts = []
        waited_s = self.latency.voice_to_voice
        if self.user is None:
            facts.append("unasked")
        if self.agent is None:
            facts.append(_no_answer(self.reason))
        elif waited_s is None:
            facts.append("answered")
        else:
            facts.append(f"answered after {_seconds(waited_s)}")
        if self.interrupted:
            facts.append("interrupted")
        facts.extend(self.runs)
        return facts

    @property
    def runs(self) -> list[str]:
        """Names of the tools that ran; a call that was sent again is no run."""
        return [call.name for call in self.tools if call.repeats is None]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("\n  ".join([repr(self), *(f"{k}: {v}" for k, v in self._details())]))

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th style="text-align:left">{escape(name)}</th>{_cells([value])}</tr>'
            for name, value in self._details()
        )
        title = f"Turn {self.index}: {', '.join(self._facts())}"
        return f"<table><caption>{escape(title)}</caption><tbody>{rows}</tbody></table>"

    def _details(self) -> list[tuple[str, str]]:
        """List times and latency, in words and figures."""
        user, agent = self.user, self.agent
        details = []
        if user is not None:
            details.append(("you", "typed" if user.typed else _span(user.start, user.speech_end)))
        if agent is not None:
            details.append(("agent", _span(agent.first_audible, agent.end)))
        known = [
            f"{name} {part:.3f}" for name, part in self.latency.parts.items() if part is not None
        ]
        if known:
            details.append(("latency, in seconds", ", ".join(known)))
        heard, thought = self.latency.endpointing, self.latency.thinking
        if heard is not None and thought is not None:
            details.append(("of it model", f"endpointing {heard:.3f}, thinking {thought:.3f}"))
        if self.latency.agent_talking:
            details.append(("before that it talked on", _seconds(self.latency.agent_talking)))
        if self.barge_in_stop_s is not None:
            details.append(("barge-in stop", _seconds(self.barge_in_stop_s)))
        details.extend((call.name, call.state) for call in self.tools)
        if self.reason:
            details.append(("ended because", self.reason))
        details.append(("words", "print(turn)"))
        return details

    def __str__(self) -> str:
        user, agent = self.user, self.agent
        said = f'{_seconds(user.start)}  "{user.text}"' if user else "(unasked)"
        answer = f"({_no_answer(self.reason)})"
        if agent:
            cut = ", interrupted" if agent.interrupted else ""
            answer = f'{_seconds(agent.first_audible)}  "{agent.text}"{cut}'
        tools = "".join(f"  [{call}]" for call in self.tools)
        waited = _seconds(self.latency.voice_to_voice)
        return f"turn {self.index}: {said} → {answer}{tools}  voice-to-voice {waited}"


def _no_answer(reason: str | None) -> str:
    return f"no answer: {reason}" if reason else "no answer"


def _cells(texts: Iterable[str]) -> str:
    return "".join(f'<td style="text-align:left">{escape(text)}</td>' for text in texts)


def _span(start_s: float | None, end_s: float | None) -> str:
    return f"{_seconds(start_s)} to {_seconds(end_s)}"


def _seconds(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f} s"


def _duration(value: float | None) -> str:
    """As the Studio writes it: in milliseconds where two decimals of a second would say little."""
    brief = value is not None and 0.0 <= value < 0.0995
    return f"{1000.0 * (value or 0.0):.0f} ms" if brief else _seconds(value)
