"""tools/run brownie run show_history main FOLDER --network devnet: everything done in a trial."""

from scripts.active_network import desk_of, in_a_sentence, options, trial_of

from trialseal.escaping import visible
from trialseal.ledger.moments import moment
from trialseal.report.words import act_words


def main(*words: str) -> None:
    """Shows each act of the trial of FOLDER."""
    [path], named = options(words, "FOLDER")
    with in_a_sentence():
        desk = desk_of(named)
        trial, _ = trial_of(path, desk)
        history = desk.chain.history(trial)
        for act in history.acts:
            print(visible(f"{act.number:>4}  {moment(act.time)}  {act_words(act)}"))
        acts = "1 act" if len(history.acts) == 1 else f"{len(history.acts)} acts"
        print(f"not complete: {history.gap}" if history.gap else f"complete: {acts} lead to the digest in the contract")
