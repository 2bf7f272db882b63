"""brownie run seal_dataset: a table or a folder, by the content of its rows or files."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal dataset seal` takes."""
    act("dataset", "seal", *words)
