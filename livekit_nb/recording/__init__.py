"""What happened, on one clock: events, audio, turns, latency."""
