"""The command `trialseal`, on the network that brownie is connected to."""

from brownie import network

from trialseal.cli import main as trialseal


def act(*words: str, on_chain: bool = True) -> None:
    """Runs one command; brownie keeps dashes for itself, so that --on 2020-04-29 is written on=2020-04-29."""
    options = [part for word in words for part in as_option(word)]
    if on_chain:
        options += ["--network", network.web3.provider.endpoint_uri]
    code = trialseal(options)
    if code:
        raise SystemExit(code)


def as_option(word: str) -> list[str]:
    """A word of the command, or an option written name=value."""
    name, equals, value = word.partition("=")
    return [f"--{name}", value] if equals and name.replace("-", "").isalpha() else [word]
