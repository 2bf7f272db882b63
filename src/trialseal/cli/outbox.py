"""`outbox`: what was signed on this computer, and what became of it; bringing it to its end, or cancelling it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trialseal.acts.own import Own
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.ledger import accounts
from trialseal.ledger.outbox import Sending, State
from trialseal.ledger.revisiting import revisit
from trialseal.ledger.sending import Sender
from trialseal.ledger.signer import Signing

_WORDS = {
    State.WAITING: "waiting",
    State.RECORDED: "recorded",
    State.FINAL: "final",
    State.REFUSED: "refused",
    State.DROPPED: "dropped: another transaction has its place",
    State.CANCELLED: "cancelled",
}


def outbox(session: Session) -> int:
    """Lists what was sent; 0 if nothing waits, 2 if something does."""
    args, out = session.args, session.out
    if args.outbox_command == "cancel":
        return _cancel(session)
    box, chain = session.outbox, session.chain
    settled = revisit(chain, box, send=args.outbox_command == "retry")
    for one in settled:
        if one.fell_out or one.sending.state is not State.RECORDED:
            out.say(f"{_line(one.sending)}: {one.words}")
    failed = _retry(session) if args.outbox_command == "retry" else 0
    states = tuple(State) if args.all else (State.WAITING, State.RECORDED)
    listed = box.sendings(*states, chain_id=chain.chain_id(), genesis=chain.genesis())
    words = {one.sending.id: one.words for one in settled if not one.fell_out}
    for each in listed:
        out.say(f"{_line(each)}: {_state(each, words)}")
        if chain.network.explorer and each.transaction:
            out.say(f"      {chain.network.explorer}{each.transaction}")
    waiting = [each for each in listed if each.state is State.WAITING]
    if not listed:
        out.say(f"nothing waits on chain {chain.chain_id()}, and nothing is recorded that is not final")
    elif waiting:
        out.say("trialseal outbox retry brings what waits to its end; trialseal outbox cancel NUMBER gives it up")
    out.value([_row(each, words) for each in listed])
    return 1 if failed else 2 if waiting else 0


def _retry(session: Session) -> int:
    """Brings what waits to its end, in the order of nonces; how many were refused."""
    box, chain, out = session.outbox, session.chain, session.out
    waiting = box.sendings(State.WAITING, chain_id=chain.chain_id(), genesis=chain.genesis())
    failed = 0
    for each in sorted(waiting, key=lambda one: (one.sender, one.nonce)):
        try:
            sent = _sender(session, each).settle(each, box)
        except FailedError as error:
            failed += 1
            out.say(f"{_line(each)}: {error}")
            continue
        except UndeterminedError as error:
            out.say(f"{_line(each)}: {error}")
            continue
        if sent is None:
            out.say(f"{_line(each)}: another transaction of the account has its place: run its command again")
    return failed


def _cancel(session: Session) -> int:
    args, box, out = session.args, session.outbox, session.out
    one = box.with_id(args.number)
    if one is None or one.state is not State.WAITING:
        what = "there is no such sending" if one is None else f"it does not wait, it is {one.state}"
        raise UsageError(f"sending {args.number} cannot be cancelled: {what}; trialseal outbox list --all lists all")
    chain = session.chain
    if (one.chain_id, one.genesis) != (chain.chain_id(), chain.genesis()):
        raise UsageError(f"sending {one.id} is of chain {one.chain_id}: name that chain with --network")
    try:
        sent = _sender(session, one, unlock=True).cancel(one, box)
    except FailedError as error:
        if (after := box.with_id(one.id)) is None or after.state is not State.CANCELLED:
            raise
        out.say(str(error))
        out.value({"number": one.id, "state": State.CANCELLED})
        return 0
    after = box.with_id(one.id)
    state = after.state if after else State.DROPPED
    out.say(
        f"{_line(one)}: it was recorded before it could be cancelled, in block {sent.block}"
        if sent
        else f"{_line(one)}: given up; another transaction of the account has its place"
    )
    out.value({"number": one.id, "state": state})
    return 1 if sent else 0


@dataclass(frozen=True)
class _Nobody:
    """An account whose key is not on this computer: what it signed can be sent, and no more be offered for it."""

    address: str
    is_locked: bool = True

    def sign_transaction(self, transaction_dict: Any) -> Any:
        raise UsageError(f"the key of account {self.address} is not on this computer")


def _sender(session: Session, one: Sending, *, unlock: bool = False) -> Sender:
    """The account that signed a sending; its password is asked for now if `unlock`, else where more must be signed."""
    name = next((name for name, address in accounts.list_accounts(session.home) if address.lower() == one.sender), None)
    signing: Signing = _Nobody(one.sender)
    if name is not None:
        own = Own(session.home, account=name, password_file=session.password_file)
        signing = own.signing
        if unlock:
            own.signing.unlock()
    elif unlock:
        raise UsageError(f"the key of account {one.sender}, which signed it, is not on this computer")
    return Sender(session.chain, signing)


def _line(one: Sending) -> str:
    return f"{one.id:>5}  {when(one.made)}  {one.what}"


def _state(one: Sending, words: dict[int, str]) -> str:
    if one.state is State.RECORDED:
        return f"in block {one.block}, {words.get(one.id, 'not looked at')}"
    more = f", offered {len(one.attempts)} times" if len(one.attempts) > 1 else ""
    return f"{_WORDS[one.state]}{more}"


def _row(one: Sending, words: dict[int, str]) -> dict[str, Any]:
    return {
        "number": one.id,
        "what": one.what,
        "state": one.state,
        "sender": one.sender,
        "nonce": one.nonce,
        "signed": one.made,
        "attempts": list(one.hashes),
        "transaction": one.transaction,
        "block": one.block,
        "finality": words.get(one.id),
    }
