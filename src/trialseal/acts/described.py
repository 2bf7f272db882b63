"""Acts as a table or a file describes them: one JSON object an act, in the words of the commands.

    {"act": "milestone", "trial": "trials/my-trial", "milestone": "data-lock", "on": "2021-03-01"}

`trial` is a folder or an id. What each act takes, `TAKES` says; a name behind '?' may be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

from trialseal import escaping
from trialseal.acts import attesting, trials
from trialseal.acts.act import ZERO, Act
from trialseal.acts.approving import Approved
from trialseal.acts.desk import Desk
from trialseal.acts.protocols import amended
from trialseal.documents import models
from trialseal.documents.identifiers import date_code, typed_id
from trialseal.documents.territories import territory_number
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.trials import protocols_at_hand
from trialseal.files import json_bytes
from trialseal.folder.layout import PROTOCOL, RESULTS
from trialseal.folder.reading import FileReading, Readings, of_bytes
from trialseal.folder.sheets import followed
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.codes import AttestationKind, Blinding, Code, Decision, DocumentKind, Milestone, Role

C = TypeVar("C", bound=Code)
TAKES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "register": ("?protocol",),
        "amend": ("?protocol", "?reason", "?blinding"),
        "seal": ("file", "as", "?blinding"),
        "milestone": ("milestone", "on", "?part", "?document"),
        "correct": ("number", "document", "on"),
        "add-id": ("id", "?submitted"),
        "withdraw-id": ("id",),
        "results": ("?results",),
        "role": ("party", "as"),
        "approve": ("?version", "?file", "?decision", "?territory", "?on"),
        "accredit": ("party", "as", "?on", "?territory"),
    }
)
KINDS: Final[Mapping[str, DocumentKind]] = MappingProxyType(
    {
        "sap": DocumentKind.ANALYSIS_PLAN,
        "registry": DocumentKind.REGISTRY_RECORD,
        "icf": DocumentKind.CONSENT_FORM,
        "charter": DocumentKind.CHARTER,
        "dataset": DocumentKind.DATASET,
        "other": DocumentKind.OTHER,
        "protocol": DocumentKind.PROTOCOL_FILE,
    }
)
"""Kinds of sealed files, by the short words of `seal --as`."""


Folders = dict[str, tuple[bytes, TrialFolder]]
"""Trials by the name that entries give them: id and folder."""


class Described(NamedTuple):
    """What an entry describes: mostly one act, and the trial's folder if it names one."""

    acts: tuple[Act, ...]
    folder: TrialFolder | None


class _DescribedAct(NamedTuple):
    """A description whose names were checked."""

    desk: Desk
    where: str
    name: str
    value: Mapping[str, Any]
    trial: bytes
    folder: TrialFolder | None

    def text(self, name: str) -> str | None:
        """A member as text; None if it is left out."""
        value = self.value.get(name)
        if value is None:
            return None
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise UsageError(f"{self.where}: {name} must be text: correct it")
        return str(value)

    def needed(self, name: str) -> str:
        """A member that the act needs."""
        text = self.text(name)
        if not text:
            raise UsageError(f"{self.where}: act {self.name} needs {name}: add it")
        return text

    def code(self, codes: type[C], word: str) -> C:
        """The number of a word."""
        try:
            return codes.named(word)
        except KeyError:
            known = ", ".join(codes.words())
            raise UsageError(f"{self.where}: there is no {codes.noun()} {word}: use one of {known}") from None

    def reading(self, path: str) -> FileReading:
        """The file of this path, or of this path in the trial's folder; each is read once."""
        readings = self.folder.readings if self.folder else Readings()
        inside = self.folder.path / path if self.folder else Path(path)
        return readings.kept(inside if inside.exists() else Path(path))

    def checked(self, reading: FileReading, kind: str) -> dict[str, Any]:
        """The document that a file is, once it has passed its model."""
        document = models.parse_document(reading.value(), str(reading.path))
        if document.kind != kind or reading.document is None:
            raise UsageError(f"{reading.path} is a document of kind {document.kind}, not {kind}: name another file")
        return reading.document

    def in_folder(self) -> TrialFolder:
        """The trial's folder, for acts that need its documents."""
        if self.folder is None:
            raise UsageError(f"{self.where}: act {self.name} needs the trial's folder as trial: name it")
        return self.folder


def described(desk: Desk, value: object, where: str, folders: Folders | None = None) -> Described:
    """The acts that one entry describes; UsageError that names the place where it is wrong.

    `folders` keeps the trials of a file's entries, so that each folder is read once.
    """
    if not isinstance(value, Mapping):
        raise UsageError(f"{where}: an act is a JSON object: correct it")
    name = value.get("act")
    if not isinstance(name, str) or name not in TAKES:
        raise UsageError(f"{where}: there is no act {name!r}: use one of {', '.join(TAKES)}")
    known = {one.removeprefix("?") for one in TAKES[name]}
    if unknown := sorted(set(value) - known - {"act", "trial"}):
        raise UsageError(f"{where}: act {name} has no {unknown[0]}: use {', '.join(sorted(known))}")
    trial, folder = ZERO, None
    if name != "accredit":
        trial, folder = _trial(desk, value.get("trial"), where, {} if folders is None else folders)
    acts = _MAKERS[name](_DescribedAct(desk, where, name, value, trial, folder))
    return Described(tuple(acts), folder)


def _trial(desk: Desk, named: object, where: str, folders: Folders) -> tuple[bytes, TrialFolder | None]:
    if not isinstance(named, str) or not named:
        raise UsageError(f"{where}: trial is missing: give the trial's folder, or its id of 64 hexadecimal digits")
    if id := typed_id(named):
        return id, None
    if named not in folders:
        folder = TrialFolder.open(Path(named))
        folders[named] = (trials.trial_in(folder, lambda: desk.party), folder)
    return folders[named]


def _register(one: _DescribedAct) -> list[Act]:
    folder = one.in_folder()
    given = one.text("protocol")
    protocol = one.reading(given) if given else _own_protocol(folder)
    one.checked(protocol, "protocol")
    return [trials.register(one.desk.party, protocol)]


def _own_protocol(folder: TrialFolder) -> FileReading:
    """The folder's protocol.json; UsageError if its sheets say something else."""
    made = followed(folder.path)
    if made is not None and made.changes:
        raise UsageError(
            f"{folder.path} has sheets that say other than its {PROTOCOL}: trialseal validate "
            f"{escaping.argument(folder.path)} makes it of them"
        )
    return folder.protocol()


def _amend(one: _DescribedAct) -> list[Act]:
    folder = one.in_folder()
    given = one.text("protocol")
    file = one.reading(given) if given else _own_protocol(folder)
    history = one.desk.chain.history(one.trial)
    last = history.state.versions[DocumentKind.PROTOCOL]
    sealed = protocols_at_hand(history, folder.files).get(last)
    document = amended(
        file.value(),
        file.path,
        last,
        sealed.document if sealed else None,
        reason=one.text("reason"),
        blinding=one.text("blinding"),
    )
    following = of_bytes(file.path, json_bytes(document))
    return [trials.amend(one.trial, one.desk.party, file if file.canonical == following.canonical else following)]


def _seal(one: _DescribedAct) -> list[Act]:
    file, word = one.reading(one.needed("file")), one.needed("as")
    if word not in KINDS:
        raise UsageError(f"{one.where}: there is no kind {word}: use one of {', '.join(KINDS)}")
    if KINDS[word] in trials.WITH_MODEL and (file.document or file.fault):
        one.checked(file, KINDS[word].word)
    state = one.desk.chain.trial(one.trial)
    version = (state.versions[KINDS[word]] if state else 0) + 1
    blinding = one.code(Blinding, one.text("blinding") or "not-stated")
    return [trials.seal(one.trial, one.desk.party, file, KINDS[word], version, blinding)]


def _milestone(one: _DescribedAct) -> list[Act]:
    part, document = one.text("part"), one.text("document")
    return [
        trials.milestone(
            one.trial,
            one.desk.party,
            one.code(Milestone, one.needed("milestone")),
            one.needed("on"),
            part=part_number(one.folder, part),
            part_name=part or "",
            document=one.reading(document) if document else None,
        )
    ]


def _correct(one: _DescribedAct) -> list[Act]:
    number = one.needed("number")
    if not number.isdecimal():
        raise UsageError(f"{one.where}: number must be an act's number: trialseal history shows them")
    document = one.reading(one.needed("document"))
    return [trials.correct(one.trial, one.desk.party, int(number), document, one.needed("on"))]


def _add_id(one: _DescribedAct) -> list[Act]:
    return [trials.claim_number(one.trial, one.desk.party, one.needed("id"), one.text("submitted"))]


def _withdraw_id(one: _DescribedAct) -> list[Act]:
    return [trials.withdraw_number(one.trial, one.desk.party, one.needed("id"))]


def _results(one: _DescribedAct) -> list[Act]:
    folder = one.in_folder()
    file = one.reading(one.text("results") or str(folder.path / RESULTS))
    document = one.checked(file, "results")
    at_hand = protocols_at_hand(one.desk.chain.history(one.trial), folder.files)
    protocols = {version: text.document for version, text in at_hand.items()}
    return [trials.report_result(one.trial, one.desk.party, file, each, protocols) for each in document["results"]]


def _role(one: _DescribedAct) -> list[Act]:
    return [trials.name_role(one.trial, one.desk.party, _party(one), one.code(Role, one.needed("as")))]


def _approve(one: _DescribedAct) -> list[Act]:
    file, version = one.text("file"), one.text("version")
    approved = Approved.of(
        one.desk.chain.history(one.trial),
        one.reading(file) if file else None,
        int(version) if version and version.isdecimal() else None,
        one.folder.files if one.folder else (),
    )
    decision = one.code(Decision, one.text("decision") or "approved")
    return [
        attesting.attest(
            one.desk.party,
            AttestationKind.APPROVAL,
            one.trial,
            f"{decision}: {approved.words}",
            code=decision,
            territory=_territory(one),
            date=_date(one),
            digest=approved.digest,
            doubts=approved.doubts,
        )
    ]


def _accredit(one: _DescribedAct) -> list[Act]:
    subject, role = _party(one), one.code(Role, one.needed("as"))
    if one.desk.chain.party(subject) is None:  # an accreditation of a mistyped id would stand for good
        raise FailedError(f"{one.where}: party {subject.hex()} does not exist on this chain: correct its id")
    words = f"party {subject.hex()[:8]}… vouched for as {role}"
    kind, territory, date = AttestationKind.ACCREDITATION, _territory(one), _date(one)
    return [attesting.attest(one.desk.party, kind, subject, words, code=role, territory=territory, date=date)]


def _party(one: _DescribedAct) -> bytes:
    party = typed_id(one.needed("party"))
    if party is None:
        raise UsageError(f"{one.where}: party must be an id of 64 hexadecimal digits: trialseal party show prints it")
    return party


def _territory(one: _DescribedAct) -> int:
    given = one.text("territory")
    return territory_number(given) if given else 0


def _date(one: _DescribedAct) -> int:
    given = one.text("on")
    return date_code(given) if given else 0


_MAKERS: Final[Mapping[str, Callable[[_DescribedAct], list[Act]]]] = MappingProxyType(
    {
        "register": _register,
        "amend": _amend,
        "seal": _seal,
        "milestone": _milestone,
        "correct": _correct,
        "add-id": _add_id,
        "withdraw-id": _withdraw_id,
        "results": _results,
        "role": _role,
        "approve": _approve,
        "accredit": _accredit,
    }
)


def part_number(folder: TrialFolder | None, part: str | None) -> int:
    """A part's number: its place in the protocol's list of parts, from 1; 0 for the whole trial."""
    if part is None:
        return 0
    if folder is None:
        if part.isascii() and part.isdecimal() and int(part) < 1 << 16:
            return int(part)
        raise UsageError(f"--part {part}: give the part's number, or name the trial by its folder")
    protocol = folder.protocol().value()
    parts = protocol.get("parts", []) if isinstance(protocol, dict) else []
    ids = [str(one.get("id")) for one in parts if isinstance(one, dict)]
    if part in ids:
        return ids.index(part) + 1
    raise UsageError(f"the protocol has no part {part!r}: its parts are {', '.join(ids) or 'none'}")
