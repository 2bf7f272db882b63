"""brownie run register_protocol: a trial with version 1 of its protocol and its endpoints."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal register` takes."""
    act("register", *words)
