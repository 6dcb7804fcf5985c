"""What is to go wrong in a conversation, and when: fault plans, for practising and for tests.

A plan belongs to a *conversation*, which may need several connections. It holds faults, each with
the moment at which it strikes, and one impairment each way, which lasts as long as the connection.
The embedded server carries it out (:mod:`livekit_nb.server.faults`); everything by chance in it is
drawn from the plan's seed, so the same plan does the same again.

People write a plan as keyword arguments of :func:`faults` or as a TOML file, between processes it
travels as JSON. ``docs/faults.md`` explains every kind with an example.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from livekit_nb.errors import SettingsError
from livekit_nb.wire.fault_chance import random_fault, random_impairment
from livekit_nb.wire.fault_kinds import KINDS, Burst, Fault, Impairment, Part

__all__ = [
    "CONNECTION_HEADER",
    "FAULTS_HEADER",
    "FAULTS_PATH",
    "KINDS",
    "SESSION_HEADER",
    "Burst",
    "Fault",
    "FaultPlan",
    "Impairment",
    "faults",
]

FAULTS_HEADER: Final = "x-livekit-nb-faults"
"""Upgrade header with a plan as base64url of its JSON."""

CONNECTION_HEADER: Final = "x-livekit-nb-connection"
"""Upgrade header: which connection of its conversation this is, from 1."""

SESSION_HEADER: Final = "x-livekit-nb-session"
"""Header with the id which a client chose for its conversation."""

FAULTS_PATH: Final = "/livekit-nb/faults"
"""Where a plan is posted for a conversation that is going on."""


MAX_FAULTS = 64
# What a plain number is for those that concern an answer, or none; for the others it is `at_s`.
_PLAIN: Final = {
    "silent_turn": "turn",
    "phantom_interrupted": "turn",
    "duplicate_tool_call": "turn",
    "slow_setup": "for_s",
}
MAX_HEADER = 32_768  #: characters of a plan in a header


class FaultPlan(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is to go wrong in one conversation.

    Attributes
    ----------
    seed : int
        All chance is drawn from it.
    faults : tuple of Fault
    up, down : Impairment
        What happens to everything from the client to the server, and back.
    """

    seed: int = 0
    faults: tuple[Fault, ...] = ()
    up: Impairment = Impairment()
    down: Impairment = Impairment()

    def __post_init__(self) -> None:
        if len(self.faults) > MAX_FAULTS:
            raise SettingsError(
                f"A plan holds up to {MAX_FAULTS} faults, not {len(self.faults)}; make several."
            )

    def for_connection(self, connection: int | None) -> FaultPlan:
        """Return what of it concerns one connection; see :meth:`Fault.strikes`."""
        kept = tuple(fault for fault in self.faults if fault.strikes(connection))
        return msgspec.structs.replace(self, faults=kept)

    @property
    def nothing(self) -> bool:
        """Whether nothing goes wrong."""
        return not self.faults and self.up.nothing and self.down.nothing

    def __bool__(self) -> bool:
        return not self.nothing

    # To and fro -----------------------------------------------------------------------------------

    def to_json(self) -> bytes:
        """Return the plan as JSON."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, text: bytes | str) -> FaultPlan:
        """Read a plan.

        Raises
        ------
        SettingsError
            If it is none, with the remedy.
        """
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as problem:
            raise _unreadable("The plan", problem) from None

    @classmethod
    def from_toml(cls, text: str) -> FaultPlan:
        """Read a plan as people write it, see ``docs/faults.md``; errors as above."""
        try:
            return cls.from_mapping(tomllib.loads(text))
        except tomllib.TOMLDecodeError as problem:
            raise SettingsError(
                f"The plan is no TOML: {problem}. Every fault begins with a line [[faults]]."
            ) from None

    @classmethod
    def from_mapping(cls, plan: Mapping[str, Any]) -> FaultPlan:
        """Read a plan from dictionaries and lists. Errors as of :meth:`from_json`."""
        try:
            return msgspec.convert(plan, cls)
        except msgspec.ValidationError as problem:
            raise _unreadable("The plan", problem) from None

    @classmethod
    def load(cls, path: str | Path) -> FaultPlan:
        """Read a TOML file. Errors as of :meth:`from_json`."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeError) as problem:
            words = problem.strerror if isinstance(problem, OSError) else "it is no UTF-8 text"
            raise SettingsError(f"The plan {str(path)!r} cannot be read ({words}).") from None
        return cls.from_toml(text)

    def to_header(self) -> str:
        """Return the plan for :data:`FAULTS_HEADER`."""
        return base64.urlsafe_b64encode(self.to_json()).decode().rstrip("=")

    @classmethod
    def from_header(cls, value: str) -> FaultPlan:
        """Read :data:`FAULTS_HEADER`. Errors as of :meth:`from_json`."""
        if len(value) > MAX_HEADER:
            raise SettingsError("The plan is too long for a header; use fewer faults.")
        try:
            text = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise SettingsError(f"{FAULTS_HEADER} is base64url of a plan's JSON.") from None
        return cls.from_json(text)

    # By chance ------------------------------------------------------------------------------------

    @classmethod
    def random(
        cls,
        seed: int,
        *,
        duration_s: float = 60.0,
        connections: int = 3,
        kinds: Iterable[str] = tuple(KINDS),
        impaired: bool = True,
    ) -> FaultPlan:
        """Return a plan by chance; the same seed gives the same plan.

        Parameters
        ----------
        seed : int
        duration_s : float
            Faults strike within so many seconds of a connection.
        connections : int
            How many connections of the conversation get one fault, or two.
        kinds : iterable of str
            Which kinds may occur.
        impaired : bool
            Whether the network is bad, too (two times of three).
        """
        chance = Random(f"plan/{seed}")  # noqa: S311 (a simulation)
        names = list(kinds)
        made: list[Fault] = []
        for number in range(1, connections + 1):
            made.extend(
                random_fault(chance, chance.choice(names), number, duration_s)
                for _ in range(chance.choice((1, 1, 2)))
            )
        bad = impaired and chance.random() < 2 / 3
        up, down = (random_impairment(chance) if bad else Impairment() for _ in range(2))
        return cls(seed=seed, faults=tuple(made), up=up, down=down)


def _unreadable(what: str, problem: Exception) -> SettingsError:
    """Say what is wrong with a plan; msgspec puts the place behind our own words."""
    first = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    words, _, place = first.partition(" - at `$")
    words = words.rstrip(".")
    where = f" (at {place.rstrip('`').lstrip('.')})" if place.strip("`") else ""
    return SettingsError(f"{what} cannot be read{where}: {words}. docs/faults.md shows one.")


def faults(
    plan: str | Path | Mapping[str, Any] | None = None,
    /,
    *,
    seed: int = 0,
    up: Mapping[str, Any] | Impairment | None = None,
    down: Mapping[str, Any] | Impairment | None = None,
    **what: Any,
) -> FaultPlan:
    """Say what is to go wrong in a conversation with the local server.

    Parameters
    ----------
    plan : path or mapping, optional
        A TOML file, or a plan as dictionaries; what else is told is added to it.
    seed : int
        All chance is drawn from it.
    up, down : mapping or Impairment, optional
        What the network does on the way to the server, and back: ``delay_s``, ``jitter_s``,
        ``loss``, ``burst``, ``bandwidth_bps``.
    **what
        ``kind=…``: a number is the moment (``turn``, the agent's n-th answer, for ``silent_turn``,
        ``phantom_interrupted`` and ``duplicate_tool_call``, which happen to answers; the seconds
        of a ``slow_setup``; otherwise ``at_s``), ``True`` is for kinds without one, a dictionary
        tells all (``drop={"at_byte": 50_000}``), and a list holds several. ``delay_s=`` and the
        other names of an impairment hold for both ways.

    Returns
    -------
    FaultPlan

    Raises
    ------
    SettingsError
        If there is no such fault, or it cannot strike so; with the remedy.

    Examples
    --------
    >>> faults(go_away=20, silent_turn=2, delay_s=0.08, loss=0.01).faults[0].kind
    'go_away'
    """
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise SettingsError(f"seed= is a whole number, not {type(seed).__name__}.")
    base = _base(plan)
    both = {name: what.pop(name) for name in Impairment.__struct_fields__ if name in what}
    made = [fault for kind, told in what.items() for fault in _told(kind, told)]
    ways: dict[str, Impairment] = {}
    for way, told in (("up", up), ("down", down)):
        ways[way] = _impairment(getattr(base, way), both, told)
    return FaultPlan(seed=seed or base.seed, faults=(*base.faults, *made), **ways)


def _base(plan: str | Path | Mapping[str, Any] | None) -> FaultPlan:
    if plan is None:
        return FaultPlan()
    if isinstance(plan, Mapping):
        return FaultPlan.from_mapping(plan)
    if plan == "":
        raise SettingsError("The path of the plan is empty; it is to be that of a TOML file.")
    if isinstance(plan, str | Path):
        return FaultPlan.load(plan)
    raise SettingsError(
        f"A plan is the path of a TOML file or a dictionary, not {type(plan).__name__}. Single "
        "faults are told by name: live.faults(drop=5.0)."
    )


def _impairment(
    base: Impairment, both: Mapping[str, Any], told: Mapping[str, Any] | Impairment | None
) -> Impairment:
    if isinstance(told, Impairment):
        told = {name: getattr(told, name) for name in told.__struct_fields__}
    fields = {name: getattr(base, name) for name in base.__struct_fields__}
    try:
        return msgspec.convert({**fields, **both, **(told or {})}, Impairment)
    except msgspec.ValidationError as problem:
        raise _unreadable("The impairment", problem) from None


def _fitting(name: object, kind: str) -> str:
    triggers, _, own = KINDS[kind]
    known = [*triggers, *own, *(["direction"] if "at_byte" in triggers else []), "connection"]
    near = difflib.get_close_matches(str(name), known, n=1)
    return f" Did you mean {near[0]!r}?" if near else f" It takes {', '.join(known)}."


def _told(kind: str, told: Any) -> list[Fault]:
    if isinstance(told, list | tuple):
        return [fault for one in told for fault in _told(kind, one)]
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, [*KINDS, *Impairment.__struct_fields__], n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise SettingsError(f"There is no fault {kind!r}; there are {', '.join(KINDS)}.{meant}")
    if told is False or told is None:
        return []
    if isinstance(told, Mapping):
        fields = dict(told)
    elif told is True:
        fields = {}
    elif isinstance(told, int | float):
        fields = {_PLAIN.get(kind, "at_s"): told}
        if "turn" in fields and not isinstance(told, int):
            raise SettingsError(
                f"{kind}= counts the agent's answers from 1, so {told:g} is none. "
                f"{kind}={{'at_s': …}} would be a time, if it can strike at one."
            )
    else:
        raise SettingsError(
            f"{kind}= takes a number, True, a dictionary, or a list of them, not "
            f"{type(told).__name__}."
        )
    for name in fields:
        if name not in Fault.__struct_fields__ or name == "kind":
            raise SettingsError(f"{kind}={{…}} does not know {name!r}.{_fitting(name, kind)}")
    try:
        return [msgspec.convert({"kind": kind, **fields}, Fault)]
    except msgspec.ValidationError as problem:
        raise _unreadable(f"The fault {kind}", problem) from None
