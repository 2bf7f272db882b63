"""tools/run brownie run deploy --network devnet: the contracts, at the same addresses as on every chain."""

from scripts.active_network import active_chain, in_a_sentence, options

from trialseal.acts.own import Own
from trialseal.ledger import deployment
from trialseal.ledger.sending import Sender


def main(*words: str) -> None:
    """Deploys what is not there yet, paid for by account=NAME or the only account there is."""
    _, named = options(words, "")
    with in_a_sentence():
        own = Own(account=named.get("account"))
        for name, address, new in deployment.deploy(Sender(active_chain(), own.signing)):
            print(f"{name:14} {address}  {'deployed' if new else 'already deployed'}")
