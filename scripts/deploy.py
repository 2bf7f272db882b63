"""brownie run deploy: the contracts, at the same addresses as on every chain."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal deploy` takes."""
    act("deploy", *words)
