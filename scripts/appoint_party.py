"""brownie run appoint_party: another party, for named acts of the trial."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal appoint` takes."""
    act("appoint", *words)
