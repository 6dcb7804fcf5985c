"""Faults on demand: what goes wrong in a conversation, by plan, so that it can be practised."""
