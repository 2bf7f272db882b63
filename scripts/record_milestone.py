"""tools/run brownie run record_milestone main FOLDER NAME DATE --network devnet: something that happened."""

from scripts.active_network import desk_of, in_a_sentence, options, say, trial_of

from trialseal.acts import trials
from trialseal.acts.carrying_out import carry_out
from trialseal.acts.code_words import code_named
from trialseal.ledger.codes import Milestone


def main(*words: str) -> None:
    """States that the milestone NAME happened on DATE (also written on=DATE), in the whole trial or in part=NUMBER."""
    [path, name, *dates], named = options(words, "FOLDER NAME [DATE]", "on", "part")
    with in_a_sentence():
        desk = desk_of(named)
        trial, folder = trial_of(path, desk)
        what = code_named(Milestone, name, "milestone")
        on = named.get("on") or " ".join(dates)
        say(carry_out(desk, trials.milestone(trial, desk.party, what, on, part=int(named.get("part", 0))), folder))
