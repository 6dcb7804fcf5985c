"""Connections of a conversation: one after the other, and what is said again over the next."""
