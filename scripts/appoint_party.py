"""tools/run brownie run appoint_party main FOLDER PARTY ACTS --network devnet: another party, for named acts."""

from scripts.active_network import desk_of, in_a_sentence, options, say, trial_of

from trialseal.acts import trials
from trialseal.acts.carrying_out import carry_out
from trialseal.acts.code_words import code_named
from trialseal.acts.own import Own
from trialseal.documents.times import unix_seconds
from trialseal.ledger.codes import ActCode


def main(*words: str) -> None:
    """Lets PARTY do ACTS (milestone,results) in the trial of FOLDER, until=DATE or until it is ended."""
    [path, party, acts], named = options(words, "FOLDER PARTY ACTS", "until")
    with in_a_sentence():
        desk = desk_of(named)
        trial, folder = trial_of(path, desk)
        codes = [code_named(ActCode, word, "act") for word in acts.split(",")]
        until = unix_seconds(named["until"], "until") if "until" in named else trials.FOR_EVER
        appointee = Own(desk.home).find_party(party)
        say(carry_out(desk, trials.appoint(trial, desk.party, appointee, codes, until=until), folder))
