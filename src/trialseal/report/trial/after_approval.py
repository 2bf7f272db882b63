"""Which amendments came after an approval: whoever approved a version may not know that another one followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
    approved = [one for one in attestations if one.kind is AttestationKind.APPROVAL and one.code in APPROVING]
    versions: dict[bytes, int] = {}
    found: dict[int, str] = {}
    for act in acts:
        if isinstance(act, TrialRegistered):
            versions[act.subject] = 1
        elif isinstance(act, DocumentSealed) and act.kind is DocumentKind.PROTOCOL:
            before = [one for one in approved if one.digest in versions and one.stands_at(act.time)]
            versions[act.subject] = act.version
            if before:
                own = any(one.digest == act.subject and not one.withdrawn_at for one in approved)
                found[act.number] = _words(act.version, before, versions, own, names)
    return found


def _words(
    version: int, before: Sequence[AttestationRecord], versions: Mapping[bytes, int], own: bool, names: TrialNames
) -> str:
    last = max(versions[one.digest] for one in before)
    authors = list(dict.fromkeys(one.author for one in before if versions[one.digest] == last))
    by = names.party(authors[0]) + (f" and {len(authors) - 1} more" if len(authors) > 1 else "")
    lacking = "" if own else f"; version {version} has no approval"
    return f"after the approval of version {last} by {by}{lacking}"
