"""The cases that rules about consents are asked of: one subject, by pseudonym, with all of its entries from all
streams; one statement that a form is in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from trialseal.documents.territories import territory_number
from trialseal.escaping import quoted
from trialseal.evidence.consents import Amended, ConsentEvidence, Entry

MAIN_FORM: Final = "main"
"""What a consent form is called where its event does not say which."""


class Requirement(NamedTuple):
    """That those already enrolled at a site are to be asked again."""

    words: str
    since: str | None
    """From when on; None where that is not stated."""
    statement: Entry | None = None
    """The site's own statement, which names the form."""
    version: int | None = None
    """The protocol version."""


@dataclass(frozen=True)
class SubjectCase:
    """One subject: its entries, what its site says of forms and amendments, and what is not seen."""

    subject: str
    entries: Mapping[str, tuple[Entry, ...]]
    """By type, the earliest first."""
    evidence: ConsentEvidence
    statements: Mapping[str | None, tuple[Entry, ...]]
    """By site, which versions of consent forms came into force when."""
    requirements: Mapping[str | None, tuple[Requirement, ...]]
    """By site."""

    def of(self, *types: str) -> list[Entry]:
        """The subject's entries of these types."""
        return [entry for type in types for entry in self.entries.get(type, ())]

    @property
    def sites(self) -> list[str | None]:
        """Where its entries say that it was."""
        found = {entry.site for group in self.entries.values() for entry in group}
        return sorted(found, key=lambda site: site or "")

    @property
    def inclusions(self) -> list[Entry]:
        """What took it into the trial: its enrolments, or where there is none its randomisations, and any treatment."""
        enrolled = self.of("enrolment") or self.of("randomisation")
        return [*enrolled, *self.treatments] if enrolled or self.treatments else []

    @property
    def treatments(self) -> list[Entry]:
        """Trial medication handed out, and visits at which it was treated."""
        return self.of("dispensing") + [one for one in self.of("visit") if one.event.get("treatment")]


class FormCase(NamedTuple):
    """A site's statement that a version of a consent form is in force there."""

    statement: Entry
    evidence: ConsentEvidence


def subject_cases(evidence: ConsentEvidence) -> list[SubjectCase]:
    """Each subject that is not erased, in the order of pseudonyms."""
    erased = {one.subject for one in evidence.erased}
    grouped: dict[str, dict[str, list[Entry]]] = {}
    for entry in evidence.entries:
        if entry.subject is not None and entry.subject not in erased:
            grouped.setdefault(entry.subject, {}).setdefault(entry.type, []).append(entry)
    statements = form_statements(evidence)
    sites = {entry.site for entry in evidence.entries} | set(statements)
    requirements = {site: _requirements(evidence.amendments, statements.get(site, ())) for site in sites}
    return [
        SubjectCase(
            subject,
            {type: tuple(sorted(group, key=sorting)) for type, group in grouped[subject].items()},
            evidence,
            statements,
            requirements,
        )
        for subject in sorted(grouped)
    ]


def form_statements(evidence: ConsentEvidence) -> dict[str | None, tuple[Entry, ...]]:
    """By site, its statements of forms in force, the earliest first."""
    found: dict[str | None, list[Entry]] = {}
    for entry in evidence.entries:
        if entry.type == "consent-form-in-force":
            found.setdefault(entry.site, []).append(entry)
    return {site: tuple(sorted(group, key=sorting)) for site, group in found.items()}


def _requirements(amendments: Iterable[Amended], statements: Sequence[Entry]) -> tuple[Requirement, ...]:
    """What a site has to ask again for: by its own statements, else by the amendments in force in its country."""
    found: list[Requirement] = []
    stated = {one.event.get("protocol_version") for one in statements}
    for one in statements:
        version = one.event.get("protocol_version")
        amended = version and any(other.version == version and other.reconsent for other in amendments)
        # What the site says of its own committee goes before what the protocol says of all.
        if one.event.get("reconsent", amended):
            about = f"protocol version {version}" if version else form_words(one)
            found.append(Requirement(f"{about} required asking again", one.at, one, version))
    countries = {territory_of(one) for one in statements} - {None}
    for other in amendments:
        if other.reconsent and (other.version is None or other.version not in stated):
            words = f"{other.label} required asking again"
            dates = [one.since for one in other.effects if one.territory is not None and one.territory in countries]
            dates = dates or [one.since for one in other.effects if one.territory is None and one.scope is None]
            found.append(Requirement(words, min(dates, default=None), None, other.version))
    return tuple(found)


def sorting(entry: Entry) -> tuple[str, str, str]:
    """In time as it is written; what is equal in that, by id, whatever the order of streams and entries."""
    return entry.at, str(entry.event["id"]), entry.place


def form_of(entry: Entry) -> str:
    return str(entry.event.get("form", MAIN_FORM))


def territory_of(entry: Entry) -> int | None:
    text = entry.event.get("territory")
    return territory_number(text) if text else None


def when(entry: Entry) -> str:
    return f"{'in' if len(entry.at) < 10 else 'on' if len(entry.at) == 10 else 'at'} {entry.at}"


def form_words(entry: Entry) -> str:
    name = "" if form_of(entry) == MAIN_FORM else f"{quoted(form_of(entry))} "
    version = entry.event.get("form_version")
    return f"{name}form version {quoted(version)}" if version else "a form"
