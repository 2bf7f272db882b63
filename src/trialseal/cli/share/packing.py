"""`share pack`."""

from __future__ import annotations

import secrets
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal import age_files, escaping
from trialseal.cli.events.stores import chain_time, site_key
from trialseal.cli.session import Session
from trialseal.cli.share.own import Sharing, read_document
from trialseal.cli.stores_given import none_given, stores_given
from trialseal.cli.trial.naming import trial_named
from trialseal.documents import models
from trialseal.documents.sharing import AccessPolicy, Package
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.wording import count
from trialseal.files import json_bytes, require_file
from trialseal.folder.reading import read
from trialseal.sharing.cases import moment_of
from trialseal.sharing.dicom import named_in
from trialseal.sharing.numbering import read_numbers, unmatched
from trialseal.sharing.owners import Rows, Source, read_owners, sources_in
from trialseal.sharing.packing import Contents
from trialseal.sharing.packing import pack as packed_into
from trialseal.sharing.withdrawn import Reach, withdrawn
from trialseal.streams.pseudonyms import Pseudonyms
from trialseal.tables.names import seal_path

if TYPE_CHECKING:
    from trialseal.evidence.sharing_streams import Entries


def pack(session: Session) -> int:
    """Packs a table or a folder, without whoever withdrew the use of their data."""
    args, out = session.args, session.out
    place, source = Path(args.trial), Path(args.source)
    trial, _ = trial_named(session, args.trial)
    policy, _ = read_document(Path(args.policy), AccessPolicy)
    read = _read(session, trial, place)
    gone = dict(withdrawn(read.entries, policy.legal_basis))
    out_of_it = {who for who, one in gone.items() if one.reach is not Reach.IN}
    numbers = Numbers(session)
    rows, sources, left_out = _sources(session, source, out_of_it, numbers)
    identity, recipient = age_files.new_identity()
    sharing = Sharing(place)
    policy_digest = sharing.keep(policy)
    made: list[Package] = []

    def document(contents: Contents) -> bytes:
        without = rows.dropped if rows else left_out
        found = None if args.numbers_checked else unmatched(numbers.seen, out_of_it, read.subjects, numbers.pseudonym)
        if found:
            raise FailedError(
                f"{found.words(escaping.path(source))}: are they numbered otherwise there? Name the column that has "
                "the streams' numbers, or say which is which with --ids FILE (CSV: participant,in_table), or "
                "--numbers-checked if they are other people; nothing was packed"
            )
        unclear = [who for who in without if gone[who].reach is Reach.UNDETERMINED]
        value = {
            "format": FORMAT, "kind": "package", "trial_id": trial.hex(), "policy": policy_digest.hex(),
            "seal": _seal(source), "files": len(contents.files), "bytes": contents.bytes,
            "manifest": contents.manifest, "root": contents.root.hex(), "recipient": recipient,
            "left_out": len(without), "undetermined": len(unclear),
            "packed": moment_of(chain_time(session)),
            "deidentified_by": args.deidentified_by, "nonce": secrets.token_hex(32),
        }  # fmt: skip
        value = {key: member for key, member in value.items() if member is not None}
        package = models.parse_document(value, "the package")
        assert isinstance(package, Package)
        made.append(package)
        # The key lies with the holder before the package does: no package is made that nobody can open.
        sharing.keep_package(package, contents.files, age_files.key_file(identity, recipient, package.packed))
        return json_bytes(value)

    contents = packed_into(Path(args.out), sources, recipient, document, out.progress)
    _say(session, made[0], contents)
    return 0


def _read(session: Session, trial: bytes, place: Path) -> Entries:
    """What the streams say of withdrawals and consents; UsageError unless all streams are seen."""
    from trialseal.evidence.sharing_streams import read_entries

    stores = stores_given(trial, place, list(map(Path, session.args.folder)))
    if not stores and not session.args.consents_at_hand:
        raise none_given(trial, session.args)
    at_hand = session.args.consents_at_hand
    entries = read_entries(session.reader, trial, stores, all_at_hand=at_hand, progress=session.out.progress)
    if entries.unseen:
        raise UsageError(
            f"who withdrew is not all seen: {entries.unseen}; give their folders with --folder, or say "
            "--consents-at-hand if they hold no withdrawals; nothing was packed"
        )
    return entries


class Numbers:
    """Pseudonyms of the participants' numbers in what is packed, and which numbers there are."""

    def __init__(self, session: Session) -> None:
        self.seen: dict[str, str] = {}
        """By pseudonym."""
        self._list = session.args.ids
        self._stated = read_numbers(Path(self._list)) if self._list else None
        self._pseudonyms = cache(lambda: Pseudonyms(site_key(session, make=False)))

    def pseudonym(self, number: str) -> str:
        """The pseudonym of a number; a pseudonym stays what it is."""
        is_one = len(number) == 32 and all(sign in "0123456789abcdef" for sign in number)
        return number if is_one else self._pseudonyms().of(number)

    def of(self, number: str) -> str:
        """As `pseudonym`; the number is seen then."""
        if self._stated is not None and number not in self._stated:
            raise FailedError(
                f"{escaping.quoted(number)} is not in {escaping.path(self._list)}: add its row; nothing was packed"
            )
        found = self.pseudonym(self._stated[number] if self._stated is not None else number)
        self.seen.setdefault(found, number)
        return found


def _sources(
    session: Session, source: Path, out_of_it: set[str], numbers: Numbers
) -> tuple[Rows | None, list[Source | tuple[str, Rows]], set[str]]:
    """What is packed, and who is left out; of a table that is known only once it was read."""
    args = session.args
    if args.subject:
        require_file(source)
        delimiter = "\t" if args.delimiter == "tab" else args.delimiter
        rows = Rows(source, args.subject, numbers.of, out_of_it, delimiter)
        return rows, [(source.name, rows)], set()
    owners = read_owners(Path(args.owners), numbers.of)
    if not source.is_dir():
        raise UsageError(f"{escaping.path(source)} is not a folder: --owners lists the files of one; or name --subject")
    every = sources_in(source, owners, escaping.path(args.owners))
    kept = [one for one in every if not out_of_it & set(one.subjects)]
    _require_deidentified(session, [one.place for one in kept])
    if not kept:
        raise UsageError("every file belongs to somebody who withdrew the use of their data: there is nothing to pack")
    return None, [*kept], {who for one in every for who in one.subjects if who in out_of_it}


def _require_deidentified(session: Session, paths: list[Path]) -> None:
    """Names what the headers of DICOM files hold of people; FailedError unless somebody states that it is no name."""
    named = named_in(paths)
    if not named:
        return
    words = ", ".join(f"{keyword} ({number})" for keyword, number in sorted(named.items()))
    session.out.say(f"filled in headers of DICOM files, of which PS3.15 E.1-1 says that they may name people: {words}")
    if not session.args.deidentified_by:
        raise FailedError(
            "DICOM headers may name people: empty or replace these attributes, or say with --deidentified-by which "
            "office states that they name nobody; nothing was packed"
        )


def _seal(source: Path) -> str | None:
    """The digest of the source's seal, or of the file itself."""
    seal = seal_path(source)
    if seal.is_file():
        return read(seal).digest.hex()
    return read(source).digest.hex() if source.is_file() else None


def _ending(text: str) -> str:
    return escaping.quoted(text) if text else "without an ending"


def _say(session: Session, package: Package, contents: Contents) -> None:
    args, out = session.args, session.out
    out.say(f"{count(package.files, 'file')}, {package.bytes:,} bytes, packed into {escaping.path(args.out)}")
    words = f"left out: {count(package.left_out, 'participant')} who withdrew the use of their data"
    if package.undetermined:
        words += f"; of {package.undetermined} neither the withdrawal nor the terms say how far it reaches: ask them"
    out.say(words)
    endings = Counter(Path(one.path).suffix for one in contents.files)
    out.say("files: " + ", ".join(f"{number} {_ending(ending)}" for ending, number in endings.most_common(5)))
    out.say("its key lies in the trial's folder, sharing/keys: keep a copy; share permit lets others open it")
    out.value(models.dump(package))
