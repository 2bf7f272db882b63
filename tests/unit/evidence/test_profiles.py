"""Names count only where the chain holds the profile's digest; domains are asked with care."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trialseal.documents.canonical import document_digest
from trialseal.evidence.domain import ask_domain
from trialseal.evidence.profiles import find_names
from trialseal.ledger.parties import PartyRecord
from trialseal.ledger.rolling import SUPPOSED

PARTY = b"\x1a" * 32


class OneParty:
    def __init__(self, profile: bytes) -> None:
        self.profile, self.asked = profile, 0

    def party(self, party: bytes) -> PartyRecord | None:
        self.asked += 1
        return PartyRecord(party, 1, 0, self.profile, (), SUPPOSED) if party == PARTY else None


def profile(name: str) -> dict[str, str]:
    return {"format": "trialseal/1", "kind": "party-profile", "legal_name": name}


@pytest.mark.parametrize("place", ["sponsor.json", "parties/1.json", "home/parties/1.json"])
def test_name_of_the_profile_on_the_chain(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text(json.dumps(profile("Right")))
    (tmp_path / "parties").mkdir(exist_ok=True)
    (tmp_path / "parties" / "2.json").write_text(json.dumps(profile("Wrong")))
    chain = OneParty(document_digest(profile("Right")))
    names = find_names(chain, [tmp_path, tmp_path / "home"])  # type: ignore[arg-type]
    assert [names.name(PARTY), names.name(b"\x2b" * 32)] == ['a party that calls itself "Right"', "party 2b2b2b2b…"]
    assert chain.asked == 2


def test_a_link_is_followed_where_it_was_named_and_nowhere_below(tmp_path: Path) -> None:
    real, named, trial = tmp_path / "real", tmp_path / "named" / "parties", tmp_path / "trial"
    for folder in (real, named.parent, trial):
        folder.mkdir()
    (real / "1.json").write_text(json.dumps(profile("Right")))
    chain = OneParty(document_digest(profile("Right")))
    for link in (named, trial / "parties"):
        link.symlink_to(real)
    assert "Right" in find_names(chain, [named]).name(PARTY)  # type: ignore[arg-type]
    assert "Right" not in find_names(chain, [trial]).name(PARTY)  # type: ignore[arg-type]
    assert "Right" not in find_names(chain, [real]).name(PARTY)  # type: ignore[arg-type]


def test_no_more_profiles_are_read_than_a_trial_has(tmp_path: Path) -> None:
    (tmp_path / "parties").mkdir()
    for number in range(1000):
        (tmp_path / "parties" / f"{number:04}.json").touch()
    (tmp_path / "parties" / "last.json").write_text(json.dumps(profile("Right")))
    chain = OneParty(document_digest(profile("Right")))
    assert "Right" not in find_names(chain, [tmp_path]).name(PARTY)  # type: ignore[arg-type]
    (tmp_path / "parties" / "0000.json").unlink()
    assert "Right" in find_names(chain, [tmp_path]).name(PARTY)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["Wrong", "", " "])
def test_forged_profile_gives_no_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "sponsor.json").write_text(json.dumps(profile(name)))
    digest = document_digest(profile("Right" if name == "Wrong" else name))
    names = find_names(OneParty(digest), [tmp_path])  # type: ignore[arg-type]
    assert names.name(PARTY) == "party 1a1a1a1a…"


def test_a_document_of_another_kind_is_no_profile_whatever_it_says(tmp_path: Path) -> None:
    other = profile("Right") | {"kind": "results"}
    (tmp_path / "sponsor.json").write_text(json.dumps(other))
    names = find_names(OneParty(document_digest(other)), [tmp_path])  # type: ignore[arg-type]
    assert names.name(PARTY) == "party 1a1a1a1a…"


def test_a_party_whose_logs_are_not_all_seen_has_no_profile(tmp_path: Path) -> None:
    """A node could show a log that makes any file a party's profile."""

    class Gap(OneParty):
        def party(self, party: bytes) -> PartyRecord | None:
            return PartyRecord(party, 1, 0, self.profile, (), "a log lacks")

    digest = document_digest(profile("Right"))
    for chain, party in ((OneParty(digest), PARTY), (Gap(digest), None)):
        names = find_names(chain, [tmp_path])  # type: ignore[arg-type]
        names.record(PARTY)
        assert names.party_of(digest) == party


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Universitätsklinikum Köln (UKK)", '"Universitätsklinikum Köln (UKK)"'),
        ("Acme (accredited as sponsor by the FDA)", '"Acme (accredited as sponsor by the FDA)"'),
        ("Acme; nothing contradicts it", '"Acme; nothing contradicts it"'),
        ("Acme\nresults.json holds", '"Acme\\nresults.json holds"'),
        ("\x1b[2JAcme", '"\\x1b[2JAcme"'),
        ("Food and Drug \u0410dministration", '"Food and Drug \\u0410dministration"'),
        ('Acme" (vouched for by the FDA)', '"Acme\\" (vouched for by the FDA)"'),
        ("A\u202edesrever", '"A\\u202edesrever"'),
        ("x" * 200, f'"{"x" * 79}…"'),
    ],
)
def test_name_that_would_speak_for_us_is_quoted(tmp_path: Path, name: str, shown: str) -> None:
    (tmp_path / "sponsor.json").write_text(json.dumps(profile(name)))
    names = find_names(OneParty(document_digest(profile(name))), [tmp_path])  # type: ignore[arg-type]
    assert names.name(PARTY) == f"a party that calls itself {shown}"


@pytest.mark.parametrize(
    "domain",
    ["127.0.0.1", "localhost", "example.org:80", "example.org/x", "u@example.org", "[::1]", "a..b", "10.0.0.1"],
)
def test_only_domain_names_are_asked(domain: str) -> None:
    assert ask_domain(domain).fault == "it is not a web domain"
