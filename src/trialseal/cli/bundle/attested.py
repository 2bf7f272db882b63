"""Bundles of no trial: all that is attested about one subject, such as a chain's checkpoints, to show elsewhere."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from trialseal import escaping, files
from trialseal.cli.attested_checkpoints import subjects_in
from trialseal.cli.bundle.replacing import require_place
from trialseal.cli.bundle.signing import signing_of
from trialseal.cli.session import Session
from trialseal.documents.identifiers import typed_id
from trialseal.errors import UndeterminedError, UsageError
from trialseal.evidence.bundle.bundle import NO_TRIAL, Bundle, write
from trialseal.evidence.wording import count
from trialseal.ledger.moments import moment


def pack_attested(session: Session, target: Path) -> int:
    """Packs the attestations about the subject that `--attested` names, and the proof that they are all."""
    args, out, reader = session.args, session.out, session.reader
    if args.trial or args.update or args.files or args.events or args.rows:
        raise UsageError("--attested packs what is attested about one subject: name no trial, files, events or rows")
    subject = typed_id(args.attested.removeprefix("0x").lower())
    if subject is None:
        raise UsageError("--attested needs the subject's 64 hexadecimal digits, such as a chain's genesis hash")
    attested = reader.attested(subject)
    if attested.gap:
        raise UndeterminedError(f"not all that is attested about {subject.hex()[:8]}… is seen: {attested.gap}")
    signing = signing_of(session)
    made = Bundle(NO_TRIAL, reader.evidence(), reader.is_devnet(), {})
    require_place(target, NO_TRIAL)
    files.write_with(target, partial(write, made, signing=signing))
    out.say(
        f"{escaping.path(target)}: {count(len(attested.records), 'attestation')} about {subject.hex()[:8]}…, which is "
        f"all, as of block {reader.as_of().number:,} of chain {reader.chain_id()}"
    )
    out.value({"subject": subject, "file": str(target), "attestations": len(attested.records)})
    return 0


def tell_attested(session: Session) -> int:
    """Says what a bundle of no trial holds; 2 if that is not all about its subjects."""
    out, reader = session.out, session.reader
    code, values = 0, []
    subjects = subjects_in(session.opened_bundle.evidence)
    if not subjects:
        out.say("it holds no attestation")
    for subject in subjects:
        attested = reader.attested(subject)
        said = f"not complete: {attested.gap}" if attested.gap else f"{count(len(attested.records), 'attestation')}"
        out.say(f"about {subject.hex()}: {said}")
        code = 2 if attested.gap else code
        for one in attested.records:
            ended = f", ended {moment(one.ended_at)}" if one.ended_at else ""
            out.say(f"  {one.kind}: {one.digest.hex()}, by party {one.author.hex()}, {moment(one.time)}{ended}")
            values.append({"subject": subject, "kind": str(one.kind), "digest": one.digest, "party": one.author})
    out.value(values)
    return code
