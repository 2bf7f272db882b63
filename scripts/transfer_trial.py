"""tools/run brownie run transfer_trial main FOLDER PARTY --network devnet: the sponsorship, offered or accepted."""

from scripts.active_network import desk_of, in_a_sentence, options, say, trial_of

from trialseal.acts import trials
from trialseal.acts.carrying_out import carry_out
from trialseal.acts.own import Own
from trialseal.errors import FailedError


def main(*words: str) -> None:
    """Offers the trial of FOLDER to PARTY, confirmed by confirm=CODE; without PARTY, accepts what is offered."""
    [path, *to], named = options(words, "FOLDER [PARTY]")
    with in_a_sentence():
        desk = desk_of(named)
        trial, folder = trial_of(path, desk)
        state = desk.chain.trial(trial)
        if state is None:
            raise FailedError(f"{path} is not registered here: run register_protocol first")
        if to:
            act = trials.offer(trial, desk.party, Own(desk.home).find_party(to[0]), folder.code or trial.hex()[:8])
        else:
            act = trials.accept(trial, desk.party, state.sponsor)
        say(carry_out(desk, act, folder))
