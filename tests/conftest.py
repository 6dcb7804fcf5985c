"""Fixtures and settings for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.live_server import LiveServer, running_server

# Machines that run tests are slow and busy at times: no deadline of wall-clock time, and the
# same examples in every run.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """Run the embedded server as its own process, once for all tests that ask for it."""
    with running_server() as server:
        yield server
