"""Fixtures and settings for all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Machines that run tests are slow and busy at times: no deadline of wall-clock time, and the
# same examples in every run.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")
