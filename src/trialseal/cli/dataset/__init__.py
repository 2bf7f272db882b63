"""The commands about sealed tables."""
