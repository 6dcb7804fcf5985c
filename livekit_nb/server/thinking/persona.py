"""Who the server plays: a name and a role taken from the client's system instructions."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(
    r"(?:[Yy]our name is|[Yy]ou are called|[Yy]ou're called|[Cc]all yourself|[Yy]ou are named|"
    r"[Aa]ct as|[Yy]ou are|[Yy]ou're|[Nn]ame:|\b(?:an?|the) (?:\w+ ){1,4}(?:called|named))"
    r"\s+['\"]?([A-Z][\w'-]*(?:\s[A-Z][\w'-]*)?)"
)
_ROLE = re.compile(
    r"(?:\b[Yy]ou are|\b[Yy]ou're|\b[Aa]ct as|\b[Pp]lay|,)\s+((?:an?|the)\s[^.,;:!\n]{3,80})"
)
_HELLO = re.compile(
    r"\b(?:[Gg]reet|[Ss]ay hello|[Aa]nswer the phone|[Bb]egin|[Ss]tart|[Oo]pen|[Ww]elcome)\b"
    r"[^.\n]*?(?:with|by saying|saying|:|as follows)[^.\n]{0,24}?[\"'\u201c\u2018]"
    r"([^\"\u201d\n]{2,120}?)[\"'\u201d\u2019](?!\w)"
)
_ADDRESSED = re.compile(
    r"\b(?:[Cc]all|[Aa]ddress) (?:the |your )?(?:user|caller|customer|guest|client|person|me) "
    r"(?:as )?[\"'\u201c]?"
    r"((?!back\b|by\b|when\b|if\b|and\b|with\b|politely\b|formally\b|before\b)\w+)"
)
_NO_NAMES = frozenset({"A", "An", "The", "Not", "I", "Very", "You", "Your"})


@dataclass(frozen=True, slots=True)
class Persona:
    """Name and role ("a friendly travel desk") of the agent, each ``""`` when not given."""

    name: str = ""
    role: str = ""
    hello: str = ""
    """Words to greet with, when the instructions say which."""
    addressed: str = ""
    """What the user is to be called, when they say so."""

    @classmethod
    def from_instructions(cls, instructions: str) -> Persona:
        """Read name and role from system instructions in plain English."""
        name = ""
        for match in _NAME.finditer(instructions):
            if match.group(1).split()[0] not in _NO_NAMES:
                name = match.group(1)
                break
        found = _ROLE.search(instructions)
        role = (
            re.split(r"\b(?:who|that|which|and you|named|called)\b", found.group(1))[0]
            if found
            else ""
        )
        hello, addressed = _HELLO.search(instructions), _ADDRESSED.search(instructions)
        return cls(
            name,
            role.strip(),
            hello.group(1).strip() if hello else "",
            addressed.group(1) if addressed else "",
        )

    def greeting(self) -> str:
        """Say hello as this persona."""
        if self.hello:
            return self.hello if self.hello[-1] in ".!?" else f"{self.hello}."
        if self.name:
            return f"Hello, this is {self.name}."
        if self.role:
            return f"Hello, this is {re.sub(r'^an? ', 'the ', self.role)}."
        return "Hello."

    def introduction(self) -> str:
        """Say who is answering: the persona first, then honestly what is behind it."""
        honest = "a small voice assistant, the local practice server of livekit_nb, not Gemini"
        if self.name and self.role:
            return f"I am {self.name}, {self.role}. Behind that, I am {honest}."
        if self.name:
            return f"I am {self.name}. Behind that name, I am {honest}."
        if self.role:
            return f"I am {self.role}. Behind that, I am {honest}."
        return f"I am {honest}."
