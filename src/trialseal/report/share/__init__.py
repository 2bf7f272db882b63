"""Pages about data that are shared."""
