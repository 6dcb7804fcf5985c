"""The Studio's menu of faults: what can be made to go wrong while one talks, for teaching."""

from __future__ import annotations

from typing import Final

from livekit_nb.errors import SettingsError
from livekit_nb.wire.fault_plan import Burst, Fault, FaultPlan, Impairment

__all__ = ["FAULTS", "LASTING", "plan_of"]

# A bad mobile network: a third of a second there and back, packets lost in bursts of four.
_BAD: Final = Impairment(delay_s=0.15, jitter_s=0.1, burst=Burst(p=0.02, r=0.25))

FAULTS: Final[dict[str, FaultPlan]] = {
    "drop": FaultPlan(faults=(Fault(kind="drop", at_s=0.0, connection=0),)),
    "go_away": FaultPlan(faults=(Fault(kind="go_away", at_s=0.0, time_left_s=10.0, connection=0),)),
    "stall": FaultPlan(faults=(Fault(kind="stall", at_s=0.0, connection=0),)),
    "bad_network": FaultPlan(up=_BAD, down=_BAD),
    "phantom": FaultPlan(faults=(Fault(kind="phantom_interrupted", at_s=0.0, connection=0),)),
    "off": FaultPlan(),
}
"""What the names mean that the page sends (js/ui/talking.js)."""


LASTING: Final = ("bad_network",)
"""Those that go on until they are switched off."""


def plan_of(name: str) -> FaultPlan:
    """Return the plan of a name in the menu, or raise :class:`SettingsError`."""
    try:
        return FAULTS[name]
    except KeyError:
        raise SettingsError(f"There is no fault {name!r}; there are {', '.join(FAULTS)}.") from None
