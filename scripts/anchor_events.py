"""brownie run anchor_events: the head of a stream, put on the chain."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal events anchor` takes."""
    act("events", "anchor", *words)
