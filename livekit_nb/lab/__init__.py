"""Experiments: scripted callers and their voices."""
