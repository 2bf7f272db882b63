"""The commands about streams of events."""
