"""One way of a connection over a bad network, as times of arrival.

The Live API runs over TCP, which loses nothing and keeps order. So what a bad network does to a
conversation is delay alone, and this is a model of that delay:

* A message is cut into packets of 1448 bytes, each with 52 bytes of headers. A link of limited
  bandwidth carries them one after the other; what comes meanwhile waits.
* Each packet takes ``delay_s`` and up to ``jitter_s`` more, evenly distributed.
* A packet that is lost is sent again after a timeout, and again after twice that, and so on. The
  first timeout is what Linux would use at the least: the round trip and four times its variation,
  but no less than 200 ms; the longest is 60 s. Again means that it costs bandwidth again.
* The receiver hands on no message before all earlier ones: whatever is behind a late packet waits
  for it (head-of-line blocking), and then arrives with it, at once.

Real TCP often notices a loss sooner, by the acknowledgements of later packets, and it slows down
after one; the former is left out because a stream of small messages gains little by it, the latter
because such a stream is far below what the network carries. So the model is pessimistic about
single losses, and not about throughput. Losses come independently (``loss``) or in the bursts of
Gilbert and Elliott (E. N. Gilbert, "Capacity of a burst-noise channel", 1960; E. O. Elliott,
"Estimates of error rates for codes on burst-noise channels", 1963), packet by packet. A burst is
the network's and not the packet's: it passes while TCP waits for a timeout, as if the packets of a
conversation, one every 20 ms, went on. (Otherwise repetitions alone, ever rarer, would have to end
it, and a short burst could last for minutes.)

Without I/O and clock: times are passed in, chance is drawn from a given source.
"""

from __future__ import annotations

from random import Random

from livekit_nb.wire.fault_plan import Burst, Impairment

__all__ = ["GilbertElliott", "Link"]

SEGMENT_BYTES = 1448  #: what an Ethernet packet holds beside IPv4 and TCP with time stamps
HEADER_BYTES = 52
MIN_TIMEOUT_S = 0.2  #: TCP_RTO_MIN of Linux; RFC 6298 even wants 1 s
MAX_TIMEOUT_S = 60.0
SLOT_S = 0.02  #: between the packets of a conversation
MAX_TRIES = 12  #: beyond that TCP would give the connection up; here the packet gets through


class GilbertElliott:
    """Whether packets get lost, one after the other.

    Parameters
    ----------
    loss : float
        Share of packets lost independently, without bursts.
    burst : Burst or None
    chance : random.Random
    """

    def __init__(self, loss: float, burst: Burst | None, chance: Random) -> None:
        self._loss = loss
        self._burst = burst
        self._chance = chance
        self.bad = False
        """Whether the next packet meets the bad state."""

    def lost(self) -> bool:
        """Whether the next packet is lost."""
        burst = self._burst
        if burst is None:
            return self._loss > 0.0 and self._chance.random() < self._loss
        lost = self._chance.random() < (burst.loss_bad if self.bad else burst.loss_good)
        if self._chance.random() < (burst.r if self.bad else burst.p):
            self.bad = not self.bad
        return lost

    def wait(self, seconds: float) -> None:
        """Let time pass in which packets would have been sent, and none is."""
        burst = self._burst
        if burst is None:
            return
        share = burst.p / (burst.p + burst.r) if burst.p + burst.r else float(self.bad)
        memory = (1.0 - burst.p - burst.r) ** max(1, round(seconds / SLOT_S))
        self.bad = self._chance.random() < share + memory * (self.bad - share)


class Link:
    """Tells when messages arrive that are sent one way.

    Parameters
    ----------
    impairment : Impairment
    chance : random.Random
        Source of all chance.
    back_s : float
        Delay of the way back, which acknowledgements take.

    Attributes
    ----------
    packets, lost : int
        How many packets were sent, repetitions included, and how many of them were lost.
    """

    def __init__(self, impairment: Impairment, chance: Random, back_s: float = 0.0) -> None:
        self._impairment = impairment
        self._chance = chance
        self._losses = GilbertElliott(impairment.loss, impairment.burst, chance)
        round_trip_s = impairment.delay_s + back_s + 4 * impairment.jitter_s
        self._timeout_s = max(MIN_TIMEOUT_S, round_trip_s)
        self._free_at = float("-inf")  # when the link has carried everything so far
        self._arrived_at = float("-inf")
        self.packets = self.lost = 0

    def carry(self, size: int, now: float) -> float:
        """Return when a message of `size` bytes arrives that is sent now."""
        while True:
            payload = min(size, SEGMENT_BYTES)
            self._arrived_at = max(self._arrived_at, self._packet(payload, now))
            size -= payload
            if size <= 0:
                return self._arrived_at

    def _packet(self, payload: int, now: float) -> float:
        """Send a packet until it gets through; return when it arrives."""
        limit = self._impairment.bandwidth_bps
        carry_s = 8 * (payload + HEADER_BYTES) / limit if limit else 0.0
        sent_at = self._free_at = max(now, self._free_at) + carry_s
        timeout_s = self._timeout_s
        self.packets += 1
        for _ in range(MAX_TRIES):
            if not self._losses.lost():
                break
            self.lost += 1
            self.packets += 1
            self._free_at += carry_s
            self._losses.wait(timeout_s)
            sent_at += timeout_s + carry_s
            timeout_s = min(2 * timeout_s, MAX_TIMEOUT_S)
        jitter_s = self._impairment.jitter_s
        late_s = self._chance.uniform(0.0, jitter_s) if jitter_s else 0.0
        return sent_at + self._impairment.delay_s + late_s
