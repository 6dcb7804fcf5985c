"""Turns: made of what was heard and told, with the words, the replies and the latency of each."""
