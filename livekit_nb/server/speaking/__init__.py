"""Speaking: text to speech, in several voices."""
