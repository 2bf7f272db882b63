"""The commands about registry records."""
