"""Fixtures and settings for all tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from livekit_nb.session.access import credentials
from tests.live_server import LiveServer, running_server

if TYPE_CHECKING:
    from xdist.scheduler import LoadFileScheduling

# jsonschema would spend seconds in every process on a grammar of IRIs, which nobody here checks.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# Machines that run tests are slow and busy at times: no deadline of wall-clock time, and the
# same examples in every run.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Run files side by side, but one JupyterLab at a time: two would crowd a small machine."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "tests/e2e" if file.startswith("tests/e2e/") else file

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """Run the embedded server as its own process, once for all tests that ask for it."""
    with running_server() as server:
        yield server


@pytest.fixture
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No key is there at the beginning, none is kept at the end."""
    for variable in credentials.KEY_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    yield
    credentials.forget()
