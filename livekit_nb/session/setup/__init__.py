"""What a conversation is to be like, and how the model is told it."""
