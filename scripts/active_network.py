"""The command `trialseal`, on the network that brownie is connected to."""

from brownie import network

from trialseal.cli import main as trialseal


def act(*words: str) -> None:
    """Runs one command with its words; the account is $TRIALSEAL_ACCOUNT or the one named with --account."""
    code = trialseal([*words, "--network", network.web3.provider.endpoint_uri])
    if code:
        raise SystemExit(code)
