"""The loops that cost most, in C where the machine has a compiler, else left to Python: the same bytes either way.

This room knows nothing of trials or tables: bytes go in, bytes come out.
"""
