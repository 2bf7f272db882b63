"""brownie run transfer_trial: the sponsorship, offered or accepted."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal transfer` takes."""
    act("transfer", *words)
