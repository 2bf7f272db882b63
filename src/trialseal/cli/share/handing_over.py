"""Hands a permit over: first its entry in the stream, forced to disk, and only then the file that opens a package."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trialseal.acts.carrying_out import Done
from trialseal.cli.attesting import attestation_of
from trialseal.cli.events.stores import chain_time
from trialseal.cli.session import Session
from trialseal.cli.share.granting import Grant
from trialseal.cli.share.own import WAIT, access_row
from trialseal.files_together import write_together
from trialseal.sharing.cases import moment_of

if TYPE_CHECKING:
    from trialseal.streams.batch import Row
    from trialseal.streams.store import StreamStore


def hand_over(session: Session, stream: StreamStore, given: Sequence[tuple[Grant, Done]]) -> None:
    """Enters permits that the chain holds, and their hand-overs, into the stream, and only then writes their files.

    Whatever happens, a hand-over is on disk before its permit: logged without being made, never made without a log.
    """
    args = session.args
    # The entries name the permits, so they were written after them: of two things in one second nobody could tell.
    at = moment_of(max(chain_time(session), *(done.time + 1 for _, done in given)))
    rows = []
    for grant, done in given:
        permitted = f"permitted-{attestation_of(done).log.hex()[:16]}"
        members = {**grant.members, "by": args.by}
        if stream.find(permitted) is None:
            rows.append(access_row(permitted, at, "permitted", {**members, "decided_by": args.decided_by}))
        handed = f"handed-over-{secrets.token_hex(8)}"
        rows.append(access_row(handed, at, "handed-over", {**members, "files": grant.files}))
    log_and_write(stream, rows, [grant for grant, _ in given])


def log_and_write(stream: StreamStore, rows: Sequence[Row], grants: Sequence[Grant]) -> None:
    """Forces the entries to disk, all at once, and then the permits' files."""
    stream.append(rows, wait=WAIT)
    write_together((file for grant in grants for file in grant.at_place()), 0o600)
