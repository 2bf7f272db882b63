"""tools/run brownie run create_party main NAME --network devnet: an organisation, with the account as its first key."""

import secrets

from scripts.active_network import active_chain, in_a_sentence, options, say

from trialseal.acts import parties
from trialseal.acts.act import ZERO
from trialseal.acts.carrying_out import carry_out
from trialseal.acts.desk import Desk
from trialseal.acts.own import Own, OwnParty
from trialseal.documents import canonical, models
from trialseal.documents.versions import FORMAT
from trialseal.files import write_json


def main(*words: str) -> None:
    """Creates the party of the organisation NAME; its profile is kept in the home, to be handed out."""
    [name], named = options(words, "NAME")
    with in_a_sentence():
        own = Own(account=named.get("account"))
        desk = Desk(active_chain(), own.home, own.account, own.signing, ZERO)
        profile = {"format": FORMAT, "kind": "party-profile", "legal_name": name}
        models.parse_document(profile, "the profile")
        act = parties.create(desk.address, secrets.token_bytes(32), canonical.document_digest(profile), name)
        done = carry_out(desk, act)
        write_json(own.home / "parties" / f"{act.about.hex()}.json", profile)
        own.remember_party(OwnParty(act.about, own.account, name))
        say(done)
        print(f"  party {act.about.hex()}")
