"""What a scenario is made of, and what comes of it when a client has played it.

A scenario is a list of steps which every client can take, whatever its language: plain JSON, with
configuration spelled as the official clients' own types spell it (camelCase). Each function here
makes a step; ``client.py`` and ``client.mjs`` carry it out with their client's methods.

What a client was told is a log of entries, one of

* ``{"connected": true}``: the client says that the session is open,
* ``{"message": …}``: a message as the client handed it out, in camelCase,
* ``{"close": {"code", "reason"}}``: the server closed; ``refused`` beside it or alone holds the
  words with which the client gave up connecting,
* ``{"token": …}``: an ephemeral token was made,
* ``{"step": n}``: step n of the scenario was taken,
* ``{"failed": …}``: a step could not be taken; the scenario ends there.
"""

from __future__ import annotations

import base64
import functools
import itertools
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Step = dict[str, Any]
NEWEST = "gemini-3.8-live"
SILENCE_S = 1.0  #: after what is said, enough for every pause that ends a turn


@dataclass(frozen=True)
class Scenario:
    """Something that must work with every client.

    Attributes
    ----------
    name : str
    asserts : str
        What it asserts, for people.
    steps : list of dict
    check : callable
        Takes a :class:`Run` and fails if it is not as it must be.
    cannot : dict of str to str
        Which clients cannot express it, and why.
    limited : bool
        Whether it needs the server whose connections end soon.
    """

    name: str
    asserts: str
    steps: list[Step]
    check: Callable[[Run], None]
    cannot: dict[str, str] = field(default_factory=dict)
    limited: bool = False


# Steps -------------------------------------------------------------------------------------------


def connect(setup: dict[str, Any] | None = None, *, model: str = NEWEST, **how: bool) -> Step:
    """Open a session; ``resume=True`` with the last handle, ``token=True`` with the token made."""
    config = {"responseModalities": ["AUDIO"], **(setup or {})}
    return {"do": "connect", "model": model, "setup": config, **how}


def close() -> Step:
    """Leave the session."""
    return {"do": "close"}


def mint(**config: Any) -> Step:
    """Make an ephemeral token."""
    return {"do": "mint", "config": config}


def text(words: str) -> Step:
    """Type something as realtime input."""
    return {"do": "text", "text": words}


def content(*turns: tuple[str, str], complete: bool = True) -> Step:
    """Give whole turns, each a role and its words."""
    said = [{"role": role, "parts": [{"text": words}]} for role, words in turns]
    return {"do": "content", "turns": said, "complete": complete}


def listen() -> Step:
    """Switch the microphone on: from now on audio is sent in real time, without a pause."""
    return {"do": "listen"}


def say(clip: str, *, silence_s: float = SILENCE_S, rate_hz: int = 16_000) -> Step:
    """Say something: into the microphone if it is on, else as fast as the client sends."""
    return {"do": "say", "clip": clip, "silence_s": silence_s, "rate_hz": rate_hz}


def show(picture: str) -> Step:
    """Send one video frame."""
    return {"do": "show", "picture": picture}


def media_chunk(clip: str) -> Step:
    """Say something in the deprecated way."""
    return {"do": "media_chunk", "clip": clip}


def mark(edge: str) -> Step:
    """Send ``activityStart``, ``activityEnd`` or ``audioStreamEnd``."""
    return {"do": "mark", "edge": edge}


def respond(response: dict[str, Any], **fields: Any) -> Step:
    """Answer the calls of the last ``toolCall``."""
    return {"do": "respond", "response": response, **fields}


def update(**what: Any) -> Step:
    """Change ``instructions`` or ``tools``."""
    return {"do": "update", **what}


def wait(path: str) -> Step:
    """Wait for a message with something at this path, or for ``"close"``."""
    return {"do": "wait", "path": path}


def hear(audio_s: float) -> Step:
    """Wait until so much more of the model's speech has come."""
    return {"do": "wait", "audio_s": audio_s}


def turn() -> Step:
    """Wait until the model's turn is complete."""
    return wait("serverContent.turnComplete")


def called() -> Step:
    """Wait for a call of a tool."""
    return wait("toolCall")


def handle() -> Step:
    """Wait for a handle to resume with."""
    return wait("sessionResumptionUpdate.newHandle")


# What came of it ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """Some messages, in the order in which the client handed them out."""

    messages: Sequence[dict[str, Any]]

    def _contents(self, name: str) -> list[Any]:
        found = (message.get("serverContent", {}).get(name) for message in self.messages)
        return [item for item in found if item is not None]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """What the model's turn consists of."""
        turns = self._contents("modelTurn")
        return [part for item in turns for part in item.get("parts") or []]

    @functools.cached_property
    def audio(self) -> bytes:
        """The model's speech: s16le, 24 kHz."""
        blobs = [part["inlineData"] for part in self.parts if "inlineData" in part]
        assert {blob["mimeType"] for blob in blobs} <= {"audio/pcm;rate=24000"}
        plain = (blob["data"].translate(str.maketrans("-_", "+/")) for blob in blobs)
        return b"".join(base64.b64decode(data, validate=True) for data in plain)

    @property
    def seconds(self) -> float:
        """Length of the model's speech."""
        return len(self.audio) / 48_000

    @property
    def said(self) -> str:
        """What the model said, by its transcript."""
        return "".join(item["text"] for item in self._contents("outputTranscription"))

    @property
    def heard(self) -> str:
        """What the user said, by the server's transcript."""
        return "".join(item["text"] for item in self._contents("inputTranscription"))

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """Calls of tools: names and arguments."""
        groups = (message.get("toolCall", {}) for message in self.messages)
        calls = [call for group in groups for call in group.get("functionCalls", [])]
        return [(call["name"], call.get("args", {})) for call in calls]

    @property
    def marks(self) -> list[str]:
        """What tells how turns went: interruptions, ends, cancellations, in order."""
        names = ("interrupted", "generationComplete", "turnComplete")
        found = []
        for message in self.messages:
            if "toolCallCancellation" in message:
                found.append("toolCallCancellation")
            held = message.get("serverContent", {})
            found += [name for name in names if held.get(name)]
        return found

    def all(self, name: str) -> list[Any]:
        """Return what came under this top-level name."""
        return [message[name] for message in self.messages if name in message]

    def contents(self, name: str) -> list[Any]:
        """Return what came under this name in ``serverContent``."""
        return self._contents(name)

    @property
    def usage(self) -> dict[str, Any]:
        """The last count of tokens."""
        return self.all("usageMetadata")[-1]


@dataclass(frozen=True)
class Run:
    """What a client was told while it played a scenario."""

    log: list[dict[str, Any]] = field(repr=False)
    client: str = ""

    @property
    def all(self) -> Told:
        """Everything."""
        return Told([entry["message"] for entry in self.log if "message" in entry])

    @property
    def turns(self) -> list[Told]:
        """The model's turns, each up to its ``turnComplete``; without what came after the last."""
        turns, messages = [], []
        for message in self.all.messages:
            messages.append(message)
            if message.get("serverContent", {}).get("turnComplete"):
                turns.append(Told(messages))
                messages = []
        return turns

    def before(self, step: int) -> Told:
        """What came before this step of the scenario was taken."""
        entries = itertools.takewhile(lambda entry: entry.get("step") != step, self.log)
        return Told([entry["message"] for entry in entries if "message" in entry])

    @property
    def close(self) -> tuple[int, str]:
        """With which code and reason the server closed, last."""
        closes = [entry["close"] for entry in self.log if "close" in entry]
        return closes[-1]["code"], closes[-1]["reason"]

    @property
    def refused(self) -> str:
        """The words with which the client gave up connecting, last; empty if it has none."""
        told = [entry["refused"] for entry in self.log if "refused" in entry]
        return told[-1] if told else ""

    @property
    def connected(self) -> int:
        """How many sessions were opened."""
        return sum("connected" in entry for entry in self.log)

    @property
    def outline(self) -> str:
        """What happened, without sound."""
        return "\n".join(_shortened(entry) for entry in self.log)

    @property
    def failure(self) -> str | None:
        """Why a step could not be taken, if one could not."""
        told = [entry["failed"] for entry in self.log if "failed" in entry]
        return told[0] if told else None


def _shortened(entry: dict[str, Any]) -> str:
    return re.sub(r'"data": "[^"]+"', '"data": "…"', json.dumps(entry, ensure_ascii=False))


def words(said: str) -> set[str]:
    """Words and numbers of a text, in lower case."""
    return set(re.findall(r"[a-z0-9]+", said.lower()))
