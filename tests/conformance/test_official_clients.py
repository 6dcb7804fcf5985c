"""The official clients, unmodified, hold every conversation of the list with the embedded server.

Every client plays all its scenarios at once, against one server, while the tests wait for what
comes of them. The clients and the runtimes they need are installed by ``make test``, or by
``python tests/conformance/provide.py``; one that is missing is a failure.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import PIL.Image
import pytest

from tests import speech
from tests.conformance.playing import Playing
from tests.conformance.provide import NAMES, clients
from tests.conformance.scenarios import SCENARIOS
from tests.conformance.steps import Scenario
from tests.live_server import LiveServer, running_server

BY_NAME = {item.name: item for item in SCENARIOS}
CASES = [
    pytest.param(client, item.name, id=f"{item.name}-{client}")
    for item in SCENARIOS
    for client in NAMES
    if client not in item.cannot
]
CONNECTION_LIMIT_S = 12  #: of the server with which goAway is seen

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def limited_server(request: pytest.FixtureRequest, live_server: LiveServer) -> Iterator[LiveServer]:
    """Run a server whose connections end soon, if a scenario that was chosen needs it."""
    if not any(item.limited for _, item in _chosen(request)):
        yield live_server
        return
    with running_server("--connection-limit-s", str(CONNECTION_LIMIT_S)) as server:
        yield server


@pytest.fixture(scope="module")
def playing(
    request: pytest.FixtureRequest, live_server: LiveServer, limited_server: LiveServer
) -> Iterator[dict[str, Playing]]:
    """Let every client play the scenarios which were chosen."""
    chosen, media = _chosen(request), _media()
    with ExitStack() as stack:
        started = {}
        for client in clients().values():
            wanted = [item for name, item in chosen if name == client.name]
            started[client.name] = Playing(client, live_server, limited_server, wanted, media)
            stack.callback(started[client.name].close)
        yield started


@pytest.mark.parametrize(
    ("client", "version", "runtime"),
    [
        ("python-3", "3.", "Python 3."),
        ("python-2", "2.0.0", "Python 3."),
        ("javascript-3", "3.1.0", "Node 2"),
        ("javascript-2", "2.32.0", "Node 20."),
    ],
)
def test_the_client_is_what_it_is_called(
    playing: dict[str, Playing], client: str, version: str, runtime: str
) -> None:
    about = playing[client].about()
    assert about["version"].startswith(version)
    assert about["runtime"].startswith(runtime)


@pytest.mark.parametrize(("client", "name"), CASES)
def test_scenario(playing: dict[str, Playing], client: str, name: str) -> None:
    item = BY_NAME[name]
    run = playing[client].run(name)
    assert run.failure is None, f"{run.failure}, after\n{run.outline}"
    try:
        item.check(run)
    except AssertionError as error:
        error.add_note(run.outline)
        raise


def _chosen(request: pytest.FixtureRequest) -> list[tuple[str, Scenario]]:
    """Return the clients and scenarios of the tests that were selected from this module."""
    cases = [
        item.callspec.params
        for item in request.session.items
        if item.path == request.path
        and isinstance(item, pytest.Function)
        and hasattr(item, "callspec")
        and "name" in item.callspec.params
    ]
    return [(case["client"], BY_NAME[case["name"]]) for case in cases]


def _media() -> dict[str, bytes]:
    """Return what scenarios say and show."""
    sounds = {name: speech.pcm(name) for name in speech.SENTENCES}
    tripled = np.repeat(speech.samples("weather_paris"), 3)  # crude, but 48 kHz
    red = io.BytesIO()
    PIL.Image.new("RGB", (320, 240), (200, 20, 20)).save(red, "JPEG")
    return {
        **sounds,
        "weather_paris_48k": (tripled * 32767).astype("<i2").tobytes(),
        "red": red.getvalue(),
    }
