"""The conversation: what is asked, answered, remembered and counted, without I/O."""
