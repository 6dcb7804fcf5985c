"""What was said, as a chat endpoint is told it: bounded, and only what the user really heard.

A reply is planned, partly spoken, perhaps interrupted, and only then is known what was heard of it.
So every piece of a reply is a step that is *open* until it is settled by :meth:`History.spoken`.
Words that are ours and not the model's ("One moment.") are steps too, since they are heard, but the
model is not told of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Call", "History"]

MAX_EXCHANGES = 40
MAX_CHARACTERS = 24_000  #: about 6000 tokens; the oldest exchanges are forgotten first
MAX_RESULT_CHARACTERS = 8_000  #: of one tool's answer; the rest of it is cut off
NO_RESULT = '{"status": "no result yet"}'


@dataclass
class Call:
    """A tool call that was made."""

    id: str
    name: str
    arguments: str
    declared: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    result: str | None = None


@dataclass
class _Step:
    said: str = ""
    calls: list[Call] = field(default_factory=list)
    own: bool = False  # words of ours
    settled: bool = False


@dataclass
class _Exchange:
    asked: str = ""
    steps: list[_Step] = field(default_factory=list)

    @property
    def acted(self) -> bool:
        return any(call.result for step in self.steps for call in step.calls)

    @property
    def size(self) -> int:
        calls = (call for step in self.steps for call in step.calls)
        told = sum(len(call.arguments) + len(call.result or "") for call in calls)
        return len(self.asked) + sum(len(step.said) for step in self.steps) + told


class History:
    """The exchanges of one conversation, the oldest forgotten when there are too many."""

    def __init__(self) -> None:
        self._exchanges: list[_Exchange] = []

    def copy(self) -> History:
        """Return a history that goes on by itself."""
        return deepcopy(self)

    # What happens ---------------------------------------------------------------------------------

    def ask(self, text: str) -> None:
        """Begin an exchange with what the user said.

        When that begins with the last question, of whose answer nothing was heard and by which
        nothing was done, the user had only paused: then it takes that question's place.
        """
        last = self._exchanges[-1] if self._exchanges else None
        if last is not None and last.asked and not last.acted:
            heard = any(step.said and not step.own for step in last.steps)
            if not heard and text.startswith(last.asked):
                self._exchanges.pop()
        self._exchanges.append(_Exchange(text))
        self._shorten()

    def tell(self, text: str, *, own: bool = False) -> None:
        """Add words that go to the voice; `own` ones are not the model's."""
        step = self._open_step(own)
        step.said += text

    def call(self, calls: Sequence[Call]) -> None:
        """Add the tool calls with which the present answer pauses or ends."""
        self._open_step(own=False).calls.extend(calls)

    def answered(self, name: str, args: Mapping[str, Any], response: Mapping[str, Any]) -> None:
        """Add what a tool answered; what comes late, or again, is told as news.

        Parameters
        ----------
        name : str
            The tool, as the client declared it.
        args : mapping
            What it was called with.
        response : mapping
        """
        text = json.dumps(response, ensure_ascii=False, default=str)
        if len(text) > MAX_RESULT_CHARACTERS:
            text = f"{text[:MAX_RESULT_CHARACTERS]} ... (cut off)"
        last = self._exchanges[-1] if self._exchanges else _Exchange()
        waiting = [
            call
            for step in last.steps[-1:]
            for call in step.calls
            if call.declared == name and call.result is None
        ]
        same = [call for call in waiting if call.args == args]
        if same or waiting:
            (same or waiting)[0].result = text
            return
        shown = json.dumps(dict(args), ensure_ascii=False, default=str)
        self._exchanges.append(_Exchange(f"(The tool {name}{shown} has now answered: {text})"))
        self._shorten()

    def spoken(self, heard: str, interrupted: bool) -> None:
        """Settle the open steps: of their words, only those that were heard were said."""
        left = len(heard.split())
        for step in [step for exchange in self._exchanges for step in exchange.steps]:
            if step.settled:
                continue
            words = step.said.split()
            if interrupted or not heard:  # results that nobody is to hear of are not spoken
                step.said = " ".join(words[:left])
            left = max(0, left - len(words))
            step.settled = True

    def remember(self, role: str, text: str) -> None:
        """Add something said before the session."""
        if role == "user":
            self._exchanges.append(_Exchange(text))
        else:
            if not self._exchanges or self._exchanges[-1].steps:
                self._exchanges.append(_Exchange())
            self._exchanges[-1].steps.append(_Step(text, settled=True))
        self._shorten()

    def forget(self, kept: int) -> None:
        """Forget everything before the user's last `kept` turns."""
        asked = [at for at, item in enumerate(self._exchanges) if item.asked]
        if len(asked) > kept:
            del self._exchanges[: asked[-kept] if kept else len(self._exchanges)]

    def forget_half(self) -> bool:
        """Forget the older half; return False when there is only one exchange left."""
        if len(self._exchanges) < 2:
            return False
        del self._exchanges[: len(self._exchanges) // 2]
        return True

    # What the model is told -----------------------------------------------------------------------

    def messages(self, note: str = "", picture_url: str = "") -> list[dict[str, Any]]:
        """Return the messages of a request, oldest first, without the system's.

        Parameters
        ----------
        note : str
            What the user did not say but the model is to know of this moment.
        picture_url : str
            A picture for the last question, as a ``data:`` address.
        """
        out: list[dict[str, Any]] = []
        for number, exchange in enumerate(self._exchanges, 1):
            if exchange.asked:
                asked = exchange.asked
                if note and number == len(self._exchanges):
                    asked = f"{asked}\n\n({note})"
                if out and out[-1]["role"] == "user":  # some templates refuse two in a row
                    asked = f"{out.pop()['content']}\n{asked}"
                out.append({"role": "user", "content": asked})
            for step in exchange.steps:
                out.extend(_step_messages(step))
        if picture_url:
            question = next((item for item in reversed(out) if item["role"] == "user"), None)
            if question is not None:
                question["content"] = [
                    {"type": "text", "text": question["content"]},
                    {"type": "image_url", "image_url": {"url": picture_url}},
                ]
        return out

    # ----------------------------------------------------------------------------------------------

    def _open_step(self, own: bool) -> _Step:
        if not self._exchanges:
            self._exchanges.append(_Exchange())
        steps = self._exchanges[-1].steps
        if not steps or steps[-1].settled or steps[-1].own != own or steps[-1].calls:
            steps.append(_Step(own=own))
        return steps[-1]

    def _shorten(self) -> None:
        while len(self._exchanges) > MAX_EXCHANGES:
            del self._exchanges[0]
        while len(self._exchanges) > 1 and sum(e.size for e in self._exchanges) > MAX_CHARACTERS:
            del self._exchanges[0]


def _step_messages(step: _Step) -> list[dict[str, Any]]:
    said = "" if step.own else step.said.strip()
    if not step.calls:
        return [{"role": "assistant", "content": said}] if said else []
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in step.calls
    ]
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": call.result or NO_RESULT}
        for call in step.calls
    ]
    return [{"role": "assistant", "content": said or None, "tool_calls": calls}, *results]
