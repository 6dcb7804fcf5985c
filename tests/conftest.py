"""Fixtures and settings for all tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from itertools import chain
from pathlib import Path
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


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Let every worker begin to read the test files at another place.

    Who reads a file first makes its assertions explain themselves, and keeps what came of it for
    the others. Workers that go in step would all do all of that, ten seconds of work.
    """
    worker = getattr(collector.config, "workerinput", None)
    folder = Path(__file__).parent
    if worker is None or collector.path != folder:
        return
    root = folder.parent
    asked_for = [root / argument.partition("::")[0] for argument in collector.config.args]
    files = sorted(set(chain.from_iterable(path.rglob("test_*.py") for path in asked_for)))
    first = len(files) * int(worker["workerid"].removeprefix("gw")) // worker["workercount"]
    for file in files[first:] + files[:first]:
        with suppress(Exception):  # it is read again below, where all hear of it
            import_module(".".join(file.relative_to(root).with_suffix("").parts))


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
