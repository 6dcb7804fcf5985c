"""The embedded Live server: hearing, thinking, speaking and seeing behind the real wire."""
