"""Whether one more conversation would be one too many: decided by what is measured.

A number of sessions that is right for one machine is wrong for the next, and for the same machine
when something else runs on it. So three things are watched over the last ten seconds: the share of
the processors that this process uses, the share of one processor that its event loop uses (all
conversations share that one), and how late the loop is and how long work waits for a thread.

Who has just come has not cost anything yet. What a session costs on average is therefore kept free
for the one that asks, and for those that are young as much of it as was not measured yet.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

__all__ = ["Capacity", "available_cores"]

WINDOW_S = 10.0
LATE_S = 0.3  #: delays, at the 95th percentile, that count as full load: answers near 0.8 s then
SESSION_CORES = 0.1  #: of a processor for a session, as long as little has been measured …
EXPECTED_WEIGHT = 4.0  #: … which is as long as this weighs more than the sessions there are
MAX_SAMPLES = 4_096
CGROUP = Path("/sys/fs/cgroup/cpu.max")  #: quota and period of a container (Linux, cgroup v2)


class Capacity:
    """Measures load and says whether there is room.

    Parameters
    ----------
    limit : float
        Load beyond which nobody new is let in, 1 for all there is. ``math.inf`` admits everybody.
    cores : float, optional
        Processors there are; by default what the system grants this process.
    clock : callable
        Seconds.
    process_clock, loop_clock : callable
        Seconds of processor time of this process, and of the thread of the event loop.

    Attributes
    ----------
    limit : float
    free : int
        So many sessions are let in whatever was measured: two, or one a processor.
    """

    def __init__(
        self,
        limit: float = 0.85,
        *,
        cores: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        process_clock: Callable[[], float] = time.process_time,
        loop_clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self.limit = limit
        self._cores = cores or available_cores()
        self.free = max(2, int(self._cores))
        self._clock, self._process_clock, self._loop_clock = clock, process_clock, loop_clock
        self._used: deque[tuple[float, float, float]] = deque()  # time, process, loop
        self._lags: deque[tuple[float, float]] = deque(maxlen=MAX_SAMPLES)
        self._waits: deque[tuple[float, float]] = deque(maxlen=MAX_SAMPLES)

    def sample(self, late_s: float) -> None:
        """Note what was used by now, and how late the loop is; call it on the loop, regularly."""
        now = self._clock()
        self._used.append((now, self._process_clock(), self._loop_clock()))
        while len(self._used) > 2 and self._used[1][0] <= now - WINDOW_S:
            self._used.popleft()
        self._lags.append((now, late_s))

    def waited(self, seconds: float) -> None:
        """Note how long a piece of work waited that should have begun at once."""
        self._waits.append((self._clock(), seconds))

    @property
    def load(self) -> float:
        """Share of what there is that is in use; above 1 conversations have to wait."""
        used = 0.0
        if len(self._used) > 1:
            (began, process, loop), (now, process_now, loop_now) = self._used[0], self._used[-1]
            passed_s = max(now - began, 1e-3)
            of_all = (process_now - process) / passed_s / self._cores
            used = max(of_all, (loop_now - loop) / passed_s)
        return max(used, self._late(self._lags), self._late(self._waits))

    def _late(self, delays: deque[tuple[float, float]]) -> float:
        since = self._clock() - WINDOW_S
        recent = sorted(delay_s for at, delay_s in delays if at > since)
        if len(recent) < 2:
            return 0.0
        at = min(int(0.95 * len(recent)), len(recent) - 2)  # the longest alone may be chance
        return recent[at] / LATE_S

    def admits(self, ages_s: list[float]) -> bool:
        """Whether there is room for one more session.

        Parameters
        ----------
        ages_s : list of float
            How long ago those that are open began.
        """
        if len(ages_s) < self.free:
            return True
        load = self.load
        measured = sum(min(age_s / WINDOW_S, 1.0) for age_s in ages_s)  # how many the load is of
        expected = SESSION_CORES / self._cores
        each = (load + EXPECTED_WEIGHT * expected) / (measured + EXPECTED_WEIGHT)
        return load + each * (len(ages_s) - measured + 1) <= self.limit


def available_cores() -> float:
    """Return how many processors the system grants this process, containers' limits included."""
    granted = float(os.cpu_count() or 1)
    if hasattr(os, "sched_getaffinity"):
        granted = float(len(os.sched_getaffinity(0)))
    with contextlib.suppress(OSError, ValueError):  # other systems, no limit ("max")
        quota, period = CGROUP.read_text().split()
        granted = min(granted, int(quota) / int(period))
    return granted
