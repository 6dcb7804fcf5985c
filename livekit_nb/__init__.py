"""Hold, see and measure real-time voice-and-vision conversations inside a notebook."""
