"""What a conversation used: tokens, counted once, and what they cost."""
