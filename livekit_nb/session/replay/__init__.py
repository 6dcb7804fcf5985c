"""Played back: the server's side of a recording, as somebody to talk to."""
