"""Who a party says it is: profile documents that are those whose digests the chain holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from trialseal.errors import UsageError
from trialseal.escaping import calls_itself
from trialseal.evidence.source import ChainSource
from trialseal.folder.layout import PARTIES, SPONSOR
from trialseal.folder.places import Places
from trialseal.folder.reading import FileReading, Readings
from trialseal.ledger.parties import PartyRecord

# A profile is a name and three identifiers; whatever is larger is none.
_LARGEST = 1 << 16
# More parties than a trial has.
_MOST = 1000


class Profile(NamedTuple):
    """A party's profile as its document says."""

    digest: bytes
    legal_name: str
    domain: str | None = None
    keys: tuple[Mapping[str, str], ...] = ()
    """Its encryption keys, each with recipient, since and until as far as they are stated."""
    path: Path | None = None
    """Where its document lies."""


class Names:
    """What parties are called. A name counts only if its document's digest is the one on the chain."""

    def __init__(self, chain: ChainSource, profiles: Mapping[bytes, Profile]) -> None:
        self._chain = chain
        self._profiles = dict(profiles)
        self._records: dict[bytes, PartyRecord | None] = {}

    def record(self, party: bytes) -> PartyRecord | None:
        """The party as the chain has it, asked for once."""
        if party not in self._records:
            self._records[party] = self._chain.party(party)
        return self._records[party]

    def profile(self, party: bytes) -> Profile | None:
        """The party's profile, if its document is at hand."""
        record = self.record(party) if self._profiles else None
        return self._profiles.get(record.profile) if record and record.complete else None

    def name(self, party: bytes) -> str:
        """'a party that calls itself "Demo sponsor"', or 'party 1a2b3c4d…' if its profile is not given."""
        profile = self.profile(party)
        return calls_itself(profile.legal_name) if profile else f"party {party.hex()[:8]}…"

    def party_of(self, digest: bytes) -> bytes | None:
        """The party, among those looked at, whose profile has this digest."""
        return next((p for p, one in self._records.items() if one and one.complete and one.profile == digest), None)


def find_names(
    chain: ChainSource, folders: Iterable[Path], files: Iterable[FileReading] = (), readings: Readings | None = None
) -> Names:
    """The profiles among these files, and in these folders: sponsor.json, and *.json of parties/ or a folder so called.

    `readings` are those that were made of files before.
    """
    found = {profile.digest: profile for file in files if (profile := profile_of(file))}
    readings = readings or Readings()
    for path in dict.fromkeys(path for folder in folders for path in _candidates(folder, readings.places)):
        try:
            if readings.places.size(path) <= _LARGEST and (profile := profile_of(readings.of(path))):
                found[profile.digest] = profile
        except (OSError, UsageError):  # a name that cannot be read is a name not known
            continue
    return Names(chain, found)


class Around(NamedTuple):
    """Who has to do with a trial."""

    parties: tuple[bytes, ...]
    """The sponsor, whoever acted in it, and who attested about it or the sponsor; of very many only the former two."""
    gap: str
    """Why these may not be all; empty if they are."""


def around(chain: ChainSource, trial: bytes) -> Around:
    """Who has to do with a trial that exists, their records read together."""
    history = chain.history(trial)
    subjects = (history.state.sponsor, trial)
    actors = dict.fromkeys((history.state.sponsor, *(act.actor for act in history.acts)))
    chain.load(subjects=subjects, parties=actors)
    attested = [chain.attested(one) for one in subjects]
    authors = {record.author for one in attested for record in one.records}
    found = (*actors, *sorted(authors - actors.keys()))
    parties = found if len(found) <= _MOST else tuple(actors)
    chain.load(parties=parties)
    records = [record for party in parties if (record := chain.party(party))]
    gaps = [str(gap) for gap in (history.gap, *(one.gap for one in attested), *(one.gap for one in records)) if gap]
    return Around(parties, gaps[0] if gaps else "" if parties == found else "more parties attested than are looked at")


def profile_of(file: FileReading) -> Profile | None:
    """The profile that a file is; None if it is none."""
    document = file.document
    if document is None or file.canonical is None or file.kind != "party-profile":
        return None
    name, domain = document.get("legal_name"), document.get("domain")
    if not isinstance(name, str) or not name.strip():
        return None
    keys = document.get("encryption_keys", ())
    known = [one for one in keys if isinstance(one, dict) and all(isinstance(text, str) for text in one.values())]
    return Profile(file.canonical, name, domain if isinstance(domain, str) else None, tuple(known), file.path)


def _candidates(folder: Path, places: Places) -> Iterator[Path]:
    yield folder / SPONSOR
    for place in (folder, folder / PARTIES):
        if place.name == PARTIES:
            names = places.names(place, follow=place == folder)
            yield from [place / name for name in names if name.endswith(".json")][:_MOST]
