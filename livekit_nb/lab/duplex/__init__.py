"""How well an agent takes turns: scripted callers, and scores by the field's own definitions."""
