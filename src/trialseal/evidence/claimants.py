"""Who claims a registry number, in brief: anyone may, so those for whom somebody vouches come first."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from trialseal.evidence.sealings import ACCREDITATION
from trialseal.evidence.source import ChainSource
from trialseal.ledger.claims import NumberClaim
from trialseal.ledger.records import TrialState
from trialseal.ledger.rolling import Gap

MOST_LISTED = 20


class Claimant(NamedTuple):
    """A trial that claims a number, and who vouches for its sponsor."""

    claim: NumberClaim
    state: TrialState
    trusted: int
    """How many parties that the reader trusts vouch for the sponsor now."""
    vouching: int
    """How many parties do at all; anyone may."""

    @property
    def trial(self) -> bytes:
        """The trial's id."""
        return self.claim.trial


class Claimants(NamedTuple):
    """Every trial that claims a number, those vouched for first, and whether these are all."""

    number: str
    all: tuple[Claimant, ...]
    gap: Gap | None

    @property
    def meant(self) -> Claimant | None:
        """The only one there is, or the only one for whose sponsor somebody vouches whom the reader trusts.

        None where not all claims, or not all that is attested of a sponsor, can be seen.
        """
        if self.gap:
            return None
        if len(self.all) == 1:
            return self.all[0]
        trusted = [one for one in self.all if one.trusted]
        return trusted[0] if len(trusted) == 1 else None


def claimants_of(chain: ChainSource, number: str, accreditors: Collection[bytes] = ()) -> Claimants:
    """The trials that claim a number, read in three requests however many there are."""
    claims = chain.claims(number)
    chain.load(states=claims.trials)
    found = [(claim, state) for claim in claims.standing if (state := chain.trial(claim.trial))]
    if len(found) > 1:
        chain.load(subjects={state.sponsor for _, state in found})
    now = chain.as_of().time
    listed = []
    for claim, state in found:
        records = chain.attestations(state.sponsor) if len(found) > 1 else []
        authors = {one.author for one in records if one.kind is ACCREDITATION and one.stands_in_block(now)}
        listed.append(Claimant(claim, state, len(authors & set(accreditors)), len(authors)))
    listed.sort(key=lambda one: (-one.trusted, -one.vouching))  # and as they were made, among equals
    gaps = (gap for _, state in found if len(found) > 1 and (gap := chain.attested(state.sponsor).gap))
    return Claimants(number, tuple(listed), claims.gap or next(gaps, None))


def in_brief(claimants: Claimants, names: dict[bytes, str]) -> list[str]:
    """A line for each claimant, the first few of many; `names` are what parties are called here."""
    lines = []
    for one in claimants.all[:MOST_LISTED]:
        sponsor = names.get(one.state.sponsor, f"party {one.state.sponsor.hex()[:8]}…")
        vouched = f"vouched for by {one.vouching}"
        trusted = ", among them one whom you trust" if one.trusted else ""
        lines.append(f"  {one.trial.hex()}  {sponsor}, {vouched if one.vouching else 'vouched for by nobody'}{trusted}")
    if len(claimants.all) > MOST_LISTED:
        lines.append(f"  and {len(claimants.all) - MOST_LISTED:,} more")
    return lines
