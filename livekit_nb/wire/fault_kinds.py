"""The parts of a fault plan: single faults, and what the network does to a connection.

Every part checks itself when it is made, and says the remedy when it is impossible.
"""

from __future__ import annotations

import math
from typing import Final, Literal

import msgspec

from livekit_nb.errors import SettingsError

__all__ = [
    "CLOSE", "KINDS", "SLOW_SETUP_S", "TIME_LEFT_S", "Burst", "Direction", "Fault", "Impairment",
    "Part",
]  # fmt: skip

MAX_SECONDS = 86_400.0
MAX_DELAY_S = 60.0
MIN_BANDWIDTH_BPS = 8_000.0

Direction = Literal["up", "down"]

_TIMED = ("at_s", "at_byte", "turn")

#: kind → (the triggers it may have, whether it needs one, its own fields)
KINDS: Final[dict[str, tuple[tuple[str, ...], bool, tuple[str, ...]]]] = {
    "go_away": (_TIMED, True, ("time_left_s",)),
    "drop": (_TIMED, True, ()),
    "close": (_TIMED, True, ("code", "reason")),
    "stall": (_TIMED, True, ("for_s",)),
    "garbage": (_TIMED, True, ()),
    "silent_turn": (("turn",), True, ()),
    "phantom_interrupted": (("at_s", "turn"), True, ()),
    "duplicate_tool_call": (("at_s", "turn"), False, ()),
    "slow_setup": ((), False, ("for_s",)),
    "no_setup": ((), False, ()),
    "refuse_handle": ((), False, ()),
}
"""The kinds of faults; see :class:`Fault`."""

_OWN = ("time_left_s", "code", "reason", "for_s")

TIME_LEFT_S: Final = 10.0
"""What ``go_away`` announces unless told otherwise; the service has been seen to say 50 s."""

CLOSE: Final = (1011, "Internal error encountered.")
"""What ``close`` closes with unless told otherwise."""

SLOW_SETUP_S: Final = 5.0


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a plan: what is not told has its default, what is unknown is refused.

    Its ``repr`` shows what is told.
    """

    def __repr__(self) -> str:
        held = ((item, getattr(self, item.name)) for item in msgspec.structs.fields(type(self)))
        told = (f"{item.name}={value!r}" for item, value in held if value != item.default)
        return f"{type(self).__name__}({', '.join(told)})"


class Burst(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Losses that come in bursts: the two states of Gilbert and Elliott, packet by packet.

    Attributes
    ----------
    p, r : float
        Probability that a packet ends the good state, and the bad one. A bad state lasts
        ``1 / r`` packets on average, and ``p / (p + r)`` of all packets fall into it.
    loss_good, loss_bad : float
        Share of packets lost in each state.
    """

    p: float
    r: float
    loss_good: float = 0.0
    loss_bad: float = 1.0

    def __post_init__(self) -> None:
        for name in ("p", "r"):
            value = getattr(self, name)
            if not 0.0 < value <= 1.0:
                raise SettingsError(
                    f"burst.{name} is a probability above 0 and up to 1, not {value:g}. A burst "
                    "every 100 packets which lasts 4 has p=0.01 and r=0.25."
                )
        for name in ("loss_good", "loss_bad"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise SettingsError(
                    f"burst.{name} is a share from 0 to 1, not {getattr(self, name):g}."
                )
        if self.loss_good >= 1.0 or (self.loss_bad >= 1.0 and self.r < 0.01):
            raise SettingsError(
                "With this burst next to nothing would ever get through. Lower loss_good, or let "
                "the bad state end sooner (r of 0.01 or more)."
            )


class Impairment(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one way of the connection does to everything on it.

    The Live API runs over TCP, so nothing is lost and order is kept: a lost packet is a late one,
    and whatever is behind it waits for it.

    Attributes
    ----------
    delay_s : float
        Seconds which every packet takes.
    jitter_s : float
        Up to so many seconds more, evenly distributed, each packet for itself.
    loss : float
        Share of packets lost independently of each other, 0 to 0.5; not together with `burst`.
    burst : Burst or None
        Losses in bursts.
    bandwidth_bps : float or None
        Bits per second that fit through, None for no limit. The voice of an agent needs about
        0.6 Mbit/s at its own speed, a microphone 0.4.
    """

    delay_s: float = 0.0
    jitter_s: float = 0.0
    loss: float = 0.0
    burst: Burst | None = None
    bandwidth_bps: float | None = None

    def __post_init__(self) -> None:
        for name in ("delay_s", "jitter_s"):
            value = getattr(self, name)
            if not 0.0 <= value <= MAX_DELAY_S:
                raise SettingsError(
                    f"{name} is in seconds, from 0 to {MAX_DELAY_S:g}, not {value:g}. 80 ms are "
                    f"{name}=0.08."
                )
        if not 0.0 <= self.loss <= 0.5:
            raise SettingsError(
                f"loss is a share from 0 to 0.5, not {self.loss:g}: 2 % are loss=0.02. Beyond a "
                "half TCP gets nothing through; use a drop or a stall."
            )
        if self.loss and self.burst is not None:
            raise SettingsError(
                "loss and burst are two ways to say the same; leave one out (burst.loss_good is "
                "what is lost outside of bursts)."
            )
        limit = self.bandwidth_bps
        if limit is not None and not MIN_BANDWIDTH_BPS <= limit < math.inf:
            raise SettingsError(
                f"bandwidth_bps is in bits per second, {MIN_BANDWIDTH_BPS:g} or more, not "
                f"{limit:g}; 1 Mbit/s is 1_000_000."
            )

    @property
    def nothing(self) -> bool:
        """Whether it changes nothing."""
        return self == Impairment()


class Fault(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that goes wrong once.

    Attributes
    ----------
    kind : str
        One of :data:`KINDS`.
    at_s : float or None
        Strikes so many seconds after the connection (or after the plan was injected).
    at_byte : int or None
        Strikes at this byte of the messages in `direction`, counted from 1.
    turn : int or None
        Strikes in the agent's n-th answer on the connection, counted from 1.
    direction : {"up", "down"}
        Whose bytes `at_byte` counts: ``down`` is from the server to the client.
    connection : int or None
        Which connection of the conversation, counted from 1; 0 for every one. None is the first
        one; for ``refuse_handle`` the second, since the first resumes nothing.
    time_left_s : float or None
        ``go_away``: seconds until the connection is ended after the announcement.
    code, reason : int, str, or None
        ``close``: what the connection is closed with.
    for_s : float or None
        ``stall``: how long the server is silent, None for good; ``slow_setup``: how long the
        setup takes.
    """

    kind: str
    at_s: float | None = None
    at_byte: int | None = None
    turn: int | None = None
    direction: Direction = "down"
    connection: int | None = None
    time_left_s: float | None = None
    code: int | None = None
    reason: str | None = None
    for_s: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise SettingsError(f"There is no fault {self.kind!r}; there are {', '.join(KINDS)}.")
        self._check_trigger()
        self._check_own()
        if self.connection is not None and self.connection < 0:
            raise SettingsError(
                f"connection counts from 1, and 0 means every one, so {self.connection} is none."
            )

    def _check_trigger(self) -> None:
        possible, needed, _ = KINDS[self.kind]
        told = [name for name in _TIMED if getattr(self, name) is not None]
        wrong = [name for name in told if name not in possible]
        if wrong:
            takes = f"takes {' or '.join(possible)}" if possible else "takes no moment"
            raise SettingsError(f"{self.kind} {takes}, so leave {wrong[0]} out.")
        if len(told) > 1 or (needed and not told):
            raise SettingsError(
                f"{self.kind} needs to know when: one of {', '.join(possible)}, "
                f"and {'here are ' + ' and '.join(told) if told else 'there is none'}."
            )
        if self.at_s is not None and not 0.0 <= self.at_s <= MAX_SECONDS:
            raise SettingsError(
                f"at_s is seconds since the connection began, 0 or more, not {self.at_s:g}."
            )
        for name in ("at_byte", "turn"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise SettingsError(f"{name} counts from 1, so {value} is none.")
        if self.direction != "down" and self.at_byte is None:
            raise SettingsError("direction says whose bytes at_byte counts; leave it out here.")

    def _check_own(self) -> None:
        own = KINDS[self.kind][2]
        for name in _OWN:
            if getattr(self, name) is not None and name not in own:
                takes = f"its own fields are {', '.join(own)}" if own else "it has no such fields"
                raise SettingsError(f"{self.kind} does not know {name}; {takes}.")
        for name in ("time_left_s", "for_s"):
            value = getattr(self, name)
            if value is not None and not 0.0 <= value <= MAX_SECONDS:
                raise SettingsError(f"{name} is in seconds, 0 or more, not {value:g}.")
        code = self.code
        if code is not None and not (
            code in (1000, 1001, 1002, 1003) or 1007 <= code <= 1014 or 3000 <= code <= 4999
        ):
            raise SettingsError(
                f"A server cannot close with code {code}. The service uses 1000, 1007, 1008 and "
                "1011; for a connection that just breaks (1006) use drop."
            )
        if self.reason is not None and len(self.reason.encode()) > 123:
            raise SettingsError("A close reason has room for 123 bytes; shorten it.")

    def strikes(self, connection: int | None) -> bool:
        """Whether it belongs to this connection of the conversation.

        Parameters
        ----------
        connection : int or None
            Number of the connection, None if nobody counts them.
        """
        if self.connection is None:
            usual = 2 if self.kind == "refuse_handle" else 1
            return connection is None or connection == usual
        return self.connection == 0 or self.connection == (connection or 1)
