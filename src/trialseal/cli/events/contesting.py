"""`events contest`: what this party says against an entry of another's stream, put into a stream of its own."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from trialseal.cli.events.stores import store_named
from trialseal.cli.session import Session
from trialseal.documents import canonical
from trialseal.documents.nonces import salted_leaf
from trialseal.errors import UsageError
from trialseal.escaping import quoted


def contest(session: Session) -> int:
    """Appends a contest of the entry that a proof shows. The proof is checked by arithmetic; no chain is asked."""
    from trialseal.streams.intake import Intake, Settings
    from trialseal.streams.proof import read_proof
    from trialseal.streams.sources import SourceRow

    args = session.args
    stream = store_named(session)
    proof = read_proof(Path(args.proof))
    proof.verify()
    if proof.trial != stream.config.trial:
        raise UsageError(
            f"{args.proof} is of trial {proof.trial.hex()[:8]}…, and stream {stream.config.name} of trial "
            f"{stream.config.trial.hex()[:8]}…: name a stream of that trial"
        )
    leaf = salted_leaf(proof.nonce, canonical.canonical_bytes(proof.event)).hex()
    event = {
        "type": "contest",
        "id": args.id or f"contest-{leaf[:16]}",
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "writer": proof.writer.hex(),
        "stream": proof.stream.hex(),
        "entry": proof.index,
        "leaf": leaf,
        "holds": args.holds,
        "source": args.source,
        "reason": args.reason,
    }
    event |= {
        key: str(one) for key, one in (("subject", proof.event.get("subject")), ("agreed_by", args.agreed_by)) if one
    }
    settings = Settings(stream.config, b"", "the contest", int(time.time()), early=True, pseudonyms=True)
    stream.append(Intake(settings).rows(SourceRow(0, event, False)))
    index = stream.size - 1
    session.out.say(
        f"entry {proof.index} ({quoted(proof.event.get('id'))}) of stream {proof.stream.hex()[:8]}… of party "
        f"{proof.writer.hex()[:8]}… is contested by entry {index} of stream {stream.config.name}; it stays as it is"
    )
    session.out.value({"contested": proof.index, "leaf": leaf, "entry": index, "id": event["id"]})
    return 0
