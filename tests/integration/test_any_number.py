"""Whatever number the contracts let through as a code, a time or a size, every reading command shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from trials_on_chain import ZERO, PartyOnChain, TrialOnChain, World, world

from conftest import free_port
from trialseal.cli import main
from trialseal.ledger.contracts import contract
from trialseal.ledger.heads import refused_acts
from trialseal.ledger.sending import Sender

LAST_TIME = (1 << 40) - 1
UINT8 = range(1, 256)
GAS = 160_000
RECORD = Path(__file__).parents[1] / "vectors" / "documents" / "ctgov-v2.json"


def batched(sender: Sender, name: str, calls: list[tuple[str, list[object]]]) -> list[str]:
    """Carries calls out in a few transactions; why the contract refused those that it did."""
    target, refused = contract(name), []
    for start in range(0, len(calls), 60):
        items = [(GAS, target.encode(function, *given)) for function, given in calls[start : start + 60]]
        sent = sender.send(name, "batch", [items])
        refused += refused_acts(sent.logs).values()
    return refused


class Extremes:
    """A chain with a trial and a party about which every number is stated that can be."""

    def __init__(self, w: World, folder: Path) -> None:
        self.w = w
        self.sponsor, other = w.party("Test sponsor"), w.party("Somebody")
        self.trial = TrialOnChain(w, self.sponsor, folder, "CODE-1")
        self.trial.register()
        self.state(self.sponsor, other)
        self.attest(other)

    def state(self, sponsor: PartyOnChain, other: PartyOnChain) -> None:
        trial, by = self.trial.id, sponsor.id
        calls: list[tuple[str, list[object]]] = [
            (
                "recordMilestone",
                [(trial, by, 0xFFFF * (code % 2), code, 20190000, int(code % 2 or code == 20), bytes([code]) * 32)],
            )
            for code in UINT8
        ]
        calls += [("nameRole", [(trial, by, other.id, role, bool(role % 2))]) for role in range(256)]
        calls += [
            ("seal", [(trial, by, kind, 1, kind % 3, bytes([kind]) * 32, ZERO, 0)]) for kind in (*range(5, 10), 3)
        ]
        calls += [("appoint", [(trial, by, other.id, ZERO, 1 << 2 | 1 << 3 | 1 << 12, 0, LAST_TIME)])]
        calls += [
            ("claimRegistryId", [(trial, by, number.encode().ljust(32, b"\0"), 0)])
            for number in ("NCT04368728", "nct 4368728", "~!@#$%^&*()_+X", "A" * 32, "1")
        ]
        assert batched(sponsor.sender, "TrialRegistry", calls) == []

    def attest(self, other: PartyOnChain) -> None:
        calls: list[tuple[str, list[object]]] = []
        digest = self.w.chain.history(self.trial.id).acts[0].subject
        for code in UINT8:
            about = (0xFFFF - code, 19000000 if code % 2 else 0, LAST_TIME if code % 3 else 0)
            for kind, subject, of in (
                (code, self.sponsor.id, ZERO),
                (1, self.sponsor.id, ZERO),
                (2, self.trial.id, digest),
            ):
                calls.append(("attest", [(other.id, kind, code, *about, subject, of, ZERO)]))
        assert batched(other.sender, "Attestations", calls) == []


@pytest.fixture(scope="module")
def extremes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Extremes]:
    with world(tmp_path_factory.mktemp("any-number"), free_port()) as w:
        yield Extremes(w, tmp_path_factory.mktemp("folder"))


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["words", "json"])
@pytest.mark.parametrize(
    "words",
    [
        ["history", "TRIAL"],
        ["history", "TRIAL", "--html", "PAGE"],
        ["history", "NCT04368728"],
        ["trials"],
        ["party", "show", "PARTY"],
        ["verify", "FOLDER"],
        ["check", str(RECORD), "--network", "URL", "--trial", "TRIAL"],
        ["approve", "NCT04368729"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_every_reading_command_shows_every_number(
    extremes: Extremes,
    tmp_path: Path,
    words: list[str],
    more: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path))
    names = {
        "TRIAL": extremes.trial.id.hex(),
        "PARTY": extremes.sponsor.id.hex(),
        "FOLDER": str(extremes.trial.folder),
        "URL": extremes.w.url,
        "PAGE": str(tmp_path / "page.html"),
    }
    given = [names.get(word, word) for word in words]
    network = [] if "--network" in given else ["--network", extremes.w.url]
    code = main([*given, *network, *more])
    shown = capsys.readouterr()
    assert code in (0, 1, 2), shown.err
    assert "fault of this program" not in shown.err
    if more and words[0] != "approve":
        json.loads(shown.out)
    if words[:2] == ["history", "TRIAL"] and not more:
        assert "milestone 200" in shown.out and "36812-02-20 00:36 UTC" in shown.out and "role 255" in shown.out
    if words[0] == "party" and not more:
        assert "attestation of kind 77" in shown.out and "36812-02-20" in shown.out
