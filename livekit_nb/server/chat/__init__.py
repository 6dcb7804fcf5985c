"""Thinking with a language model behind an OpenAI-compatible chat endpoint (``--llm URL``)."""
