"""tools/run brownie run register_protocol main FOLDER --network devnet: a trial with version 1 of its protocol."""

from pathlib import Path

from scripts.active_network import desk_of, in_a_sentence, options, say

from trialseal.acts import trials
from trialseal.acts.carrying_out import carry_out
from trialseal.documents import models
from trialseal.folder.trial_folder import TrialFolder


def main(*words: str) -> None:
    """Registers the trial of FOLDER, whose protocol.json is version 1."""
    [path], named = options(words, "FOLDER")
    with in_a_sentence():
        desk, folder = desk_of(named), TrialFolder.open(Path(path))
        protocol = folder.protocol()
        models.parse_document(protocol.value(), str(protocol.path))
        say(carry_out(desk, trials.register(desk.party, protocol), folder))
