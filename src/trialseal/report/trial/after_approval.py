"""Which version was approved last, and which amendments came after an approval: its author may not know of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from trialseal.evidence.wording import day
from trialseal.ledger.acts import Act, DocumentSealed, TrialRegistered
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import APPROVING, AttestationKind, DocumentKind
from trialseal.report.words import TrialNames


def after_approval(
    acts: Iterable[Act], attestations: Sequence[AttestationRecord], names: TrialNames
) -> Mapping[int, str]:
    """By the number of an act that seals a later version: 'after the approval of version 1 by …; version 2 has none'.

    An approval counts if it stood when that version was sealed, whoever made it: anyone may, and its author is named.
    """
    approved = _approvals(attestations)
    versions: dict[bytes, int] = {}
    found: dict[int, str] = {}
    for act, version in _versions(acts):
        before = [one for one in approved if one.digest in versions and one.stands_at(act.time)]
        versions[act.subject] = version
        if before:
            own = any(one.digest == act.subject and not one.withdrawn_at for one in approved)
            found[act.number] = _words(version, before, versions, own, names)
    return found


def _versions(acts: Iterable[Act]) -> Iterator[tuple[TrialRegistered | DocumentSealed, int]]:
    """The acts that seal a version of the protocol, each with its number."""
    for act in acts:
        if isinstance(act, TrialRegistered):
            yield act, 1
        elif isinstance(act, DocumentSealed) and act.kind is DocumentKind.PROTOCOL:
            yield act, act.version


def _words(
    version: int, before: Sequence[AttestationRecord], versions: Mapping[bytes, int], own: bool, names: TrialNames
) -> str:
    last = max(versions[one.digest] for one in before)
    authors = list(dict.fromkeys(one.author for one in before if versions[one.digest] == last))
    by = names.party(authors[0]) + (f" and {len(authors) - 1} more" if len(authors) > 1 else "")
    lacking = "" if own else f"; version {version} has no approval"
    return f"after the approval of version {last} by {by}{lacking}"


def approved_so_far(acts: Iterable[Act], attestations: Sequence[AttestationRecord], now: int) -> str:
    """'a party approved version 2 on 2020-07-24', or of which version before the last; empty where no approval stands.

    That none is on a chain is no finding: most committees answer on paper. `now` is in Unix seconds.
    """
    versions = {act.subject: version for act, version in _versions(acts)}
    standing = [one for one in _approvals(attestations) if one.digest in versions and one.stands_in_block(now)]
    if not standing:
        return ""
    last = max(versions.values())
    approved = max(versions[one.digest] for one in standing)
    made = [one for one in standing if versions[one.digest] == approved]
    parties = len({one.author for one in made})
    words = f"{'a party' if parties == 1 else f'{parties} parties'} approved version {approved}"
    lacking = f", but not version {last}" if approved < last else ""
    return f"{words} on {day(min(one.time for one in made))}{lacking}"


def _approvals(attestations: Sequence[AttestationRecord]) -> list[AttestationRecord]:
    return [one for one in attestations if one.kind is AttestationKind.APPROVAL and one.code in APPROVING]
