"""A closer look at a picture: printed text, plain objects, and what has changed since another."""
