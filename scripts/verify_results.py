"""brownie run verify_results: what files are, and whether anything contradicts them."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal verify` takes."""
    act("verify", *words)
