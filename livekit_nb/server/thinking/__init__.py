"""What the embedded server answers: tool choice, arguments, small talk, memory."""
