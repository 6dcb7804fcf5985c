"""Recordings on disk: the ``.liverec`` form, described in ``docs/liverec.md``."""
