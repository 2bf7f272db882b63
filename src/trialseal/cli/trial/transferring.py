"""Handing a trial's sponsorship over: offered, withdrawn, vetoed, accepted."""

from __future__ import annotations

from trialseal.acts import trials
from trialseal.cli.acting import answer, do
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.cli.trial.naming import trial_named
from trialseal.errors import FailedError, UsageError
from trialseal.ledger.acts import offered_to


def transfer(session: Session) -> int:
    """Offers the sponsorship to another party, withdraws or vetoes the offer, or accepts it."""
    args = session.args
    trial, folder = trial_named(session, args.trial)
    session.reader.load(trials=[trial], parties=[session.party])
    state = session.reader.trial(trial)
    if state is None:
        raise FailedError(f"trial {trial.hex()} is not registered on chain {session.reader.chain_id()}")
    if args.transfer == "accept":
        if state.sponsor == session.party:
            return _nothing(session, trial, "this party is the trial's sponsor already")
        act = trials.accept(trial, session.party, state.sponsor)
    elif args.transfer == "veto":
        act = trials.veto_offer(trial, session.party)
    elif args.withdraw:
        if not offered_to(session.reader.history(trial).acts):
            return _nothing(session, trial, "no offer stands")
        act = trials.withdraw_offer(trial, session.party)
    else:
        if not args.to:
            raise UsageError("say the party to offer it to")
        act = trials.offer(trial, session.party, session.find_party(args.to), _trial_code(session, trial))
    done = do(session, [act], folder)
    if done and args.transfer == "offer" and not args.withdraw:
        effective = done[0].receipt["details"].get("effective")
        if effective and effective > done[0].time:
            session.out.say(f"  it can be accepted from {when(effective)}; until then a managing key may veto it")
    return answer(session, done)


def _trial_code(session: Session, trial: bytes) -> str:
    """What is typed for a trial: the sponsor's own code, as the registration states it."""
    first = session.reader.history(trial).acts[0]
    code = getattr(first, "code_text", "")
    return code if code.isprintable() and code.strip() else trial.hex()[:8]


def _nothing(session: Session, trial: bytes, words: str) -> int:
    session.out.say(f"{words}: nothing was sent")
    session.out.value({"trial": trial, "sent": False})
    return 0
