"""The door: connections, plain requests, and who is let in."""
