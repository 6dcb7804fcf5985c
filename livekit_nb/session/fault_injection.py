"""Faults for a conversation that goes on: asks the embedded server to make them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import urlsplit

from livekit_nb.errors import ConnectError, SettingsError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.access.credentials import Key
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.access.posting import post
from livekit_nb.wire.fault_plan import FAULTS_PATH, SESSION_HEADER, FaultPlan, Impairment

__all__ = ["inject", "tell"]


def tell(plan: FaultPlan, recorder: Recorder, at_s: float | None = None, **more: object) -> None:
    """Record a ``fault`` event for each fault of a plan, and one for a bad network.

    Parameters
    ----------
    plan : FaultPlan
    recorder : Recorder
    at_s : float, optional
        When, in the kernel's time; by default now.
    **more
        What else the events are to hold.
    """
    for fault in plan.faults:
        told = ((name, getattr(fault, name)) for name in fault.__struct_fields__)
        known = {name: value for name, value in told if value is not None}
        recorder.event("fault", at=at_s, **known, **more)
    if plan.up != Impairment() or plan.down != Impairment():
        recorder.event("fault", at=at_s, kind="impairment", **more)


async def inject(plan: FaultPlan, endpoint: Endpoint, session: str, recorder: Recorder) -> None:
    """Let a plan's faults strike from now on, instead of whatever was planned before.

    Parameters
    ----------
    plan : FaultPlan
        An empty one makes everything go well again.
    endpoint : Endpoint
        Where the conversation is held.
    session : str
        Id by which the server knows the conversation.
    recorder : Recorder
        Gets a ``fault`` event for each fault.

    Raises
    ------
    SettingsError
        If that is no plan, or the server is not the embedded one of this machine.
    ConnectError
        If the server does not take it, for instance because the conversation is between two
        connections.
    """
    if not isinstance(plan, FaultPlan):
        raise SettingsError(
            f"inject takes a plan, not {type(plan).__name__}: session.inject(live.faults(drop=0))."
        )
    if not endpoint.is_loopback:
        raise SettingsError(
            f"Faults are made by the embedded server, and {endpoint.label} is another. Connect "
            "with endpoint='local'."
        )
    parts = urlsplit(endpoint.url)
    scheme = "https" if parts.scheme == "wss" else "http"
    headers = {**endpoint.headers, SESSION_HEADER: Key(session)}
    place = replace(endpoint, url=f"{scheme}://{parts.netloc}{FAULTS_PATH}", headers=headers)
    asked_s = recorder.clock()  # the answer may come after the fault has struck
    try:
        await asyncio.to_thread(post, place, plan.to_json(), "make faults")
    except ConnectError as refused:
        if refused.code != 404:
            raise
        raise ConnectError(
            "The local server knows of no such conversation at the moment: it is between two "
            "connections, or over. Try again when session.status is 'listening'.",
            404,
        ) from None
    tell(plan, recorder, asked_s)
