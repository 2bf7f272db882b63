"""One trial's timeline and verdict."""
