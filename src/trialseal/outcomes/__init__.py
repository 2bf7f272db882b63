"""Compare two sets of outcomes: which belongs to which, what changed, and the words that decided it."""
