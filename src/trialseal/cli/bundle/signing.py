"""Who signs a bundle that is packed, and what a reader is told of who signed one."""

from __future__ import annotations

from pathlib import Path

from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.evidence.bundle.signature import Packer, Signing
from trialseal.evidence.profiles import find_names
from trialseal.folder.reading import Readings
from trialseal.ledger.moments import moment
from trialseal.ledger.parties import KeyRecord


def signing_of(session: Session) -> Signing | None:
    """Who `--signed-by` names, with the party whose key that is; None if nobody signs.

    The party's acts are read, so that the bundle proves whose key it is. UsageError if it is not that party's.
    """
    from trialseal.acts.own import Own

    args = session.args
    if args.signed_by is None:
        if args.party:
            raise UsageError("--party says for whom --signed-by signs: name the account that signs")
        return None
    own = Own(session.home, account=args.signed_by, party=args.party, password_file=session.password_file)
    key = own.signing.address.lower()
    spoken_for = args.party or any(one.account == own.account for one in own.parties)
    if not spoken_for:
        return Signing(Packer(key), own.signing.sign_message)
    record = session.reader.party(own.party)
    if record is None or record.gap or record.key(key) is None:
        if not args.party:  # the party is one of another chain
            return Signing(Packer(key), own.signing.sign_message)
        raise UsageError(
            f"{session.reader.source} does not show that account {own.account} has a key of party "
            f"{own.party.hex()[:8]}…: sign with an account that has one"
        )
    return Signing(Packer(key, own.party), own.signing.sign_message)


def packer_words(session: Session, packer: Packer, folder: Path, readings: Readings) -> str:
    """Who packed a bundle, as far as its evidence proves whose key signed it; profiles in `folder` give names."""
    proves = "that says who packed it, not that anything in it is true"
    record = session.reader.party(packer.party) if packer.party else None
    key = record.key(packer.key) if record and record.complete else None
    if packer.party is None or key is None:
        said = f", who says that it is of party {packer.party.hex()[:8]}…" if packer.party else ""
        return f"packed by whoever has the key {packer.key}{said}; whose it is, nothing in the bundle proves; {proves}"
    who = find_names(session.reader, [folder, session.home / "parties"], readings=readings).name(packer.party)
    return f"packed by {who}, by its key {packer.key}{_standing(key, session.reader.as_of().time)}; {proves}"


def _standing(key: KeyRecord, now: int) -> str:
    """What is to be known of a key as of a time, Unix seconds."""
    if key.compromised_since:
        return f", reported as compromised since {moment(key.compromised_since, exact=True)}"
    if key.valid_from > now or (key.valid_until and key.valid_until <= now):
        return ", which is not valid as of this block"
    return ""
