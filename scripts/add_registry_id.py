"""tools/run brownie run add_registry_id main FOLDER NUMBER --network devnet: a registry's number."""

from scripts.active_network import desk_of, in_a_sentence, options, say, trial_of

from trialseal.acts import trials
from trialseal.acts.carrying_out import carry_out


def main(*words: str) -> None:
    """Binds NUMBER to the trial of FOLDER; submitted=DATE says when it was first submitted to that registry."""
    [path, number], named = options(words, "FOLDER NUMBER", "submitted")
    with in_a_sentence():
        desk = desk_of(named)
        trial, folder = trial_of(path, desk)
        say(carry_out(desk, trials.claim_number(trial, desk.party, number, named.get("submitted")), folder))
