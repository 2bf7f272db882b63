"""brownie run attest: an accreditation, approval, snapshot or review."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal attest` takes."""
    act("attest", *words)
