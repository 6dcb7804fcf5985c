"""What is counted while conversations are held, in the text format of Prometheus.

Numbers only: no words, keys, addresses or names of clients. The values of every label are listed
here, so the number of series has a bound whatever clients do.

Kept by ``prometheus_client`` (Apache-2.0), in a registry of this server's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livekit_nb.server.packages import missing

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CLOSE_CODES", "KINDS_OF_WORK", "REFUSALS", "Metrics"]

REFUSALS = ("key", "busy", "stopping", "full")
"""Why somebody is not let in: a wrong key or token, too much load, the server's end, no place."""

CLOSE_CODES = ("1000", "1001", "1005", "1006", "1007", "1008", "1009", "1011", "other")
"""Codes with which connections end; 1006 is an end without a goodbye."""

KINDS_OF_WORK = ("recognise", "speak", "think", "look", "other")
"""What the models' threads do."""

_WAITS_S = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
_WORK_S = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0)


class Metrics:
    """Counters, gauges and histograms of one server; may be used from any thread.

    Raises
    ------
    MissingPackagesError
        If ``prometheus-client`` is not installed.
    """

    def __init__(self) -> None:
        try:
            from prometheus_client import (
                CollectorRegistry,
                Counter,
                Gauge,
                Histogram,
                ProcessCollector,
            )
        except ImportError as error:
            raise missing("prometheus-client") from error
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)  # memory, processor time and files; Linux only

        def counter(name: str, what: str, **labels: Iterable[str]) -> Counter:
            made = Counter(f"livekit_nb_{name}", what, tuple(labels), registry=registry)
            for label, values in labels.items():
                for value in values:
                    made.labels(**{label: value})  # at 0 from the beginning
            return made

        def histogram(
            name: str, what: str, buckets: Iterable[float], **labels: Iterable[str]
        ) -> Histogram:
            made = Histogram(
                f"livekit_nb_{name}", what, tuple(labels), registry=registry, buckets=tuple(buckets)
            )
            for label, values in labels.items():
                for value in values:
                    made.labels(**{label: value})
            return made

        self.open = Gauge(
            "livekit_nb_sessions_open", "Sessions whose setup was accepted.", registry=registry
        )
        self.load = Gauge(
            "livekit_nb_load_ratio",
            "Share of what the server can do that is in use, as it decides who is let in.",
            registry=registry,
        )
        self._sessions = counter("sessions", "Sessions begun, or resumed.", kind=("new", "resumed"))
        self._refused = counter("refused", "Connections that were not let in.", reason=REFUSALS)
        self._closed = counter("connections_closed", "Connections that ended.", code=CLOSE_CODES)
        self.turns = counter("turns", "Answers that were completed or interrupted.")
        self.interruptions = counter("interruptions", "Answers that were interrupted.")
        self.tool_calls = counter("tool_calls", "Functions that clients were asked to call.")
        self.received = counter("received_bytes", "Bytes of clients' messages, after decoding.")
        self.sent = counter("sent_bytes", "Bytes of messages to clients, before encoding.")
        self.errors = counter("errors", "Conversations that failed by an error of the server.")
        self._first_audio = histogram(
            "first_audio_seconds",
            "From the arrival of the last voiced audio of a question to the first audio of its "
            "answer; after=tool if functions were called between.",
            _WAITS_S,
            after=("question", "tool"),
        )
        self._work = histogram(
            "work_seconds", "What a piece of work took.", _WORK_S, kind=KINDS_OF_WORK
        )
        self._queued = histogram(
            "queued_seconds", "How long work waited for a thread.", _WORK_S, kind=KINDS_OF_WORK
        )

    def began(self, *, resumed: bool) -> None:
        """Count a session that began."""
        self._sessions.labels("resumed" if resumed else "new").inc()

    def refused(self, reason: str) -> None:
        """Count somebody who was not let in, for one of :data:`REFUSALS`."""
        self._refused.labels(reason).inc()

    def closed(self, code: int | None) -> None:
        """Count a connection that ended with this code."""
        name = str(code or 1006)
        self._closed.labels(name if name in CLOSE_CODES else "other").inc()

    def answered(self, seconds: float, *, after_tool: bool) -> None:
        """Note how long an answer took to begin."""
        self._first_audio.labels("tool" if after_tool else "question").observe(seconds)

    def worked(self, kind: str, queued_s: float, took_s: float) -> None:
        """Note a piece of work, one of :data:`KINDS_OF_WORK`."""
        self._queued.labels(kind).observe(queued_s)
        self._work.labels(kind).observe(took_s)

    def page(self, accept: str = "") -> tuple[str, bytes]:
        """Return the content type and the text.

        Parameters
        ----------
        accept : str
            The request's ``Accept``, which may ask for OpenMetrics.
        """
        from prometheus_client.exposition import choose_encoder

        encode, content_type = choose_encoder(accept)
        return content_type, encode(self._registry)
