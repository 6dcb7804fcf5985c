"""Hearing: where speech is, when a turn is over, and what was said."""
