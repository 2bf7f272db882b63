"""brownie run amend_protocol: the next version of the protocol."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal amend` takes."""
    act("amend", *words)
