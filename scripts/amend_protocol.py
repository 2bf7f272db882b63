"""tools/run brownie run amend_protocol main FOLDER --network devnet: the next version of the protocol.

The version's number, and why it was made, stand in protocol.json, as its `version` and `amendment`.
"""

from scripts.active_network import desk_of, in_a_sentence, options, say, trial_of

from trialseal.acts import trials
from trialseal.acts.carrying_out import carry_out
from trialseal.documents import models


def main(*words: str) -> None:
    """Seals the protocol.json of FOLDER as the next version."""
    [path], named = options(words, "FOLDER")
    with in_a_sentence():
        desk = desk_of(named)
        trial, folder = trial_of(path, desk)
        protocol = folder.protocol()
        models.parse_document(protocol.value(), str(protocol.path))
        say(carry_out(desk, trials.amend(trial, desk.party, protocol), folder))
