"""A local chain with parties and trials on it, made act by act: for tests of what is read back."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from eth_account import Account

from trialseal.documents.canonical import document_digest, file_digest
from trialseal.documents.endpoints import endpoint_leaves, endpoint_root
from trialseal.documents.identifiers import date_code, party_id, trial_code_bytes, trial_id
from trialseal.folder import receipts
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger import deployment, devnet
from trialseal.ledger.chain import Chain
from trialseal.ledger.codes import AttestationKind, Blinding, Decision, DocumentKind, Milestone, Role
from trialseal.ledger.network_file import Network
from trialseal.ledger.sending import Sender
from trialseal.merkle import tree
from trialseal.registries.numbers import read as read_number

VECTORS = Path(__file__).parents[1] / "vectors" / "documents"
ZERO = bytes(32)
NO_KEY = "0x" + "00" * 20
DAY = 86_400


@dataclass
class PartyOnChain:
    """A party, its first key, its profile."""

    id: bytes
    sender: Sender
    profile: dict[str, Any]


@dataclass
class World:
    """The chain and its clock."""

    chain: Chain
    url: str
    _parties: dict[str, PartyOnChain] = field(default_factory=dict)

    def now(self) -> int:
        """Time of the newest block."""
        block = self.chain.block()
        assert block is not None
        return block["timestamp"]

    def day(self, days: int = 0) -> str:
        """The chain's present day in UTC, or one so many days later."""
        return (datetime.fromtimestamp(self.now(), UTC) + timedelta(days=days)).strftime("%Y-%m-%d")

    def wait(self, days: int) -> None:
        """Lets so many days pass."""
        devnet.set_time(self.chain, self.now() + days * DAY)
        devnet.mine(self.chain)

    def sender(self) -> Sender:
        """A new key with money."""
        account = Account.create()
        devnet.fund(self.chain, account.address, 100)
        return Sender(self.chain, account)

    def party(self, name: str, domain: str | None = None) -> PartyOnChain:
        """A new party of this name."""
        profile = {"format": "trialseal/1", "kind": "party-profile", "legal_name": name}
        if domain:
            profile["domain"] = domain
        sender, salt = self.sender(), secrets.token_bytes(32)
        sender.send("Parties", "createParty", [(salt, document_digest(profile), NO_KEY, 0, NO_KEY, 0)])
        return PartyOnChain(party_id(bytes.fromhex(sender.address[2:]), salt), sender, profile)

    def attest(
        self,
        author: PartyOnChain,
        kind: str,
        code: str,
        subject: bytes,
        digest: bytes = ZERO,
        date: int = 0,
        until: int = 0,
    ) -> None:
        """An accreditation or approval."""
        codes = {"accreditation": Role, "approval": Decision}[kind]
        statement = (
            author.id, AttestationKind.named(kind), codes.named(code), 0, date, until, subject, digest, ZERO,
        )  # fmt: skip
        author.sender.send("Attestations", "attest", [statement])

    def withdraw(self, author: PartyOnChain, subject: bytes, digest: bytes = ZERO, index: int = 0) -> None:
        """A withdrawal of the attestation with this place among those about a subject and digest."""
        log = self.chain.attestations(subject, digest)[index].log
        author.sender.send("Attestations", "withdraw", [(author.id, subject, log)])


class TrialOnChain:
    """A trial and its folder; every act keeps a receipt as the command does."""

    def __init__(self, world: World, sponsor: PartyOnChain, folder: Path, code: str, number: str | None = None) -> None:
        self.world, self.sponsor, self.folder, self.code, self.number = world, sponsor, folder, code, number
        self.id = trial_id(sponsor.id, code)
        (folder / "documents").mkdir(parents=True)
        self.write("sponsor.json", sponsor.profile)
        self.versions: dict[int, dict[str, Any]] = {}

    # ----- documents -----

    def document(self, name: str) -> dict[str, Any]:
        """One of the vectors' documents, made to be this trial's."""
        document: dict[str, Any] = json.loads((VECTORS / name).read_bytes())
        document["trial"] = {"sponsor": self.sponsor.profile["legal_name"], "code": self.code}
        if self.number:
            document["trial"]["registry_ids"] = [self.number]
        return document

    def results_document(self) -> dict[str, Any]:
        """Results for P1 and S1 of version 2, and one post hoc."""
        document = self.document("results.json")
        document.pop("date")
        for result in document["results"]:
            result.pop("cut_off", None)
        return document

    def write(self, name: str, document: Mapping[str, Any] | bytes) -> Path:
        """A file in the trial's folder."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(document if isinstance(document, bytes) else json.dumps(document, indent=2).encode())
        return path

    # ----- acts -----

    def register(self, root: bytes | None = None) -> None:
        """Version 1 of the protocol; `root` stands in for that of its endpoints."""
        document = self.document("protocol-v1.json")
        self._keep(1, document)
        count = len(document["endpoints"])
        sealed = root or endpoint_root(document)
        code = trial_code_bytes(self.code)
        self._send("register", (self.sponsor.id, code, document_digest(document), sealed, count), "protocol.json")

    def claim(self, submitted: str | None = None) -> None:
        """The registry number."""
        assert self.number
        day = date_code(submitted) if submitted else 0
        self._send("claimRegistryId", (self.id, self.sponsor.id, read_number(self.number).packed, day))

    def amend(self, document: dict[str, Any] | None = None, blinding: str = "blinded") -> None:
        """The next version of the protocol."""
        document = deepcopy(document or self.document("protocol-v2.json"))
        version = max(self.versions) + 1
        document["version"] = version
        document["amendment"]["blinding"] = blinding
        self._keep(version, document)
        self._send(
            "seal",
            (
                self.id, self.sponsor.id, 1, version, Blinding.named(blinding), document_digest(document),
                endpoint_root(document), len(document["endpoints"]),
            ),
            "protocol.json",
        )  # fmt: skip

    def seal(self, path: Path, kind: str, digest: bytes | None = None) -> None:
        """A file as the first of its kind, by its bytes."""
        digest = digest or file_digest(path)
        self._send("seal", (self.id, self.sponsor.id, DocumentKind.named(kind), 1, 0, digest, ZERO, 0), path.name)

    def seal_again(self, path: Path, kind: str, version: int) -> None:
        """A file as a later one of its kind."""
        act = (self.id, self.sponsor.id, DocumentKind.named(kind), version, 0, file_digest(path), ZERO, 0)
        self._send("seal", act, path.name)

    def seal_document(self, document: dict[str, Any], version: int, root: bytes | None = None) -> None:
        """A protocol document as this version, whatever it calls itself; `root` stands in for its endpoints'."""
        root, count = root or endpoint_root(document), len(document["endpoints"])
        act = (self.id, self.sponsor.id, 1, version, 1, document_digest(document), root, count)
        self._send("seal", act, "protocol.json")

    def report_as(self, document: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Reports another result from a document than it holds."""
        version = result["protocol_version"]
        leaves = endpoint_leaves(self.versions[version])
        place = [one["id"] for one in self.versions[version]["endpoints"]].index(result["endpoint"])
        proof = tree.inclusion_proof(leaves, place)
        self.report_leaf(document, leaves[place], 0, version, place, len(leaves), proof)

    def milestone(self, name: str, on: str, part: int = 0) -> None:
        """A milestone on a day."""
        self._send("recordMilestone", (self.id, self.sponsor.id, part, Milestone.named(name), date_code(on), 0, ZERO))

    def report(
        self,
        document: Mapping[str, Any],
        only: Sequence[int] | None = None,
        *,
        post_hoc: bool = False,
        actor: PartyOnChain | None = None,
        name: str = "results.json",
        write: bool = True,
    ) -> Path:
        """A results document, each of its results (or `only` some) as an act."""
        path = self.write(name, document) if write else self.folder / name
        parts = {part["id"]: n for n, part in enumerate(self.versions[max(self.versions)].get("parts", []), 1)}
        for index, result in enumerate(document["results"]):
            if only is not None and index not in only:
                continue
            part = parts.get(result.get("part", ""), 0)
            if "endpoint" not in result:
                from trialseal.documents.endpoints import endpoint_leaf

                self.report_leaf(document, endpoint_leaf(result), part, 0, 0, 0, [], actor)
                continue
            version = result["protocol_version"]
            leaves = endpoint_leaves(self.versions[version])
            place = [one["id"] for one in self.versions[version]["endpoints"]].index(result["endpoint"])
            proof = tree.inclusion_proof(leaves, place)
            if post_hoc:
                self.report_leaf(document, leaves[place], part, 0, 0, 0, [], actor)
            else:
                self.report_leaf(document, leaves[place], part, version, place, len(leaves), proof, actor)
        return path

    def report_leaf(
        self,
        document: Mapping[str, Any],
        leaf: bytes,
        part: int,
        version: int,
        index: int,
        count: int,
        proof: Sequence[bytes],
        actor: PartyOnChain | None = None,
    ) -> None:
        """One report."""
        by = actor or self.sponsor
        report = (self.id, by.id, document_digest(dict(document)), leaf, part, version, index, count)
        self._send("reportResult", report, "results.json", proof, by=by)

    def _keep(self, version: int, document: dict[str, Any]) -> None:
        self.versions[version] = document
        self.write("protocol.json", document)
        self.write(f"documents/protocol-v{version}.json", document)

    def _send(self, function: str, act: tuple[Any, ...], file: str | None = None, *more: Any, by: Any = None) -> None:
        sent = (by or self.sponsor).sender.send("TrialRegistry", function, [act, *more])
        [recorded] = [one for log in sent.logs if (one := self.world.chain.act_of(log))]
        receipt = receipts.of_act(self.world.chain, recorded, self.folder / file if file else None)
        TrialFolder(self.folder).keep_receipt("31337", receipt)


@contextmanager
def world(home: Path, port: int) -> Iterator[World]:
    """A devnet in `home` with the contracts on it."""
    status = devnet.up(home, port, timestamp=int(datetime(2020, 4, 20, tzinfo=UTC).timestamp()))
    try:
        chain = Chain(Network("devnet", status.url))
        made = World(chain, status.url)
        deployment.deploy(made.sender(), progress=lambda words: None)
        yield made
    finally:
        devnet.down(home)
