"""What a permit is made of: judged whole, by what is at hand and what the chain holds, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from trialseal import age_files, escaping
from trialseal.acts import attesting
from trialseal.acts.act import Act
from trialseal.acts.desk import Desk, Question
from trialseal.cli.events.stores import chain_time
from trialseal.cli.session import Session
from trialseal.cli.share.own import Sharing, package_folder, read_document
from trialseal.cli.share.requesting import Applications
from trialseal.cli.trial.naming import trial_named
from trialseal.documents import models
from trialseal.documents.canonical import canonical_bytes, document_digest
from trialseal.documents.identifiers import date_range
from trialseal.documents.sharing import AccessPolicy, Application, Package, Permit
from trialseal.documents.times import Order, order, unix_seconds
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.profiles import Names, find_names
from trialseal.evidence.sharing import SharingEvidence
from trialseal.evidence.sharing_streams import recipients_of
from trialseal.evidence.wording import end_day
from trialseal.files import is_file, json_bytes, read_file
from trialseal.ledger.codes import AttestationKind
from trialseal.sharing.cases import moment_of
from trialseal.sharing.manifest import DOCUMENT
from trialseal.sharing.terms import Use, open_lines, within
from trialseal.sharing.vouching import vouched

_LARGEST = 1 << 24
_DAY_LENGTH = len("2027-01-31")


class Asked(NamedTuple):
    """What a person says of a permit."""

    application: str
    package: str
    until: str | None = None
    file: str | None = None


class _Package(NamedTuple):
    """A package of the trial, with its terms and its key."""

    folder: Path
    document: Package
    digest: bytes
    policy: AccessPolicy
    identity: str


class Grant(NamedTuple):
    """A permit that can be given."""

    document: Permit
    digest: bytes
    """Of the document."""
    files: int
    """How many the package holds."""
    identity: str
    """The package's own, which opens it."""
    path: Path
    """Where the permit is to lie."""
    words: str

    @property
    def members(self) -> dict[str, str]:
        """What entries of the stream say of it."""
        one = self.document
        common = {"application": one.application, "package": one.package, "recipient": one.recipient}
        return {**common, "permit": self.digest.hex(), "until": one.until}

    @property
    def beside(self) -> bool:
        """Whether its document lies there already."""
        place = document_path(self.path)
        return is_file(place) and read_file(place, _LARGEST) == self.shown

    def at_place(self) -> Iterator[tuple[Path, bytes]]:
        """The files to be written: the document first, so that no permit lies there without it."""
        if not self.beside:
            yield document_path(self.path), self.shown
        yield self.path, age_files.encrypted(f"{self.identity}\n".encode(), self.document.recipient_key)

    @property
    def shown(self) -> bytes:
        """The document as it is laid out in a file."""
        return json_bytes(models.dump(self.document))

    def act(self, party: bytes, open_ones: tuple[str, ...]) -> Act:
        """The attestation by which it is given, with what is asked before."""
        one = self.document
        return attesting.attest(
            party,
            AttestationKind.PERMIT,
            bytes.fromhex(one.trial_id),
            self.words,
            until=unix_seconds(one.until, "--until"),
            digest=bytes.fromhex(one.package),
            document=self.digest,
            doubts=open_ones,
            lasting="a key that went out cannot be called back; the permit's end is a promise on record",
        )


def document_path(permit: Path) -> Path:
    """Where a permit's document lies: beside its file."""
    return permit.with_name(permit.name + ".json")


def keeping(desk: Desk, keep: Callable[[], object]) -> Desk:
    """A desk that keeps something once the question is answered with yes: before it sends, and where it does not, not.

    Every permit is asked about, since it stays on record; documents are there before the chain names them.
    """

    def ask(question: Question) -> None:
        desk.ask(question)
        keep()

    return replace(desk, ask=ask)


class Granting:
    """Makes permits of a trial's packages; what several need is looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.trial, folder = trial_named(session, session.args.trial)
        self.sharing = Sharing(Path(session.args.trial))
        self._documents = self.sharing.documents([])
        self._applications = Applications(self._documents)
        self._profiles = [session.home / "parties", *(folder.profile_folders if folder else [])]
        self._now = chain_time(session)
        self._packages: dict[Path, _Package] = {}
        self._looked_at: set[bytes] = set()

    def grant(self, asked: Asked) -> Grant:
        """A permit, as it would be given now; UsageError or FailedError in a sentence if it cannot be."""
        package = self._package(asked.package)
        application, its_digest = self._applications.entered(Path(asked.application), self.trial)
        path = Path(asked.file or f"{package.folder.name}-{application.recipient[:8]}.permit")
        until = self._until(asked.until, application)
        document = _permit(package, application, its_digest, self._key_of(application), until)
        name = escaping.path(package.folder.name)
        words = f"permit for party {application.recipient[:8]}… to open {name}"
        digest = document_digest(models.dump(document))
        return Grant(document, digest, package.document.files, package.identity, path, words)

    def open_ones(self, grants: Sequence[Grant]) -> list[tuple[str, ...]]:
        """For each what is not certain of its terms, and of who must vouch for their conditions, as the audit asks."""
        evidence = self._evidence(grants)
        at = moment_of(self._now + 1)  # the hand-over comes after the permit: what stands in this second stands then
        found = []
        for one in grants:
            permit = one.document
            policy, application = evidence.policy(permit.policy), evidence.application(permit.application)
            assert policy is not None and application is not None
            use = Use.between(self._now, unix_seconds(permit.until, "--until"))
            conditions = vouched(evidence, one.digest.hex(), permit, at)
            found.append(tuple(open_lines((*within(policy, application, use), *conditions))))
        return found

    def given(self, grant: Grant) -> bool:
        """Whether the party's own permit stands on the chain, and lies whole where it is to lie.

        UsageError if something else is there.
        """
        path, document = grant.path, document_path(grant.path)
        if not grant.beside and document.exists():
            raise UsageError(f"{escaping.path(document)} is there already, and is of another permit: name another file")
        if not path.exists():
            return False
        if not grant.beside or not self._stands(grant):
            raise UsageError(f"{escaping.path(path)} is there already: name another file")
        if not age_files.looks_whole(path):
            raise UsageError(f"{escaping.path(path)} is damaged: remove it and run the same command again")
        return True

    def _stands(self, grant: Grant) -> bool:
        reader, package = self._session.reader, bytes.fromhex(grant.document.package)
        reader.load(subjects=[self.trial])
        return any(
            one.document == grant.digest and one.author == self._session.party and not 0 < one.ended_at <= self._now
            for one in reader.attestations(self.trial, package)
        )

    def _evidence(self, grants: Sequence[Grant]) -> SharingEvidence:
        reader = self._session.reader
        documents = {**self._documents, **{one.digest.hex(): one.document for one in grants}}
        if not any(one.policy.vouching for one in self._packages.values()):
            return SharingEvidence(documents=documents)
        attested = reader.attested(self.trial)
        recipients = list(dict.fromkeys(one.document.recipient for one in grants))
        return SharingEvidence(
            approvals=[one for one in attested.records if one.kind is AttestationKind.APPROVAL],
            attested_gap=str(attested.gap) if attested.gap else None,
            documents=documents,
            recipients=recipients_of(reader, recipients, self._names),
        )

    @cached_property
    def _names(self) -> Names:
        return find_names(self._session.reader, self._profiles)

    def _package(self, named: str) -> _Package:
        folder = package_folder(named)
        if folder not in self._packages:
            package, digest = read_document(folder / DOCUMENT, Package)
            if package.trial_id != self.trial.hex():
                raise UsageError(f"{escaping.path(named)} is a package of another trial: name that trial's folder")
            policy, key_file = self._documents.get(package.policy), self.sharing.key_of(digest)
            if not isinstance(policy, AccessPolicy):
                raise UsageError(
                    f"the terms of {escaping.path(named)} are not in {escaping.path(self.sharing.path)}: restore them"
                )
            self._packages[folder] = _Package(folder, package, digest, policy, age_files.identities_in(key_file)[0])
        return self._packages[folder]

    def _until(self, given: str | None, application: Application) -> str:
        """When the permit ends, as its document says it: given, or the day after the last that was asked for."""
        most = unix_seconds(date_range(application.until)[1].isoformat(), "until") + 86400
        seconds = unix_seconds(given, "--until") if given else most
        if given and len(given) == _DAY_LENGTH:  # a day is the last on which it holds, as in applications
            seconds += 86400
        if seconds > most:
            raise UsageError(f"data were asked for until {application.until}: give an --until that is not later")
        if seconds <= self._now:
            raise UsageError(f"the permit would hold until {end_day(seconds)}, which is past: give a later --until")
        return moment_of(seconds)

    def _key_of(self, application: Application) -> str:
        """The recipient's key that may be used now; FailedError if there is none."""
        party = bytes.fromhex(application.recipient)
        if party not in self._looked_at:
            self._session.reader.load(parties=[party])
            self._looked_at.add(party)
        profile = self._names.profile(party)
        short = f"party {application.recipient[:8]}…"
        if profile is None:
            raise FailedError(f"the profile of {short} is not given: ask it for its profile and put it into parties/")
        now = moment_of(self._now)
        for key in reversed(profile.keys):
            begun = "since" not in key or order(now, key["since"]) in (Order.AFTER, Order.SAME)
            if begun and ("until" not in key or order(now, key["until"]) is Order.BEFORE):
                return key["recipient"]
        raise FailedError(
            f"{short} has no key to which a permit could be encrypted: it makes one with trialseal share key FILE "
            "--profile PROFILE, and names that profile"
        )


def _permit(package: _Package, application: Application, digest: bytes, recipient_key: str, until: str) -> Permit:
    """The document of a permit. Its nonce comes from the package's key, so that the same command makes the same one."""
    value = {
        "format": FORMAT,
        "kind": "permit",
        "trial_id": application.trial_id,
        "package": package.digest.hex(),
        "application": digest.hex(),
        "policy": package.document.policy,
        "recipient": application.recipient,
        "recipient_key": recipient_key,
        "until": until,
        **({"at_end": package.policy.at_end} if package.policy.at_end else {}),
    }
    value["nonce"] = sha256(package.identity.encode() + canonical_bytes(value)).hexdigest()
    document = models.parse_document(value, "the permit")
    assert isinstance(document, Permit)
    return document
