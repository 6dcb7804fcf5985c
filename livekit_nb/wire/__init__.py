"""The Live API on the wire, without I/O: typed messages, model profiles, close codes."""
