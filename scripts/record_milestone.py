"""brownie run record_milestone: something that happened in the trial."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal milestone` takes."""
    act("milestone", *words)
