"""`status`: what of a trial is sealed, what comes next, who holds which keys, the last backup, and the cost so far."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from trialseal import escaping
from trialseal.cli.doctor import last_backup
from trialseal.cli.due.command import owed_by_folder
from trialseal.cli.session import Session
from trialseal.cli.signs import Health
from trialseal.cli.times import when
from trialseal.cli.trial.naming import trial_of
from trialseal.evidence.wording import count
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger import accounts
from trialseal.ledger.codes import purposes_told
from trialseal.ledger.fees import ether
from trialseal.ledger.standing import corrections
from trialseal.outputs import write_output
from trialseal.report.status.page import Line, Part, Standing, status_html
from trialseal.report.trial.trial_view import TrialView, timeline_view
from trialseal.report.words import act_words, corrected_words
from trialseal.rules.duties import NOT_KNOWN, Pressing

_MOST_ACTS = 30
_MOST_DUTIES = 30
_WEI: Final = 10**18


def status(session: Session) -> int:
    """Says how a trial stands; 0 whatever it owes, since `due` judges that."""
    args, out = session.args, session.out
    folder = TrialFolder.open(Path(args.trial))
    trial = trial_of(session, folder)
    shown = timeline_view(session.reader, session.home, trial, folder)
    parts = (
        _sealed(shown),
        _next(session, folder),
        _keys(session, shown),
        _kept(session, folder),
        _cost(session, folder),
    )
    as_of = session.reader.as_of()
    told = f"As of block {as_of.number:,} of chain {session.reader.chain_id()}, {when(as_of.time)}."
    standing = Standing(shown.page.title, f"{count(len(shown.history.acts), 'act')} sealed.", told, parts)
    if args.html:
        write_output(Path(args.html), status_html(standing).encode())
    out.say(escaping.name(standing.trial, _LONGEST))
    out.say(f"{standing.headline} {standing.as_of}")
    for part in parts:
        out.say(f"{part.title}:")
        for one in part.lines:
            out.say(f"  {one.of}: {escaping.visible(one.words)}")
        if not part.lines:
            out.say(f"  {part.nothing}")
    if args.html:
        out.say(f"page written to {args.html}")
    out.value(
        {
            "trial": trial,
            "title": standing.trial,
            "as_of_block": as_of.number,
            **{part.title: [one._asdict() for one in part.lines] for part in parts},
        }
    )
    return 0


_LONGEST = 300


def _sealed(shown: TrialView) -> Part:
    acts = shown.history.acts[-_MOST_ACTS:]
    corrected = corrections(shown.history.acts)
    lines = [
        Line(
            when(act.time),
            f"act {act.number}: {act_words(act, shown.names)}{corrected_words(corrected.get(act.number))}",
        )
        for act in acts
    ]
    if left := len(shown.history.acts) - len(acts):
        lines.insert(0, Line("before", f"{count(left, 'act')}: trialseal history lists them"))
    return Part("Sealed so far", ("When", "What"), tuple(lines), "nothing")


def _next(session: Session, folder: TrialFolder) -> Part:
    office = owed_by_folder(session, folder.path)
    lines = [
        Line(one.duty.by or "no date yet", one.duty.what, one.pressing in (Pressing.OVERDUE, Pressing.MAY_BE_OVERDUE))
        for one in office.owed[:_MOST_DUTIES]
    ]
    if left := len(office.owed) - len(lines):
        lines.append(Line("and", f"{left} more: trialseal due lists them"))
    lines += [Line("nothing is known", sentence, True) for sentence in office.unknown]
    lines += [Line("note", sentence) for sentence in office.notes]
    lines += [Line("not looked at", sentence, True) for sentence in office.not_told]
    lines += [Line("not on this list", sentence) for sentence in NOT_KNOWN]
    return Part("Next steps", ("By", "What to do"), tuple(lines), "nothing that trialseal due knows of")


def _keys(session: Session, shown: TrialView) -> Part:
    sponsor = shown.history.state.sponsor
    record = session.reader.party(sponsor)
    here = {address.lower(): name for name, address in accounts.list_accounts(session.home)}
    lines = []
    for key in record.keys if record else ():
        account = here.get(key.key.lower())
        words = f"{purposes_told(key.purposes)}; " + (
            f"account {escaping.name(account)} of this computer" if account else "not on this computer"
        )
        if key.valid_until:
            words += f"; ends {when(key.valid_until)}"
        lines.append(Line(key.key, words))
    return Part("Keys of the sponsor", ("Key", "May, and where it is"), tuple(lines), "none was found")


def _kept(session: Session, folder: TrialFolder) -> Part:
    sign = last_backup(session.home)
    receipts = count(len(folder.claims.receipts), "receipt")
    lines = (Line("backup", sign.words, sign.health is not Health.WORKS), Line("receipts", f"{receipts} in the folder"))
    return Part("Kept", ("What", "How it stands"), lines, "")


def _cost(session: Session, folder: TrialFolder) -> Part:
    if session.args.bundle:
        return Part("Cost so far", ("What", "Cost"), (), "a bundle does not tell it: ask a node")
    return Part("Cost so far", ("What", "Cost"), tuple(_spent(session, folder)), "no receipt of this chain was found")


def _spent(session: Session, folder: TrialFolder) -> Iterator[Line]:
    """What the transactions of the folder's receipts used and cost, as the node says."""
    chain = session.chain
    sent = dict.fromkeys(one.transaction for one in folder.claims.receipts if one.chain_id == chain.chain_id())
    found = [one for one in chain.rpc.attempt([("eth_getTransactionReceipt", [one]) for one in sent])
             if isinstance(one, dict)]  # fmt: skip
    if not found:
        return
    gas = sum(int(one["gasUsed"], 16) for one in found)
    wei = sum(int(one["gasUsed"], 16) * int(one.get("effectiveGasPrice", "0x0"), 16) for one in found)
    network = chain.network
    money = f", {wei / _WEI * network.per_ether:,.2f} {network.currency} at its price" if network.per_ether else ""
    yield Line(count(len(found), "transaction"), f"{gas:,} gas, {ether(wei)}{money}, as the node says")
    if lost := len(sent) - len(found):
        yield Line("not found", f"{count(lost, 'transaction')} that receipts name", True)
