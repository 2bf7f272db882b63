"""brownie run submit_results: results, each with the proof of its endpoint."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal results` takes."""
    act("results", *words)
