"""Bundles among `--checkpoints`: what trusted parties attested of a chain on another one, proven and vouched for."""

from __future__ import annotations

from collections.abc import Collection

from trialseal import escaping
from trialseal.cli.bundle.opening import open_named
from trialseal.errors import UndeterminedError
from trialseal.evidence.bundle.carrying import chain_of
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.contracts import contract
from trialseal.ledger.evidence import Evidence
from trialseal.ledger.moments import moment
from trialseal.ledger.reference.attested import Attestations, standing_checkpoints
from trialseal.ledger.reference.vouching import Choice


def attested_in(path: str, parties: Collection[bytes], choice: Choice) -> Attestations:
    """The checkpoints in a bundle that parties whom the reader trusts attested; `choice` vouches for its own block.

    UsageError if the file is no bundle, UndeterminedError if it does not show all that is attested.
    """
    shown, bundle = escaping.path(path), open_named(path)
    chain = chain_of(bundle, shown, choice, None)
    now, vouching = chain.as_of(), chain.vouching()
    where = f"on chain {now.chain_id}, by {shown} as of its block {now.number:,} ({now.hash}, {moment(now.time)})"
    if not vouching.vouched:
        return Attestations(
            doubts=(
                f"checkpoints {where} count for nothing yet: nobody whom you trust vouches for that block; look it up, "
                "and say --checkpoint-block with what you read",
                *vouching.doubts,
            )
        )
    where += ", vouched for by " + "; ".join(one.words for one in vouching.vouchers)
    records: list[AttestationRecord] = []
    for subject in subjects_in(bundle.evidence):
        attested = chain.attested(subject)
        if attested.gap:
            raise UndeterminedError(f"{shown} does not show all that is attested: {attested.gap}: ask for another")
        records += attested.records
    return standing_checkpoints(records, parties, now.time, where)


def subjects_in(evidence: Evidence) -> list[bytes]:
    """The subjects about which evidence holds attestations."""
    address = contract("Attestations").address
    return list(dict.fromkeys(log.topics[1] for log in evidence.logs if log.address == address))
