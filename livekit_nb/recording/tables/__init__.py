"""Tables: what a recording lists of turns, calls, events and usage, and how they show."""
