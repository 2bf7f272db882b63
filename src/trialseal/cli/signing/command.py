"""Acts that one signs and another sends: sign, relay."""

from __future__ import annotations

import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.acts.asking import asker
from trialseal.acts.desk import Question
from trialseal.acts.judged_again import judged_again
from trialseal.acts.relaying import Relayed, look_for, merged, require_chain, tried
from trialseal.acts.relaying import relay as send
from trialseal.acts.signed import SignedAct, SignedFile, file_value, read_signed
from trialseal.acts.signing import RemoteSigner, TypedSigner
from trialseal.acts.signing import sign as signed_with
from trialseal.cli.acting import say_dry
from trialseal.cli.finding_lines import finding_line, finding_value
from trialseal.cli.session import Session
from trialseal.cli.signing.apart import output_file, value_of
from trialseal.cli.signing.asked import asked_of, judged_words, lines
from trialseal.cli.times import when
from trialseal.errors import UsageError
from trialseal.files import write_json
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.accounts import Locked
from trialseal.ledger.outbox import Slot
from trialseal.report.signing.page import Asked


def sign(session: Session) -> int:
    """Shows what a file of acts states, and signs it; nothing is sent and no network is asked."""
    args, out = session.args, session.out
    path = output_file(session)
    file = read_signed(Path(args.file))
    if args.serve:
        return _sign_on_page(session, file, path)
    signer = _signer(session)
    _require_key(file.acts, signer.address, safe=args.safe)
    _say_acts(session, file)
    question = Question(
        tuple(one.act.words for one in file.acts),
        ("your signature lets anybody send this, until the time above; it cannot be called back once it is sent",),
    )
    asker(yes=args.yes, write=out.ask)(question)
    made = signed_with(file.acts, signer, safe=args.safe)
    write_json(path, file_value(made, file.judged), 0o600, overwrite=False)
    _say_signed(session, made, signer.address, path)
    return 0


def _sign_on_page(session: Session, file: SignedFile, path: Path) -> int:
    """The same on a page of this computer, where the password is typed."""
    from trialseal.cli.signing.serving import WAITS, Signed, SigningPage, serving

    args, out, key = session.args, session.out, session.own.signing
    if args.signer or args.yes or args.password_file:
        raise UsageError("on the page somebody reads, ticks and types the password: leave out --signer, --yes and "
                         "--password-file")  # fmt: skip
    _require_key(file.acts, key.address, safe=args.safe)
    made: list[SignedAct] = []

    def asked() -> Asked:
        return Asked(Path(args.file).name, session.account, key.address, asked_of(file, _now()), judged_words(file))

    def signs(numbers: Sequence[int], password: str) -> Signed:
        locked = Locked(session.home, session.account, lambda: password)
        made[:] = signed_with([file.acts[number] for number in numbers], locked, safe=args.safe)
        write_json(path, file_value(made, file.judged), 0o600, overwrite=False)
        return Signed(escaping.path(str(path)), len(made))

    page = SigningPage(asked, signs)
    with serving(page) as address:
        out.remark(f"open this address on this computer, within half an hour: {address}", always=True)
        if args.open:
            import webbrowser

            webbrowser.open(address)
        page.wait(WAITS)
    _say_signed(session, made, key.address, path)
    return 0


def _now() -> int:
    return int(time.time())


def _say_signed(session: Session, made: Sequence[SignedAct], key: str, path: Path) -> None:
    out = session.out
    if others := {one.authorization.key for one in made} - {key}:
        out.say(
            f"note: these acts are for key {' and '.join(sorted(others))}: the signature of {key} "
            "counts only as a member's of that account"
        )
    out.say(f"signed by key {key}: {path}; anybody can send it, with trialseal relay")
    out.value(value_of(made, path))


def _signer(session: Session) -> TypedSigner:
    args = session.args
    if args.signer:
        if not args.key:
            raise UsageError("say with --key 0x… which key the signer is to sign with")
        return RemoteSigner(args.signer, session.own.address(args.key))
    return session.own.signing


def _require_key(acts: Sequence[SignedAct], key: str, *, safe: bool) -> None:
    """UsageError if an act is for another account than the one that signs; a contract account has many signers."""
    for one in acts:
        meant = one.authorization.key
        if safe and meant == key:
            raise UsageError("--safe is for owners of a Safe, and these acts are for the key itself: leave it out")
        if not safe and meant != key and not one.signatures and one.act.key:
            raise UsageError(f"only key {one.act.key} can do this, and {key} is to sign")


def _say_acts(session: Session, file: SignedFile) -> None:
    for one in asked_of(file, _now()):
        for line in lines(one):
            session.out.say(line)
    session.out.say(judged_words(file))


def relay(session: Session) -> int:
    """Sends acts that others signed; what a stranger sent first is done."""
    args, out = session.args, session.out
    if args.folder and not args.dry_run:
        raise UsageError("--folder is what a dry run also judges by: add --dry-run, or leave it out")
    files = [read_signed(Path(name)) for name in args.files]
    acts = merged([one for file in files for one in file.acts])
    for one in acts:
        one.relayed  # noqa: B018 - whatever nobody has signed is told before the network is asked
    if args.dry_run:
        return _planned(session, files, acts)
    rows: list[dict[str, Any]] = []

    def told(one: Relayed) -> None:
        out.say(_line(one))
        rows.append(_row(one))

    done = send(session.sender, acts, _slot(session, acts), told)
    out.value(rows)
    return 1 if any(one.refused for one in done) else 0


def _planned(session: Session, files: Sequence[SignedFile], acts: Sequence[SignedAct]) -> int:
    chain, out = session.chain, session.out
    folder = TrialFolder.open(Path(session.args.folder)) if session.args.folder else None
    for file in files:
        _say_acts(session, file)
    require_chain(acts, chain)
    rows, new = [], [(one, place) for one, place in zip(acts, look_for(chain, acts), strict=True)]
    left = [one for one, place in new if place is None]
    told = iter(tried(chain, session.sender.address, left))
    for one, place in new:
        if place is not None:
            out.say(f"already on the chain since {when(place.time)}, would not be sent: {_words(one)}")
            rows.append(_row(Relayed(one, place)))
            continue
        call = next(told)
        said = f"would be refused: {call.refused}" if call.refused else f"would be sent: {call.gas:,} gas alone"
        out.say(f"{said}: {_words(one)}")
        rows.append({**_row(Relayed(one, refused=call.refused)), "gas": call.gas})
    findings = _judged(session, left, folder)
    say_dry(session)
    out.value({"dry_run": True, "acts": rows, "findings": findings})
    return 1 if any(row["refused"] for row in rows) else 0


def _judged(session: Session, acts: Sequence[SignedAct], folder: TrialFolder | None) -> list[dict[str, Any]]:
    """Says what the rules would say of acts if they were recorded now, as a dry run of the acts themselves does."""
    out, where = session.out, escaping.path(str(folder.path)) if folder else ""
    values: list[dict[str, Any]] = []
    made = list(judged_again(session.chain, [one.act for one in acts], folder))
    for one in made:
        of = f" (trial {one.trial.hex()[:8]}…)" if len(made) > 1 else ""
        for finding in one.findings:
            out.say(finding_line(finding) + of)
            values.append({"trial": one.trial, **finding_value(finding)})
        for act in one.unseen if where else ():
            out.say(f"cannot be determined  {where} has no document that this act seals: {escaping.visible(act.words)}")
    if made and not where:
        out.say("judged by what the chain holds: what rules say of the trial's documents, --folder FOLDER shows")
    return values


def _words(one: SignedAct) -> str:
    return escaping.visible(one.act.words)


def _slot(session: Session, acts: Sequence[SignedAct]) -> Slot:
    """Where what is being sent is written down: one place for each chain, account and set of acts."""
    digest = sha256(b"".join(one.relayed for one in acts)).hexdigest()[:16]
    return session.outbox.slot(f"{session.chain_name}/{session.account}/relay/{digest}")


def _line(one: Relayed) -> str:
    words = _words(one.signed)
    if one.place is None:
        return f"refused: {words}: {one.refused}"
    if one.sent is None:
        return f"{words}: recorded already {when(one.place.time)}, nothing was sent"
    return f"{words}: recorded {when(one.place.time)} in block {one.place.block}, paid by {one.sent.gas_used:,} gas"


def _row(one: Relayed) -> dict[str, Any]:
    place = one.place
    return {
        "words": one.signed.act.words,
        "about": one.signed.act.about,
        "sent": one.sent is not None,
        "refused": one.refused or None,
        "number": place.number if place else None,
        "time": place.time if place else None,
        "block": place.block if place else None,
        "transaction": place.transaction if place else None,
    }
