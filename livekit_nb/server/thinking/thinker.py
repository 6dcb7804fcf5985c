"""The brain of the embedded server: what was heard goes in, words to say or tools to call come out.

An utterance is tried, in this order, as an answer to a question just asked, as sure small talk, as
one or several requests for the client's tools, as a follow-up to the last calls, as a question
about the camera's picture, as other small talk, as a question about what the instructions tell;
what is left is declined honestly.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from livekit_nb.server.thinking import mood
from livekit_nb.server.thinking.addressing import Situation, is_addressed, waits_for_its_name
from livekit_nb.server.thinking.answers import CANCEL, read_answer
from livekit_nb.server.thinking.asides import after_cutting_in
from livekit_nb.server.thinking.asking import question_for
from livekit_nb.server.thinking.choosing import Choice, Chooser
from livekit_nb.server.thinking.confirming import (
    agreed_to,
    is_refusal,
    needs_agreement,
    question_before,
    with_agreement,
)
from livekit_nb.server.thinking.declining import decline
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.followup import follow_up, inherit, is_repeat, place_of, refer_back
from livekit_nb.server.thinking.manner import told_manner
from livekit_nb.server.thinking.persona import Persona
from livekit_nb.server.thinking.plan import Plan, PlannedCall, Scene, ToolResult
from livekit_nb.server.thinking.repairs import mended
from livekit_nb.server.thinking.results import speak, told_apart
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.several import answers_in_order, parts_of
from livekit_nb.server.thinking.sight import answer_about_sight
from livekit_nb.server.thinking.skills import converted
from livekit_nb.server.thinking.smalltalk import Talk, answer_asked, answer_first, answer_later
from livekit_nb.server.thinking.spelling import joined_spelling
from livekit_nb.server.thinking.told import Told
from livekit_nb.server.thinking.tool import Parameter, Tool
from livekit_nb.server.thinking.understanding import CALL_LIMIT, understand
from livekit_nb.server.thinking.words import Utterance

_TRIES = 2
_CHAT_ANCHOR = 0.7
_OTHER_ANCHOR = 0.5
_HISTORY_LIMIT = 20


@dataclass
class _Pending:
    """A request that waits for an argument."""

    tool: Tool
    values: dict[str, list[Any]]
    asked: Parameter
    tries: int = 0


class Thinker:
    """Decides what to say and which tools to call in one conversation.

    Parameters
    ----------
    instructions : str
        The client's system instructions; name and role are taken from them.
    tools : Sequence of Tool
        The client's declared tools.
    clock : Callable returning datetime
        Local time, for dates, times and "what time is it".
    """

    def __init__(
        self,
        *,
        instructions: str = "",
        tools: Sequence[Tool] = (),
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._clock = clock
        self._chooser = Chooser(tools)
        self._tools = {tool.name: tool for tool in self._chooser.tools}
        persona = Persona.from_instructions(instructions)
        manner = told_manner(instructions)
        self._talk = Talk(persona, self._chooser.tools, clock(), manner)
        self._by_name = waits_for_its_name(instructions)
        self._overhears = False  # whether what was said last was not meant for it
        self._pending: _Pending | None = None
        self._last: tuple[PlannedCall, ...] = ()
        self._place = ""
        self._recent: dict[str, PlannedCall] = {}
        self._owed = ""  # what is to be said when the tools have answered
        self._told = Told(instructions)
        self._asks_first = frozenset(
            tool.name for tool in self._chooser.tools if needs_agreement(tool, instructions)
        )
        self._unagreed: tuple[PlannedCall, ...] = ()

    def twin(self) -> Thinker:
        """Return a thinker that knows the same and goes on by itself; the tools are shared."""
        twin = copy.copy(self)
        twin._talk = replace(self._talk, heard_before=list(self._talk.heard_before))
        if self._pending is not None:
            values = {name: list(found) for name, found in self._pending.values.items()}
            twin._pending = replace(self._pending, values=values)
        return twin

    @property
    def waits_for(self) -> Tool | None:
        """The tool of a request that still lacks an argument we asked for, if any."""
        return self._pending.tool if self._pending is not None else None

    @property
    def lacks(self) -> tuple[str, str] | None:
        """That tool's name, and the name of the argument that was asked for."""
        if self._unagreed:
            return self._unagreed[0].name, "the user's confirmation"
        return (self._pending.tool.name, self._pending.asked.name) if self._pending else None

    @property
    def confirms(self) -> tuple[PlannedCall, ...]:
        """The calls that are only made once the person has agreed to them."""
        return self._unagreed

    @property
    def tool_count(self) -> int:
        """How many tools are declared."""
        return len(self._tools)

    def hear(self, text: str, *, scene: Scene | None = None) -> Plan:
        """Decide what to do about an utterance.

        Parameters
        ----------
        text : str
            Recognised or typed English.
        scene : Scene, optional
            What the camera sees, None while it is off.

        Returns
        -------
        Plan
            Words to say, or calls to make; then the results go to `tool_results`.
        """
        utterance = Utterance(joined_spelling(after_cutting_in(text)))
        self._talk.now = self._clock()
        if not len(utterance):
            return Plan("Sorry, I did not catch that.")
        self._owed = ""
        plan = self._hear_agreement(utterance) if self._unagreed else None
        plan = plan or self._decide_each(utterance) or self._decide(utterance, scene)
        self._talk.turn += 1
        self._talk.heard_before = [*self._talk.heard_before, utterance.text][-_HISTORY_LIMIT:]
        if plan.calls:
            self._last = plan.calls
            for call in plan.calls:
                self._recent = {call.name: call} | {
                    k: v for k, v in self._recent.items() if k != call.name
                }
        return self._saying(plan)

    def tool_results(self, results: Sequence[ToolResult]) -> Plan:
        """Say what the tools answered, in the order given; then ask for what is still missing."""
        said: list[str] = []
        for result in results:
            sentence = speak(result, self._tools.get(result.name))
            if len(results) > 1:
                sentence = told_apart(sentence, result, results)
            if sentence not in said:
                said.append(sentence)
        if self._owed:
            said.append(self._owed)
            self._owed = ""
        if self._pending is not None:
            said.append(question_for(self._pending.tool, self._pending.asked))
        return self._saying(Plan(" ".join(said)))

    def spoken(self, text: str, interrupted: bool) -> None:
        """Note what the person really heard of the last reply.

        Parameters
        ----------
        text : str
            The words that were played.
        interrupted : bool
            Whether the person cut in; "go on" then continues where it stopped.
        """
        self._talk.unheard = ""
        reply = self._talk.last_reply
        heard = " ".join(text.split())
        if interrupted and reply.startswith(heard):
            rest = reply[len(heard) :].lstrip(" ,.;:")
            self._talk.unheard = rest[:1].upper() + rest[1:]

    def remember(self, role: str, text: str) -> None:
        """Take in what was said before this conversation began, without doing anything about it.

        Parameters
        ----------
        role : str
            ``"user"`` for the person, anything else for the agent.
        text : str
            What was said.
        """
        if role == "user":
            self.hear(text)
        else:
            self._saying(Plan(" ".join(text.split())))

    def looks_complete(self, text: str) -> float:
        """Return how finished an utterance reads, 0 to 1; see `mood.looks_complete`."""
        value = mood.looks_complete(text)
        waits = self._pending is not None or bool(self._unagreed)
        return max(value, 0.9) if waits and value >= 0.75 else value

    def is_meant(self, text: str, quiet_s: float | None) -> bool:
        """Tell whether an utterance was said to the agent; see `addressing`. To be asked once.

        Parameters
        ----------
        text : str
            What was recognised.
        quiet_s : float or None
            Seconds since the last reply, None before the first.
        """
        utterance = Utterance(after_cutting_in(text))
        situation = Situation(
            names=frozenset(self._talk.persona.name.lower().split()),
            quiet_s=quiet_s,
            asked=self._pending is not None or self._talk.last_reply.endswith("?"),
            continues=bool(self._talk.heard_before),
            fits=lambda: self._can_answer(utterance),
            company=self._overhears,
            by_name=self._by_name,
        )
        meant = is_addressed(utterance, situation)
        self._overhears = not meant
        return meant

    def _can_answer(self, utterance: Utterance) -> bool:
        """Tell whether a tool, or small talk that is asked for, is there for it."""
        talk = replace(self._talk)  # answers may change it
        told = mood.kind_of(utterance) == "statement"
        if answer_first(talk, utterance) or (not told and answer_asked(talk, utterance)):
            return True
        return bool(understand(self._chooser, utterance, self._clock()))

    # --- deciding --------------------------------------------------------------------------------

    def _saying(self, plan: Plan) -> Plan:
        if plan.say:
            self._talk.last_reply, self._talk.unheard = plan.say, ""
        return replace(plan, manner=self._talk.manner)

    def _decide_each(self, utterance: Utterance) -> Plan | None:
        """Answer several sentences one by one; None if they are one matter, or not all clear."""
        if self._pending is not None:
            return None
        parts = parts_of(self._talk, utterance.text)
        choices: list[Choice] = []
        for sentence, said in parts:
            wanted = understand(self._chooser, sentence, self._talk.now)
            if said is not None and all(_is_doubtful(choice) for choice in wanted):
                continue
            if not wanted or said is not None or any(choice.filling.missing for choice in wanted):
                return None
            choices += wanted
        answer = answers_in_order([said for _, said in parts if said is not None])
        if not choices:
            return Plan(answer) if answer else None
        self._owed = answer
        return self._carry_out(choices)

    def _decide(self, utterance: Utterance, scene: Scene | None) -> Plan:
        if self._pending is not None:
            plan = self._hear_answer(utterance)
            if plan is not None:
                return plan
        said = answer_first(self._talk, utterance)
        if said is not None and not self._is_tool_talk(utterance):
            return Plan(said)
        said = answer_about_sight(utterance.line, scene)
        if said is not None:
            return Plan(said)
        filling = mended(self._chooser, utterance, self._talk.now) if self._tools else None
        if filling is not None and not filling.missing:
            return self._calling(tuple(_planned(filling)[:CALL_LIMIT]))
        choices = understand(self._chooser, utterance, self._talk.now)
        if choices and all(_is_doubtful(choice) for choice in choices):
            said = answer_later(self._talk, utterance)
            if said is not None:
                return Plan(said)
        if choices and choices[0].filling.missing:
            calls = self._refer_back(utterance)
            if not calls and not choices[0].filling.values and self._last:
                tool = self._tools[self._last[-1].name]  # "and the kitchen" says nothing new
                if tool is not choices[0].tool and utterance.lows[0] == "and":
                    last = self._last_of_tool()
                    calls = tuple(follow_up(tool, last, utterance, self._talk.now)[:CALL_LIMIT])
            if calls:
                return self._calling(calls)
        if choices:
            return self._carry_out(choices)
        if self._last:
            if is_repeat(utterance):
                return self._calling(self._last)
            tool = self._tools[self._last[-1].name]
            changed = follow_up(tool, self._last_of_tool(), utterance, self._talk.now)
            if changed:
                return self._calling(tuple(changed[:CALL_LIMIT]))
        if calls := self._refer_back(utterance):
            return self._calling(calls)
        said = answer_later(self._talk, utterance)
        said = said or converted(utterance) or self._told.answer(utterance)
        return Plan(said or decline(self._talk, utterance))

    def _refer_back(self, utterance: Utterance) -> tuple[PlannedCall, ...]:
        """Apply "turn it off" to the latest call it fits."""
        for call in self._recent.values():
            calls = refer_back(self._tools[call.name], call, utterance, self._talk.now)
            if calls:
                return tuple(calls[:CALL_LIMIT])
        return ()

    def _last_of_tool(self) -> list[PlannedCall]:
        return [call for call in self._last if call.name == self._last[-1].name]

    def _is_tool_talk(self, utterance: Utterance) -> bool:
        """Tell whether a short order such as "stop" is rather for a tool."""
        if len(utterance) > 3 or not self._chooser.tools:
            return False
        best = self._chooser.choose(utterance, self._talk.now)[0]
        named = best.closeness >= 0.9 and not best.tool.slots
        return best.is_sure and (named or (best.anchor >= 0.75 and best.closeness >= 0.5))

    def _carry_out(self, choices: Sequence[Choice]) -> Plan:
        """Call what is complete; ask for the first missing argument of what is not."""
        calls: list[PlannedCall] = []
        for choice in choices:
            filling = choice.filling
            inherit(filling, calls or self._last, self._place)
            if filling.missing:
                if self._pending is None:
                    self._pending = _Pending(choice.tool, filling.values, filling.missing[0])
            else:
                calls += _planned(filling)
                self._place = place_of(choice.tool, calls[-1]) or self._place
        if calls or self._pending is None:
            return self._calling(tuple(calls[:CALL_LIMIT]))
        return Plan(question_for(self._pending.tool, self._pending.asked))

    def _calling(self, calls: tuple[PlannedCall, ...]) -> Plan:
        """Make the calls, but ask first about those that want the person's agreement."""
        self._unagreed = tuple(call for call in calls if call.name in self._asks_first)
        if not self._unagreed:
            return Plan(calls=calls)
        free = tuple(call for call in calls if call.name not in self._asks_first)
        tools = [self._tools[call.name] for call in self._unagreed]
        question = question_before(tools, self._unagreed)
        if not free:
            return Plan(question)
        self._owed = f"{self._owed} {question}".strip()
        return Plan(calls=free)

    # --- answers to our questions ----------------------------------------------------------------

    def _hear_agreement(self, utterance: Utterance) -> Plan | None:
        """Make the calls that were agreed to; None when the utterance is something else."""
        held, self._unagreed = self._unagreed, ()
        if agreed_to(utterance.line):
            return Plan(calls=tuple(with_agreement(self._tools[c.name], c) for c in held))
        if is_refusal(utterance.line):
            return Plan(self._talk.vary("All right, I leave it.", "Okay, never mind."))
        tool = self._tools[held[-1].name]
        best = self._chooser.choose(utterance, self._talk.now)[0]
        if best.is_sure and best.anchor >= _OTHER_ANCHOR and best.tool is not tool:
            return None
        twins = [call for call in held if call.name == tool.name]
        changed = follow_up(tool, twins, utterance, self._talk.now)
        if changed:
            others = tuple(call for call in held if call.name != tool.name)
            return self._calling((*others, *changed))
        said = answer_first(self._talk, utterance)
        if said is None:
            return None
        self._unagreed = held
        return Plan(said)

    def _hear_answer(self, utterance: Utterance) -> Plan | None:
        """Fill the waiting request; None when the utterance is something else."""
        pending = self._pending
        assert pending is not None
        if CANCEL.match(utterance.line) and not (
            role_of(pending.asked) == "boolean" and utterance.line in ("no", "nope")
        ):
            self._pending = None
            return Plan(self._talk.vary("All right, never mind.", "Okay, I leave it."))
        best = self._chooser.choose(utterance, self._talk.now)[0]
        given = read_answer(pending.tool, pending.asked, utterance.text, self._talk.now)
        is_short = mood.kind_of(utterance) == "fragment" and bool(given)
        is_other = best.is_sure and best.anchor >= 0.5 and len(utterance) > 2 and not is_short
        if is_other and best.tool is not pending.tool and not best.filling.missing:
            self._pending = None
            return None
        if is_other and best.tool is pending.tool and pending.asked.name in best.filling.values:
            values = best.filling.values
        else:
            said = answer_first(self._talk, utterance)
            if said is not None and role_of(pending.asked) not in ("body", "task", "query"):
                return Plan(f"{said} {question_for(pending.tool, pending.asked)}")
            if mood.kind_of(utterance) in ("opinion", "question") and len(utterance) > 3:
                is_text = role_of(pending.asked) in ("body", "query")
                if not is_text and not utterance.line.startswith(("what about", "how about")):
                    self._pending = None
                    return None
            values = given
        if not values:
            return self._ask_again(pending)
        pending.values.update(values)
        return self._complete(pending)

    def _ask_again(self, pending: _Pending) -> Plan | None:
        pending.tries += 1
        if pending.tries > _TRIES:
            self._pending = None
            return Plan("Sorry, I did not get it. Let's leave that.")
        return Plan(f"Sorry, I need to know. {question_for(pending.tool, pending.asked)}")

    def _complete(self, pending: _Pending) -> Plan:
        filling = Filling(pending.tool, Utterance(""), self._talk.now, values=pending.values)
        if filling.missing:
            self._pending = _Pending(pending.tool, pending.values, filling.missing[0])
            return Plan(question_for(pending.tool, filling.missing[0]))
        self._pending = None
        return self._calling(tuple(_planned(filling)[:CALL_LIMIT]))


def _is_doubtful(choice: Choice) -> bool:
    """Tell whether small talk that fits is the likelier reading."""
    is_clear = choice.anchor >= 0.9 and choice.closeness >= 0.5 and choice.agreement > 0
    return choice.anchor < _CHAT_ANCHOR or (bool(choice.filling.missing) and not is_clear)


def _planned(filling: Filling) -> list[PlannedCall]:
    return [PlannedCall(filling.tool.name, args) for args in filling.calls()]
