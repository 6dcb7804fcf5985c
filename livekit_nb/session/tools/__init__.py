"""Tools of a conversation: what the model is told of them, and how its calls are run."""
