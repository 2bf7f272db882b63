"""brownie run add_registry_id: a registry's number, bound to the trial."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal add-id` takes."""
    act("add-id", *words)
