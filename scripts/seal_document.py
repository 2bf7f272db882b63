"""tools/run brownie run seal_document main FOLDER FILE KIND --network devnet: a file of the trial."""

from pathlib import Path

from scripts.active_network import desk_of, in_a_sentence, options, say, trial_of

from trialseal.acts import trials
from trialseal.acts.carrying_out import carry_out
from trialseal.acts.code_words import code_named
from trialseal.ledger.codes import Blinding, DocumentKind


def main(*words: str) -> None:
    """Seals FILE as the next KIND (analysis-plan, consent-form …) of the trial of FOLDER; blinding=WORD."""
    [path, file, kind], named = options(words, "FOLDER FILE KIND", "blinding")
    with in_a_sentence():
        desk = desk_of(named)
        trial, folder = trial_of(path, desk)
        what = code_named(DocumentKind, kind, "kind of document")
        blinding = code_named(Blinding, named.get("blinding", "not-stated"), "data state")
        state = desk.chain.trial(trial)
        version = (state.versions[what] if state else 0) + 1
        reading = folder.readings.kept(Path(file))
        say(carry_out(desk, trials.seal(trial, desk.party, reading, what, version, blinding), folder))
