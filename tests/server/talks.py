"""Drives a conversation without I/O: a clock that stands still, and everybody's part in it."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
import numpy as np

from livekit_nb.server.hearing.activity import CHUNK
from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.conversation import Conversation
from livekit_nb.server.thinking.manner import USUAL, Manner
from livekit_nb.wire import messages as m
from tests.server.setups import CAPTIONS

CHUNK_S = CHUNK / 16_000


def loudness(samples):
    """Stand in for the activity model: loud is speech."""
    return float(np.abs(samples).mean() > 0.1)


@dataclass
class Plan:
    """What the thinker decided."""

    say: str = ""
    calls: tuple = ()
    thought: str = ""
    asks: bool = False
    manner: Manner = USUAL
    declined: bool = False


@dataclass
class Call:
    name: str
    args: dict = field(default_factory=dict)


class Talk:
    """One conversation with its client, recogniser, thinker and voice played by the test."""

    def __init__(self, setup: m.Setup | dict | None = None, **options):
        self.now = 100.0
        self.conversation = Conversation(loudness, **options)
        self.todo: list[do.Action] = []
        self.sent: list[dict] = []
        self.answered: set[str] = set()
        self.closed: tuple[int, str] | None = None
        self.messages = 0
        if setup is not None:
            self.setup(setup)

    # the client -------------------------------------------------------------------------------

    def setup(self, setup):
        if isinstance(setup, dict):
            setup = msgspec.convert({"model": "models/gemini-3.8-live"} | setup, m.Setup)
        self.receive(setup=setup)

    def receive(self, **message):
        self.messages += 1
        self.take(self.conversation.receive(m.ClientMessage(**message), self.now))

    def realtime(self, **data):
        self.receive(realtime_input=m.RealtimeInput(**data))

    def audio(self, pattern: str, *, rate_hz=16_000):
        """Stream in real time, a chunk per character: ``#`` is speech, ``.`` silence."""
        for mark in pattern:
            samples = np.full(CHUNK * rate_hz // 16_000, 8000 if mark == "#" else 0, "<i2")
            self.realtime(
                audio=m.Blob(data=samples.tobytes(), mime_type=f"audio/pcm;rate={rate_hz}")
            )
            self.advance(CHUNK_S)

    def content(self, *texts, complete=True, role="user"):
        turns = [m.Content(role=role, parts=[m.Part(text=text)]) for text in texts]
        self.receive(client_content=m.ClientContent(turns=turns, turn_complete=complete))

    def tool_result(self, key, response=None, **fields):
        if not fields.get("will_continue"):
            self.answered.add(key)
        result = m.FunctionResponse(id=key, response=response or {"result": "ok"}, **fields)
        self.receive(tool_response=m.ToolResponse(function_responses=[result]))

    # the others -------------------------------------------------------------------------------

    def take(self, actions):
        for action in actions:
            if isinstance(action, do.Send):
                self.sent.append(msgspec.to_builtins(action.message))
            elif isinstance(action, do.Close):
                self.closed = action.code, action.reason
            else:
                self.todo.append(action)

    def pending(self, kind):
        return [action for action in self.todo if isinstance(action, kind)]

    def pop(self, kind):
        action = self.pending(kind)[0]
        self.todo.remove(action)
        return action

    def recognise(self, text="What's the weather in Paris?", completeness=1.0):
        key = self.pop(do.Recognise).key
        self.take(self.conversation.recognised(key, text, completeness, self.now))

    def plan(self, say="", *calls, **told):
        job = self.todo[
            next(i for i, a in enumerate(self.todo) if isinstance(a, do.Hear | do.Weigh))
        ]
        self.todo.remove(job)
        self.take(self.conversation.planned(job.reply, Plan(say, calls, **told), self.now))
        return job

    def speak(self, seconds=1.0):
        job = self.pop(do.Speak)
        pcm = bytes(2 * int(24_000 * seconds))
        self.take(self.conversation.voiced(job.reply, pcm, job.text, self.now))
        self.take(self.conversation.voiced_all(job.reply, self.now))
        return job

    def advance(self, seconds):
        """Let time pass, with the timer going off when it is asked to."""
        until = self.now + seconds
        while (wake_at := self.conversation.wake_at) is not None and wake_at <= until:
            self.now = max(self.now, wake_at) + 1e-6
            self.take(self.conversation.tick(self.now))
        self.now = until

    # what came out -----------------------------------------------------------------------------

    def kinds(self):
        """Kinds of the messages sent, in order, equal neighbours as one."""
        found = []
        for message in self.sent:
            content = message.get("serverContent")
            names = list(content) if content is not None else list(message)
            for name in names:
                if not found or found[-1] != name:
                    found.append(name)
        return found

    def calls(self):
        return [
            call
            for message in self.sent
            for call in message.get("toolCall", {}).get("functionCalls", [])
        ]

    def open_calls(self):
        """Ids of the calls that were sent and neither answered by us nor cancelled."""
        cancelled = [
            key
            for message in self.sent
            for key in message.get("toolCallCancellation", {}).get("ids", [])
        ]
        done = {*self.answered, *cancelled}
        return [call["id"] for call in self.calls() if call["id"] not in done]

    def audio_s(self):
        return sum(
            len(part["inlineData"]["data"]) * 3 / 4 / 48_000
            for message in self.sent
            for part in message.get("serverContent", {}).get("modelTurn", {}).get("parts", [])
        )

    def asked(self, text="What's the weather in Paris?"):
        """Let the user say something and the recogniser understand it."""
        self.audio("...#######......")
        self.recognise(text)
        self.audio("......")


def contents(talk, name):
    found = (message.get("serverContent", {}).get(name) for message in talk.sent)
    return [item for item in found if item is not None]


def speaking(setup=None, *, seconds=5.0, after=1.0):
    """A talk in which a reply has been playing for `after` seconds."""
    talk = Talk(CAPTIONS | (setup or {}))
    talk.asked()
    talk.plan("One two three four five six seven eight nine ten.")
    talk.speak(seconds)
    talk.advance(after)
    talk.sent.clear()
    return talk


def called(setup):
    talk = Talk(CAPTIONS | setup)
    talk.asked()
    talk.sent.clear()
    talk.plan("One moment.", Call("get_weather", {"city": "Paris", "a_b": 1}))
    return talk


def finishing(talk):
    """Speak whatever is to be spoken, and let it be heard to its end."""
    said = []
    while talk.pending(do.Speak):
        said.append(talk.speak(0.5).text)
    talk.advance(5.0)
    return said
