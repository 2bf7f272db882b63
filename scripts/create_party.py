"""brownie run create_party: an organisation, with the account as its first key."""

from scripts.active_network import act


def main(*words: str) -> None:
    """Takes the words that `trialseal party create` takes."""
    act("party", "create", *words)
