"""brownie run append_events: events of a file, appended to a stream's store."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal events append` takes."""
    act("events", "append", *words, on_chain=False)
