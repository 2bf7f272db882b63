"""brownie run show_history: everything done in a trial, and whether that is all."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal history` takes."""
    act("history", *words)
