"""brownie run seal_document: an analysis plan, consent form, charter or other file."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal seal` takes."""
    act("seal", *words)
