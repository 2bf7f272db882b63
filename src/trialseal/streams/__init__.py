"""Streams off chain: append-only stores of events, and proofs of what they hold."""
