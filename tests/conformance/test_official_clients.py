"""The official clients, unmodified, hold every conversation of the list with the embedded server.

Every client plays all its scenarios at once, against one server, while the tests wait for what
comes of them. The clients and the runtimes they need are installed by ``make test``, or by
``python tests/conformance/provide.py``; one that is missing is a failure.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

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
def limited_server(request: pytest.FixtureRequest) -> Iterator[LiveServer | None]:
    """Run a server whose connections end soon, if a scenario that was chosen needs it."""
    if not any(item.limited for _, item in _chosen(request)):
        yield None
        return
    with running_server("--connection-limit-s", str(CONNECTION_LIMIT_S)) as server:
        yield server


@pytest.fixture(scope="module")
def playing(
    request: pytest.FixtureRequest, live_server: LiveServer, limited_server: LiveServer | None
) -> Iterator[dict[tuple[str, bool], Playing]]:
    """Let every client play the scenarios which were chosen."""
    media = _media()
    wanted: dict[tuple[str, bool], list[Scenario]] = {(client, False): [] for client in NAMES}
    for client, item in _chosen(request):
        wanted.setdefault((client, item.limited), []).append(item)
    installed = clients()
    started: dict[tuple[str, bool], Playing] = {}
    try:
        for (client, limited), items in wanted.items():
            server = limited_server if limited and limited_server else live_server
            started[client, limited] = Playing(installed[client], server, items, media)
        yield started
    finally:
        for one in started.values():
            one.close()


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
    playing: dict[tuple[str, bool], Playing],
    client: str,
    version: str,
    runtime: str,
) -> None:
    about = playing[client, False].about()
    assert about["version"].startswith(version)
    assert about["runtime"].startswith(runtime)


@pytest.mark.parametrize(("client", "name"), CASES)
def test_scenario(playing: dict[tuple[str, bool], Playing], client: str, name: str) -> None:
    item = BY_NAME[name]
    run = playing[client, item.limited].run(name)
    assert run.failure is None, f"{run.failure}, after\n{run.outline}"
    item.check(run)


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
