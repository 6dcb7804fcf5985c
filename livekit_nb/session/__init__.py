"""One conversation, client side: transport, tools, sources and sinks of audio."""
